//! The lessons about loops and traces: from the interpreter to a trace, its guards and exits, and what becomes of them.

use super::facts::{Facts, distinct, numbers, word};
use super::{Lesson, Question, Show, Step};
use crate::layout::Pane;
use crate::timeline::Stage;

/// Why a JIT.
pub const WHY: Lesson = Lesson {
    title: "Why a JIT",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "An interpreter runs a program instruction by instruction. For each one it finds out what is to be done and of \
                   which types the operands are, and only then does it do the work. In a loop it finds out the same again and again.",
            pane: Pane::Bytecode,
            show: Show::Row(|facts| Some(facts.hot("FOR_ITER")?.0)),
            question: Some(Question {
                ask: "The loop goes round 500 times. How often did the interpreter run FOR_ITER?",
                options: |facts| numbers([runs(facts), Some(500), Some(501), Some(1)]),
                answer: |facts| runs(facts).map(|runs| runs.to_string()),
                because: |facts| {
                    let runs = runs(facts).unwrap_or_default();
                    format!(
                        "{runs} times. Then the loop was hot, and a trace took over; runs inside traces are not counted here."
                    )
                },
            }),
        },
        Step {
            text: "Once a loop is hot, Mimeo follows the interpreter once round it and writes down what really happens: a trace. \
                   What the interpreter had to find out each time is now known: these operands are ints.",
            pane: Pane::Trace,
            show: Show::After(Stage::Record),
            question: None,
        },
        Step {
            text: "The trace becomes machine code. No compiler runs for that: pieces of machine code, the stencils, were made long \
                   before. They are chosen, copied one behind the other, and their holes are filled.",
            pane: Pane::Machine,
            show: Show::All,
            question: Some(Question {
                ask: "How many bytes of x86-64 machine code did this loop become, everything included?",
                options: |facts| {
                    numbers(
                        [Some(1), Some(10), Some(100)]
                            .map(|by: Option<usize>| Some(bytes(facts)? * by?)),
                    )
                },
                answer: |facts| bytes(facts).map(|bytes| bytes.to_string()),
                because: |facts| {
                    format!(
                        "{} bytes, of which the larger part is for leaving the trace.",
                        bytes(facts).unwrap_or_default()
                    )
                },
            }),
        },
        Step {
            text: "From then on the loop runs as machine code until something is not as it was recorded. Step on the timeline \
                   through the first run and watch the registers.",
            pane: Pane::State,
            show: Show::After(Stage::Run),
            question: None,
        },
    ],
};

fn runs(facts: &Facts<'_>) -> Option<usize> {
    facts.hot("FOR_ITER").map(|(_, found)| found.runs as usize)
}

fn bytes(facts: &Facts<'_>) -> Option<usize> {
    facts
        .code(crate::provenance::Side::Left)
        .map(|code| code.bytes.len() / 2)
}

/// From bytecode to a hot loop.
pub const HOT_LOOP: Lesson = Lesson {
    title: "From bytecode to a hot loop",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "Each time round, the loop passes a JUMP_BACKWARD. It counts down from 56; at zero the loop is hot. The colours \
                   at the right show how often the interpreter ran each instruction.",
            pane: Pane::Bytecode,
            show: Show::Row(|facts| Some(facts.hot("JUMP_BACKWARD")?.0)),
            question: None,
        },
        Step {
            text: "Recording follows the interpreter for one round. Each instruction leaves uops behind: small steps, among them \
                   guards for whatever was true this time and need not be true the next time.",
            pane: Pane::Trace,
            show: Show::Row(|facts| facts.recorded_row("_BINARY_OP")),
            question: Some(Question {
                ask: "How many uops did BINARY_OP, the % of line 5, leave behind?",
                options: |facts| {
                    numbers([Some(0), Some(1), facts.recorded_for("BINARY_OP"), Some(4)])
                },
                answer: |facts| {
                    facts
                        .recorded_for("BINARY_OP")
                        .map(|count| count.to_string())
                },
                because: |facts| {
                    let count = facts.recorded_for("BINARY_OP").unwrap_or_default();
                    format!(
                        "{count}: a guard that both operands are ints, and the operation on ints itself."
                    )
                },
            }),
        },
        Step {
            text: "A trace is a straight line. What only decides where to go next leaves nothing behind once it is known where it went.",
            pane: Pane::Bytecode,
            show: Show::All,
            question: Some(Question {
                ask: "Which of these instructions ran in the loop and left no uop behind?",
                options: |facts| {
                    distinct(
                        facts
                            .unrecorded()
                            .into_iter()
                            .take(1)
                            .chain(facts.recorded().into_iter().take(3)),
                    )
                },
                answer: |facts| facts.unrecorded().into_iter().next(),
                because: |facts| {
                    let name = facts.unrecorded().into_iter().next().unwrap_or_default();
                    format!(
                        "{name}: the round that was recorded did not need it, or ends where it jumps to."
                    )
                },
            }),
        },
        Step {
            text: "Play the recording on the timeline: instruction by instruction the trace forms, while variables and operands \
                   change in the interpreter.",
            pane: Pane::State,
            show: Show::After(Stage::Record),
            question: None,
        },
    ],
};

