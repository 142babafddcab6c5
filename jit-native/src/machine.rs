//! A stencil library made ready for compiling: everything that can be looked up once is, so that compiling is table
//! look-ups alone. Made once per library and shared by all compilers.
//!
//! Start with [`Machine::new`], which also refuses a library that the engine could not compile with: whatever passes
//! here, selection, allocation and emission may rely on.

use std::sync::Arc;

use crate::allocate::undo::UndoTable;
use crate::assemble::ready::Ready;
use crate::assemble::recipe::RecipeTable;
use crate::forms::Forms;
use crate::optimise::Kinds;
use crate::region::limits::MAX_SLOT;
use crate::select::index::{MAX_INPUTS, MAX_OPERANDS, MAX_STEPS, PatternIndex};
use crate::variants::VariantTable;
use stencils::library::{Arch, ImmRange, Library, PatternArg, PatternId, Reg, StencilId};
use stencils::table::{ParamKind, Type, UopKind, UopTable};

/// Why a library cannot be compiled with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MachineError {
    /// The table lacks a uop of the engine's own machinery.
    #[error("the uop table has no `{0}`")]
    NoUop(&'static str),
    /// The library lacks a stencil that every region may need.
    #[error("the library has no stencil for `{0}`")]
    NoStencil(&'static str),
    /// A pattern, stencil or uop is malformed or beyond the engine's limits.
    #[error("{what} {number}: {fault}")]
    Malformed {
        /// Pattern, stencil or uop.
        what: &'static str,
        /// Its number in the library or table.
        number: usize,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// The kinds of the machinery, integer and float where there are two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machinery {
    pub(crate) copy: [UopKind; 2],
    pub(crate) constant: [UopKind; 2],
    pub(crate) load_spill: [UopKind; 2],
    pub(crate) store_spill: [UopKind; 2],
    pub(crate) store_arg: [UopKind; 2],
    pub(crate) store_frame: [UopKind; 2],
    /// Addition and subtraction: that leave on overflow, and that wrap.
    pub(crate) overflowing: [UopKind; 2],
    pub(crate) wrapping: [UopKind; 2],
}

/// A library made ready for compiling.
#[derive(Debug)]
pub struct Machine {
    /// The uops that it was made for.
    table: UopTable,
    pub(crate) library: Arc<Library>,
    /// What the optimiser knows of the kinds.
    pub(crate) algebra: Kinds,
    pub(crate) machinery: Machinery,
    pub(crate) patterns: PatternIndex,
    pub(crate) forms: Forms,
    pub(crate) variants: VariantTable,
    pub(crate) undos: UndoTable,
    pub(crate) recipes: RecipeTable,
    pub(crate) ready: Ready,
    /// The registers of each type, as sets.
    pub(crate) classes: [u32; 2],
}

/// The register sets and other pairs are indexed by this.
#[inline]
pub(crate) fn class(ty: Type) -> usize {
    match ty {
        Type::I64 => 0,
        Type::F64 => 1,
    }
}

impl Machine {
    /// Makes a library ready.
    ///
    /// # Errors
    /// When the library is malformed, beyond the engine's limits, or lacks what every region may need.
    pub fn new(table: &UopTable, shared: &Arc<Library>) -> Result<Machine, MachineError> {
        let library: &Library = shared;
        check_registers(library)?;
        for number in 0..library.patterns.len() {
            check_pattern(table, library, number)?;
        }
        let variants = VariantTable::new(library)?;
        let machinery = Machinery::find(table)?;
        let patterns = PatternIndex::new(library, table, &variants);
        let wanted = machinery.kinds();
        let forms = Forms::new(
            library,
            &patterns,
            &variants,
            table.len(),
            &wanted,
            machinery.store_frame,
        );
        let (recipes, classes) = (RecipeTable::new(library)?, class_sets(library));
        let (overflowing, wrapping) = (machinery.overflowing, machinery.wrapping);
        let undos = UndoTable::new(library, &forms, overflowing, wrapping);
        let machine = Machine {
            table: table.clone(),
            ready: Ready::new(library, &forms, &recipes, classes)?,
            recipes,
            forms,
            patterns,
            algebra: Kinds::new(table),
            undos,
            machinery,
            variants,
            classes,
            library: Arc::clone(shared),
        };
        machine.check_machinery()?;
        Ok(machine)
    }

    /// The architecture that it compiles for.
    pub fn arch(&self) -> Arch {
        self.library.arch
    }

    /// The uops that regions for it consist of.
    pub fn table(&self) -> &UopTable {
        &self.table
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The cheapest stencil of a machinery uop whose operands are these: constants where `Some`.
    ///
    /// Its immediates are the constants, in their order.
    #[inline]
    pub(crate) fn cheapest(
        &self,
        kind: UopKind,
        operands: &[Option<i64>],
    ) -> Option<(PatternId, StencilId)> {
        self.forms.cheapest(kind, operands)
    }

    /// The registers that survive a call.
    #[inline]
    pub(crate) fn preserved(&self) -> u32 {
        self.library.registers.preserved
    }

    /// The name of a register in assembly.
    pub fn register_name(&self, reg: Reg) -> &str {
        self.library
            .registers
            .registers
            .get(reg.0 as usize)
            .map_or("?", |r| r.name.as_str())
    }

    /// Every region may need these, with any value in any register.
    fn check_machinery(&self) -> Result<(), MachineError> {
        let m = &self.machinery;
        let any = Some(range(i64::MIN, i64::MAX, 0));
        let offset = Some(range(0, (i64::from(MAX_SLOT) - 1) * 8, 3));
        let needed: [(&'static str, UopKind, &[Option<ImmRange>]); 14] = [
            ("copy_i64", m.copy[0], &[None]),
            ("copy_f64", m.copy[1], &[None]),
            ("const_i64", m.constant[0], &[any]),
            ("const_f64", m.constant[1], &[any]),
            ("load_spill_i64", m.load_spill[0], &[offset]),
            ("load_spill_f64", m.load_spill[1], &[offset]),
            ("store_spill_i64", m.store_spill[0], &[offset, None]),
            ("store_spill_f64", m.store_spill[1], &[offset, None]),
            ("store_arg_i64", m.store_arg[0], &[offset, None]),
            ("store_arg_f64", m.store_arg[1], &[offset, None]),
            ("store_frame_i64", m.store_frame[0], &[offset, None]),
            ("store_frame_f64", m.store_frame[1], &[offset, None]),
            ("add_i64", m.wrapping[0], &[None, None]),
            ("sub_i64", m.wrapping[1], &[None, None]),
        ];
        for (name, kind, operands) in needed {
            self.forms
                .covering(kind, operands)
                .ok_or(MachineError::NoStencil(name))?;
        }
        Ok(())
    }
}

impl Machinery {
    /// All kinds.
    fn kinds(&self) -> Vec<UopKind> {
        let pairs = [
            self.copy,
            self.constant,
            self.load_spill,
            self.store_spill,
            self.store_arg,
            self.store_frame,
            self.wrapping,
        ];
        pairs.concat()
    }

    fn find(table: &UopTable) -> Result<Machinery, MachineError> {
        let one = |name| table.find(name).ok_or(MachineError::NoUop(name));
        Ok(Machinery {
            copy: [one("copy_i64")?, one("copy_f64")?],
            constant: [one("const_i64")?, one("const_f64")?],
            load_spill: [one("load_spill_i64")?, one("load_spill_f64")?],
            store_spill: [one("store_spill_i64")?, one("store_spill_f64")?],
            store_arg: [one("store_arg_i64")?, one("store_arg_f64")?],
            store_frame: [one("store_frame_i64")?, one("store_frame_f64")?],
            overflowing: [one("add_ovf_i64")?, one("sub_ovf_i64")?],
            wrapping: [one("add_i64")?, one("sub_i64")?],
        })
    }
}

fn range(min: i64, max: i64, align_log2: u8) -> ImmRange {
    ImmRange {
        min,
        max,
        align_log2,
    }
}

fn class_sets(library: &Library) -> [u32; 2] {
    let all = (1u64 << library.registers.registers.len()) - 1;
    let ints = (1u64 << library.registers.int_count) - 1;
    [ints as u32, (all & !ints) as u32]
}

fn check_registers(library: &Library) -> Result<(), MachineError> {
    let file = &library.registers;
    let (all, ints) = (file.registers.len(), file.int_count as usize);
    if all > 32 || ints > all || all == ints || ints == 0 {
        return Err(malformed(
            "register file",
            0,
            "it needs 1 to 32 registers of both types",
        ));
    }
    Ok(())
}

pub(crate) fn malformed(what: &'static str, number: usize, fault: &'static str) -> MachineError {
    MachineError::Malformed {
        what,
        number,
        fault,
    }
}

fn check_pattern(table: &UopTable, library: &Library, number: usize) -> Result<(), MachineError> {
    let pattern = &library.patterns[number];
    let fail = |fault| Err(malformed("pattern", number, fault));
    if pattern.uops.is_empty() || pattern.uops.len() > MAX_STEPS {
        return fail("it needs 1 to 8 uops");
    }
    if pattern.inputs.len() > MAX_INPUTS || pattern.immediates.len() > MAX_OPERANDS {
        return fail("it has too many inputs or immediates");
    }
    for (step, uop) in pattern.uops.iter().enumerate() {
        let Some(def) = table.get(uop.kind) else {
            return fail("a uop is not in the table");
        };
        // Selection looks at the first operands alone: what stands behind them waits in memory for a call.
        let mut behind = uop.args.iter().skip(MAX_OPERANDS);
        let in_memory = |arg: &PatternArg| matches!(arg, PatternArg::Argument(_));
        if uop.args.len() != def.params.len() || !behind.all(in_memory) {
            return fail("a uop has the wrong number of operands");
        }
        if def.effects.calls && pattern.uops.len() > 1 {
            return fail("a call stands alone in its pattern");
        }
        for (arg, param) in uop.args.iter().zip(def.params) {
            let ok = match (*arg, param.kind) {
                (PatternArg::Input(n), ParamKind::Value(ty)) => {
                    pattern.inputs.get(n as usize) == Some(&ty)
                }
                (PatternArg::Imm(n), _) => (n as usize) < pattern.immediates.len(),
                (PatternArg::Result(n), ParamKind::Value(ty)) => {
                    (n as usize) < step && table[pattern.uops[n as usize].kind].result == Some(ty)
                }
                (PatternArg::Argument(_), ParamKind::Value(_)) => def.effects.calls,
                _ => false,
            };
            if !ok {
                return fail("an operand is of the wrong sort");
            }
        }
    }
    for step in 0..pattern.uops.len() - 1 {
        let named = PatternArg::Result(step as u8);
        let args = pattern.uops.iter().flat_map(|uop| &uop.args);
        if args.filter(|arg| **arg == named).count() != 1 {
            return fail("a uop's result is not used once");
        }
    }
    let result = table[pattern.uops[pattern.uops.len() - 1].kind].result;
    let demand = |ty: Type| {
        pattern
            .inputs
            .iter()
            .chain(result.iter())
            .filter(|t| **t == ty)
            .count() as u32
    };
    let sets = class_sets(library);
    if demand(Type::I64) > sets[0].count_ones() || demand(Type::F64) > sets[1].count_ones() {
        return fail("it needs more registers than there are");
    }
    if result != pattern.result {
        return fail("its result is not its root's");
    }
    Ok(())
}
