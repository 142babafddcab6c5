//! The verifier: every malformed region is an error value that says what is wrong and where. For regions that come
//! from elsewhere than the builder: text, fuzzers, passes under test. Never changes anything and never panics,
//! whatever the region's vectors hold; the time is linear in them (times a logarithm for the dominator tree).
//!
//! Why an exit's snapshot need not be walked at each of its guards: values that are all available at one place are
//! defined in blocks of one chain of dominators. So an exit is available exactly where its deepest definition is, if
//! the others dominate that one ([`ExitDepth`]).
//!
//! Start with [`verify`].

mod shape;

use super::builder::check_slot_order;
use super::signature::{Signature, Signatures};
use super::{
    BlockId, Dominators, Edge, ExitId, Fault, Place, RegionData, RegionError, Span, Terminator,
    UopId, Value, ValueId,
};
use stencils::table::{UopKind, UopTable};

/// Checks everything that the engine relies on.
///
/// # Errors
/// The first fault found.
pub fn verify(region: &RegionData, table: &UopTable) -> Result<(), RegionError> {
    shape::check_limits(region)?;
    shape::check_spans(region)?;
    let mut dominators = Dominators::default();
    dominators.compute(&region.blocks)?;
    shape::check_definitions(region)?;
    let mut verifier = Verifier {
        region,
        table,
        signatures: Signatures::new(table),
        dominators,
        block_of: block_of_uops(region),
        exits: Vec::new(),
    };
    verifier.check_exits()?;
    verifier.check_blocks()
}

/// Where an exit may be used.
#[derive(Clone, Copy)]
enum ExitDepth {
    /// Everywhere in blocks dominated by this one; in this block itself after this uop, if there is one.
    After(BlockId, Option<UopId>),
    /// Nowhere: this value's definition and another's are on different ways.
    Nowhere(ValueId),
}

struct Verifier<'a> {
    region: &'a RegionData,
    table: &'a UopTable,
    signatures: Signatures,
    dominators: Dominators,
    block_of: Vec<BlockId>,
    exits: Vec<ExitDepth>,
}

/// A point in the region: a block, and a uop in it or (none) the block's end.
#[derive(Clone, Copy)]
struct Point {
    block: BlockId,
    uop: Option<UopId>,
}

impl Point {
    fn place(self) -> Place {
        self.uop.map_or(Place::Terminator(self.block), Place::Uop)
    }

    fn error<T>(self, fault: Fault) -> Result<T, RegionError> {
        error(self.place(), fault)
    }
}

