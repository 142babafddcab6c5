//! The reference interpreter follows edges, exits and budgets as the region's documentation says.

use jit_native::interpret::{Interpreter, Outcome, Step};
use jit_native::region::{ExitId, Region, RegionBuilder};
use stencils::table::{Type, UopTable};
use stencils::uops::kind;

fn run(region: &Region, frame: &mut [u64], budget: u64) -> Outcome {
    let mut context = [0u64; 17];
    let mut interpreter = Interpreter::new(UopTable::stock());
    // SAFETY: the test regions name frame words below the frame's length and touch no memory.
    unsafe { interpreter.run(region, frame.as_mut_ptr(), context.as_mut_ptr(), budget) }
}

/// Fibonacci numbers by a loop whose two parameters swap places: wrong unless edges move all at once.
fn fibonacci() -> Region {
    let mut b = RegionBuilder::new(UopTable::stock());
    let (entry, body) = (b.block(&[]), b.block(&[Type::I64, Type::I64, Type::I64]));
    let (next, done) = (b.block(&[]), b.block(&[]));
    b.switch_to(entry);
    let (zero, one) = (b.const_i64(0), b.const_i64(1));
    let n = b.value(kind::LOAD_FRAME_I64, &[zero]);
    b.jump(body, &[n, zero, one]);
    b.switch_to(body);
    let (n, x, y) = (b.param(body, 0), b.param(body, 1), b.param(body, 2));
    b.branch(kind::GUARD_NE, &[n, zero], (next, &[]), (done, &[]));
    b.switch_to(next);
    let less = b.value(kind::SUB_I64, &[n, one]);
    let exit = b.exit(&[(1, x), (2, y), (3, less)]);
    let sum = b.value_or_exit(kind::ADD_OVF_I64, &[x, y], exit);
    b.jump(body, &[less, y, sum]);
    b.switch_to(done);
    let exit = b.exit(&[(1, x)]);
    b.leave(exit);
    b.finish().expect("the region is good")
}

#[test]
fn a_loop_runs_and_leaves_with_its_snapshot() {
    let mut frame = [10, 77, 77, 77];
    assert_eq!(
        run(&fibonacci(), &mut frame, u64::MAX),
        Outcome::Left(ExitId(1))
    );
    assert_eq!(frame, [10, 55, 77, 77]);
}

#[test]
fn an_overflow_leaves_with_the_state_before_it() {
    let mut frame = [1000, 0, 0, 0];
    assert_eq!(
        run(&fibonacci(), &mut frame, u64::MAX),
        Outcome::Left(ExitId(0))
    );
    let (x, y) = (frame[1] as i64, frame[2] as i64);
    assert!(x > 0 && y > x && x.checked_add(y).is_none());
}

#[test]
fn the_budget_counts_uops_and_block_ends() {
    let mut b = RegionBuilder::new(UopTable::stock());
    let (entry, forever) = (b.block(&[]), b.block(&[]));
    b.switch_to(entry);
    b.jump(forever, &[]);
    b.switch_to(forever);
    b.jump(forever, &[]);
    let region = b.finish().expect("the region is good");
    assert_eq!(run(&region, &mut [], 1000), Outcome::OutOfSteps);
    let mut frame = [0, 0, 0, 0];
    // One load, the jump, the branch, the leave.
    assert_eq!(run(&fibonacci(), &mut frame, 3), Outcome::OutOfSteps);
    assert_eq!(run(&fibonacci(), &mut frame, 4), Outcome::Left(ExitId(1)));
}

#[test]
fn a_watcher_sees_every_step() {
    let (mut frame, mut context, mut steps) = ([1u64, 0, 0, 0], [0u64; 17], Vec::new());
    let mut interpreter = Interpreter::new(UopTable::stock());
    let region = fibonacci();
    // SAFETY: the region names frame words below 4 and touches no memory.
    unsafe {
        interpreter.watch(
            &region,
            frame.as_mut_ptr(),
            context.as_mut_ptr(),
            100,
            |step| {
                steps.push(match step {
                    Step::Enter { block, params } => format!("{block}{params:?}"),
                    Step::Uop { uop, args, result } => format!("{uop}{args:?} = {result:?}"),
                    Step::Branch { block, args, held } => format!("end of {block}{args:?} {held}"),
                    Step::Leave(exit) => format!("leave {exit}"),
                });
            },
        );
    }
    let expected = [
        "b0[]",
        "u0[0] = Ok(1)",
        "b1[1, 0, 1]",
        "end of b1[1, 0] true",
        "b2[]",
        "u1[1, 1] = Ok(0)",
        "u2[0, 1] = Ok(1)",
        "b1[0, 1, 1]",
        "end of b1[0, 0] false",
        "b3[]",
        "leave x1",
    ];
    assert_eq!(steps, expected);
}
