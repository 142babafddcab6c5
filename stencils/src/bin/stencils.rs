//! Makes the stock libraries and the uops' reference page: `cargo xtask stencils` runs this.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use stencils::build::{
    BuildError, PatternList, STOCK_PATTERNS, UopSet, listing, make, reference, to_bytes,
    with_counts,
};
use stencils::library::{Arch, Library};

const HELP: &str = "\
Makes the stencil libraries with rustc and writes them into stencils/libraries, and the uops' reference page into docs.

Usage: cargo xtask stencils [--arch x86_64|aarch64] [--check | --list]
       cargo xtask profile

  --arch ARCH  only that architecture
  --check      write nothing; fail when the files there are others than those made now
  --list       write nothing; print every stencil, disassembled, with holes and register fields

What `cargo xtask profile` asks of it is --counts FILE: write into stencils/pairs.toml how often each pair ran; the file has a
line for each architecture, its name and the counts of the patterns of its library, in order.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Check,
    List,
}

fn main() -> ExitCode {
    let (mut mode, mut archs) = (Mode::Write, ARCHS.to_vec());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), mode) {
            ("--check", Mode::Write) => mode = Mode::Check,
            ("--list", Mode::Write) => mode = Mode::List,
            ("--arch", _) => match args.next().as_deref() {
                Some("x86_64") => archs = vec![Arch::X86_64],
                Some("aarch64") => archs = vec![Arch::Aarch64],
                _ => return usage(),
            },
            ("--counts", Mode::Write) => {
                let Some(file) = args.next() else {
                    return usage();
                };
                return finish(count(Path::new(&file)));
            }
            ("--help" | "-h", _) => {
                println!("{HELP}");
                return ExitCode::SUCCESS;
            }
            _ => return usage(),
        }
    }
    finish(run(mode, &archs))
}

fn finish(done: Result<ExitCode, BuildError>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn usage() -> ExitCode {
    eprintln!("{HELP}");
    ExitCode::from(2)
}

fn run(mode: Mode, archs: &[Arch]) -> Result<ExitCode, BuildError> {
    let uops = UopSet::stock()?;
    let list = PatternList::parse(STOCK_PATTERNS)?;
    // One thread each: rustc takes nearly all of the time, and uses one.
    let made: Vec<Result<Library, BuildError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = archs
            .iter()
            .map(|arch| scope.spawn(|| make(*arch, &uops, 0, &list)))
            .collect();
        threads
            .into_iter()
            .map(|t| {
                t.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    let libraries = made.into_iter().collect::<Result<Vec<_>, _>>()?;
    if mode == Mode::List {
        libraries
            .iter()
            .for_each(|library| print!("{}", listing(library, &uops)));
        return Ok(ExitCode::SUCCESS);
    }
    let mut files: Vec<(PathBuf, Vec<u8>)> = libraries
        .iter()
        .map(|l| (path(l.arch), to_bytes(l, &uops)))
        .collect();
    // The page counts the stencils of all architectures.
    if libraries.len() == ARCHS.len() {
        files.push((
            folder().with_file_name("docs").join("uops.md"),
            reference(&uops, &libraries).into_bytes(),
        ));
    }
    let mut done = ExitCode::SUCCESS;
    for (path, bytes) in files {
        if mode == Mode::Write {
            write(&path, &bytes)?;
            println!("{}: {} bytes", path.display(), bytes.len());
        } else if std::fs::read(&path).is_ok_and(|there| there == bytes) {
            println!("{}: up to date", path.display());
        } else {
            eprintln!(
                "{}: out of date; `cargo xtask stencils` makes it anew",
                path.display()
            );
            done = ExitCode::FAILURE;
        }
    }
    Ok(done)
}

/// Writes counts into the list of pairs.
fn count(file: &Path) -> Result<ExitCode, BuildError> {
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |e| BuildError::Io(format!("reading {path}"), e)
    };
    let lines = std::fs::read_to_string(file).map_err(io(file))?;
    let mut libraries = Vec::new();
    for line in lines.lines() {
        let mut words = line.split_ascii_whitespace();
        let arch = match words.next() {
            Some("x86_64") => Arch::X86_64,
            Some("aarch64") => Arch::Aarch64,
            _ => return Err(no_counts(line)),
        };
        let counts: Result<Vec<u64>, _> = words.map(str::parse).collect();
        let library = stencils::stock(arch);
        let counts = counts.map_err(|_| no_counts(line))?;
        if counts.len() != library.patterns.len() {
            return Err(no_counts(line));
        }
        libraries.push((&**library, counts));
    }
    let path = folder().join("pairs.toml");
    let list = std::fs::read_to_string(&path).map_err(io(&path))?;
    let counted = with_counts(&list, &UopSet::stock()?, &libraries)?;
    write(&path, counted.as_bytes())?;
    println!("{}: counted", path.display());
    Ok(ExitCode::SUCCESS)
}

fn no_counts(line: &str) -> BuildError {
    let start: String = line.chars().take(40).collect();
    BuildError::Patterns(format!("no counts of a stock library: `{start}`"))
}

const ARCHS: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    std::fs::write(path, bytes)
        .map_err(|e| BuildError::Io(format!("writing {}", path.display()), e))
}

fn path(arch: Arch) -> PathBuf {
    let name = match arch {
        Arch::X86_64 => "x86_64.stencils",
        Arch::Aarch64 => "aarch64.stencils",
    };
    folder().join("libraries").join(name)
}

/// The crate's folder.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
