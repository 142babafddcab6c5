//! Machine code for an architecture that this machine is not of: everything but the code itself runs natively, and the code
//! in an emulated process, the *runner*.
//!
//! Emulation costs twentyfold, so the runner is given finished code and finished worlds: it publishes the one, runs it in
//! the others and compares. Regions compute with addresses, so its worlds must be where the native ones are ([`place`]); and
//! they call functions, whose addresses the runner tells when it starts.
//!
//! - [`Emulated`] compiles, asks the runner, and reports like any judge.
//! - [`runner`] is the other side.
//! - [`wire`] is what they say to each other.
//!
//! Start at [`Emulated::judge`].

pub mod place;
pub mod runner;
mod wire;

use crate::judges::{Difference, Expected, Way, What};
use anyhow::{Context, Result, ensure};
use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use jit_native::region::Region;
use jit_native::testing::link_with;
use std::ffi::OsString;
use std::io::{BufReader, BufWriter, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use stencils::library::Arch;
use stencils::table::UopTable;
use wait_timeout::ChildExt;
use wire::Reply;

/// How long a runner that says nothing more may take to end.
const LAST_WORD: Duration = Duration::from_secs(5);

/// Machine code made in every way, run by an emulated process.
pub struct Emulated {
    command: Vec<OsString>,
    runner: Runner,
    compilers: Vec<(Way, Compiler)>,
    message: Vec<u8>,
}

impl Emulated {
    /// Starts the runner: the emulator's program, a program built for that architecture, and what makes it
    /// [`runner::serve`].
    ///
    /// # Errors
    /// When it does not start, or the engine refuses the library.
    pub fn start(arch: Arch, command: Vec<OsString>) -> Result<Self> {
        let machine = Machine::new(UopTable::stock(), stencils::stock(arch))?;
        let machine = Arc::new(machine);
        let compilers = Way::ALL.map(|way| (way, way.compiler(&machine, true)));
        Ok(Emulated {
            runner: Runner::start(&command)?,
            command,
            compilers: compilers.into(),
            message: Vec::new(),
        })
    }

    /// Compiles a region that the warden has passed, and is not linked, and has it run in its worlds; gives the first
    /// difference. A runner that dies differs, and another one takes its place.
    pub fn judge(&mut self, region: &Region, runs: &[Expected]) -> Option<Difference> {
        match self.ask(region, runs) {
            Ok(difference) => difference,
            Err(broken) => {
                let mut why = format!("{broken}: {}", self.runner.end());
                match Runner::start(&self.command) {
                    Ok(runner) => self.runner = runner,
                    Err(error) => why = format!("{why}; and no other starts: {error}"),
                }
                Some(Difference {
                    judge: "emulated machine code",
                    world: runs.first().map_or(0, |run| run.seed),
                    what: What::NoAnswer(why),
                })
            }
        }
    }

    /// Sends everything first and reads the answers then: while the runner runs code of one kind, the next is compiled.
    fn ask(&mut self, region: &Region, runs: &[Expected]) -> Result<Option<Difference>> {
        let mut region = link_with(region, &self.runner.helpers);
        region.verify(UopTable::stock())?;
        wire::write_runs(&mut self.message, runs);
        self.runner.send(&self.message)?;
        let mut refused = None;
        let mut asked = Vec::new();
        for (way, compiler) in &mut self.compilers {
            match compiler.compile(&region) {
                Ok(compiled) => {
                    wire::write_code(&mut self.message, &compiled);
                    self.runner.send(&self.message)?;
                    asked.push(*way);
                }
                Err(error) => refused = Some((*way, What::NoAnswer(error.to_string()))),
            }
        }
        let mut differs = refused.map(|(way, what)| (way, 0, what));
        for way in asked {
            let reply = self.runner.reply()?;
            if let Some((world, what)) = reply.filter(|_| differs.is_none()) {
                differs = Some((way, world, what));
            }
        }
        Ok(differs.map(|(way, world, what)| Difference {
            judge: way.name(),
            world,
            what,
        }))
    }
}

/// The emulated process.
struct Runner {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
    /// The addresses of its functions.
    helpers: Vec<u64>,
    scratch: Vec<u8>,
}

impl Runner {
    fn start(command: &[OsString]) -> Result<Self> {
        let (program, arguments) = command.split_first().context("no runner is named")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let to = child.stdin.take().context("the runner reads nothing")?;
        let from = child.stdout.take().context("the runner says nothing")?;
        let mut runner = Runner {
            child,
            to: BufWriter::new(to),
            from: BufReader::new(from),
            helpers: Vec::new(),
            scratch: Vec::new(),
        };
        let hello = wire::receive(&mut runner.from, &mut runner.scratch)?;
        ensure!(hello, "the runner has ended at once");
        runner.helpers = wire::read_hello(&runner.scratch)?;
        Ok(runner)
    }

    fn send(&mut self, message: &[u8]) -> Result<()> {
        wire::send(&mut self.to, message)?;
        Ok(self.to.flush()?)
    }

    fn reply(&mut self) -> Result<Reply> {
        let more = wire::receive(&mut self.from, &mut self.scratch)?;
        ensure!(more, "it said nothing more");
        wire::read_reply(&self.scratch)
    }

    /// Ends it, unless it ends by itself, as one that has said its last word does; says how it went.
    fn end(&mut self) -> String {
        let ended = match self.child.wait_timeout(LAST_WORD) {
            Ok(None) => self.child.kill().and_then(|()| self.child.wait()),
            Ok(Some(status)) => Ok(status),
            Err(error) => Err(error),
        };
        match ended {
            Ok(status) => format!("it ended with {status}"),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
