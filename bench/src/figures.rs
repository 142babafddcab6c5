//! Everything that is measured, taken in one run, and as one JSON object.
//!
//! Never prints. Start at [`Figures::take`].

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use std::time::Duration;
use stencils::library::Arch;

use crate::compiling::{self, Stages};
use crate::counts;
use crate::crowd::{self, Crowd};
use crate::kernels;
use crate::runs;
use crate::straight::Mix;
use crate::timing::{Effort, Spread, geometric_mean};

/// How much is measured, and for how long.
pub struct Plan {
    /// For kernels.
    pub kernels: Effort,
    /// For compiling.
    pub compiling: Effort,
    /// The lengths of the programs that are compiled; 10 and 1,000 have to be among them.
    pub lengths: &'static [usize],
    /// Regions of the crowd.
    pub crowd: usize,
}

/// All figures.
pub struct Figures {
    /// How fast kernels run.
    pub kernels: Vec<runs::Row>,
    /// How fast programs are compiled.
    pub compiling: Vec<compiling::Row>,
    /// Where the time of compiling 1,000 uops goes.
    pub stages: Stages,
    /// What many small regions take.
    pub crowd: Crowd,
    /// Instructions of the kernels' loops on AArch64.
    pub aarch64: Vec<counts::Row>,
}

impl Plan {
    /// Enough to be sure: some minutes.
    pub const FULL: Plan = Plan {
        kernels: effort(41, 500),
        compiling: effort(31, 2000),
        lengths: &[10, 100, 1000, 10_000],
        crowd: 100_000,
    };

    /// Half a minute.
    pub const QUICK: Plan = Plan {
        kernels: effort(15, 200),
        compiling: effort(9, 500),
        ..Plan::FULL
    };
}

const fn effort(rounds: usize, microseconds: u64) -> Effort {
    Effort {
        rounds,
        turn: Duration::from_micros(microseconds),
    }
}

impl Figures {
    /// Measures everything.
    ///
    /// # Errors
    /// When a compiler fails, or one gets something wrong.
    pub fn take(plan: &Plan) -> Result<Self> {
        let mut compiling = Vec::new();
        for mix in [Mix::Trace, Mix::Integer] {
            for &length in plan.lengths {
                compiling.push(compiling::measure(mix, length, plan.compiling)?);
            }
        }
        Ok(Figures {
            kernels: runs::measure(kernels::all(), plan.kernels, |_| {})?,
            compiling,
            stages: compiling::stages(1000, plan.compiling)?,
            crowd: crowd::measure(plan.crowd, 10)?,
            aarch64: counts::count(kernels::all(), Arch::Aarch64)?,
        })
    }

    /// How fast programs like traces, of about so many uops, are compiled.
    fn traces(&self, uops: usize) -> Option<&compiling::Row> {
        let mut rows = self.compiling.iter();
        rows.find(|row| row.mix == Mix::Trace && (uops..uops + 3).contains(&row.uops))
    }

    /// The geometric mean of something over the kernels.
    pub fn mean(&self, figure: fn(&runs::Row) -> f64) -> f64 {
        geometric_mean(self.kernels.iter().map(figure))
    }

    /// All figures as one object.
    ///
    /// # Errors
    /// When a length that has to be measured was not.
    pub fn json(&self) -> Result<Value> {
        let (small, large) = (self.traces(10), self.traces(1000));
        let (small, large) = small.zip(large).context("10 and 1,000 were not measured")?;
        let stages = &self.stages;
        let native = self.kernels.iter().find_map(|row| row.vs_native);
        let cranelift = large.named("Cranelift, speed");
        let mut object = json!({
            "pipeline_muops_1000": large.muops(),
            "pipeline_vs_cranelift_speed": cranelift.map(|other| other.over_mimeo.median),
            "small_region_us": small.compilers[0].ns.median / 1000.0,
            "emission_muops": stages.optimised_uops as f64 * 1000.0 / stages.emit.median,
            "emission_gb_s": stages.bytes as f64 / stages.emit.median,
            "kernels_vs_cranelift_speed": self.mean(|row| row.vs_speed.median),
            "kernels_vs_cranelift_none": self.mean(|row| row.vs_none.median),
            "latency_loop_vs_native": native.map(|ratio| ratio.median),
            "super_stencils_off_vs_on": self.mean(|row| row.plain_vs_super.median),
            "super_stencils_off_vs_on_bytes": self.mean(runs::Row::plain_vs_super_bytes),
            "super_stencils_off_vs_on_compile_time": self.mean(|row| row.plain_vs_super_compiling.median),
            "library_bytes_x86_64": library_bytes(Arch::X86_64),
            "library_bytes_aarch64": library_bytes(Arch::Aarch64),
            "aarch64_instructions_vs_cranelift_speed": counts::mean(&self.aarch64),
        });
        object["kernels"] = named(self.kernels.iter().map(|row| (row.name, row.json())));
        object["compiling"] = self.compiling.iter().map(compiling::Row::json).collect();
        object["stages_1000"] = stages.json();
        object["crowd"] = self.crowd.json();
        object["aarch64_instructions"] = named(self.aarch64.iter().map(|row| {
            let counts = json!({ "mimeo": row.mimeo, "cranelift": row.cranelift });
            (row.name, counts)
        }));
        Ok(object)
    }
}

/// Bytes of a stencil library, as it is in every program that uses the engine.
pub fn library_bytes(arch: Arch) -> usize {
    match arch {
        Arch::X86_64 => include_bytes!("../../stencils/libraries/x86_64.stencils").len(),
        Arch::Aarch64 => include_bytes!("../../stencils/libraries/aarch64.stencils").len(),
    }
}

fn named(entries: impl Iterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.map(|(name, value)| (name.to_owned(), value));
    Value::Object(entries.collect::<Map<_, _>>())
}

/// A spread as an object.
pub fn spread(spread: Spread) -> Value {
    json!({ "low": spread.low, "median": spread.median, "high": spread.high })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that hold one number each, and that others rely on.
    const PROMISED: [&str; 11] = [
        "pipeline_muops_1000",
        "pipeline_vs_cranelift_speed",
        "small_region_us",
        "emission_muops",
        "emission_gb_s",
        "kernels_vs_cranelift_speed",
        "latency_loop_vs_native",
        "super_stencils_off_vs_on",
        "library_bytes_x86_64",
        "library_bytes_aarch64",
        "aarch64_instructions_vs_cranelift_speed",
    ];

    #[test]
    fn the_promised_keys_hold_numbers() {
        let plan = Plan {
            kernels: effort(1, 0),
            compiling: effort(1, 0),
            lengths: &[10, 1000],
            crowd: 500,
        };
        let object = Figures::take(&plan).unwrap().json().unwrap();
        for key in PROMISED {
            assert!(
                object[key].as_f64().is_some_and(|number| number > 0.0),
                "{key}"
            );
        }
        let kernels = object["kernels"].as_object().unwrap();
        assert_eq!(kernels.len(), kernels::all().len());
        for (name, kernel) in kernels {
            assert!(kernel["vs_cranelift_speed"]["median"].is_f64(), "{name}");
        }
        for row in object["compiling"].as_array().unwrap() {
            let compilers = row["compilers"].as_object().unwrap();
            assert!(compilers.contains_key("Mimeo") && compilers.contains_key("Cranelift, speed"));
        }
    }
}
