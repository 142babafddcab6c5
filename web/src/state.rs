//! Everything that the page knows, and how it changes: a reducer without a browser.
//!
//! Results keep standing while the program is edited; [`State::is_stale`] says that they are of another text. Start at
//! [`State::apply`].

use std::rc::Rc;

use jit_playground::explain::Wanted;
use jit_playground::explain::model::Code;
use jit_playground::explain::outline::Outline;
use jit_playground::page::protocol::{Part, Raised, Reply, Wish};
use jit_playground::session::Problem;

use crate::provenance::Side;
use crate::sheet::{Body, Selected, Sheet};

/// Machine code as it came; none when the engine has refused the region.
type Came = Option<Rc<Code>>;

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

/// What has come of the sheet that is asked for.
#[derive(Clone, Debug, Default)]
struct Coming {
    body: Option<Body>,
    /// By column: the machine code, and what was wished for.
    codes: [Option<(Wish, Came)>; 2],
}

/// Everything that the page knows but the focus.
#[derive(Clone, Debug)]
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
    /// What there is to see of the run.
    pub outline: Option<Rc<Outline>>,
    /// What of it is to be shown.
    pub selected: Selected,
    /// What of it is shown: what was selected before, until all of what is selected has come.
    pub sheet: Option<Rc<Sheet>>,
    /// The sheet that lessons ask about: the first trace's.
    pub first: Option<Rc<Sheet>>,
    coming: Coming,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// The stencils that were chosen by hand, by column.
    pub choices: [Vec<Wanted>; 2],
    /// What the engine chooses by itself for what is selected, by column, to compare with.
    own: [Option<Came>; 2],
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
    /// The worker said what there is to see.
    Outline(Rc<Outline>),
    /// The worker explained a trace, or a recording that was given up.
    Body(Selected, Body),
    /// The worker showed the machine code of a trace.
    Code(usize, Wish, Came),
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
            outline: None,
            selected: Selected::Trace(0),
            sheet: None,
            first: None,
            coming: Coming::default(),
            super_stencils: true,
            choices: [Vec::new(), Vec::new()],
            own: [None, None],
        }
    }

    /// Whether the results are of another text than the editor's.
    pub fn is_stale(&self) -> bool {
        self.ran.as_ref().is_some_and(|ran| *ran != self.program)
    }

    /// What is wished for of machine code, by column.
    pub fn wishes(&self) -> [Wish; 2] {
        Side::BOTH.map(|side| Wish {
            super_stencils: self.super_stencils,
            choices: self.choices[side as usize].clone(),
            ..own(side)
        })
    }

    /// What is to be asked of the worker, so that what is selected can be shown.
    pub fn missing(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let Some(outline) = &self.outline else {
            return parts;
        };
        let trace = match self.selected {
            Selected::Trace(n) if n < outline.traces.len() => n as u32,
            Selected::Aborted(n) if n < outline.aborted.len() => {
                if self.coming.body.is_none() {
                    parts.push(Part::Aborted { n: n as u32 });
                }
                return parts;
            }
            _ => return parts,
        };
        if self.coming.body.is_none() {
            parts.push(Part::Trace { id: trace });
        }
        for (side, wish) in Side::BOTH.into_iter().zip(self.wishes()) {
            let own = own(side);
            if self.own[side as usize].is_none() && wish != own {
                parts.push(Part::Code { trace, wish: own });
            }
            let known = self.coming.codes[side as usize].as_ref();
            if known.is_none_or(|(known, _)| *known != wish) {
                parts.push(Part::Code { trace, wish });
            }
        }
        parts
    }

    /// Whether something is to be shown that has not come.
    pub fn is_waiting(&self) -> bool {
        let is_other = |sheet: &Rc<Sheet>| sheet.of != self.selected;
        let is_waiting = self.sheet.as_ref().is_some_and(is_other) || !self.missing().is_empty();
        is_waiting && self.phase != Phase::Failed
    }

    /// The machine code that the engine chooses by itself, in a column.
    pub fn own(&self, side: Side) -> Option<&Code> {
        self.own[side as usize].as_ref()?.as_deref()
    }

    /// Whether an exit of the trace that is shown was ever taken.
    pub fn is_replayable(&self, exit: u32) -> bool {
        let trace = self.sheet.as_ref().and_then(|sheet| sheet.trace());
        let mut exits = trace.into_iter().flat_map(|trace| &trace.exits);
        exits.any(|known| known.id == exit && known.replay.is_some())
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
            Action::Outline(outline) => {
                self.outline = Some(outline);
                self.select_what_there_is();
            }
            Action::Body(of, body) => {
                if of == self.selected {
                    self.coming.body = Some(body);
                    self.settle();
                }
            }
            Action::Code(trace, wish, code) => self.take(trace, wish, code),
            Action::Select(selected) => self.select(selected),
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
        self.outline = None;
        self.sheet = None;
        self.first = None;
        self.forget();
    }

    fn select(&mut self, selected: Selected) {
        if selected != self.selected {
            self.selected = selected;
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.coming = Coming::default();
        self.own = [None, None];
    }

    /// An answer to what is no longer wished for is dropped.
    fn take(&mut self, trace: usize, wish: Wish, code: Came) {
        if self.selected != Selected::Trace(trace) {
            return;
        }
        let side = Side::of(wish.arch);
        if wish == own(side) {
            self.own[side as usize] = Some(code.clone());
        }
        if wish == self.wishes()[side as usize] {
            self.coming.codes[side as usize] = Some((wish, code));
            self.settle();
        }
    }

    /// Shows what is selected once all of it has come.
    fn settle(&mut self) {
        let Some(body) = &self.coming.body else {
            return;
        };
        let codes = match (body, &self.coming.codes) {
            (Body::Aborted(_), _) => [None, None],
            (Body::Trace(_), [Some((_, left)), Some((_, right))]) => [left.clone(), right.clone()],
            (Body::Trace(_), _) => return,
        };
        let sheet = Rc::new(Sheet::new(self.selected, body.clone(), codes));
        if self.selected == self.first_there_is() {
            self.first = Some(sheet.clone());
        }
        self.sheet = Some(sheet);
    }

    /// With no trace, the first recording that was given up is what there is to see.
    pub fn first_there_is(&self) -> Selected {
        let outline = self.outline.as_ref();
        match outline
            .is_some_and(|outline| outline.traces.is_empty() && !outline.aborted.is_empty())
        {
            true => Selected::Aborted(0),
            false => Selected::Trace(0),
        }
    }

    /// A choice takes the place of another one there; what the engine chooses by itself is none.
    fn choose(&mut self, side: Side, wanted: Wanted) {
        let is_own = is_own(self.own(side), &wanted);
        let choices = &mut self.choices[side as usize];
        choices.retain(|known| (known.trace, &known.place) != (wanted.trace, &wanted.place));
        if !is_own {
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

    fn select_what_there_is(&mut self) {
        let Some(outline) = &self.outline else { return };
        let exists = match self.selected {
            Selected::Trace(n) => n < outline.traces.len(),
            Selected::Aborted(n) => n < outline.aborted.len(),
        };
        if !exists {
            self.select(self.first_there_is());
        }
    }
}

/// What the engine does by itself.
fn own(side: Side) -> Wish {
    Wish {
        arch: side.arch(),
        super_stencils: true,
        choices: Vec::new(),
    }
}

/// Whether the engine chooses this by itself.
fn is_own(own: Option<&Code>, wanted: &Wanted) -> bool {
    let pieces = own.into_iter().flat_map(|code| &code.pieces);
    let mut choices = pieces.filter_map(|piece| piece.choice.as_ref());
    choices.any(|choice| choice.place == wanted.place && choice.chosen.pattern == wanted.pattern)
}

#[cfg(test)]
mod tests;
