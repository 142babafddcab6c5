//! The runner: publishes code that it is sent, runs it in the worlds that it is sent, and says whether it did what it
//! should. Made to run under an emulator, so it does nothing else.
//!
//! Never survives bad code: whoever started it concludes from its end. Start at [`serve`].
#![allow(
    unsafe_code,
    reason = "it runs machine code of regions that the warden has passed, on the other side"
)]

use super::{place, wire};
use crate::judges::{Expected, What, compare, host};
use anyhow::Result;
use jit_native::compiled::Compiled;
use jit_native::context::Context;
use jit_native::memory::{Arena, ArenaOptions, Code, MemoryError};
use jit_native::testing::{Observation, World, helper_addresses};
use std::io::{BufReader, BufWriter, Write};

/// Serves whoever holds the other ends of standard input and output, until these are closed.
///
/// # Errors
/// When messages make no sense, or there is no memory.
pub fn serve() -> Result<()> {
    end_with_parent();
    let (mut input, mut output) = (
        BufReader::with_capacity(1 << 17, std::io::stdin().lock()),
        BufWriter::new(std::io::stdout().lock()),
    );
    let mut runner = Runner {
        world: place::world()?,
        code: Shelf::new()?,
        context: Context::new(std::ptr::null_mut()),
        runs: Vec::new(),
        given: Default::default(),
    };
    let mut message = Vec::new();
    wire::write_hello(&mut message, &helper_addresses());
    wire::send(&mut output, &message)?;
    output.flush()?;
    while wire::receive(&mut input, &mut message)? {
        match wire::read(&message)? {
            wire::Request::Runs(runs) => runner.runs = runs,
            wire::Request::Code(compiled) => {
                let reply = runner.judge(&compiled);
                wire::write_reply(&mut message, &reply);
                wire::send(&mut output, &message)?;
                output.flush()?;
            }
        }
    }
    Ok(())
}

/// Has the system end this process when its parent ends, even while it is in a loop that has no end.
fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Without it a loop would go on; nothing else depends on it.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}

struct Runner {
    world: World,
    code: Shelf,
    context: Context,
    runs: Vec<Expected>,
    given: (u32, Observation),
}

impl Runner {
    /// Runs code in all worlds; gives the first in which it does not do what it should.
    fn judge(&mut self, compiled: &Compiled) -> wire::Reply {
        let code = match self.code.publish(compiled) {
            Ok(code) => code,
            Err(error) => {
                let first = self.runs.first().map_or(0, |run| run.seed);
                return Some((first, What::NoAnswer(error.to_string())));
            }
        };
        let world = &mut self.world;
        self.runs.iter().find_map(|run| {
            world.restore(&run.before);
            // SAFETY: a world's context has 17 words, the engine's more, and the last of the 17 is the user's pointer.
            unsafe { *self.context.words().add(16) = *world.context().add(16) };
            // SAFETY: on the other side the warden has run the region in this world: it is safe and ends.
            let exit = unsafe { code.run(world.frame(), &mut self.context) };
            let Ok(exit) = u32::try_from(exit) else {
                return Some((
                    run.seed,
                    What::NoAnswer(format!("left by x{exit}, which is no exit")),
                ));
            };
            self.given.0 = exit;
            world.observe_into(&mut self.given.1);
            Some((run.seed, compare(&run.after, &self.given)?))
        })
    }
}

/// Code memory that is never reused piece by piece, as emulators are slow to notice it: when the arena is full, it is
/// exchanged for a new one.
struct Shelf {
    arena: Arena,
    kept: Vec<Code>,
}

impl Shelf {
    fn new() -> Result<Self> {
        Ok(Shelf {
            arena: Self::arena()?,
            kept: Vec::new(),
        })
    }

    fn arena() -> Result<Arena, MemoryError> {
        let options = ArenaOptions {
            budget: 32 << 20,
            nudge_emulator: false,
        };
        Arena::new(stencils::stock(host()), options)
    }

    fn publish(&mut self, compiled: &Compiled) -> Result<Code, MemoryError> {
        let code = match self.arena.publish(compiled) {
            Err(MemoryError::Full { .. }) => {
                self.kept.clear();
                self.arena = Self::arena()?;
                self.arena.publish(compiled)?
            }
            published => published?,
        };
        self.kept.push(code.clone());
        Ok(code)
    }
}
