//! Code objects and module globals, and the arena that keeps both at one address for as long as a VM lives.
//!
//! A code object is made by [`CodeArena::add`] alone, which verifies it: indices, jumps and stack depths are in
//! range. The interpreter relies on that and does not check again. This file uses `unsafe` for the handles into the
//! arena.

#![allow(
    unsafe_code,
    reason = "handles point into an arena that lives as long as the VM; instructions are fetched unchecked"
)]

use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::rc::Rc;

use super::instruction::Instruction;
use super::verify::{self, Malformed};
use crate::runtime::{Value, address};
use crate::syntax::SourceFile;
pub use crate::syntax::Span;

/// What the compiler writes down about one function or module body, before it is sealed into a [`Code`].
#[derive(Debug, Default)]
pub struct Draft {
    /// The name that a traceback prints.
    pub name: String,
    /// The name with the names of the enclosing functions, as error messages print it.
    pub qualified_name: String,
    /// The instructions.
    pub instructions: Vec<Instruction>,
    /// For each instruction the source text it came from.
    pub spans: Vec<Span>,
    /// What `LOAD_CONST` pushes.
    pub constants: Vec<Value>,
    /// The names that instructions refer to.
    pub names: Vec<Rc<str>>,
    /// The bodies of the functions that this one makes.
    pub children: Vec<Draft>,
    /// The names of the locals, parameters first.
    pub locals: Vec<Rc<str>>,
    /// How many of the locals are parameters.
    pub parameter_count: u32,
    /// The whole definition in the source text.
    pub span: Span,
}

/// The body of a function or module, ready to run.
#[derive(Debug)]
pub struct Code {
    name: String,
    qualified_name: String,
    instructions: Box<[Cell<Instruction>]>,
    runs: Box<[Cell<u64>]>,
    spans: Box<[Span]>,
    depths: Box<[u32]>,
    constants: Box<[Value]>,
    names: Box<[Rc<str>]>,
    children: Box<[CodeRef]>,
    locals: Box<[Rc<str>]>,
    parameter_count: u32,
    frame_size: u32,
    globals: GlobalsRef,
    source: Rc<SourceFile>,
    span: Span,
}

