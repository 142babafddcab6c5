//! The builder makes good regions and gives each mistake back as an error.

use jit_native::region::{
    BlockId, Fault, Place, Region, RegionBuilder, RegionError, ValueDef, ValueId, verify,
};
use stencils::table::{Type, UopKind, UopTable};
use stencils::uops::kind;

fn builder() -> RegionBuilder<'static> {
    RegionBuilder::new(UopTable::stock())
}

/// A counting loop: two blocks, a parameter, an exit with a snapshot.
fn counting_loop(b: &mut RegionBuilder) -> Result<Region, RegionError> {
    let entry = b.block(&[]);
    let body = b.block(&[Type::I64]);
    b.switch_to(entry);
    let slot = b.const_i64(8);
    let bound = b.value(kind::LOAD_FRAME_I64, &[slot]);
    let zero = b.const_i64(0);
    b.jump(body, &[zero]);
    b.switch_to(body);
    let i = b.params(body)[0];
    let exit = b.exit(&[(0, i)]);
    let below = b.value(kind::LT_I64, &[i, bound]);
    b.guard(kind::GUARD_TRUE, &[below], exit);
    let one = b.const_i64(1);
    let next = b.value_or_exit(kind::ADD_OVF_I64, &[i, one], exit);
    b.jump(body, &[next]);
    b.finish()
}

fn fault<R>(build: impl FnOnce(&mut RegionBuilder) -> R) -> Fault {
    let mut b = builder();
    build(&mut b);
    let fault = b.finish().expect_err("the mistake is noticed").fault;
    assert!(
        counting_loop(&mut b).is_ok(),
        "after a mistake the builder is as new"
    );
    fault
}

/// A mistake in an otherwise good entry block, which may use `v`, an integer, and `f`, a float.
fn entry_fault<R>(build: impl FnOnce(&mut RegionBuilder, ValueId, ValueId) -> R) -> Fault {
    fault(|b| {
        let entry = b.block(&[]);
        b.switch_to(entry);
        let slot = b.const_i64(0);
        let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
        let f = b.value(kind::LOAD_FRAME_F64, &[slot]);
        build(b, v, f);
        let exit = b.exit(&[]);
        b.leave(exit);
    })
}

#[test]
fn a_loop_is_built_and_verified() {
    let mut b = builder();
    let first = counting_loop(&mut b).expect("the region is good");
    verify(&first, UopTable::stock()).expect("the verifier agrees");
    let again = counting_loop(&mut b).expect("the region is good");
    assert_eq!(first, again);
    b.recycle(again);
    assert_eq!(
        counting_loop(&mut b).expect("recycled memory holds nothing old"),
        first
    );
}

