//! The functions of the module `math` that take and give floats.
//!
//! They are the C library's, by way of the standard library, as CPython's are; what CPython adds is the errors: a
//! result that is no number where no argument was one is a domain error, an infinity from finite arguments a range
//! error.

use super::args::Args;
use crate::interpreter::Vm;
use crate::runtime::arith::number::Number;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::object::Big;
use crate::runtime::value::Value;

/// An argument as a float.
pub(super) fn real(value: Value) -> Outcome<f64> {
    match Number::of(&value) {
        Some(number) => number.to_float(),
        None => {
            let name = value.type_name();
            Err(Error::type_error(format!(
                "must be real number, not {name}"
            )))
        }
    }
}

fn domain_error() -> Error {
    Error::value_error("math domain error")
}

fn range_error() -> Error {
    Error::overflow("math range error")
}

/// A function of one float; `overflows` says what an infinite result from a finite argument means.
fn unary(args: &Args, name: &str, function: fn(f64) -> f64, overflows: bool) -> Outcome<Value> {
    let x = real(args.one(name)?)?;
    let result = function(x);
    if result.is_nan() && !x.is_nan() {
        return Err(domain_error());
    }
    if result.is_infinite() && x.is_finite() {
        return Err(if overflows {
            range_error()
        } else {
            domain_error()
        });
    }
    Ok(Value::Float(result))
}

/// Defines functions of one float.
macro_rules! unary {
    ($($name:ident = $function:expr, $overflows:literal;)*) => {
        $(
            pub(super) fn $name(_: &mut Vm, args: &Args) -> Outcome<Value> {
                unary(args, concat!("math.", stringify!($name)), $function, $overflows)
            }
        )*
    };
}

unary! {
    sqrt = f64::sqrt, false;
    exp = f64::exp, true;
    expm1 = f64::exp_m1, true;
    log1p = f64::ln_1p, false;
    sin = f64::sin, false;
    cos = f64::cos, false;
    tan = f64::tan, false;
    asin = f64::asin, false;
    acos = f64::acos, false;
    atan = f64::atan, false;
    sinh = f64::sinh, true;
    cosh = f64::cosh, true;
    tanh = f64::tanh, false;
    fabs = f64::abs, false;
    degrees = |x| x * (180.0 / std::f64::consts::PI), false;
    radians = |x| x * (std::f64::consts::PI / 180.0), false;
}

/// Defines questions about one float.
macro_rules! predicates {
    ($($name:ident = $function:expr;)*) => {
        $(
            pub(super) fn $name(_: &mut Vm, args: &Args) -> Outcome<Value> {
                let value = args.one(concat!("math.", stringify!($name)))?;
                Ok(Value::from($function(real(value)?)))
            }
        )*
    };
}

predicates! {
    isnan = f64::is_nan;
    isinf = f64::is_infinite;
    isfinite = f64::is_finite;
}

/// Two float arguments.
fn two(args: &Args, name: &str) -> Outcome<(f64, f64)> {
    match args.between(name, 2, 2)? {
        [a, b] => Ok((real(*a)?, real(*b)?)),
        _ => Ok((0.0, 0.0)),
    }
}

pub(super) fn atan2(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let (y, x) = two(args, "atan2")?;
    Ok(Value::Float(y.atan2(x)))
}

pub(super) fn copysign(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let (x, sign) = two(args, "copysign")?;
    Ok(Value::Float(x.copysign(sign)))
}

pub(super) fn fmod(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let (a, b) = two(args, "fmod")?;
    let rest = a % b;
    if rest.is_nan() && !a.is_nan() && !b.is_nan() {
        return Err(domain_error());
    }
    Ok(Value::Float(rest))
}

pub(super) fn pow(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let (a, b) = two(args, "pow")?;
    let result = a.powf(b);
    if a.is_finite() && b.is_finite() {
        if result.is_nan() || (result.is_infinite() && a == 0.0) {
            return Err(domain_error());
        }
        if result.is_infinite() {
            return Err(range_error());
        }
    }
    Ok(Value::Float(result))
}

pub(super) fn log(_: &mut Vm, args: &Args) -> Outcome<Value> {
    match args.between("log", 1, 2)? {
        [x] => logarithm(*x, f64::ln).map(Value::Float),
        [x, base] => {
            let (x, base) = (logarithm(*x, f64::ln)?, logarithm(*base, f64::ln)?);
            if base == 0.0 {
                return Err(Error::zero_division("float division by zero"));
            }
            Ok(Value::Float(x / base))
        }
        _ => Ok(Value::None),
    }
}

pub(super) fn log2(_: &mut Vm, args: &Args) -> Outcome<Value> {
    logarithm(args.one("math.log2")?, f64::log2).map(Value::Float)
}

pub(super) fn log10(_: &mut Vm, args: &Args) -> Outcome<Value> {
    logarithm(args.one("math.log10")?, f64::log10).map(Value::Float)
}

fn logarithm(value: Value, function: fn(f64) -> f64) -> Outcome<f64> {
    if let Some(Number::Big(n)) = Number::of(&value)
        && !n.is_negative()
    {
        // Beyond the range of a float: the logarithm of the leading bits, and that of the power of two.
        let shift = n.bits().saturating_sub(64);
        let leading = Big::Large(&(n.to_big().as_ref() >> shift)).to_float();
        return Ok(function(leading) + function(2.0) * shift as f64);
    }
    let x = real(value)?;
    if x <= 0.0 {
        return Err(domain_error());
    }
    Ok(function(x))
}

/// The square root of the sum of squares, to the nearest float: the sum is kept to twice the precision, and the root
/// is corrected once by Newton's step.
pub(super) fn hypot(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let mut coordinates = Vec::new();
    for &value in args.only_positional("math.hypot")? {
        coordinates.push(real(value)?.abs());
    }
    if coordinates.iter().any(|x| x.is_infinite()) {
        return Ok(Value::Float(f64::INFINITY));
    }
    let largest = coordinates.iter().copied().fold(0.0, f64::max);
    if coordinates.iter().any(|x| x.is_nan()) {
        return Ok(Value::Float(f64::NAN));
    }
    if largest == 0.0 || coordinates.len() == 1 {
        return Ok(Value::Float(largest));
    }
    // A power of two near the largest, so that scaling is exact and nothing overflows.
    let exponent = (largest.to_bits() >> 52) as i32 - 1023;
    let scale = 2_f64.powi(-exponent.clamp(-1000, 1000));
    let (mut high, mut low) = (0.0_f64, 0.0_f64);
    for x in &coordinates {
        let x = x * scale;
        let square = x * x;
        low += x.mul_add(x, -square);
        let sum = high + square;
        let part = sum - high;
        low += (high - (sum - part)) + (square - part);
        high = sum;
    }
    let root = (high + low).sqrt();
    let error = (-root).mul_add(root, high) + low;
    let result = (root + error / (2.0 * root)) / scale;
    if result.is_infinite() {
        return Err(range_error());
    }
    Ok(Value::Float(result))
}
