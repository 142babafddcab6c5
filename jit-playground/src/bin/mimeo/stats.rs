//! `--stats`: what the tracer did, for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use jit_playground::trace::Stats;

use super::StatsFormat;

/// The long help of the option.
pub const HELP: &str = "\
Print what the tracer did to standard error when the program ends: as a table, or as one JSON object on the last line.

  regions_compiled       recordings that were compiled
  loops_compiled         of those, loops
  side_traces_compiled   of those, traces that begin at an exit
  recordings_started     recordings that were begun
  recordings_aborted     recordings that were given up
  aborted_<reason>       the same, by reason
  places_given_up        loops and exits that are never recorded again
  uops_recorded          uops of the recordings that were compiled
  uops_lowered           uops of the engine that they were translated to
  uops_after_optimise    uops that were left after optimising
  stencils_copied        stencils that were copied (none in the mode reference)
  super_stencils_copied  of those, the ones that cover several uops
  code_bytes             bytes of machine code
  compile_ns             nanoseconds spent translating, optimising and compiling
  traces_entered         how often the interpreter entered a trace
  exits_taken            how often a trace came back
  exits_<kind>           the same, by kind of exit
  transfers              how often another trace went on after that without the interpreter
  exits_linked           exits that lead to another trace by themselves
  run_ns                 nanoseconds that the program ran";

/// The text to print.
pub fn render(stats: &Stats, run_time: Duration, format: StatsFormat) -> String {
    let mut entries = stats.entries();
    let run_time = u64::try_from(run_time.as_nanos()).unwrap_or(u64::MAX);
    entries.push(("run_ns".to_owned(), run_time));
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = match format {
        StatsFormat::Table => entries
            .iter()
            .try_for_each(|(name, value)| writeln!(text, "{name:<28} {value:>15}")),
        StatsFormat::Json => {
            // Keys are identifiers and values are numbers: nothing needs to be escaped.
            let fields: Vec<String> = entries
                .iter()
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            writeln!(text, "{{{}}}", fields.join(","))
        }
    };
    text
}
