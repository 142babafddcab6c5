//! One run of one stencil: its operands, registers and surroundings, and what must be so afterwards.

use crate::patch::Fill;
use crate::place::Place;
use crate::probes::{called, forget, probe_address};
use crate::reference;
use crate::values::Random;
use stencils::library::*;
use stencils::table::{Type, UopTable};

/// Words of the frame; slots are around its middle, where its pointer points.
const FRAME: usize = 128;
/// Words of the context: arguments, the user's pointer, spill slots, and what all registers hold before and after.
const CONTEXT: usize = 256;
const BEFORE: usize = 128;
pub const AFTER: usize = 192;
/// Bytes of memory behind pointers.
const MEMORY: usize = 4096;

/// Everything that code can touch.
#[derive(Clone, PartialEq, Eq)]
struct World {
    frame: Vec<u64>,
    context: Vec<u64>,
    memory: Vec<u64>,
}

/// One stencil with everything that it meets.
pub struct Trial {
    stencil: StencilId,
    inputs: Vec<u64>,
    input_regs: Vec<Reg>,
    result_reg: Option<Reg>,
    immediates: Vec<i64>,
    registers: Vec<u64>,
    world: World,
}

impl Trial {
    /// A trial of a stencil with operands as chance has it.
    pub fn new(library: &Library, stencil: StencilId, random: &mut Random) -> Trial {
        let shape = &library.stencils[stencil.0 as usize];
        let pattern = &library.patterns[shape.pattern.0 as usize];
        let int_count = library.registers.int_count as usize;
        let all = library.registers.registers.len();
        let pick = |ty: Type, random: &mut Random| match ty {
            Type::I64 => Reg(random.below(int_count) as u8),
            Type::F64 => Reg((int_count + random.below(all - int_count)) as u8),
        };
        let result_reg = pattern.result.map(|ty| pick(ty, random));
        let mut registers: Vec<u64> = (0..all)
            .map(|n| {
                if n < int_count {
                    random.int() as u64
                } else {
                    random.float()
                }
            })
            .collect();
        let mut input_regs: Vec<Reg> = Vec::new();
        for (n, ty) in pattern.inputs.iter().enumerate() {
            let reg = loop {
                let reg = if shape.reuse & 1 << n != 0 {
                    result_reg.expect("a result")
                } else {
                    pick(*ty, random)
                };
                if (Some(reg) == result_reg) == (shape.reuse & 1 << n != 0) {
                    break reg;
                }
            };
            // Equal operands matter to comparisons.
            if random.below(4) == 0
                && let Some(other) = input_regs
                    .first()
                    .filter(|r| (r.0 < int_count as u8) == (reg.0 < int_count as u8))
            {
                registers[reg.0 as usize] = registers[other.0 as usize];
            }
            input_regs.push(reg);
        }
        let mut trial = Trial {
            stencil,
            inputs: Vec::new(),
            input_regs,
            result_reg,
            immediates: pattern
                .immediates
                .iter()
                .map(|r| random.within(r.min, r.max, r.align_log2))
                .collect(),
            registers,
            world: World {
                frame: (0..FRAME).map(|_| random.int() as u64).collect(),
                context: (0..CONTEXT).map(|_| random.int() as u64).collect(),
                memory: Vec::new(),
            },
        };
        trial.fill_memory(random);
        trial.make_addresses_valid(pattern, random);
        trial.inputs = trial
            .input_regs
            .iter()
            .map(|r| trial.registers[r.0 as usize])
            .collect();
        trial
    }

    /// Memory holds boundary values, doubles, and constants that the stencil compares with.
    fn fill_memory(&mut self, random: &mut Random) {
        let values = |random: &mut Random, immediates: &[i64]| match random.below(4) {
            0 if !immediates.is_empty() => immediates[random.below(immediates.len())] as u64,
            1 => random.float(),
            _ => random.int() as u64,
        };
        self.world.memory = (0..MEMORY / 8)
            .map(|_| values(random, &self.immediates))
            .collect();
        for word in &mut self.world.frame {
            *word = values(random, &self.immediates);
        }
    }

