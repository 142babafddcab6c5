//! Statements: single uops, branches with joins, loops with a bounded number of trips.
//!
//! A statement ends in a block that is being filled, or ([`Generator::body`] gives false) in one that has its end:
//! then nothing comes after it.

use super::Generator;
use super::operands::{Class, Mark};
use crate::region::{BlockId, ValueId};
use stencils::table::Type;
use stencils::uops::kind;

/// Branches and loops within each other, at most.
const MAX_DEPTH: usize = 3;

/// A loop's most trips: three loops within each other stay below 250 trips.
const MAX_TRIPS: usize = 6;

/// A loop that is being made.
struct Counting {
    header: BlockId,
    /// The classes of its parameters; the counter is the first.
    classes: Vec<Class>,
    counter: ValueId,
    bound: ValueId,
    up: bool,
}

impl Generator<'_, '_> {
    /// Some statements. Whether the flow goes on after them.
    pub(super) fn body(&mut self) -> bool {
        let most = if self.depth == 0 {
            usize::MAX
        } else {
            1 + self.below(12)
        };
        for _ in 0..most {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            if !self.statement() {
                return false;
            }
        }
        true
    }

    fn statement(&mut self) -> bool {
        self.origin += 1;
        self.b.origin(self.origin);
        match self.below(32) {
            0..=11 => self.pure_uop(),
            12..=14 => self.bait(),
            15..=18 => self.frame_uop(),
            19..=23 => self.memory_uop(),
            24 => self.call_uop(),
            25..=27 => self.guard_uop(),
            _ if self.depth == MAX_DEPTH => self.pure_uop(),
            28 | 29 => return self.branch(),
            _ => return self.counted_loop(),
        }
        true
    }

    /// Two ways and a join. A way may be empty, may leave, or may come from the same block as the other.
    fn branch(&mut self) -> bool {
        let classes = self.classes();
        let join = self.new_block(&classes);
        let (guard, args) = self.condition();
        let direct = self.chance(1, 5).then(|| self.edge_args(&classes));
        let also_direct = self.chance(1, 8).then(|| self.edge_args(&classes));
        let ways: Vec<Option<BlockId>> = [&direct, &also_direct]
            .into_iter()
            .map(|way| way.is_none().then(|| self.b.block(&[])))
            .collect();
        let edge = |way: Option<BlockId>, args: Option<Vec<ValueId>>| match way {
            Some(block) => (block, Vec::new()),
            None => (join, args.unwrap_or_default()),
        };
        let mut joined = direct.is_some() || also_direct.is_some();
        let (then, otherwise) = (edge(ways[0], direct), edge(ways[1], also_direct));
        self.b
            .branch(guard, &args, (then.0, &then.1), (otherwise.0, &otherwise.1));
        let mark = self.scope.mark();
        for block in ways.into_iter().flatten() {
            self.b.switch_to(block);
            self.depth += 1;
            self.inner_body();
            self.depth -= 1;
            if joined && self.chance(1, 6) {
                let exit = self.exit();
                self.b.leave(exit);
            } else {
                let args = self.edge_args(&classes);
                self.b.jump(join, &args);
                joined = true;
            }
            self.scope.back_to(mark);
        }
        self.b.switch_to(join);
        self.add_params(join, &classes, 0);
        true
    }

    /// A loop that counts down to zero or up to a bound. It ends by its counter or by a branch in its middle; or, as in
    /// a trace, it is left by guards alone and nothing comes after it.
    fn counted_loop(&mut self) -> bool {
        let mut classes = self.classes();
        classes.insert(0, Class::Int);
        let up = self.chance(1, 2);
        let trips = 1 + self.below(MAX_TRIPS) as i64;
        let bound = if up && self.chance(1, 3) {
            let value = self.int();
            self.masked(value, MAX_TRIPS as i64 - 1)
        } else {
            self.b.const_i64(trips)
        };
        let mut args = self.edge_args(&classes);
        args[0] = self.b.const_i64(if up { 0 } else { trips });
        let header = self.new_block(&classes);
        self.b.jump(header, &args);
        self.b.switch_to(header);
        self.add_params(header, &classes, 1);
        let counter = self.b.param(header, 0);
        self.scope.add(Type::I64, counter);
        let counting = Counting {
            header,
            classes,
            counter,
            bound,
            up,
        };
        if self.depth == 0 && self.chance(1, 2) {
            self.depth += 1;
            self.inner_body();
            self.depth -= 1;
            self.end_trace(&counting);
            return false;
        }
        self.loop_with_end(&counting);
        true
    }

