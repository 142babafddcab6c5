//! After a text has been read: the names of values, blocks and exits become numbers.

use super::lex::Position;
use super::number::used_values;
use super::parse::{ParseError, Parser, Places};
use crate::region::{BlockId, ExitId, RegionData, Terminator, UopId, Value, ValueId};
use stencils::table::Type;

impl Parser<'_, '_> {
    /// Turns names into numbers.
    pub(super) fn resolve(mut self) -> Result<(RegionData, Places), ParseError> {
        if let Some(draft) = self.drafts.iter().find(|draft| draft.value.is_none()) {
            let label = draft.label.unwrap_or_default();
            return draft.position.error(format!("v{label} is never defined"));
        }
        self.number_values();
        for n in 0..self.region.blocks.len() {
            let end = self.places.ends[n];
            let mut terminator = self.region.blocks[n].terminator;
            match &mut terminator {
                Terminator::Jump(edge) => edge.target = self.block_number(edge.target, end)?,
                Terminator::Branch {
                    then, otherwise, ..
                } => {
                    then.target = self.block_number(then.target, end)?;
                    otherwise.target = self.block_number(otherwise.target, end)?;
                }
                Terminator::Leave(exit) => *exit = self.exit_number(*exit, end)?,
            }
            self.region.blocks[n].terminator = terminator;
        }
        for n in 0..self.region.uops.len() {
            if let Some(exit) = self.region.uops[n].exit.get() {
                let exit = self.exit_number(exit, self.places.uops[n])?;
                self.region.uops[n].exit = exit.into();
            }
        }
        Ok((self.region, self.places))
    }

    fn block_number(&self, name: BlockId, position: Position) -> Result<BlockId, ParseError> {
        match self.blocks.get(&name.0) {
            Some(&block) => Ok(block),
            None => position.error(format!("there is no block {name}")),
        }
    }

    fn exit_number(&self, name: ExitId, position: Position) -> Result<ExitId, ParseError> {
        match self.exits.get(&name.0) {
            Some(&exit) => Ok(exit),
            None => position.error(format!("there is no exit {name}")),
        }
    }

    /// Gives the drafts their numbers and rewrites the region with them.
    fn number_values(&mut self) {
        let count = self.drafts.len();
        let mut numbers: Vec<Option<ValueId>> = vec![None; count];
        // The numbers in the text are kept when all are below the number of values.
        let keep = self.labels.keys().all(|&label| (label as usize) < count);
        let mut labelled: Vec<(u32, ValueId)> = self.labels.iter().map(|(&l, &v)| (l, v)).collect();
        labelled.sort_unstable();
        let mut taken = vec![false; count];
        for (n, (label, value)) in labelled.into_iter().enumerate() {
            let number = if keep { label as usize } else { n };
            numbers[value.index()] = Some(ValueId(number as u32));
            taken[number] = true;
        }
        // The others are constants: they take what is left, in the order of their first use.
        let mut free = (0..count).filter(|&n| !taken[n]).map(|n| ValueId(n as u32));
        for value in used_values(&self.region).chain((0..count).map(|n| ValueId(n as u32))) {
            if numbers[value.index()].is_none() {
                numbers[value.index()] = free.next();
            }
        }
        let number = |value: &mut ValueId| {
            if let Some(number) = numbers[value.index()] {
                *value = number;
            }
        };
        let region = &mut self.region;
        region.args.iter_mut().for_each(number);
        region.params.iter_mut().for_each(number);
        region
            .snapshots
            .iter_mut()
            .map(|entry| &mut entry.value)
            .for_each(number);
        region.uops.iter_mut().for_each(|uop| {
            if let Some(mut result) = uop.result.get() {
                number(&mut result);
                uop.result = result.into();
            }
        });
        let unknown = Value::uop(Type::I64, UopId(u32::MAX));
        region.values.resize(count, unknown);
        for (draft, number) in self.drafts.iter().zip(&numbers) {
            if let (Some(value), Some(number)) = (draft.value, number) {
                region.values[number.index()] = value;
            }
        }
    }
}
