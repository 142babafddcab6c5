//! What everything holds at a place of the timeline: the interpreter's variables while a trace is recorded, the region's
//! values, the registers and the frame while it runs.
//!
//! It only adds up the changes that an explanation holds. Start at [`Holdings::at`].

use std::collections::HashMap;

use jit_playground::explain::model::{Code, Exit, Held, Recorded, Trace};

use crate::timeline::{Moment, Stage};

/// Something with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// What that is, if there is more to say: the region's value in a register.
    pub note: String,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// Several of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What they are.
    pub title: &'static str,
    /// In the order in which they first appeared.
    pub rows: Vec<Row>,
}

/// All that is held at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// What happens there, in words.
    pub title: String,
    /// What is held.
    pub tables: Vec<Table>,
}

/// Adds up changes.
#[derive(Default)]
struct Sum<'a> {
    rows: Vec<Option<Row>>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Sum<'a> {
    fn change(&mut self, name: &'a str, value: Option<&str>, note: &str, changed: bool) {
        let row = value.map(|value| Row {
            name: name.to_owned(),
            value: value.to_owned(),
            note: note.to_owned(),
            changed,
        });
        match self.places.get(name) {
            Some(&at) => self.rows[at] = row,
            None => {
                self.places.insert(name, self.rows.len());
                self.rows.push(row);
            }
        }
    }

    fn all(&mut self, held: &'a [Held], changed: bool) {
        for held in held {
            self.change(&held.name, held.value.as_deref(), "", changed);
        }
    }

    fn table(self, title: &'static str) -> Table {
        Table {
            title,
            rows: self.rows.into_iter().flatten().collect(),
        }
    }
}

impl Holdings {
    /// What is held at a moment of a trace; `code` is the machine code whose registers are shown.
    pub fn at(
        moment: Option<Moment>,
        recorded: &[Recorded],
        trace: Option<&Trace>,
        code: Option<&Code>,
    ) -> Holdings {
        match moment {
            Some(Moment {
                stage: Stage::Run,
                step,
            }) => trace.map(|trace| run(trace, code, step)).unwrap_or_default(),
            Some(Moment {
                stage: Stage::Record,
                step,
            }) => recording(recorded, step),
            Some(_) => Holdings {
                title: "The trace is being compiled; nothing runs. At the start of its first run, this is in the frame:"
                    .to_owned(),
                tables: trace.map(entry).into_iter().collect(),
            },
            None => Holdings {
                title: "Before the recording.".to_owned(),
                tables: Vec::new(),
            },
        }
    }

    /// What an exit did when it was first taken.
    pub fn replay(exit: &Exit) -> Option<Holdings> {
        let replay = exit.replay.as_ref()?;
        let mut operands = Sum::default();
        operands.all(&replay.operands, false);
        let mut frame = Sum::default();
        frame.all(&replay.frame, true);
        let why = if replay.guard.is_empty() {
            format!("Exit x{}: the trace ends here.", exit.id)
        } else {
            format!("Exit x{}: “{}” failed.", exit.id, replay.guard)
        };
        Some(Holdings {
            title: format!(
                "{why} The interpreter goes on at line {}.",
                exit.resume.line
            ),
            tables: vec![
                operands.table("What the guard saw"),
                frame.table("What went back into the frame"),
            ],
        })
    }
}

fn recording(recorded: &[Recorded], step: usize) -> Holdings {
    let mut sum = Sum::default();
    for (n, recorded) in recorded.iter().enumerate().take(step + 1) {
        sum.all(&recorded.before, n == step);
    }
    let now = recorded.get(step);
    Holdings {
        title: now.map_or_else(String::new, |now| {
            format!(
                "The interpreter is at line {}. Written down: {}",
                now.at.line, now.text
            )
        }),
        tables: vec![sum.table("Variables and operands")],
    }
}

fn entry(trace: &Trace) -> Table {
    let mut frame = Sum::default();
    if let Some(run) = &trace.run {
        frame.all(&run.frame, false);
    }
    frame.table("Frame")
}

