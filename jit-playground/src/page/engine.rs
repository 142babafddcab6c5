//! The engine as the worker calls it: runs a program, and explains it in JSON. Start at [`Engine::run`].

use std::io::Write;

use stencils::library::Arch;

use super::protocol::{Part, Raised, Reply};
use crate::explain::Options;
use crate::session::{Session, raised, refusals};
use crate::syntax::SourceFile;
use crate::trace;

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
        let mut session = match Session::load(source, output, trace::Options::default()) {
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

    /// What there is to explain of the program that ran last.
    ///
    /// # Errors
    /// When no program ran, or the engine cannot be used: in words.
    pub fn outline(&self) -> Result<String, String> {
        let session = self.session()?;
        let options = Options::new(Arch::X86_64);
        let explainer = session.explainer(&options).map_err(in_words)?;
        serde_json::to_string(&explainer.outline()).map_err(in_words)
    }

    /// Explains a part of what the program did that ran last: [`Part::Whole`] just as `mimeo explain --json` does.
    ///
    /// # Errors
    /// When no program ran, there is no such part, or the engine cannot be used: in words.
    pub fn explain(&self, part: &Part) -> Result<String, String> {
        let session = self.session()?;
        let options = match part {
            Part::Code { wish, .. } | Part::Whole { wish } => wish.into(),
            Part::Trace { .. } | Part::Aborted { .. } => Options::new(Arch::X86_64),
        };
        let explainer = || session.explainer(&options).map_err(in_words);
        let missing = || "there is no such trace".to_owned();
        let json = match *part {
            Part::Whole { .. } => {
                serde_json::to_string(&session.explain(&options).map_err(in_words)?)
            }
            Part::Trace { id } => {
                let trace = explainer()?.trace(id as usize);
                serde_json::to_string(&trace.ok_or_else(missing)?)
            }
            Part::Code { trace, .. } => serde_json::to_string(&explainer()?.code(trace as usize)),
            Part::Aborted { n } => {
                let aborted = explainer()?.aborted(n as usize);
                serde_json::to_string(&aborted.ok_or_else(missing)?)
            }
        };
        json.map_err(in_words)
    }

    fn session(&self) -> Result<&Session, String> {
        self.session
            .as_ref()
            .ok_or_else(|| "no program has been run".to_owned())
    }
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{ArchName, Wish};
    use super::*;
    use crate::explain::model::{Aborted, Code, Explanation, Trace};
    use crate::explain::outline::Outline;

    fn wish() -> Wish {
        Wish {
            arch: ArchName::X86_64,
            super_stencils: true,
            choices: Vec::new(),
        }
    }

    fn run(engine: &mut Engine, program: &str) -> Reply {
        engine.run(program, Box::new(std::io::sink()))
    }

    #[test]
    fn a_program_that_ran_is_explained() {
        let mut engine = Engine::new();
        let whole = Part::Whole { wish: wish() };
        assert!(engine.explain(&whole).is_err() && engine.outline().is_err());
        let reply = run(&mut engine, "for i in range(99): x = i + 1\n");
        assert_eq!(reply, Reply::Ended { raised: None });
        let json = engine.explain(&whole).unwrap();
        assert!(json.starts_with('{') && json.contains("\"file\":\"program.py\""));
    }

    fn read<T: serde::de::DeserializeOwned>(json: Result<String, String>) -> T {
        serde_json::from_str(&json.unwrap()).unwrap()
    }

    #[test]
    fn the_parts_are_what_the_whole_consists_of() {
        for program in [
            include_str!("../../../web/examples/collatz.py"),
            include_str!("../../../web/examples/aborted.py"),
        ] {
            let mut engine = Engine::new();
            run(&mut engine, program);
            let whole: Explanation = read(engine.explain(&Part::Whole { wish: wish() }));
            let outline: Outline = read(engine.outline());
            assert_eq!(
                (&outline.codes, &outline.glossary),
                (&whole.codes, &whole.glossary)
            );
            assert_eq!(
                (outline.traces.len(), outline.aborted.len()),
                (whole.traces.len(), whole.aborted.len())
            );
            for (n, (line, aborted)) in outline.aborted.iter().zip(&whole.aborted).enumerate() {
                assert_eq!(
                    (&line.title, &line.explanation),
                    (&aborted.title, &aborted.explanation)
                );
                let part: Aborted = read(engine.explain(&Part::Aborted { n: n as u32 }));
                assert_eq!(part, *aborted);
            }
            for (line, trace) in outline.traces.iter().zip(&whole.traces) {
                assert_eq!((line.id, &line.title), (trace.id, &trace.title));
                assert_eq!(line.parent.is_some(), trace.parent.is_some());
                let taken = trace.exits.iter();
                let taken: Vec<_> = taken
                    .filter(|exit| exit.taken + exit.followed > 0 || exit.leads_to.is_some())
                    .map(|exit| (exit.id, exit.taken + exit.followed, exit.replay.is_some()))
                    .collect();
                let lines = line.exits.iter();
                let lines: Vec<_> = lines
                    .map(|exit| (exit.id, exit.times, exit.has_replay))
                    .collect();
                assert_eq!(lines, taken);
                let part: Trace = read(engine.explain(&Part::Trace { id: line.id }));
                let code: Option<Code> = read(engine.explain(&Part::Code {
                    trace: line.id,
                    wish: wish(),
                }));
                assert_eq!(Trace { code, ..part }, *trace);
            }
        }
    }

    #[test]
    fn a_part_that_is_not_there_is_an_error_in_words() {
        let mut engine = Engine::new();
        run(&mut engine, "x = 1\n");
        for part in [Part::Trace { id: 0 }, Part::Aborted { n: 7 }] {
            assert_eq!(
                engine.explain(&part),
                Err("there is no such trace".to_owned())
            );
        }
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
