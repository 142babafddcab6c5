//! Cranelift, from a region to code that can be called, at several levels.
//!
//! The region becomes Cranelift's IR by the translation that the tests' oracle uses, with better forms for some uops
//! ([`uops`]); exits are cold blocks. Cranelift may use everything that this machine's processor has. Never times
//! anything. Start at [`Cranelift::new`].
#![allow(
    unsafe_code,
    reason = "machine code is run, and the memory it stood in is freed"
)]

mod uops;

use anyhow::{Context as _, Result, anyhow};
use cranelift_codegen::Context as Function;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::{self, CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module};
use jit_native::context::Context;
use jit_native::region::Region;
use stencils::library::Arch;
use tests::cranelift::translate::{signature, translate};

use super::Callable;

/// How hard Cranelift tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `opt_level=speed`, with its default register allocator.
    Speed,
    /// `opt_level=none`, with its default register allocator.
    None,
    /// `opt_level=none` and the register allocator that is quick: the quickest that Cranelift can be.
    Quick,
}

/// Cranelift for one machine, at one level.
pub struct Cranelift {
    isa: OwnedTargetIsa,
    function: Function,
    scratch: FunctionBuilderContext,
}

/// Regions compiled by Cranelift, in memory of their own that goes with them.
pub struct Compiled {
    module: Option<JITModule>,
    regions: usize,
}

/// One of them.
pub struct Entry<'c> {
    _owner: &'c Compiled,
    start: *const u8,
    bytes: usize,
}

impl Cranelift {
    /// For this machine and all that its processor has.
    ///
    /// # Errors
    /// When Cranelift does not know this machine.
    pub fn new(level: Level) -> Result<Self> {
        let builder = cranelift_native::builder().map_err(|error| anyhow!(error))?;
        Self::finish(builder, level)
    }

    /// For any machine of an architecture: on AArch64 the base, as the stencils, on x86-64 the level of the stencils.
    ///
    /// # Errors
    /// When Cranelift does not know the architecture.
    pub fn baseline(arch: Arch, level: Level) -> Result<Self> {
        let (triple, features): (_, &[&str]) = match arch {
            Arch::X86_64 => (
                "x86_64-unknown-linux-gnu",
                &["has_ssse3", "has_sse41", "has_sse42", "has_popcnt"],
            ),
            Arch::Aarch64 => ("aarch64-unknown-linux-gnu", &[]),
        };
        let mut builder = isa::lookup_by_name(triple)?;
        for feature in features {
            builder.enable(feature)?;
        }
        Self::finish(builder, level)
    }

    fn finish(builder: isa::Builder, level: Level) -> Result<Self> {
        let (opt_level, allocator) = match level {
            Level::Speed => ("speed", "backtracking"),
            Level::None => ("none", "backtracking"),
            Level::Quick => ("none", "single_pass"),
        };
        let mut flags = settings::builder();
        for (name, value) in [
            ("use_colocated_libcalls", "false"),
            ("is_pic", "false"),
            ("enable_verifier", "false"),
            ("opt_level", opt_level),
            ("regalloc_algorithm", allocator),
        ] {
            flags.set(name, value)?;
        }
        Ok(Cranelift {
            isa: builder.finish(settings::Flags::new(flags))?,
            function: Function::new(),
            scratch: FunctionBuilderContext::new(),
        })
    }

    /// Room for regions.
    pub fn room(&self) -> Compiled {
        let names = cranelift_module::default_libcall_names();
        Compiled {
            module: Some(JITModule::new(JITBuilder::with_isa(
                self.isa.clone(),
                names,
            ))),
            regions: 0,
        }
    }

    /// The machine code of a region, without what only an address would fill in.
    ///
    /// # Errors
    /// When Cranelift refuses the translation.
    pub fn bytes(&mut self, region: &Region) -> Result<Vec<u8>> {
        self.translate(region);
        let mut plane = ControlPlane::default();
        let code = self
            .function
            .compile(&*self.isa, &mut plane)
            .map_err(|error| anyhow!("{:?}", error.inner))?;
        Ok(code.code_buffer().to_vec())
    }

    /// Compiles a region, up to something that can be called.
    ///
    /// # Errors
    /// When Cranelift refuses the translation or has no memory.
    pub fn compile<'c>(&mut self, region: &Region, room: &'c mut Compiled) -> Result<Entry<'c>> {
        self.translate(region);
        let module = room.module.as_mut().context("the room is closed")?;
        let name = format!("region{}", room.regions);
        room.regions += 1;
        let signature = &self.function.func.signature;
        let id = module.declare_function(&name, Linkage::Export, signature)?;
        module.define_function(id, &mut self.function)?;
        module.finalize_definitions()?;
        let code = self.function.compiled_code().context("it has code")?;
        Ok(Entry {
            start: module.get_finalized_function(id),
            bytes: code.code_buffer().len(),
            _owner: room,
        })
    }

    fn translate(&mut self, region: &Region) {
        self.function.clear();
        let convention = CallConv::triple_default(self.isa.triple());
        self.function.func.signature = signature(convention);
        let (function, config) = (&mut self.function.func, self.isa.frontend_config());
        translate(
            region,
            uops::translation,
            function,
            &mut self.scratch,
            config,
        );
    }
}

impl Callable for Entry<'_> {
    unsafe fn run(&self, frame: *mut u64, context: &mut Context) -> u64 {
        type Code = unsafe extern "C" fn(*mut u64, *mut u64) -> u64;
        // SAFETY: the machine code of a function with `translate::signature` in this machine's C convention; the module
        // that holds it is borrowed.
        let code = unsafe { std::mem::transmute::<*const u8, Code>(self.start) };
        // SAFETY: the caller's promise.
        unsafe { code(frame, context.words()) }
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: entries borrow this, so none is left, and nothing else has a pointer to the code.
            unsafe { module.free_memory() };
        }
    }
}
