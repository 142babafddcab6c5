//! Guards: they leave the region when their condition fails, and decide branches.

use crate::operand::Exit;

/// Leaves the region when `condition` is zero.
pub fn guard_true(condition: i64) -> Result<(), Exit> {
    if condition != 0 { Ok(()) } else { Err(Exit) }
}

/// Leaves the region when `condition` is not zero.
pub fn guard_false(condition: i64) -> Result<(), Exit> {
    if condition == 0 { Ok(()) } else { Err(Exit) }
}

/// Leaves the region unless `a == b`.
pub fn guard_eq(a: i64, b: i64) -> Result<(), Exit> {
    if a == b { Ok(()) } else { Err(Exit) }
}

/// Leaves the region when `a == b`.
pub fn guard_ne(a: i64, b: i64) -> Result<(), Exit> {
    if a != b { Ok(()) } else { Err(Exit) }
}
