//! Writes a library as bytes: the same library always gives the same bytes.

use super::bytes::Writer;
use super::{MAGIC, VERSION, checksum};
use crate::library::*;
use crate::table::Type;

/// The bytes of a library.
///
/// A [`UopKind`](crate::table::UopKind) in it is an index into `uops`, names with their signatures; only those in use are written.
pub fn write(library: &Library, uops: &[(String, String)]) -> Vec<u8> {
    let mut used: Vec<usize> = library
        .patterns
        .iter()
        .flat_map(|p| &p.uops)
        .map(|u| u.kind.0 as usize)
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut w = Writer::default();
    w.list(&used, |w, &index| {
        w.blob(uops[index].0.as_bytes());
        w.blob(uops[index].1.as_bytes());
    });
    w.list(&library.registers.registers, |w, register| {
        w.byte(register.number);
        w.blob(register.name.as_bytes());
    });
    w.byte(library.registers.int_count);
    w.number(u64::from(library.registers.preserved));
    w.list(&library.patterns, |w, pattern| {
        write_pattern(w, pattern, &used)
    });
    w.list(&library.stencils, write_stencil);
    w.blob(&library.constants);
    w.blob(&library.glue.enter);
    w.blob(&library.glue.leave);
    w.number(u64::from(library.glue.exit.0));
    w.number(u64::from(library.glue.jump.0));
    seal(library.arch, &w.bytes)
}

/// Puts the header before a payload.
fn seal(arch: Arch, payload: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((arch as u32).to_le_bytes());
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend(checksum(payload).to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn write_type(w: &mut Writer, ty: &Type) {
    w.byte(match ty {
        Type::I64 => 0,
        Type::F64 => 1,
    });
}

fn write_pattern(w: &mut Writer, pattern: &Pattern, used: &[usize]) {
    w.list(&pattern.uops, |w, uop| {
        let index = used.partition_point(|&u| u < uop.kind.0 as usize);
        w.number(index as u64);
        w.list(&uop.args, |w, arg| {
            let (tag, number) = match *arg {
                PatternArg::Input(n) => (0, n),
                PatternArg::Imm(n) => (1, n),
                PatternArg::Result(n) => (2, n),
                PatternArg::Argument(n) => (3, n),
            };
            w.byte(tag);
            w.byte(number);
        });
    });
    w.list(&pattern.inputs, write_type);
    w.list(&pattern.immediates, |w, range| {
        w.signed(range.min);
        w.signed(range.max);
        w.byte(range.align_log2);
    });
    w.byte(u8::from(pattern.result.is_some()));
    if let Some(ty) = &pattern.result {
        write_type(w, ty);
    }
}

fn write_stencil(w: &mut Writer, stencil: &Stencil) {
    w.number(u64::from(stencil.pattern.0));
    w.byte(stencil.reuse);
    w.byte(stencil.flow as u8);
    w.number(u64::from(stencil.clobbers));
    w.number(u64::from(stencil.cost));
    w.blob(&stencil.code);
    w.list(&stencil.fields, |w, field| {
        w.byte(field.operand);
        w.list(&field.bits, |w, bit| w.number(u64::from(*bit)));
    });
    w.list(&stencil.holes, |w, hole| {
        w.number(u64::from(hole.offset));
        w.byte(hole.kind as u8);
        match hole.value {
            HoleValue::Imm(n) => {
                w.byte(0);
                w.byte(n);
            }
            HoleValue::Exit => w.byte(1),
            HoleValue::Constant(offset) => {
                w.byte(2);
                w.number(u64::from(offset));
            }
        }
        w.signed(i64::from(hole.addend));
    });
}
