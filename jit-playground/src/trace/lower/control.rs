//! What each uop of a recording becomes: the way from uops to the functions beside this one, and branches and the
//! iteration over ranges.

use jit_native::region::ValueId;
use stencils::uops::kind;

use super::numbers::Truth;
use super::state::VarId;
use super::{ExitKind, Lowering};
use crate::bytecode::Globals;
use crate::runtime::object::RangeObject;
use crate::runtime::value::tag;
use crate::runtime::{Value, address};
use crate::trace::abort::Abort;
use crate::trace::uop::{BranchPops, Step, VmUop};

impl Lowering<'_, '_> {
    pub(super) fn translate(&mut self, uop: &VmUop) -> Result<(), Abort> {
        match *uop {
            VmUop::LoadFast { local, tag } => self.load_fast(local, tag),
            VmUop::LoadGlobal { slot, tag } => self.load_global(slot, tag),
            VmUop::LoadGlobalBuiltin { slot, value } => self.load_builtin(slot, value),
            VmUop::StoreGlobal { slot } => self.store_global(slot),
            VmUop::GuardType { .. }
            | VmUop::GuardBoth { .. }
            | VmUop::GuardIs { .. }
            | VmUop::GuardNonzero => self.guard_operands(uop),
            VmUop::BinaryInt { op } => self.binary_int(op),
            VmUop::BinaryFloat { op } => self.binary_float(op),
            VmUop::CompareInt { op } => self.compare_int(op),
            VmUop::CompareFloat { op } => self.compare_float(op),
            VmUop::IsOp { negated } => self.is_op(negated),
            VmUop::UnaryNegative => self.unary_negative(),
            VmUop::UnaryPositive => self.unary_positive(),
            VmUop::UnaryInvert => self.unary_invert(),
            VmUop::UnaryNot => self.unary_not(),
            VmUop::GuardTruth {
                truth,
                pops,
                exit_pc,
            } => self.guard_truth(truth, pops, exit_pc),
            VmUop::SubscrSequence { negative, tag } => self.subscript(negative, tag),
            VmUop::StoreSubscrList { negative } => self.store_subscript(negative),
            VmUop::UnpackTuple { count } => self.unpack_tuple(count),
            VmUop::GetIterRange => self.get_iter_range(),
            VmUop::GetIterSequence => self.get_iter_sequence(),
            VmUop::CallRangeIter { count } => self.call_range_iter(count),
            VmUop::ForIterRange { step, exit_pc } => self.for_iter_range(step, Some(exit_pc)),
            VmUop::ForIterRangeEnd { step } => self.for_iter_range(step, None),
            VmUop::ForIterSequence { exit_pc, tag } => self.for_iter_sequence(exit_pc, tag),
            VmUop::ForIterSequenceEnd => self.for_iter_sequence_end(),
            VmUop::PushFrame { function, count } => self.push_frame(function, count),
            VmUop::PopFrame => self.pop_frame(),
            VmUop::CallIntrinsic {
                intrinsic,
                count,
                below,
            } => self.intrinsic(intrinsic, count, below),
            VmUop::CallHelper {
                helper,
                count,
                below,
                tag,
            } => self.call_helper(helper, count, below, tag),
            VmUop::NextChar { exit_pc } => self.next_char(exit_pc),
            VmUop::UnpackIterable { count } => self.unpack_iterable(count),
            VmUop::ListAppend => self.list_append(),
            VmUop::StoreFast { .. }
            | VmUop::LoadConst { .. }
            | VmUop::PopTop
            | VmUop::Copy { .. }
            | VmUop::Swap { .. }
            | VmUop::Reverse { .. }
            | VmUop::LoadAttrConst { .. }
            | VmUop::LoadMethod { .. }
            | VmUop::LoadMethodModule { .. } => {
                self.move_values(uop);
                Ok(())
            }
        }
    }

    /// Uops that only move values between slots: they cost nothing.
    fn move_values(&mut self, uop: &VmUop) {
        match *uop {
            VmUop::StoreFast { local } => {
                let var = self.operand(1);
                self.drop(1);
                self.state.set_slot(self.state.base() + local, var);
            }
            VmUop::LoadConst { value } => {
                let var = self.constant(value);
                self.push(var);
            }
            VmUop::PopTop => self.drop(1),
            VmUop::Copy { top } => {
                let var = self.operand(top);
                self.push(var);
            }
            VmUop::Swap { top } => self.swap(1, top),
            VmUop::Reverse { count } => {
                (0..count / 2).for_each(|index| self.swap(1 + index, count - index));
            }
            VmUop::LoadAttrConst { value } => {
                let var = self.constant(value);
                self.replace(1, var);
            }
            VmUop::LoadMethod { method } => {
                let (object, method) = (self.operand(1), self.constant(method));
                self.replace(1, method);
                self.push(object);
            }
            VmUop::LoadMethodModule { value } => {
                let (nothing, value) = (self.constant(Value::Unbound), self.constant(value));
                self.replace(1, nothing);
                self.push(value);
            }
            _ => {}
        }
    }