fn run(trace: &Trace, code: Option<&Code>, step: usize) -> Holdings {
    let Some(run) = &trace.run else {
        return Holdings::default();
    };
    let (mut values, mut frame, mut registers) = (Sum::default(), Sum::default(), Sum::default());
    frame.all(&run.frame, false);
    for (n, done) in run.steps.iter().enumerate().take(step + 1) {
        values.all(&done.values, n == step);
        frame.all(&done.frame, n == step);
        let state = code.and_then(|code| code.states.get(n));
        for register in state.into_iter().flat_map(|state| &state.registers) {
            let value = register.value.as_deref();
            registers.change(&register.name, value, &register.holds, n == step);
        }
    }
    Holdings {
        title: step_text(trace, step).unwrap_or_default(),
        tables: vec![
            registers.table("Registers"),
            values.table("Values"),
            frame.table("Frame"),
        ],
    }
}

/// What a step of a run does, in words.
pub fn step_text(trace: &Trace, step: usize) -> Option<String> {
    let now = trace.run.as_ref()?.steps.get(step)?;
    Some(match now.kind.as_str() {
        "uop" => {
            let mut uops = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
            let text = &uops.find(|uop| uop.id == now.id)?.text;
            let end = if now.held { "" } else { ", and it fails" };
            format!("u{}: {text}{end}", now.id)
        }
        "block" => format!("block b{} begins", now.id),
        "branch" if now.held => format!("the branch of b{} goes on", now.id),
        "branch" => format!("the branch of b{} goes the other way", now.id),
        _ => format!("the trace is left through exit x{}", now.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::explanations;

    const PROGRAM: &str = "def f(n):
    value = 1
    for i in range(n):
        value = value + 1
        if i == 250:
            value = value * 0.5
    return value
f(500)
";

    fn table<'a>(holdings: &'a Holdings, title: &str) -> &'a Table {
        let mut tables = holdings.tables.iter();
        tables.find(|table| table.title == title).unwrap()
    }

    fn value(table: &Table, name: &str) -> String {
        let row = table.rows.iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no {name}")).value.clone()
    }

    fn at(trace: &Trace, stage: Stage, step: usize) -> Holdings {
        let moment = Some(Moment { stage, step });
        Holdings::at(moment, &trace.recorded, Some(trace), trace.code.as_ref())
    }

    #[test]
    fn what_the_interpreter_holds_follows_the_recording() {
        let [explanation, _] = explanations(PROGRAM);
        let trace = &explanation.traces[0];
        let add = trace
            .recorded
            .iter()
            .position(|r| r.text == "_BINARY_OP_ADD_INT");
        let before = at(trace, Stage::Record, add.unwrap());
        let variables = table(&before, "Variables and operands");
        let value_before: i64 = value(variables, "value").parse().unwrap();
        assert_eq!(value(variables, "stack 4"), "1");
        let last = at(trace, Stage::Record, trace.recorded.len() - 1);
        let value_after = value(table(&last, "Variables and operands"), "value");
        assert_eq!(value_after, (value_before + 1).to_string());
        // The operands are gone.
        let names = last.tables[0].rows.iter().map(|row| row.name.as_str());
        assert!(
            names.clone().all(|name| name != "stack 4"),
            "{:?}",
            names.collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_last_step_marks_what_it_changed() {
        let [explanation, _] = explanations(PROGRAM);
        let trace = &explanation.traces[0];
        let steps = &trace.run.as_ref().unwrap().steps;
        for (n, step) in steps.iter().enumerate() {
            let holdings = at(trace, Stage::Run, n);
            let changed = table(&holdings, "Values")
                .rows
                .iter()
                .filter(|row| row.changed);
            let names: Vec<&str> = changed.map(|row| row.name.as_str()).collect();
            let wanted: Vec<&str> = step.values.iter().map(|held| held.name.as_str()).collect();
            assert_eq!(names.len(), wanted.len(), "{names:?}, not {wanted:?}");
        }
    }

    #[test]
    fn a_replayed_exit_shows_what_failed_and_what_went_back() {
        let [explanation, _] = explanations(PROGRAM);
        let exits = &explanation.traces[0].exits;
        let exit = exits
            .iter()
            .find(|exit| exit.kind == "guard" && exit.taken > 0)
            .unwrap();
        let holdings = Holdings::replay(exit).unwrap();
        assert!(holdings.title.contains("guard_eq"), "{}", holdings.title);
        assert_eq!(value(&holdings.tables[1], "i"), "251");
        let never = exits
            .iter()
            .find(|exit| exit.taken + exit.followed == 0)
            .unwrap();
        assert_eq!(Holdings::replay(never), None);
    }
}
