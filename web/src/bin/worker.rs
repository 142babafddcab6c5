//! The worker: holds the engine, so that the page stays free while a program runs.
//!
//! Never touches the page; a program that does not end is ended with the worker. Start at [`main`]; what is said is in
//! `jit_playground::page::protocol`.

#![deny(unsafe_code)]

use std::cell::RefCell;
use std::io::{self, Write};

use jit_playground::page::Engine;
use jit_playground::page::protocol::{Reply, Request, Wish};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The page shows no more of a program's output than this, in bytes.
const SHOWN_OUTPUT: usize = 200_000;

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let engine = RefCell::new(Engine::new());
    let here = scope.clone();
    let answer = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Err(message) = serve(&here, &mut engine.borrow_mut(), &text) {
            reply(&here, &Reply::Fault { message });
        }
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    answer.forget();
    reply(&scope, &Reply::Ready);
}

fn serve(
    scope: &DedicatedWorkerGlobalScope,
    engine: &mut Engine,
    text: &str,
) -> Result<(), String> {
    let request: Request = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match request {
        Request::Run { program, wishes } => {
            let answer = engine.run(&program, Box::new(Output::new(scope)));
            reply(scope, &answer);
            if engine.has_run() {
                for wish in &wishes {
                    explain(scope, engine, wish)?;
                }
            }
        }
        Request::Explain { wish } => explain(scope, engine, &wish)?,
    }
    Ok(())
}

fn explain(scope: &DedicatedWorkerGlobalScope, engine: &Engine, wish: &Wish) -> Result<(), String> {
    let explanation = engine.explain(wish)?;
    let wish = serde_json::to_string(wish).map_err(|error| error.to_string())?;
    let message = Array::of3(&"explained".into(), &explanation.into(), &wish.into());
    scope
        .post_message(&message)
        .map_err(|_| "a message could not be sent".to_owned())
}

/// Hands what a program prints to the page until that has got enough.
struct Output {
    scope: DedicatedWorkerGlobalScope,
    /// How many bytes it still takes.
    left: usize,
}

impl Output {
    fn new(scope: &DedicatedWorkerGlobalScope) -> Output {
        Output {
            scope: scope.clone(),
            left: SHOWN_OUTPUT,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left > 0 {
            // What the VM hands on may end inside a character only where it is cut here.
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(self.left)]);
            post(&self.scope, "output", &text);
            self.left = self.left.saturating_sub(bytes.len());
            if self.left == 0 {
                post(
                    &self.scope,
                    "output",
                    "\n[the page shows no more output than this]\n",
                );
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn reply(scope: &DedicatedWorkerGlobalScope, reply: &Reply) {
    // A reply always has a form in JSON.
    if let Ok(text) = serde_json::to_string(reply) {
        post(scope, "reply", &text);
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, kind: &str, text: &str) {
    // It fails only for what cannot be cloned, which texts can.
    let _ = scope.post_message(&Array::of2(&kind.into(), &text.into()));
}
