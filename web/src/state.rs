//! Everything that the page knows, and how it changes: a reducer without a browser.
//!
//! Results keep standing while the program is edited; [`State::is_stale`] says that they are of another text. Start at
//! [`State::apply`].

use std::rc::Rc;

use jit_playground::explain::Wanted;
use jit_playground::explain::model::{Aborted, Explanation};
use jit_playground::page::protocol::{Raised, Reply, Wish};
use jit_playground::session::Problem;

use crate::provenance::{Side, View};

/// An explanation with the very text that the worker sent.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is shown.
    pub explanation: Rc<Explanation>,
    /// The JSON that it was read from.
    pub json: Rc<str>,
}

/// The same message, not an equal one: comparing long listings row by row would cost more than it saves.
impl PartialEq for Shown {
    fn eq(&self, other: &Shown) -> bool {
        Rc::ptr_eq(&self.explanation, &other.explanation)
    }
}

/// What the worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing; no program ran yet.
    Idle,
    /// It runs the program.
    Running,
    /// It has been ended by Stop.
    Stopped,
    /// The program was not loaded.
    Refused,
    /// The program has ended, by itself or by an exception.
    Ended,
    /// The engine failed.
    Failed,
}

/// What of the results is shown besides the bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A trace.
    Trace(usize),
    /// A recording that was given up.
    Aborted(usize),
}

/// Everything that the page knows but the focus.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The text in the editor.
    pub program: Rc<str>,
    /// The text that the results are of.
    pub ran: Option<Rc<str>>,
    /// What the worker is doing.
    pub phase: Phase,
    /// What the program printed.
    pub output: Rc<str>,
    /// What is wrong with the program.
    pub problems: Rc<[Problem]>,
    /// The exception that ended it, as CPython prints it.
    pub traceback: Option<Rc<str>>,
    /// What failed, when the engine did.
    pub fault: Option<Rc<str>>,
    /// The explanations, by column.
    pub sides: [Option<Shown>; 2],
    /// What of them is shown.
    pub selected: Selected,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// The stencils that were chosen by hand, by column.
    pub choices: [Vec<Wanted>; 2],
    /// The explanations of the engine's own choices, by column, to compare with.
    pub own: [Option<Shown>; 2],
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Action {
    /// The text in the editor is this now.
    Edit(Rc<str>),
    /// A run begins.
    Run,
    /// The worker was ended.
    Stop,
    /// The program printed.
    Output(Rc<str>),
    /// The worker answered.
    Reply(Reply),
    /// The worker explained what was wished for.
    Explained(Wish, Shown),
    /// Something else is looked at.
    Select(Selected),
    /// Super-stencils may be chosen, or not.
    SuperStencils(bool),
    /// A stencil is chosen by hand, in a column.
    Choose(Side, Wanted),
    /// All stencils are the engine's choice again.
    Unchoose,
}

impl State {
    /// The state before anything ran.
    pub fn new(program: &str) -> State {
        State {
            program: program.into(),
            ran: None,
            phase: Phase::Idle,
            output: "".into(),
            problems: Rc::new([]),
            traceback: None,
            fault: None,
            sides: [None, None],
            selected: Selected::Trace(0),
            super_stencils: true,
            choices: [Vec::new(), Vec::new()],
            own: [None, None],
        }
    }

    /// Whether the results are of another text than the editor's.
    pub fn is_stale(&self) -> bool {
        self.ran.as_ref().is_some_and(|ran| *ran != self.program)
    }

    /// What is asked of the worker, one wish for each column.
    pub fn wishes(&self) -> Vec<Wish> {
        let wish = |side: Side| Wish {
            arch: side.arch(),
            super_stencils: self.super_stencils,
            choices: self.choices[side as usize].clone(),
        };
        Side::BOTH.map(wish).into()
    }

