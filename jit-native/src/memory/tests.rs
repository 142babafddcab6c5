//! The arena with code made by hand, so that it is tested apart from stencils and compiler.

mod refusals;

use super::*;
use crate::compiled::{Compiled, Fixup, FixupTarget};
use crate::context::{Context, SPILL_WORDS};
use crate::region::ExitId;
use std::sync::atomic::{AtomicBool, Ordering};
use stencils::library::{Arch, Glue, HoleKind, Library, RegisterFile, StencilId};

const ARCH: Arch = if cfg!(target_arch = "x86_64") {
    Arch::X86_64
} else {
    Arch::Aarch64
};

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A library with nothing but the glue that the arena itself uses.
fn library() -> Library {
    let (enter, leave) = match ARCH {
        // push rbx, r12, r13; mov r12, rdi; mov r13, rsi; call rdx; pop r13, r12, rbx; ret
        Arch::X86_64 => (
            vec![
                0x53, 0x41, 0x54, 0x41, 0x55, 0x49, 0x89, 0xfc, 0x49, 0x89, 0xf5, 0xff, 0xd2, 0x41,
                0x5d, 0x41, 0x5c, 0x5b, 0xc3,
            ],
            vec![0xc3],
        ),
        // stp x29, x30; stp x20, x21; mov x20, x0; mov x21, x1; blr x2; ldp x20, x21; ldp x29, x30; ret
        Arch::Aarch64 => (
            words(&[
                0xa9be_7bfd,
                0xa901_57f4,
                0xaa00_03f4,
                0xaa01_03f5,
                0xd63f_0040,
                0xa941_57f4,
                0xa8c2_7bfd,
                0xd65f_03c0,
            ]),
            words(&[0xd65f_03c0]),
        ),
    };
    Library {
        arch: ARCH,
        registers: RegisterFile {
            registers: Vec::new(),
            int_count: 0,
            preserved: 0,
        },
        patterns: Vec::new(),
        stencils: Vec::new(),
        constants: vec![7; 24],
        glue: Glue {
            enter,
            leave,
            exit: StencilId(0),
            jump: StencilId(0),
        },
    }
}

/// A region that does nothing but leave through its only exit, with this number.
fn leaves(number: u16) -> Compiled {
    let (code, fixups) = match ARCH {
        // mov eax, number; movabs r11, slot; jmp [r11]
        Arch::X86_64 => {
            let mut code = vec![0xb8];
            code.extend(u32::from(number).to_le_bytes());
            code.extend([0x49, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0xff, 0x23]);
            (code, vec![(7, HoleKind::X86Abs64)])
        }
        // movz w0, number; movz/movk x9, slot; ldr x9, [x9]; br x9
        Arch::Aarch64 => (
            words(&[
                0x5280_0000 | u32::from(number) << 5,
                0xd280_0009,
                0xf2a0_0009,
                0xf2c0_0009,
                0xf2e0_0009,
                0xf940_0129,
                0xd61f_0120,
            ]),
            vec![
                (4, HoleKind::A64Mov0),
                (8, HoleKind::A64Mov1),
                (12, HoleKind::A64Mov2),
                (16, HoleKind::A64Mov3),
            ],
        ),
    };
    let fixups = fixups
        .into_iter()
        .map(|(offset, kind)| Fixup {
            offset,
            kind,
            target: FixupTarget::ExitSlot(0),
            addend: 0,
        })
        .collect();
    Compiled {
        arch: ARCH,
        code,
        first_exit: u32::from(number),
        exits: 1,
        fixups,
        alignment: 1,
        spill_words: 0,
    }
}

fn arena(budget: usize) -> Arena {
    // The emulator's trap is met whenever a test reuses a block; the nudge is harmless elsewhere.
    Arena::new(
        &library(),
        ArenaOptions {
            budget,
            nudge_emulator: cfg!(target_arch = "aarch64"),
        },
    )
    .unwrap()
}

fn run(code: &Code) -> u64 {
    let mut context = Context::new(std::ptr::null_mut());
    let mut frame = [0u64; 1];
    // SAFETY: the code made by `leaves` touches neither frame nor context.
    unsafe { code.run(frame.as_mut_ptr(), &mut context) }
}

#[test]
fn code_runs_and_exits_are_linked_and_unlinked() {
    let arena = arena(1 << 16);
    let (a, b) = (
        arena.publish(&leaves(1)).unwrap(),
        arena.publish(&leaves(2)).unwrap(),
    );
    assert_eq!((run(&a), run(&b)), (1, 2));
    a.link(ExitId(0), &b).unwrap();
    assert_eq!(run(&a), 2);
    a.unlink(ExitId(0)).unwrap();
    assert_eq!(run(&a), 1);
    assert_eq!(a.link(ExitId(1), &b), Err(LinkError::NoExit(ExitId(1), 1)));
    let elsewhere = self::arena(1 << 16).publish(&leaves(3)).unwrap();
    assert_eq!(a.link(ExitId(0), &elsewhere), Err(LinkError::OtherArena));
}

