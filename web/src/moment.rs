//! What everything holds at a place of the timeline: the interpreter's variables while a trace is recorded, the region's
//! values, the registers and the frame while it runs.
//!
//! It only adds up the changes that an explanation holds, and finds what holds at a place without going through what was
//! before: each name knows when it changed. Start at [`Ledger::at`].

use std::collections::HashMap;

use jit_playground::explain::model::{Code, Exit, Held, Trace};
use yew::AttrValue;

use crate::provenance::Side;
use crate::sheet::Sheet;
use crate::timeline::{Moment, Stage};

/// A table shows no more rows than this: those around the last change.
const PAGE: usize = 200;

/// Something with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub name: AttrValue,
    /// What it holds.
    pub value: AttrValue,
    /// What that is, if there is more to say: the region's value in a register.
    pub note: AttrValue,
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
    /// How many rows stand before these.
    pub before: usize,
    /// How many rows there are.
    pub total: usize,
}

/// All that is held at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// What happens there, in words.
    pub title: String,
    /// What is held.
    pub tables: Vec<Table>,
}

/// A change of what a name holds.
#[derive(Clone, Debug)]
struct Change {
    step: usize,
    value: Option<AttrValue>,
    note: AttrValue,
}

/// Names with all that they ever hold.
#[derive(Clone, Debug, Default)]
struct Track {
    /// In the order in which they first appeared; changes in the order of the steps.
    names: Vec<(AttrValue, Vec<Change>)>,
    places: HashMap<AttrValue, usize>,
}

impl Track {
    fn change(&mut self, step: usize, name: &str, value: Option<&String>, note: &str) {
        let place = match self.places.get(name) {
            Some(&place) => place,
            None => {
                let (name, place) = (AttrValue::from(name.to_owned()), self.names.len());
                self.names.push((name.clone(), Vec::new()));
                self.places.insert(name, place);
                place
            }
        };
        self.names[place].1.push(Change {
            step,
            value: value.map(|value| value.clone().into()),
            note: note.to_owned().into(),
        });
    }

    fn all(&mut self, step: usize, held: &[Held]) {
        for held in held {
            self.change(step, &held.name, held.value.as_ref(), "");
        }
    }

    /// What is held after a step; what that step changed is marked.
    fn at(&self, title: &'static str, step: usize) -> Table {
        let mut rows = Vec::new();
        let mut latest = (0, 0);
        for (name, changes) in &self.names {
            let known = changes.partition_point(|change| change.step <= step);
            let Some(change) = known.checked_sub(1).map(|last| &changes[last]) else {
                continue;
            };
            let Some(value) = &change.value else { continue };
            if change.step >= latest.0 {
                latest = (change.step, rows.len());
            }
            rows.push((name, value, change));
        }
        let before = latest.1 / PAGE * PAGE;
        let total = rows.len();
        let row = |(name, value, change): (&AttrValue, &AttrValue, &Change)| Row {
            name: name.clone(),
            value: value.clone(),
            note: change.note.clone(),
            changed: change.step == step,
        };
        Table {
            title,
            rows: rows.into_iter().skip(before).take(PAGE).map(row).collect(),
            before,
            total,
        }
    }
}

/// All that is ever held in a trace, or in a recording that was given up.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    recorded: Track,
    registers: Track,
    values: Track,
    frame: Track,
}

impl Ledger {
    /// Adds up all changes; the registers are those of a column.
    pub fn of(sheet: &Sheet, side: Side) -> Ledger {
        let mut ledger = Ledger::default();
        for (n, recorded) in sheet.recorded().iter().enumerate() {
            ledger.recorded.all(n, &recorded.before);
        }
        if let Some(run) = sheet.trace().and_then(|trace| trace.run.as_ref()) {
            // Steps count from 1 here: 0 is before them all.
            ledger.frame.all(0, &run.frame);
            for (n, step) in run.steps.iter().enumerate() {
                ledger.values.all(n + 1, &step.values);
                ledger.frame.all(n + 1, &step.frame);
            }
        }
        if let Some(code) = sheet.code(side) {
            ledger.add_registers(code);
        }
        ledger
    }

    fn add_registers(&mut self, code: &Code) {
        for (n, state) in code.states.iter().enumerate() {
            for register in &state.registers {
                let (name, value) = (&register.name, register.value.as_ref());
                self.registers.change(n + 1, name, value, &register.holds);
            }
        }
    }

    /// What is held at a moment.
    pub fn at(&self, sheet: &Sheet, moment: Option<Moment>) -> Holdings {
        match moment {
            Some(Moment {
                stage: Stage::Run,
                step,
            }) => Holdings {
                title: sheet
                    .trace()
                    .and_then(|trace| step_text(trace, step))
                    .unwrap_or_default(),
                tables: vec![
                    self.registers.at("Registers", step + 1),
                    self.values.at("Values", step + 1),
                    self.frame.at("Frame", step + 1),
                ],
            },
            Some(Moment {
                stage: Stage::Record,
                step,
            }) => Holdings {
                title: recording(sheet, step),
                tables: vec![self.recorded.at("Variables and operands", step)],
            },
            Some(_) => Holdings {
                title: "The trace is being compiled; nothing runs. At the start of its first run, this is in the frame:"
                    .to_owned(),
                tables: vec![unmarked(self.frame.at("Frame", 0))],
            },
            None => Holdings {
                title: "Before the recording.".to_owned(),
                tables: Vec::new(),
            },
        }
    }
}

