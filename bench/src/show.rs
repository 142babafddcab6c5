//! A kernel in full: its text, Mimeo's machine code and Cranelift's, for those who look for what is slow.
//!
//! Never measures. Start at [`show`].

use anyhow::Result;
use stencils::library::Arch;
use stencils::table::UopTable;

use crate::disassemble::{disassemble, shortest_round};
use crate::engines::cranelift::{Cranelift, Level};
use crate::engines::mimeo::Mimeo;
use crate::kernels::Kernel;

/// Prints a kernel: the region, as it is and as Mimeo's optimiser leaves it, and both machine codes.
///
/// # Errors
/// When it does not compile.
pub fn show(kernel: &Kernel, arch: Arch, super_stencils: bool) -> Result<()> {
    let region = kernel.region()?;
    println!("{}", kernel.text());
    let mut mimeo = Mimeo::new(arch, super_stencils)?;
    let compiled = mimeo.compile(&region)?;
    let optimised = mimeo.compiler.optimised().display(UopTable::stock());
    println!("; Mimeo, optimised\n{optimised}");
    list("Mimeo", arch, &compiled.code);
    let theirs = Cranelift::baseline(arch, Level::Speed)?.bytes(&region)?;
    list("Cranelift, opt_level=speed", arch, &theirs);
    Ok(())
}

fn list(who: &str, arch: Arch, code: &[u8]) {
    let instructions = disassemble(arch, code);
    println!(
        "; {who}: {} bytes, {} instructions, {} on the shortest way round a loop",
        code.len(),
        instructions.len(),
        shortest_round(&instructions).unwrap_or_default()
    );
    for instruction in &instructions {
        let is_target = instructions
            .iter()
            .any(|i| i.target == Some(instruction.at));
        let mark = if is_target { '>' } else { ' ' };
        println!("{mark} {:5x}  {}", instruction.at, instruction.text);
    }
    println!();
}
