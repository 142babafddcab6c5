//! Writes the Rust source whose machine code becomes stencils: one function for each [`Variant`].
//!
//! A function calls its uop functions and goes on with `CONTINUE` or `EXIT`, in tail position. Its parameters are the
//! registers; what it does not need it hands through. An immediate is the address of an undefined symbol, which leaves
//! a relocation where the hole is to be; where the compiler must not take it for a valid address (64-bit holes, ranges) it
//! comes out of inline assembly.

use super::patterns::describe;
use super::signature::ParamType;
use super::target::{FLOATS, Target};
use super::uops::UopSet;
use crate::library::{Arch, ImmRange, Pattern, PatternArg};
use crate::table::Type;
use std::fmt::Write;

/// One function to compile: a pattern, with its operands in certain registers.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What it computes.
    pub pattern: Pattern,
    /// Which inputs share the result's register.
    pub reuse: u8,
    /// The hardware number of each input's register.
    pub inputs: Vec<u8>,
    /// The hardware number of the result's register.
    pub result: Option<u8>,
}

impl Variant {
    /// Gives a pattern's operands their registers; `None` when there are not enough.
    pub fn new(target: &Target, uops: &UopSet, pattern: &Pattern, reuse: u8) -> Option<Variant> {
        if pattern.uops.iter().any(|uop| uops.get(uop.kind).calls()) {
            // The last float register is no argument of any call.
            let result = pattern.result.map(|ty| {
                if ty == Type::I64 {
                    target.call_result
                } else {
                    FLOATS - 1
                }
            });
            return Some(Variant {
                pattern: pattern.clone(),
                reuse,
                inputs: Vec::new(),
                result,
            });
        }
        let mut next = [0; 2];
        let mut fresh = |ty: Type| {
            let n = &mut next[usize::from(ty == Type::F64)];
            *n += 1;
            target.canonical(ty, *n - 1)
        };
        let shared = match (reuse, pattern.result) {
            (0, _) | (_, None) => None,
            (_, Some(ty)) => Some(fresh(ty)?),
        };
        let mut inputs = Vec::new();
        for (n, ty) in pattern.inputs.iter().enumerate() {
            inputs.push(if reuse & 1 << n != 0 {
                shared?
            } else {
                fresh(*ty)?
            });
        }
        let result = match pattern.result {
            Some(ty) if reuse == 0 => Some(fresh(ty)?),
            _ => shared,
        };
        Some(Variant {
            pattern: pattern.clone(),
            reuse,
            inputs,
            result,
        })
    }

    /// The variant in words, for messages.
    pub fn describe(&self, uops: &UopSet) -> String {
        let mut text = format!("`{}`", describe(uops, &self.pattern));
        for n in 0..self.inputs.len() {
            if self.reuse & 1 << n != 0 {
                let _ = write!(text, ", result in {}", (b'a' + n as u8) as char);
            }
        }
        text
    }
}

/// The name of the function of variant number `index`.
pub fn function_name(index: usize) -> String {
    format!("s{index}")
}

/// The most immediates a pattern may have.
pub const IMMEDIATES: usize = 8;

/// The whole source for all variants.
pub fn source(target: &Target, uops: &UopSet, variants: &[Variant]) -> String {
    let mut out = String::new();
    prelude(&mut out, target);
    let _ = writeln!(
        out,
        "pub mod operand {{\n{}}}\n\npub mod uops {{",
        include_str!("../operand.rs")
    );
    for (group, text) in uops.files() {
        // Everything must end up in one function: a uop that is not inlined would be a call to nowhere.
        let inlined = text.replace("\npub fn ", "\n#[inline(always)]\npub fn ");
        let _ = writeln!(out, "pub mod {group} {{\n{inlined}}}");
    }
    let _ = writeln!(out, "}}\n");
    for (index, variant) in variants.iter().enumerate() {
        let _ = writeln!(out, "// {}", variant.describe(uops));
        function(&mut out, target, uops, index, variant);
    }
    out
}

/// The types of a stencil function's parameters, with names if `named`.
fn signature(target: &Target, named: bool) -> String {
    let mut params = Vec::new();
    let mut param = |name: &str, ty: &str| {
        params.push(if named {
            format!("{name}: {ty}")
        } else {
            ty.to_string()
        });
    };
    param("f", "P");
    param("c", "P");
    for int in target.int_params {
        param(int.name, "I");
    }
    for n in 0..FLOATS {
        param(&format!("d{n}"), "D");
    }
    params.join(", ")
}

