//! How fast straight-line programs become code that can be called: the whole way of each compiler, in turns.
//!
//! Never times what has not agreed with the reference interpreter. Mimeo's way is from the first call of the builder to
//! published code; Cranelift's from the first call of its own builder to finalised code; what the others do is said where
//! they are. Start at [`measure`]; [`stages`] looks into Mimeo's way.

use std::cell::RefCell;
use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use jit_native::context::Context;
use jit_native::memory::HOST;
use jit_native::region::{Region, RegionBuilder};
use serde_json::{Value, json};
use stencils::table::UopTable;

use crate::check;
use crate::engines::cranelift::{Cranelift, Level};
use crate::engines::mimeo::Mimeo;
use crate::engines::{Callable, peers};
use crate::figures::spread;
use crate::straight::{Mix, Program};
use crate::timing::{Effort, Spread, Work, in_turns, repeat};

/// Regions that Cranelift puts into one module before it takes the next.
const MODULE: usize = 64;

/// How fast a program of some length is compiled.
pub struct Row {
    /// What its steps are.
    pub mix: Mix,
    /// Uops of its region.
    pub uops: usize,
    /// The compilers: Mimeo first.
    pub compilers: Vec<Compiler>,
}

/// What one compiler made of a program, and how fast.
pub struct Compiler {
    /// Its name.
    pub name: &'static str,
    /// Its time for one program, in nanoseconds.
    pub ns: Spread,
    /// Its time over Mimeo's.
    pub over_mimeo: Spread,
    /// Bytes of code.
    pub bytes: usize,
}

impl Row {
    /// The compiler of this name.
    pub fn named(&self, name: &str) -> Option<&Compiler> {
        self.compilers.iter().find(|compiler| compiler.name == name)
    }

    /// Mimeo's millions of uops a second.
    pub fn muops(&self) -> f64 {
        self.compilers[0].muops(self.uops)
    }

    /// All of it as an object.
    pub fn json(&self) -> Value {
        let mix = match self.mix {
            Mix::Trace => "trace",
            Mix::Integer => "integer",
        };
        let mut object = json!({ "mix": mix, "uops": self.uops });
        for compiler in &self.compilers {
            object["compilers"][compiler.name] = json!({
                "ns": spread(compiler.ns),
                "muops": compiler.muops(self.uops),
                "time_over_mimeo": spread(compiler.over_mimeo),
                "bytes": compiler.bytes,
            });
        }
        object
    }
}

impl Compiler {
    /// Millions of uops a second, for a program of so many.
    pub fn muops(&self, uops: usize) -> f64 {
        uops as f64 * 1000.0 / self.ns.median
    }
}

/// A compiler, as its name and as what makes code of a program once; it says how many bytes.
type Contender<'p> = (&'static str, Box<dyn FnMut() -> usize + 'p>);

/// Times all compilers on programs of a mix and about so many uops.
///
/// # Errors
/// When one cannot compile a program, or gets it wrong.
pub fn measure(mix: Mix, uops: usize, effort: Effort) -> Result<Row> {
    let program = Program::new(mix, uops);
    let region = program.build(&mut RegionBuilder::new(UopTable::stock()));
    ensure!(region.uops.len() == program.uops, "a uop is missing");
    agree(&program, &region)?;
    let mut contenders = contenders(&program, &region)?;
    let bytes: Vec<usize> = contenders
        .iter_mut()
        .map(|(_, compile)| compile())
        .collect();
    ensure!(!bytes.contains(&0), "a compiler refuses a program");
    let names: Vec<&'static str> = contenders.iter().map(|(name, _)| *name).collect();
    let work = contenders.into_iter().map(|(_, mut compile)| {
        repeat(move || {
            black_box(compile());
        })
    });
    let mut work: Vec<Work<'_>> = work.collect();
    let times = in_turns(effort, &mut work);
    let compilers = names.iter().zip(&times).zip(bytes);
    Ok(Row {
        mix,
        uops: program.uops,
        compilers: compilers
            .map(|((name, time), bytes)| Compiler {
                name,
                ns: time.spread(),
                over_mimeo: time.over(&times[0]),
                bytes,
            })
            .collect(),
    })
}

/// Mimeo's whole way: from the first call of the builder to published code. It says how many bytes.
fn mimeo(program: &Program) -> Result<impl FnMut() -> Result<usize>> {
    let host = HOST.context("this machine has no stencil library")?;
    let mut mimeo = Mimeo::new(host, true)?;
    let arena = mimeo.arena()?;
    let mut builder = RegionBuilder::new(UopTable::stock());
    Ok(move || {
        let region = program.build(&mut builder);
        let published = mimeo.publish(&region, &arena);
        builder.recycle(region);
        Ok(published?.bytes())
    })
}

/// Goes Mimeo's whole way that often, with a program as in a trace of about so many uops.
///
/// # Errors
/// When the engine refuses the program.
pub fn rounds(rounds: usize, uops: usize) -> Result<()> {
    let program = Program::new(Mix::Trace, uops);
    let mut whole = mimeo(&program)?;
    for _ in 0..rounds {
        black_box(whole()?);
    }
    Ok(())
}