    /// What the chain of provenance is followed in.
    pub fn view(&self) -> View<'_> {
        let [left, right] = &self.sides;
        View {
            sides: [left, right].map(|side| side.as_ref().map(|shown| &*shown.explanation)),
            trace: match self.selected {
                Selected::Trace(n) => Some(n),
                Selected::Aborted(_) => None,
            },
        }
    }

    /// The recording that was given up, if that is what is shown.
    pub fn aborted(&self) -> Option<&Aborted> {
        match self.selected {
            Selected::Aborted(n) => self.shown()?.explanation.aborted.get(n),
            Selected::Trace(_) => None,
        }
    }

    /// Whether an exit of the trace that is shown was ever taken.
    pub fn is_replayable(&self, exit: u32) -> bool {
        let trace = self.view().any_trace();
        let mut exits = trace.into_iter().flat_map(|trace| &trace.exits);
        exits.any(|known| known.id == exit && known.replay.is_some())
    }

    /// The explanation, for all that does not differ between the columns.
    pub fn shown(&self) -> Option<&Shown> {
        self.sides[0].as_ref().or(self.sides[1].as_ref())
    }

    /// The state after something has happened.
    pub fn apply(mut self, action: Action) -> State {
        match action {
            Action::Edit(program) => self.program = program,
            Action::Run => self.begin(),
            Action::Stop => {
                if self.phase == Phase::Running {
                    self.phase = Phase::Stopped;
                }
            }
            Action::Output(text) => self.output = format!("{}{text}", self.output).into(),
            Action::Reply(reply) => self.answer(reply),
            Action::Explained(wish, shown) => {
                // An answer to what is no longer wished for is dropped.
                let side = Side::of(wish.arch) as usize;
                if self.wishes()[side] == wish {
                    if wish.super_stencils && wish.choices.is_empty() {
                        self.own[side] = Some(shown.clone());
                    }
                    self.sides[side] = Some(shown);
                    self.select_what_there_is();
                }
            }
            Action::Select(selected) => self.selected = selected,
            Action::SuperStencils(may) => self.super_stencils = may,
            Action::Choose(side, wanted) => self.choose(side, wanted),
            Action::Unchoose => self.choices = [Vec::new(), Vec::new()],
        }
        self
    }

    fn begin(&mut self) {
        // What a link selects is of its program's first run.
        if self.ran.is_some() {
            self.selected = Selected::Trace(0);
            self.choices = [Vec::new(), Vec::new()];
        }
        self.ran = Some(self.program.clone());
        self.phase = Phase::Running;
        self.output = "".into();
        self.problems = Rc::new([]);
        self.traceback = None;
        self.fault = None;
        self.sides = [None, None];
        self.own = [None, None];
    }

    /// A choice takes the place of another one there; what the engine chooses by itself is none.
    fn choose(&mut self, side: Side, wanted: Wanted) {
        let choices = &mut self.choices[side as usize];
        choices.retain(|known| (known.trace, &known.place) != (wanted.trace, &wanted.place));
        if !is_own(self.own[side as usize].as_ref(), &wanted) {
            choices.push(wanted);
        }
    }

    fn answer(&mut self, reply: Reply) {
        match reply {
            Reply::Ready => {}
            Reply::Refused { problems } => {
                self.phase = Phase::Refused;
                self.problems = problems.into();
            }
            Reply::Ended { raised } => {
                self.phase = Phase::Ended;
                if let Some(Raised { problem, traceback }) = raised {
                    self.problems = Rc::new([problem]);
                    self.traceback = Some(traceback.into());
                }
            }
            Reply::Fault { message } => {
                self.phase = Phase::Failed;
                self.fault = Some(message.into());
            }
        }
    }

    /// With no trace, the first recording that was given up is what there is to see.
    fn select_what_there_is(&mut self) {
        let Some(shown) = self.shown() else { return };
        let (traces, aborted) = (
            shown.explanation.traces.len(),
            shown.explanation.aborted.len(),
        );
        let exists = match self.selected {
            Selected::Trace(n) => n < traces,
            Selected::Aborted(n) => n < aborted,
        };
        if !exists {
            self.selected = if traces == 0 && aborted > 0 {
                Selected::Aborted(0)
            } else {
                Selected::Trace(0)
            };
        }
    }
}