/// Guards and exits.
pub const GUARDS: Lesson = Lesson {
    title: "Guards and exits",
    program: include_str!("../../examples/types.py"),
    steps: &[
        Step {
            text: "In this program, value is an int at first. When i is 250 it becomes a float. The trace was recorded while it was an int.",
            pane: Pane::Source,
            show: Show::All,
            question: Some(Question {
                ask: "Which guard of the recording fails after that?",
                options: |facts| distinct(facts.failed_guard().into_iter().chain(facts.guards())),
                answer: |facts| facts.failed_guard(),
                because: |facts| {
                    let guard = facts.failed_guard().unwrap_or_default();
                    format!("{guard}: the addition wants two ints, and value is none any more.")
                },
            }),
        },
        Step {
            text: "Here is the exit as it was first taken. The guard compares the type's tag: 3 stands for int, 4 for float.",
            pane: Pane::State,
            show: Show::Replay(|facts| Some(facts.failed()?.id)),
            question: Some(Question {
                ask: "The trace kept its variables in registers. What has to go back into the frame for i?",
                options: |facts| {
                    let right = back(facts, "i");
                    let off =
                        |by: i64| Some((right.as_ref()?.parse::<i64>().ok()? + by).to_string());
                    distinct(
                        [off(-1), right.clone(), off(1), Some("0".to_owned())]
                            .into_iter()
                            .flatten(),
                    )
                },
                answer: |facts| back(facts, "i"),
                because: |facts| {
                    let value = back(facts, "i").unwrap_or_default();
                    format!(
                        "{value}: the guard stands before the addition of that round, so the interpreter runs the addition again."
                    )
                },
            }),
        },
        Step {
            text: "After an exit the interpreter goes on as if there had never been a trace: everything is in the frame, down to \
                   the operands on the stack. The exits of a trace and how often they were taken stand here.",
            pane: Pane::Exits,
            show: Show::Row(|facts| Some(crate::provenance::Key::Exit(facts.failed()?.id))),
            question: None,
        },
    ],
};

/// What an exit gave back to a variable.
fn back(facts: &Facts<'_>, name: &str) -> Option<String> {
    let held = facts.went_back().iter().find(|held| held.name == name)?;
    held.value.clone()
}

/// Loop peeling.
pub const PEELING: Lesson = Lesson {
    title: "Loop peeling",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "The optimised trace has two parts: b0 is the first round of the loop, b1 is every later one. The first round \
                   is peeled off.",
            pane: Pane::Optimised,
            show: Show::After(Stage::Optimise),
            question: None,
        },
        Step {
            text: "The first round has to look at the frame: it loads variables and guards their types. After it, the types are \
                   known, and the values are in registers.",
            pane: Pane::Optimised,
            show: Show::Row(|facts| {
                let uop = facts.uops().find(|uop| uop.text.contains("load_frame"))?;
                Some(crate::provenance::Key::Uop(uop.id))
            }),
            question: Some(Question {
                ask: "How many loads from the frame are left in b1, the loop itself?",
                options: |facts| {
                    numbers([
                        Some(0),
                        Some(1),
                        facts.count_in(0, "load_frame"),
                        facts.count_in(1, "load_frame"),
                    ])
                },
                answer: |facts| {
                    facts
                        .count_in(1, "load_frame")
                        .map(|count| count.to_string())
                },
                because: |facts| {
                    let count = |block| facts.count_in(block, "load_frame").unwrap_or_default();
                    format!("{}; the first round has {}.", count(1), count(0))
                },
            }),
        },
        Step {
            text: "So a type guard costs its time once, however often the loop goes round, and the loop keeps its variables in registers.",
            pane: Pane::Machine,
            show: Show::All,
            question: None,
        },
    ],
};