#[test]
fn blocks_are_laid_out_as_they_are_filled() {
    let mut b = builder();
    let entry = b.block(&[]);
    let join = b.block(&[Type::I64]);
    let left = b.block(&[]);
    b.switch_to(entry);
    let slot = b.const_i64(16);
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    b.branch(kind::GUARD_TRUE, &[v], (left, &[]), (join, &[v]));
    b.switch_to(left);
    let negated = b.value(kind::NEG_I64, &[v]);
    b.jump(join, &[negated]);
    b.switch_to(join);
    let param = b.param(join, 0);
    let doubled = b.value(kind::ADD_I64, &[param, v]);
    let exit = b.exit(&[(3, doubled)]);
    b.leave(exit);
    let region = b.finish().expect("the region is good");
    verify(&region, UopTable::stock()).expect("the verifier agrees");
    let targets = |n| {
        region
            .successors(BlockId(n))
            .map(|edge| edge.target.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (targets(0), targets(1), targets(2)),
        (vec![1, 2], vec![2], vec![])
    );
    assert_eq!(region.def(param), ValueDef::Param(BlockId(2), 0));
}

#[test]
fn constants_are_interned_to_the_bit() {
    let mut b = builder();
    assert_eq!(b.const_i64(-1), b.const_i64(-1));
    assert_ne!(b.const_f64(0.0), b.const_f64(-0.0));
    assert_ne!(b.const_i64(0), b.const_f64(0.0));
    let nan = f64::from_bits(0x7ff8_0000_0000_0001);
    assert_eq!(b.const_f64(nan), b.const_f64(nan));
    assert_ne!(b.const_f64(nan), b.const_f64(f64::NAN));
}

#[test]
fn operand_mistakes() {
    assert!(matches!(
        entry_fault(|b, v, _| b.uop(kind::ADD_I64, &[v])),
        Fault::Arity {
            expected: 2,
            given: 1,
            ..
        }
    ));
    assert!(matches!(
        entry_fault(|b, v, f| b.uop(kind::ADD_I64, &[v, f])),
        Fault::OperandType {
            operand: 1,
            expected: Type::I64,
            given: Type::F64,
            ..
        }
    ));
    assert!(matches!(
        entry_fault(|b, v, _| b.uop(kind::LOAD_FRAME_I64, &[v])),
        Fault::NotConstant { operand: 0, .. }
    ));
    assert!(matches!(
        entry_fault(|b, v, _| {
            let wide = b.const_i64(1 << 31);
            b.uop(kind::LOAD_I64, &[v, wide]);
        }),
        Fault::ImmediateRange {
            operand: 1,
            value: 0x8000_0000,
            ..
        }
    ));
    assert!(matches!(
        entry_fault(|b, v, _| b.uop(kind::ADD_I64, &[v, ValueId(1000)])),
        Fault::UnknownValue(ValueId(1000))
    ));
    assert_eq!(
        entry_fault(|b, v, _| b.uop(UopKind(u16::MAX), &[v])),
        Fault::UnknownKind(UopKind(u16::MAX))
    );
    assert_eq!(
        entry_fault(|b, v, _| b.uop(kind::COPY_I64, &[v])),
        Fault::InternalKind("copy_i64")
    );
}

#[test]
fn exit_mistakes() {
    assert_eq!(
        entry_fault(|b, v, _| b.uop(kind::GUARD_TRUE, &[v])),
        Fault::MissingExit("guard_true")
    );
    assert_eq!(
        entry_fault(|b, v, _| {
            let exit = b.exit(&[]);
            b.uop_or_exit(kind::NOT_I64, &[v], exit);
        }),
        Fault::UnexpectedExit("not_i64")
    );
    assert_eq!(
        entry_fault(|b, v, f| b.exit(&[(9, v), (2, f), (9, f)])),
        Fault::DuplicateSlot(9)
    );
    assert_eq!(
        entry_fault(|b, v, _| b.exit(&[(1 << 28, v)])),
        Fault::SlotRange(1 << 28)
    );
    assert_eq!(
        entry_fault(|b, v, _| {
            let exit = b.exit(&[]);
            let store = b.const_i64(0);
            let _ = (exit, b.value(kind::STORE_FRAME_I64, &[store, v]));
        }),
        Fault::NoResult("store_frame_i64")
    );
}

#[test]
fn block_mistakes() {
    assert_eq!(fault(|_| {}), Fault::NoBlock);
    assert_eq!(fault(|b| b.block(&[Type::I64])), Fault::EntryHasParams);
    assert_eq!(fault(|b| b.block(&[])), Fault::Unfinished);
    assert_eq!(
        fault(|b| {
            let exit = b.exit(&[]);
            b.leave(exit);
        }),
        Fault::NoCurrentBlock
    );
    assert_eq!(
        fault(|b| {
            let entry = b.block(&[]);
            let exit = b.exit(&[]);
            b.switch_to(entry);
            b.leave(exit);
            b.switch_to(entry);
        }),
        Fault::FilledTwice
    );
    assert_eq!(
        fault(|b| {
            let entry = b.block(&[]);
            b.switch_to(entry);
            b.jump(entry, &[]);
        }),
        Fault::EdgeToEntry
    );
    assert_eq!(
        fault(|b| {
            let (entry, lost) = (b.block(&[]), b.block(&[]));
            for block in [entry, lost] {
                b.switch_to(block);
                let exit = b.exit(&[]);
                b.leave(exit);
            }
        }),
        Fault::NoEarlierPredecessor
    );
}

#[test]
fn edge_mistakes() {
    let edge = |types: &'static [Type], args: fn(&mut RegionBuilder) -> Vec<ValueId>| {
        fault(move |b| {
            let (entry, next) = (b.block(&[]), b.block(types));
            b.switch_to(entry);
            let args = args(b);
            b.jump(next, &args);
            b.switch_to(next);
            let exit = b.exit(&[]);
            b.leave(exit);
        })
    };
    assert!(matches!(
        edge(&[Type::I64], |_| vec![]),
        Fault::EdgeArity {
            expected: 1,
            given: 0,
            ..
        }
    ));
    assert!(matches!(
        edge(&[Type::I64], |b| vec![b.const_f64(1.0)]),
        Fault::EdgeType {
            param: 0,
            given: Type::F64,
            ..
        }
    ));
}

