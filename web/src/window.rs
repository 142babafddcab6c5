//! Which chunks of a long listing are in the document: those near what is in view. The others are gaps as high as they are
//! thought to be.
//!
//! Numbers only; what is measured and drawn is `roll.rs`'s. Start at [`Window::step`].

use std::ops::Range;

/// How many lines the browser lays out and paints together: few, since one that changes has all of them painted again.
pub const CHUNK: usize = 16;
/// How many chunks are drawn at a time, so that the page answers in between.
const BATCH: usize = 2;
/// A listing of no more chunks than this is in the document as a whole, so that the browser's own search finds its rows.
const WHOLE: usize = 80;
/// How many chunks are drawn above and below what is in view.
const MARGIN: usize = 3;
/// How many chunks are taken to be in view before anything was measured.
const FIRST: usize = 2;
/// How high a line is thought to be before any was measured, in pixels.
const LINE: f64 = 22.0;

/// The chunk that a line is in.
pub fn chunk_of(line: usize) -> usize {
    line / CHUNK
}

/// How high the chunks of a listing are.
#[derive(Clone, Debug, Default)]
pub struct Heights {
    lines: usize,
    /// By chunk, in pixels; those that were never drawn are left to [`Heights::each`].
    known: Vec<Option<f64>>,
}

impl Heights {
    /// Another listing, with so many lines: what was measured of the last one is the best guess.
    pub fn reset(&mut self, lines: usize) {
        self.lines = lines;
        self.known.resize(lines.div_ceil(CHUNK), None);
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.known.len()
    }

    /// A chunk was measured. One that is not laid out, as in a hidden pane, has no height.
    pub fn measure(&mut self, chunk: usize, height: f64) {
        if let Some(known) = self.known.get_mut(chunk).filter(|_| height > 0.0) {
            *known = Some(height);
        }
    }

    /// How high a chunk is thought to be that was never measured.
    fn each(&self) -> f64 {
        let known = self.known.iter().flatten();
        match known.clone().count() {
            0 => LINE * CHUNK as f64,
            count => known.sum::<f64>() / count as f64,
        }
    }

    /// How high some chunks are together.
    pub fn of(&self, chunks: Range<usize>) -> f64 {
        let each = self.each();
        let known = self.known.get(chunks).unwrap_or_default();
        known.iter().map(|known| known.unwrap_or(each)).sum()
    }

    /// The chunks that are in view, where `top` is how far the list is scrolled down.
    pub fn in_view(&self, top: f64, height: f64) -> Range<usize> {
        let each = self.each();
        let (mut end, mut first) = (0.0, None);
        for (n, known) in self.known.iter().enumerate() {
            end += known.unwrap_or(each);
            if end > top {
                first = first.or(Some(n));
            }
            if let Some(first) = first.filter(|_| end >= top + height) {
                return first..n + 1;
            }
        }
        first.unwrap_or(self.chunks().saturating_sub(1))..self.chunks()
    }
}

/// What is in the document, and what is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The chunks that are drawn.
    pub drawn: Range<usize>,
    wanted: Range<usize>,
    /// Whether everything is to be there, whatever is in view.
    pub is_all: bool,
}

impl Window {
    /// Another listing, of so many chunks, seen from a chunk on.
    pub fn new(first: usize, chunks: usize) -> Window {
        let first = first.min(chunks.saturating_sub(FIRST));
        let view = first..(first + FIRST).min(chunks);
        let mut window = Window {
            drawn: view.clone(),
            ..Window::default()
        };
        window.look(view, chunks);
        window
    }

    /// Something else is in view; that is drawn at once, and what is far from it goes.
    pub fn look(&mut self, view: Range<usize>, chunks: usize) {
        self.is_all = false;
        self.wanted = if chunks <= WHOLE {
            0..chunks
        } else {
            view.start.saturating_sub(MARGIN)..(view.end + MARGIN).min(chunks)
        };
        let is_apart = self.drawn.end < view.start || view.end < self.drawn.start;
        self.drawn = if is_apart {
            view
        } else {
            let near = self.drawn.start.max(self.wanted.start)..self.drawn.end.min(self.wanted.end);
            near.start.min(view.start)..near.end.max(view.end)
        };
    }

