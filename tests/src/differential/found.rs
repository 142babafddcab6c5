//! What a run found: a region on which judges differ. It is made small by judging smaller ones, each in a worker of its own,
//! and kept as a regression file.

use super::worker::Verdict;
use crate::judges::random;
use crate::judges::regressions::worlds_line;
use crate::judges::shrink::shrink;
use anyhow::{Context, Result};
use jit_native::region::Region;
use std::ffi::OsString;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use stencils::table::UopTable;
use wait_timeout::ChildExt;

/// The most regions that are tried while one is made small.
const TRIES: usize = 20_000;

/// The longest that a region is made small for.
const SHRINKING: Duration = Duration::from_secs(180);

/// How workers are started.
#[derive(Clone, Debug)]
pub struct Workers {
    /// This program.
    pub program: PathBuf,
    /// What they run machine code for another architecture with: an emulator and a build of this program. Nothing when it is
    /// for this machine.
    pub runner: Vec<OsString>,
    /// How long a worker may take for one region.
    pub patience: Duration,
}

impl Workers {
    fn command(&self, task: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(task);
        for word in &self.runner {
            command.arg("--runner").arg(word);
        }
        command
    }

    /// A worker for a range of regions.
    pub(super) fn range(&self, seed: u64, range: &Range<u64>) -> Command {
        let mut command = self.command("worker");
        let numbers = [seed, range.start, range.end];
        command.args(numbers.map(|n| n.to_string()));
        command
    }

    /// Has a worker judge a region; a worker that dies or hangs differs.
    fn judge(&self, region: &Region, worlds: &[u64]) -> Result<Option<String>> {
        let mut child = self
            .command("judge")
            .args(worlds.iter().map(u64::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start a worker")?;
        let mut input = child.stdin.take().context("a worker reads nothing")?;
        let text = region.display(UopTable::stock()).to_string();
        // A worker that is dead already does not read.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        let Some(status) = child.wait_timeout(self.patience)? else {
            child.kill()?;
            child.wait()?;
            return Ok(Some("no answer: it hangs".to_string()));
        };
        let said = child.wait_with_output()?.stdout;
        let same = [Verdict::Same, Verdict::Unfit].map(|verdict| Some(verdict as i32));
        if same.contains(&status.code()) {
            return Ok(None);
        }
        let said = String::from_utf8_lossy(&said);
        Ok(Some(if status.code() == Some(Verdict::Different as i32) {
            said.trim().to_string()
        } else {
            format!("no answer: the worker died ({status})")
        }))
    }
}

/// A region on which judges differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The seed of the run.
    pub seed: u64,
    /// The region's number.
    pub n: u64,
    /// How they differ.
    pub what: String,
}

impl Found {
    /// The text of a regression file: the region made as small as time allows, with what is wrong with it.
    ///
    /// # Errors
    /// When workers cannot be started.
    pub fn text(&self, workers: &Workers) -> Result<String> {
        let region = random::region(self.seed, self.n);
        let worlds = random::worlds(self.seed, self.n);
        let until = Instant::now() + SHRINKING;
        let mut what = self.what.clone();
        let mut failed = None;
        let small = shrink(&region, TRIES, |region| {
            if failed.is_some() || Instant::now() > until {
                return false;
            }
            match workers.judge(region, &worlds) {
                Ok(None) => false,
                Ok(Some(difference)) => {
                    what = difference;
                    true
                }
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let region = small.display(UopTable::stock());
        let (seed, n) = (self.seed, self.n);
        Ok(format!(
            "; From region {n} of seed {seed}.\n; {what}\n{}\n{region}\n",
            worlds_line(&worlds)
        ))
    }

    /// Writes a regression file into a folder; gives its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, text: &str, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(format!("seed_{}_region_{}.region", self.seed, self.n));
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}
