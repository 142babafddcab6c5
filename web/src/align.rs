//! Two columns of machine code side by side: which pieces of one stand beside which of the other.
//!
//! Pieces that run a uop in common stand in one row; pieces without uops (copies, jumps) stand with the piece before them, the
//! codes of one exit beside each other. Start at [`rows`].

use std::collections::HashMap;

use jit_playground::explain::model::Code;

/// Pieces of both columns, by their places among the pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// By column.
    pub sides: [Vec<u32>; 2],
}

/// What makes pieces stand in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    /// They run this uop, or one that is run together with it; and the how-manieth time that it stands in the code.
    Uop(u32, u32),
    /// They are the code of this exit; and the how-manieth.
    Exit(u32, u32),
    /// They come before all others.
    Head,
}

/// The rows, in the order of the first column.
pub fn rows(codes: [Option<&Code>; 2]) -> Vec<Row> {
    let joined = join(codes);
    let mut list = Rows::default();
    for (side, code) in codes.into_iter().enumerate() {
        let mut seen: HashMap<Group, u32> = HashMap::new();
        let mut last = Group::Head;
        let mut after = None;
        let pieces = code.into_iter().flat_map(|code| &code.pieces);
        for (n, piece) in pieces.enumerate() {
            let first = match (piece.uops.first(), piece.exit) {
                (Some(&uop), _) => Some(Group::Uop(find(&joined, uop), 0)),
                (None, Some(exit)) => Some(Group::Exit(exit, 0)),
                (None, None) => None,
            };
            let group = match first {
                Some(first) => {
                    let times = seen.entry(first).or_default();
                    // Several stencils in a row for uops that the other column runs with one are one occurrence.
                    let again = is_same(last, first);
                    if !again {
                        *times += 1;
                    }
                    numbered(first, *times)
                }
                None => last,
            };
            let row = list.row(group, after);
            list.rows[row].sides[side].push(n as u32);
            last = group;
            after = Some(row);
        }
    }
    list.in_order()
}

/// Rows as they are met, each with the one behind it: putting one in between moves no other.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    /// By row: the one behind it.
    behind: Vec<Option<usize>>,
    first: Option<usize>,
    known: HashMap<Group, usize>,
}

impl Rows {
    /// The row of a group; a new one stands behind `after`, or before all others.
    fn row(&mut self, group: Group, after: Option<usize>) -> usize {
        if let Some(&row) = self.known.get(&group) {
            return row;
        }
        let row = self.rows.len();
        let before = match after {
            Some(after) => &mut self.behind[after],
            None => &mut self.first,
        };
        let behind = before.replace(row);
        self.rows.push(Row::default());
        self.behind.push(behind);
        self.known.insert(group, row);
        row
    }

    fn in_order(mut self) -> Vec<Row> {
        let mut all = Vec::with_capacity(self.rows.len());
        let mut next = self.first;
        while let Some(row) = next {
            all.push(std::mem::take(&mut self.rows[row]));
            next = self.behind[row];
        }
        all
    }
}

fn is_same(last: Group, first: Group) -> bool {
    matches!((last, first), (Group::Uop(a, _), Group::Uop(b, _)) if a == b)
}

fn numbered(group: Group, times: u32) -> Group {
    match group {
        Group::Uop(uop, _) => Group::Uop(uop, times),
        Group::Exit(exit, _) => Group::Exit(exit, times),
        Group::Head => Group::Head,
    }
}

/// Which uops are run together by a piece of either column: each leads to the least of its set, over others.
fn join(codes: [Option<&Code>; 2]) -> HashMap<u32, u32> {
    let mut parents = HashMap::new();
    for piece in codes.into_iter().flatten().flat_map(|code| &code.pieces) {
        for pair in piece.uops.windows(2) {
            let (a, b) = (find(&parents, pair[0]), find(&parents, pair[1]));
            if a != b {
                parents.insert(a.max(b), a.min(b));
            }
        }
    }
    parents
}

fn find(parents: &HashMap<u32, u32>, mut uop: u32) -> u32 {
    while let Some(&parent) = parents.get(&uop) {
        uop = parent;
    }
    uop
}

#[cfg(test)]
mod tests {
    use super::*;
    use jit_playground::explain::model::Piece;

    fn code(pieces: &[(&[u32], Option<u32>)]) -> Code {
        let piece = |&(uops, exit): &(&[u32], Option<u32>)| Piece {
            at: 0,
            len: 0,
            role: String::new(),
            text: String::new(),
            before: String::new(),
            uops: uops.to_vec(),
            exit,
            fused: uops.len() > 1,
            cost: 0,
            choice: None,
            holes: Vec::new(),
        };
        Code {
            bytes: String::new(),
            pieces: pieces.iter().map(piece).collect(),
            lines: Vec::new(),
            stencils: 0,
            super_stencils: 0,
            spill_words: 0,
            states: Vec::new(),
        }
    }

    fn sides(rows: &[Row]) -> Vec<(Vec<u32>, Vec<u32>)> {
        let pair = |row: &Row| (row.sides[0].clone(), row.sides[1].clone());
        rows.iter().map(pair).collect()
    }

    #[test]
    fn pieces_of_one_uop_stand_side_by_side() {
        let left = code(&[(&[0], None), (&[], None), (&[1, 2], None), (&[], Some(4))]);
        let right = code(&[(&[0], None), (&[1], None), (&[2], None), (&[], Some(4))]);
        let rows = rows([Some(&left), Some(&right)]);
        let wanted = [
            (vec![0, 1], vec![0]),
            (vec![2], vec![1, 2]),
            (vec![3], vec![3]),
        ];
        assert_eq!(sides(&rows), wanted);
    }

    #[test]
    fn a_uop_that_stands_twice_has_two_rows() {
        let left = code(&[(&[0], None), (&[1], None), (&[0], None)]);
        let right = code(&[(&[0], None), (&[1], None)]);
        let rows = rows([Some(&left), Some(&right)]);
        let wanted = [(vec![0], vec![0]), (vec![1], vec![1]), (vec![2], vec![])];
        assert_eq!(sides(&rows), wanted);
    }

    #[test]
    fn every_piece_stands_in_one_row() {
        let left = code(&[(&[], None), (&[0], None), (&[2], None)]);
        let right = code(&[
            (&[0], None),
            (&[1], None),
            (&[2], None),
            (&[], Some(1)),
            (&[], Some(1)),
        ]);
        let rows = rows([Some(&left), Some(&right)]);
        let mut all: Vec<u32> = rows.iter().flat_map(|row| row.sides[1].clone()).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
        let lefts: Vec<u32> = rows.iter().flat_map(|row| row.sides[0].clone()).collect();
        assert_eq!(lefts, [0, 1, 2]);
    }
}
