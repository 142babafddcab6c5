//! The worker as the page sees it: asked in requests, heard in actions, ended when it is dropped.
//!
//! Ending it is how a program that does not end is stopped: nothing has to be shared with it, so no special headers are
//! needed. Start at [`Backend::start`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use jit_playground::explain::model::Code;
use jit_playground::page::protocol::{Part, Reply, Request, Wish};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};
use yew::Callback;

use crate::sheet::{Body, Selected};
use crate::state::Action;

/// Where Trunk puts the script that starts the worker, beside the page.
const SCRIPT: &str = "./worker_loader.js";

/// What the worker said.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Something that changes what the page knows.
    Action(Action),
    /// All that the engine said, just as the command prints it, to be saved.
    Whole(Wish, String),
}

/// A worker, for as long as it is held.
pub struct Backend {
    worker: Worker,
    inbox: Rc<Inbox>,
    _hear: Closure<dyn Fn(MessageEvent)>,
}

/// Requests wait here until the worker has said that it takes them.
#[derive(Default)]
struct Inbox {
    is_ready: Cell<bool>,
    /// What was heard and not passed on before the end is not heard at all.
    is_ended: Cell<bool>,
    waiting: RefCell<Vec<String>>,
}

impl Backend {
    /// Starts a worker. `hear` is called with all that it says.
    ///
    /// # Errors
    /// When the browser starts none.
    pub fn start(hear: Callback<Heard>) -> Result<Backend, JsValue> {
        let worker = Worker::new(SCRIPT)?;
        let inbox = Rc::new(Inbox::default());
        let (waiting, to) = (Rc::clone(&inbox), worker.clone());
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(heard) = heard(&event.data()) else {
                return;
            };
            if matches!(heard, Heard::Action(Action::Reply(Reply::Ready))) {
                waiting.is_ready.set(true);
                waiting
                    .waiting
                    .take()
                    .iter()
                    .for_each(|text| send(&to, text));
            }
            // What comes of it is another task: reading a long message is one by itself.
            let (hear, inbox) = (hear.clone(), Rc::clone(&waiting));
            let pass_on = move || {
                if !inbox.is_ended.get() {
                    hear.emit(heard);
                }
            };
            Timeout::new(0, pass_on).forget();
        });
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        Ok(Backend {
            worker,
            inbox,
            _hear: hear,
        })
    }

    /// Asks for something.
    pub fn ask(&self, request: &Request) {
        // A request always has a form in JSON.
        let Ok(text) = serde_json::to_string(request) else {
            return;
        };
        if self.inbox.is_ready.get() {
            send(&self.worker, &text);
        } else {
            self.inbox.waiting.borrow_mut().push(text);
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.inbox.is_ended.set(true);
        self.worker.set_onmessage(None);
        self.worker.terminate();
    }
}

fn send(worker: &Worker, text: &str) {
    // It fails only for what cannot be cloned, which texts can.
    let _ = worker.post_message(&JsValue::from_str(text));
}

/// What a message says.
pub fn heard(message: &JsValue) -> Option<Heard> {
    let message: &Array = message.dyn_ref()?;
    let text = message.get(1).as_string()?;
    let action = match message.get(0).as_string()?.as_str() {
        "output" => Action::Output(text.into()),
        "reply" => Action::Reply(serde_json::from_str(&text).ok()?),
        "outline" => serde_json::from_str(&text).map_or_else(
            |error| unreadable(&error),
            |outline| Action::Outline(Rc::new(outline)),
        ),
        "explained" => {
            let part = serde_json::from_str(&message.get(2).as_string()?).ok()?;
            if let Part::Whole { wish } = part {
                return Some(Heard::Whole(wish, text));
            }
            explained(part, &text).unwrap_or_else(|error| unreadable(&error))
        }
        _ => return None,
    };
    Some(Heard::Action(action))
}

/// What the answer to a question says.
fn explained(part: Part, text: &str) -> serde_json::Result<Action> {
    Ok(match part {
        Part::Trace { id } => {
            let trace = Rc::new(serde_json::from_str(text)?);
            Action::Body(Selected::Trace(id as usize), Body::Trace(trace))
        }
        Part::Aborted { n } => {
            let aborted = Rc::new(serde_json::from_str(text)?);
            Action::Body(Selected::Aborted(n as usize), Body::Aborted(aborted))
        }
        Part::Code { trace, wish } => {
            let code: Option<Code> = serde_json::from_str(text)?;
            Action::Code(trace as usize, wish, code.map(Rc::new))
        }
        Part::Whole { .. } => Action::Output(text.into()),
    })
}

fn unreadable(error: &serde_json::Error) -> Action {
    let message = format!("what the engine said cannot be read: {error}");
    Action::Reply(Reply::Fault { message })
}