/// Whether the engine chooses this by itself.
fn is_own(own: Option<&Shown>, wanted: &Wanted) -> bool {
    let trace = own.and_then(|own| own.explanation.traces.get(wanted.trace as usize));
    let pieces = trace.and_then(|trace| trace.code.as_ref()).into_iter();
    let mut choices = pieces
        .flat_map(|code| &code.pieces)
        .filter_map(|piece| piece.choice.as_ref());
    choices.any(|choice| choice.place == wanted.place && choice.chosen.pattern == wanted.pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> Action {
        Action::Reply(Reply::Ended { raised: None })
    }

    #[test]
    fn results_are_stale_while_the_text_is_another() {
        let state = State::new("a").apply(Action::Run).apply(ended());
        assert!(!state.is_stale());
        let state = state.apply(Action::Edit("b".into()));
        assert!(state.is_stale());
        assert!(!state.apply(Action::Edit("a".into())).is_stale());
    }

    #[test]
    fn a_run_forgets_the_one_before() {
        let raised = Raised {
            problem: Problem {
                at: Default::default(),
                message: "ValueError".to_owned(),
                help: None,
            },
            traceback: "Traceback".to_owned(),
        };
        let state = State::new("a")
            .apply(Action::Run)
            .apply(Action::Output("x".into()))
            .apply(Action::Reply(Reply::Ended {
                raised: Some(raised),
            }));
        assert_eq!((state.problems.len(), &*state.output), (1, "x"));
        let state = state.apply(Action::Run);
        assert!(state.problems.is_empty() && state.output.is_empty() && state.traceback.is_none());
        assert_eq!(state.phase, Phase::Running);
    }

    #[test]
    fn what_a_link_selects_outlives_the_first_run_alone() {
        let state = State {
            selected: Selected::Trace(2),
            ..State::new("a")
        };
        let state = state.apply(Action::Run);
        assert_eq!(state.selected, Selected::Trace(2));
        let state = state.apply(ended()).apply(Action::Run);
        assert_eq!(state.selected, Selected::Trace(0));
    }

    #[test]
    fn a_choice_takes_the_place_of_another_and_the_engines_own_is_none() {
        let shown = || {
            let [explanation, _] = crate::testing::explanations("for i in range(99): x = i + 1\n");
            Shown {
                explanation: Rc::new(explanation),
                json: "".into(),
            }
        };
        let state = State::new("a").apply(Action::Run);
        let wish = state.wishes()[0].clone();
        let state = state.apply(Action::Explained(wish.clone(), shown()));
        let pieces = &state.own[0].as_ref().unwrap().explanation.traces[0];
        let pieces = &pieces.code.as_ref().unwrap().pieces;
        let mut choices = pieces.iter().filter_map(|piece| piece.choice.clone());
        let choice = choices.find(|choice| choice.rejected.len() > 1).unwrap();
        let wanted = |pattern: &str| Wanted {
            trace: 0,
            place: choice.place.clone(),
            pattern: pattern.to_owned(),
        };
        let choose =
            |state: State, pattern: &str| state.apply(Action::Choose(Side::Left, wanted(pattern)));
        let state = choose(state, &choice.rejected[0].pattern);
        let state = choose(state, &choice.rejected[1].pattern);
        assert_eq!(state.choices[0], [wanted(&choice.rejected[1].pattern)]);
        // What comes for the wish before is no longer wanted.
        let before = state.sides[0].clone();
        let state = state.apply(Action::Explained(wish, shown()));
        assert_eq!(state.sides[0], before);
        let state = choose(state, &choice.chosen.pattern);
        assert!(state.choices[0].is_empty());
    }

    #[test]
    fn stop_ends_only_what_runs() {
        let state = State::new("a").apply(Action::Run);
        assert_eq!(state.clone().apply(Action::Stop).phase, Phase::Stopped);
        let state = state.apply(ended()).apply(Action::Stop);
        assert_eq!(state.phase, Phase::Ended);
    }
}