#[test]
fn a_link_keeps_its_target_and_a_ring_goes_when_it_is_unlinked() {
    let arena = arena(1 << 16);
    let free = arena.free_bytes();
    let (a, b) = (
        arena.publish(&leaves(1)).unwrap(),
        arena.publish(&leaves(2)).unwrap(),
    );
    a.link(ExitId(0), &b).unwrap();
    drop(b);
    assert_eq!(run(&a), 2, "the link alone keeps it");
    let c = arena.publish(&leaves(3)).unwrap();
    a.link(ExitId(0), &c).unwrap();
    c.link(ExitId(0), &a).unwrap();
    c.unlink_all();
    a.unlink_all();
    assert_eq!(run(&a), 1);
    drop((a, c));
    assert_eq!(arena.free_bytes(), free);
}

#[test]
fn freed_code_waits_until_nothing_runs_and_is_reused_then() {
    let arena = arena(1 << 16);
    let code = arena.publish(&leaves(1)).unwrap();
    let place = code.extent();
    let guard = arena.shared.run_guard();
    drop(code);
    let other = arena.publish(&leaves(2)).unwrap();
    assert_ne!(other.extent(), place, "somebody may still be in it");
    drop(guard);
    let third = arena.publish(&leaves(3)).unwrap();
    assert_eq!(third.extent(), place);
    assert_eq!((run(&other), run(&third)), (2, 3));
}

#[test]
fn what_cannot_run_here_is_refused() {
    let arena = arena(1 << 16);
    let free = arena.free_bytes();
    let other = if ARCH == Arch::X86_64 {
        Arch::Aarch64
    } else {
        Arch::X86_64
    };
    let foreign = Compiled {
        arch: other,
        ..leaves(1)
    };
    assert!(matches!(
        arena.publish(&foreign),
        Err(MemoryError::WrongArch { .. })
    ));
    let spills = Compiled {
        spill_words: SPILL_WORDS + 1,
        ..leaves(1)
    };
    assert!(matches!(
        arena.publish(&spills),
        Err(MemoryError::Spills(_))
    ));
    for alignment in [0, 3, 128] {
        let crooked = Compiled {
            alignment,
            ..leaves(1)
        };
        assert!(matches!(
            arena.publish(&crooked),
            Err(MemoryError::Alignment(_))
        ));
    }
    let mut outside = leaves(1);
    outside.fixups[0].offset = 1 << 20;
    assert!(matches!(
        arena.publish(&outside),
        Err(MemoryError::Patch(_))
    ));
    let mut slot = leaves(1);
    slot.fixups[0].target = FixupTarget::ExitSlot(1);
    assert!(matches!(
        arena.publish(&slot),
        Err(MemoryError::NoSlot(1, 1))
    ));
    assert_eq!(arena.free_bytes(), free, "a refusal takes nothing");
    let library = Library {
        arch: other,
        ..library()
    };
    assert!(matches!(
        Arena::new(&library, ArenaOptions::default()),
        Err(MemoryError::WrongHost(_))
    ));
}

#[test]
fn many_small_regions_take_little_more_than_their_code() {
    let arena = arena(1 << 23);
    let before = arena.free_bytes();
    let count = 100_000;
    let all: Vec<Code> = (0..count)
        .map(|n| arena.publish(&leaves(n as u16)).unwrap())
        .collect();
    let code = leaves(0).code.len() * count;
    assert!(
        before - arena.free_bytes() <= code * 2,
        "blocks are rounded to 16 bytes and nothing else is lost"
    );
    assert_eq!(run(&all[count - 1]), (count - 1) as u16 as u64);
    drop(all);
    assert_eq!(arena.free_bytes(), before);
}

/// Threads publish, run, link and drop while another reads the process's own map again and again.
#[test]
fn no_page_is_ever_writable_and_executable() {
    // An emulator that must be nudged cannot be while other threads run: there, nothing is reused.
    let reuse = cfg!(not(target_arch = "aarch64"));
    let arena = Arena::new(
        &library(),
        ArenaOptions {
            budget: 1 << 20,
            nudge_emulator: false,
        },
    )
    .unwrap();
    let done = AtomicBool::new(false);
    let kept = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..3u16 {
            let (arena, done, kept) = (arena.clone(), &done, &kept);
            scope.spawn(move || {
                for round in 0..2000u16 {
                    let (a, b) = (
                        arena.publish(&leaves(thread)).unwrap(),
                        arena.publish(&leaves(round)).unwrap(),
                    );
                    a.link(ExitId(0), &b).unwrap();
                    assert_eq!(run(&a), u64::from(round));
                    a.unlink(ExitId(0)).unwrap();
                    assert_eq!(run(&a), u64::from(thread));
                    if !reuse {
                        kept.lock().unwrap().push((a, b));
                    }
                }
                done.store(true, Ordering::Relaxed);
            });
        }
        let mut looks = 0;
        while !done.load(Ordering::Relaxed) || looks == 0 {
            let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
            let both = |line: &&str| {
                line.split(' ')
                    .nth(1)
                    .is_some_and(|p| p.contains('w') && p.contains('x'))
            };
            assert_eq!(maps.lines().find(both), None);
            looks += 1;
        }
    });
}
