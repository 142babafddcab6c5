//! Machine code as text.

use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
use stencils::library::Arch;
use yaxpeax_arch::{Decoder as _, U8Reader};
use yaxpeax_arm::armv8::a64::InstDecoder;

use super::model::Line;

/// Disassembles code that runs at address 0; bytes that are no instruction are shown as such.
pub(super) fn disassemble(arch: Arch, code: &[u8]) -> Vec<Line> {
    match arch {
        Arch::X86_64 => x86(code),
        Arch::Aarch64 => a64(code),
    }
}

fn x86(code: &[u8]) -> Vec<Line> {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_space_after_operand_separator(true);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_branch_leading_zeros(false);
    options.set_rip_relative_addresses(true);
    // All numbers alike; and where `usize` takes 32 bits, the formatter takes a number for a small one by its lower half.
    options.set_small_hex_numbers_in_decimal(false);
    let mut lines = Vec::new();
    while decoder.can_decode() {
        let instruction = decoder.decode();
        let mut text = String::new();
        formatter.format(&instruction, &mut text);
        lines.push(Line {
            at: instruction.ip32(),
            len: instruction.len() as u32,
            text,
        });
    }
    lines
}

fn a64(code: &[u8]) -> Vec<Line> {
    let decoder = InstDecoder::default();
    let words = code.chunks(4).enumerate();
    let line = |(n, word): (usize, &[u8])| Line {
        at: n as u32 * 4,
        len: word.len() as u32,
        text: match decoder.decode(&mut U8Reader::new(word)) {
            Ok(instruction) => instruction.to_string(),
            Err(_) => ".inst (no instruction)".to_owned(),
        },
    };
    words.map(line).collect()
}
