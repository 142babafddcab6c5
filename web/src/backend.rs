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

/// The seam to the worker, in JavaScript's own values: run by wasm-bindgen's test runner.
#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use jit_playground::page::Engine;
    use jit_playground::page::protocol::{ArchName, Wish};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn wish() -> Wish {
        Wish {
            arch: ArchName::Aarch64,
            super_stencils: true,
            choices: Vec::new(),
        }
    }

    #[wasm_bindgen_test]
    fn what_the_worker_says_is_read() {
        let output = Array::of2(&"output".into(), &"é\n".into());
        assert!(matches!(action(&output), Some(Action::Output(text)) if &*text == "é\n"));
        let json = serde_json::to_string(&Reply::Ended { raised: None }).unwrap();
        let reply = Array::of2(&"reply".into(), &json.into());
        assert!(matches!(
            action(&reply),
            Some(Action::Reply(Reply::Ended { raised: None }))
        ));
    }

    /// The engine runs where pointers take 32 bits, and what it says comes through word for word.
    #[wasm_bindgen_test]
    fn an_explanation_comes_through_as_it_was_said() {
        let mut engine = Engine::new();
        engine.run("for i in range(99): x = i + 1\n", Box::new(std::io::sink()));
        let said = engine.explain(&wish()).unwrap();
        let wish_text = serde_json::to_string(&wish()).unwrap();
        let message = Array::of3(&"explained".into(), &said.as_str().into(), &wish_text.into());
        let Some(Action::Explained(of, shown)) = action(&message) else {
            panic!("it was not read");
        };
        assert_eq!((of, &*shown.json), (wish(), said.as_str()));
        assert_eq!(shown.explanation.traces.len(), 1);
        assert!(shown.explanation.traces[0].run.is_some());
    }

    #[wasm_bindgen_test]
    fn nonsense_from_the_worker_is_no_action_or_a_fault() {
        for nonsense in [
            JsValue::NULL,
            JsValue::from_str("reply"),
            Array::of2(&"reply".into(), &"{}".into()).into(),
            Array::of2(&"other".into(), &"{}".into()).into(),
            Array::of1(&"output".into()).into(),
        ] {
            assert!(action(&nonsense).is_none());
        }
        let wish_text = serde_json::to_string(&wish()).unwrap();
        let broken = Array::of3(&"explained".into(), &"{".into(), &wish_text.into());
        assert!(matches!(
            action(&broken),
            Some(Action::Reply(Reply::Fault { .. }))
        ));
    }
}