    fn guard_operands(&mut self, uop: &VmUop) -> Result<(), Abort> {
        match *uop {
            VmUop::GuardType { top, tag } => {
                let var = self.operand(top);
                self.guard_tag(var, tag)?;
            }
            VmUop::GuardBoth { tag } => {
                for top in [2, 1] {
                    let var = self.operand(top);
                    self.guard_tag(var, tag)?;
                }
            }
            VmUop::GuardIs { top, value } => {
                let var = self.operand(top);
                self.guard_is(var, value)?;
            }
            _ => {
                let var = self.operand(1);
                let word = self.integer(var)?;
                self.guard(kind::GUARD_TRUE, &[word]);
            }
        }
        Ok(())
    }

    fn swap(&mut self, a: u32, b: u32) {
        let (first, second) = (self.operand(a), self.operand(b));
        if a != b {
            self.state.set_slot(self.state.sp - a, second);
            self.state.set_slot(self.state.sp - b, first);
        }
    }

    /// Where the local may be unbound, its type is guarded at once: one guard that an exit before the instruction can
    /// still raise the exception for.
    fn load_fast(&mut self, local: u32, tag: u64) -> Result<(), Abort> {
        let (code, base) = self.frame(self.state.frames.len());
        let var = self.state.slot(base + local);
        if self.state.var(var).known_tag().is_none()
            && !self.facts_of(code).is_bound(self.pc, local)
        {
            self.guard_tag(var, tag)?;
        }
        self.push(var);
        Ok(())
    }

    fn guard_truth(&mut self, truth: bool, pops: BranchPops, exit_pc: u32) -> Result<(), Abort> {
        let var = self.operand(1);
        match self.truth(var)? {
            Truth::Always(always) if always == truth => {}
            Truth::Always(_) => return Err(Abort::Contradiction),
            Truth::Word(word) => {
                let sp = self.state.sp - u32::from(pops.there);
                let exit = self.exit(ExitKind::Branch, exit_pc, sp);
                let guard = if truth {
                    kind::GUARD_TRUE
                } else {
                    kind::GUARD_FALSE
                };
                self.builder.guard(guard, &[word], exit);
            }
        }
        self.drop(u32::from(pops.here));
        Ok(())
    }

    fn get_iter_range(&mut self) -> Result<(), Abort> {
        let range = self.operand(1);
        if self.known_tag(range)? != tag::RANGE {
            return Err(Abort::Contradiction);
        }
        let start = self.fixed_word(range, RangeObject::START_OFFSET);
        let stop = self.fixed_word(range, RangeObject::STOP_OFFSET);
        let step = self.fixed_word(range, RangeObject::STEP_OFFSET);
        self.drop(1);
        self.push_iteration(step, start, stop);
        Ok(())
    }

    fn push_iteration(&mut self, step: ValueId, start: ValueId, stop: ValueId) {
        let object = self.new_var(tag::RANGE_ITER, step);
        self.push(object);
        for word in [start, stop] {
            let var = self.new_var(tag::INT, word);
            self.push(var);
        }
    }

    fn get_iter_sequence(&mut self) -> Result<(), Abort> {
        let sequence = self.operand(1);
        self.known_tag(sequence)?;
        let (zero, none) = (self.constant(Value::Int(0)), self.constant(Value::None));
        self.push(zero);
        self.push(none);
        Ok(())
    }

    /// The recorder has seen to it that the step was guarded not to be zero.
    fn call_range_iter(&mut self, count: u32) -> Result<(), Abort> {
        let args: Vec<VarId> = (1..=count).rev().map(|top| self.operand(top)).collect();
        let mut words = Vec::with_capacity(3);
        for arg in args {
            words.push(self.integer(arg)?);
        }
        let (zero, one) = (self.int(0), self.int(1));
        let (start, stop, step) = match *words {
            [stop] => (zero, stop, one),
            [start, stop] => (start, stop, one),
            [start, stop, step] => (start, stop, step),
            _ => return Err(Abort::Contradiction),
        };
        self.drop(count + 1);
        self.push_iteration(step, start, stop);
        Ok(())
    }

