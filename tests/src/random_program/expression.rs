//! Random expressions: whole numbers, floats, truth values, and either kind of number.
//!
//! Never divides by what is sure to be zero, but now and then by what may be: an exception is a result too. Start at
//! [`any`].

use fastrand::Rng;

use super::Scope;

const CONSTANTS: [&str; 14] = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "-5",
    "255",
    "1000003",
    "2147483647",
    "-2147483648",
    "4611686018427387904",
    "9223372036854775807",
    "18446744073709551616",
];

const REALS: [&str; 8] = ["0.0", "0.5", "-1.5", "2.0", "3.25", "1e-3", "-0.0", "1e10"];

/// An expression that gives a whole number or a float.
pub fn any(rng: &mut Rng, scope: &Scope, depth: u32) -> String {
    match rng.u8(..6) {
        0 | 1 => integer(rng, scope, depth),
        2 => float(rng, scope, depth),
        3 => pick(rng, &scope.mixed, "4"),
        4 if depth > 0 => {
            let operator = ["+", "-", "*"][rng.usize(..3)];
            let (left, right) = (any(rng, scope, depth - 1), any(rng, scope, depth - 1));
            format!("({left} {operator} {right})")
        }
        _ if depth > 0 => call(rng, scope, depth - 1),
        _ => pick(rng, &scope.mixed, "2.5"),
    }
}

/// An expression that gives a whole number.
pub fn integer(rng: &mut Rng, scope: &Scope, depth: u32) -> String {
    if depth == 0 || rng.u8(..5) == 0 {
        return match rng.u8(..5) {
            0 => CONSTANTS[rng.usize(..CONSTANTS.len())].to_owned(),
            1 => pick(rng, &scope.counters, "6"),
            _ => pick(rng, &scope.integers, "9"),
        };
    }
    let left = integer(rng, scope, depth - 1);
    let right = integer(rng, scope, depth - 1);
    match rng.u8(..16) {
        0..=3 => format!("({left} + {right})"),
        4 | 5 => format!("({left} - {right})"),
        6 => format!("({left} * {right})"),
        7 if rng.u8(..30) == 0 => format!("({left} // {right})"),
        7 => format!("({left} // ({right} | 1))"),
        8 => format!("({left} % ({right} | 1))"),
        9 => format!("({left} & {right})"),
        10 => format!("({left} ^ {right})"),
        11 => format!("({left} | {right})"),
        12 => format!("({left} << ({right} & 7))"),
        13 => format!("({left} >> ({right} & 31))"),
        14 => match rng.u8(..4) {
            0 => format!("(-{left})"),
            1 => format!("(~{left})"),
            2 => format!("abs({left})"),
            _ => format!("min({left}, {right})"),
        },
        _ => {
            let condition = truth(rng, scope, depth - 1);
            format!("({left} if {condition} else {right})")
        }
    }
}

/// An expression that gives a float.
pub fn float(rng: &mut Rng, scope: &Scope, depth: u32) -> String {
    if depth == 0 || rng.u8(..4) == 0 {
        return match rng.u8(..3) {
            0 => REALS[rng.usize(..REALS.len())].to_owned(),
            _ => pick(rng, &scope.floats, "1.25"),
        };
    }
    let left = float(rng, scope, depth - 1);
    let right = float(rng, scope, depth - 1);
    match rng.u8(..8) {
        0 | 1 => format!("({left} + {right})"),
        2 => format!("({left} - {right})"),
        3 => format!("({left} * {right})"),
        4 => format!("({left} / (abs({right}) + 0.5))"),
        5 => format!("({left} + {})", integer(rng, scope, 0)),
        6 => format!("(-{left})"),
        _ => {
            let condition = truth(rng, scope, depth - 1);
            format!("({left} if {condition} else {right})")
        }
    }
}

/// An expression that is tested.
pub fn truth(rng: &mut Rng, scope: &Scope, depth: u32) -> String {
    let comparison = ["<", "<=", "==", "!=", ">", ">="];
    let mut compare = || comparison[rng.usize(..6)];
    let (first, second) = (compare(), compare());
    match rng.u8(..9) {
        0..=2 => {
            let (left, right) = (integer(rng, scope, depth), integer(rng, scope, depth));
            format!("{left} {first} {right}")
        }
        3 => {
            let (left, right) = (float(rng, scope, depth), float(rng, scope, depth));
            format!("{left} {first} {right}")
        }
        4 => {
            let (left, right) = (any(rng, scope, 0), any(rng, scope, 0));
            format!("{left} {first} {right}")
        }
        5 => {
            let middle = integer(rng, scope, 0);
            let (left, right) = (integer(rng, scope, 0), integer(rng, scope, 0));
            format!("{left} {first} {middle} {second} {right}")
        }
        6 if depth > 0 => {
            let (left, right) = (truth(rng, scope, depth - 1), truth(rng, scope, depth - 1));
            format!("({left} {} {right})", ["and", "or"][rng.usize(..2)])
        }
        7 => format!("{} % {} == 0", integer(rng, scope, 0), rng.u8(2..9)),
        _ => format!("not {}", any(rng, scope, 0)),
    }
}

/// An item of a list, by an index that is always within it.
pub fn item(rng: &mut Rng, scope: &Scope) -> String {
    let list = pick(rng, &scope.lists, "numbers");
    let index = integer(rng, scope, 1);
    match rng.u8(..3) {
        0 => format!("{list}[{index} & 7]"),
        1 => format!("{list}[{index} % 8]"),
        _ => format!("{list}[-1 - ({index} & 7)]"),
    }
}

/// A call of a known function, or an item when none is known.
fn call(rng: &mut Rng, scope: &Scope, depth: u32) -> String {
    if scope.functions.is_empty() || rng.bool() {
        return item(rng, scope);
    }
    let (name, count) = scope.functions[rng.usize(..scope.functions.len())];
    let arguments: Vec<String> = (0..count).map(|_| any(rng, scope, depth.min(1))).collect();
    format!("{name}({})", arguments.join(", "))
}

/// One of the names, or `otherwise` when there is none.
fn pick(rng: &mut Rng, names: &[&str], otherwise: &str) -> String {
    if names.is_empty() {
        otherwise.to_owned()
    } else {
        names[rng.usize(..names.len())].to_owned()
    }
}