fn prelude(out: &mut String, target: &Target) {
    let sig = signature(target, true);
    let _ = writeln!(
        out,
        "#![feature(rust_preserve_none_cc, explicit_tail_calls)]
#![allow(warnings)]
extern crate self as stencils;
use core::mem::MaybeUninit;
use operand::*;
type P = *mut u64;
type I = MaybeUninit<i64>;
type D = MaybeUninit<f64>;
type Code = unsafe extern \"rust-preserve-none\" fn({types}) -> u64;
const I0: I = I::uninit();
const D0: D = D::uninit();
unsafe extern \"rust-preserve-none\" {{ fn CONTINUE({sig}) -> u64; fn EXIT({sig}) -> u64; }}
trait Given {{ type In; fn get(self) -> Self::In; }}
impl Given for I {{ type In = i64; #[inline(always)] fn get(self) -> i64 {{ unsafe {{ self.assume_init() }} }} }}
impl Given for D {{ type In = f64; #[inline(always)] fn get(self) -> f64 {{ unsafe {{ self.assume_init() }} }} }}",
        types = signature(target, false)
    );
    let _ = writeln!(
        out,
        "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn enter(f: P, c: P, code: Code) -> u64 {{ unsafe {{ code(f, c, {}) }} }}",
        arguments(
            target,
            |_| Some("I0".to_string()),
            |_| Some("D0".to_string())
        )
    );
    for n in 0..IMMEDIATES {
        let _ = writeln!(out, "unsafe extern \"C\" {{ static IMM{n}: u8; }}");
        for (name, code) in assembly(target.arch, n) {
            let _ = writeln!(
                out,
                "#[inline(always)] fn {name}{n}() -> i64 {{ let v: i64; unsafe {{ core::arch::asm!({code}, out(reg) v, \
                 options(pure, nomem, nostack, preserves_flags)) }} v }}"
            );
        }
    }
}

/// How immediate `n` gets into a register where the compiler may know nothing of it: sign-extended, zero-extended, in full.
fn assembly(arch: Arch, n: usize) -> [(&'static str, String); 3] {
    match arch {
        Arch::X86_64 => [
            ("signed", format!("\"mov {{0}}, offset IMM{n}\"")),
            ("unsigned", format!("\"mov {{0:e}}, offset IMM{n}\"")),
            ("wide", format!("\"movabs {{0}}, offset IMM{n}\"")),
        ],
        Arch::Aarch64 => {
            let signed = format!("\"adrp {{0}}, IMM{n}\", \"add {{0}}, {{0}}, :lo12:IMM{n}\"");
            let parts = [
                "movz {0}, #:abs_g0_nc:",
                "movk {0}, #:abs_g1_nc:",
                "movk {0}, #:abs_g2_nc:",
                "movk {0}, #:abs_g3:",
            ];
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("\"{part}IMM{n}\""))
                .collect();
            [
                ("signed", signed),
                ("unsigned", parts[..2].join(", ")),
                ("wide", parts.join(", ")),
            ]
        }
    }
}

/// The arguments of a call from the third on: a register's own name where `int` or `float` give no other.
fn arguments(
    target: &Target,
    int: impl Fn(&str) -> Option<String>,
    float: impl Fn(u8) -> Option<String>,
) -> String {
    let ints = target
        .int_params
        .iter()
        .map(|p| match (int(p.name), p.value) {
            (Some(other), _) => other,
            (None, None) => "I0".to_string(),
            (None, Some(_)) => p.name.to_string(),
        });
    let floats = (0..FLOATS).map(|n| float(n).unwrap_or_else(|| format!("d{n}")));
    ints.chain(floats).collect::<Vec<_>>().join(", ")
}

fn function(out: &mut String, target: &Target, uops: &UopSet, index: usize, variant: &Variant) {
    let pattern = &variant.pattern;
    let calls = pattern.uops.iter().any(|uop| uops.get(uop.kind).calls());
    let result_name = pattern
        .result
        .zip(variant.result)
        .map(|(ty, number)| target.param_name(ty, number));
    let go = |to: &str, result: &str, clobbers: bool| {
        let other = |name: &str| match &result_name {
            Some(result_name) if result_name == name => Some(result.to_string()),
            _ => None,
        };
        let int = |name: &str| {
            let clobbered = clobbers && !target.preserved.contains(&name);
            other(name).or_else(|| clobbered.then(|| "I0".to_string()))
        };
        let float = |n: u8| other(&format!("d{n}")).or_else(|| clobbers.then(|| "D0".to_string()));
        format!("become {to}(f, c, {})", arguments(target, int, float))
    };
    let nothing = if pattern.result == Some(Type::F64) {
        "D0"
    } else {
        "I0"
    };
    let _ = writeln!(
        out,
        "#[unsafe(no_mangle)] pub unsafe extern \"rust-preserve-none\" fn {}({}) -> u64 {{ unsafe {{",
        function_name(index),
        signature(target, true)
    );
    for (n, (ty, number)) in pattern.inputs.iter().zip(&variant.inputs).enumerate() {
        let _ = writeln!(
            out,
            "    let i{n} = {}.get();",
            target.param_name(*ty, *number)
        );
    }
    if uops.get(pattern.uops[0].kind).name == "leave" {
        let _ = writeln!(out, "{}}} }}", leave(target.arch));
        return;
    }
    for (n, uop) in pattern.uops.iter().enumerate() {
        let signature = uops.get(uop.kind);
        let (function, operands) = call(target.arch, pattern, n, uops);
        let call = format!("{function}({operands})");
        if signature.may_exit {
            let wrapped = wrapped(target.arch, pattern, uops);
            let exit = go("EXIT", wrapped.as_deref().unwrap_or(nothing), false);
            let _ = writeln!(
                out,
                "    let r{n} = match {call} {{ Ok(r) => r, Err(_) => {exit} }};"
            );
        } else {
            let _ = writeln!(out, "    let r{n} = {call};");
        }
    }
    let last = pattern.uops.len() - 1;
    let result = match pattern.result {
        Some(Type::I64) => format!("I::new(r{last})"),
        _ => format!("D::new(r{last})"),
    };
    let _ = writeln!(out, "    {}\n}} }}", go("CONTINUE", &result, calls));
}

/// The end of an exit's stub: not in the compiler's power, but its operands are.
fn leave(arch: Arch) -> &'static str {
    match arch {
        Arch::X86_64 => {
            "    core::arch::asm!(\"mov eax, offset IMM1\", \"movabs rcx, offset IMM0\", \"jmp qword ptr [rcx]\", options(noreturn, nostack))\n"
        }
        Arch::Aarch64 => {
            "    core::arch::asm!(\"adrp x17, IMM1\", \"add x17, x17, :lo12:IMM1\", \"movz x16, #:abs_g0_nc:IMM0\", \
             \"movk x16, #:abs_g1_nc:IMM0\", \"movk x16, #:abs_g2_nc:IMM0\", \"movk x16, #:abs_g3:IMM0\", \
             \"ldr x16, [x16]\", \"br x16\", options(noreturn, nostack))\n"
        }
    }
}

/// What the result's register holds when an overflow leaves, by the contract of [`Stencil::reuse`]: the wrapped sum or
/// difference, so that whoever needs the operand that was in this register can get it back. It is written such that the
/// compiler sees the very value that the uop computes, and does not compute it again on the way out.
///
/// [`Stencil::reuse`]: crate::library::Stencil::reuse
fn wrapped(arch: Arch, pattern: &Pattern, uops: &UopSet) -> Option<String> {
    let [uop] = &pattern.uops[..] else {
        return None;
    };
    let overflowing = match uops.get(uop.kind).name.as_str() {
        "add_ovf_i64" => "overflowing_add",
        "sub_ovf_i64" => "overflowing_sub",
        _ => return None,
    };
    let (_, operands) = call(arch, pattern, 0, uops);
    Some(format!("I::new(i64::{overflowing}({operands}).0)"))
}

/// The pattern's uop number `n`: the function to call, and with what.
fn call(arch: Arch, pattern: &Pattern, n: usize, uops: &UopSet) -> (String, String) {
    let uop = &pattern.uops[n];
    let signature = uops.get(uop.kind);
    let mut operands = uop.args.iter();
    let args: Vec<String> = signature
        .params
        .iter()
        .map(|(_, ty)| match ty {
            ParamType::Frame(mutable) => {
                format!("&{}Frame::new(f)", if *mutable { "mut " } else { "" })
            }
            ParamType::Memory(mutable) => {
                format!("&{}Memory::new()", if *mutable { "mut " } else { "" })
            }
            ParamType::Context(mutable) => {
                format!("&{}Context::new(c)", if *mutable { "mut " } else { "" })
            }
            operand => match operands.next() {
                Some(PatternArg::Input(i)) => format!("i{i}"),
                Some(PatternArg::Result(r)) => format!("r{r}"),
                Some(PatternArg::Argument(word)) => {
                    format!("Context::new(c).load(Imm32::new({}))", u32::from(*word) * 8)
                }
                Some(PatternArg::Imm(k)) => {
                    let value = immediate(arch, *k, &pattern.immediates[*k as usize]);
                    match operand {
                        ParamType::Imm32 => format!("Imm32::new({value})"),
                        ParamType::Imm64 => format!("Imm64::new({value})"),
                        _ => value,
                    }
                }
                None => String::new(),
            },
        })
        .collect();
    let function = format!("uops::{}::{}", signature.group, signature.name);
    (function, args.join(", "))
}

/// The expression of an immediate. Known constants are themselves; a range the compiler is told of.
fn immediate(arch: Arch, k: u8, range: &ImmRange) -> String {
    let (min, max) = (range.min, range.max);
    if min == max {
        return format!("{min}i64");
    }
    let known = |how: &str| {
        format!(
            "{{ let v = {how}{k}(); core::hint::assert_unchecked(v >= {min} && v <= {max}); v }}"
        )
    };
    if min == i64::from(i32::MIN) && max == i64::from(i32::MAX) {
        format!("(&raw const IMM{k} as i64)")
    } else if min >= 0
        && max <= i64::from(u32::MAX)
        && (arch == Arch::X86_64 || max > i64::from(i32::MAX))
    {
        known("unsigned")
    } else if min >= i64::from(i32::MIN) && max <= i64::from(i32::MAX) {
        known("signed")
    } else {
        format!("wide{k}()")
    }
}
