//! Iterations: how they begin, go on and end.

use super::{Operands, Recorder};
use crate::bytecode::Op;
use crate::runtime::Value;
use crate::trace::abort::Abort;
use crate::trace::uop::{Step, VmUop};

impl Recorder {
    /// A range that was made by the instruction before is never made in a trace: its numbers are put where the
    /// iteration has them.
    pub(super) fn get_iter(
        &mut self,
        stack: &Operands<'_>,
        range_call: Option<(usize, u32)>,
    ) -> Result<(), Abort> {
        if let Some((index, count)) = range_call
            && index + 1 == self.recording.uops.len()
            && let Some(call) = self.recording.uops.last_mut()
        {
            call.uop = VmUop::CallRangeIter { count };
            return Ok(());
        }
        match stack.peek(1) {
            Value::Range(_) => {
                self.guard_type(stack, 1);
                self.emit(VmUop::GetIterRange);
            }
            Value::List(_) | Value::Tuple(_) | Value::Str(_) => {
                self.guard_type(stack, 1);
                self.emit(VmUop::GetIterSequence);
            }
            _ => return Err(Abort::Raised),
        }
        Ok(())
    }

    pub(super) fn for_iter(&mut self, stack: &Operands<'_>, exit_pc: u32) -> Result<(), Abort> {
        let Value::Int(state) = stack.peek(2) else {
            return Err(Abort::Unsupported(Op::ForIter));
        };
        match (stack.peek(3), stack.peek(1)) {
            (Value::RangeIter(step), Value::Int(stop)) => {
                let more = if step > 0 { state < stop } else { state > stop };
                let step = Step::of(step);
                self.emit(if more {
                    VmUop::ForIterRange { step, exit_pc }
                } else {
                    VmUop::ForIterRangeEnd { step }
                });
            }
            (Value::List(list), _) => {
                self.sequence_item(stack, list.get(state as usize), exit_pc);
            }
            (Value::Tuple(tuple), _) => {
                let item = tuple.items().get(state as usize).copied();
                self.sequence_item(stack, item, exit_pc);
            }
            (Value::Str(text), _) if (state as usize) < text.as_str().len() => {
                self.guard_type(stack, 3);
                self.emit(VmUop::NextChar { exit_pc });
            }
            _ => return Err(Abort::Unsupported(Op::ForIter)),
        }
        Ok(())
    }

    fn sequence_item(&mut self, stack: &Operands<'_>, item: Option<Value>, exit_pc: u32) {
        self.guard_type(stack, 3);
        self.emit(match item {
            Some(item) => VmUop::ForIterSequence {
                exit_pc,
                tag: item.tag(),
            },
            None => VmUop::ForIterSequenceEnd,
        });
    }
}
