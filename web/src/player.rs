//! Where on the timeline the page is, and whether it moves by itself: a reducer without a browser.
//!
//! Start at [`Player::apply`].

/// Where the page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Player {
    /// How many steps are done.
    pub place: usize,
    /// Whether it goes on by itself.
    pub is_playing: bool,
    /// Whether it came there by the scrubber, which may be on its way elsewhere.
    pub slides: bool,
    /// The exit that is shown as it was first taken, instead of the place; and the trace that it is of.
    pub replay: Option<(usize, u32)>,
    /// How many steps there are.
    total: usize,
    /// The place where everything is compiled and nothing has run.
    compiled: usize,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// There is another timeline; a new program's or trace's is shown from where everything is compiled.
    Timeline {
        /// How many steps it has.
        total: usize,
        /// Where everything is compiled.
        compiled: usize,
        /// Whether it is of another program or trace than the last.
        is_new: bool,
        /// The trace that it is of.
        trace: Option<usize>,
    },
    /// To a place.
    Go(usize),
    /// To a place, by the scrubber.
    Slide(usize),
    /// It is to go on by itself, or to stop.
    Play(bool),
    /// Time for the next step.
    Tick,
    /// An exit of a trace is shown as it was first taken, from when that trace is shown.
    Replay(usize, u32),
}

impl Player {
    /// Begins at a place, of a timeline that is not known yet.
    pub fn at(place: Option<usize>) -> Player {
        Player {
            place: place.unwrap_or_default(),
            // With a place from outside, the first timeline is not gone through to its usual place.
            compiled: usize::from(place.is_some()) * usize::MAX,
            ..Player::default()
        }
    }

    /// The player after something has happened.
    pub fn apply(mut self, happened: Move) -> Player {
        self.slides = matches!(happened, Move::Slide(_));
        match happened {
            Move::Timeline {
                total,
                compiled,
                is_new,
                trace,
            } => {
                if is_new || self.place == self.compiled {
                    self.place = compiled;
                }
                if is_new {
                    self.replay = self.replay.filter(|&(of, _)| Some(of) == trace);
                    self.is_playing = false;
                }
                (self.total, self.compiled) = (total, compiled);
                if total > 0 {
                    self.place = self.place.min(total);
                }
            }
            Move::Go(place) | Move::Slide(place) => {
                self.place = place.min(self.total);
                self.replay = None;
            }
            Move::Play(is_playing) => {
                // At the end there is nothing to play but from the beginning.
                if is_playing && self.place >= self.total {
                    self.place = 0;
                }
                self.is_playing = is_playing && self.total > 0;
                self.replay = None;
            }
            Move::Tick => {
                if self.is_playing {
                    self.place = (self.place + 1).min(self.total);
                    self.is_playing = self.place < self.total;
                }
            }
            Move::Replay(trace, exit) => {
                self.replay = Some((trace, exit));
                self.is_playing = false;
            }
        }
        self
    }

    /// Whether everything is compiled and nothing has run: the place where a trace is first shown.
    pub fn is_compiled(&self) -> bool {
        self.place == self.compiled
    }

    /// How long one step is shown when it goes on by itself, in milliseconds: short traces slowly, long ones in a minute.
    pub fn pace(&self) -> u32 {
        (60_000 / self.total.max(1) as u32).clamp(30, 300)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(total: usize, compiled: usize, is_new: bool) -> Move {
        Move::Timeline {
            total,
            compiled,
            is_new,
            trace: Some(0),
        }
    }

    #[test]
    fn a_new_timeline_is_shown_compiled() {
        let player = Player::default().apply(timeline(100, 80, true));
        assert!(player.place == 80 && player.is_compiled());
        // The other column's code arrives: still compiled.
        assert_eq!(player.apply(timeline(120, 90, false)).place, 90);
        // A place that somebody went to is kept.
        let player = player.apply(Move::Go(10)).apply(timeline(120, 90, false));
        assert_eq!(player.place, 10);
        assert_eq!(player.apply(timeline(5, 4, false)).place, 5);
    }

    #[test]
    fn a_place_from_outside_is_kept() {
        let player = Player::at(Some(7)).apply(timeline(100, 80, false));
        assert_eq!(player.place, 7);
    }

    #[test]
    fn playing_ends_at_the_end_and_begins_at_the_beginning() {
        let player = Player::default().apply(timeline(2, 1, true));
        let player = player.apply(Move::Go(2)).apply(Move::Play(true));
        assert_eq!((player.place, player.is_playing), (0, true));
        let player = player.apply(Move::Tick).apply(Move::Tick);
        assert_eq!((player.place, player.is_playing), (2, false));
        assert_eq!(player.apply(Move::Tick).place, 2);
        assert!(!Player::default().apply(Move::Play(true)).is_playing);
    }

    #[test]
    fn only_the_scrubber_slides() {
        let player = Player::default().apply(timeline(9, 5, true));
        let player = player.apply(Move::Slide(3));
        assert_eq!((player.place, player.slides), (3, true));
        assert!(!player.apply(Move::Go(4)).slides);
    }

    #[test]
    fn going_somewhere_ends_a_replay() {
        let player = Player::default().apply(timeline(9, 5, true));
        let player = player.apply(Move::Replay(0, 3));
        assert_eq!((player.replay, player.place), (Some((0, 3)), 5));
        assert_eq!(player.apply(Move::Go(2)).replay, None);
    }

    #[test]
    fn a_replay_waits_for_its_trace_and_ends_with_it() {
        let player = Player::default().apply(Move::Replay(0, 3));
        let player = player.apply(timeline(9, 5, true));
        assert_eq!(player.replay, Some((0, 3)));
        let other = Move::Timeline {
            total: 4,
            compiled: 2,
            is_new: true,
            trace: Some(1),
        };
        assert_eq!(player.apply(other).replay, None);
    }
}
