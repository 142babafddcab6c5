//! What happens when something is pressed, typed or pointed at. Start at [`Actions`].

use std::cell::RefCell;
use std::rc::Rc;

use jit_playground::page::protocol::Request;
use web_sys::{KeyboardEvent, MouseEvent};
use yew::prelude::*;

use super::browser;
use super::focus::Focus;
use crate::backend::Backend;
use crate::examples::EXAMPLES;
use crate::highlight;
use crate::layout::{Layout, Pane};
use crate::permalink::Link;
use crate::provenance::{self, Side};
use crate::state::{Action, Phase, Selected, State};

/// The page's parts that change.
#[derive(Clone)]
pub struct Actions {
    /// What the page knows.
    pub state: UseReducerHandle<State>,
    /// The worker, once one was started.
    pub worker: Rc<RefCell<Option<Backend>>>,
    /// Which panes are shown.
    pub layout: UseStateHandle<Layout>,
    /// What is looked at.
    pub focus: UseStateHandle<Focus>,
    /// Which column's stencils are listed.
    pub side: UseStateHandle<Side>,
    /// What was done last, in words.
    pub notice: UseStateHandle<AttrValue>,
}

impl Actions {
    /// A callback that does one of these things.
    pub fn on<T: 'static>(&self, act: impl Fn(&Actions, T) + 'static) -> Callback<T> {
        let actions = self.clone();
        Callback::from(move |given| act(&actions, given))
    }

    /// Runs the program that is in the editor, and looks at nothing in particular.
    pub fn run(&self) {
        self.focus.set(Focus::default());
        self.start();
    }

    /// Has the worker run the program that is in the editor; one that is still running another is ended.
    pub fn start(&self) {
        let mut worker = self.worker.borrow_mut();
        if self.state.phase == Phase::Running {
            *worker = None;
        }
        if worker.is_none() {
            let to = self.state.dispatcher();
            let hear = Callback::from(move |action| to.dispatch(action));
            *worker = Backend::start(hear).ok();
        }
        self.state.dispatch(Action::Run);
        if let Some(worker) = worker.as_ref() {
            worker.ask(&Request::Run {
                program: self.state.program.to_string(),
                wishes: self.state.wishes(),
            });
        }
    }

    /// Ends the worker if it runs a program.
    pub fn stop(&self) {
        if self.state.phase == Phase::Running {
            self.worker.replace(None);
            self.state.dispatch(Action::Stop);
        }
    }

    /// Puts an example into the editor.
    pub fn choose(&self, n: usize) {
        if let Some(example) = EXAMPLES.get(n) {
            self.state.dispatch(Action::Edit(example.program.into()));
        }
    }

    /// Lets super-stencils be chosen, or not, and has the program explained anew.
    pub fn fuse(&self, may: bool) {
        self.state.dispatch(Action::SuperStencils(may));
        let state = State {
            super_stencils: may,
            ..(*self.state).clone()
        };
        if let Some(worker) = self.worker.borrow().as_ref() {
            let wishes = state.wishes().into_iter();
            wishes.for_each(|wish| worker.ask(&Request::Explain { wish }));
        }
    }

    /// Shows another trace.
    pub fn select(&self, selected: Selected) {
        self.focus.set(Focus::default());
        self.state.dispatch(Action::Select(selected));
    }

    /// The caret was moved: what it stands in is looked at, as long as the results are of this text.
    pub fn moved(&self, line: u32, column: u32) {
        if !self.state.is_stale() {
            let keys = provenance::at_caret(self.state.view(), line, column);
            self.focus.set(self.focus.with_caret(keys));
        }
    }

    /// Puts program and view into the address, and copies it.
    pub fn share(&self) {
        let link = Link {
            program: self.state.program.to_string(),
            trace: match self.state.selected {
                Selected::Trace(n) => n,
                Selected::Aborted(_) => 0,
            },
            super_stencils: self.state.super_stencils,
            layout: *self.layout,
            pin: self.focus.pin().map(|key| key.to_string()),
        };
        browser::set_fragment(&link.write());
        browser::copy_address();
        self.notice
            .set("The address now holds the program and this view.".into());
    }

    /// Saves what the engine said, just as the command prints it.
    pub fn save(&self) {
        if let Some(shown) = &self.state.sides[*self.side as usize] {
            let name = format!("program.{}.json", shown.explanation.arch);
            browser::download(&name, "application/json", &format!("{}\n", shown.json));
        }
    }

    /// A pane's button was pressed.
    pub fn press(&self, pane: Pane) {
        self.layout
            .set(self.layout.press(pane, browser::is_narrow()));
    }

    /// A key was pressed anywhere.
    pub fn key(&self, event: &KeyboardEvent) {
        match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                self.run();
            }
            "Escape" => {
                self.stop();
                self.focus.set(Focus::default());
            }
            "Enter" | " " if self.focus.is_on_row() && highlight::is_in_list(event) => {
                event.prevent_default();
                self.focus.set(self.focus.toggled());
            }
            _ => {
                if let Some(key) = highlight::walk(event) {
                    self.focus.set(self.focus.walked(key));
                }
            }
        }
    }

    /// The mouse points somewhere else.
    pub fn point(&self, event: &MouseEvent) {
        let key = highlight::key_of(event);
        if self.focus.hovered() != key {
            self.focus.set(self.focus.hovering(key));
        }
    }

    /// The mouse was clicked in the panes.
    pub fn click(&self, event: &MouseEvent) {
        if let Some(key) = highlight::key_of(event) {
            self.focus.set(self.focus.hovering(Some(key)).toggled());
        }
    }
}
