//! The verifier finds every way in which a region's vectors can be malformed.

use jit_native::region::{
    BlockId, Dominators, Edge, ExitId, Fault, Place, Region, RegionBuilder, SnapshotEntry, Span,
    Terminator, UopId, ValueDef, ValueId, verify,
};
use stencils::table::{Type, UopTable};
use stencils::uops::kind;

/// b0 loads and branches to b1 or b2, which jump to b3(param), a loop that may leave.
fn region() -> Region {
    let mut b = RegionBuilder::new(UopTable::stock());
    let blocks = [
        b.block(&[]),
        b.block(&[]),
        b.block(&[]),
        b.block(&[Type::I64]),
    ];
    b.switch_to(blocks[0]);
    let slot = b.const_i64(8);
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    b.branch(kind::GUARD_TRUE, &[v], (blocks[1], &[]), (blocks[2], &[]));
    b.switch_to(blocks[1]);
    let left = b.value(kind::NEG_I64, &[v]);
    b.jump(blocks[3], &[left]);
    b.switch_to(blocks[2]);
    b.jump(blocks[3], &[v]);
    b.switch_to(blocks[3]);
    let p = b.params(blocks[3])[0];
    let exit = b.exit(&[(0, p), (1, v)]);
    let next = b.value_or_exit(kind::SUB_OVF_I64, &[p, slot], exit);
    b.guard(kind::GUARD_TRUE, &[next], exit);
    b.jump(blocks[3], &[next]);
    b.finish().expect("the region is good")
}

fn fault(spoil: impl FnOnce(&mut Region)) -> Fault {
    let mut region = region();
    spoil(&mut region);
    verify(&region, UopTable::stock())
        .expect_err("the fault is found")
        .fault
}

fn jump(edge: Edge) -> Terminator {
    Terminator::Jump(edge)
}

const LEFT: UopId = UopId(1);
const SUB: UopId = UopId(2);
const LAST: BlockId = BlockId(3);

fn result(region: &Region, uop: UopId) -> ValueId {
    region.uops[uop.index()].result.get().expect("it has one")
}

#[test]
fn a_good_region_passes() {
    verify(&region(), UopTable::stock()).expect("it is good");
}

#[test]
fn spans_and_pools() {
    let out = Span {
        start: u32::MAX,
        len: 2,
    };
    assert_eq!(fault(|r| r.uops[0].args = out), Fault::Span("operands"));
    assert_eq!(
        fault(|r| r.blocks[3].params = out),
        Fault::Span("block parameters")
    );
    assert_eq!(fault(|r| r.blocks[3].uops = out), Fault::Span("uops"));
    assert_eq!(
        fault(|r| r.exits[0].snapshot = out),
        Fault::Span("snapshot entries")
    );
    let target = BlockId(3);
    assert_eq!(
        fault(|r| r.blocks[2].terminator = jump(Edge { target, args: out })),
        Fault::Span("operands")
    );
    assert_eq!(
        fault(|r| {
            if let Terminator::Branch { args, .. } = &mut r.blocks[0].terminator {
                *args = out;
            }
        }),
        Fault::Span("operands")
    );
    assert_eq!(fault(|r| r.blocks[1].uops.start = 0), Fault::BlockSpan);
    assert_eq!(fault(|r| r.blocks[3].uops.len = 1), Fault::BlockSpan);
    assert_eq!(fault(|region| region.clear()), Fault::NoBlock);
}

#[test]
fn ids_beyond_their_vectors() {
    let far = ValueId(99);
    assert_eq!(fault(|r| r.args[0] = far), Fault::UnknownValue(far));
    assert_eq!(
        fault(|r| r.snapshots[1].value = far),
        Fault::UnknownValue(far)
    );
    assert_eq!(fault(|r| r.params[0] = far), Fault::Definition);
    assert_eq!(fault(|r| r.uops[0].result = far.into()), Fault::Definition);
    assert_eq!(
        fault(|r| r.uops[SUB.index()].exit = ExitId(7).into()),
        Fault::UnknownExit(ExitId(7))
    );
    assert_eq!(
        fault(|r| r.blocks[3].terminator = Terminator::Leave(ExitId(7))),
        Fault::UnknownExit(ExitId(7))
    );
    let edge = Edge {
        target: BlockId(9),
        args: Span::default(),
    };
    assert_eq!(
        fault(|r| r.blocks[3].terminator = jump(edge)),
        Fault::UnknownBlock(BlockId(9))
    );
}

#[test]
fn values_and_definitions_agree() {
    let sub = |r: &Region| result(r, SUB);
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Uop(UopId(77)))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Uop(UopId(0)))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Const(0))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Param(LAST, 0))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Param(LAST, 1))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            r.set_def(sub, ValueDef::Param(BlockId(8), 0))
        }),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| r.uops[LEFT.index()].result = result(r, SUB).into()),
        Fault::Definition
    );
    assert_eq!(
        fault(|r| {
            let sub = sub(r);
            let def = r.def(sub);
            r.values[sub.index()] = r.pack(Type::F64, def)
        }),
        Fault::Result("sub_ovf_i64")
    );
}

