//! What a listing holds: its lines, prepared once and each drawn when it is needed; and which of them a search leaves.
//!
//! Never touches the document: what is drawn of it is said in `window.rs`. Start at [`use_lines`].

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use yew::prelude::*;

use crate::search::Search;
use crate::spot::Spot;
use crate::window::CHUNK;

/// How a pane lists what it is given, `D`, as lines `L`.
pub struct Kind<D: 'static, L: 'static> {
    /// All lines.
    pub prepare: fn(&D) -> Vec<L>,
    /// The rows that a line holds, in order; a heading holds none.
    pub rows: fn(&D, &L) -> Vec<Spot>,
    /// What a line says, for whoever searches.
    pub text: fn(&D, &L) -> String,
    /// Whether the optimiser left a line as it was.
    pub is_same: fn(&D, &L) -> bool,
    /// Draws a line.
    pub draw: fn(&D, &L) -> Html,
}

/// The lines of a listing, whatever they are of.
trait Source {
    fn len(&self) -> usize;
    fn rows(&self, line: usize) -> Vec<Spot>;
    fn is_left(&self, line: usize, search: &Search) -> bool;
    fn draw(&self, line: usize) -> Html;
}

struct Prepared<D: 'static, L: 'static> {
    of: D,
    lines: Vec<L>,
    /// By line: what it says, once anything was searched for.
    texts: OnceCell<Vec<String>>,
    kind: &'static Kind<D, L>,
}

impl<D, L> Source for Prepared<D, L> {
    fn len(&self) -> usize {
        self.lines.len()
    }

    fn rows(&self, line: usize) -> Vec<Spot> {
        (self.kind.rows)(&self.of, &self.lines[line])
    }

    fn is_left(&self, n: usize, search: &Search) -> bool {
        if search.changed_only && (self.kind.is_same)(&self.of, &self.lines[n]) {
            return false;
        }
        let text = |line| (self.kind.text)(&self.of, line).to_lowercase();
        let texts = || self.lines.iter().map(text).collect();
        !search.has_text() || search.finds(&self.texts.get_or_init(texts)[n])
    }

    fn draw(&self, line: usize) -> Html {
        (self.kind.draw)(&self.of, &self.lines[line])
    }
}

/// The lines of a listing, ready to be drawn.
#[derive(Clone)]
pub struct Lines(Rc<dyn Source>);

/// The same lines, not equal ones.
impl PartialEq for Lines {
    fn eq(&self, other: &Lines) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines", self.0.len())
    }
}

impl Lines {
    /// Prepares a listing.
    pub fn of<D: 'static, L: 'static>(of: D, kind: &'static Kind<D, L>) -> Lines {
        let lines = (kind.prepare)(&of);
        Lines(Rc::new(Prepared {
            of,
            lines,
            texts: OnceCell::new(),
            kind,
        }))
    }
}

/// Prepares a listing once for what it shows.
#[hook]
pub fn use_lines<D: Clone + PartialEq + 'static, L: 'static>(
    of: D,
    kind: &'static Kind<D, L>,
) -> Lines {
    let lines = use_memo(of, |of| Lines::of(of.clone(), kind));
    (*lines).clone()
}

/// The lines that a search leaves, and the rows in them.
#[derive(Debug)]
pub struct Shown {
    /// Another number for each: rows of one are never taken for rows of another.
    pub id: usize,
    lines: Lines,
    left: Vec<u32>,
    /// Each row with its line, by its place among those that are left.
    rows: Vec<(Spot, u32)>,
    places: OnceCell<HashMap<Spot, u32>>,
}

impl Default for Shown {
    fn default() -> Shown {
        Shown {
            id: 0,
            lines: Lines::of((), &NOTHING),
            left: Vec::new(),
            rows: Vec::new(),
            places: OnceCell::new(),
        }
    }
}

/// A listing without lines.
const NOTHING: Kind<(), ()> = Kind {
    prepare: |()| Vec::new(),
    rows: |(), ()| Vec::new(),
    text: |(), ()| String::new(),
    is_same: |(), ()| false,
    draw: |(), ()| Html::default(),
};

