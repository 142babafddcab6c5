//! The stock libraries are whole and well-formed, and what is no library is an error, never a panic.

use proptest::prelude::*;
use stencils::format::LibraryError;
use stencils::library::*;
use stencils::stock;
use stencils::table::{Type, UopTable};

const ARCHS: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

const X86_64: &[u8] = include_bytes!("../libraries/x86_64.stencils");
const AARCH64: &[u8] = include_bytes!("../libraries/aarch64.stencils");

#[test]
fn every_uop_has_a_stencil_with_all_values_in_registers() {
    for library in ARCHS.map(stock) {
        for (kind, def) in UopTable::stock().iter() {
            let alone = |pattern: &&Pattern| {
                let values = pattern.uops[0]
                    .args
                    .iter()
                    .filter(|a| matches!(a, PatternArg::Input(_) | PatternArg::Argument(_)));
                let wanted = def
                    .params
                    .iter()
                    .filter(|p| matches!(p.kind, stencils::table::ParamKind::Value(_)));
                pattern.uops.len() == 1
                    && pattern.uops[0].kind == kind
                    && values.count() == wanted.count()
            };
            assert!(
                library.patterns.iter().any(|p| alone(&p)),
                "{:?}: {}",
                library.arch,
                def.name
            );
        }
        assert_eq!(
            library.stencils[library.glue.jump.0 as usize].flow,
            Flow::End
        );
    }
}

#[test]
fn the_registers_are_those_of_the_design() {
    let names = |library: &Library| -> Vec<String> {
        library
            .registers
            .registers
            .iter()
            .map(|r| r.name.clone())
            .collect()
    };
    let x86 = "r8 r9 r11 rdi rsi r14 r15 xmm0 xmm1 xmm2 xmm3 xmm4 xmm5 xmm6 xmm7";
    assert_eq!(names(stock(Arch::X86_64)).join(" "), x86);
    let a64 = "x0 x1 x2 x3 x4 x5 x22 x23 x24 x25 x26 x27 x28 d0 d1 d2 d3 d4 d5 d6 d7";
    assert_eq!(names(stock(Arch::Aarch64)).join(" "), a64);
    assert_eq!(stock(Arch::X86_64).registers.preserved, 0b110_0000);
}

/// All operands that a stencil's code can name have fields, unless the code does without them.
#[test]
fn operands_have_fields() {
    for library in ARCHS.map(stock) {
        for stencil in &library.stencils {
            let pattern = &library.patterns[stencil.pattern.0 as usize];
            let named = |operand: u8| stencil.fields.iter().any(|f| f.operand == operand);
            let names: Vec<_> = pattern
                .uops
                .iter()
                .map(|u| UopTable::stock()[u.kind].name)
                .collect();
            if stencil.reuse == 0 && pattern.result.is_some() {
                assert!(named(Field::RESULT), "{names:?} never writes its result");
            }
            for input in 0..pattern.inputs.len() as u8 {
                let shared = stencil.reuse & 1 << input != 0;
                assert!(
                    !(shared && named(input)),
                    "{names:?}: an input in the result's register has a field of its own"
                );
                // Only what is the same for all inputs, such as `a - a`, looks at none of them.
                assert!(
                    shared || named(input) || stencil.reuse != 0,
                    "{names:?} never looks at input {input}"
                );
            }
        }
    }
}

/// Within one stencil no bit belongs to two fields, and no field to a hole.
#[test]
fn fields_and_holes_do_not_overlap() {
    for library in ARCHS.map(stock) {
        for stencil in &library.stencils {
            let mut taken = vec![false; stencil.code.len() * 8];
            for bit in stencil.fields.iter().flat_map(|f| &f.bits) {
                assert!(
                    !std::mem::replace(&mut taken[*bit as usize], true),
                    "a bit of two fields"
                );
            }
            if library.arch == Arch::X86_64 {
                for hole in &stencil.holes {
                    let start = hole.offset as usize * 8;
                    assert!(
                        !taken[start..start + hole.kind.size() * 8].contains(&true),
                        "a field inside of a hole"
                    );
                }
            }
        }
    }
}

#[test]
fn only_calls_clobber() {
    for library in ARCHS.map(stock) {
        for stencil in &library.stencils {
            let pattern = &library.patterns[stencil.pattern.0 as usize];
            let calls = pattern
                .uops
                .iter()
                .any(|u| UopTable::stock()[u.kind].effects.calls);
            assert_eq!(stencil.clobbers != 0, calls);
            assert_eq!(stencil.clobbers & library.registers.preserved, 0);
        }
    }
}

#[test]
fn comparisons_guard_in_one_branch() {
    for library in ARCHS.map(stock) {
        let find = |name: &str| UopTable::stock().find(name).expect("a stock uop");
        let (lt, guard) = (find("lt_i64"), find("guard_true"));
        let fused = library
            .patterns
            .iter()
            .position(|p| p.uops.len() == 2 && p.uops[0].kind == lt && p.uops[1].kind == guard);
        let fused = PatternId(fused.expect("a fused pattern") as u32);
        let stencil = library
            .stencils
            .iter()
            .find(|s| s.pattern == fused)
            .expect("its stencil");
        assert!(
            stencil.code.len() <= 9,
            "{:?}: {:02x?}",
            library.arch,
            stencil.code
        );
    }
}