/// When a trace aborts.
pub const ABORTED: Lesson = Lesson {
    title: "When a trace aborts",
    program: include_str!("../../examples/aborted.py"),
    steps: &[
        Step {
            text: "Not every hot loop becomes a trace. This one makes a function in every round.",
            pane: Pane::Source,
            show: Show::All,
            question: Some(Question {
                ask: "Which instruction ended the recording?",
                options: |_| {
                    ["MAKE_FUNCTION", "STORE_GLOBAL", "CALL", "FOR_ITER"]
                        .map(str::to_owned)
                        .into()
                },
                answer: |facts| {
                    let aborted = facts.aborted()?;
                    (aborted.reason == "unsupported").then(|| word(&aborted.explanation).to_owned())
                },
                because: |facts| {
                    let text = facts.aborted().map_or("", |aborted| &aborted.explanation);
                    format!("The engine says: {text}.")
                },
            }),
        },
        Step {
            text: "This is how far the recording came before it was given up.",
            pane: Pane::Trace,
            show: Show::After(Stage::Record),
            question: None,
        },
        Step {
            text: "A recording that fails is tried again later and later, since the next round may take another way. After six \
                   failures the place is left to the interpreter for good.",
            pane: Pane::Exits,
            show: Show::All,
            question: Some(Question {
                ask: "This loop goes round 200 times. How often was a recording begun and given up?",
                options: |facts| numbers([Some(facts.aborts()), Some(6), Some(200), Some(0)]),
                answer: |facts| (facts.aborts() > 0).then(|| facts.aborts().to_string()),
                because: |facts| {
                    let count = facts.aborts();
                    format!(
                        "{count}: after 56 rounds, and again each time after twice as many as before."
                    )
                },
            }),
        },
    ],
};

/// Side traces.
pub const SIDE: Lesson = Lesson {
    title: "Side traces",
    program: include_str!("../../examples/collatz.py"),
    steps: &[
        Step {
            text: "The if of this loop goes both ways. A trace follows one way only; for the other it has an exit.",
            pane: Pane::Source,
            show: Show::All,
            question: None,
        },
        Step {
            text: "An exit that is taken often gets a trace of its own, a side trace. It goes on where the exit left.",
            pane: Pane::Exits,
            show: Show::Row(|facts| Some(crate::provenance::Key::Exit(facts.side_exit()?.id))),
            question: Some(Question {
                ask: "How often was the exit taken back to the interpreter before its side trace was there?",
                options: |facts| numbers([Some(1), taken(facts), Some(56), Some(500)]),
                answer: |facts| taken(facts).map(|taken| taken.to_string()),
                because: |facts| {
                    format!(
                        "{} times: then the exit counts as hot.",
                        taken(facts).unwrap_or_default()
                    )
                },
            }),
        },
        Step {
            text: "Then the exit is linked: running code is not changed, only a word in memory that the exit jumps through. \
                   From there on machine code goes from trace to trace without the interpreter.",
            pane: Pane::Exits,
            show: Show::Replay(|facts| Some(facts.side_exit()?.id)),
            question: Some(Question {
                ask: "Did the program take this exit more often before it was linked, or after?",
                options: |_| vec!["before".to_owned(), "after".to_owned()],
                answer: |facts| {
                    let exit = facts.side_exit()?;
                    Some(
                        if exit.followed > exit.taken {
                            "after"
                        } else {
                            "before"
                        }
                        .to_owned(),
                    )
                },
                because: |facts| {
                    let (taken, followed) = facts
                        .side_exit()
                        .map_or((0, 0), |exit| (exit.taken, exit.followed));
                    format!("{taken} times before, {followed} times after.")
                },
            }),
        },
        Step {
            text: "The tree shows which trace grew from which exit. Choose a side trace in it to see how it was made.",
            pane: Pane::Exits,
            show: Show::All,
            question: None,
        },
    ],
};

fn taken(facts: &Facts<'_>) -> Option<usize> {
    Some(facts.side_exit()?.taken as usize)
}
