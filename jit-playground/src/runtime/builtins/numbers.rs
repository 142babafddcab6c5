//! Built-in functions of numbers.

use super::args::Args;
use crate::bytecode::{BinaryOp, CompareOp};
use crate::interpreter::Vm;
use crate::runtime::arith::number::{Integer, Number, index};
use crate::runtime::arith::{self, float};
use crate::runtime::error::{Error, Outcome};
use crate::runtime::iterate;
use crate::runtime::value::Value;

/// `abs(number)`.
pub(super) fn abs(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    arith::absolute(&vm.heap, args.one("abs")?)
}

/// `min(iterable)` or `min(first, second, ..)`.
pub(super) fn min(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    extreme(vm, args, "min", CompareOp::Less)
}

/// `max(iterable)` or `max(first, second, ..)`.
pub(super) fn max(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    extreme(vm, args, "max", CompareOp::Greater)
}

fn extreme(vm: &mut Vm, args: &Args, name: &str, better: CompareOp) -> Outcome<Value> {
    let mut default = None;
    for (keyword, value) in args.keywords() {
        match keyword {
            "default" if args.positional().len() == 1 => default = Some(value),
            "default" => {
                return Err(Error::type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            "key" if matches!(value, Value::None) => {}
            "key" => return Err(unsupported_key(name, value)),
            _ => {
                return Err(Error::type_error(format!(
                    "'{keyword}' is an invalid keyword argument for {name}()"
                )));
            }
        }
    }
    let mut best: Option<Value> = None;
    let mut consider = |value: Value| {
        if match best {
            None => true,
            Some(best) => arith::compare(better, value, best)?,
        } {
            best = Some(value);
        }
        Ok(())
    };
    match args.positional() {
        [] => {
            let message = format!("{name} expected at least 1 argument, got 0");
            return Err(Error::type_error(message));
        }
        [iterable] => iterate::for_each(&vm.heap, *iterable, consider)?,
        values => values.iter().try_for_each(|&value| consider(value))?,
    }
    best.or(default)
        .ok_or_else(|| Error::value_error(format!("{name}() arg is an empty sequence")))
}

fn unsupported_key(name: &str, key: Value) -> Error {
    match key {
        Value::Function(_) | Value::Builtin(_) | Value::Type(_) | Value::Method(_) => Error::new(
            crate::runtime::ExceptionClass::NotImplementedError,
            format!("the argument 'key' of {name}() is not supported"),
        ),
        _ => {
            let name = key.type_name();
            Error::type_error(format!("'{name}' object is not callable"))
        }
    }
}

/// `sum(iterable, start=0)`.
pub(super) fn sum(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    if args.positional().is_empty() {
        let message = "sum() takes at least 1 positional argument (0 given)";
        return Err(Error::type_error(message));
    }
    let [iterable, start] = args.bind("sum", ["", "start"], 1)?;
    let mut total = start.unwrap_or(Value::Int(0));
    if let Value::Str(_) = total {
        let message = "sum() can't sum strings [use ''.join(seq) instead]";
        return Err(Error::type_error(message));
    }
    let heap = &vm.heap;
    iterate::for_each(heap, iterable.unwrap_or(Value::None), |item| {
        total = match (total, item) {
            (Value::Float(a), Value::Float(b)) => Value::Float(a + b),
            _ => arith::binary(heap, BinaryOp::Add, total, item)?,
        };
        Ok(())
    })?;
    Ok(total)
}

/// `divmod(a, b)`.
pub(super) fn divmod(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    match args.between("divmod", 2, 2)? {
        [a, b] => {
            let (quotient, rest) = arith::divmod(&vm.heap, *a, *b)?;
            Ok(Value::Tuple(vm.heap.tuple(&[quotient, rest])?))
        }
        _ => Ok(Value::None),
    }
}

/// `pow(base, exp, mod=None)`.
pub(super) fn pow(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let [base, exponent, modulus] = args.bind("pow", ["base", "exp", "mod"], 2)?;
    let modulus = modulus.filter(|value| !matches!(value, Value::None));
    let none = Value::None;
    arith::power_modulo(
        &vm.heap,
        base.unwrap_or(none),
        exponent.unwrap_or(none),
        modulus,
    )
}

/// `round(number, ndigits=None)`.
pub(super) fn round(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let [number, digits] = args.bind("round", ["number", "ndigits"], 1)?;
    let number = number.unwrap_or(Value::None);
    let digits = digits.filter(|value| !matches!(value, Value::None));
    match Number::of(&number) {
        Some(Number::Float(x)) => match digits {
            None => float::to_int(&vm.heap, x.round_ties_even()),
            Some(digits) => round_float(x, digit_count(digits)?).map(Value::Float),
        },
        Some(n) => match (n.integer(), digits) {
            (Some(n), Some(digits)) => round_integer(vm, n, digit_count(digits)?),
            _ => arith::positive(number),
        },
        None => Err(Error::type_error(format!(
            "type {} doesn't define __round__ method",
            number.type_name()
        ))),
    }
}

fn digit_count(digits: Value) -> Outcome<i64> {
    match Integer::of(&digits) {
        Some(Integer::Big(_)) => Err(Error::overflow(
            "Python int too large to convert to C ssize_t",
        )),
        _ => index(digits),
    }
}

/// Rounds to decimal digits after the point, correctly: by way of the exact decimal expansion.
fn round_float(x: f64, digits: i64) -> Outcome<f64> {
    // A float has no more than 323 digits after the point that matter, and no more than 309 before it.
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0_f64.copysign(x));
    }
    let text = if digits >= 0 {
        format!("{x:.*}", digits as usize)
    } else {
        // Rounding to tens: as many significant digits as are left of that place.
        let magnitude = format!("{:e}", x.abs());
        let exponent: i64 = magnitude
            .split_once('e')
            .and_then(|(_, exponent)| exponent.parse().ok())
            .unwrap_or(0);
        let kept = exponent + digits;
        if kept < -1 {
            return Ok(0.0_f64.copysign(x));
        }
        if kept == -1 {
            // The place is just above the first digit: one or nothing, ties to even, so nothing.
            let unit = 10_f64.powi(-digits as i32);
            let up = x.abs() > unit / 2.0;
            return Ok(if up { unit } else { 0.0 }.copysign(x));
        }
        format!("{x:.*e}", kept as usize)
    };
    let rounded: f64 = text.parse().unwrap_or(x);
    if rounded.is_infinite() {
        return Err(Error::overflow("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// Rounds an int to tens, hundreds and so on, ties to even.
fn round_integer(vm: &mut Vm, n: Integer, digits: i64) -> Outcome<Value> {
    use num_bigint::BigInt;
    use num_integer::Integer as _;

    let n = n.to_big();
    if digits >= 0 {
        return Ok(vm.heap.int(n.into_owned()));
    }
    // 10^k above twice the number rounds to zero; the bits of n bound k.
    if digits.unsigned_abs() > n.bits() + 1 {
        return Ok(Value::Int(0));
    }
    let unit = BigInt::from(10).pow(digits.unsigned_abs() as u32);
    let (quotient, rest) = n.div_mod_floor(&unit);
    let twice = rest * 2;
    let up = twice > unit || (twice == unit && quotient.is_odd());
    let quotient = if up { quotient + 1 } else { quotient };
    Ok(vm.heap.int(quotient * unit))
}