#[test]
fn libraries_are_small() {
    assert!(X86_64.len() < 300_000 && AARCH64.len() < 300_000);
}

#[test]
fn what_is_no_library_is_refused() {
    let table = UopTable::stock();
    let read = |bytes: &[u8]| Library::read(bytes, table).err();
    assert_eq!(read(b""), Some(LibraryError::NotALibrary));
    assert_eq!(read(&[b'x'; 100]), Some(LibraryError::NotALibrary));
    let changed = |at: usize| {
        let mut bytes = X86_64.to_vec();
        bytes[at] ^= 0x40;
        read(&bytes)
    };
    let version = u32::from(X86_64[8] ^ 0x40);
    assert_eq!(changed(8), Some(LibraryError::Version(version)));
    assert_eq!(changed(12), Some(LibraryError::Arch(0x41)));
    assert_eq!(changed(X86_64.len() - 1), Some(LibraryError::Checksum));
    assert_eq!(
        read(&X86_64[..X86_64.len() - 1]),
        Some(LibraryError::Length)
    );
    let mut longer = X86_64.to_vec();
    longer.push(0);
    assert_eq!(read(&longer), Some(LibraryError::Length));
}

/// The header's length: the payload follows, with its checksum as the header's last 8 bytes.
const HEADER: usize = 28;

/// Makes the length and checksum right again, so that damage gets as far as it can.
fn reseal(bytes: &mut [u8]) {
    let payload = bytes.len() - HEADER;
    bytes[16..20].copy_from_slice(&(payload as u32).to_le_bytes());
    let sum = bytes[HEADER..]
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
    bytes[20..28].copy_from_slice(&sum.to_le_bytes());
}

/// What the engine relies on, of a library that was read.
fn check(library: &Library) {
    for stencil in &library.stencils {
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        for hole in &stencil.holes {
            assert!(hole.offset as usize + hole.kind.size() <= stencil.code.len());
        }
        for field in &stencil.fields {
            assert!(
                field
                    .bits
                    .iter()
                    .all(|bit| (*bit as usize) < stencil.code.len() * 8)
            );
            assert!(
                field.operand == Field::RESULT || (field.operand as usize) < pattern.inputs.len()
            );
        }
        assert!(
            pattern.result != Some(Type::F64)
                || library.registers.registers.len() > library.registers.int_count as usize
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any damage, even with a right checksum, gives an error or a library that is as good as any.
    #[test]
    fn damage_is_survived(
        x86 in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        is_cut in prop::bool::weighted(0.2),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut bytes = if x86 { X86_64 } else { AARCH64 }.to_vec();
        if is_cut {
            bytes.truncate(HEADER + cut.index(bytes.len() - HEADER));
        }
        let len = bytes.len() - HEADER;
        for (at, value) in changes {
            if len > 0 {
                // Half of the changes hit the first 8 KiB, where the structure is denser.
                let at = if value & 1 == 0 { at.index(len.min(8192)) } else { at.index(len) };
                bytes[HEADER + at] = value;
            }
        }
        reseal(&mut bytes);
        if let Ok(library) = Library::read(&bytes, UopTable::stock()) {
            check(&library);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut whole = X86_64[..HEADER].to_vec();
        whole.extend(&bytes);
        reseal(&mut whole);
        prop_assert!(Library::read(&whole, UopTable::stock()).is_err());
    }
}

#[test]
fn appending_adds_only_what_is_new() {
    let stock = stock(Arch::X86_64);
    let mut both = Library::clone(stock);
    assert_eq!(
        both.append(stencils::stock(Arch::Aarch64)),
        Err(LibraryError::Mismatch)
    );
    assert_eq!(both, **stock);
    let mut part = Library::clone(stock);
    let floats = part.patterns.len() - 1;
    part.patterns.truncate(floats);
    part.stencils.retain(|s| (s.pattern.0 as usize) < floats);
    let kept = part.stencils.len();
    part.append(stock).expect("libraries of one architecture");
    assert_eq!(part.patterns, stock.patterns);
    assert_eq!(part.stencils[..kept], stock.stencils[..kept]);
    assert_eq!(part.stencils.len(), stock.stencils.len());
    let constants = |l: &Library| -> Vec<u32> {
        let holes = l.stencils[kept..].iter().flat_map(|s| &s.holes);
        holes
            .filter_map(|h| {
                if let HoleValue::Constant(at) = h.value {
                    Some(at)
                } else {
                    None
                }
            })
            .collect()
    };
    let moved: Vec<u32> = constants(stock)
        .iter()
        .map(|at| at + stock.constants.len() as u32)
        .collect();
    assert_eq!(constants(&part), moved);
}
