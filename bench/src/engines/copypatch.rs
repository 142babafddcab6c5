//! copypatch: straight-line integer programs as a chain of its stencils, with as much of a compiler as its documentation
//! leaves to its user.
//!
//! copypatch extracts stencils, patches the jump from one to the next, and makes memory executable. It knows no holes for
//! operands, so there is a stencil for each operation on each two of four variables, which have a register each
//! (`bench/peers/copypatch_stencils.rs`). They were extracted by its own tool (`bench/peers` says how) and are checked in,
//! since they need features of rustc that are not stable. Every stencil ends in a jump to the next, as its documentation
//! has it. Each program has a mapping of its own. Start at [`compile`].
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(
    unsafe_code,
    reason = "machine code is run; the caller vouches for the frame"
)]

use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};
use copypatch::{ExecBuf, patch_x86_rel32};
use jit_native::context::Context;

use super::Callable;
use super::preserve_none::call;
use crate::straight::{INTS, Op, Program};

/// Name, code, and where the offsets of jumps to the next stencil are.
type Stencil = (&'static str, &'static [u8], &'static [usize]);

/// What copypatch's tool has extracted.
const STENCILS: &[Stencil] = &include!("../../peers/made/copypatch.inc");

/// A compiled program.
pub struct Chained {
    code: ExecBuf,
    bytes: usize,
}

/// The stencils by what they do.
struct Library {
    enter: Stencil,
    leave: Stencil,
    /// By operation, variable that changes, other variable.
    steps: [[[Option<Stencil>; INTS]; INTS]; 4],
}

static LIBRARY: LazyLock<Option<Library>> = LazyLock::new(|| {
    let find = |name: &str| STENCILS.iter().find(|stencil| stencil.0 == name).copied();
    let mut steps = [[[None; INTS]; INTS]; 4];
    for (op, name) in ["add", "sub", "mul", "xor"].into_iter().enumerate() {
        for (to, from) in (0..INTS).flat_map(|to| (0..INTS).map(move |from| (to, from))) {
            steps[op][to][from] = find(&format!("{name}_{to}_{from}"));
        }
    }
    Some(Library {
        enter: find("steps_enter")?,
        leave: find("steps_leave")?,
        steps,
    })
});

/// Compiles a program of integer arithmetic to `extern "rust-preserve-none" fn(frame) -> exit`.
///
/// # Errors
/// When there is no stencil for a step.
pub fn compile(program: &Program) -> Result<Chained> {
    let library = LIBRARY.as_ref().context("a stencil is missing")?;
    let mut code = Vec::new();
    add(&mut code, library.enter);
    for step in &program.steps {
        let op = match step.op {
            Op::Add => 0,
            Op::Sub => 1,
            Op::Mul => 2,
            Op::Xor => 3,
            other => bail!("there is no stencil for {other:?}"),
        };
        let stencil = library.steps[op][step.to][step.from];
        add(&mut code, stencil.context("a stencil is missing")?);
    }
    add(&mut code, library.leave);
    Ok(Chained {
        bytes: code.len(),
        code: ExecBuf::new(&code),
    })
}

/// Appends a stencil and lets it jump to what will come behind it.
fn add(code: &mut Vec<u8>, (_, bytes, jumps): Stencil) {
    let start = code.len();
    code.extend_from_slice(bytes);
    let next = code.len();
    for jump in jumps {
        patch_x86_rel32(code, start + jump, next);
    }
}

impl Callable for Chained {
    unsafe fn run(&self, frame: *mut u64, _context: &mut Context) -> u64 {
        // SAFETY: the stencils are functions of that convention, each jumping to the next and the last returning; the
        // buffer is borrowed; the rest is the caller's promise.
        unsafe { call(self.code.as_ptr(), frame) }
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}
