//! The engine as the worker calls it: runs a program, and explains it in JSON. Start at [`Engine::run`].

use std::io::Write;

use super::protocol::{Raised, Reply, Wish};
use crate::session::{Session, raised, refusals};
use crate::syntax::SourceFile;
use crate::trace::Options;

/// What messages and explanations call the program.
const NAME: &str = "program.py";

/// Runs one program after the other; the last one can be explained.
#[derive(Default)]
pub struct Engine {
    session: Option<Session>,
}

impl Engine {
    /// An engine that has run nothing.
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Runs a program to its end; what it prints goes to `output`.
    pub fn run(&mut self, program: &str, output: Box<dyn Write>) -> Reply {
        self.session = None;
        let Some(source) = SourceFile::new(NAME, program) else {
            return Reply::Fault {
                message: "the program is too large".to_owned(),
            };
        };
        let mut session = match Session::load(source, output, Options::default()) {
            Ok(session) => session,
            Err(error) => {
                return Reply::Refused {
                    problems: refusals(&error),
                };
            }
        };
        let raised = session.run().err().map(|error| Raised {
            problem: raised(&error),
            traceback: session.traceback(&error),
        });
        self.session = Some(session);
        Reply::Ended { raised }
    }

    /// Whether a program ran that can be explained.
    pub fn has_run(&self) -> bool {
        self.session.is_some()
    }

    /// Explains the program that ran last, as `mimeo explain --json` does.
    ///
    /// # Errors
    /// When no program ran, or the engine cannot be used: in words.
    pub fn explain(&self, wish: &Wish) -> Result<String, String> {
        let session = self.session.as_ref().ok_or("no program has been run")?;
        let explanation = session
            .explain(&wish.into())
            .map_err(|error| error.to_string())?;
        serde_json::to_string(&explanation).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::ArchName;
    use super::*;

    const WISH: Wish = Wish {
        arch: ArchName::X86_64,
        super_stencils: true,
        choices: Vec::new(),
    };

    fn run(engine: &mut Engine, program: &str) -> Reply {
        engine.run(program, Box::new(std::io::sink()))
    }

    #[test]
    fn a_program_that_ran_is_explained() {
        let mut engine = Engine::new();
        assert!(engine.explain(&WISH).is_err());
        let reply = run(&mut engine, "for i in range(99): x = i + 1\n");
        assert_eq!(reply, Reply::Ended { raised: None });
        let json = engine.explain(&WISH).unwrap();
        assert!(json.starts_with('{') && json.contains("\"file\":\"program.py\""));
    }

    #[test]
    fn a_refused_program_leaves_nothing_to_explain() {
        let mut engine = Engine::new();
        run(&mut engine, "x = 1\n");
        assert!(matches!(
            run(&mut engine, "class A: pass\n"),
            Reply::Refused { problems } if problems.len() == 1
        ));
        assert!(!engine.has_run());
    }

    #[test]
    fn an_exception_is_reported_and_what_ran_before_it_explained() {
        let mut engine = Engine::new();
        let reply = run(&mut engine, "print(1 // 0)\n");
        let Reply::Ended {
            raised: Some(raised),
        } = reply
        else {
            panic!("{reply:?}");
        };
        assert_eq!(raised.problem.at.line, 1);
        assert!(
            raised
                .traceback
                .ends_with("ZeroDivisionError: integer division or modulo by zero\n")
        );
        assert!(engine.has_run());
    }
}
