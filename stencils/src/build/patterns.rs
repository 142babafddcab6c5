//! Which patterns a library has: every uop by itself, and what the list of patterns adds. Start at [`patterns`].
//!
//! The list is data (`stencils/pairs.toml`): super-stencils, known constants, and which constants an operand of a
//! certain name accepts. A term's open operands are multiplied out here.

use super::BuildError;
use super::pattern_list::PatternList;
use super::signature::{ParamType, ValueType};
use super::term::{Leaf, Term};
use super::uops::{UopSet, value_type};
use crate::library::{Arch, ImmRange, Pattern, PatternArg, PatternUop};
use crate::table::{Type, UopKind};
use std::collections::HashSet;

const I32: ImmRange = ImmRange {
    min: i32::MIN as i64,
    max: i32::MAX as i64,
    align_log2: 0,
};
const I64: ImmRange = ImmRange {
    min: i64::MIN,
    max: i64::MAX,
    align_log2: 0,
};

/// The uops that a library's glue is made of.
pub const GLUE: [&str; 2] = ["jump", "leave"];

/// What an operand is in one pattern.
#[derive(Clone, Debug)]
enum Choice {
    Input(Type),
    Imm(ImmRange),
    Result(u8),
    Argument(u8),
    /// What this letter stands for elsewhere, or this when it stands nowhere before.
    Same(char, Box<Choice>),
}

/// All patterns of an architecture over the uops from `first` on, single uops first, none twice.
///
/// # Errors
/// When the list names a uop that is not there, or holds a term that makes no sense.
pub fn patterns(
    arch: Arch,
    uops: &UopSet,
    first: usize,
    list: &PatternList,
) -> Result<Vec<Pattern>, BuildError> {
    let mut terms = Vec::new();
    let (before, own) = uops.signatures().split_at(first);
    // Every library has what its glue is made of.
    let glue = before
        .iter()
        .filter(|uop| GLUE.contains(&uop.name.as_str()));
    for uop in glue.chain(own) {
        terms.push(Term {
            name: uop.name.clone(),
            args: uop.operands().map(|_| Leaf::Open).collect(),
        });
    }
    let entries = list.constant.iter().chain(&list.pair);
    for entry in entries.filter(|entry| entry.only.is_none_or(|only| only == arch)) {
        for listed in &entry.terms {
            terms.push(Term::parse(listed.text())?);
        }
    }
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for term in &terms {
        for pattern in expand(uops, list, term)? {
            if seen.insert(pattern.clone()) {
                all.push(pattern);
            }
        }
    }
    Ok(all)
}

/// The patterns of one term: every combination of what its open operands may be.
fn expand(uops: &UopSet, list: &PatternList, term: &Term) -> Result<Vec<Pattern>, BuildError> {
    let mut slots = Vec::new();
    flatten(uops, list, term, &mut slots)?;
    check_effects(uops, term, &slots)?;
    let mut combinations: Vec<Vec<Choice>> = vec![Vec::new()];
    for choices in slots.iter().flat_map(|slot| &slot.choices) {
        let longer = combinations.iter().flat_map(|c| {
            choices.iter().map(move |choice| {
                let mut longer = c.clone();
                longer.push(choice.clone());
                longer
            })
        });
        combinations = longer.collect();
    }
    let root = slots.last().map(|slot| uops.get(slot.kind));
    let stores = root.is_some_and(|uop| {
        uop.result.is_none() && uop.params.iter().any(|(_, ty)| !ty.is_operand())
    });
    let open = slots
        .iter()
        .flat_map(|s| &s.choices)
        .any(|c| c.iter().any(|c| matches!(c, Choice::Input(_))));
    let reads_frame = |slot: &Slot| {
        let params = &uops.get(slot.kind).params;
        params
            .iter()
            .any(|(_, ty)| matches!(ty, ParamType::Frame(_)))
    };
    let touches = stores || slots.iter().any(reads_frame);
    let built = combinations.iter().map(|c| build(uops, &slots, c));
    // With constants alone there is nothing to compute at run time, but a constant may be stored, or compared with the frame.
    Ok(built
        .filter(|p| !open || !p.inputs.is_empty() || touches)
        .collect())
}

/// One uop of a term, in execution order, with what each operand may be.
struct Slot {
    kind: UopKind,
    choices: Vec<Vec<Choice>>,
}

