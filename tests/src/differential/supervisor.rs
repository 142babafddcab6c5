//! The supervisor: gives ranges of regions to workers, several at a time, shows progress and counts differences. A worker
//! that dies has found one, and so has a region on which two workers say nothing for too long: the first may have been asleep with
//! its machine.

use super::found::{Found, Workers};
use super::worker::Line;
use anyhow::{Context, Result};
use std::collections::{HashSet, VecDeque};
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
    /// Regions on which a worker has said nothing for too long.
    silent: HashSet<u64>,
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
            silent: HashSet::new(),
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
                    if silence == RecvTimeoutError::Timeout && self.state().silent.insert(at) {
                        return Ok(at);
                    }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    /// What a run finds whose workers fall silent on region 3: each of them, or the first alone.
    fn found(always: bool) -> Vec<Found> {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let program = folder.path().join("worker");
        let asleep = folder.path().join("asleep");
        let text = format!(
            "#!/bin/sh\nn=$3\nwhile [ $n -lt $4 ]; do\n  echo at $n\n  \
             if [ $n = 3 ] && {{ {always} || [ ! -e {0} ]; }}; then touch {0}; exec sleep 600; fi\n  \
             n=$((n + 1))\ndone\necho done\n",
            asleep.display()
        );
        fs::write(&program, text).expect("it can be written");
        fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("it is ours");
        let workers = Workers {
            program,
            runner: Vec::new(),
            patience: Duration::from_secs(3),
        };
        let options = Options {
            count: 6,
            seed: 7,
            first: 0,
            jobs: 1,
            workers,
        };
        let found = run(&options).expect("workers can be started");
        assert!(asleep.exists(), "no worker came to region 3");
        found
    }

    #[test]
    fn a_region_that_silences_two_workers_is_found() {
        let what = "no answer: it hangs".to_string();
        assert_eq!(
            found(true),
            [Found {
                seed: 7,
                n: 3,
                what
            }]
        );
    }

    #[test]
    fn a_worker_that_was_asleep_finds_nothing() {
        assert_eq!(found(false), []);
    }
}
