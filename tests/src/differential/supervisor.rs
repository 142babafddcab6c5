//! The supervisor: gives ranges of regions to workers, several at a time, shows progress and counts differences. A worker
//! that dies or says nothing for too long has found one.

use super::found::{Found, Workers};
use super::worker::Line;
use anyhow::{Context, Result};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Regions that one worker process judges: so many that starting it costs nothing, so few that the end is shared well.
const RANGE: u64 = 2_000;

/// Time between two lines that show progress.
const PROGRESS: Duration = Duration::from_secs(5);

/// What a run is asked to do.
pub struct Options {
    /// How many regions.
    pub count: u64,
    /// Of which seed.
    pub seed: u64,
    /// The number of the first region.
    pub first: u64,
    /// How many workers at a time.
    pub jobs: usize,
    /// How workers are started.
    pub workers: Workers,
}

/// What all threads of a run share.
struct State {
    todo: VecDeque<Range<u64>>,
    judged: u64,
    found: Vec<Found>,
}

/// A run under way.
struct Run<'o> {
    options: &'o Options,
    began: Instant,
    state: Mutex<State>,
}

/// Judges regions; gives what was found, as it was found.
///
/// # Errors
/// When a worker cannot be started.
pub fn run(options: &Options) -> Result<Vec<Found>> {
    let end = options.first + options.count;
    let starts = (options.first..end).step_by(RANGE as usize);
    let run = Run {
        options,
        began: Instant::now(),
        state: Mutex::new(State {
            todo: starts.map(|n| n..(n + RANGE).min(end)).collect(),
            judged: 0,
            found: Vec::new(),
        }),
    };
    let (tell, finished) = channel();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..options.jobs.max(1))
            .map(|_| {
                let (run, tell) = (&run, tell.clone());
                // The channel closes when the last thread lets go of it.
                scope.spawn(move || {
                    let _tell: Sender<()> = tell;
                    run.work()
                })
            })
            .collect();
        drop(tell);
        while let Err(RecvTimeoutError::Timeout) = finished.recv_timeout(PROGRESS) {
            run.show_progress();
        }
        let results = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect::<Result<()>>()
    })?;
    run.show_progress();
    let state = run.state.into_inner();
    Ok(state.unwrap_or_else(PoisonError::into_inner).found)
}

impl Run<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show_progress(&self) {
        let state = self.state();
        let (judged, found) = (state.judged, state.found.len());
        let rate = judged as f64 / self.began.elapsed().as_secs_f64();
        let count = self.options.count;
        println!("{judged} of {count} regions, {found} differences, {rate:.0} regions a second");
    }

    /// Has ranges judged until there are none left.
    fn work(&self) -> Result<()> {
        loop {
            let Some(mut range) = self.state().todo.pop_front() else {
                return Ok(());
            };
            while !range.is_empty() {
                range.start = self.watch(range.clone())?;
            }
        }
    }

    /// Watches one worker; gives the number of the first region that it has not judged.
    fn watch(&self, range: Range<u64>) -> Result<u64> {
        let workers = &self.options.workers;
        let mut worker = workers.range(self.options.seed, &range);
        let mut child = worker
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {worker:?}"))?;
        let lines = lines(&mut child)?;
        let mut at = range.start;
        loop {
            match lines.recv_timeout(workers.patience) {
                Ok(Line::At(n)) => {
                    self.state().judged += n - at;
                    at = n;
                }
                Ok(Line::Found(what)) => self.found(at, what),
                Ok(Line::Done) => {
                    child.wait()?;
                    self.state().judged += range.end - at;
                    return Ok(range.end);
                }
                Err(silence) => {
                    let what = death(&mut child, silence)?;
                    self.found(at, what);
                    self.state().judged += 1;
                    return Ok(at + 1);
                }
            }
        }
    }

    fn found(&self, n: u64, what: String) {
        let seed = self.options.seed;
        println!("difference: seed {seed}, region {n}: {what}");
        self.state().found.push(Found { seed, n, what });
    }
}

/// The lines that a worker says, as it says them.
fn lines(child: &mut Child) -> Result<Receiver<Line>> {
    let out = child.stdout.take().context("the worker says nothing")?;
    let (send, receive) = channel();
    thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        for line in lines.filter_map(|line| Line::read(&line)) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    Ok(receive)
}

/// What a worker that said nothing more died of.
fn death(child: &mut Child, silence: RecvTimeoutError) -> Result<String> {
    if silence == RecvTimeoutError::Timeout {
        child.kill()?;
        child.wait()?;
        return Ok("no answer: it hangs".to_string());
    }
    Ok(format!("no answer: the worker died ({})", child.wait()?))
}
