//! What an explanation says of the runs of traces: the steps of the first, what registers hold, and how exits were taken.

use std::collections::HashMap;

use jit_playground::explain::model::{Choice, Explanation, Piece, Trace};
use jit_playground::explain::{Options, Wanted};
use jit_playground::session::Session;
use jit_playground::syntax::SourceFile;
use jit_playground::trace;
use stencils::library::Arch;

const ARCHS: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

const PROGRAMS: [&str; 3] = [
    "def f(n):
    total = 0
    for i in range(n):
        if i % 3:
            total += i
    return total
print(f(500))
",
    "def f(n, xs):
    total = 0.0
    for i in range(n):
        xs[i % 7] += i * 0.5
        if i % 5 == 0:
            total += xs[i % 7]
        xs.append(len(xs))
        total = max(total, 2.0) / 1.5
    return total
print(f(3000, [1.0] * 7))
",
    "value = 1
for i in range(500):
    value = value + 1
    if i == 250:
        value = value * 0.5
print(value)
",
];

fn session(text: &str) -> Session {
    let source = SourceFile::new("test.py", text).unwrap();
    let output = Box::new(std::io::sink());
    let mut session = Session::load(source, output, trace::Options::default()).unwrap();
    session.run().unwrap();
    session
}

fn explanation(text: &str, arch: Arch) -> Explanation {
    session(text).explain(&Options::new(arch)).unwrap()
}

fn uops(trace: &Trace) -> HashMap<u32, &str> {
    let blocks = trace.optimised.blocks.iter();
    let uops = blocks.flat_map(|block| &block.uops);
    uops.map(|uop| (uop.id, uop.text.as_str())).collect()
}

#[test]
fn every_trace_that_ran_has_its_first_run() {
    for text in PROGRAMS {
        let explanation = explanation(text, Arch::X86_64);
        for trace in &explanation.traces {
            let run = trace.run.as_ref().unwrap();
            assert_eq!(run.steps[0].kind, "block");
            let uops = uops(trace);
            for step in run.steps.iter().filter(|step| step.kind == "uop") {
                let text = uops[&step.id];
                let names: Vec<&str> = step.values.iter().map(|held| held.name.as_str()).collect();
                match text.split_once(" = ") {
                    Some((result, _)) => assert_eq!(names, [result], "{text}"),
                    None => assert!(names.is_empty(), "{text}"),
                }
            }
            if run.whole {
                let last = run.steps.last().unwrap();
                assert_eq!(last.kind, "leave");
                let exit = &trace.exits[last.id as usize];
                assert_eq!(exit.replay.as_ref().unwrap().frame, last.frame);
            }
        }
    }
}

/// The registers that a stencil reads hold, by the account of the run, what its uop's operands held.
#[test]
fn registers_hold_what_the_uops_computed() {
    for text in PROGRAMS {
        for arch in ARCHS {
            let explanation = explanation(text, arch);
            let mut compared = 0;
            for trace in &explanation.traces {
                let (run, code) = (trace.run.as_ref().unwrap(), trace.code.as_ref().unwrap());
                assert_eq!(run.steps.len(), code.states.len());
                let mut values: HashMap<&str, &str> = HashMap::new();
                for (step, state) in run.steps.iter().zip(&code.states) {
                    for held in &step.values {
                        values.insert(&held.name, held.value.as_deref().unwrap());
                    }
                    for register in state.registers.iter().filter(|r| !r.holds.is_empty()) {
                        let wanted = values.get(register.holds.as_str()).copied();
                        assert_eq!(register.value.as_deref(), wanted, "{register:?}");
                        compared += 1;
                    }
                    for &piece in &state.pieces {
                        assert!(code.pieces.get(piece as usize).is_some());
                    }
                    if step.kind == "uop" {
                        let own = |piece: &&Piece| piece.uops.contains(&step.id);
                        assert!(code.pieces.iter().any(|piece| own(&piece)));
                    }
                }
            }
            assert!(compared > 10, "{compared}");
        }
    }
}

#[test]
fn an_exit_that_was_taken_says_which_guard_failed_and_what_went_back() {
    let explanation = explanation(PROGRAMS[2], Arch::X86_64);
    let trace = &explanation.traces[0];
    let taken = trace
        .exits
        .iter()
        .find(|exit| exit.kind == "guard" && exit.taken > 0);
    let exit = taken.unwrap();
    let replay = exit.replay.as_ref().unwrap();
    assert!(replay.guard.starts_with("guard_eq"), "{}", replay.guard);
    assert_eq!(replay.guard, uops(trace)[&replay.uop.unwrap()]);
    // A float's tag where an int's was expected.
    let operands: Vec<_> = replay
        .operands
        .iter()
        .map(|held| held.value.as_deref())
        .collect();
    assert_eq!(operands, [Some("4"), Some("3")]);
    assert!(exit.followed > 100, "{}", exit.followed);
    for exit in trace.exits.iter() {
        assert_eq!(
            exit.replay.is_some(),
            exit.taken + exit.followed > 0,
            "x{}",
            exit.id
        );
    }
}

