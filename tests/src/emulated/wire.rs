//! What the native side and the runner say to each other: messages of a length and so many bytes, numbers little-endian.
//! Both are builds of the same program, so the format has no version.
//!
//! Never trusts a length further than the bytes that are there. Start at [`Request`].

use crate::judges::{Expected, What};
use anyhow::{Context, Result, bail, ensure};
use jit_native::compiled::{Compiled, Fixup, FixupTarget};
use jit_native::testing::Observation;
use std::io::{ErrorKind, Read, Write};
use stencils::library::{Arch, HoleKind};

/// What the runner is sent.
pub(super) enum Request {
    /// What all code from here on is run in, and what it should do there.
    Runs(Vec<Expected>),
    /// Code to run; it is answered by a [`Reply`].
    Code(Compiled),
}

/// The first world in which code did not do what it should, and how.
pub(super) type Reply = Option<(u64, What)>;

const RUNS: u32 = 1;
const CODE: u32 = 2;

/// Sends a message.
pub(super) fn send(out: &mut impl Write, message: &[u8]) -> Result<()> {
    let length = u32::try_from(message.len()).context("a message is too long")?;
    out.write_all(&length.to_le_bytes())?;
    Ok(out.write_all(message)?)
}

/// Receives a message; false when the other side has closed.
pub(super) fn receive(from: &mut impl Read, message: &mut Vec<u8>) -> Result<bool> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
        other => other?,
    }
    message.resize(u32::from_le_bytes(length) as usize, 0);
    from.read_exact(message)?;
    Ok(true)
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_word(out: &mut Vec<u8>, word: u64) {
    out.extend_from_slice(&word.to_le_bytes());
}

fn put_words(out: &mut Vec<u8>, words: &[u64]) {
    put(out, words.len() as u32);
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

fn put_observation(out: &mut Vec<u8>, seen: &Observation) {
    for words in [&seen.frame, &seen.memory, &seen.log] {
        put_words(out, words);
    }
    put_word(out, seen.calls);
}

/// The first message of a runner: the addresses of its functions.
pub(super) fn write_hello(out: &mut Vec<u8>, helpers: &[u64]) {
    out.clear();
    put_words(out, helpers);
}

/// Reads [`write_hello`].
pub(super) fn read_hello(message: &[u8]) -> Result<Vec<u64>> {
    Bytes(message).words()
}

/// Writes [`Request::Runs`].
pub(super) fn write_runs(out: &mut Vec<u8>, runs: &[Expected]) {
    out.clear();
    put(out, RUNS);
    put(out, runs.len() as u32);
    for run in runs {
        put_word(out, run.seed);
        put_observation(out, &run.before);
        put(out, run.after.0);
        put_observation(out, &run.after.1);
    }
}

/// Writes [`Request::Code`].
pub(super) fn write_code(out: &mut Vec<u8>, compiled: &Compiled) {
    out.clear();
    put(out, CODE);
    put(out, u32::from(compiled.arch == Arch::Aarch64));
    put(out, compiled.first_exit);
    put(out, compiled.exits);
    put(out, compiled.alignment);
    put(out, compiled.spill_words);
    put(out, compiled.fixups.len() as u32);
    for fixup in &compiled.fixups {
        let (slot, number) = match fixup.target {
            FixupTarget::Constant(offset) => (0, offset),
            FixupTarget::ExitSlot(exit) => (1, exit),
        };
        for number in [fixup.offset, fixup.kind as u32, slot, number] {
            put(out, number);
        }
        put(out, fixup.addend.cast_unsigned());
    }
    out.extend_from_slice(&compiled.code);
}

/// Reads a request.
///
/// # Errors
/// When it is none.
pub(super) fn read(message: &[u8]) -> Result<Request> {
    let mut bytes = Bytes(message);
    Ok(match bytes.number()? {
        RUNS => {
            let count = bytes.number()?;
            let runs = (0..count).map(|_| bytes.expected());
            Request::Runs(runs.collect::<Result<_>>()?)
        }
        CODE => Request::Code(bytes.compiled()?),
        other => bail!("there is no message {other}"),
    })
}

/// Writes a reply.
pub(super) fn write_reply(out: &mut Vec<u8>, reply: &Reply) {
    out.clear();
    if let Some((seed, what)) = reply {
        put_word(out, *seed);
        out.extend_from_slice(what.to_string().as_bytes());
    }
}

/// Reads a reply; what differed is in words from here on.
///
/// # Errors
/// When it is none.
pub(super) fn read_reply(message: &[u8]) -> Result<Reply> {
    if message.is_empty() {
        return Ok(None);
    }
    let mut bytes = Bytes(message);
    let seed = bytes.word()?;
    let what = String::from_utf8_lossy(bytes.0).into_owned();
    Ok(Some((seed, What::Told(what))))
}

/// What is left of a message.
struct Bytes<'m>(&'m [u8]);

