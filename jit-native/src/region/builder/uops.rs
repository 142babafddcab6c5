//! Adding uops. Nearly all have one operand or two, made in the same block, and are no mistake: these take a short way,
//! and everything else a long one that looks at each thing by itself. Start with [`RegionBuilder::push_uop`].

use super::RegionBuilder;
use super::checks::{is_here, limit};
use crate::region::limits::{MAX_ITEMS, MAX_POOL};
use crate::region::signature::{Operand, Signature};
use crate::region::{ExitId, Fault, Place, Span, Uop, UopId, Value, ValueId};
use stencils::table::UopKind;

impl RegionBuilder<'_> {
    #[inline]
    pub(super) fn push_uop(
        &mut self,
        kind: UopKind,
        args: &[ValueId],
        exit: Option<ExitId>,
    ) -> Option<ValueId> {
        match *args {
            [a] => self.push_short(kind, [a], exit),
            [a, b] => self.push_short(kind, [a, b], exit),
            _ => self.push_checked(kind, args, exit),
        }
    }

    /// Adds a uop of one operand or two. When all is well at a glance this does it; everything else, mistakes among it,
    /// takes the long way.
    #[inline(never)]
    fn push_short<const N: usize>(
        &mut self,
        kind: UopKind,
        args: [ValueId; N],
        exit: Option<ExitId>,
    ) -> Option<ValueId> {
        let region = &mut self.region;
        let fits = |operand: Operand, arg: ValueId| {
            let value = region.values.get(arg.index());
            value.is_some_and(|&value| operand.accepts(region, value, self.first_uop))
        };
        let glance = self.signatures.get(kind).filter(|signature| {
            signature.shape == Signature::shape(N, exit.is_some())
                && signature
                    .first
                    .iter()
                    .zip(args)
                    .all(|(&operand, arg)| fits(operand, arg))
        });
        let room = region.uops.len() < MAX_ITEMS
            && region.values.len() < MAX_ITEMS
            && region.args.len() <= MAX_POOL - N;
        let home = |exit: ExitId| self.homes.get(exit.index()) == self.current.as_ref();
        let (Some(signature), true, true) = (
            glance,
            room && self.current.is_some(),
            exit.is_none_or(home),
        ) else {
            return self.push_checked(kind, &args, exit);
        };
        let span = Span {
            start: region.args.len() as u32,
            len: N as u32,
        };
        region.args.extend_from_slice(&args);
        let uop = UopId(region.uops.len() as u32);
        let result = signature.result.map(|ty| {
            region.values.push(Value::uop(ty, uop));
            ValueId(region.values.len() as u32 - 1)
        });
        region.uops.push(Uop {
            kind,
            args: span,
            result: result.into(),
            exit: exit.into(),
            origin: self.origin,
        });
        result
    }

    /// Adds a uop, each thing checked by itself.
    fn push_checked(
        &mut self,
        kind: UopKind,
        args: &[ValueId],
        exit: Option<ExitId>,
    ) -> Option<ValueId> {
        let id = UopId(self.region.uops.len() as u32);
        let place = Place::Uop(id);
        if self.region.uops.len() >= MAX_ITEMS {
            return self.refuse(Place::Region, limit("uops", MAX_ITEMS), None);
        }
        let args = self.push_args(place, kind, args)?;
        let signature = self.signatures.get(kind)?;
        let (result, may_exit) = (signature.result, signature.may_exit);
        if exit.is_some() != may_exit {
            return self.refuse_exit(place, kind, exit);
        }
        if let Some(exit) = exit
            && !self.use_exit(place, exit)
        {
            return None;
        }
        let result = result.map(|ty| self.push_value(Value::uop(ty, id)));
        self.region.uops.push(Uop {
            kind,
            args,
            result: result.into(),
            exit: exit.into(),
            origin: self.origin,
        });
        result
    }

    /// Checks operands and puts them into the pool.
    pub(super) fn push_args(
        &mut self,
        place: Place,
        kind: UopKind,
        args: &[ValueId],
    ) -> Option<Span> {
        let Some(current) = self.current else {
            return self.refuse(Place::Region, Fault::NoCurrentBlock, None);
        };
        let signature = match self.signatures.get(kind) {
            Some(&signature) if !signature.internal => signature,
            _ => return self.refuse_kind(place, kind),
        };
        if usize::from(signature.arity) != args.len() {
            return self.refuse_arity(place, kind, args.len());
        }
        let start = self.region.args.len();
        if start + args.len() > MAX_POOL {
            return self.refuse(Place::Region, limit("operands", MAX_POOL), None);
        }
        for (n, &arg) in args.iter().enumerate() {
            let Some(&value) = self.region.values.get(arg.index()) else {
                return self.refuse(place, Fault::UnknownValue(arg), None);
            };
            if !signature.accepts(n, &self.region, value) {
                let fault = signature.refusal(&self.table[kind], n, &self.region, value);
                return self.refuse(place, fault, None);
            }
            if !is_here(value, current, self.first_uop) {
                self.note_foreign_use(current, arg);
            }
        }
        self.region.args.extend_from_slice(args);
        Some(Span {
            start: start as u32,
            len: args.len() as u32,
        })
    }
}