/// What an exit did when it was first taken.
pub fn replay(exit: &Exit) -> Option<Holdings> {
    let replay = exit.replay.as_ref()?;
    let (mut operands, mut frame) = (Track::default(), Track::default());
    operands.all(0, &replay.operands);
    frame.all(0, &replay.frame);
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
            unmarked(operands.at("What the guard saw", 0)),
            frame.at("What went back into the frame", 0),
        ],
    })
}

/// A table of what was there before anything changed it.
fn unmarked(mut table: Table) -> Table {
    table.rows.iter_mut().for_each(|row| row.changed = false);
    table
}

fn recording(sheet: &Sheet, step: usize) -> String {
    let now = sheet.recorded().get(step);
    now.map_or_else(String::new, |now| {
        format!(
            "The interpreter is at line {}. Written down: {}",
            now.at.line, now.text
        )
    })
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
    use crate::testing::first;

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
        row.unwrap_or_else(|| panic!("no {name}")).value.to_string()
    }

    fn at(sheet: &Sheet, stage: Stage, step: usize) -> Holdings {
        Ledger::of(sheet, Side::Left).at(sheet, Some(Moment { stage, step }))
    }

    #[test]
    fn what_the_interpreter_holds_follows_the_recording() {
        let (_, sheet) = first(PROGRAM);
        let trace = sheet.trace().unwrap();
        let add = trace
            .recorded
            .iter()
            .position(|r| r.text == "_BINARY_OP_ADD_INT");
        let before = at(&sheet, Stage::Record, add.unwrap());
        let variables = table(&before, "Variables and operands");
        let value_before: i64 = value(variables, "value").parse().unwrap();
        assert_eq!(value(variables, "stack 4"), "1");
        let last = at(&sheet, Stage::Record, trace.recorded.len() - 1);
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
        let (_, sheet) = first(PROGRAM);
        let trace = sheet.trace().unwrap();
        let steps = &trace.run.as_ref().unwrap().steps;
        for (n, step) in steps.iter().enumerate() {
            let holdings = at(&sheet, Stage::Run, n);
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
        let (_, sheet) = first(PROGRAM);
        let exits = &sheet.trace().unwrap().exits;
        let exit = exits
            .iter()
            .find(|exit| exit.kind == "guard" && exit.taken > 0)
            .unwrap();
        let holdings = replay(exit).unwrap();
        assert!(holdings.title.contains("guard_eq"), "{}", holdings.title);
        assert_eq!(value(&holdings.tables[1], "i"), "251");
        let never = exits
            .iter()
            .find(|exit| exit.taken + exit.followed == 0)
            .unwrap();
        assert_eq!(replay(never), None);
    }

    /// What holds at a step, with all changes gone through from the beginning.
    fn gone_through(trace: &Trace, until: usize) -> HashMap<&str, Option<&str>> {
        let steps = &trace.run.as_ref().unwrap().steps[..=until];
        let values = steps.iter().flat_map(|step| &step.values);
        values
            .map(|held| (held.name.as_str(), held.value.as_deref()))
            .collect()
    }

    #[test]
    fn a_place_is_found_without_going_there() {
        let (_, sheet) = first(PROGRAM);
        let trace = sheet.trace().unwrap();
        let ledger = Ledger::of(&sheet, Side::Right);
        for step in 0..trace.run.as_ref().unwrap().steps.len() {
            let moment = Moment {
                stage: Stage::Run,
                step,
            };
            let holdings = ledger.at(&sheet, Some(moment));
            let rows = table(&holdings, "Values").rows.iter();
            let found = rows.map(|row| (row.name.as_str(), Some(row.value.as_str())));
            assert_eq!(found.collect::<HashMap<_, _>>(), gone_through(trace, step));
        }
    }

    #[test]
    fn a_long_table_shows_the_rows_around_the_last_change() {
        let mut track = Track::default();
        for n in 0..450 {
            track.change(n, &format!("v{n}"), Some(&n.to_string()), "");
        }
        track.change(450, "v7", Some(&"again".to_owned()), "");
        let end = track.at("Values", 449);
        assert_eq!((end.before, end.rows.len(), end.total), (400, 50, 450));
        assert!(end.rows[49].changed && !end.rows[48].changed);
        let again = track.at("Values", 450);
        assert_eq!((again.before, again.rows.len()), (0, 200));
        assert_eq!(
            (&*again.rows[7].value, again.rows[7].changed),
            ("again", true)
        );
    }
}