impl Code {
    /// The name that a traceback prints; `<module>` for module level code.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name with the names of the enclosing functions.
    pub fn qualified_name(&self) -> &str {
        &self.qualified_name
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Never: a body has at least one instruction.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// The instruction at an index, if there is one.
    pub fn get(&self, pc: u32) -> Option<Instruction> {
        self.instructions.get(pc as usize).map(Cell::get)
    }

    /// The instruction at an index that execution reached.
    #[inline(always)]
    pub(crate) fn fetch(&self, pc: u32) -> Instruction {
        debug_assert!((pc as usize) < self.instructions.len());
        // SAFETY: the code was verified: every jump goes to an instruction, and the last one does not fall through.
        unsafe { self.instructions.get_unchecked(pc as usize) }.get()
    }

    /// Replaces an instruction by another form of itself.
    ///
    /// # Panics
    /// When there is no such instruction, or the general operation or the argument would change.
    pub fn respecialise(&self, pc: u32, instruction: Instruction) {
        let slot = &self.instructions[pc as usize];
        let old = slot.get();
        assert!(
            old.op.general() == instruction.op.general() && old.arg == instruction.arg,
            "an instruction may only be replaced by a form of itself"
        );
        slot.set(instruction);
    }

    /// Sets the counter of the `JUMP_BACKWARD` at `pc`: the loop is hot again after it was taken so many times.
    /// Zero makes it hot each time.
    pub fn set_loop_counter(&self, pc: u32, count: u16) {
        if let Some(slot) = self.instructions.get(pc as usize) {
            let instruction = slot.get();
            slot.set(Instruction {
                cache: count,
                ..instruction
            });
        }
    }

    /// Notes that the interpreter runs an instruction, for hooks that want it counted.
    #[inline]
    pub(crate) fn count_run(&self, pc: u32) {
        if let Some(runs) = self.runs.get(pc as usize) {
            runs.set(runs.get() + 1);
        }
    }

    /// How often the interpreter ran an instruction while it was counting.
    pub fn runs(&self, pc: u32) -> u64 {
        self.runs.get(pc as usize).map_or(0, Cell::get)
    }

    /// The source text that an instruction came from.
    pub fn span(&self, pc: u32) -> Span {
        self.spans.get(pc as usize).copied().unwrap_or_default()
    }

    /// How many operands are on the stack before an instruction; zero for one that is never reached.
    #[inline]
    pub fn depth(&self, pc: u32) -> u32 {
        self.depths[pc as usize]
    }

    /// What `LOAD_CONST` pushes.
    pub fn constants(&self) -> &[Value] {
        &self.constants
    }

    /// Constant `index` of a verified instruction.
    #[inline(always)]
    pub(crate) fn constant(&self, index: u32) -> Value {
        debug_assert!((index as usize) < self.constants.len());
        // SAFETY: the code was verified: the arguments of LOAD_CONST are in range.
        unsafe { *self.constants.get_unchecked(index as usize) }
    }

    /// The names that instructions refer to.
    pub fn names(&self) -> &[Rc<str>] {
        &self.names
    }

    /// The bodies of the functions that this one makes.
    pub fn children(&self) -> &[CodeRef] {
        &self.children
    }

    /// The names of the locals, parameters first. A frame has a slot for each.
    pub fn locals(&self) -> &[Rc<str>] {
        &self.locals
    }

    /// How many of the locals are parameters.
    #[inline]
    pub fn parameter_count(&self) -> u32 {
        self.parameter_count
    }

    /// How many slots a frame needs: locals and operands.
    #[inline]
    pub fn frame_size(&self) -> u32 {
        self.frame_size
    }

    /// The globals of the module that the code belongs to.
    #[inline]
    pub fn globals(&self) -> GlobalsRef {
        self.globals
    }

    /// The text that the code was compiled from.
    pub fn source(&self) -> &Rc<SourceFile> {
        &self.source
    }

    /// The whole definition in the source text.
    pub fn definition(&self) -> Span {
        self.span
    }
}

/// The globals of a module: one slot for each name, at an address that never changes.
#[derive(Debug)]
pub struct Globals {
    values: Box<[Cell<Value>]>,
    names: Box<[Rc<str>]>,
    fallbacks: Box<[Value]>,
}

impl Globals {
    /// The value of a slot: the builtin of that name while it is not assigned, [`Value::Unbound`] if there is none.
    #[inline]
    pub fn get(&self, slot: u32) -> Value {
        match self.values[slot as usize].get() {
            Value::Unbound => self.fallbacks[slot as usize],
            value => value,
        }
    }

    /// The value of a slot; [`Value::Unbound`] while it is not assigned.
    #[inline]
    pub fn assigned(&self, slot: u32) -> Value {
        self.values[slot as usize].get()
    }

    /// Assigns to a slot.
    #[inline]
    pub fn set(&self, slot: u32, value: Value) {
        self.values[slot as usize].set(value);
    }

    /// The names, in the order of the slots.
    pub fn names(&self) -> &[Rc<str>] {
        &self.names
    }

    /// The slot of a name.
    pub fn slot(&self, name: &str) -> Option<u32> {
        self.names
            .iter()
            .position(|known| &**known == name)
            .map(|slot| slot as u32)
    }

    /// The address of a slot: a value that machine code may read and write.
    pub fn address(&self, slot: u32) -> *mut Value {
        self.values[slot as usize].as_ptr()
    }

    /// Calls `visit` with every value.
    pub fn visit(&self, visit: &mut dyn FnMut(Value)) {
        self.values.iter().map(Cell::get).for_each(&mut *visit);
        self.fallbacks.iter().copied().for_each(visit);
    }
}

/// Defines a copyable handle into the [`CodeArena`].
macro_rules! handle {
    ($(#[$doc:meta])* $handle:ident, $target:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $handle(NonNull<$target>);

        impl Deref for $handle {
            type Target = $target;

            #[inline]
            fn deref(&self) -> &$target {
                // SAFETY: the arena never frees or moves anything before the VM that owns it goes, and handles do
                // not leave their VM.
                unsafe { self.0.as_ref() }
            }
        }

        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:p}", self.0)
            }
        }

