//! A region as one function of Cranelift's IR: `extern "C" fn(frame, context) -> exit number`.
//!
//! Blocks become blocks and parameters become parameters; a value is its Cranelift value; constants have no place in
//! a region, so each use writes its own. An exit is one block that stores the snapshot and returns the exit's number:
//! its values are available in every block that leaves by it, so they are in that block. Start at [`translate`].

use super::emit::{Emit, ir_type};
use super::uops::Translate;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, Block, BlockArg, Function, InstBuilder, Signature, Value};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use jit_native::region::{BlockId, Edge, ExitId, Region, Span, Terminator, ValueDef, ValueId};
use stencils::table::UopKind;

/// The signature of every translated region in this convention.
pub fn signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([AbiParam::new(I64); 2]);
    signature.returns.push(AbiParam::new(I64));
    signature
}

/// Writes the translation of a verified region of stock uops into an empty function that has the [`signature`].
///
/// `uops` gives the translation of each uop: [`translation`](super::uops::translation) for the oracle; a benchmark, which asks for the best
/// code and not for the simplest statement, may have better ones for some.
///
/// # Panics
/// When the region would not pass the verifier, or `uops` does not know one of its uops.
pub fn translate(
    region: &Region,
    uops: Lookup,
    function: &mut Function,
    scratch: &mut FunctionBuilderContext,
    config: TargetFrontendConfig,
) {
    let mut builder = FunctionBuilder::new(function, scratch);
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    let (frame, context) = (
        builder.block_params(entry)[0],
        builder.block_params(entry)[1],
    );
    let blocks: Vec<Block> = region
        .blocks
        .iter()
        .map(|_| builder.create_block())
        .collect();
    let mut translation = Translation {
        region,
        uops,
        values: vec![None; region.values.len()],
        exits: vec![None; region.exits.len()],
        blocks,
        builder,
        frame,
        context,
    };
    translation.params();
    translation.builder.switch_to_block(entry);
    let first = translation.blocks[0];
    translation.builder.ins().jump(first, &[]);
    for n in 0..region.blocks.len() {
        translation.block(BlockId(n as u32));
    }
    translation.exits();
    translation.builder.seal_all_blocks();
    translation.builder.finalize(config);
}

/// What a uop is translated by.
pub type Lookup = fn(UopKind) -> Option<Translate>;

struct Translation<'r, 'c> {
    region: &'r Region,
    uops: Lookup,
    builder: FunctionBuilder<'c>,
    frame: Value,
    context: Value,
    blocks: Vec<Block>,
    /// The values that are no constants, once they are known.
    values: Vec<Option<Value>>,
    /// The blocks of the exits that something leaves by.
    exits: Vec<Option<Block>>,
}

impl Translation<'_, '_> {
    /// Gives every block its parameters.
    fn params(&mut self) {
        for n in 0..self.region.blocks.len() {
            for &param in self.region.block_params(BlockId(n as u32)) {
                let ty = ir_type(self.region.ty(param));
                let value = self.builder.append_block_param(self.blocks[n], ty);
                self.values[param.index()] = Some(value);
            }
        }
    }

    fn block(&mut self, block: BlockId) {
        self.builder.switch_to_block(self.blocks[block.index()]);
        let region = self.region;
        for n in region.blocks[block.index()].uops.range() {
            let uop = region.uops[n];
            let fail = uop.exit.get().map(|exit| self.exit(exit));
            let result = self.uop(uop.kind, uop.args, fail);
            if let Some(id) = uop.result.get() {
                self.values[id.index()] = result;
            }
        }
        match region.blocks[block.index()].terminator {
            Terminator::Leave(exit) => {
                let exit = self.exit(exit);
                self.builder.ins().jump(exit, &[]);
            }
            Terminator::Jump(edge) => self.jump(edge),
            Terminator::Branch {
                guard,
                args,
                then,
                otherwise,
            } => {
                let fail = self.builder.create_block();
                self.uop(guard, args, Some(fail));
                self.jump(then);
                self.builder.switch_to_block(fail);
                self.jump(otherwise);
            }
        }
    }

    /// Writes one uop; gives its result, if it has one.
    fn uop(&mut self, kind: UopKind, args: Span, fail: Option<Block>) -> Option<Value> {
        let args = self.values(args);
        let convention = self.builder.func.signature.call_conv;
        let mut emit = Emit {
            frame: self.frame,
            context: self.context,
            builder: &mut self.builder,
            fail,
            convention,
        };
        (self.uops)(kind).expect("the uop is a stock uop")(&mut emit, &args)
    }

    fn jump(&mut self, edge: Edge) {
        let args: Vec<BlockArg> = self
            .values(edge.args)
            .into_iter()
            .map(BlockArg::Value)
            .collect();
        let target = self.blocks[edge.target.index()];
        self.builder.ins().jump(target, &args);
    }

    fn values(&mut self, span: Span) -> Vec<Value> {
        let region = self.region;
        region.args(span).iter().map(|&id| self.value(id)).collect()
    }

    fn value(&mut self, id: ValueId) -> Value {
        match (self.region.def(id), self.region.ty(id)) {
            (ValueDef::Const(bits), stencils::table::Type::I64) => {
                self.builder.ins().iconst(I64, bits as i64)
            }
            (ValueDef::Const(bits), stencils::table::Type::F64) => {
                self.builder.ins().f64const(Ieee64::with_bits(bits))
            }
            _ => self.values[id.index()].expect("a definition stands before its uses"),
        }
    }

    /// The block of an exit, to stand behind what is not cold.
    fn exit(&mut self, exit: ExitId) -> Block {
        *self.exits[exit.index()].get_or_insert_with(|| {
            let block = self.builder.create_block();
            self.builder.set_cold_block(block);
            block
        })
    }

    /// Fills the blocks of the exits that are used.
    fn exits(&mut self) {
        for n in 0..self.exits.len() {
            let Some(block) = self.exits[n] else { continue };
            self.builder.switch_to_block(block);
            for entry in self.region.snapshot(ExitId(n as u32)) {
                let value = self.value(entry.value);
                let offset = i32::try_from(8 * i64::from(entry.slot)).expect("a slot is in reach");
                let (flags, frame) = (Emit::flags(), self.frame);
                self.builder.ins().store(flags, value, frame, offset);
            }
            let number = self.builder.ins().iconst(I64, n as i64);
            self.builder.ins().return_(&[number]);
        }
    }
}