    fn loop_with_end(&mut self, counting: &Counting) {
        let after_classes = self.classes();
        let after = self.new_block(&after_classes);
        self.depth += 1;
        self.inner_body();
        let broken = self.chance(1, 4).then(|| {
            let mark = self.break_to(after, &after_classes);
            self.inner_body();
            mark
        });
        self.depth -= 1;
        self.end_loop(counting, after, &after_classes);
        if let Some(mark) = broken {
            self.scope.back_to(mark);
        }
        self.b.switch_to(after);
        self.add_params(after, &after_classes, 0);
    }

    /// Statements within a branch or a loop.
    fn inner_body(&mut self) {
        let goes_on = self.body();
        debug_assert!(goes_on, "statements within others go on");
    }

    /// A branch out of the loop; what is in scope here is in scope after it.
    fn break_to(&mut self, after: BlockId, classes: &[Class]) -> Mark {
        let (guard, condition) = self.condition();
        let args = self.edge_args(classes);
        let stay = self.b.block(&[]);
        self.b
            .branch(guard, &condition, (stay, &[]), (after, &args));
        self.b.switch_to(stay);
        self.scope.mark()
    }

    /// The counter's step: what decides whether to go round again, and the values of the next round.
    fn step(&mut self, counting: &Counting) -> (ValueId, Vec<ValueId>) {
        let &Counting {
            counter, bound, up, ..
        } = counting;
        let one = self.b.const_i64(1);
        let checked = self.chance(1, 2);
        let kind = match (up, checked) {
            (true, true) => kind::ADD_OVF_I64,
            (true, false) => kind::ADD_I64,
            (false, true) => kind::SUB_OVF_I64,
            (false, false) => kind::SUB_I64,
        };
        let next = if checked {
            let exit = self.exit();
            self.b.value_or_exit(kind, &[counter, one], exit)
        } else {
            self.b.value(kind, &[counter, one])
        };
        self.scope.add(Type::I64, next);
        let again = if up {
            self.b.value(kind::LT_I64, &[next, bound])
        } else {
            next
        };
        let mut args = self.edge_args(&counting.classes);
        args[0] = next;
        (again, args)
    }

    /// The way back of a loop that is left by guards alone.
    fn end_trace(&mut self, counting: &Counting) {
        let (again, args) = self.step(counting);
        let exit = self.exit();
        self.b.guard(kind::GUARD_TRUE, &[again], exit);
        self.b.jump(counting.header, &args);
    }

    /// The way back and the way on.
    fn end_loop(&mut self, counting: &Counting, after: BlockId, after_classes: &[Class]) {
        let (again, args) = self.step(counting);
        let header = counting.header;
        let after_args = self.edge_args(after_classes);
        if self.chance(1, 2) {
            self.b.branch(
                kind::GUARD_TRUE,
                &[again],
                (header, &args),
                (after, &after_args),
            );
        } else {
            let back = self.b.block(&[]);
            self.b.branch(
                kind::GUARD_FALSE,
                &[again],
                (after, &after_args),
                (back, &[]),
            );
            self.b.switch_to(back);
            self.b.jump(header, &args);
        }
    }

    /// Classes of block parameters.
    fn classes(&mut self) -> Vec<Class> {
        let most = if self.hoard { 9 } else { 4 };
        let count = self.below(most);
        (0..count)
            .map(|_| self.pick(&[Class::Int, Class::Int, Class::Float, Class::Pointer]))
            .collect()
    }

    fn new_block(&mut self, classes: &[Class]) -> BlockId {
        let types: Vec<Type> = classes.iter().map(|class| class.ty()).collect();
        self.b.block(&types)
    }

    fn edge_args(&mut self, classes: &[Class]) -> Vec<ValueId> {
        classes.iter().map(|class| self.value_for(*class)).collect()
    }

    /// Puts a block's parameters into scope, without the first `skip`.
    fn add_params(&mut self, block: BlockId, classes: &[Class], skip: usize) {
        for (n, class) in classes.iter().enumerate().skip(skip) {
            let param = self.b.param(block, n);
            self.scope.add_param(*class, param);
        }
    }
}
