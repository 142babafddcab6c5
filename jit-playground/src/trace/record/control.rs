//! Instructions that move values and decide the way; and which instruction is recorded where.

use super::{Goal, Operands, Recorder};
use crate::bytecode::op::FORMAT_WITH_SPEC;
use crate::bytecode::{Instruction, Op};
use crate::interpreter::Frame;
use crate::runtime::value::tag;
use crate::runtime::{Value, arith, attribute};
use crate::trace::abort::Abort;
use crate::trace::helpers::{AREA_VALUES, Helper};
use crate::trace::limits::MAX_UNROLL;
use crate::trace::uop::{BranchPops, VmUop};

impl Recorder {
    /// Records an instruction other than `GET_ITER`.
    pub(super) fn record(
        &mut self,
        stack: &Operands<'_>,
        frame: &Frame,
        instruction: Instruction,
    ) -> Result<(), Abort> {
        let arg = instruction.arg;
        let op = instruction.op.general();
        match op {
            Op::Nop | Op::JumpForward => {}
            Op::JumpBackward => return self.back_edge(frame, arg),
            Op::LoadConst | Op::LoadBuiltin => {
                let value = frame.code.constants().get(arg as usize);
                let value = *value.ok_or(Abort::Contradiction)?;
                self.emit(VmUop::LoadConst { value });
            }
            Op::LoadFast => {
                let tag = stack.vm.stack.get(frame.base + arg).tag();
                if tag == tag::UNBOUND {
                    return Err(Abort::Raised);
                }
                self.emit(VmUop::LoadFast { local: arg, tag });
            }
            Op::StoreFast => self.emit(VmUop::StoreFast { local: arg }),
            Op::LoadGlobal => self.load_global(frame, arg)?,
            Op::StoreGlobal => self.emit(VmUop::StoreGlobal { slot: arg }),
            Op::PopTop => self.emit(VmUop::PopTop),
            Op::Copy => self.emit(VmUop::Copy { top: arg }),
            Op::Swap => self.emit(VmUop::Swap { top: arg }),
            Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::JumpIfFalseOrPop | Op::JumpIfTrueOrPop => {
                return self.branch(stack, frame.pc, instruction);
            }
            Op::ForIter => return self.for_iter(stack, arg),
            Op::UnaryNegative
            | Op::UnaryPositive
            | Op::UnaryNot
            | Op::UnaryInvert
            | Op::BinaryOp
            | Op::CompareOp
            | Op::IsOp
            | Op::ContainsOp => return self.operator(stack, op, arg),
            Op::BinarySubscr => self.subscript(stack),
            Op::StoreSubscr => self.store_subscript(stack),
            Op::UnpackSequence => return self.unpack(stack, frame, arg),
            Op::BuildList => return self.build(Helper::BuildList, op, arg),
            Op::BuildTuple => return self.build(Helper::BuildTuple, op, arg),
            Op::BuildString => return self.build(Helper::BuildString, op, arg),
            Op::FormatValue => {
                let count = 1 + u32::from(arg & FORMAT_WITH_SPEC != 0);
                self.helper(Helper::Format(arg), count, 0);
            }
            Op::Call => return self.call(stack, arg),
            Op::CallKw => return self.call_keywords(stack, arg),
            Op::CallMethod => return self.call_method(stack, arg),
            Op::LoadMethod => return self.load_method(stack, frame, arg),
            Op::LoadAttr => return self.load_attr(stack, frame, arg),
            Op::ReturnValue => {
                self.frames.pop();
                self.emit(VmUop::PopFrame);
            }
            _ => return Err(Abort::Unsupported(op)),
        }
        Ok(())
    }

    /// Calls a helper with the top operands, for a result.
    pub(super) fn helper(&mut self, helper: Helper, count: u32, below: u32) {
        let tag = Some(tag::NONE);
        self.emit_with_result(VmUop::CallHelper {
            helper,
            count,
            below,
            tag,
        });
    }

    fn build(&mut self, helper: Helper, op: Op, count: u32) -> Result<(), Abort> {
        if count as usize > AREA_VALUES {
            return Err(Abort::Unsupported(op));
        }
        self.helper(helper, count, 0);
        Ok(())
    }

    /// Passes the back edge of a loop without a trace: that of the recorded loop leads to its head, where the
    /// recording ends; others are unrolled a few times.
    fn back_edge(&mut self, frame: &Frame, target: u32) -> Result<(), Abort> {
        if self.goal == Goal::Loop && self.frames.is_empty() && target == self.recording.pc {
            return Ok(());
        }
        let passed = self.unrolled.entry((frame.code, target)).or_insert(0);
        *passed += 1;
        if *passed > MAX_UNROLL {
            return Err(Abort::InnerLoop);
        }
        Ok(())
    }

    fn load_global(&mut self, frame: &Frame, slot: u32) -> Result<(), Abort> {
        let globals = frame.code.globals();
        match (globals.assigned(slot), globals.get(slot)) {
            (Value::Unbound, Value::Unbound) => return Err(Abort::Raised),
            (Value::Unbound, value) => self.emit(VmUop::LoadGlobalBuiltin { slot, value }),
            (value, _) => self.emit(VmUop::LoadGlobal {
                slot,
                tag: value.tag(),
            }),
        }
        Ok(())
    }

    fn branch(
        &mut self,
        stack: &Operands<'_>,
        pc: u32,
        instruction: Instruction,
    ) -> Result<(), Abort> {
        let op = instruction.op.general();
        if let Value::Range(_) = stack.peek(1) {
            return Err(Abort::Unsupported(op));
        }
        let truth = arith::truth(stack.peek(1));
        let jumped = truth == matches!(op, Op::PopJumpIfTrue | Op::JumpIfTrueOrPop);
        let exit_pc = if jumped { pc + 1 } else { instruction.arg };
        let keeps = matches!(op, Op::JumpIfFalseOrPop | Op::JumpIfTrueOrPop);
        let pops = BranchPops {
            here: !(keeps && jumped),
            there: !keeps || jumped,
        };
        self.guard_type(stack, 1);
        self.emit(VmUop::GuardTruth {
            truth,
            pops,
            exit_pc,
        });
        Ok(())
    }

    fn load_method(&mut self, stack: &Operands<'_>, frame: &Frame, name: u32) -> Result<(), Abort> {
        let object = stack.peek(1);
        let name = frame
            .code
            .names()
            .get(name as usize)
            .ok_or(Abort::Contradiction)?;
        if let Some(method) = attribute::method(object, name) {
            self.guard_type(stack, 1);
            let method = Value::Builtin(method);
            self.emit(VmUop::LoadMethod { method });
            return Ok(());
        }
        let value = self.module_attribute(object, name, Op::LoadMethod)?;
        self.emit(VmUop::LoadMethodModule { value });
        Ok(())
    }

    fn load_attr(&mut self, stack: &Operands<'_>, frame: &Frame, name: u32) -> Result<(), Abort> {
        let name = frame
            .code
            .names()
            .get(name as usize)
            .ok_or(Abort::Contradiction)?;
        let value = self.module_attribute(stack.peek(1), name, Op::LoadAttr)?;
        self.emit(VmUop::LoadAttrConst { value });
        Ok(())
    }

    /// Attributes of modules never change: the module says which value it is.
    fn module_attribute(&mut self, object: Value, name: &str, op: Op) -> Result<Value, Abort> {
        let Value::Module(module) = object else {
            return Err(Abort::Unsupported(op));
        };
        let value = module.get(name).ok_or(Abort::Raised)?;
        self.emit(VmUop::GuardIs {
            top: 1,
            value: object,
        });
        Ok(value)
    }
}
