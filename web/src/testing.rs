//! What the engine says of a program, for tests, as the worker says it.

use std::rc::Rc;

use jit_playground::explain::model::Code;
use jit_playground::explain::outline::Outline;
use jit_playground::page::Engine;
use jit_playground::page::protocol::{Part, Reply};
use serde::de::DeserializeOwned;

use crate::sheet::{Body, Selected, Sheet};
use crate::state::{Action, State};

/// A program that ran.
pub struct Run(Engine);

impl Run {
    /// Runs a program.
    pub fn of(program: &str) -> Run {
        let mut engine = Engine::new();
        let reply = engine.run(program, Box::new(std::io::sink()));
        assert!(matches!(reply, Reply::Ended { .. }), "{reply:?}");
        Run(engine)
    }

    /// What there is to see.
    pub fn outline(&self) -> Rc<Outline> {
        Rc::new(read(self.0.outline()))
    }

    /// The answer to a question about a trace.
    pub fn explain(&self, part: &Part) -> Action {
        let json = self.0.explain(part);
        match part {
            Part::Trace { id } => Action::Body(
                Selected::Trace(*id as usize),
                Body::Trace(Rc::new(read(json))),
            ),
            Part::Aborted { n } => Action::Body(
                Selected::Aborted(*n as usize),
                Body::Aborted(Rc::new(read(json))),
            ),
            Part::Code { trace, wish } => {
                let code: Option<Code> = read(json);
                Action::Code(*trace as usize, wish.clone(), code.map(Rc::new))
            }
            Part::Whole { .. } => unreachable!("no part of what is shown"),
        }
    }

    /// Answers all that a state asks.
    pub fn answer(&self, mut state: State) -> State {
        for part in state.missing() {
            state = state.apply(self.explain(&part));
        }
        state
    }
}

/// What the page shows first of a program.
pub fn first(program: &str) -> (Rc<Outline>, Rc<Sheet>) {
    let run = Run::of(program);
    let state = State::new(program).apply(Action::Run);
    let state = run.answer(state.apply(Action::Outline(run.outline())));
    let sheet = state.sheet.expect("there is something to see");
    (run.outline(), sheet)
}

fn read<T: DeserializeOwned>(json: Result<String, String>) -> T {
    let json = json.expect("the engine explains");
    serde_json::from_str(&json).expect("an explanation is read as it was written")
}
