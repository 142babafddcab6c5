//! A uop before it is put into the region: its kind and its operands, which rules change and exchange.

use crate::region::ValueId;
use stencils::table::UopKind;

/// The most operands of a uop that is looked into; one with more (an author's) is taken as it is.
pub(super) const MAX_ARGS: usize = 8;

/// A uop before it is put into the region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: UopKind,
    args: [ValueId; MAX_ARGS],
    len: u8,
}

impl Node {
    #[inline]
    pub fn new(kind: UopKind, args: &[ValueId]) -> Node {
        let mut node = Node::empty(kind);
        for &arg in args {
            node.push(arg);
        }
        node
    }

    /// A uop whose operands are still to come.
    #[inline]
    pub fn empty(kind: UopKind) -> Node {
        Node {
            kind,
            args: [ValueId(0); MAX_ARGS],
            len: 0,
        }
    }

    /// Adds an operand. There are at most [`MAX_ARGS`].
    #[inline]
    pub fn push(&mut self, arg: ValueId) {
        self.args[usize::from(self.len)] = arg;
        self.len += 1;
    }

    /// Exchanges the first two operands.
    #[inline]
    pub fn swap(&mut self) {
        self.args.swap(0, 1);
    }

    #[inline]
    pub fn args(&self) -> &[ValueId] {
        &self.args[..usize::from(self.len)]
    }
}
