//! What the tracer did, in numbers.

use std::collections::BTreeMap;

/// Counters since the start of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Recordings that were begun.
    pub recordings_started: u64,
    /// Recordings that became regions.
    pub regions_compiled: u64,
    /// Of those, the ones that are loops.
    pub loops_compiled: u64,
    /// Of those, the ones that go on from an exit.
    pub side_traces_compiled: u64,
    /// Recordings that were given up.
    pub recordings_aborted: u64,
    /// The same, by reason.
    pub aborted_by_reason: BTreeMap<&'static str, u64>,
    /// Places that are never recorded again.
    pub places_given_up: u64,
    /// Uops of the recordings that became regions.
    pub uops_recorded: u64,
    /// Uops of the engine that they were translated to.
    pub uops_lowered: u64,
    /// Uops that were left after optimising.
    pub uops_after_optimise: u64,
    /// Stencils that were copied; none in the mode `reference`.
    pub stencils_copied: u64,
    /// Of those, the ones that cover more than one uop.
    pub super_stencils_copied: u64,
    /// Bytes of machine code.
    pub code_bytes: u64,
    /// Nanoseconds spent on translating, optimising and compiling.
    pub compile_ns: u64,
    /// How often a trace was entered from the interpreter.
    pub traces_entered: u64,
    /// How often a trace came back to the VM.
    pub exits_taken: u64,
    /// The same, by kind of exit.
    pub exits_by_kind: BTreeMap<&'static str, u64>,
    /// How often the VM went on from an exit in another trace without the interpreter.
    pub transfers: u64,
    /// Exits that were linked, so that machine code goes on by itself.
    pub exits_linked: u64,
}

impl Stats {
    /// All counters by name, in a fixed order.
    pub fn entries(&self) -> Vec<(String, u64)> {
        let mut entries: Vec<(String, u64)> = [
            ("recordings_started", self.recordings_started),
            ("regions_compiled", self.regions_compiled),
            ("loops_compiled", self.loops_compiled),
            ("side_traces_compiled", self.side_traces_compiled),
            ("recordings_aborted", self.recordings_aborted),
            ("places_given_up", self.places_given_up),
            ("uops_recorded", self.uops_recorded),
            ("uops_lowered", self.uops_lowered),
            ("uops_after_optimise", self.uops_after_optimise),
            ("stencils_copied", self.stencils_copied),
            ("super_stencils_copied", self.super_stencils_copied),
            ("code_bytes", self.code_bytes),
            ("compile_ns", self.compile_ns),
            ("traces_entered", self.traces_entered),
            ("exits_taken", self.exits_taken),
            ("transfers", self.transfers),
            ("exits_linked", self.exits_linked),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let groups = [
            ("aborted_", &self.aborted_by_reason),
            ("exits_", &self.exits_by_kind),
        ];
        for (prefix, counts) in groups {
            entries.extend(
                counts
                    .iter()
                    .map(|(name, &count)| (format!("{prefix}{name}"), count)),
            );
        }
        entries
    }
}