    /// Gives operands that are parts of addresses values that stay inside of the world.
    fn make_addresses_valid(&mut self, pattern: &Pattern, random: &mut Random) {
        for uop in &pattern.uops {
            let def = &UopTable::stock()[uop.kind];
            for (param, arg) in def.params.iter().zip(&uop.args) {
                let value = match param.name {
                    "base" => self.middle(),
                    "index" => self.index(uop, random),
                    "target" => probe_address(def.name),
                    "offset" | "slot" | "word" => 0,
                    _ => continue,
                };
                match *arg {
                    PatternArg::Input(n) => {
                        self.registers[self.input_regs[n as usize].0 as usize] = value as u64
                    }
                    PatternArg::Imm(n) if param.name == "target" => {
                        self.immediates[n as usize] = value
                    }
                    PatternArg::Imm(n) => {
                        let range = pattern.immediates[n as usize];
                        // Spill slots and arguments are from word 17 and 0 on, below the registers' words.
                        let (min, max) = match param.name {
                            "offset" => (-1000, 1000),
                            _ if def.group == "frame" => (-504, 504),
                            _ => (0, 1000),
                        };
                        let align = if def.group == "frame" {
                            3
                        } else {
                            range.align_log2
                        };
                        self.immediates[n as usize] =
                            random.within(range.min.max(min), range.max.min(max), align);
                    }
                    _ => panic!("an address that is computed in the pattern"),
                }
            }
        }
    }

    /// A small index; or, where it shares the base's register, a value that is a valid address when it is both.
    fn index(&self, uop: &PatternUop, random: &mut Random) -> i64 {
        let def = &UopTable::stock()[uop.kind];
        let operand = |name: &str| {
            let place = def
                .params
                .iter()
                .position(|p| p.name == name)
                .expect("an indexed uop's operand");
            uop.args[place]
        };
        match (operand("base"), operand("index"), operand("scale")) {
            (PatternArg::Input(a), PatternArg::Input(b), PatternArg::Imm(scale))
                if self.input_regs[a as usize] == self.input_regs[b as usize] =>
            {
                self.middle() / (1 + self.immediates[scale as usize])
            }
            _ => random.below(17) as i64 - 8,
        }
    }

    /// The address of the middle of the memory.
    fn middle(&self) -> i64 {
        self.world.memory.as_ptr() as i64 + MEMORY as i64 / 2
    }
}

/// Runs trials of one stencil; for each, whether it left, and what was wrong.
pub fn run(library: &Library, trials: &[Trial]) -> Vec<(bool, Result<(), String>)> {
    let mut place = Place::new(library, trials.len());
    let enter_at = place.bytes(&library.glue.enter);
    let exit = place.address();
    place.leave(2);
    let mut entries = Vec::new();
    for trial in trials {
        entries.push(place.address());
        trial.emit(&mut place, exit);
    }
    let (map, _slot) = place.finish();
    // SAFETY: this is the glue's entry, of this type.
    let enter: Enter = unsafe { std::mem::transmute(map.as_ptr().add(enter_at)) };
    trials
        .iter()
        .zip(entries)
        .map(|(trial, entry)| trial.judge(library, enter, entry))
        .collect()
}

type Enter = unsafe extern "C" fn(*mut u64, *mut u64, u64) -> u64;

