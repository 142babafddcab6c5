//! The chain followed in what the engine really says of a small program.

use super::*;
use crate::sheet::Sheet;
use crate::testing::first;

const PROGRAM: &str = "total = 0\nfor i in range(200):\n    total += i * 3\n";

fn uop(sheet: &Sheet, name: &str) -> u32 {
    let trace = sheet.trace().unwrap();
    let mut uops = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
    uops.find(|uop| uop.text.contains(name)).unwrap().id
}

#[test]
fn a_byte_leads_to_its_source() {
    let (outline, sheet) = first(PROGRAM);
    let multiply = uop(&sheet, "mul_ovf_i64");
    let code = sheet.code(Side::Right).unwrap();
    let piece = code
        .pieces
        .iter()
        .position(|piece| piece.uops.contains(&multiply));
    let keys = sheet
        .links()
        .chain(Key::Piece(Side::Right, piece.unwrap() as u32));
    assert!(keys.contains(&Key::Uop(multiply)));
    let texts = sources(&outline, &keys);
    assert!(
        texts.iter().any(|text| (text.line, text.column) == (3, 14)),
        "{texts:?}"
    );
    // The same uop's code for the other architecture stands beside it.
    assert!(
        keys.iter()
            .any(|key| matches!(key, Key::Piece(Side::Left, _)))
    );
}

#[test]
fn an_instruction_leads_to_its_bytes_and_to_no_other_instruction() {
    let (outline, sheet) = first(PROGRAM);
    let links = sheet.links();
    let keys = at_caret(&outline, 3, 17);
    assert!(!keys.is_empty());
    for key in keys {
        let found = links.chain(key);
        let instructions = found
            .iter()
            .filter(|key| matches!(key, Key::Instruction(..)));
        assert_eq!(instructions.collect::<Vec<_>>(), [&key]);
    }
    let multiply = at_caret(&outline, 3, 16);
    let found: BTreeSet<Key> = multiply.iter().flat_map(|&key| links.chain(key)).collect();
    for side in Side::BOTH {
        assert!(
            found
                .iter()
                .any(|key| matches!(key, Key::Piece(of, _) if *of == side))
        );
    }
}

#[test]
fn an_exit_leads_to_its_guards() {
    let (_, sheet) = first(PROGRAM);
    let trace = sheet.trace().unwrap();
    for exit in &trace.exits {
        let keys = sheet.links().chain(Key::Exit(exit.id));
        let guarded = |uop: &&jit_playground::explain::model::Uop| uop.exit == Some(exit.id);
        for uop in trace
            .optimised
            .blocks
            .iter()
            .flat_map(|block| &block.uops)
            .filter(guarded)
        {
            assert!(keys.contains(&Key::Uop(uop.id)));
        }
    }
}

#[test]
fn keys_are_read_as_they_are_written() {
    let keys = [
        Key::Instruction(1, 20),
        Key::Recorded(3),
        Key::Lowered(4),
        Key::Uop(5),
        Key::Piece(Side::Left, 6),
        Key::Piece(Side::Right, 7),
        Key::Exit(8),
    ];
    for key in keys {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    for bad in ["", "u", "z1", "i3", "i3-", "u-1", "u99999999999"] {
        assert_eq!(bad.parse::<Key>(), Err(NoKey));
    }
}
