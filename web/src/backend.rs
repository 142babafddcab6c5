//! The worker as the page sees it: asked in requests, heard in actions, ended when it is dropped.
//!
//! Ending it is how a program that does not end is stopped: nothing has to be shared with it, so no special headers are
//! needed. Start at [`Backend::start`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jit_playground::page::protocol::{Reply, Request};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};
use yew::Callback;

use crate::state::{Action, Shown};

/// Where Trunk puts the script that starts the worker, beside the page.
const SCRIPT: &str = "./worker_loader.js";

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
    waiting: RefCell<Vec<String>>,
}

impl Backend {
    /// Starts a worker. `hear` is called with all that it says.
    ///
    /// # Errors
    /// When the browser starts none.
    pub fn start(hear: Callback<Action>) -> Result<Backend, JsValue> {
        let worker = Worker::new(SCRIPT)?;
        let inbox = Rc::new(Inbox::default());
        let (waiting, to) = (Rc::clone(&inbox), worker.clone());
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(action) = action(&event.data()) else {
                return;
            };
            if matches!(action, Action::Reply(Reply::Ready)) {
                waiting.is_ready.set(true);
                waiting
                    .waiting
                    .take()
                    .iter()
                    .for_each(|text| send(&to, text));
            }
            hear.emit(action);
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
        self.worker.set_onmessage(None);
        self.worker.terminate();
    }
}

fn send(worker: &Worker, text: &str) {
    // It fails only for what cannot be cloned, which texts can.
    let _ = worker.post_message(&JsValue::from_str(text));
}

/// What a message says.
fn action(message: &JsValue) -> Option<Action> {
    let message: &Array = message.dyn_ref()?;
    let text = message.get(1).as_string()?;
    match message.get(0).as_string()?.as_str() {
        "output" => Some(Action::Output(text.into())),
        "reply" => serde_json::from_str(&text).ok().map(Action::Reply),
        "explained" => {
            let wish = serde_json::from_str(&message.get(2).as_string()?).ok()?;
            let explanation = match serde_json::from_str(&text) {
                Ok(explanation) => Rc::new(explanation),
                Err(error) => {
                    let message = format!("the explanation cannot be read: {error}");
                    return Some(Action::Reply(Reply::Fault { message }));
                }
            };
            let json = text.into();
            Some(Action::Explained(wish, Shown { explanation, json }))
        }
        _ => None,
    }
}
