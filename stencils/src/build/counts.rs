//! Writes into the list of patterns how often programs run each super-stencil.
//!
//! Never runs a program: the counts come from outside, one for each pattern of a library. The list stays as it is written,
//! line by line, with other numbers. Start at [`with_counts`].

use super::BuildError;
use super::term::{Leaf, Term};
use super::uops::UopSet;
use crate::library::{Library, Pattern, PatternArg};

/// A library, and how often each of its patterns ran.
pub type Counted<'a> = (&'a Library, Vec<u64>);

/// The list with the counts of these libraries: for each term those of the library that runs it most.
///
/// # Errors
/// When a term makes no sense.
pub fn with_counts(
    list: &str,
    uops: &UopSet,
    libraries: &[Counted<'_>],
) -> Result<String, BuildError> {
    let mut out = String::with_capacity(list.len());
    for line in list.split_inclusive('\n') {
        let Some((before, after)) = line.split_once(TERM) else {
            out.push_str(line);
            continue;
        };
        let (text, rest) = after.split_once('"').unwrap_or((after, ""));
        let term = Term::parse(text)?;
        let counts = libraries.iter().map(|(library, counts)| {
            let own = library.patterns.iter().zip(counts);
            let own = own.filter(|(pattern, _)| stands_for(uops, &term, pattern));
            own.map(|(_, count)| count).sum::<u64>()
        });
        let count = counts.max().unwrap_or_default();
        let end = rest.trim_start_matches(|c: char| c != '}');
        out.push_str(&format!("{before}{TERM}{text}\", count = {count} {end}"));
    }
    Ok(out)
}

/// How a counted term begins.
const TERM: &str = "{ term = \"";

/// Whether a pattern is one of a term's: of the same uops, with operands that the term leaves open.
fn stands_for(uops: &UopSet, term: &Term, pattern: &Pattern) -> bool {
    step_stands_for(uops, term, pattern, pattern.uops.len().wrapping_sub(1))
}

fn step_stands_for(uops: &UopSet, term: &Term, pattern: &Pattern, step: usize) -> bool {
    let Some(uop) = pattern.uops.get(step) else {
        return false;
    };
    let operand = |leaf: &Leaf, arg: &PatternArg| match (leaf, *arg) {
        (Leaf::Open, PatternArg::Input(_) | PatternArg::Imm(_) | PatternArg::Argument(_)) => true,
        (Leaf::Register, PatternArg::Input(_)) => true,
        (Leaf::Same(_), PatternArg::Input(_) | PatternArg::Imm(_)) => true,
        (Leaf::Immediate, PatternArg::Imm(_)) => true,
        (&Leaf::Range(min, max), PatternArg::Imm(n)) => {
            let range = pattern.immediates[usize::from(n)];
            min <= range.min && range.max <= max
        }
        (Leaf::Term(inner), PatternArg::Result(n)) => {
            step_stands_for(uops, inner, pattern, usize::from(n))
        }
        _ => false,
    };
    uops.get(uop.kind).name == term.name
        && uop.args.len() == term.args.len()
        && term
            .args
            .iter()
            .zip(&uop.args)
            .all(|(leaf, arg)| operand(leaf, arg))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::STOCK_PATTERNS;
    use crate::library::Arch;

    #[test]
    fn a_count_goes_to_the_term_whose_pattern_ran() {
        let uops = UopSet::stock().expect("the stock uops");
        let library = crate::stock(Arch::X86_64);
        let term = Term::parse("add_i64(r, load_indexed_i64(_, _, 8, _))").expect("a term");
        let counts = library.patterns.iter();
        let counts: Vec<u64> = counts
            .map(|pattern| u64::from(stands_for(&uops, &term, pattern)))
            .collect();
        let patterns = counts.iter().sum::<u64>();
        assert!(patterns > 1, "offsets of several sizes");
        let list = "[[pair]]\nterms = [\n    { term = \"add_i64(r, load_indexed_i64(_, _, 1, _))\", count = 7 },\n    \
                    { term = \"add_i64(r, load_indexed_i64(_, _, 8, _))\", count = 7 },\n]\n";
        let counted = with_counts(list, &uops, &[(library, counts)]).expect("good terms");
        let expected = list.replacen("count = 7", "count = 0", 1);
        assert_eq!(
            counted,
            expected.replace("count = 7", &format!("count = {patterns}"))
        );
    }

    #[test]
    fn what_is_no_term_is_refused() {
        let uops = UopSet::stock().expect("the stock uops");
        assert!(with_counts("{ term = \"f(\", count = 0 }", &uops, &[]).is_err());
    }

    /// The list's own terms are good, each pair is counted, and each has a pattern in a library.
    #[test]
    fn every_pair_has_a_count_and_a_stencil() {
        let uops = UopSet::stock().expect("the stock uops");
        let list = crate::build::PatternList::parse(STOCK_PATTERNS).expect("a list");
        for listed in list.pair.iter().flat_map(|entry| &entry.terms) {
            let crate::build::Listed::Counted(counted) = listed else {
                panic!(
                    "`{}` has no count: `cargo xtask profile` writes it",
                    listed.text()
                );
            };
            let term = Term::parse(&counted.term).expect("a term");
            let libraries = [Arch::X86_64, Arch::Aarch64].map(crate::stock);
            let mut patterns = libraries.iter().flat_map(|library| &library.patterns);
            assert!(
                patterns.any(|pattern| stands_for(&uops, &term, pattern)),
                "{}",
                counted.term
            );
        }
    }
}
