//! What the system or the budget refuses, at every step at which it can: an error each time, and whatever there was before is
//! as good as ever.

use super::*;
use crate::memory::mapping::fault;

#[test]
fn a_full_arena_is_an_error_that_loses_nothing() {
    let arena = arena(8192);
    let mut all = Vec::new();
    let error = loop {
        match arena.publish(&leaves(all.len() as u16)) {
            Ok(code) => all.push(code),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, MemoryError::Full { budget: 8192, .. }),
        "{error}"
    );
    for (number, code) in all.iter().enumerate() {
        assert_eq!(run(code), number as u64);
    }
    all.swap_remove(3);
    assert_eq!(run(&arena.publish(&leaves(1000)).unwrap()), 1000);
}

/// Whatever the budget, so that the arena is full at every moment of making it and of filling it.
#[test]
fn an_arena_that_is_full_at_any_moment_is_usable() {
    let mut made = 0;
    for budget in (0..2048).step_by(8) {
        let options = ArenaOptions {
            budget,
            nudge_emulator: cfg!(target_arch = "aarch64"),
        };
        let arena = match Arena::new(&library(), options) {
            Err(MemoryError::Full { .. } | MemoryError::Mapping(_)) => continue,
            other => other.expect("it is full or it is good"),
        };
        made += 1;
        let mut all: Vec<Code> = std::iter::from_fn(|| arena.publish(&leaves(7)).ok()).collect();
        let free = arena.free_bytes();
        for again in 0..all.len() {
            all.remove(0);
            assert!(arena.free_bytes() > free, "what is freed can be used");
            let number = 100 + again as u16;
            all.push(arena.publish(&leaves(number)).expect("one has gone"));
            assert!(arena.publish(&leaves(8)).is_err(), "it is full again");
            assert_eq!(arena.free_bytes(), free, "a refusal takes nothing");
        }
        for (n, code) in all.iter().enumerate() {
            assert_eq!(run(code), 100 + n as u64);
        }
    }
    assert!(made > 200, "most of these budgets are enough for an arena");
}

#[test]
fn every_refused_step_of_mapping_is_an_error() {
    let mut refused = 0;
    for step in 0.. {
        fault::arm(Some(step));
        let outcome = Arena::new(&library(), ArenaOptions::default());
        fault::arm(None);
        match outcome {
            Err(MemoryError::Mapping(_)) => refused += 1,
            Err(other) => panic!("{other}"),
            Ok(arena) => {
                assert_eq!(run(&arena.publish(&leaves(5)).unwrap()), 5);
                break;
            }
        }
    }
    assert_eq!(refused, 4, "as many steps as the mapping has");
}

/// On Linux publishing asks nothing of the system, so there is no step at which it could be refused; the emulator's nudge
/// is for tests.
#[test]
#[cfg(not(target_arch = "aarch64"))]
fn publishing_and_freeing_ask_nothing_of_the_system() {
    let arena = arena(1 << 16);
    fault::arm(Some(0));
    for number in 0..100 {
        let code = arena.publish(&leaves(number)).expect("nothing is refused");
        assert_eq!(run(&code), u64::from(number));
    }
    assert!(fault::is_armed(), "no step was one that can be refused");
    fault::arm(None);
}

/// An arena that could not be made takes nothing from those that there are.
#[test]
fn refused_arenas_leave_the_others_as_they_are() {
    let arena = arena(1 << 16);
    let code = arena.publish(&leaves(1)).expect("there is room");
    for step in 0..4 {
        fault::arm(Some(step));
        let refused = Arena::new(&library(), ArenaOptions::default());
        assert!(matches!(refused, Err(MemoryError::Mapping(_))));
        fault::arm(None);
        let more = arena.publish(&leaves(2)).expect("there is room");
        code.link(ExitId(0), &more).expect("it has that exit");
        assert_eq!((run(&code), run(&more)), (2, 2));
    }
}
