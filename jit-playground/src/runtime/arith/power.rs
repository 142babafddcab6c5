//! Powers of ints.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

use super::number::{Integer, Number};
use super::{MAX_INT_BITS, binary, float};
use crate::bytecode::BinaryOp;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// `base ** exponent`: an int, or a float when the exponent is negative.
pub(super) fn power(heap: &Heap, base: &Integer, exponent: &Integer) -> Outcome<Value> {
    if exponent.is_negative() {
        return float::power(base.to_float()?, exponent.to_float()?).map(Value::Float);
    }
    let Integer::Small(count) = *exponent else {
        return match *base {
            Integer::Small(n @ (0 | 1)) => Ok(Value::Int(n)),
            Integer::Small(-1) => {
                let even = exponent.to_big().is_even();
                Ok(Value::Int(if even { 1 } else { -1 }))
            }
            _ => Err(Error::memory()),
        };
    };
    if let Integer::Small(n) = *base {
        if let (-1..=1, _) | (_, 0) = (n, count) {
            let odd = count % 2 == 1;
            return Ok(Value::Int(if count == 0 || (n == -1 && !odd) {
                1
            } else {
                n
            }));
        }
        if let Some(result) = u32::try_from(count)
            .ok()
            .and_then(|count| n.checked_pow(count))
        {
            return Ok(Value::Int(result));
        }
    }
    if (base.bits() - 1).saturating_mul(count as u64) > MAX_INT_BITS {
        return Err(Error::memory());
    }
    match u32::try_from(count) {
        Ok(count) => Ok(heap.int(base.to_big().pow(count))),
        Err(_) => Err(Error::memory()),
    }
}

/// `pow(base, exponent, modulus)`; without a modulus it is `base ** exponent`.
///
/// # Errors
/// As `**`; TypeError when a modulus comes with anything but ints, ValueError when it is zero or there is no inverse.
pub fn power_modulo(
    heap: &Heap,
    base: Value,
    exponent: Value,
    modulus: Option<Value>,
) -> Outcome<Value> {
    let Some(modulus) = modulus else {
        return binary(heap, BinaryOp::Power, base, exponent);
    };
    let integers = (
        Integer::of(&base),
        Integer::of(&exponent),
        Integer::of(&modulus),
    );
    let (Some(base_int), Some(exponent_int), Some(modulus_int)) = integers else {
        let all_numbers = [base, exponent, modulus]
            .iter()
            .all(|v| Number::of(v).is_some());
        return Err(Error::type_error(if all_numbers {
            "pow() 3rd argument not allowed unless all arguments are integers".to_owned()
        } else {
            format!(
                "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                base.type_name(),
                exponent.type_name(),
                modulus.type_name()
            )
        }));
    };
    let modulus = modulus_int.to_big();
    if modulus.is_zero() {
        return Err(Error::value_error("pow() 3rd argument cannot be 0"));
    }
    let mut base = base_int.to_big().into_owned();
    let mut exponent = exponent_int.to_big().into_owned();
    if exponent.is_negative() {
        base = inverse(&base, &modulus)?;
        exponent = -exponent;
    }
    let result = base.modpow(&exponent, &modulus.abs());
    Ok(heap.int(result.mod_floor(&modulus)))
}

fn inverse(base: &BigInt, modulus: &BigInt) -> Outcome<BigInt> {
    let modulus = modulus.abs();
    let gcd = base.mod_floor(&modulus).extended_gcd(&modulus);
    if !gcd.gcd.is_one() {
        let message = "base is not invertible for the given modulus";
        return Err(Error::value_error(message));
    }
    Ok(gcd.x.mod_floor(&modulus))
}
