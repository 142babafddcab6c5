//! How regions run: by the reference interpreter of uops, or as machine code.
//!
//! Both give back the number of the exit that was taken, counted over all fragments. This is the one file of the
//! tracer that enters a region, and so the one where the promise that a region touches nothing it should not is made.
//! Why it holds: frame words are those of slots below [`MAX_SLOTS`](super::limits::MAX_SLOTS), for which there is room
//! in the value stack whenever a region is entered; addresses are those of globals, of objects whose type was guarded
//! (objects do not move, and nothing is collected while a region runs), of items below a guarded length, and of the
//! helpers' area; and the one function that is called is [`helpers::entry`](super::helpers::entry).

#![allow(
    unsafe_code,
    reason = "entering a region is a promise about everything that it touches"
)]

use jit_native::interpret::{Interpreter, Outcome};
use stencils::table::UopTable;

use super::fragment::{ExitNumber, Fragment, FragmentId};
use super::helpers::Area;
use crate::interpreter::Vm;

/// Words of the context that regions use: the arguments of calls and the user's word.
const CONTEXT_WORDS: usize = 17;
/// The user's word.
const USER: usize = stencils::operand::Context::USER as usize / 8;

/// Runs fragments.
#[derive(Debug)]
pub(super) struct Engine {
    interpreter: Interpreter<'static>,
    context: Box<[u64; CONTEXT_WORDS]>,
    area: Box<Area>,
}

impl Engine {
    /// The reference interpreter.
    pub fn reference() -> Engine {
        let area = Area::new();
        let mut context = Box::new([0; CONTEXT_WORDS]);
        context[USER] = area.address();
        Engine {
            interpreter: Interpreter::new(UopTable::stock()),
            context,
            area,
        }
    }

    /// The address of the area of helpers.
    pub fn area(&self) -> u64 {
        self.area.address()
    }

    /// Runs a fragment on the frame that begins at slot `base`, which has room for every slot of a trace.
    pub fn run(
        &mut self,
        vm: &mut Vm,
        fragments: &[Fragment],
        id: FragmentId,
        base: u32,
    ) -> ExitNumber {
        let fragment = &fragments[id.0 as usize];
        let frame = vm.stack.address().wrapping_add(base as usize).cast();
        self.area.set_vm(vm);
        loop {
            let context = self.context.as_mut_ptr();
            // SAFETY: see the text of this module.
            let outcome =
                unsafe { self.interpreter.run(&fragment.region, frame, context, u64::MAX) };
            match outcome {
                Outcome::Left(exit) => return fragment.exit_number(exit),
                // So many steps take centuries.
                Outcome::OutOfSteps => {}
            }
        }
    }
}
