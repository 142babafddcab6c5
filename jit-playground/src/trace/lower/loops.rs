//! Closing a loop: the second walk.
//!
//! After the first walk the state says what holds at the end of the first iteration. What the trace has written and
//! what is live at the head of the loop becomes a parameter of the loop block; everything else that is known stays
//! known, as values of the entry block, which dominates the loop. Then the trace is walked again, and at its end the
//! parameters must have the types that they had at its start.

use jit_native::region::{BlockId, ValueId};
use stencils::table::Type;

use super::Lowering;
use super::state::{Home, Tag, Var, VarId, is_bare};
use crate::runtime::value::tag;
use crate::trace::abort::Abort;

/// A variable that changes from one iteration to the next.
#[derive(Clone, Copy, Debug)]
enum Carried {
    Slot(u32),
    Global(usize),
}

/// How a variable is carried into the loop block.
#[derive(Clone, Copy, Debug)]
struct Param {
    variable: Carried,
    /// Its tag, when that is a constant; else the tag is a parameter too.
    tag: Option<u64>,
    /// The class of its payload; none for a type without one.
    payload: Option<Type>,
}

impl Lowering<'_, '_> {
    pub(super) fn close_loop(&mut self) -> Result<(), Abort> {
        let recording = self.recording;
        if !self.state.frames.is_empty() || recording.uops.is_empty() {
            return Err(Abort::Contradiction);
        }
        let live = self.live_slots();
        let params = self.params(&live);
        let types: Vec<Type> = params
            .iter()
            .flat_map(|param| [param.tag.is_none().then_some(Type::I64), param.payload])
            .flatten()
            .collect();
        let args = self.arguments(&params)?;
        let block = self.builder.block(&types);
        self.builder.jump(block, &args);
        self.builder.switch_to(block);
        self.enter_block(block, &live, &params);
        self.begin_instruction(recording.pc);
        self.attention();
        // What the recording saw in its one iteration does not follow from what that iteration leaves.
        self.walk().map_err(|abort| match abort {
            Abort::Contradiction => Abort::TypeUnstable,
            other => other,
        })?;
        let args = self.arguments(&params)?;
        self.builder.jump(block, &args);
        Ok(())
    }

    /// The slots that matter at the head of the loop.
    fn live_slots(&mut self) -> Vec<u32> {
        let code = self.recording.code;
        let facts = self.facts_of(code);
        let locals = code.locals().len() as u32;
        let live = (0..locals).filter(|&local| facts.is_live(self.recording.pc, local));
        live.chain(locals..self.state.sp).collect()
    }

    fn params(&mut self, live: &[u32]) -> Vec<Param> {
        let slots = live
            .iter()
            .copied()
            .filter(|&slot| self.state.is_written(slot));
        let slots: Vec<u32> = slots.collect();
        let globals = self.state.globals.iter().enumerate();
        let globals = globals
            .filter(|(_, global)| global.written)
            .map(|(index, _)| index);
        let globals: Vec<usize> = globals.collect();
        let variables = slots.into_iter().map(Carried::Slot);
        let variables = variables.chain(globals.into_iter().map(Carried::Global));
        variables.map(|variable| self.param(variable)).collect()
    }

    fn param(&mut self, variable: Carried) -> Param {
        let var = self.carried(variable);
        // A type that nothing has asked for yet becomes known here.
        self.tag_word(var);
        let tag = self.state.var(var).known_tag();
        let payload = match tag {
            Some(tag::FLOAT) => Some(Type::F64),
            Some(tag) if is_bare(tag) => None,
            _ => Some(Type::I64),
        };
        Param {
            variable,
            tag,
            payload,
        }
    }

    fn carried(&mut self, variable: Carried) -> VarId {
        match variable {
            Carried::Slot(slot) => self.state.slot(slot),
            Carried::Global(index) => self.state.globals[index].var,
        }
    }

    /// The values of the parameters at the end of a walk.
    fn arguments(&mut self, params: &[Param]) -> Result<Vec<ValueId>, Abort> {
        let mut args = Vec::with_capacity(params.len());
        for param in params {
            let var = self.carried(param.variable);
            match param.tag {
                Some(tag) => match self.state.var(var).known_tag() {
                    Some(known) if known != tag => return Err(Abort::TypeUnstable),
                    _ => self.guard_tag(var, tag)?,
                },
                None => {
                    let word = self.tag_word(var);
                    args.push(word);
                }
            }
            if let Some(ty) = param.payload {
                let payload = self.payload(var, ty);
                args.push(payload);
            }
        }
        Ok(args)
    }

    /// The state at the start of the loop block.
    fn enter_block(&mut self, block: BlockId, live: &[u32], params: &[Param]) {
        for slot in 0..self.state.slot_count() {
            if !live.contains(&slot) && self.state.is_written(slot) {
                self.state.init_slot(slot, None);
            }
        }
        let values = self.builder.params(block).to_vec();
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or(ValueId(u32::MAX));
        for param in params {
            let tag = match param.tag {
                Some(tag) => Tag::Known(tag),
                None => Tag::Word(next()),
            };
            let payload = match param.payload {
                Some(_) => next(),
                None => self.builder.const_i64(0),
            };
            let var = self.state.add(Var {
                tag,
                payload: Some(payload),
                home: Home::None,
            });
            match param.variable {
                Carried::Slot(slot) => self.state.init_slot(slot, Some(var)),
                Carried::Global(index) => {
                    self.state.globals[index].var = var;
                }
            }
        }
        self.facts.enter_loop();
    }
}