thread_local! {
    static LAST: Cell<usize> = const { Cell::new(0) };
}

impl Shown {
    /// What a search leaves of a listing. Headings stay.
    pub fn of(lines: Lines, search: &Search) -> Shown {
        let source = &lines.0;
        let (mut left, mut rows) = (Vec::new(), Vec::new());
        for n in 0..source.len() {
            let own = source.rows(n);
            if own.is_empty() || !search.is_on() || source.is_left(n, search) {
                let line = left.len() as u32;
                rows.extend(own.into_iter().map(|spot| (spot, line)));
                left.push(n as u32);
            }
        }
        let id = LAST.get() + 1;
        LAST.set(id);
        Shown {
            id,
            lines,
            left,
            rows,
            places: OnceCell::new(),
        }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// The rows, in order.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// A row and the line that it is in.
    pub fn row(&self, n: usize) -> Option<(Spot, usize)> {
        self.rows.get(n).map(|&(spot, line)| (spot, line as usize))
    }

    /// Which row something has here, counted from 0, if it has one.
    pub fn find(&self, spot: Spot) -> Option<usize> {
        let places = || {
            let rows = self.rows.iter().zip(0..);
            rows.map(|(&(spot, _), n)| (spot, n)).collect()
        };
        let found = self.places.get_or_init(places).get(&spot);
        found.map(|&n| n as usize)
    }

    /// How many rows stand before a line.
    pub fn before(&self, line: usize) -> usize {
        let is_before = |&(_, other): &(Spot, u32)| (other as usize) < line;
        self.rows.partition_point(is_before)
    }

    /// The lines of a chunk.
    pub fn chunk(&self, n: usize) -> Range<usize> {
        n * CHUNK..self.len().min((n + 1) * CHUNK)
    }

    /// Draws some lines.
    pub fn draw(&self, lines: Range<usize>) -> Html {
        let lines = self.left.get(lines).unwrap_or_default();
        let draw = |&line: &u32| self.lines.0.draw(line as usize);
        html! { <>{ for lines.iter().map(draw) }</> }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Key;
    use crate::spot::Listing;

    /// A heading, then rows; every third is as it was.
    const NUMBERS: Kind<u32, u32> = Kind {
        prepare: |&to| (0..to).collect(),
        rows: |_, &n| match n {
            0 => Vec::new(),
            n => vec![Spot(Listing::Plain, Key::Uop(n))],
        },
        text: |_, n| format!("Row {n}"),
        is_same: |_, n| n % 3 == 0,
        draw: |_, _| Html::default(),
    };

    fn shown(text: &str, changed_only: bool) -> Shown {
        let text = text.to_owned();
        Shown::of(Lines::of(20, &NUMBERS), &Search { text, changed_only })
    }

    fn rows(shown: &Shown) -> Vec<u32> {
        let rows = (0..shown.rows()).filter_map(|n| shown.row(n));
        let number = |(Spot(_, key), _)| match key {
            Key::Uop(n) => n,
            _ => panic!("a uop's row"),
        };
        rows.map(number).collect()
    }

    #[test]
    fn a_search_leaves_rows_with_its_text_and_headings() {
        let found = shown("row 1", false);
        assert_eq!(rows(&found), [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        assert_eq!(found.len(), 12);
        assert_eq!(rows(&shown("ROW 1", true)), [1, 10, 11, 13, 14, 16, 17, 19]);
        assert_eq!(
            (shown("no", false).rows(), shown("", false).rows()),
            (0, 19)
        );
    }

    #[test]
    fn a_row_is_found_where_it_stands() {
        let shown = shown("", true);
        for n in 0..shown.rows() {
            let (spot, line) = shown.row(n).unwrap();
            assert_eq!((shown.find(spot), line), (Some(n), n + 1));
            assert_eq!((shown.before(line), shown.before(line + 1)), (n, n + 1));
        }
        assert_eq!(shown.find(Spot(Listing::Plain, Key::Uop(3))), None);
        assert_eq!(shown.row(shown.rows()), None);
    }
}
