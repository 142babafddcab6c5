//! Adding uops. Nearly all have one operand or two, made in the same block, and are no mistake: these take a short way,
//! and everything else a long one that looks at each thing by itself. Start with [`RegionBuilder::push_uop`].

use super::checks::{is_here, limit};
use super::{NO_EXIT, RegionBuilder};
use crate::region::limits::{MAX_ITEMS, MAX_POOL};
use crate::region::signature::Signature;
use crate::region::{ExitId, Fault, Maybe, Place, RegionData, Span, Uop, UopId, Value, ValueId};
use stencils::table::{Type, UopKind};

impl RegionBuilder<'_> {
    #[inline]
    pub(super) fn push_uop(
        &mut self,
        kind: UopKind,
        args: &[ValueId],
        exit: Option<ExitId>,
    ) -> Option<ValueId> {
        match (args, exit) {
            (&[a], None) => self.push_short::<1, false>(kind, [a], NO_EXIT).get(),
            (&[a, b], None) => self.push_short::<2, false>(kind, [a, b], NO_EXIT).get(),
            (&[a], Some(exit)) => self.push_short::<1, true>(kind, [a], exit).get(),
            (&[a, b], Some(exit)) => self.push_short::<2, true>(kind, [a, b], exit).get(),
            _ => self.push_checked(kind, args, exit),
        }
    }

    /// Adds a uop of one operand or two, with an exit if it `EXITS`. When all is well at a glance this does it; everything
    /// else, mistakes among it, takes the long way.
    #[inline(never)]
    fn push_short<const N: usize, const EXITS: bool>(
        &mut self,
        kind: UopKind,
        args: [ValueId; N],
        exit: ExitId,
    ) -> Maybe<ValueId> {
        let Some(result) = self.glance::<N, EXITS>(kind, args, exit) else {
            return self.push_long::<N, EXITS>(kind, args, exit).into();
        };
        self.room -= 1;
        let region = &mut self.region;
        let span = Span {
            start: region.args.len() as u32,
            len: N as u32,
        };
        region.args.extend_from_slice(&args);
        let uop = UopId(region.uops.len() as u32);
        let mut value = Maybe::default();
        if let Some(ty) = result {
            value = ValueId(region.values.len() as u32).into();
            region.values.push(Value::uop(ty, uop));
        }
        region.uops.push(Uop {
            kind,
            args: span,
            result: value,
            exit: EXITS.then_some(exit).into(),
            origin: self.origin,
        });
        value
    }

    /// What a uop gives, if all is well with it at a glance and nothing has to grow for it.
    #[inline(always)]
    fn glance<const N: usize, const EXITS: bool>(
        &self,
        kind: UopKind,
        args: [ValueId; N],
        exit: ExitId,
    ) -> Option<Option<Type>> {
        let signature = self.signatures.get(kind)?;
        if self.room == 0 || signature.shape != Signature::shape(N, EXITS) {
            return None;
        }
        for (operand, arg) in signature.first.iter().zip(args) {
            let value = *self.region.values.get(arg.index())?;
            if !value.is_near(*operand, self.first_uop) {
                return None;
            }
        }
        if EXITS && Some(*self.homes.get(exit.index())?) != self.current {
            return None;
        }
        let RegionData {
            uops, args, values, ..
        } = &self.region;
        let grows = uops.len() == uops.capacity()
            || args.capacity() - args.len() < N
            || values.len() == values.capacity();
        (!grows).then_some(signature.result)
    }

    /// [`RegionBuilder::push_checked`] with the operands at hand.
    #[cold]
    #[inline(never)]
    fn push_long<const N: usize, const EXITS: bool>(
        &mut self,
        kind: UopKind,
        args: [ValueId; N],
        exit: ExitId,
    ) -> Option<ValueId> {
        self.push_checked(kind, &args, EXITS.then_some(exit))
    }

    /// How many uops of two operands may be added before anything can be too much.
    fn find_room(&self) -> u32 {
        let region = &self.region;
        let items = MAX_ITEMS.saturating_sub(region.uops.len().max(region.values.len()));
        items.min(MAX_POOL.saturating_sub(region.args.len()) / 2) as u32
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
        self.room = self.find_room();
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