#[test]
fn the_interpreter_is_seen_while_it_records() {
    let explanation = explanation(PROGRAMS[0], Arch::X86_64);
    let mut held: HashMap<&str, &str> = HashMap::new();
    for recorded in &explanation.traces[0].recorded {
        for change in &recorded.before {
            match &change.value {
                Some(value) => held.insert(&change.name, value),
                None => held.remove(change.name.as_str()),
            };
        }
        if recorded.text == "_GUARD_BOTH_INT" {
            assert_eq!(held.get("stack 4"), Some(&"3"), "i % 3: {held:?}");
        }
    }
    assert_eq!(held.get("i"), Some(&"57"));
}

#[test]
fn an_explanation_of_watched_runs_is_the_same_for_every_run() {
    for text in PROGRAMS {
        let first = explanation(text, Arch::X86_64);
        let ballast: Vec<Vec<u8>> = (1..100).map(|n| vec![1; n * 100]).collect();
        let second = explanation(text, Arch::X86_64);
        drop(ballast);
        assert!(first == second, "two runs differ:\n{text}");
    }
}

/// Every alternative that is shown can be chosen, and is what stands there then.
#[test]
fn every_alternative_can_be_chosen() {
    let session = session(PROGRAMS[0]);
    for arch in ARCHS {
        let plain = session.explain(&Options::new(arch)).unwrap();
        let choices = |explanation: &Explanation| -> Vec<Choice> {
            let code = explanation.traces[0].code.as_ref().unwrap();
            let pieces = code.pieces.iter();
            pieces.filter_map(|piece| piece.choice.clone()).collect()
        };
        let mut changed = 0;
        for choice in choices(&plain) {
            assert!(!choice.forced);
            for other in &choice.rejected {
                let options = Options {
                    choices: vec![Wanted {
                        trace: 0,
                        place: choice.place.clone(),
                        pattern: other.pattern.clone(),
                    }],
                    ..Options::new(arch)
                };
                let forced = session.explain(&options).unwrap();
                let now = choices(&forced);
                let there = now.iter().find(|now| now.place == choice.place).unwrap();
                assert!(there.forced, "{} at {}", other.pattern, choice.place);
                assert_eq!(there.chosen.pattern, other.pattern);
                changed += usize::from(forced.traces[0].code != plain.traces[0].code);
            }
        }
        assert!(changed > 3, "{arch:?}: {changed}");
    }
}

/// Addresses differ from run to run: an explanation shows names for those that it knows and says of the others that they are
/// addresses. An integer that looks like one is told from them by the tag beside it, wherever a program can keep it.
#[test]
fn addresses_are_named_and_integers_that_look_like_them_are_not() {
    let text = "WORD = 1 << 40
def f(n, items, big):
    total = 0
    for i in range(n):
        total = items[i % 3] ^ i
        total = max(total + WORD, big)
        items[i % 2] = total // 3
    return total
print(f(300, [1 << 40, (1 << 41) + 5, 1 << 39], 1 << 42))
";
    let explanation = explanation(text, Arch::X86_64);
    let trace = &explanation.traces[0];
    let run = trace.run.as_ref().unwrap();
    let uops = || trace.optimised.blocks.iter().flat_map(|block| &block.uops);
    let mut found = [0, 0, 0];
    for step in run.steps.iter().filter(|step| step.kind == "uop") {
        let uop = &uops().find(|uop| uop.id == step.id).unwrap().text;
        for value in step.values.iter().filter_map(|held| held.value.as_deref()) {
            // The lists' words: where its items begin is an address, what is in them never is.
            let is_item = uop.contains("load_indexed_i64");
            assert!(!is_item || value.parse::<i64>().is_ok(), "{uop} is {value}");
            found[0] += usize::from(value == "address");
            found[1] += usize::from(is_item && value.len() > 11);
            found[2] += usize::from(uop.contains("&WORD, 8") && value == "1099511627776");
        }
    }
    assert!(found.iter().all(|&count| count > 0), "{found:?}");
    let big = run.frame.iter().find(|held| held.name == "big").unwrap();
    assert_eq!(big.value.as_deref(), Some("4398046511104"));
    let items = run.frame.iter().find(|held| held.name == "items").unwrap();
    assert_eq!(items.value.as_deref(), Some("<list>"));
}
