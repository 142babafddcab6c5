//! What the tool knows of an architecture before it looks at code: its registers and how rustc is called for it.
//!
//! A stencil function has the convention `rust-preserve-none`; its parameters are the registers below in the order in
//! which that convention hands them out. Value registers that a stencil has no business with are handed through.

use crate::library::{Arch, Register, RegisterFile};
use crate::table::Type;

/// One integer parameter of a stencil function, after the frame and the context.
pub struct IntParam {
    /// The register's name, and the parameter's.
    pub name: &'static str,
    /// Its hardware number, if values live in it; the compiler's scratch otherwise.
    pub value: Option<u8>,
}

/// One architecture.
pub struct Target {
    /// Which.
    pub arch: Arch,
    /// What rustc calls it.
    pub triple: &'static str,
    /// Flags for rustc besides the common ones.
    pub flags: &'static [&'static str],
    /// The integer parameters of a stencil function, after the frame and the context.
    pub int_params: &'static [IntParam],
    /// The hardware numbers of the registers in which patterns are compiled, in the order of their use: on x86-64 all
    /// with the fourth bit set, so that every field for them has a place for that bit.
    pub canonical: &'static [u8],
    /// The hardware number of the register in which a call's pattern has its integer result: one that survives calls, so
    /// that the code uses it for nothing else.
    pub call_result: u8,
    /// The integer registers for values, in the order of [`RegisterFile::registers`], by name.
    pub ints: &'static [&'static str],
    /// Which of them survive a call.
    pub preserved: &'static [&'static str],
    /// The prefix of a float register's name.
    pub float_prefix: &'static str,
    /// The registers of the frame and of the context.
    pub pinned: [u8; 2],
    /// A return, with the exit's number where the exit's stub has put it.
    pub leave: &'static [u8],
}

/// How many float registers hold values; they are the first ones.
pub const FLOATS: u8 = 8;

impl Target {
    /// The target of an architecture.
    pub fn of(arch: Arch) -> &'static Target {
        match arch {
            Arch::X86_64 => &X86_64,
            Arch::Aarch64 => &AARCH64,
        }
    }

    /// The registers for values.
    pub fn register_file(&self) -> RegisterFile {
        let int = |name: &&str| Register {
            number: self.int_number(name),
            name: name.to_string(),
        };
        let float = |number: u8| Register {
            number,
            name: format!("{}{number}", self.float_prefix),
        };
        let preserved = self
            .ints
            .iter()
            .enumerate()
            .filter(|(_, name)| self.preserved.contains(name));
        RegisterFile {
            registers: self
                .ints
                .iter()
                .map(int)
                .chain((0..FLOATS).map(float))
                .collect(),
            int_count: self.ints.len() as u8,
            preserved: preserved.map(|(index, _)| 1 << index).sum(),
        }
    }

    fn int_number(&self, name: &str) -> u8 {
        let param = self.int_params.iter().find(|p| p.name == name);
        param
            .and_then(|p| p.value)
            .expect("the lists above agree: a test looks")
    }

    /// The name of the parameter that is this value register.
    pub fn param_name(&self, ty: Type, number: u8) -> String {
        match ty {
            Type::F64 => format!("d{number}"),
            Type::I64 => {
                let param = self.int_params.iter().find(|p| p.value == Some(number));
                param.map_or_else(String::new, |p| p.name.to_string())
            }
        }
    }

    /// The n-th register in which patterns of this architecture are compiled.
    pub fn canonical(&self, ty: Type, n: usize) -> Option<u8> {
        match ty {
            Type::I64 => self.canonical.get(n).copied(),
            Type::F64 => (n < FLOATS as usize).then_some(n as u8),
        }
    }
}

const fn value(name: &'static str, number: u8) -> IntParam {
    IntParam {
        name,
        value: Some(number),
    }
}

const fn scratch(name: &'static str) -> IntParam {
    IntParam { name, value: None }
}

static X86_64: Target = Target {
    arch: Arch::X86_64,
    triple: "x86_64-unknown-linux-gnu",
    // The kernel code model takes a 32-bit address as sign-extended, which folds an immediate into every instruction.
    flags: &["-Ccode-model=kernel", "-Ctarget-cpu=x86-64-v2"],
    int_params: &[
        value("r14", 14),
        value("r15", 15),
        value("rdi", 7),
        value("rsi", 6),
        scratch("rdx"),
        scratch("rcx"),
        value("r8", 8),
        value("r9", 9),
        value("r11", 11),
    ],
    canonical: &[8, 9, 14, 15, 11],
    call_result: 14,
    ints: &["r8", "r9", "r11", "rdi", "rsi", "r14", "r15"],
    preserved: &["r14", "r15"],
    float_prefix: "xmm",
    pinned: [12, 13],
    leave: &[0xc3],
};

static AARCH64: Target = Target {
    arch: Arch::Aarch64,
    triple: "aarch64-unknown-linux-gnu",
    flags: &[],
    int_params: &[
        value("x22", 22),
        value("x23", 23),
        value("x24", 24),
        value("x25", 25),
        value("x26", 26),
        value("x27", 27),
        value("x28", 28),
        value("x0", 0),
        value("x1", 1),
        value("x2", 2),
        value("x3", 3),
        value("x4", 4),
        value("x5", 5),
    ],
    canonical: &[22, 23, 24, 25, 26, 27, 28],
    call_result: 22,
    ints: &[
        "x0", "x1", "x2", "x3", "x4", "x5", "x22", "x23", "x24", "x25", "x26", "x27", "x28",
    ],
    preserved: &["x22", "x23", "x24", "x25", "x26", "x27", "x28"],
    float_prefix: "d",
    pinned: [20, 21],
    // mov x0, x17; ret
    leave: &[0xe0, 0x03, 0x11, 0xaa, 0xc0, 0x03, 0x5f, 0xd6],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_register_is_a_parameter() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            let target = Target::of(arch);
            let file = target.register_file();
            let values = target
                .int_params
                .iter()
                .filter(|p| p.value.is_some())
                .count();
            assert_eq!(file.int_count as usize, values);
            assert_eq!(file.preserved.count_ones() as usize, target.preserved.len());
            for &number in target.canonical {
                assert!(!target.param_name(Type::I64, number).is_empty());
                assert!(arch != Arch::X86_64 || number >= 8);
            }
        }
    }
}
