//! Machine code as instructions: their text, their places, and where the branches among them lead.
//!
//! Never runs anything. Start at [`disassemble`] for text and [`shortest_round`] for counts.

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
    /// Whether the next instruction may follow it.
    pub goes_on: bool,
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
        let flow = instruction.flow_control();
        let jumps = matches!(
            flow,
            FlowControl::ConditionalBranch | FlowControl::UnconditionalBranch
        );
        let ends = matches!(
            flow,
            FlowControl::UnconditionalBranch | FlowControl::IndirectBranch | FlowControl::Return
        );
        all.push(Instruction {
            at: instruction.ip() as usize,
            text,
            target: jumps.then(|| instruction.near_branch_target() as usize),
            goes_on: !ends,
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
        goes_on: !a64_ends(u32::from_le_bytes(*word)),
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

/// Whether what stands behind is never next: `b`, `br` and `ret`.
fn a64_ends(word: u32) -> bool {
    let indirect = word & 0xffff_fc1f;
    word >> 26 == 0b00_0101 || indirect == 0xd61f_0000 || indirect == 0xd65f_0000
}

/// The instructions of the shortest way round a loop: from the target of a backward branch back to it. Of nested loops that is
/// a round of an inner one, and of branches within a loop the shorter ways.
pub fn shortest_round(instructions: &[Instruction]) -> Option<usize> {
    let place = |target: usize| instructions.binary_search_by_key(&target, |i| i.at).ok();
    let heads = instructions.iter().filter_map(|instruction| {
        let target = instruction.target?;
        (target <= instruction.at).then(|| place(target))?
    });
    let next = |n: usize| {
        let instruction = &instructions[n];
        let behind = (instruction.goes_on && n + 1 < instructions.len()).then_some(n + 1);
        [behind, instruction.target.and_then(place)]
    };
    heads
        .filter_map(|head| round_from(head, instructions.len(), next))
        .min()
}

/// The least number of steps from `head` back to it, by breadth-first search.
fn round_from(
    head: usize,
    count: usize,
    next: impl Fn(usize) -> [Option<usize>; 2],
) -> Option<usize> {
    let mut seen = vec![false; count];
    let mut ring = vec![head];
    for steps in 1..=count {
        let mut outer = Vec::new();
        for n in ring.into_iter().flat_map(&next).flatten() {
            if n == head {
                return Some(steps);
            }
            if !std::mem::replace(&mut seen[n], true) {
                outer.push(n);
            }
        }
        ring = outer;
    }
    None
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
    fn what_ends_on_aarch64() {
        // b; br x16; ret; blr x8; b.eq; add
        let words = [
            0x1400_0001,
            0xd61f_0200,
            0xd65f_03c0,
            0xd63f_0100,
            0x5400_0040,
            0x8b01_0000,
        ];
        let ends = words.map(a64_ends);
        assert_eq!(ends, [true, true, true, false, false, false]);
    }

    fn code(targets: &[(Option<usize>, bool)]) -> Vec<Instruction> {
        let instruction = |(n, &(target, goes_on)): (usize, &(Option<usize>, bool))| Instruction {
            at: 4 * n,
            text: String::new(),
            target,
            goes_on,
        };
        targets.iter().enumerate().map(instruction).collect()
    }

    #[test]
    fn the_inner_loop_is_the_shorter_way() {
        let nested = code(&[
            (None, true),
            (None, true),
            (None, true),
            (Some(8), true),
            (Some(4), true),
        ]);
        assert_eq!(shortest_round(&nested), Some(2));
    }

    #[test]
    fn a_branch_within_a_loop_shortens_it() {
        let jumping = code(&[
            (None, true),
            (Some(16), true),
            (None, true),
            (None, true),
            (Some(0), false),
        ]);
        assert_eq!(shortest_round(&jumping), Some(3));
    }

    #[test]
    fn what_never_comes_back_is_no_loop() {
        let gone = code(&[(None, true), (None, false), (Some(0), true)]);
        assert_eq!(shortest_round(&gone), None);
        assert_eq!(shortest_round(&code(&[(None, false)])), None);
    }
}
