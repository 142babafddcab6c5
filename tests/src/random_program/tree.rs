//! A program as a tree of lines and blocks: how it is printed, and how a smaller one with the same fault is found.
//!
//! Never knows what a line means. Start at [`Program`].

use std::fmt;

/// A line, or a line with a block under it.
#[derive(Clone)]
pub enum Node {
    /// A statement on a line of its own.
    Line(String),
    /// A statement with others under it.
    Block(String, Vec<Node>),
}

/// A whole program.
#[derive(Clone)]
pub struct Program {
    /// Its statements.
    pub nodes: Vec<Node>,
}

impl Node {
    /// A statement on a line of its own.
    pub fn line(text: impl Into<String>) -> Self {
        Self::Line(text.into())
    }

    /// A statement with others under it; an empty block reads `pass`.
    pub fn block(header: impl Into<String>, body: Vec<Node>) -> Self {
        Self::Block(header.into(), body)
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        match self {
            Self::Line(text) => writeln!(f, "{:indent$}{text}", ""),
            Self::Block(header, body) => {
                writeln!(f, "{:indent$}{header}", "")?;
                if body.is_empty() {
                    writeln!(f, "{:1$}pass", "", indent + 4)?;
                }
                body.iter().try_for_each(|node| node.print(f, indent + 4))
            }
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.nodes.iter().try_for_each(|node| node.print(f, 0))
    }
}

impl Program {
    /// The smallest program that still `fails` and is reached by taking one statement away at a time.
    pub fn shrink(mut self, mut fails: impl FnMut(&Program) -> bool) -> Program {
        loop {
            let before = count(&self.nodes);
            // From the end, so that what is taken away does not move what is still to be tried.
            for index in (0..before).rev() {
                let smaller = self.without(index);
                if fails(&smaller) {
                    self = smaller;
                }
            }
            if count(&self.nodes) == before {
                return self;
            }
        }
    }

    /// The program without the statement of this number, counted from 0 in the order in which they are printed, and
    /// without the block under it; the same program when there is none.
    pub fn without(&self, index: usize) -> Program {
        let mut smaller = self.clone();
        remove(&mut smaller.nodes, index);
        smaller
    }
}

/// How many statements there are, the ones in blocks included.
fn count(nodes: &[Node]) -> usize {
    let one = |node: &Node| match node {
        Node::Line(_) => 1,
        Node::Block(_, body) => 1 + count(body),
    };
    nodes.iter().map(one).sum()
}

/// [`Program::without`], in place.
fn remove(nodes: &mut Vec<Node>, mut index: usize) {
    let mut place = 0;
    while place < nodes.len() {
        if index == 0 {
            nodes.remove(place);
            return;
        }
        index -= 1;
        if let Node::Block(_, body) = &mut nodes[place] {
            let inside = count(body);
            if index < inside {
                return remove(body, index);
            }
            index -= inside;
        }
        place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Program {
        Program {
            nodes: vec![
                Node::line("a"),
                Node::block("b:", vec![Node::line("c"), Node::line("d")]),
                Node::line("e"),
            ],
        }
    }

    #[test]
    fn blocks_are_indented() {
        assert_eq!(program().to_string(), "a\nb:\n    c\n    d\ne\n");
    }

    #[test]
    fn every_statement_can_be_taken_away() {
        let without = |index| program().without(index).to_string();
        assert_eq!(without(0), "b:\n    c\n    d\ne\n");
        assert_eq!(without(1), "a\ne\n");
        assert_eq!(without(3), "a\nb:\n    c\ne\n");
        assert_eq!(without(4), "a\nb:\n    c\n    d\n");
        assert_eq!(without(5), program().to_string());
    }

    #[test]
    fn shrinking_keeps_the_fault() {
        let small = program().shrink(|program| program.to_string().contains('d'));
        assert_eq!(small.to_string(), "b:\n    d\n");
        let none = program().shrink(|_| true);
        assert_eq!(none.to_string(), "");
    }
}
