//! What the program printed, and what is wrong with it, in words.

use std::rc::Rc;

use jit_playground::session::Problem;
use yew::prelude::*;

use crate::state::{Phase, State};

/// What it is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the program printed.
    pub output: Rc<str>,
    /// The exception that ended it, as CPython prints it.
    pub traceback: Option<Rc<str>>,
    /// Why it was not loaded.
    pub problems: Rc<[Problem]>,
    /// What failed, when the engine did.
    pub fault: Option<Rc<str>>,
    /// What the worker is doing.
    pub phase: Phase,
}

impl Props {
    /// The part of a state that is shown here.
    pub fn of(state: &State) -> Props {
        Props {
            output: state.output.clone(),
            traceback: state.traceback.clone(),
            problems: state.problems.clone(),
            fault: state.fault.clone(),
            phase: state.phase,
        }
    }
}

/// The output below the editor.
#[component]
pub fn Output(props: &Props) -> Html {
    let refused = props.phase == Phase::Refused;
    html! {
        <section class="output" aria-label="Output">
            if refused {
                <ul class="problems">
                    { for props.problems.iter().map(|problem| html! {
                        <li>
                            <b>{ format!("Line {}, column {}: ", problem.at.line, problem.at.column) }</b>{ &problem.message }
                            if let Some(help) = &problem.help { <span class="help">{ help }</span> }
                        </li>
                    }) }
                </ul>
            }
            if let Some(fault) = &props.fault { <p class="problems">{ "The engine failed: " }{ fault }</p> }
            <pre tabindex="0" role="group" aria-label="Printed">{ &props.output }{ props.traceback.clone().unwrap_or_default() }</pre>
        </section>
    }
}