        impl $handle {
            /// The address, as machine code holds it.
            pub fn address(self) -> u64 {
                address::word(self.0.as_ptr())
            }

            /// The handle of what is at an address.
            ///
            /// # Safety
            /// `address` must come from `address` of such a handle, whose VM is still there.
            #[inline(always)]
            pub unsafe fn from_address(address: u64) -> $handle {
                let pointer = std::ptr::with_exposed_provenance_mut(address as usize);
                // SAFETY: the address of something that is there is not null.
                $handle(unsafe { NonNull::new_unchecked(pointer) })
            }
        }
    };
}

handle! {
    /// A code object, by reference.
    CodeRef, Code
}

handle! {
    /// The globals of a module, by reference.
    GlobalsRef, Globals
}

/// Owns the code and the globals of all modules of a VM.
#[derive(Debug, Default)]
pub struct CodeArena {
    codes: Vec<CodeRef>,
    globals: Vec<GlobalsRef>,
}

impl CodeArena {
    /// Makes the globals of a module: a slot for each name, and what the name means while it is not assigned.
    pub fn add_globals(&mut self, names: Vec<(Rc<str>, Value)>) -> GlobalsRef {
        let (names, fallbacks): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        let globals = Box::new(Globals {
            values: names.iter().map(|_| Cell::new(Value::Unbound)).collect(),
            names: names.into(),
            fallbacks: fallbacks.into(),
        });
        let handle = GlobalsRef(NonNull::from(Box::leak(globals)));
        self.globals.push(handle);
        handle
    }

    /// Verifies a draft and all its children, and makes them ready to run.
    ///
    /// # Errors
    /// When the draft is malformed: a fault of the compiler.
    pub fn add(
        &mut self,
        draft: Draft,
        globals: GlobalsRef,
        source: &Rc<SourceFile>,
    ) -> Result<CodeRef, Malformed> {
        let depths = verify::verify(&draft, globals.names().len())?;
        let highest = depths.iter().copied().max().unwrap_or(0) + verify::HEADROOM;
        let mut children = Vec::with_capacity(draft.children.len());
        for child in draft.children {
            children.push(self.add(child, globals, source)?);
        }
        let code = Box::new(Code {
            name: draft.name,
            qualified_name: draft.qualified_name,
            runs: draft.instructions.iter().map(|_| Cell::new(0)).collect(),
            instructions: draft.instructions.into_iter().map(Cell::new).collect(),
            spans: draft.spans.into(),
            depths,
            constants: draft.constants.into(),
            names: draft.names.into(),
            children: children.into(),
            frame_size: draft.locals.len() as u32 + highest,
            locals: draft.locals.into(),
            parameter_count: draft.parameter_count,
            globals,
            source: Rc::clone(source),
            span: draft.span,
        });
        let handle = CodeRef(NonNull::from(Box::leak(code)));
        self.codes.push(handle);
        Ok(handle)
    }

    /// All code objects.
    pub fn codes(&self) -> &[CodeRef] {
        &self.codes
    }

    /// Calls `visit` with every constant and every global.
    pub fn visit(&self, visit: &mut dyn FnMut(Value)) {
        for globals in &self.globals {
            globals.visit(visit);
        }
        for code in &self.codes {
            code.constants.iter().copied().for_each(&mut *visit);
        }
    }
}

impl Drop for CodeArena {
    fn drop(&mut self) {
        for code in self.codes.drain(..) {
            // SAFETY: leaked from a box in `add`, and handles are not used after the VM that owns the arena.
            drop(unsafe { Box::from_raw(code.0.as_ptr()) });
        }
        for globals in self.globals.drain(..) {
            // SAFETY: leaked from a box in `add_globals`; as above.
            drop(unsafe { Box::from_raw(globals.0.as_ptr()) });
        }
    }
}