impl<'m> Bytes<'m> {
    fn take(&mut self, count: usize) -> Result<&'m [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .context("a message is too short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    fn word(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into()?))
    }

    fn words(&mut self) -> Result<Vec<u64>> {
        let count = self.number()? as usize;
        let (words, _) = self.take(count.saturating_mul(8))?.as_chunks();
        Ok(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }

    fn observation(&mut self) -> Result<Observation> {
        Ok(Observation {
            frame: self.words()?,
            memory: self.words()?,
            log: self.words()?,
            calls: self.word()?,
        })
    }

    fn expected(&mut self) -> Result<Expected> {
        Ok(Expected {
            seed: self.word()?,
            before: self.observation()?,
            after: (self.number()?, self.observation()?),
        })
    }

    fn compiled(&mut self) -> Result<Compiled> {
        let arch = match self.number()? {
            0 => Arch::X86_64,
            _ => Arch::Aarch64,
        };
        let (first_exit, exits) = (self.number()?, self.number()?);
        let (alignment, spill_words) = (self.number()?, self.number()?);
        let count = self.number()?;
        let fixups = (0..count).map(|_| self.fixup()).collect::<Result<_>>()?;
        Ok(Compiled {
            arch,
            code: self.0.to_vec(),
            first_exit,
            exits,
            fixups,
            alignment,
            spill_words,
        })
    }

    fn fixup(&mut self) -> Result<Fixup> {
        let [offset, kind, slot, number] = [
            self.number()?,
            self.number()?,
            self.number()?,
            self.number()?,
        ];
        let kind = u8::try_from(kind).ok().and_then(HoleKind::from_number);
        ensure!(slot < 2, "a fixup is for nothing known");
        Ok(Fixup {
            offset,
            kind: kind.context("a fixup is of no known kind")?,
            target: match slot {
                0 => FixupTarget::Constant(number),
                _ => FixupTarget::ExitSlot(number),
            },
            addend: self.number()?.cast_signed(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jit_native::testing::World;

    #[test]
    fn runs_are_read_as_they_were_written() {
        let mut after = World::new(4).observe();
        after.log = vec![1, u64::MAX];
        after.calls = 3;
        let runs = [Expected {
            seed: u64::MAX - 1,
            before: World::new(3).observe(),
            after: (9, after),
        }];
        let mut message = Vec::new();
        write_runs(&mut message, &runs);
        match read(&message) {
            Ok(Request::Runs(read)) => assert_eq!(read, runs),
            _ => panic!("they are runs"),
        }
        let short = &message[..message.len() - 1];
        assert!(read(short).is_err(), "a byte is missing");
    }

    #[test]
    fn code_is_read_as_it_was_written() {
        let fixup = |target, addend| Fixup {
            offset: 8,
            kind: HoleKind::A64PageAdd12,
            target,
            addend,
        };
        let compiled = Compiled {
            arch: Arch::Aarch64,
            code: vec![1, 2, 3, 4, 5, 6, 7, 8],
            first_exit: 0,
            exits: 70_000,
            fixups: vec![
                fixup(FixupTarget::Constant(16), -4),
                fixup(FixupTarget::ExitSlot(3), 0),
            ],
            alignment: 32,
            spill_words: 12,
        };
        let mut message = Vec::new();
        write_code(&mut message, &compiled);
        match read(&message) {
            Ok(Request::Code(read)) => assert_eq!(read, compiled),
            _ => panic!("it is code"),
        }
    }

    #[test]
    fn replies_and_lengths_survive_the_way() {
        let mut message = Vec::new();
        let told = Some((7, What::Told("word 3 of memory".to_string())));
        for reply in [None, told] {
            write_reply(&mut message, &reply);
            let mut sent = Vec::new();
            send(&mut sent, &message).expect("memory takes everything");
            let mut from = &sent[..];
            let mut received = Vec::new();
            assert!(receive(&mut from, &mut received).expect("it is all there"));
            assert_eq!(read_reply(&received).expect("it is a reply"), reply);
            assert!(!receive(&mut from, &mut received).expect("it is the end"));
        }
    }
}
