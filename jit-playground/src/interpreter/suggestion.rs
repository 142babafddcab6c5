//! The name that was probably meant, for a name that is not defined.
//!
//! The distances and limits are those of CPython, so that the same name is suggested: changing the case of a letter
//! costs half of any other change of a letter.

use crate::runtime::Error;
use crate::syntax::subset;

const CASE_COST: usize = 1;
const MOVE_COST: usize = 2;

/// Names longer than this are not compared.
const MAX_NAME: usize = 40;

/// The names that every module has.
const MODULE_NAMES: [&str; 9] = [
    "__name__",
    "__doc__",
    "__package__",
    "__loader__",
    "__spec__",
    "__annotations__",
    "__builtins__",
    "__file__",
    "__cached__",
];

/// What to suggest for an exception: a local of its innermost frame, a global, or a builtin, in this order.
pub(super) fn for_error(error: &Error) -> Option<String> {
    let exception = error.exception();
    let wrong = exception.name.as_deref()?;
    let code = exception.traceback.first()?.code;
    let locals = code.locals().iter().map(|name| &**name);
    let globals = code.globals();
    let assigned = (0..)
        .zip(globals.names())
        .filter(|&(slot, _)| globals.assigned(slot).is_bound())
        .map(|(_, name)| &**name);
    closest(wrong, locals)
        .or_else(|| closest(wrong, MODULE_NAMES.into_iter().chain(assigned)))
        .or_else(|| closest(wrong, subset::python_builtins()))
        .map(str::to_owned)
}

fn closest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(&str, usize)> = None;
    for name in names.filter(|&name| name != wrong) {
        let allowed = (wrong.len() + name.len() + 3) * MOVE_COST / 6;
        let allowed = match best {
            Some((_, 0)) => break,
            Some((_, distance)) => allowed.min(distance - 1),
            None => allowed,
        };
        let distance = distance(wrong, name);
        if distance <= allowed {
            best = Some((name, distance));
        }
    }
    best.map(|(name, _)| name)
}

/// The cost of turning one name into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > MAX_NAME || b.len() > MAX_NAME {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=a.len()).map(|i| i * MOVE_COST).collect();
    for (j, &right) in b.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (j + 1) * MOVE_COST;
        for (i, &left) in a.iter().enumerate() {
            let change = if left == right {
                0
            } else if left.eq_ignore_ascii_case(&right) {
                CASE_COST
            } else {
                MOVE_COST
            };
            let above = row[i + 1];
            row[i + 1] = (diagonal + change).min(row[i].min(above) + MOVE_COST);
            diagonal = above;
        }
    }
    row[a.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_case_costs_half() {
        assert_eq!(distance("len", "len"), 0);
        assert_eq!(distance("Len", "len"), 1);
        assert_eq!(distance("lenn", "len"), 2);
        assert_eq!(distance("cuont", "count"), 4);
        assert_eq!(distance("", "ab"), 4);
    }
}
