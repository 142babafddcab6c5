//! Many small regions in one arena: what they take of memory and of the system.
//!
//! Never times anything. Start at [`measure`].

use anyhow::{Context as _, Result};
use jit_native::memory::HOST;
use jit_native::region::RegionBuilder;
use serde_json::{Value, json};
use stencils::table::UopTable;

use crate::engines::mimeo::Mimeo;
use crate::straight::{Mix, Program};

/// What many small regions take.
pub struct Crowd {
    /// How many there are.
    pub regions: usize,
    /// Uops of each.
    pub uops: usize,
    /// Bytes of their code.
    pub code: usize,
    /// Bytes of the arena's budget that they take.
    pub taken: usize,
    /// Mappings of this process before and after, where the system tells.
    pub mappings: Option<(usize, usize)>,
}

impl Crowd {
    /// All of it as an object.
    pub fn json(&self) -> Value {
        json!({
            "regions": self.regions,
            "uops": self.uops,
            "code_bytes": self.code,
            "arena_bytes": self.taken,
            "arena_vs_code": self.taken as f64 / self.code as f64,
            "mappings_before": self.mappings.map(|(before, _)| before),
            "mappings_after": self.mappings.map(|(_, after)| after),
        })
    }
}

/// Compiles so many regions of about so many uops, each a little different, and keeps them all.
///
/// # Errors
/// When one does not compile or the arena has no room.
pub fn measure(regions: usize, uops: usize) -> Result<Crowd> {
    let host = HOST.context("this machine has no stencil library")?;
    let mut mimeo = Mimeo::new(host, true)?;
    let arena = mimeo.arena()?;
    let mut builder = RegionBuilder::new(UopTable::stock());
    let programs: Vec<Program> = (0..8).map(|n| Program::new(Mix::Trace, uops + n)).collect();
    let mut kept = Vec::with_capacity(regions);
    let (free, before) = (arena.free_bytes(), mappings());
    let mut code = 0;
    for program in programs.iter().cycle().take(regions) {
        let region = program.build(&mut builder);
        let compiled = mimeo.compile(&region)?;
        builder.recycle(region);
        code += compiled.code.len();
        kept.push(arena.publish(&compiled)?);
    }
    Ok(Crowd {
        regions,
        uops,
        code,
        taken: free - arena.free_bytes(),
        mappings: before.zip(mappings()),
    })
}

/// How many mappings this process has, where the system tells.
fn mappings() -> Option<usize> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    Some(maps.lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_regions_share_what_is_mapped() {
        let crowd = measure(2000, 10).unwrap();
        assert_eq!(crowd.regions, 2000);
        assert!(crowd.taken >= crowd.code);
        if let Some((before, after)) = crowd.mappings {
            // The heap of the test's other threads may grow meanwhile; 2,000 mappings would not be missed.
            assert!(after < before + 200, "{before} to {after}");
        }
    }
}
