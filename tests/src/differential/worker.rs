//! The worker: judges regions and says on standard output, line by line, what it is at. It survives nothing: its
//! supervisor concludes from the last line what it died of.

use crate::judges::{Panel, random, regressions};
use anyhow::Result;
use std::io::{Read, Write};
use std::ops::Range;
use stencils::table::UopTable;

/// What a worker says about one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// It is about to judge region number n.
    At(u64),
    /// Judges differ on the region it is at, or the warden refuses it; how and why.
    Found(String),
    /// All regions of the range have been judged.
    Done,
}

impl Line {
    /// The line as it is written.
    pub fn write(&self) -> String {
        match self {
            Line::At(n) => format!("at {n}"),
            Line::Found(what) => format!("found {}", what.replace('\n', " ")),
            Line::Done => "done".to_string(),
        }
    }

    /// The line that was written like this; nothing when no worker wrote it.
    pub fn read(text: &str) -> Option<Line> {
        match text.split_once(' ') {
            Some(("at", n)) => n.parse().ok().map(Line::At),
            Some(("found", what)) => Some(Line::Found(what.to_string())),
            None if text == "done" => Some(Line::Done),
            _ => None,
        }
    }
}

/// The worlds that a region which was read is judged in.
const WORLDS: std::ops::Range<u64> = 0..12;

/// How a region that was read was judged: the exit status of a worker that judges one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All judges agree.
    Same = 0,
    /// They do not.
    Different = 10,
    /// The warden refuses it, or it is no region.
    Unfit = 11,
}

/// Judges the regions of a seed with these numbers.
///
/// # Errors
/// When nobody listens.
pub fn judge_range(mut panel: Panel, seed: u64, range: Range<u64>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mut say = |line: Line| -> Result<()> {
        writeln!(out, "{}", line.write())?;
        Ok(out.flush()?)
    };
    for n in range {
        say(Line::At(n))?;
        let region = random::region(seed, n);
        match panel.judge(&region, &random::worlds(seed, n)) {
            Ok(None) => {}
            Ok(Some(difference)) => say(Line::Found(difference.to_string()))?,
            Err(unfit) => say(Line::Found(format!("unfit: {unfit}")))?,
        }
    }
    say(Line::Done)
}

/// Judges a region in text form from standard input: in a few worlds, in the ones that the text names and in those of the
/// seeds given.
///
/// # Errors
/// When there is no input.
pub fn judge_text(mut panel: Panel, worlds: &[u64]) -> Result<Verdict> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let region = match jit_native::region::text::parse(&text, UopTable::stock()) {
        Ok(region) => region,
        Err(error) => {
            println!("{error}");
            return Ok(Verdict::Unfit);
        }
    };
    let mut worlds = worlds.to_vec();
    worlds.extend(regressions::worlds(&text));
    worlds.extend(WORLDS);
    Ok(match panel.judge(&region, &worlds) {
        Ok(None) => Verdict::Same,
        Ok(Some(difference)) => {
            println!("{difference}");
            Verdict::Different
        }
        Err(unfit) => {
            println!("{unfit}");
            Verdict::Unfit
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_were_written() {
        let found = Line::Found("machine code in world 3: left by x1".to_string());
        for line in [Line::At(17), found, Line::Done] {
            assert_eq!(Line::read(&line.write()), Some(line));
        }
        assert_eq!(Line::read("thread 'main' panicked"), None);
        assert_eq!(Line::read("at sea"), None);
    }
}
