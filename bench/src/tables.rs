//! Tables for people, of what the other files measure.
//!
//! Never measures. Start at [`all`].

use crate::compiling::{self, Stages};
use crate::counts;
use crate::crowd::Crowd;
use crate::figures::{Figures, library_bytes};
use crate::runs;
use crate::straight::Mix;
use crate::timing::{Spread, geometric_mean};
use stencils::library::Arch;

/// Everything.
pub fn all(figures: &Figures) {
    title(
        "How fast kernels run. Times of Mimeo; ratios are Mimeo's time over the other's, so below 1 Mimeo is faster",
    );
    kernel_head();
    figures.kernels.iter().for_each(kernel);
    kernel_means(&figures.kernels);
    title("What super-stencils are worth: without them over with them");
    super_stencils(&figures.kernels);
    title(
        "How fast code is made of straight-line programs, from the first call of a builder to code that can be called",
    );
    figures.compiling.iter().for_each(compiled);
    title("Where Mimeo's time goes, for about 1,000 uops");
    stages(&figures.stages);
    title("Many small regions in one arena");
    crowd(&figures.crowd);
    title("Instructions of a round of the kernels' loops on AArch64");
    instructions(&figures.aarch64);
    title("The stencil libraries");
    for (name, arch) in [("x86-64", Arch::X86_64), ("AArch64", Arch::Aarch64)] {
        println!("{name:<10} {:>8} bytes", library_bytes(arch));
    }
}

fn title(title: &str) {
    println!("\n{title}\n");
}

fn quarters(spread: Spread) -> String {
    format!("({:.2} to {:.2})", spread.low, spread.high)
}

/// The first line of the table of kernels.
pub fn kernel_head() {
    println!(
        "{:<20} {:<8} {:>5} {:>9} {:>7} {:>11} {:>17} {:>11} {:>6} {:>9}",
        "kernel",
        "group",
        "uops",
        "us",
        "ns/uop",
        "/ CL speed",
        "(half lie in)",
        "/ CL none",
        "bytes",
        "CL speed"
    );
}

/// A line of the table of kernels.
pub fn kernel(row: &runs::Row) {
    println!(
        "{:<20} {:<8} {:>5} {:>9.2} {:>7.2} {:>11.2} {:>17} {:>11.2} {:>6} {:>9}",
        row.name,
        row.group.name(),
        row.uops,
        row.mimeo_ns.median / 1000.0,
        row.uop_ns,
        row.vs_speed.median,
        quarters(row.vs_speed),
        row.vs_none.median,
        row.bytes[0],
        row.bytes[2],
    );
}

/// The last lines of the table of kernels.
pub fn kernel_means(rows: &[runs::Row]) {
    let mean = |figure: fn(&runs::Row) -> f64| geometric_mean(rows.iter().map(figure));
    println!(
        "{:<51}  {:>11.2} {:>17} {:>11.2}",
        "geometric mean",
        mean(|row| row.vs_speed.median),
        "",
        mean(|row| row.vs_none.median),
    );
    for row in rows {
        if let Some(native) = row.vs_native {
            let (name, ratio) = (row.name, native.median);
            println!(
                "{name} over the same loop in Rust: {ratio:.2} {}",
                quarters(native)
            );
        }
    }
}

/// What super-stencils are worth, kernel by kernel.
pub fn super_stencils(rows: &[runs::Row]) {
    println!(
        "{:<20} {:>9} {:>17} {:>9} {:>13}",
        "kernel", "run time", "(half lie in)", "bytes", "compile time"
    );
    let line = |name: &str, time: f64, spread: String, bytes: f64, compiling: f64| {
        println!("{name:<20} {time:>9.2} {spread:>17} {bytes:>9.2} {compiling:>13.2}");
    };
    for row in rows {
        line(
            row.name,
            row.plain_vs_super.median,
            quarters(row.plain_vs_super),
            row.plain_vs_super_bytes(),
            row.plain_vs_super_compiling.median,
        );
    }
    let mean = |figure: fn(&runs::Row) -> f64| geometric_mean(rows.iter().map(figure));
    line(
        "geometric mean",
        mean(|row| row.plain_vs_super.median),
        String::new(),
        mean(runs::Row::plain_vs_super_bytes),
        mean(|row| row.plain_vs_super_compiling.median),
    );
}

/// How fast a program is compiled, by each compiler.
pub fn compiled(row: &compiling::Row) {
    let mix = match row.mix {
        Mix::Trace => "as in a trace",
        Mix::Integer => "of integer arithmetic alone",
    };
    println!("{} uops, {mix}:", row.uops);
    for compiler in &row.compilers {
        println!(
            "  {:<30} {:>11.2} us {:>8.2} M uops/s {:>9.2} times Mimeo {:>17} {:>8} bytes",
            compiler.name,
            compiler.ns.median / 1000.0,
            compiler.muops(row.uops),
            compiler.over_mimeo.median,
            quarters(compiler.over_mimeo),
            compiler.bytes,
        );
    }
}

/// Where Mimeo's time goes.
pub fn stages(stages: &Stages) {
    let line = |name: &str, spread: Spread, uops: usize| {
        println!(
            "{name:<42} {:>9.2} us {:>9.1} M uops/s",
            spread.median / 1000.0,
            uops as f64 * 1000.0 / spread.median
        );
    };
    line("build", stages.build, stages.uops);
    line("compile, from region to bytes", stages.compile, stages.uops);
    line("  without optimising", stages.select, stages.optimised_uops);
    line(
        "  of which emit (copy and patch)",
        stages.emit,
        stages.optimised_uops,
    );
    line(
        "publish, and free again",
        stages.publish,
        stages.optimised_uops,
    );
    println!(
        "{} uops, {} after optimising, {} bytes; emission writes {:.2} GB/s",
        stages.uops,
        stages.optimised_uops,
        stages.bytes,
        stages.bytes as f64 / stages.emit.median
    );
}

/// What many small regions take.
pub fn crowd(crowd: &Crowd) {
    println!(
        "{} regions of {} to {} uops: {} bytes of code take {} bytes of the arena, {:.3} times as many",
        crowd.regions,
        crowd.uops,
        crowd.uops + 9,
        crowd.code,
        crowd.taken,
        crowd.taken as f64 / crowd.code as f64
    );
    if let Some((before, after)) = crowd.mappings {
        println!("the process has {before} mappings before and {after} after");
    }
}

/// Instructions of a round of the kernels' loops.
pub fn instructions(rows: &[counts::Row]) {
    println!(
        "{:<20} {:>6} {:>10} {:>6}",
        "kernel", "Mimeo", "Cranelift", "ratio"
    );
    for row in rows {
        println!(
            "{:<20} {:>6} {:>10} {:>6.2}",
            row.name,
            row.mimeo,
            row.cranelift,
            row.ratio()
        );
    }
    println!("{:<20} {:>24.2}", "geometric mean", counts::mean(rows));
}
