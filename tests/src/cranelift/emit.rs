//! What the translation of a uop writes into: a block of Cranelift's IR, with the frame, the context, and the place
//! that a failing guard goes to. It knows no uop.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I32, I64};
use cranelift_codegen::ir::{AbiParam, Block, InstBuilder, MemFlagsData, Signature, Type, Value};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder};

/// Where the translation of a uop writes.
pub struct Emit<'f, 'c> {
    pub(super) builder: &'f mut FunctionBuilder<'c>,
    /// The address of the frame.
    pub frame: Value,
    /// The address of the context.
    pub context: Value,
    /// Where the uop goes when it leaves the region; none for a uop that never does.
    pub(super) fail: Option<Block>,
    pub(super) convention: CallConv,
}

impl<'c> Emit<'_, 'c> {
    /// Writes an instruction.
    pub fn ins<'s>(&'s mut self) -> FuncInstBuilder<'s, 'c> {
        self.builder.ins()
    }

    /// A 64-bit integer constant.
    pub fn int(&mut self, value: i64) -> Value {
        self.ins().iconst(I64, value)
    }

    /// A double constant.
    pub fn float(&mut self, value: f64) -> Value {
        self.ins().f64const(value)
    }

    /// Promises nothing about an access: it may be unaligned and may overlap any other.
    pub fn flags() -> MemFlagsData {
        MemFlagsData::new()
    }

    /// 1 or 0 in 64 bits, from a condition.
    pub fn truth(&mut self, condition: Value) -> Value {
        self.ins().uextend(I64, condition)
    }

    /// The condition `a cc b`.
    pub fn compare(&mut self, cc: IntCC, a: Value, b: Value) -> Value {
        self.ins().icmp(cc, a, b)
    }

    /// The low 32 bits.
    pub fn narrow(&mut self, a: Value) -> Value {
        self.ins().ireduce(I32, a)
    }

    /// 32 bits, sign-extended to 64.
    pub fn widen(&mut self, a: Value) -> Value {
        self.ins().sextend(I64, a)
    }

    /// Leaves the region when `condition` (any integer) is not zero; what follows runs when it is.
    ///
    /// # Panics
    /// When the uop has no exit: its signature does not say that it may leave.
    pub fn leave_when(&mut self, condition: Value) {
        let fail = self.fail.expect("only a uop that may exit leaves");
        let on = self.builder.create_block();
        self.ins().brif(condition, fail, &[], on, &[]);
        self.builder.switch_to_block(on);
    }

    /// Leaves the region when `condition` (any integer) is zero.
    ///
    /// # Panics
    /// As [`Emit::leave_when`].
    pub fn leave_unless(&mut self, condition: Value) {
        let fail = self.fail.expect("only a uop that may exit leaves");
        let on = self.builder.create_block();
        self.ins().brif(condition, on, &[], fail, &[]);
        self.builder.switch_to_block(on);
    }

    /// Calls the function at `target` in the C convention: the context's address, then the arguments.
    pub fn call(&mut self, target: Value, args: &[Value], result: Option<Type>) -> Option<Value> {
        let mut signature = Signature::new(self.convention);
        let mut values = vec![self.context];
        values.extend_from_slice(args);
        for &value in &values {
            let ty = self.builder.func.dfg.value_type(value);
            signature.params.push(AbiParam::new(ty));
        }
        signature.returns.extend(result.map(AbiParam::new));
        let signature = self.builder.import_signature(signature);
        let call = self.ins().call_indirect(signature, target, &values);
        self.builder.inst_results(call).first().copied()
    }
}

/// The Cranelift type of a value.
pub(super) fn ir_type(ty: stencils::table::Type) -> Type {
    match ty {
        stencils::table::Type::I64 => I64,
        stencils::table::Type::F64 => F64,
    }
}