fn flatten(
    uops: &UopSet,
    list: &PatternList,
    term: &Term,
    slots: &mut Vec<Slot>,
) -> Result<u8, BuildError> {
    let fault = |why: &str| {
        Err(BuildError::Patterns(format!(
            "a pattern with `{}`: {why}",
            term.name
        )))
    };
    let Some(kind) = uops.find(&term.name) else {
        return fault("there is no such uop");
    };
    let uop = uops.get(kind);
    if uop.operands().count() != term.args.len() {
        return fault("a wrong number of operands");
    }
    let mut choices = Vec::new();
    let mut word = 0;
    for ((name, ty), leaf) in uop.operands().zip(&term.args) {
        let is_imm = !matches!(ty, ParamType::Value(_));
        let full = if *ty == ParamType::Imm64 { I64 } else { I32 };
        let value = |ty: &ParamType| {
            if let ParamType::Value(ty) = ty {
                value_type(*ty)
            } else {
                Type::I64
            }
        };
        choices.push(match leaf {
            Leaf::Open if uop.calls() && !is_imm => {
                word += 1;
                vec![Choice::Argument(word - 1)]
            }
            Leaf::Open => {
                let mut open = if is_imm {
                    Vec::new()
                } else {
                    vec![Choice::Input(value(ty))]
                };
                if *ty != ParamType::Value(ValueType::F64) {
                    match list.ranges(&term.name, name) {
                        Some(ranges) => open.extend(ranges.iter().map(|&(min, max)| {
                            Choice::Imm(ImmRange {
                                min,
                                max,
                                align_log2: 0,
                            })
                        })),
                        None => open.push(Choice::Imm(full)),
                    }
                }
                open
            }
            Leaf::Register if !is_imm && !uop.calls() => vec![Choice::Input(value(ty))],
            Leaf::Same(letter) if is_imm => {
                vec![Choice::Same(*letter, Box::new(Choice::Imm(full)))]
            }
            Leaf::Same(letter) if !uop.calls() => {
                vec![Choice::Same(*letter, Box::new(Choice::Input(value(ty))))]
            }
            Leaf::Immediate if value(ty) == Type::I64 => vec![Choice::Imm(full)],
            Leaf::Range(min, max) if value(ty) == Type::I64 => vec![Choice::Imm(ImmRange {
                min: *min,
                max: *max,
                align_log2: 0,
            })],
            Leaf::Term(inner) if !is_imm && !uop.calls() => {
                let index = flatten(uops, list, inner, slots)?;
                let result = uops.get(slots[index as usize].kind).result.map(value_type);
                if result != Some(value(ty)) {
                    return fault("an operand of another type");
                }
                vec![Choice::Result(index)]
            }
            _ => return fault("an operand that the uop does not take"),
        });
    }
    slots.push(Slot { kind, choices });
    Ok(slots.len() as u8 - 1)
}

/// A super-stencil leaves by one exit with the state from before it: so at most one uop has an effect, and nothing
/// leaves after it.
fn check_effects(uops: &UopSet, term: &Term, slots: &[Slot]) -> Result<(), BuildError> {
    let mut effect_seen = false;
    for slot in slots {
        let uop = uops.get(slot.kind);
        if effect_seen && uop.may_exit {
            return Err(BuildError::Patterns(format!(
                "a pattern with `{}`: an exit after an effect",
                term.name
            )));
        }
        let is_effect = |ty: &ParamType| {
            matches!(
                ty,
                ParamType::Frame(true) | ParamType::Memory(true) | ParamType::Context(true)
            )
        };
        let has_effect = uop.params.iter().any(|(_, ty)| is_effect(ty));
        if has_effect && effect_seen {
            return Err(BuildError::Patterns(format!(
                "a pattern with `{}`: two effects",
                term.name
            )));
        }
        effect_seen |= has_effect;
    }
    Ok(())
}

fn build(uops: &UopSet, slots: &[Slot], choices: &[Choice]) -> Pattern {
    let mut choices = choices.iter();
    let mut pattern = Pattern {
        uops: Vec::new(),
        inputs: Vec::new(),
        immediates: Vec::new(),
        result: None,
    };
    let mut letters = Vec::new();
    for slot in slots {
        let own = choices.by_ref().take(slot.choices.len());
        let args = own.map(|choice| operand(&mut pattern, &mut letters, choice));
        let args = args.collect();
        pattern.uops.push(PatternUop {
            kind: slot.kind,
            args,
        });
        pattern.result = uops.get(slot.kind).result.map(value_type);
    }
    pattern
}

/// Adds an operand to a pattern. The letters are those that stand for one already.
fn operand(
    pattern: &mut Pattern,
    letters: &mut Vec<(char, PatternArg)>,
    choice: &Choice,
) -> PatternArg {
    match choice {
        Choice::Input(ty) => {
            pattern.inputs.push(*ty);
            PatternArg::Input(pattern.inputs.len() as u8 - 1)
        }
        Choice::Imm(range) => {
            pattern.immediates.push(*range);
            PatternArg::Imm(pattern.immediates.len() as u8 - 1)
        }
        Choice::Result(n) => PatternArg::Result(*n),
        Choice::Argument(n) => PatternArg::Argument(*n),
        Choice::Same(letter, first) => {
            let known = letters.iter().find(|(known, _)| known == letter);
            if let Some((_, arg)) = known {
                return *arg;
            }
            let arg = operand(pattern, letters, first);
            letters.push((*letter, arg));
            arg
        }
    }
}