impl Trial {
    fn pattern<'a>(&self, library: &'a Library) -> &'a Pattern {
        &library.patterns[library.stencils[self.stencil.0 as usize].pattern.0 as usize]
    }

    /// Fills all registers, runs the stencil, and leaves with 1, or goes to `exit`.
    fn emit(&self, place: &mut Place, exit: u64) {
        let library = place.library;
        for n in 0..library.registers.registers.len() {
            place.load(Reg(n as u8), BEFORE + n);
        }
        let fill = Fill {
            inputs: &self.input_regs,
            result: self.result_reg,
            immediates: &self.immediates,
            exit,
            constants: place.base,
        };
        place.copy(self.stencil, &fill);
        place.leave(1);
    }

    /// Runs the code and the reference, and compares.
    fn judge(&self, library: &Library, enter: Enter, entry: u64) -> (bool, Result<(), String>) {
        let pattern = self.pattern(library);
        // The memory keeps its address, which is an operand: both run on it, one after the other.
        let memory = self.world.memory.as_ptr().cast_mut();
        let mut expected = self.world.clone();
        forget();
        // SAFETY: the trial's addresses are inside of its world; nothing else uses the memory.
        let outcome = unsafe {
            let frame = expected.frame.as_mut_ptr().add(FRAME / 2);
            reference::run(
                pattern,
                &self.inputs,
                &self.immediates,
                frame,
                expected.context.as_mut_ptr(),
            )
        };
        let called_before = called();
        forget();
        let mut found = self.world.clone();
        found.memory = expected.memory.clone();
        // SAFETY: as above. `expected.memory` was a copy of the memory before the reference ran on the original.
        unsafe {
            let len = expected.memory.len();
            let after: Vec<u64> = std::slice::from_raw_parts(memory, len).to_vec();
            std::ptr::copy_nonoverlapping(found.memory.as_ptr(), memory, len);
            expected.memory = after;
        }
        for (n, value) in self.registers.iter().enumerate() {
            found.context[BEFORE + n] = *value;
            expected.context[BEFORE + n] = *value;
        }
        // SAFETY: the code is the stencil between stencils that move registers, in the convention of the glue.
        let left = unsafe {
            enter(
                found.frame.as_mut_ptr().add(FRAME / 2),
                found.context.as_mut_ptr(),
                entry,
            )
        };
        // SAFETY: as above.
        unsafe {
            let len = found.memory.len();
            found.memory = std::slice::from_raw_parts(memory, len).to_vec();
            std::ptr::copy_nonoverlapping(expected.memory.as_ptr(), memory, len);
        }
        let verdict = self.compare(
            library,
            pattern,
            outcome.ok(),
            left,
            &expected,
            &mut found,
            called_before,
        );
        (left == 2, verdict)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the two outcomes in all their parts"
    )]
    fn compare(
        &self,
        library: &Library,
        pattern: &Pattern,
        outcome: Option<u64>,
        left: u64,
        expected: &World,
        found: &mut World,
        called_before: u64,
    ) -> Result<(), String> {
        let names: Vec<&str> = pattern
            .uops
            .iter()
            .map(|u| UopTable::stock()[u.kind].name)
            .collect();
        let about = || {
            format!(
                "{names:?} of {:x?}, immediates {:?}, inputs in {:?}, result in {:?}",
                self.inputs, self.immediates, self.input_regs, self.result_reg
            )
        };
        let wanted = if outcome.is_some() { 1 } else { 2 };
        if left != wanted {
            return Err(format!("{} went to {left}, not {wanted}", about()));
        }
        if called() != called_before {
            return Err(format!("{} called with other arguments", about()));
        }
        let stencil = &library.stencils[self.stencil.0 as usize];
        for (n, before) in self.registers.iter().enumerate() {
            let after =
                std::mem::replace(&mut found.context[AFTER + n], expected.context[AFTER + n]);
            let reg = Reg(n as u8);
            if self.result_reg == Some(reg) {
                if let Some(result) = outcome
                    && !same(pattern.result, result, after)
                {
                    return Err(format!("{} gave {after:x}, not {result:x}", about()));
                }
            } else if stencil.clobbers & 1 << n == 0 && *before != after {
                return Err(format!(
                    "{} changed {}",
                    about(),
                    library.registers.registers[n].name
                ));
            }
        }
        if *found != *expected {
            return Err(format!("{} wrote other memory", about()));
        }
        Ok(())
    }
}

/// Whether two results are the same; a NaN is any NaN.
fn same(ty: Option<Type>, a: u64, b: u64) -> bool {
    a == b || ty == Some(Type::F64) && f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan()
}
