//! The worker: holds the engine, so that the page stays free while a program runs.
//!
//! Never touches the page; a program that does not end is ended with the worker. Start at [`main`]; what is said is in
//! `jit_playground::page::protocol`.

#![deny(unsafe_code)]

#[path = "../service.rs"]
mod service;

use std::cell::RefCell;

use jit_playground::page::Engine;
use jit_playground::page::protocol::Reply;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use service::{reply, serve};

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
