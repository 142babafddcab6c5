//! How the worker answers: a request in, messages out.
//!
//! Each message is an array: what it is, its text, and for explanations what was asked. Never touches the page. Start at
//! [`serve`]; `backend.rs` reads the messages.

use std::io::{self, Write};

use jit_playground::page::Engine;
use jit_playground::page::protocol::{Part, Reply, Request};
use jit_playground::session::Problem;
use js_sys::Array;
use web_sys::DedicatedWorkerGlobalScope;

/// The page shows no more of a program's output than this, in bytes.
const SHOWN_OUTPUT: usize = 200_000;

/// Does what a request in JSON asks for, and tells `scope` of it.
///
/// # Errors
/// What went wrong, in words: the text is no request, or nothing can be explained.
pub fn serve(
    scope: &DedicatedWorkerGlobalScope,
    engine: &mut Engine,
    text: &str,
) -> Result<(), String> {
    let request: Request = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match request {
        Request::Run { program } => {
            let mut answer = engine.run(&program, Box::new(Output::new(scope)));
            if let Reply::Refused { problems } = &mut answer {
                mention_names(&program, problems);
            }
            reply(scope, &answer);
            if engine.has_run() {
                post(scope, "outline", &engine.outline()?);
            }
        }
        Request::Explain(part) => explain(scope, engine, &part)?,
    }
    Ok(())
}

/// The page was built without the names of characters, which is no fault of the program's: the parser only says that it does
/// not know one.
fn mention_names(program: &str, problems: &mut [Problem]) {
    let is_about_names = |problem: &&mut Problem| problem.message.contains("unicode");
    if program.contains("\\N{") {
        for problem in problems.iter_mut().filter(is_about_names) {
            let help = r"write the character itself, or \u and its number: the page does not know characters by name, as in \N{...}; the command does";
            problem.help = Some(help.to_owned());
        }
    }
}

fn explain(scope: &DedicatedWorkerGlobalScope, engine: &Engine, part: &Part) -> Result<(), String> {
    let explanation = engine.explain(part)?;
    let part = serde_json::to_string(part).map_err(|error| error.to_string())?;
    let message = Array::of3(&"explained".into(), &explanation.into(), &part.into());
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

/// Tells of an answer.
pub fn reply(scope: &DedicatedWorkerGlobalScope, reply: &Reply) {
    // A reply always has a form in JSON.
    if let Ok(text) = serde_json::to_string(reply) {
        post(scope, "reply", &text);
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, kind: &str, text: &str) {
    // It fails only for what cannot be cloned, which texts can.
    let _ = scope.post_message(&Array::of2(&kind.into(), &text.into()));
}
