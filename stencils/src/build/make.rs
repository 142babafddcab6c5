//! Makes a library: [`make`] is the list of the steps.

use super::BuildError;
use super::compile::{Function, compile};
use super::finish::finish;
use super::operands::Operands;
use super::pattern_list::PatternList;
use super::patterns::{patterns, reuse_sets};
use super::pool::Pool;
use super::source::{IMMEDIATES, Variant, function_name, source};
use super::target::Target;
use super::uops::UopSet;
use crate::library::*;
use std::collections::HashMap;

/// Makes the library of all stencils over the uops from number `first` on, and of what the list adds.
///
/// # Errors
/// When the list makes no sense, rustc cannot be run, or its code cannot be made stencils: a message that names the
/// uop, the variant and the reason.
pub fn make(
    arch: Arch,
    uops: &UopSet,
    first: usize,
    list: &PatternList,
) -> Result<Library, BuildError> {
    let target = Target::of(arch);
    let variants = variants(target, uops, first, list)?;
    let functions = compile(target, &source(target, uops, &variants))?;
    let mut pool = Pool::default();
    let mut collected = Collected::default();
    for (index, variant) in variants.iter().enumerate() {
        let stencils = match functions.get(&function_name(index)) {
            Some(function) => finish(
                target,
                &Operands::of(uops, variant),
                variant,
                function,
                &mut pool,
            )
            .map_err(|reason| format!("{reason}\n{}", super::list::dump(arch, &function.bytes))),
            None => Err("the compiler dropped its function".to_string()),
        };
        let stencils = stencils.map_err(|reason| BuildError::Stencil {
            variant: variant.describe(uops),
            reason,
        })?;
        for (pattern, stencil) in stencils {
            collected.add(pattern, stencil);
        }
    }
    let (patterns, stencils) = collected.into_lists();
    let glue = glue(target, uops, &patterns, &stencils, &functions)?;
    Ok(Library {
        arch,
        registers: target.register_file(),
        patterns,
        stencils,
        constants: pool.into_bytes(),
        glue,
    })
}

/// All functions to compile.
pub fn variants(
    target: &Target,
    uops: &UopSet,
    first: usize,
    list: &PatternList,
) -> Result<Vec<Variant>, BuildError> {
    let mut all = Vec::new();
    for pattern in patterns(target.arch, uops, first, list)? {
        let describe = || super::patterns::describe(uops, &pattern);
        if pattern.immediates.len() > IMMEDIATES {
            return Err(BuildError::Patterns(format!(
                "`{}` has more than {IMMEDIATES} immediates",
                describe()
            )));
        }
        for reuse in reuse_sets(&pattern) {
            let variant = Variant::new(target, uops, &pattern, reuse);
            all.push(variant.ok_or_else(|| {
                BuildError::Patterns(format!("`{}` needs too many registers", describe()))
            })?);
        }
    }
    Ok(all)
}

/// Patterns with their stencils, in the order in which the patterns first came.
#[derive(Default)]
struct Collected {
    index_of: HashMap<Pattern, usize>,
    patterns: Vec<(Pattern, Vec<Stencil>)>,
}

impl Collected {
    fn add(&mut self, pattern: Pattern, stencil: Stencil) {
        let next = self.patterns.len();
        let index = *self.index_of.entry(pattern.clone()).or_insert(next);
        if index == next {
            self.patterns.push((pattern, Vec::new()));
        }
        let stencils = &mut self.patterns[index].1;
        if stencils.iter().all(|s| s.reuse != stencil.reuse) {
            stencils.push(stencil);
        }
    }

    fn into_lists(self) -> (Vec<Pattern>, Vec<Stencil>) {
        let (mut patterns, mut stencils) = (Vec::new(), Vec::new());
        for (pattern, own) in self.patterns {
            // A smaller form that the compiler's choices allow only for some registers is of no use.
            if own.iter().any(|s| s.reuse == 0) {
                let id = PatternId(patterns.len() as u32);
                stencils.extend(own.into_iter().map(|s| Stencil { pattern: id, ..s }));
                patterns.push(pattern);
            }
        }
        (patterns, stencils)
    }
}

fn glue(
    target: &Target,
    uops: &UopSet,
    patterns: &[Pattern],
    stencils: &[Stencil],
    functions: &HashMap<String, Function>,
) -> Result<Glue, BuildError> {
    let fault = |reason: &str| BuildError::Stencil {
        variant: "the way into a region".to_string(),
        reason: reason.to_string(),
    };
    let find = |name: &str| {
        let kind = uops.find(name);
        let place = stencils
            .iter()
            .position(|s| Some(patterns[s.pattern.0 as usize].uops[0].kind) == kind);
        place
            .map(|place| StencilId(place as u32))
            .ok_or_else(|| fault("a stock uop is missing"))
    };
    let enter = functions
        .get("enter")
        .ok_or_else(|| fault("the compiler dropped its function"))?;
    if !enter.relocs.is_empty() {
        return Err(fault("it depends on its place"));
    }
    Ok(Glue {
        enter: enter.bytes.clone(),
        leave: target.leave.to_vec(),
        exit: find("leave")?,
        jump: find("jump")?,
    })
}
