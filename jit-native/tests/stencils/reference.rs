//! What a pattern does according to its uops' functions.

use stencils::library::{Pattern, PatternArg};
use stencils::operand::Exit;
use stencils::table::UopTable;

/// Runs the pattern's uops one after the other.
///
/// # Safety
/// What the uops touch must be valid.
pub unsafe fn run(
    pattern: &Pattern,
    inputs: &[u64],
    immediates: &[i64],
    frame: *mut u64,
    context: *mut u64,
) -> Result<u64, Exit> {
    let mut results = Vec::new();
    for uop in &pattern.uops {
        let args: Vec<u64> = uop
            .args
            .iter()
            .map(|arg| match *arg {
                PatternArg::Input(n) => inputs[n as usize],
                PatternArg::Imm(n) => immediates[n as usize] as u64,
                PatternArg::Result(n) => results[n as usize],
                // SAFETY: the context has all argument words.
                PatternArg::Argument(n) => unsafe { *context.add(n as usize) },
            })
            .collect();
        // SAFETY: the caller's promise.
        results.push(unsafe { (UopTable::stock()[uop.kind].interpret)(frame, context, &args) }?);
    }
    Ok(results.pop().unwrap_or(0))
}
