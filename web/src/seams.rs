//! The seam between page and worker, with JavaScript's values in between: what the worker sends is what the page reads.
//!
//! These run as WebAssembly (`wasm-bindgen-test`); what needs no JavaScript is tested natively. The scope is an object that
//! keeps what is posted.

use jit_playground::page::Engine;
use jit_playground::page::protocol::{ArchName, Part, Reply, Request, Wish};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::DedicatedWorkerGlobalScope;

use crate::backend::{Heard, heard};
use crate::service::{reply, serve};
use crate::sheet::Selected;
use crate::state::{Action, Phase, State};

/// A worker whose messages are kept.
struct Worker {
    engine: Engine,
    scope: DedicatedWorkerGlobalScope,
    posted: Array,
}

impl Worker {
    fn new() -> Worker {
        let (scope, posted) = (Object::new(), Array::new());
        let keep = Function::new_with_args("message", "this.posted.push(message)");
        Reflect::set(&scope, &"postMessage".into(), &keep).unwrap();
        Reflect::set(&scope, &"posted".into(), &posted).unwrap();
        Worker {
            engine: Engine::new(),
            scope: scope.unchecked_into(),
            posted,
        }
    }

    /// What it says to a request.
    fn ask(&mut self, request: &Request) -> Result<Vec<Heard>, String> {
        self.ask_text(&serde_json::to_string(request).unwrap())
    }

    fn ask_text(&mut self, text: &str) -> Result<Vec<Heard>, String> {
        self.posted.set_length(0);
        serve(&self.scope, &mut self.engine, text)?;
        Ok(self.said())
    }

    fn said(&self) -> Vec<Heard> {
        let messages = self.posted.iter();
        messages
            .map(|message| heard(&message).expect("the page understands it"))
            .collect()
    }

    fn run(&mut self, program: &str) -> State {
        let program = program.to_owned();
        let mut state = State::new(&program).apply(Action::Run);
        for heard in self.ask(&Request::Run { program }).unwrap() {
            state = state.apply(action(heard));
        }
        state
    }
}

fn action(heard: Heard) -> Action {
    match heard {
        Heard::Action(action) => action,
        Heard::Whole(..) => panic!("nothing was to be saved"),
    }
}

#[wasm_bindgen_test]
fn a_run_and_its_trace_come_over() {
    let mut worker = Worker::new();
    let mut state =
        worker.run("total = 0\nfor i in range(200):\n    total += i * 3\nprint('é', total)\n");
    assert_eq!((state.phase, &*state.output), (Phase::Ended, "é 59700\n"));
    let parts = state.missing();
    assert_eq!(parts.len(), 3);
    for part in parts {
        let [heard] = &worker.ask(&Request::Explain(part)).unwrap()[..] else {
            panic!("one answer");
        };
        state = state.apply(action(heard.clone()));
    }
    let sheet = state.sheet.expect("all has come");
    assert_eq!(sheet.of, Selected::Trace(0));
    assert!(sheet.codes().iter().all(Option::is_some) && !sheet.rows().is_empty());
}

#[wasm_bindgen_test]
fn all_of_it_comes_as_the_command_prints_it() {
    let mut worker = Worker::new();
    worker.run("for i in range(99): x = i + 1\n");
    let wish = Wish {
        arch: ArchName::Aarch64,
        super_stencils: false,
        choices: Vec::new(),
    };
    let part = Part::Whole { wish: wish.clone() };
    let text = worker.engine.explain(&part).unwrap();
    match &worker.ask(&Request::Explain(part)).unwrap()[..] {
        [Heard::Whole(of, came)] => assert_eq!((of, came), (&wish, &text)),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn what_is_wrong_comes_in_words() {
    let mut worker = Worker::new();
    assert!(worker.ask_text("no request").is_err());
    let part = Part::Trace { id: 0 };
    let error = worker.ask(&Request::Explain(part.clone())).unwrap_err();
    assert_eq!(error, "no program has been run");
    let state = worker.run("class A: pass\n");
    assert_eq!((state.phase, state.problems.len()), (Phase::Refused, 1));
    let state = worker.run("print(1)\n1 // 0\n");
    assert_eq!((state.phase, state.problems.len()), (Phase::Ended, 1));
    assert!(state.traceback.unwrap().contains("ZeroDivisionError"));
    assert!(worker.ask(&Request::Explain(part)).is_err());
    worker.posted.set_length(0);
    reply(
        &worker.scope,
        &Reply::Fault {
            message: "it broke".to_owned(),
        },
    );
    let [heard] = &worker.said()[..] else {
        panic!("one reply")
    };
    let state = state_after(heard.clone());
    assert_eq!(
        (state.phase, state.fault.as_deref()),
        (Phase::Failed, Some("it broke"))
    );
}

fn state_after(heard: Heard) -> State {
    State::new("").apply(Action::Run).apply(action(heard))
}

#[wasm_bindgen_test]
fn the_page_hears_nothing_in_what_is_no_message() {
    let two = |a: &str, b: &JsValue| JsValue::from(Array::of2(&a.into(), b));
    for message in [
        JsValue::NULL,
        JsValue::from_str("output"),
        Array::new().into(),
        two("output", &JsValue::from_f64(1.0)),
        two("something", &"else".into()),
        two("reply", &"{".into()),
        two("explained", &"{}".into()),
    ] {
        assert!(heard(&message).is_none(), "{message:?}");
    }
    // A message of another version is a fault, not silence.
    let state = state_after(heard(&two("outline", &"{}".into())).unwrap());
    assert_eq!(state.phase, Phase::Failed);
}

#[wasm_bindgen_test]
fn a_flood_of_output_is_cut_once_and_for_all() {
    let mut worker = Worker::new();
    let program = "for i in range(3000): print('é' * 99)\n";
    let state = worker.run(program);
    assert_eq!(state.phase, Phase::Ended);
    assert!(state.output.len() < 210_000, "{}", state.output.len());
    assert_eq!(state.output.matches("no more output").count(), 1);
    assert!(state.output.starts_with("éé"));
}
