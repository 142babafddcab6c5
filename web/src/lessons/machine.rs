//! The lessons about machine code: stencils, holes, variants, super-stencils.

use super::facts::{Facts, distinct, mirrored, numbers, result_register};
use super::{Lesson, Question, Show, Step};
use crate::layout::Pane;
use crate::provenance::{Key, Side};
use crate::timeline::Stage;

/// What a stencil is.
pub const STENCIL: Lesson = Lesson {
    title: "What a stencil is",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "Mimeo is named after the mimeograph, a machine that makes copies from a stencil. A stencil here is the machine \
                   code of one uop, made once when Mimeo was built. The library of stencils is part of this page.",
            pane: Pane::Stencils,
            show: Show::After(Stage::Select),
            question: None,
        },
        Step {
            text: "Compiling a trace is choosing a stencil for each uop and copying its bytes behind those of the one before. Step \
                   through the copying: the rows of machine code appear one after the other.",
            pane: Pane::Machine,
            show: Show::After(Stage::Copy),
            question: Some(Question {
                ask: "From how many stencils was the x86-64 code of this trace copied?",
                options: |facts| {
                    numbers([
                        stencils(facts),
                        stencils(facts).map(|n| n * 2),
                        Some(1),
                        Some(facts.uops().count() * 10),
                    ])
                },
                answer: |facts| stencils(facts).map(|count| count.to_string()),
                because: |facts| {
                    let (stencils, uops) =
                        (stencils(facts).unwrap_or_default(), facts.uops().count());
                    format!(
                        "{stencils}, for {uops} uops. Some run two uops at once, some only copy a register or leave the trace."
                    )
                },
            }),
        },
        Step {
            text: "Point at a stencil: its uop, the instruction that it comes from and the place in the program light up. Every \
                   byte of the machine code has such a chain.",
            pane: Pane::Stencils,
            show: Show::Row(|facts| Some(facts.piece(Side::Left, |piece| piece.role == "uop")?.0)),
            question: None,
        },
    ],
};

fn stencils(facts: &Facts<'_>) -> Option<usize> {
    Some(facts.code(Side::Left)?.stencils as usize)
}

/// Holes and patching.
pub const HOLES: Lesson = Lesson {
    title: "Holes and patching",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "When a stencil is made, nobody knows the constants, addresses and jump targets that it will be used with. In \
                   their place it has holes. After copying they are still empty.",
            pane: Pane::Machine,
            show: Show::After(Stage::Copy),
            question: None,
        },
        Step {
            text: "Patching fills each hole by a rule that belongs to it: so many bits, at this place, of this value. The details \
                   below show a stencil before and after, with the formula of each hole.",
            pane: Pane::Machine,
            show: Show::Row(|facts| Some(facts.filled()?.0)),
            question: Some(Question {
                ask: "In this stencil a hole gets a 32-bit number. Which bytes stand there afterwards?",
                options: |facts| {
                    let right = facts.filled().map(|(_, _, bytes)| bytes);
                    let other = right.as_deref().map(mirrored);
                    distinct(
                        [right, other, Some("00000000".to_owned())]
                            .into_iter()
                            .flatten(),
                    )
                },
                answer: |facts| facts.filled().map(|(_, _, bytes)| bytes),
                because: |facts| match facts.filled() {
                    Some((_, hole, bytes)) => format!(
                        "{bytes}, by the formula “{}” with v = {}: x86-64 puts the lowest byte first.",
                        hole.formula, hole.value
                    ),
                    None => "There is none here.".to_owned(),
                },
            }),
        },
        Step {
            text: "On AArch64 an instruction has 32 bits in all, so a 64-bit address goes into four instructions, 16 bits each. \
                   Compare the two columns.",
            pane: Pane::Machine,
            show: Show::After(Stage::Patch),
            question: None,
        },
    ],
};

/// Variants and registers.
pub const VARIANTS: Lesson = Lesson {
    title: "Variants and registers",
    program: include_str!("../../examples/newton.py"),
    steps: &[
        Step {
            text: "The same uop has several stencils: with its result in the register of its first operand or in one of its own, \
                   with an operand in a register or as a constant inside the instruction. These are its variants.",
            pane: Pane::Stencils,
            show: Show::After(Stage::Select),
            question: None,
        },
        Step {
            text: "Which registers a stencil works on is not part of it: the numbers of registers are filled in while it is \
                   copied. The allocator decides about them. Integers and floats live in different registers.",
            pane: Pane::Stencils,
            show: Show::Row(|facts| Some(division(facts, Side::Left)?.0)),
            question: Some(Question {
                ask: "Which x86-64 register gets the result of this division of floats?",
                options: |facts| {
                    let right = division(facts, Side::Left).map(|(_, register)| register);
                    distinct(
                        right
                            .into_iter()
                            .chain(["r8", "rax", "r12"].map(str::to_owned)),
                    )
                },
                answer: |facts| Some(division(facts, Side::Left)?.1),
                because: |facts| {
                    let [x86, a64] = Side::BOTH.map(|side| {
                        division(facts, side).map_or_else(String::new, |(_, register)| register)
                    });
                    format!(
                        "{x86}, a float register; the other three hold integers and addresses. On AArch64 it is {a64}."
                    )
                },
            }),
        },
        Step {
            text: "Watch it on the timeline: while registers are allocated, each stencil gets its registers; in the first run, the \
                   values appear in them.",
            pane: Pane::State,
            show: Show::After(Stage::Run),
            question: None,
        },
    ],
};

/// The first division of floats in a column: its row and its result's register.
fn division(facts: &Facts<'_>, side: Side) -> Option<(Key, String)> {
    let (key, piece) = facts.piece(side, |piece| {
        piece.text.contains("div_f64") && result_register(piece).is_some()
    })?;
    Some((key, result_register(piece)?))
}

/// Super-stencils.
pub const SUPER: Lesson = Lesson {
    title: "Super-stencils",
    program: include_str!("../../examples/sum.py"),
    steps: &[
        Step {
            text: "Some uops often stand together: load a word and guard it, compare and leave. For such pairs there are \
                   super-stencils: both uops compiled together, so that the compiler could optimise across them. They have a \
                   double line at their side.",
            pane: Pane::Stencils,
            show: Show::Row(|facts| Some(facts.saving()?.0)),
            question: Some(Question {
                ask: "Selection knows what every choice costs. What would single stencils cost for this tree?",
                options: |_| ["less", "the same", "more"].map(str::to_owned).into(),
                answer: |facts| {
                    let (_, _, own, other) = facts.saving()?;
                    Some(
                        match other.cmp(&own) {
                            std::cmp::Ordering::Less => "less",
                            std::cmp::Ordering::Equal => "the same",
                            std::cmp::Ordering::Greater => "more",
                        }
                        .to_owned(),
                    )
                },
                because: |facts| match facts.saving() {
                    Some((_, _, own, other)) => format!(
                        "The super-stencil costs {own} quarters of a cycle, single stencils {other}."
                    ),
                    None => "There is none here.".to_owned(),
                },
            }),
        },
        Step {
            text: "Pin the stencil with a click and look at the table below: there is all that would have fitted. Choose another \
                   one and watch cost and bytes change. “Undo” gives the choice back to the engine.",
            pane: Pane::Stencils,
            show: Show::Row(|facts| Some(facts.saving()?.0)),
            question: None,
        },
        Step {
            text: "Now switch super-stencils off, all of them, with the box above the list, and compare the machine code.",
            pane: Pane::Stencils,
            show: Show::All,
            question: None,
        },
    ],
};
