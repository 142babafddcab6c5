//! Translated regions as machine code that can be run. Cranelift's JIT makes it and holds it; each region has a module
//! of its own, so that its memory is given back with it. Start with [`Oracle::compile`].
#![allow(
    unsafe_code,
    reason = "machine code is run, and the memory it stood in is freed"
)]

use super::translate::{signature, translate};
use super::uops::translation;
use cranelift_codegen::Context;
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module};
use jit_native::region::Region;
use std::fmt;

/// Why Cranelift made no code.
#[derive(Debug)]
pub struct OracleError(String);

impl fmt::Display for OracleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cranelift: {}", self.0)
    }
}

impl std::error::Error for OracleError {}

impl OracleError {
    fn new(error: impl fmt::Display) -> Self {
        OracleError(error.to_string())
    }
}

/// Compiles regions with Cranelift, for the machine it runs on.
pub struct Oracle {
    isa: OwnedTargetIsa,
    context: Context,
    scratch: FunctionBuilderContext,
}

impl Oracle {
    /// An oracle for this machine.
    ///
    /// # Errors
    /// When Cranelift does not know this machine.
    pub fn new() -> Result<Self, OracleError> {
        let mut flags = settings::builder();
        // The JIT asks for the first two. All others are for speed: what a uop means depends on none of them.
        for (name, value) in [
            ("use_colocated_libcalls", "false"),
            ("is_pic", "false"),
            ("opt_level", "none"),
            ("enable_verifier", "false"),
            ("regalloc_algorithm", "single_pass"),
            ("unwind_info", "false"),
            ("enable_probestack", "false"),
        ] {
            flags.set(name, value).map_err(OracleError::new)?;
        }
        let builder = cranelift_native::builder().map_err(OracleError::new)?;
        let isa = builder
            .finish(settings::Flags::new(flags))
            .map_err(OracleError::new)?;
        Ok(Oracle {
            isa,
            context: Context::new(),
            scratch: FunctionBuilderContext::new(),
        })
    }

    /// Machine code of a verified region of stock uops.
    ///
    /// # Errors
    /// When Cranelift refuses the translation or has no memory.
    ///
    /// # Panics
    /// When the region would not pass the verifier.
    pub fn compile(&mut self, region: &Region) -> Result<Code, OracleError> {
        let names = cranelift_module::default_libcall_names();
        let mut module = JITModule::new(JITBuilder::with_isa(self.isa.clone(), names));
        let made = self.define(&mut module, region);
        // From here on `Code` frees the module, whatever comes.
        let mut code = Code {
            module: Some(module),
            entry: std::ptr::null(),
        };
        code.entry = made?;
        Ok(code)
    }

    fn define(
        &mut self,
        module: &mut JITModule,
        region: &Region,
    ) -> Result<*const u8, OracleError> {
        self.context.clear();
        let convention = CallConv::triple_default(self.isa.triple());
        self.context.func.signature = signature(convention);
        let config = self.isa.frontend_config();
        let (function, scratch) = (&mut self.context.func, &mut self.scratch);
        translate(region, translation, function, scratch, config);
        let id = module
            .declare_function("region", Linkage::Export, &self.context.func.signature)
            .map_err(OracleError::new)?;
        module
            .define_function(id, &mut self.context)
            .map_err(|error| OracleError(format!("{error:?}")))?;
        module.finalize_definitions().map_err(OracleError::new)?;
        Ok(module.get_finalized_function(id))
    }
}

/// A translated region, ready to run.
pub struct Code {
    module: Option<JITModule>,
    entry: *const u8,
}

impl Code {
    /// Runs the region; gives the number of the exit that it left by, after its snapshot has been written.
    ///
    /// # Safety
    /// As for the reference interpreter: `frame` and `context` must be valid for every word that the region names,
    /// every address that it loads from or stores to for that access, and every function that it calls must be sound
    /// to call with what it is given. And the region must end.
    pub unsafe fn run(&self, frame: *mut u64, context: *mut u64) -> u32 {
        // SAFETY: `entry` is the machine code of a function with `translate::signature` in this machine's C
        // convention; the module that holds it lives as long as `self`.
        let entry = unsafe {
            std::mem::transmute::<*const u8, extern "C" fn(*mut u64, *mut u64) -> u64>(self.entry)
        };
        entry(frame, context) as u32
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: the code runs only inside `Code::run`, which borrows `self`; no pointer to it is given out.
            unsafe { module.free_memory() };
        }
    }
}
