//! Times in turns: every competitor runs for a moment, then the next, round after round, so that whatever else the machine
//! does falls on all of them; and what such times say.
//!
//! Where the system tells, a time is what the processor spent on this thread, in the program and in the kernel: on a busy
//! machine the long turns of a slow competitor would otherwise hold more of other programs' time than the short ones.
//! Never compares times of different runs. Start at [`in_turns`].

use std::time::Duration;

/// How long and how often.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How often every competitor has its turn.
    pub rounds: usize,
    /// How long a turn takes, at least.
    pub turn: Duration,
}

/// Something to time: does it so many times.
pub type Work<'w> = Box<dyn FnMut(u32) + 'w>;

/// Does something so many times.
pub fn repeat<'w>(mut once: impl FnMut() + 'w) -> Work<'w> {
    Box::new(move |often| (0..often).for_each(|_| once()))
}

/// The times of one competitor: nanoseconds for doing it once, a figure a round.
pub struct Times(Vec<f64>);

/// The middle of some figures, and the quarters above and below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the figures is less.
    pub low: f64,
    /// Half of the figures are less.
    pub median: f64,
    /// A quarter of the figures is more.
    pub high: f64,
}

/// Times all competitors in turns, after each has had a turn to warm up and to find how often it fits into one.
pub fn in_turns(effort: Effort, work: &mut [Work<'_>]) -> Vec<Times> {
    let often: Vec<u32> = work
        .iter_mut()
        .map(|work| calibrate(effort, work))
        .collect();
    let mut all: Vec<Times> = work.iter().map(|_| Times(Vec::new())).collect();
    for round in 0..effort.rounds {
        // Who comes first changes, so that none always runs in another's wake.
        for turn in 0..work.len() {
            let n = (turn + round) % work.len();
            let started = clock();
            work[n](often[n]);
            let nanoseconds = (clock() - started).as_nanos() as f64;
            all[n].0.push(nanoseconds / f64::from(often[n]));
        }
    }
    all
}

/// The time that this thread has had of the processor.
#[cfg(unix)]
fn clock() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The time since this was asked first.
#[cfg(not(unix))]
fn clock() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// How often it is done in a turn.
fn calibrate(effort: Effort, work: &mut Work<'_>) -> u32 {
    let mut often = 1;
    loop {
        let started = clock();
        work(often);
        let elapsed = clock() - started;
        if elapsed >= effort.turn || often >= 1 << 24 {
            return often;
        }
        // At most eightfold: the first times are cold.
        let missing = effort.turn.as_nanos() / elapsed.as_nanos().max(1) + 1;
        often *= missing.clamp(2, 8) as u32;
    }
}

impl Times {
    /// Their middle, in nanoseconds.
    pub fn spread(&self) -> Spread {
        spread(self.0.clone())
    }

    /// How many times longer these took than the others, round by round.
    pub fn over(&self, other: &Times) -> Spread {
        let pairs = self.0.iter().zip(&other.0);
        spread(pairs.map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// The middle of some figures.
pub fn spread(mut figures: Vec<f64>) -> Spread {
    figures.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = part * (figures.len().max(1) - 1) as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        let (below, above) = (figures.get(below), figures.get(above));
        let (below, above) = (
            below.copied().unwrap_or(f64::NAN),
            above.copied().unwrap_or(f64::NAN),
        );
        below + (above - below) * place.fract()
    };
    Spread {
        low: at(0.25),
        median: at(0.5),
        high: at(0.75),
    }
}

/// The geometric mean of ratios; not a number when there are none.
pub fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> f64 {
    let logarithms: Vec<f64> = ratios.into_iter().map(f64::ln).collect();
    (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        let odd = spread(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.low, odd.median, odd.high), (1.5, 2.0, 2.5));
        assert_eq!(spread(vec![4.0, 1.0, 3.0, 2.0]).median, 2.5);
        assert!(spread(Vec::new()).median.is_nan());
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let (ours, theirs) = (Times(vec![1.0, 20.0, 3.0]), Times(vec![2.0, 40.0, 6.0]));
        let ratio = ours.over(&theirs);
        assert_eq!((ratio.low, ratio.median, ratio.high), (0.5, 0.5, 0.5));
    }

    #[test]
    fn means_are_geometric() {
        assert!((geometric_mean([0.5, 2.0]) - 1.0).abs() < 1e-12);
        assert!(geometric_mean([]).is_nan());
    }

    #[test]
    fn everyone_has_as_many_turns() {
        let effort = Effort {
            rounds: 5,
            turn: Duration::from_micros(10),
        };
        let spin = |often: u32| {
            std::hint::black_box((0..often).fold(0, |a, n| std::hint::black_box(a ^ n)));
        };
        let times = in_turns(effort, &mut [Box::new(spin), Box::new(spin)]);
        assert!(times.iter().all(|times| times.0.len() == 5));
    }
}
