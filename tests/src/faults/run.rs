//! The run: each fault before each layer, in a process of its own, since a fault may crash or hang it, which is as good
//! as any other way of noticing it. Start at [`run`].

use super::layers::{Layer, library};
use super::{How, Planted, all, find};
use anyhow::{Context, Result, bail};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use wait_timeout::ChildExt;

/// The longest that a layer may look: what takes longer hangs.
fn patience(layer: Layer) -> Duration {
    Duration::from_secs(if layer == Layer::Boundaries { 240 } else { 45 })
}

/// The exit status of a process whose layer has noticed the fault.
pub const NOTICED: u8 = 10;

/// Looks for one fault with one layer; says what was found on standard output, and whether anything was.
///
/// # Errors
/// When there is no such fault or layer.
pub fn look(fault: &str, layer: &str) -> Result<bool> {
    let layer = Layer::ALL.into_iter().find(|l| l.name() == layer);
    let layer = layer.context("there is no such layer")?;
    let spoil = match (fault, find(fault)) {
        ("none", _) => None,
        (_, None) => bail!("there is no fault {fault}"),
        (_, Some(planted)) => match planted.how {
            How::Library(spoil) => Some(spoil),
            How::Engine(fault) => {
                jit_native::faults::plant(fault);
                None
            }
        },
    };
    let found = layer.look(&library(spoil));
    if let Some(what) = &found {
        println!("{}", what.lines().next().unwrap_or_default());
    }
    Ok(found.is_some())
}

/// What noticed a fault: the layers, each with what it said.
struct Noticed {
    planted: Planted,
    by: Vec<(Layer, String)>,
}

/// Plants every fault in turn, and prints a table of which layers noticed each. First it makes sure that nothing is
/// noticed when nothing is planted. Gives how many there are, and how many were noticed.
///
/// # Errors
/// When a layer notices a fault that is not there, or no process can be started.
pub fn run(jobs: usize) -> Result<(usize, usize)> {
    for layer in Layer::ALL {
        if let Some(what) = look_apart("none", layer)? {
            bail!("with no fault planted, {} says: {what}", layer.name());
        }
    }
    let faults = all();
    let todo = Mutex::new(faults.iter());
    let next = || todo.lock().unwrap_or_else(PoisonError::into_inner).next();
    let noticed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1))
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(planted) = next() {
                        let found = seek(*planted)?;
                        print(&found);
                        noticed
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(found);
                    }
                    Ok(())
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
    })?;
    let noticed = noticed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let caught = noticed.iter().filter(|found| !found.by.is_empty()).count();
    Ok((faults.len(), caught))
}

fn seek(planted: Planted) -> Result<Noticed> {
    let mut by = Vec::new();
    for layer in Layer::ALL {
        // A library that is refused is not compiled with.
        if by
            .first()
            .is_some_and(|(first, _)| *first == Layer::Library)
        {
            break;
        }
        let optimiser = planted.what.starts_with("Optimiser:");
        if layer == Layer::Boundaries && (!optimiser || !by.is_empty()) {
            continue;
        }
        if let Some(what) = look_apart(planted.name, layer)? {
            by.push((layer, what));
        }
    }
    Ok(Noticed { planted, by })
}

/// One row of the table, in Markdown, and beneath it nothing: what the layers said is printed when asked for one fault.
fn print(noticed: &Noticed) {
    let layers: Vec<&str> = noticed.by.iter().map(|(layer, _)| layer.name()).collect();
    let layers = match layers.is_empty() {
        true => "NOTHING".to_string(),
        false => layers.join(", "),
    };
    println!(
        "| {} | {} | {layers} |",
        noticed.planted.name, noticed.planted.what
    );
}

/// Looks for one fault with one layer, in a process of its own; gives what it said, or what it died of.
fn look_apart(fault: &str, layer: Layer) -> Result<Option<String>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["look", fault, layer.name()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start a process")?;
    let Some(status) = child.wait_timeout(patience(layer))? else {
        child.kill()?;
        child.wait()?;
        return Ok(Some("it hangs".to_string()));
    };
    let mut said = String::new();
    if let Some(mut out) = child.stdout.take() {
        out.read_to_string(&mut said)?;
    }
    Ok(match status.code() {
        Some(0) => None,
        Some(code) if code == i32::from(NOTICED) => Some(said.trim().to_string()),
        _ => Some(format!("it dies ({status})")),
    })
}
