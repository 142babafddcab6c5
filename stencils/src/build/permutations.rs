//! The experiment that shows what patching registers costs: variants that rustc compiles with other registers from the
//! start are, instruction by instruction, what patching gives.
//!
//! Not all are: in a few of a hundred rustc swaps operands that commute, or lays out blocks in another order, by the order of
//! the registers. That patched code is right is no matter of this test: the tool decodes all of it, and the engine's
//! test runs every stencil.

use super::compile::{Function, compile};
use super::finish::{assemble, clean_up, finish, with_registers};
use super::make::variants;
use super::operands::Operands;
use super::pool::Pool;
use super::source::{Variant, function_name, source};
use super::target::{FLOATS, Target};
use super::{PatternList, STOCK_PATTERNS, UopSet, x86};
use crate::library::{Arch, Field};
use crate::table::Type;
use iced_x86::OpKind;

/// Every so many variants one is tried, with several choices of registers.
const EVERY: usize = 5;
const CHOICES: usize = 4;

/// Other registers for a variant: all different, but for inputs that share the result's.
fn reassigned(target: &Target, variant: &Variant, seed: usize) -> Variant {
    let ints: Vec<u8> = target.int_params.iter().filter_map(|p| p.value).collect();
    let floats: Vec<u8> = (0..FLOATS).collect();
    let mut next = [seed, seed];
    let mut fresh = |ty: Type| {
        let (class, numbers) = if ty == Type::I64 {
            (0, &ints)
        } else {
            (1, &floats)
        };
        next[class] += 1;
        numbers[(next[class] * (1 + seed % 2)) % numbers.len()]
    };
    let result = variant.pattern.result.map(&mut fresh);
    let inputs = variant.pattern.inputs.iter().enumerate();
    let inputs = inputs.map(|(n, ty)| match result {
        Some(result) if variant.reuse & 1 << n != 0 => result,
        _ => fresh(*ty),
    });
    Variant {
        inputs: inputs.collect(),
        result,
        ..variant.clone()
    }
}

/// A variant has the same registers twice when there were too few: nothing to compare with then.
fn are_distinct(target: &Target, uops: &UopSet, variant: &Variant) -> bool {
    let places = Operands::of(uops, variant).places;
    let mut seen: Vec<_> = places
        .iter()
        .map(|(ty, number, _)| (*ty, *number))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() == places.len() && target.canonical.len() > 4
}

fn compare(arch: Arch) {
    let target = Target::of(arch);
    let uops = UopSet::stock().expect("the stock uops");
    let list = PatternList::parse(STOCK_PATTERNS).expect("the stock patterns");
    let all = variants(target, &uops, 0, &list).expect("the stock variants");
    // Calls put their operands into registers of their own, which no value must be in then.
    let sample = all
        .iter()
        .filter(|v| !Operands::of(&uops, v).calls)
        .step_by(EVERY);
    let mut to_compile = Vec::new();
    for variant in sample {
        to_compile.push(variant.clone());
        let seed = to_compile.len();
        let others = (1..=CHOICES).map(|n| reassigned(target, variant, n * 3 + seed));
        to_compile.extend(
            others
                .filter(|v| are_distinct(target, &uops, v))
                .take(CHOICES),
        );
    }
    let functions = compile(target, &source(target, &uops, &to_compile)).expect("rustc compiles");
    let mut original = 0;
    let (mut compared, mut equal) = (0, 0);
    for (index, variant) in to_compile.iter().enumerate() {
        let function = &functions[&function_name(index)];
        if variant.reuse == to_compile[original].reuse
            && index != original
            && variant.pattern == to_compile[original].pattern
        {
            let first = &functions[&function_name(original)];
            compared += 1;
            equal += usize::from(same(
                target,
                &uops,
                &to_compile[original],
                first,
                variant,
                function,
            ));
        } else {
            original = index;
        }
    }
    assert!(
        compared > all.len() / 4,
        "{compared} of {} variants",
        all.len()
    );
    assert!(
        equal * 100 >= compared * 95,
        "{arch:?}: only {equal} of {compared} are equal"
    );
}

/// Whether the first function with the second's registers patched in is the second function.
fn same(
    target: &Target,
    uops: &UopSet,
    first: &Variant,
    from: &Function,
    second: &Variant,
    to: &Function,
) -> bool {
    let operands = Operands::of(uops, first);
    let mut pool = Pool::default();
    let stencils = finish(target, &operands, first, from, &mut pool).expect("a stencil");
    let (_, stencil) = &stencils[0];
    let assigned: Vec<u8> = operands
        .places
        .iter()
        .map(|(_, _, operand)| match *operand {
            Field::RESULT => second.result.expect("a result"),
            n => second.inputs[n as usize],
        })
        .collect();
    let patched = with_registers(&operands, &stencil.code, &stencil.fields, &assigned);
    let direct = compiled_code(target, &Operands::of(uops, second), second, to).expect("code");
    match target.arch {
        Arch::Aarch64 => patched == direct,
        Arch::X86_64 => instructions(&patched) == instructions(&direct),
    }
}

/// The code of the widest form of a function, as it is compiled.
fn compiled_code(
    target: &Target,
    operands: &Operands,
    variant: &Variant,
    function: &Function,
) -> Result<Vec<u8>, String> {
    let forms = clean_up(target, operands, variant, function, &mut Pool::default())?;
    Ok(assemble(target.arch, &forms[0]).0)
}

/// Instructions without what depends on their length: rustc leaves out a REX prefix that says nothing.
fn instructions(code: &[u8]) -> Vec<String> {
    let decoded = x86::instructions(code).expect("instructions");
    decoded
        .iter()
        .map(|inst| {
            let branch = (0..inst.op_count()).any(|n| inst.op_kind(n) == OpKind::NearBranch64);
            let constant = inst.is_ip_rel_memory_operand();
            match branch || constant {
                true => format!("{:?} {:?}", inst.mnemonic(), inst.op0_register()),
                false => inst.to_string(),
            }
        })
        .collect()
}

#[test]
fn patching_x86_64_is_what_rustc_does() {
    compare(Arch::X86_64);
}

#[test]
fn patching_aarch64_is_what_rustc_does() {
    compare(Arch::Aarch64);
}
