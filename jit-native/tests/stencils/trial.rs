//! One run of one stencil: its operands, registers and surroundings, and what must be so afterwards.

use crate::patch::Fill;
use crate::place::{Moves, Place};
use crate::probes::{called, forget, probe_address};
use crate::reference;
use crate::values::Random;
use jit_native::context::Context;
use jit_native::memory::{Arena, Code};
use std::cell::Cell;
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
    /// The memory behind pointers; its address is among the operands.
    memory: Box<[Cell<u64>]>,
}

impl Trial {
    /// A trial of a stencil with operands as chance has it; in registers that change from turn to turn until each operand has
    /// been in all of them, and then in random ones, in the same one too.
    pub fn new(library: &Library, stencil: StencilId, turn: usize, random: &mut Random) -> Trial {
        let shape = &library.stencils[stencil.0 as usize];
        let pattern = &library.patterns[shape.pattern.0 as usize];
        let int_count = library.registers.int_count as usize;
        let all = library.registers.registers.len();
        let pick = |operand: usize, ty: Type, random: &mut Random| {
            let (first, count) = match ty {
                Type::I64 => (0, int_count),
                Type::F64 => (int_count, all - int_count),
            };
            let chosen = match turn < count {
                true => (turn + operand) % count,
                false => random.below(count),
            };
            Reg((first + chosen) as u8)
        };
        let result_reg = pattern.result.map(|ty| pick(0, ty, random));
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
                    pick(n + 1, *ty, random)
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
            memory: vec![Cell::new(0); MEMORY / 8].into(),
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
            self.choose_scale(pattern, uop, random);
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

    /// A scale so small that an index times it stays inside of the world. Minus one would take a base that is its own
    /// index away.
    fn choose_scale(&mut self, pattern: &Pattern, uop: &PatternUop, random: &mut Random) {
        let params = UopTable::stock()[uop.kind].params;
        let scale = params.iter().position(|param| param.name == "scale");
        let Some(PatternArg::Imm(n)) = scale.map(|at| uop.args[at]) else {
            return;
        };
        let range = pattern.immediates[n as usize];
        let scale = random.within(range.min.max(-60), range.max.min(60), range.align_log2);
        let least = scale == -1 && range.min < -1;
        self.immediates[n as usize] = if least { -2 } else { scale };
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
        self.memory.as_ptr() as i64 + MEMORY as i64 / 2
    }
}

/// Runs trials of one stencil; for each, whether it left, and what was wrong.
pub fn run(library: &Library, arena: &Arena, trials: &[Trial]) -> Vec<(bool, Result<(), String>)> {
    let moves = Moves::of(library);
    let mut context = Context::new(std::ptr::null_mut());
    let judged = trials.iter().map(|trial| {
        let mut place = Place::new(library, &moves);
        trial.emit(&mut place);
        let code = arena.publish(&place.finish()).expect("there is room");
        trial.judge(library, &code, &mut context)
    });
    judged.collect()
}

impl Trial {
    fn pattern<'a>(&self, library: &'a Library) -> &'a Pattern {
        &library.patterns[library.stencils[self.stencil.0 as usize].pattern.0 as usize]
    }

    /// Fills all registers, runs the stencil, and leaves with 0, or from the exit with 1.
    fn emit(&self, place: &mut Place) {
        let start = place.jump();
        let exit = place.here();
        place.leave(1);
        place.land(start);
        for n in 0..place.library.registers.registers.len() {
            place.load(Reg(n as u8), BEFORE + n);
        }
        let (inputs, result, immediates) =
            (&self.input_regs[..], self.result_reg, &self.immediates[..]);
        place.copy(
            self.stencil,
            &Fill {
                inputs,
                result,
                immediates,
                exit,
                slot: None,
            },
        );
        place.leave(0);
    }

    /// Runs the code and the reference, and compares.
    fn judge(
        &self,
        library: &Library,
        code: &Code,
        context: &mut Context,
    ) -> (bool, Result<(), String>) {
        let pattern = self.pattern(library);
        forget();
        let (outcome, expected) = self.observe(|frame, words| {
            // SAFETY: the trial's addresses are inside of its world.
            unsafe { reference::run(pattern, &self.inputs, &self.immediates, frame, words) }
        });
        let called_before = called();
        forget();
        let (left, found) = self.observe(|frame, words| {
            // SAFETY: the engine's context is longer than the world's; the code is the stencil between stencils that
            // move registers, and its addresses are inside of the trial's world.
            unsafe {
                context.words().copy_from_nonoverlapping(words, CONTEXT);
                let left = code.run(frame, context);
                words.copy_from_nonoverlapping(context.words(), CONTEXT);
                left
            }
        });
        let verdict = match called() == called_before {
            true => self.compare(library, outcome.ok(), left, &expected, found),
            false => Err("called with other arguments".to_string()),
        };
        (
            left == 1,
            verdict.map_err(|why| format!("{}: {why}", self.describe(pattern))),
        )
    }

    /// Runs something in the trial's world: gives its result, and the world afterwards.
    fn observe<R>(&self, run: impl FnOnce(*mut u64, *mut u64) -> R) -> (R, World) {
        let mut world = self.world.clone();
        for (n, value) in self.registers.iter().enumerate() {
            world.context[BEFORE + n] = *value;
        }
        for (cell, value) in self.memory.iter().zip(&world.memory) {
            cell.set(*value);
        }
        let frame = world.frame.as_mut_ptr().wrapping_add(FRAME / 2);
        let result = run(frame, world.context.as_mut_ptr());
        world.memory = self.memory.iter().map(Cell::get).collect();
        (result, world)
    }

    fn describe(&self, pattern: &Pattern) -> String {
        let names: Vec<&str> = pattern
            .uops
            .iter()
            .map(|u| UopTable::stock()[u.kind].name)
            .collect();
        let (inputs, regs) = (&self.inputs, &self.input_regs);
        format!(
            "{names:?} of {inputs:x?} in {regs:?}, immediates {:?}, result in {:?}",
            self.immediates, self.result_reg
        )
    }

    fn compare(
        &self,
        library: &Library,
        outcome: Option<u64>,
        left: u64,
        expected: &World,
        mut found: World,
    ) -> Result<(), String> {
        let stencil = &library.stencils[self.stencil.0 as usize];
        let result_type = library.patterns[stencil.pattern.0 as usize].result;
        let wanted = u64::from(outcome.is_none());
        if left != wanted {
            return Err(format!("left by {left}, not {wanted}"));
        }
        for (n, before) in self.registers.iter().enumerate() {
            let after =
                std::mem::replace(&mut found.context[AFTER + n], expected.context[AFTER + n]);
            if self.result_reg == Some(Reg(n as u8)) {
                if let Some(result) = outcome
                    && !same(result_type, result, after)
                {
                    return Err(format!("gave {after:x}, not {result:x}"));
                }
            } else if stencil.clobbers & 1 << n == 0 && *before != after {
                return Err(format!("changed {}", library.registers.registers[n].name));
            }
        }
        if found == *expected {
            Ok(())
        } else {
            Err("wrote other memory".to_string())
        }
    }
}

/// Whether two results are the same; a NaN is any NaN.
fn same(ty: Option<Type>, a: u64, b: u64) -> bool {
    a == b || ty == Some(Type::F64) && f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan()
}
