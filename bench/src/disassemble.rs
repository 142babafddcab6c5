//! Machine code as instructions: their text, their places, and where the branches among them lead.
//!
//! Never runs anything. Start at [`disassemble`] for text and [`loops`] for counts.

use iced_x86::{Decoder, DecoderOptions, FlowControl, Formatter, IntelFormatter};
use stencils::library::Arch;
use yaxpeax_arch::{Decoder as _, U8Reader};
use yaxpeax_arm::armv8::a64::InstDecoder;

/// One instruction of code that runs at address 0.
pub struct Instruction {
    /// Where it stands.
    pub at: usize,
    /// As an assembler would take it.
    pub text: String,
    /// Where it may jump to, if that is said in the instruction itself. A call is no jump.
    pub target: Option<usize>,
}

/// All instructions; bytes that are none are shown as such.
pub fn disassemble(arch: Arch, code: &[u8]) -> Vec<Instruction> {
    match arch {
        Arch::X86_64 => x86(code),
        Arch::Aarch64 => a64(code),
    }
}

fn x86(code: &[u8]) -> Vec<Instruction> {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_space_after_operand_separator(true);
    options.set_branch_leading_zeros(false);
    let mut all = Vec::new();
    while decoder.can_decode() {
        let instruction = decoder.decode();
        let mut text = String::new();
        formatter.format(&instruction, &mut text);
        let jumps = matches!(
            instruction.flow_control(),
            FlowControl::ConditionalBranch | FlowControl::UnconditionalBranch
        );
        all.push(Instruction {
            at: instruction.ip() as usize,
            text,
            target: jumps.then(|| instruction.near_branch_target() as usize),
        });
    }
    all
}

fn a64(code: &[u8]) -> Vec<Instruction> {
    let decoder = InstDecoder::default();
    let words = code.as_chunks::<4>().0.iter().enumerate();
    let instruction = |(n, word): (usize, &[u8; 4])| Instruction {
        at: 4 * n,
        text: match decoder.decode(&mut U8Reader::new(word)) {
            Ok(instruction) => instruction.to_string(),
            Err(_) => ".inst (no instruction)".to_owned(),
        },
        target: a64_target(4 * n, u32::from_le_bytes(*word)),
    };
    words.map(instruction).collect()
}

/// Where a branch on AArch64 leads: its offset is a signed field, in instructions, whose place depends on the kind.
fn a64_target(at: usize, word: u32) -> Option<usize> {
    let (low, width) = match word {
        _ if word >> 26 == 0b00_0101 => (0, 26),
        _ if word >> 24 == 0b0101_0100 => (5, 19),
        _ if word >> 25 & 0x3f == 0b01_1010 => (5, 19),
        _ if word >> 25 & 0x3f == 0b01_1011 => (5, 14),
        _ => return None,
    };
    let field = (word >> low) << (32 - width);
    let offset = (field as i32) >> (32 - width);
    at.checked_add_signed(4 * offset as isize)
}

/// How many instructions each innermost loop has, in the order in which they stand. A loop is what lies from the target of a backward
/// branch to the last branch that leads there; it is innermost when no other begins in it.
pub fn loops(instructions: &[Instruction]) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (n, instruction) in instructions.iter().enumerate() {
        let Some(target) = instruction
            .target
            .filter(|&target| target <= instruction.at)
        else {
            continue;
        };
        let head = instructions.partition_point(|other| other.at < target);
        match found.iter_mut().find(|(start, _)| *start == head) {
            Some((_, end)) => *end = n,
            None => found.push((head, n)),
        }
    }
    found.sort_unstable();
    let innermost = |&&(start, end): &&(usize, usize)| {
        !found
            .iter()
            .any(|&(other, _)| other > start && other <= end)
    };
    found
        .iter()
        .filter(innermost)
        .map(|(start, end)| end - start + 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_of_aarch64_are_found() {
        // b -4; b.ne +8; cbnz x3, -8; tbz x0, #0, +12; add x0, x0, x1; bl +4
        let words: [u32; 6] = [
            0x17ff_ffff,
            0x5400_0041,
            0xb5ff_ffc3,
            0x3600_0060,
            0x8b01_0000,
            0x9400_0001,
        ];
        let targets: Vec<_> = words.iter().map(|&word| a64_target(16, word)).collect();
        let expected = [Some(12), Some(24), Some(8), Some(28), None, None];
        assert_eq!(targets, expected);
    }

    #[test]
    fn loops_within_loops_count_once() {
        let jump = |at, target| Instruction {
            at,
            text: String::new(),
            target,
        };
        let code = [
            jump(0, None),
            jump(4, None),
            jump(8, None),
            jump(12, Some(8)),
            jump(16, Some(4)),
            jump(20, Some(20)),
        ];
        assert_eq!(loops(&code), [2, 1]);
    }
}
