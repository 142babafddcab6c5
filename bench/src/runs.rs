//! How fast the kernels run, compiled by each competitor: times in turns, and ratios.
//!
//! Never times what has not agreed with the reference interpreter. Start at [`measure`].

use std::cell::RefCell;
use std::hint::black_box;

use anyhow::{Context as _, Result};
use jit_native::memory::HOST;
use jit_native::region::Region;
use serde_json::{Value, json};

use crate::check::{self, Reference};
use crate::engines::Callable;
use crate::engines::cranelift::{Cranelift, Level};
use crate::engines::mimeo::Mimeo;
use crate::figures::spread;
use crate::kernels::{Group, Kernel};
use crate::native;
use crate::timing::{Effort, Spread, Times, Work, in_turns, repeat};
use crate::world::World;

/// How fast a kernel runs.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What it spends its time on.
    pub group: Group,
    /// Uops of its region, as written.
    pub uops: usize,
    /// Mimeo's time for one run, in nanoseconds.
    pub mimeo_ns: Spread,
    /// Nanoseconds of Mimeo's time for each uop that is run.
    pub uop_ns: f64,
    /// Mimeo's time over that of Cranelift at its best.
    pub vs_speed: Spread,
    /// Mimeo's time over that of Cranelift without its optimiser.
    pub vs_none: Spread,
    /// Mimeo's time without super-stencils over its time with them.
    pub plain_vs_super: Spread,
    /// Mimeo's time over that of the same loop in Rust, for the one kernel that has it.
    pub vs_native: Option<Spread>,
    /// Mimeo's time for compiling it without super-stencils over its time with them, from region to bytes.
    pub plain_vs_super_compiling: Spread,
    /// Bytes of code: Mimeo's, Mimeo's without super-stencils, Cranelift's at its best.
    pub bytes: [usize; 3],
}

impl Row {
    /// Bytes of code without super-stencils over bytes with them.
    pub fn plain_vs_super_bytes(&self) -> f64 {
        self.bytes[1] as f64 / self.bytes[0] as f64
    }

    /// All of it as an object.
    pub fn json(&self) -> Value {
        let [ours, plain, theirs] = self.bytes;
        json!({
            "group": self.group.name(),
            "uops": self.uops,
            "mimeo_ns": spread(self.mimeo_ns),
            "mimeo_ns_per_uop": self.uop_ns,
            "vs_cranelift_speed": spread(self.vs_speed),
            "vs_cranelift_none": spread(self.vs_none),
            "vs_native": self.vs_native.map(spread),
            "super_stencils_off_vs_on": spread(self.plain_vs_super),
            "super_stencils_off_vs_on_compile_time": spread(self.plain_vs_super_compiling),
            "bytes": { "mimeo": ours, "mimeo_without_super_stencils": plain, "cranelift_speed": theirs },
        })
    }
}

/// Compiles, checks and times kernels, and hands each row on as it comes.
///
/// # Errors
/// When a competitor cannot compile a kernel, or gets it wrong.
pub fn measure(kernels: &[Kernel], effort: Effort, mut then: impl FnMut(&Row)) -> Result<Vec<Row>> {
    let host = HOST.context("this machine has no stencil library")?;
    let (mut fused, mut plain) = (Mimeo::new(host, true)?, Mimeo::new(host, false)?);
    let arena = fused.arena()?;
    let (mut speed, mut none) = (Cranelift::new(Level::Speed)?, Cranelift::new(Level::None)?);
    let mut rows = Vec::new();
    for kernel in kernels {
        let region = kernel.region()?;
        let mut world = World::new(kernel.rounds);
        let reference = Reference::new(kernel, &region, &mut world)?;
        let ours = fused.publish_around(&region, &arena)?;
        let ours_plain = plain.publish_around(&region, &arena)?;
        let (mut best_room, mut none_room) = (speed.room(), none.room());
        let best = speed.compile(&region, &mut best_room)?;
        let unoptimised = none.compile(&region, &mut none_room)?;
        let mut competitors: Vec<(&str, Vec<&dyn Callable>)> = vec![
            (
                "Mimeo",
                ours.iter().map(|code| code as &dyn Callable).collect(),
            ),
            (
                "Mimeo without super-stencils",
                ours_plain
                    .iter()
                    .map(|code| code as &dyn Callable)
                    .collect(),
            ),
            ("Cranelift at speed", vec![&best]),
            ("Cranelift without optimiser", vec![&unoptimised]),
        ];
        if kernel.name == "xor_add" {
            competitors.push(("Rust", vec![&native::XorAdd]));
        }
        for (who, codes) in &competitors {
            for &code in codes {
                check::admit(who, kernel, &reference, code, &mut world)?;
            }
        }
        let times = run(&competitors, kernel, effort);
        let row = Row {
            name: kernel.name,
            group: kernel.group,
            uops: region.uops.len(),
            mimeo_ns: times[0].spread(),
            uop_ns: times[0].spread().median / reference.uops as f64,
            vs_speed: times[0].over(&times[2]),
            vs_none: times[0].over(&times[3]),
            plain_vs_super: times[1].over(&times[0]),
            vs_native: times.get(4).map(|native| times[0].over(native)),
            plain_vs_super_compiling: compile(&mut fused, &mut plain, &region, effort),
            bytes: [ours[0].bytes(), ours_plain[0].bytes(), best.bytes()],
        };
        then(&row);
        rows.push(row);
    }
    Ok(rows)
}

/// How much longer one engine takes than another to make bytes of a region.
fn compile(fused: &mut Mimeo, plain: &mut Mimeo, region: &Region, effort: Effort) -> Spread {
    let [fused, plain] = [fused, plain].map(|mimeo| {
        repeat(move || {
            black_box(mimeo.compile(black_box(region)).is_ok());
        })
    });
    let times = in_turns(effort, &mut [fused, plain]);
    times[1].over(&times[0])
}

/// Times code in turns, all in one world; who has code at several places uses another each turn.
fn run(competitors: &[(&str, Vec<&dyn Callable>)], kernel: &Kernel, effort: Effort) -> Vec<Times> {
    let world = RefCell::new(World::new(kernel.rounds));
    let work = competitors.iter().map(|(_, codes)| {
        let (world, mut places) = (&world, codes.iter().cycle());
        let work: Work<'_> = Box::new(move |often| {
            let Some(&code) = places.next() else { return };
            let mut world = world.borrow_mut();
            for _ in 0..often {
                black_box(check::rerun(black_box(code), &mut world));
            }
        });
        work
    });
    let mut work: Vec<Work<'_>> = work.collect();
    in_turns(effort, &mut work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels;
    use std::collections::BTreeSet;
    use std::time::Duration;

    #[test]
    fn all_competitors_agree_on_every_kernel() {
        let effort = Effort {
            rounds: 1,
            turn: Duration::from_nanos(1),
        };
        let rows = measure(kernels::all(), effort, |_| {}).unwrap();
        assert!(rows.len() >= 20);
        let names: BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), rows.len(), "two kernels of one name");
        let sizes = rows.iter().map(|row| row.uops);
        assert!(sizes.clone().min() <= Some(5) && sizes.max() >= Some(300));
    }
}
