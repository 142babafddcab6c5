//! The functions of the module `math` that give ints.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

use super::args::Args;
use super::math::real;
use crate::interpreter::Vm;
use crate::runtime::arith::float;
use crate::runtime::arith::number::Integer;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::value::Value;

/// Factorials of numbers above this are refused with a MemoryError.
const MAX_FACTORIAL: u64 = 1_000_000;

/// Rounds a float to an int; an int stays as it is.
fn rounded(vm: &mut Vm, args: &Args, name: &str, function: fn(f64) -> f64) -> Outcome<Value> {
    let value = args.one(name)?;
    match value {
        Value::Int(_) | Value::BigInt(_) => Ok(value),
        Value::Bool(bit) => Ok(Value::Int(bit as i64)),
        _ => float::to_int(&vm.heap, function(real(value)?)),
    }
}

pub(super) fn floor(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    rounded(vm, args, "math.floor", f64::floor)
}

pub(super) fn ceil(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    rounded(vm, args, "math.ceil", f64::ceil)
}

pub(super) fn trunc(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    if let [value] = args.positional()
        && real(*value).is_err()
        && Integer::of(value).is_none()
    {
        let name = value.type_name();
        let message = format!("type {name} doesn't define __trunc__ method");
        return Err(Error::type_error(message));
    }
    rounded(vm, args, "math.trunc", f64::trunc)
}

fn integer(value: &Value) -> Outcome<BigInt> {
    match Integer::of(value) {
        Some(n) => Ok(n.to_big().into_owned()),
        None => {
            let name = value.type_name();
            let message = format!("'{name}' object cannot be interpreted as an integer");
            Err(Error::type_error(message))
        }
    }
}

pub(super) fn gcd(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let mut result = BigInt::zero();
    for value in args.only_positional("math.gcd")? {
        result = result.gcd(&integer(value)?);
    }
    Ok(vm.heap.int(result))
}

pub(super) fn lcm(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let mut result = BigInt::one();
    for value in args.only_positional("math.lcm")? {
        let n = integer(value)?;
        result = if result.is_zero() || n.is_zero() {
            BigInt::zero()
        } else {
            result.lcm(&n).abs()
        };
    }
    Ok(vm.heap.int(result))
}

pub(super) fn factorial(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let n = integer(&args.one("math.factorial")?)?;
    if n.is_negative() {
        let message = "factorial() not defined for negative values";
        return Err(Error::value_error(message));
    }
    match u64::try_from(&n) {
        Ok(n) if n <= MAX_FACTORIAL => Ok(vm.heap.int(product(1, n))),
        Ok(_) => Err(Error::memory()),
        Err(_) => Err(Error::overflow(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        ))),
    }
}

/// The product of all numbers from `low` to `high`, by halves, so that factors stay of similar size.
fn product(low: u64, high: u64) -> BigInt {
    const SHORT: u64 = 16;
    if high.saturating_sub(low) < SHORT {
        return (low..=high).map(BigInt::from).product();
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

pub(super) fn isqrt(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let n = integer(&args.one("math.isqrt")?)?;
    if n.is_negative() {
        let message = "isqrt() argument must be nonnegative";
        return Err(Error::value_error(message));
    }
    Ok(vm.heap.int(n.sqrt()))
}

pub(super) fn comb(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let [n, k] = args.between("comb", 2, 2)? else {
        return Ok(Value::None);
    };
    let (n, k) = (integer(n)?, integer(k)?);
    for (value, name) in [(&n, 'n'), (&k, 'k')] {
        if value.is_negative() {
            let message = format!("{name} must be a non-negative integer");
            return Err(Error::value_error(message));
        }
    }
    if k > n {
        return Ok(Value::Int(0));
    }
    let k = k.clone().min(&n - &k);
    match u64::try_from(&k) {
        Ok(k) if k <= MAX_FACTORIAL => {
            let mut result = BigInt::one();
            for i in 0..k {
                result = result * (&n - i) / (i + 1);
            }
            Ok(vm.heap.int(result))
        }
        _ => Err(Error::memory()),
    }
}
