//! Reads a library from bytes.

use super::bytes::Reader;
use super::{HEADER, LibraryError, MAGIC, VERSION, checksum, signature};
use crate::library::*;
use crate::table::{Type, UopKind, UopTable};

impl Library {
    /// Reads a library whose uops are those of `table`.
    ///
    /// # Errors
    /// When the bytes are no library of this version, are damaged, name a uop that the table lacks or has with
    /// another signature, or contradict themselves.
    pub fn read(bytes: &[u8], table: &UopTable) -> Result<Library, LibraryError> {
        let (arch, payload) = open(bytes)?;
        let mut r = Reader::new(payload);
        let kinds = r.list(|r| uop(r, table))?;
        let library = Library {
            arch,
            registers: registers(&mut r)?,
            patterns: r.list(|r| pattern(r, &kinds))?,
            stencils: r.list(stencil)?,
            constants: r.blob()?.to_vec(),
            glue: Glue {
                enter: r.blob()?.to_vec(),
                leave: r.blob()?.to_vec(),
                exit: StencilId(r.small()?),
                jump: StencilId(r.small()?),
            },
        };
        if !r.is_at_end() {
            return Err(LibraryError::Length);
        }
        library.validate(table)?;
        Ok(library)
    }

    /// Checks all that [`Library::read`] checks of a library's contents: what the engine relies on.
    ///
    /// # Errors
    /// When the library contradicts itself or the table.
    pub fn validate(&self, table: &UopTable) -> Result<(), LibraryError> {
        super::validate::validate(self, table)
    }
}

/// Checks the header; gives the architecture and the payload.
fn open(bytes: &[u8]) -> Result<(Arch, &[u8]), LibraryError> {
    let (header, payload) = bytes
        .split_at_checked(HEADER)
        .ok_or(LibraryError::NotALibrary)?;
    if header[..8] != MAGIC {
        return Err(LibraryError::NotALibrary);
    }
    let word = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    if word(8) != VERSION {
        return Err(LibraryError::Version(word(8)));
    }
    let arch = match word(12) {
        1 => Arch::X86_64,
        2 => Arch::Aarch64,
        _ => return Err(LibraryError::Arch(header[12])),
    };
    if word(16) as usize != payload.len() {
        return Err(LibraryError::Length);
    }
    let sum = u64::from(word(20)) | u64::from(word(24)) << 32;
    if sum != checksum(payload) {
        return Err(LibraryError::Checksum);
    }
    Ok((arch, payload))
}

fn uop(r: &mut Reader, table: &UopTable) -> Result<UopKind, LibraryError> {
    let (name, in_library) = (r.text()?, r.text()?);
    let kind = table
        .find(name)
        .ok_or_else(|| LibraryError::UnknownUop(name.to_string()))?;
    let in_table = signature(&table[kind]);
    if in_table != in_library {
        let (uop, library) = (name.to_string(), in_library.to_string());
        return Err(LibraryError::Signature {
            uop,
            library,
            table: in_table,
        });
    }
    Ok(kind)
}

fn registers(r: &mut Reader) -> Result<RegisterFile, LibraryError> {
    let registers = r.list(|r| {
        Ok(Register {
            number: r.byte()?,
            name: r.text()?.to_string(),
        })
    })?;
    Ok(RegisterFile {
        registers,
        int_count: r.byte()?,
        preserved: r.small()?,
    })
}

fn value_type(r: &mut Reader) -> Result<Type, LibraryError> {
    match r.byte()? {
        0 => Ok(Type::I64),
        1 => Ok(Type::F64),
        _ => Err(LibraryError::Malformed {
            what: "type",
            index: 0,
            why: "unknown",
        }),
    }
}

fn pattern(r: &mut Reader, kinds: &[UopKind]) -> Result<Pattern, LibraryError> {
    let uops = r.list(|r| {
        let index: usize = r.small()?;
        let kind = *kinds.get(index).ok_or(LibraryError::Malformed {
            what: "uop",
            index,
            why: "not in the list",
        })?;
        Ok(PatternUop {
            kind,
            args: r.list(pattern_arg)?,
        })
    })?;
    let inputs = r.list(value_type)?;
    let immediates = r.list(|r| {
        Ok(ImmRange {
            min: r.signed()?,
            max: r.signed()?,
            align_log2: r.byte()?,
        })
    })?;
    let result = if r.byte()? == 0 {
        None
    } else {
        Some(value_type(r)?)
    };
    Ok(Pattern {
        uops,
        inputs,
        immediates,
        result,
    })
}

fn pattern_arg(r: &mut Reader) -> Result<PatternArg, LibraryError> {
    let (tag, number) = (r.byte()?, r.byte()?);
    match tag {
        0 => Ok(PatternArg::Input(number)),
        1 => Ok(PatternArg::Imm(number)),
        2 => Ok(PatternArg::Result(number)),
        3 => Ok(PatternArg::Argument(number)),
        _ => Err(LibraryError::Malformed {
            what: "operand",
            index: number as usize,
            why: "unknown",
        }),
    }
}

fn stencil(r: &mut Reader) -> Result<Stencil, LibraryError> {
    Ok(Stencil {
        pattern: PatternId(r.small()?),
        reuse: r.byte()?,
        flow: match r.byte()? {
            0 => Flow::Next,
            1 => Flow::End,
            2 => Flow::Guard,
            _ => {
                return Err(LibraryError::Malformed {
                    what: "flow",
                    index: 0,
                    why: "unknown",
                });
            }
        },
        clobbers: r.small()?,
        cost: r.small()?,
        code: r.blob()?.to_vec(),
        fields: r.list(|r| {
            Ok(Field {
                operand: r.byte()?,
                bits: r.list(|r| r.small())?,
            })
        })?,
        holes: r.list(hole)?,
    })
}

fn hole(r: &mut Reader) -> Result<Hole, LibraryError> {
    let offset = r.small()?;
    let number = r.byte()?;
    let kind = HoleKind::from_number(number).ok_or(LibraryError::Malformed {
        what: "hole kind",
        index: number as usize,
        why: "unknown",
    })?;
    let value = match r.byte()? {
        0 => HoleValue::Imm(r.byte()?),
        1 => HoleValue::Exit,
        2 => HoleValue::Constant(r.small()?),
        _ => {
            return Err(LibraryError::Malformed {
                what: "hole value",
                index: offset as usize,
                why: "unknown",
            });
        }
    };
    let addend = i32::try_from(r.signed()?).map_err(|_| LibraryError::Length)?;
    Ok(Hole {
        offset,
        kind,
        value,
        addend,
    })
}