#[test]
fn a_value_of_another_way_is_not_available() {
    let mut b = builder();
    let blocks: Vec<_> = (0..4).map(|_| b.block(&[])).collect();
    b.switch_to(blocks[0]);
    let slot = b.const_i64(0);
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    b.branch(kind::GUARD_TRUE, &[v], (blocks[1], &[]), (blocks[2], &[]));
    b.switch_to(blocks[1]);
    let left = b.value(kind::NEG_I64, &[v]);
    b.jump(blocks[3], &[]);
    b.switch_to(blocks[2]);
    b.jump(blocks[3], &[]);
    b.switch_to(blocks[3]);
    let exit = b.exit(&[(0, left)]);
    b.leave(exit);
    let error = b.finish().expect_err("one way does not define it");
    assert_eq!(error.fault, Fault::NotAvailable(left));
    assert_eq!(error.place, Place::Block(blocks[3]));
}

#[test]
fn a_loop_has_one_way_in() {
    let mut b = builder();
    let blocks: Vec<_> = (0..3).map(|_| b.block(&[])).collect();
    b.switch_to(blocks[0]);
    let slot = b.const_i64(0);
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    b.branch(kind::GUARD_TRUE, &[v], (blocks[1], &[]), (blocks[2], &[]));
    b.switch_to(blocks[1]);
    b.jump(blocks[2], &[]);
    b.switch_to(blocks[2]);
    b.jump(blocks[1], &[]);
    let error = b.finish().expect_err("two ways lead into the loop");
    assert_eq!(error.fault, Fault::Irreducible(blocks[1]));
    assert_eq!(
        error.to_string(),
        "end of b2: it goes back to b1, which does not dominate it: a loop has one way in"
    );
}

#[test]
#[cfg_attr(miri, ignore = "too much for an interpreter of programs")]
fn seventy_thousand_of_everything() {
    let mut b = builder();
    let count = 70_000;
    let blocks: Vec<_> = (0..count).map(|_| b.block(&[])).collect();
    let slot = b.const_i64(0);
    b.switch_to(blocks[0]);
    let mut v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    for n in 0..count {
        let wide = b.const_i64((n as i64) << 33);
        v = b.value(kind::ADD_I64, &[v, wide]);
        let exit = b.exit(&[(n as u32, v)]);
        if n + 1 == count {
            b.leave(exit);
        } else {
            b.guard(kind::GUARD_TRUE, &[v], exit);
            b.jump(blocks[n + 1], &[]);
            b.switch_to(blocks[n + 1]);
        }
    }
    let region = b
        .finish()
        .expect("sizes beyond 16 bits are nothing special");
    verify(&region, UopTable::stock()).expect("the verifier agrees");
    assert_eq!((region.blocks.len(), region.exits.len()), (count, count));
}