/// All compilers that know the program.
fn contenders<'p>(program: &'p Program, region: &'p Region) -> Result<Vec<Contender<'p>>> {
    let mut whole = mimeo(program)?;
    let whole = move || whole().unwrap_or(0);
    let mut all: Vec<Contender<'p>> = vec![("Mimeo", Box::new(whole))];
    for (name, level) in [
        ("Cranelift, speed", Level::Speed),
        ("Cranelift, none", Level::None),
        ("Cranelift, none, single_pass", Level::Quick),
    ] {
        let mut cranelift = Cranelift::new(level)?;
        let mut room = cranelift.room();
        let mut regions = 0;
        let compile = move || {
            if regions % MODULE == 0 {
                room = cranelift.room();
            }
            regions += 1;
            let entry = cranelift.compile(region, &mut room);
            entry.map_or(0, |code| code.bytes())
        };
        all.push((name, Box::new(compile)));
    }
    for peer in peers::all(program.mix) {
        let compile = move || (peer.compile)(program).map_or(0, |code| code.bytes());
        all.push((peer.name, Box::new(compile)));
    }
    Ok(all)
}

/// Runs what every compiler makes of a program and compares the frames.
fn agree(program: &Program, region: &Region) -> Result<()> {
    let mut context = Context::new(std::ptr::null_mut());
    let expected = check::interpret(region, program.frame(), &mut context)?;
    let host = HOST.context("this machine has no stencil library")?;
    let mut mimeo = Mimeo::new(host, true)?;
    let arena = mimeo.arena()?;
    let ours = mimeo.publish(region, &arena)?;
    let mut check = |who: &str, code: &dyn Callable| {
        let seen = check::run_on(code, program.frame(), &mut context);
        ensure!(
            seen == expected,
            "{who} gets a program of {} uops wrong",
            program.uops
        );
        Ok(())
    };
    check("Mimeo", &ours)?;
    for level in [Level::Speed, Level::None, Level::Quick] {
        let mut cranelift = Cranelift::new(level)?;
        let mut room = cranelift.room();
        check("Cranelift", &cranelift.compile(region, &mut room)?)?;
    }
    for peer in peers::all(program.mix) {
        check(peer.name, &*(peer.compile)(program)?)?;
    }
    Ok(())
}

/// Where Mimeo's time goes, in nanoseconds for one program.
pub struct Stages {
    /// Uops of the region as built.
    pub uops: usize,
    /// Uops of the region that the optimiser leaves.
    pub optimised_uops: usize,
    /// Bytes of code.
    pub bytes: usize,
    /// The front end's calls of the builder.
    pub build: Spread,
    /// The whole way from the region to bytes.
    pub compile: Spread,
    /// Selection, allocation and emission: what is left of it when the region is optimised already.
    pub select: Spread,
    /// Emission alone: stencils copied, holes filled, exits and branches placed.
    pub emit: Spread,
    /// Into executable memory, and out of it.
    pub publish: Spread,
}

impl Stages {
    /// All of it as an object.
    pub fn json(&self) -> Value {
        json!({
            "uops": self.uops,
            "optimised_uops": self.optimised_uops,
            "bytes": self.bytes,
            "build_ns": spread(self.build),
            "compile_ns": spread(self.compile),
            "select_allocate_emit_ns": spread(self.select),
            "emit_ns": spread(self.emit),
            "publish_ns": spread(self.publish),
        })
    }
}

/// Times the stages of Mimeo's way for a program of about so many uops.
///
/// # Errors
/// When the engine refuses the program.
pub fn stages(uops: usize, effort: Effort) -> Result<Stages> {
    let host = HOST.context("this machine has no stencil library")?;
    let program = Program::new(Mix::Trace, uops);
    let mut builder = RegionBuilder::new(UopTable::stock());
    let region = program.build(&mut builder);
    let mut whole = Mimeo::new(host, true)?;
    let compiled = whole.compile(&region)?;
    let (arena, optimised) = (whole.arena()?, whole.compiler.optimised().clone());
    let mut rest = Mimeo::new(host, true)?;
    rest.compiler.options.optimise = None;
    let rest = RefCell::new(rest);
    let times = in_turns(
        effort,
        &mut [
            repeat(|| {
                let region = black_box(program.build(&mut builder));
                builder.recycle(region);
            }),
            repeat(|| {
                black_box(whole.compile(black_box(&region)).is_ok());
            }),
            repeat(|| {
                black_box(rest.borrow_mut().compile(black_box(&optimised)).is_ok());
            }),
            repeat(|| {
                let emitted = rest.borrow_mut().compiler.assemble(black_box(&optimised));
                black_box(emitted.is_ok());
            }),
            repeat(|| {
                black_box(arena.publish(black_box(&compiled)).is_ok());
            }),
        ],
    );
    let stage = |n: usize| times[n].spread();
    Ok(Stages {
        uops: region.uops.len(),
        optimised_uops: optimised.uops.len(),
        bytes: compiled.code.len(),
        build: stage(0),
        compile: stage(1),
        select: stage(2),
        emit: stage(3),
        publish: stage(4),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn all_compilers_agree_on_programs_of_all_lengths() {
        let effort = Effort {
            rounds: 1,
            turn: Duration::from_nanos(1),
        };
        for mix in [Mix::Trace, Mix::Integer] {
            for uops in [10, 1000] {
                let row = measure(mix, uops, effort).unwrap();
                assert!((uops..uops + 3).contains(&row.uops));
                let peers = match mix {
                    _ if !cfg!(all(target_arch = "x86_64", target_os = "linux")) => 0,
                    Mix::Trace => 1,
                    Mix::Integer => 3,
                };
                assert!(row.compilers.len() >= 4 + peers);
                assert!(row.compilers.iter().all(|compiler| compiler.bytes > 0));
            }
        }
    }

    #[test]
    fn the_optimiser_leaves_nearly_all_of_a_program() {
        let effort = Effort {
            rounds: 1,
            turn: Duration::from_nanos(1),
        };
        let stages = stages(1000, effort).unwrap();
        assert!(stages.optimised_uops * 20 >= stages.uops * 19);
    }
}