impl Verifier<'_> {
    fn check_exits(&mut self) -> Result<(), RegionError> {
        let mut scratch = Vec::new();
        self.exits.reserve(self.region.exits.len());
        for n in 0..self.region.exits.len() {
            let exit = ExitId(n as u32);
            let snapshot = self.region.snapshot(exit);
            check_slot_order(snapshot.iter().map(|entry| entry.slot), &mut scratch)
                .or_else(|fault| error(Place::Exit(exit), fault))?;
            let mut depth = ExitDepth::After(BlockId(0), None);
            for entry in snapshot {
                let Some(value) = self.region.values.get(entry.value.index()) else {
                    return error(Place::Exit(exit), Fault::UnknownValue(entry.value));
                };
                depth = self.deepen(depth, entry.value, *value);
            }
            self.exits.push(depth);
        }
        Ok(())
    }

    /// The depth of an exit with one more value.
    fn deepen(&self, depth: ExitDepth, id: ValueId, value: Value) -> ExitDepth {
        let ExitDepth::After(block, uop) = depth else {
            return depth;
        };
        let (from, after) = match (value.as_uop(), value.as_param()) {
            (Some(uop), _) => (self.block_of[uop.index()], Some(uop)),
            (_, Some((from, _))) => (from, None),
            _ => return depth,
        };
        if from == block {
            ExitDepth::After(block, uop.max(after))
        } else if self.dominators.dominates(from, block) {
            depth
        } else if self.dominators.dominates(block, from) {
            ExitDepth::After(from, after)
        } else {
            ExitDepth::Nowhere(id)
        }
    }

    fn check_blocks(&self) -> Result<(), RegionError> {
        for (n, block) in self.region.blocks.iter().enumerate() {
            let id = BlockId(n as u32);
            for n in block.uops.range() {
                self.check_uop(
                    Point {
                        block: id,
                        uop: Some(UopId(n as u32)),
                    },
                    n,
                )?;
            }
            let end = Point {
                block: id,
                uop: None,
            };
            match block.terminator {
                Terminator::Jump(edge) => self.check_edge(end, edge)?,
                Terminator::Branch {
                    guard,
                    args,
                    then,
                    otherwise,
                } => {
                    let signature = self.signature(end, guard)?;
                    if !signature.is_guard() {
                        return end.error(Fault::NotAGuard(self.name(guard)));
                    }
                    self.check_args(end, guard, signature, args)?;
                    self.check_edge(end, then)?;
                    self.check_edge(end, otherwise)?;
                }
                Terminator::Leave(exit) => self.check_exit(end, exit)?,
            }
        }
        Ok(())
    }

    fn check_uop(&self, point: Point, n: usize) -> Result<(), RegionError> {
        let uop = &self.region.uops[n];
        let signature = self.signature(point, uop.kind)?;
        self.check_args(point, uop.kind, signature, uop.args)?;
        let result = uop.result.get().map(|value| self.region.ty(value));
        if result != signature.result {
            return point.error(Fault::Result(self.name(uop.kind)));
        }
        match uop.exit.get() {
            Some(_) if !signature.may_exit => {
                point.error(Fault::UnexpectedExit(self.name(uop.kind)))
            }
            None if signature.may_exit => point.error(Fault::MissingExit(self.name(uop.kind))),
            Some(exit) => self.check_exit(point, exit),
            None => Ok(()),
        }
    }

    fn check_args(
        &self,
        point: Point,
        kind: UopKind,
        signature: &Signature,
        span: Span,
    ) -> Result<(), RegionError> {
        let args = self.region.args(span);
        if args.len() != usize::from(signature.arity) {
            let (name, expected) = (self.name(kind), usize::from(signature.arity));
            return point.error(Fault::Arity {
                name,
                expected,
                given: args.len(),
            });
        }
        for (n, &arg) in args.iter().enumerate() {
            let value = self.available(point, arg)?;
            if !signature.accepts(n, self.region, value) {
                let def = &self.table[kind];
                return point.error(signature.refusal(def, n, self.region, value));
            }
        }
        Ok(())
    }

    fn check_edge(&self, point: Point, edge: Edge) -> Result<(), RegionError> {
        let target = edge.target;
        let params = self.region.block_params(target);
        let args = self.region.args(edge.args);
        if params.len() != args.len() {
            let (expected, given) = (params.len(), args.len());
            return point.error(Fault::EdgeArity {
                target,
                expected,
                given,
            });
        }
        for (param, (&to, &arg)) in params.iter().zip(args).enumerate() {
            let given = self.available(point, arg)?.ty();
            let expected = self.region.ty(to);
            if given != expected {
                return point.error(Fault::EdgeType {
                    target,
                    param,
                    expected,
                    given,
                });
            }
        }
        Ok(())
    }

    fn check_exit(&self, point: Point, exit: ExitId) -> Result<(), RegionError> {
        match self.exits.get(exit.index()) {
            None => point.error(Fault::UnknownExit(exit)),
            Some(&ExitDepth::Nowhere(value)) => point.error(Fault::NotAvailable(value)),
            Some(&ExitDepth::After(block, after)) => {
                let reached = if block == point.block {
                    before(after, point)
                } else {
                    self.dominators.dominates(block, point.block)
                };
                if reached {
                    Ok(())
                } else {
                    self.blame_snapshot(point, exit)
                }
            }
        }
    }

    /// Names the value of a snapshot that is not available.
    #[cold]
    fn blame_snapshot(&self, point: Point, exit: ExitId) -> Result<(), RegionError> {
        for entry in self.region.snapshot(exit) {
            self.available(point, entry.value)?;
        }
        Ok(())
    }

    fn available(&self, point: Point, id: ValueId) -> Result<Value, RegionError> {
        let Some(&value) = self.region.values.get(id.index()) else {
            return point.error(Fault::UnknownValue(id));
        };
        let available = match (value.as_uop(), value.as_param()) {
            (_, Some((from, _))) => self.dominators.dominates(from, point.block),
            (Some(uop), _) => {
                let from = self.block_of[uop.index()];
                if from == point.block {
                    before(Some(uop), point)
                } else {
                    self.dominators.dominates(from, point.block)
                }
            }
            _ => true,
        };
        if available {
            Ok(value)
        } else {
            point.error(Fault::NotAvailable(id))
        }
    }

    fn signature(&self, point: Point, kind: UopKind) -> Result<&Signature, RegionError> {
        match self.signatures.get(kind) {
            None => point.error(Fault::UnknownKind(kind)),
            Some(signature) if signature.internal => {
                point.error(Fault::InternalKind(self.name(kind)))
            }
            Some(signature) => Ok(signature),
        }
    }

    fn name(&self, kind: UopKind) -> &'static str {
        self.table[kind].name
    }
}

/// Whether a point comes after a uop of the same block.
fn before(after: Option<UopId>, point: Point) -> bool {
    match (after, point.uop) {
        (Some(after), Some(here)) => after < here,
        _ => true,
    }
}

fn block_of_uops(region: &RegionData) -> Vec<BlockId> {
    let mut owners = Vec::with_capacity(region.uops.len());
    for (n, block) in region.blocks.iter().enumerate() {
        owners.resize(owners.len() + block.uops.len as usize, BlockId(n as u32));
    }
    owners
}

fn error<T>(place: Place, fault: Fault) -> Result<T, RegionError> {
    Err(RegionError { place, fault })
}
