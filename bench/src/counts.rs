//! How many instructions a round of the kernels' loops has, in Mimeo's code and in Cranelift's, on either architecture.
//!
//! Nothing is run: both compile for any machine on any machine, and the loops are found by decoding. Only the base of the
//! architecture is used by either. Start at [`count`].

use anyhow::{Context as _, Result};
use stencils::library::Arch;

use crate::disassemble::{disassemble, shortest_round};
use crate::engines::cranelift::{Cranelift, Level};
use crate::engines::mimeo::Mimeo;
use crate::kernels::Kernel;
use crate::timing::geometric_mean;

/// The instructions of the shortest way round a kernel's loop.
pub struct Row {
    /// The kernel.
    pub name: &'static str,
    /// In Mimeo's code.
    pub mimeo: usize,
    /// In Cranelift's, at its best.
    pub cranelift: usize,
}

impl Row {
    /// Mimeo's instructions over Cranelift's.
    pub fn ratio(&self) -> f64 {
        self.mimeo as f64 / self.cranelift as f64
    }
}

/// The geometric mean of Mimeo's instructions over Cranelift's.
pub fn mean(rows: &[Row]) -> f64 {
    geometric_mean(rows.iter().map(Row::ratio))
}

/// Counts the instructions of a round of kernels' loops.
///
/// # Errors
/// When one does not compile.
pub fn count(kernels: &[Kernel], arch: Arch) -> Result<Vec<Row>> {
    let mut mimeo = Mimeo::new(arch, true)?;
    let mut cranelift = Cranelift::baseline(arch, Level::Speed)?;
    let mut rows = Vec::new();
    for kernel in kernels {
        let region = kernel.region()?;
        let round = |who: &str, code: &[u8]| {
            let round = shortest_round(&disassemble(arch, code));
            round.with_context(|| format!("{who}'s code of {} has no loop", kernel.name))
        };
        rows.push(Row {
            name: kernel.name,
            mimeo: round("Mimeo", &mimeo.compile(&region)?.code)?,
            cranelift: round("Cranelift", &cranelift.bytes(&region)?)?,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels;

    #[test]
    fn every_kernel_has_a_loop_on_both_architectures() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            for row in count(kernels::all(), arch).unwrap() {
                assert!(
                    row.mimeo >= 3 && row.cranelift >= 3,
                    "{} {arch:?}",
                    row.name
                );
            }
        }
    }
}