/// Which sets of inputs may share the result's register, each a stencil of its own: none, each one alone, and both of two.
pub fn reuse_sets(pattern: &Pattern) -> Vec<u8> {
    let mut sets = vec![0];
    let Some(result) = pattern.result else {
        return sets;
    };
    sets.extend(
        (0..pattern.inputs.len())
            .filter(|&n| pattern.inputs[n] == result)
            .map(|n| 1 << n),
    );
    if pattern.inputs == [result, result] {
        sets.push(0b11);
    }
    sets
}

/// The pattern as people write it, for messages and listings.
pub fn describe(uops: &UopSet, pattern: &Pattern) -> String {
    fn term(uops: &UopSet, pattern: &Pattern, index: usize) -> String {
        let uop = &pattern.uops[index];
        let args: Vec<String> = uop
            .args
            .iter()
            .map(|arg| match *arg {
                PatternArg::Input(n) => ((b'a' + n) as char).to_string(),
                PatternArg::Imm(n) => describe_range(&pattern.immediates[n as usize], n),
                PatternArg::Result(n) => term(uops, pattern, n as usize),
                PatternArg::Argument(n) => format!("argument {n}"),
            })
            .collect();
        format!("{}({})", uops.get(uop.kind).name, args.join(", "))
    }
    term(uops, pattern, pattern.uops.len() - 1)
}

fn describe_range(range: &ImmRange, n: u8) -> String {
    let align = if range.align_log2 > 0 {
        format!(" by {}", 1u64 << range.align_log2)
    } else {
        String::new()
    };
    match (range.min, range.max) {
        (min, max) if min == max => format!("{min}"),
        _ if *range == I32 => format!("#{n}"),
        _ if *range == I64 => format!("#{n}:64"),
        (min, max) => format!("#{n}:{min}..{max}{align}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptions(term: &str) -> Vec<String> {
        let uops = UopSet::stock().expect("the stock uops");
        let list = PatternList::parse(
            "[operands]\nbase = []\ncount = [[0, 63]]\nscale = [[1, 1], [8, 8]]",
        )
        .expect("a list");
        let term = Term::parse(term).expect("a term");
        let patterns = expand(&uops, &list, &term).expect("a pattern");
        patterns.iter().map(|p| describe(&uops, p)).collect()
    }

    #[test]
    fn a_letter_is_the_same_operand_everywhere() {
        assert_eq!(
            descriptions("store_i64(a, o, add_i64(load_i64(a, o), _))"),
            [
                "store_i64(a, #0, add_i64(load_i64(a, #0), b))",
                "store_i64(a, #0, add_i64(load_i64(a, #0), #1))"
            ]
        );
    }

    #[test]
    fn a_constant_may_be_compared_with_the_frame() {
        assert_eq!(
            descriptions("guard_eq(load_frame_i64(_), _)"),
            [
                "guard_eq(load_frame_i64(#0), a)",
                "guard_eq(load_frame_i64(#0), #1)"
            ]
        );
    }

    #[test]
    fn open_operands_are_multiplied_out() {
        assert_eq!(
            descriptions("add_i64(_, _)"),
            ["add_i64(a, b)", "add_i64(a, #0)", "add_i64(#0, a)"]
        );
        assert_eq!(
            descriptions("shl_i64(r, _)"),
            ["shl_i64(a, b)", "shl_i64(a, #0:0..63)"]
        );
        assert_eq!(descriptions("add_f64(_, _)"), ["add_f64(a, b)"]);
        assert_eq!(descriptions("neg_i64(_)"), ["neg_i64(a)"]);
        assert_eq!(
            descriptions("store_frame_i64(_, _)"),
            ["store_frame_i64(#0, a)", "store_frame_i64(#0, #1)"]
        );
        assert_eq!(
            descriptions("load_indexed_i64(_, r, 8, _)"),
            ["load_indexed_i64(a, b, 8, #1)"]
        );
        assert_eq!(
            descriptions("call_i64_2(_, _, _)"),
            ["call_i64_2(#0:64, argument 0, argument 1)"]
        );
        let fused = [
            "guard_eq(load_i64(a, #0), b)",
            "guard_eq(load_i64(a, #0), #1)",
        ];
        assert_eq!(descriptions("guard_eq(load_i64(_, _), _)"), fused);
    }

    #[test]
    fn senseless_patterns_are_refused() {
        let uops = UopSet::stock().expect("the stock uops");
        let list = PatternList::default();
        for text in [
            "no_such(_)",
            "add_i64(_)",
            "add_i64(add_f64(_, _), _)",
            "add_f64(#, _)",
            "load_i64(_, r)",
            "guard_true(call_i64_0(#))",
        ] {
            let term = Term::parse(text).expect("a term");
            assert!(expand(&uops, &list, &term).is_err(), "{text}");
        }
    }
}