    /// The next number of a range; without `exit_pc` the end of one.
    fn for_iter_range(&mut self, step: Step, exit_pc: Option<u32>) -> Result<(), Abort> {
        let (object, next, stop) = (self.operand(3), self.operand(2), self.operand(1));
        let by = self.step(object, step)?;
        self.guard_tag(next, tag::INT)?;
        self.guard_tag(stop, tag::INT)?;
        let (number, limit) = (self.word(next), self.word(stop));
        let compare = if step.is_up() {
            kind::LT_I64
        } else {
            kind::GT_I64
        };
        let more = self.value(compare, &[number, limit]);
        let Some(exit_pc) = exit_pc else {
            self.guard(kind::GUARD_FALSE, &[more]);
            self.drop(3);
            return Ok(());
        };
        let end = self.exit(ExitKind::LoopEnd, exit_pc, self.state.sp - 3);
        self.builder.guard(kind::GUARD_TRUE, &[more], end);
        // With a step of one the next number is at most the stop, so that it fits; else an overflow, which means
        // the end, is left to the interpreter.
        let following = if let Step::Unit(_) = step {
            self.value(kind::ADD_I64, &[number, by])
        } else {
            self.value_or_exit(kind::ADD_OVF_I64, &[number, by])
        };
        let following = self.new_var(tag::INT, following);
        self.state.set_slot(self.state.sp - 2, following);
        let item = self.new_var(tag::INT, number);
        self.push(item);
        Ok(())
    }

    /// The step of a range that is iterated over, with what the trace takes for granted of it guarded.
    fn step(&mut self, object: VarId, step: Step) -> Result<ValueId, Abort> {
        if let Step::Unit(number) = step {
            self.guard_is(object, Value::RangeIter(number))?;
            return Ok(self.int(number));
        }
        self.guard_tag(object, tag::RANGE_ITER)?;
        let word = self.word(object);
        let zero = self.int(0);
        let compare = if step.is_up() {
            kind::GT_I64
        } else {
            kind::LT_I64
        };
        let holds = self.value(compare, &[word, zero]);
        self.guard(kind::GUARD_TRUE, &[holds]);
        Ok(word)
    }

    /// Loads a global with its tag guarded, unless it is known already.
    fn load_global(&mut self, slot: u32, tag: u64) -> Result<(), Abort> {
        let address = self.global_address(slot);
        let var = self.global(address, tag)?;
        self.push(var);
        Ok(())
    }

    fn load_builtin(&mut self, slot: u32, value: Value) -> Result<(), Abort> {
        let address = self.global_address(slot);
        self.global(address, tag::UNBOUND)?;
        let var = self.constant(value);
        self.push(var);
        Ok(())
    }

    fn global_address(&self, slot: u32) -> u64 {
        let (code, _) = self.frame(self.state.frames.len());
        let globals = code.globals();
        address::word(Globals::address(&globals, slot))
    }

    fn global(&mut self, address: u64, tag: u64) -> Result<VarId, Abort> {
        if let Some(known) = self
            .state
            .globals
            .iter()
            .find(|known| known.address == address)
        {
            let var = known.var;
            self.guard_tag(var, tag)?;
            return Ok(var);
        }
        let base = self.int(address as i64);
        let zero = self.int(0);
        let word = self.value(kind::LOAD_I64, &[base, zero]);
        let expected = self.int(tag as i64);
        self.guard(kind::GUARD_EQ, &[word, expected]);
        let payload = self.load_payload(base, 0, tag);
        let var = self.new_var(tag, payload);
        self.state.globals.push(super::state::Global {
            address,
            var,
            memory_tag: Some(tag),
            written: false,
        });
        Ok(var)
    }

    fn store_global(&mut self, slot: u32) -> Result<(), Abort> {
        let address = self.global_address(slot);
        let var = self.operand(1);
        let tag = self.state.var(var).known_tag();
        let place = self
            .state
            .globals
            .iter()
            .position(|known| known.address == address);
        let held = place.and_then(|place| self.state.globals[place].memory_tag);
        let base = self.int(address as i64);
        self.store_value(base, 0, var, held);
        let global = super::state::Global {
            address,
            var,
            memory_tag: tag,
            written: true,
        };
        match place {
            Some(place) => self.state.globals[place] = global,
            None => self.state.globals.push(global),
        }
        self.drop(1);
        Ok(())
    }
}