#[test]
fn uops() {
    assert_eq!(
        fault(|r| r.uops[LEFT.index()].kind = kind::COPY_I64),
        Fault::InternalKind("copy_i64")
    );
    assert!(matches!(
        fault(|r| r.uops[LEFT.index()].kind = kind::ADD_I64),
        Fault::Arity { .. }
    ));
    assert!(matches!(
        fault(|r| r.uops[LEFT.index()].kind = kind::NEG_F64),
        Fault::OperandType { .. }
    ));
    assert!(matches!(
        fault(|r| r.uops[LEFT.index()].kind = kind::LOAD_FRAME_I64),
        Fault::NotConstant { .. }
    ));
    assert!(matches!(
        fault(|r| {
            let slot = r.uop_args(UopId(0))[0];
            r.set_def(slot, ValueDef::Const(1 << 40));
        }),
        Fault::ImmediateRange { .. }
    ));
    assert_eq!(
        fault(|r| r.uops[SUB.index()].exit = None.into()),
        Fault::MissingExit("sub_ovf_i64")
    );
    assert_eq!(
        fault(|r| r.uops[SUB.index()].kind = kind::SUB_I64),
        Fault::UnexpectedExit("sub_i64")
    );
    assert_eq!(
        fault(|r| {
            if let Terminator::Branch { guard, .. } = &mut r.blocks[0].terminator {
                *guard = kind::NEG_I64;
            }
        }),
        Fault::NotAGuard("neg_i64")
    );
}

#[test]
fn availability() {
    let left = result(&region(), LEFT);
    assert_eq!(
        fault(|r| r.snapshots[1].value = result(r, LEFT)),
        Fault::NotAvailable(left)
    );
    let own = result(&region(), SUB);
    assert_eq!(
        fault(|r| r.snapshots[1].value = result(r, SUB)),
        Fault::NotAvailable(own)
    );
    assert_eq!(
        fault(|r| {
            let span = r.uops[SUB.index()].args;
            r.args[span.start as usize] = result(r, SUB);
        }),
        Fault::NotAvailable(own)
    );
    assert_eq!(
        fault(|r| {
            let Terminator::Jump(edge) = r.blocks[2].terminator else {
                panic!("b2 jumps")
            };
            r.args[edge.args.start as usize] = result(r, LEFT);
        }),
        Fault::NotAvailable(left)
    );
}

#[test]
fn snapshots_on_two_ways_fit_nowhere() {
    let mut region = region();
    let left = result(&region, LEFT);
    let p = region.block_params(LAST)[0];
    region.snapshots[0].value = left;
    region.snapshots[1].value = p;
    let error = verify(&region, UopTable::stock()).expect_err("no place has both");
    assert_eq!(error.place, Place::Uop(SUB));
    assert!(matches!(error.fault, Fault::NotAvailable(_)));
}

#[test]
fn snapshot_slots() {
    assert_eq!(fault(|r| r.snapshots[1].slot = 0), Fault::DuplicateSlot(0));
    assert_eq!(
        fault(|r| r.snapshots[1].slot = 1 << 28),
        Fault::SlotRange(1 << 28)
    );
}

#[test]
fn block_structure() {
    let none = Span::default();
    let edge = |target| Edge {
        target: BlockId(target),
        args: none,
    };
    assert_eq!(
        fault(|r| r.blocks[3].terminator = jump(edge(0))),
        Fault::EdgeToEntry
    );
    assert_eq!(
        fault(|r| r.blocks[0].terminator = jump(edge(1))),
        Fault::NoEarlierPredecessor
    );
    assert_eq!(
        fault(|r| r.blocks[3].terminator = jump(edge(2))),
        Fault::Irreducible(BlockId(2))
    );
    assert!(matches!(
        fault(|r| r.blocks[2].terminator = jump(edge(3))),
        Fault::EdgeArity {
            expected: 1,
            given: 0,
            ..
        }
    ));
}

#[test]
#[cfg_attr(miri, ignore = "too much for an interpreter of programs")]
fn a_large_snapshot_shared_by_many_guards_takes_linear_time() {
    let mut b = RegionBuilder::new(UopTable::stock());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let slot = b.const_i64(0);
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    let snapshot: Vec<_> = (0..100_000).map(|n| (n, v)).collect();
    let exit = b.exit(&snapshot);
    for _ in 0..100_000 {
        b.guard(kind::GUARD_TRUE, &[v], exit);
    }
    b.leave(exit);
    let region = b.finish().expect("the region is good");
    verify(&region, UopTable::stock()).expect("it is good");
}

/// A chain of blocks with a rung from each to a second chain that runs the other way: every walk up the tree is long.
#[test]
#[cfg_attr(miri, ignore = "too much for an interpreter of programs")]
fn a_ladder_of_blocks_takes_no_quadratic_time() {
    let count = 100_000u32;
    let mut region = Region::default();
    let edge = |target| Edge {
        target: BlockId(target),
        args: Span::default(),
    };
    for n in 0..count {
        let next = if n + 1 < count { n + 1 } else { count };
        let (then, otherwise) = (edge(next), edge(count + n));
        let (guard, args) = (kind::GUARD_TRUE, Span { start: 0, len: 1 });
        region.blocks.push(block(Terminator::Branch {
            guard,
            args,
            then,
            otherwise,
        }));
    }
    for n in count..2 * count - 1 {
        region.blocks.push(block(jump(edge(n + 1))));
    }
    region.blocks.push(block(Terminator::Leave(ExitId(0))));
    region.exits.push(jit_native::region::Exit {
        snapshot: Span { start: 0, len: 1 },
    });
    region.snapshots.push(SnapshotEntry {
        slot: 0,
        value: ValueId(0),
    });
    region.args.push(ValueId(0));
    let one = region.pack(Type::I64, ValueDef::Const(1));
    region.values.push(one);
    verify(&region, UopTable::stock()).expect("it is good");
    let mut dominators = Dominators::default();
    dominators.compute(&region.blocks).expect("it is good");
    assert_eq!(dominators.parent(BlockId(count + 5)), Some(BlockId(0)));
    assert!(dominators.dominates(BlockId(7), BlockId(count - 1)));
    assert!(!dominators.dominates(BlockId(7), BlockId(count + 7)));
}

fn block(terminator: Terminator) -> jit_native::region::Block {
    jit_native::region::Block {
        params: Span::default(),
        uops: Span::default(),
        terminator,
    }
}
