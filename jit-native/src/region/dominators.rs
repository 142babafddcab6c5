//! Which block dominates which, in one pass over the layout.
//!
//! A region's blocks stand such that every block but the entry has an edge from an earlier one, and every edge back
//! goes to a dominator (loops have one way in). Then edges back do not change dominance: a path along one has passed
//! its target before. So the dominator of a block is the nearest common ancestor of its earlier predecessors, all of
//! which are done when the block's turn comes. The ancestors are found through the jump pointers of Myers ("An
//! applicative random-access stack", 1983), so that even a ladder of a million blocks takes O(log n) an edge.

use super::{Block, BlockId, Edge, Fault, Place, RegionError, Terminator};

/// The dominator tree of a region's blocks. Reusable: [`Dominators::compute`] replaces what was there.
#[derive(Clone, Debug, Default)]
pub struct Dominators {
    nodes: Vec<Node>,
    /// Preorder intervals of the tree: `(first, last + 1)`.
    spans: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    /// An ancestor further up; see [`Dominators::attach`].
    jump: u32,
    depth: u32,
}

const UNREACHED: u32 = u32::MAX;

impl Dominators {
    /// Computes the tree; edges are in range.
    ///
    /// # Errors
    /// An edge to the entry, a block that no earlier block leads to, or an edge back to a block that does not dominate
    /// the edge's source.
    pub fn compute(&mut self, blocks: &[Block]) -> Result<(), RegionError> {
        self.nodes.clear();
        self.nodes.resize(
            blocks.len(),
            Node {
                parent: UNREACHED,
                jump: 0,
                depth: 0,
            },
        );
        for (n, block) in blocks.iter().enumerate() {
            if n > 0 {
                if self.nodes[n].parent == UNREACHED {
                    return Err(fault(
                        Place::Block(BlockId(n as u32)),
                        Fault::NoEarlierPredecessor,
                    ));
                }
                self.attach(n as u32);
            }
            for edge in edges(&block.terminator) {
                let target = edge.target.0;
                if target == 0 {
                    let place = Place::Terminator(BlockId(n as u32));
                    return Err(fault(place, Fault::EdgeToEntry));
                }
                if target as usize > n {
                    let parent = self.nodes[target as usize].parent;
                    self.nodes[target as usize].parent = if parent == UNREACHED {
                        n as u32
                    } else {
                        self.common(parent, n as u32)
                    };
                }
            }
        }
        self.number();
        for (n, block) in blocks.iter().enumerate() {
            let source = BlockId(n as u32);
            for edge in edges(&block.terminator) {
                if edge.target <= source && !self.dominates(edge.target, source) {
                    return Err(fault(
                        Place::Terminator(source),
                        Fault::Irreducible(edge.target),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether every way to `below` passes `above` (a block dominates itself).
    #[inline]
    pub fn dominates(&self, above: BlockId, below: BlockId) -> bool {
        let (first, end) = self.spans[above.index()];
        let place = self.spans[below.index()].0;
        first <= place && place < end
    }

    /// The nearest dominator of a block besides itself; none for the entry.
    #[inline]
    pub fn parent(&self, block: BlockId) -> Option<BlockId> {
        (block.0 != 0).then(|| BlockId(self.nodes[block.index()].parent))
    }

    /// How many blocks dominate this one, itself not counted.
    #[inline]
    pub fn depth(&self, block: BlockId) -> u32 {
        self.nodes[block.index()].depth
    }

    /// Depth and jump pointer of a node whose parent is final: the jump goes as far as the parent's two jumps together
    /// when these are equally long, and to the parent otherwise.
    fn attach(&mut self, n: u32) {
        let parent = self.nodes[n as usize].parent;
        let up = self.nodes[parent as usize];
        let (first, second) = (up.jump, self.nodes[up.jump as usize].jump);
        let depth = |n: u32| self.nodes[n as usize].depth;
        let equal = up.depth - depth(first) == depth(first) - depth(second);
        let jump = if equal { second } else { parent };
        self.nodes[n as usize] = Node {
            parent,
            jump,
            depth: up.depth + 1,
        };
    }

    /// The nearest common ancestor. Nodes of equal depth have jumps of equal length.
    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        let node = |n: u32| self.nodes[n as usize];
        if node(a).depth < node(b).depth {
            std::mem::swap(&mut a, &mut b);
        }
        let depth = node(b).depth;
        while node(a).depth > depth {
            a = if node(node(a).jump).depth >= depth {
                node(a).jump
            } else {
                node(a).parent
            };
        }
        while a != b {
            (a, b) = if node(a).jump == node(b).jump {
                (node(a).parent, node(b).parent)
            } else {
                (node(a).jump, node(b).jump)
            };
        }
        a
    }

    /// Preorder numbers: subtree sizes from the last block to the first, then places from the first to the last.
    fn number(&mut self) {
        self.spans.clear();
        self.spans.resize(self.nodes.len(), (0, 1));
        for n in (1..self.nodes.len()).rev() {
            self.spans[self.nodes[n].parent as usize].1 += self.spans[n].1;
        }
        // While places are given out, `.0` of a parent that had its turn is where its next child starts.
        for n in 1..self.nodes.len() {
            let parent = self.nodes[n].parent as usize;
            let size = self.spans[n].1;
            let place = self.spans[parent].0 + 1;
            self.spans[parent].0 += size;
            self.spans[n] = (place, size);
        }
        // `.0` has moved on by the sizes of all children: that is the subtree's size without the node itself.
        for span in &mut self.spans {
            let first = span.0 - (span.1 - 1);
            *span = (first, first + span.1);
        }
    }
}

/// The ways out of a block, in order.
pub(crate) fn edges(terminator: &Terminator) -> impl Iterator<Item = Edge> + use<> {
    let (first, second) = match *terminator {
        Terminator::Jump(edge) => (Some(edge), None),
        Terminator::Branch {
            then, otherwise, ..
        } => (Some(then), Some(otherwise)),
        Terminator::Leave(_) => (None, None),
    };
    first.into_iter().chain(second)
}

fn fault(place: Place, fault: Fault) -> RegionError {
    RegionError { place, fault }
}