    /// All is drawn, at once, to be printed.
    pub fn draw_all(&mut self, chunks: usize) {
        self.is_all = true;
        (self.wanted, self.drawn) = (0..chunks, 0..chunks);
    }

    /// Whether only what is near what is in view is to be drawn.
    pub fn is_part(&self, chunks: usize) -> bool {
        !self.is_all && chunks > WHOLE
    }

    /// Whether all is drawn that is to be.
    pub fn is_done(&self) -> bool {
        self.drawn == self.wanted
    }

    /// A few more chunks are drawn, first those below.
    pub fn step(&mut self) {
        let (drawn, wanted) = (&mut self.drawn, &self.wanted);
        if drawn.end < wanted.end {
            drawn.end = (drawn.end + BATCH).min(wanted.end);
        } else {
            drawn.start = drawn.start.saturating_sub(BATCH).max(wanted.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(mut window: Window) -> Range<usize> {
        for _ in 0..200 {
            if window.is_done() {
                return window.drawn;
            }
            let before = window.drawn.clone();
            window.step();
            assert!(window.drawn.start <= before.start && window.drawn.end >= before.end);
        }
        panic!("{window:?} is never done");
    }

    #[test]
    fn a_short_listing_is_drawn_whole_and_a_long_one_where_it_is_seen() {
        assert_eq!(done(Window::new(0, 0)), 0..0);
        assert_eq!(done(Window::new(0, 1)), 0..1);
        assert_eq!(done(Window::new(0, WHOLE)), 0..WHOLE);
        assert_eq!(done(Window::new(0, WHOLE + 1)), 0..5);
        assert_eq!(done(Window::new(100, 250)), 97..105);
        assert_eq!(done(Window::new(900, 250)), 245..250);
    }

    #[test]
    fn what_comes_into_view_is_drawn_at_once_and_what_is_far_goes() {
        let mut window = Window::new(0, 250);
        for view in [2..5, 7..10, 100..103, 101..104, 50..53, 0..3, 247..250] {
            window.look(view.clone(), 250);
            let drawn = window.drawn.clone();
            assert!(
                drawn.start <= view.start && view.end <= drawn.end,
                "{window:?}"
            );
            assert!(drawn.len() <= view.len() + 2 * MARGIN, "{window:?}");
            let all = done(window.clone());
            assert_eq!(all, view.start.saturating_sub(3)..(view.end + 3).min(250));
        }
    }

    #[test]
    fn all_can_be_drawn_at_once_and_what_is_far_goes_again() {
        let mut window = Window::new(40, 250);
        window.draw_all(250);
        assert!(window.is_done() && window.drawn == (0..250));
        window.look(9..12, 250);
        assert!(!window.is_all);
        assert_eq!(done(window), 6..15);
    }

    #[test]
    fn a_place_is_found_by_what_was_measured_and_what_is_thought() {
        let mut heights = Heights::default();
        heights.reset(160);
        assert_eq!(heights.chunks(), 10);
        assert_eq!(heights.in_view(0.0, 352.0), 0..1);
        assert_eq!(heights.in_view(353.0, 352.0), 1..3);
        heights.measure(0, 1_000.0);
        heights.measure(1, 500.0);
        heights.measure(2, 0.0);
        heights.measure(99, 5.0);
        assert_eq!(heights.of(0..3), 1_000.0 + 500.0 + 750.0);
        assert_eq!(heights.in_view(999.0, 400.0), 0..2);
        assert_eq!(heights.in_view(1_400.0, 400.0), 1..3);
        assert_eq!(heights.in_view(1e9, 400.0), 9..10);
        heights.reset(0);
        assert_eq!((heights.of(0..0), heights.in_view(5.0, 5.0)), (0.0, 0..0));
    }
}
