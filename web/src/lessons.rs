//! Lessons: short tours over an example. Each step says something, points at what it speaks of, and may ask for a prediction
//! before it shows the answer.
//!
//! Questions are answered from what the engine says of the run at hand, never from the text. Start at [`LESSONS`]; what can
//! be asked of a run is in [`facts`].

pub mod facts;
mod machine;
mod traces;

use crate::layout::Pane;
use crate::provenance::Key;
use crate::timeline::Stage;
use facts::Facts;

/// A tour.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// What it is about.
    pub title: &'static str,
    /// The program that it looks at.
    pub program: &'static str,
    /// What it consists of.
    pub steps: &'static [Step],
}

/// A step of a tour.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it says.
    pub text: &'static str,
    /// The pane that it speaks of.
    pub pane: Pane,
    /// What it points at there.
    pub show: Show,
    /// What it asks.
    pub question: Option<Question>,
}

/// What a step points at.
#[derive(Clone, Copy, Debug)]
pub enum Show {
    /// The pane as a whole, with everything compiled.
    All,
    /// A stage of the timeline, just done.
    After(Stage),
    /// A row.
    Row(fn(&Facts<'_>) -> Option<Key>),
    /// An exit as it was first taken.
    Replay(fn(&Facts<'_>) -> Option<u32>),
}

/// A question with its answers.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The question.
    pub ask: &'static str,
    /// What there is to choose from.
    pub options: fn(&Facts<'_>) -> Vec<String>,
    /// Which of them is right; none when the run has nothing to say about it.
    pub answer: fn(&Facts<'_>) -> Option<String>,
    /// Why.
    pub because: fn(&Facts<'_>) -> String,
}

/// All lessons, in the order in which they build on each other.
pub const LESSONS: [Lesson; 10] = [
    traces::WHY,
    traces::HOT_LOOP,
    traces::GUARDS,
    machine::STENCIL,
    machine::HOLES,
    machine::VARIANTS,
    machine::SUPER,
    traces::PEELING,
    traces::ABORTED,
    traces::SIDE,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Run, first};

    /// Each lesson against what the engine says of its program.
    #[test]
    fn every_step_has_something_to_show_and_every_question_one_right_answer() {
        for lesson in &LESSONS {
            let (outline, sheet) = first(lesson.program);
            let facts = Facts::new(&outline, Some(&sheet));
            let mut questions = 0;
            for (n, step) in lesson.steps.iter().enumerate() {
                let place = format!("{}, step {}", lesson.title, n + 1);
                assert!(
                    !step.text.is_empty() && step.text.ends_with(['.', '!', ':']),
                    "{place}"
                );
                match step.show {
                    Show::All | Show::After(_) => {}
                    Show::Row(row) => assert!(row(&facts).is_some(), "{place}: no row"),
                    Show::Replay(exit) => {
                        let id = exit(&facts).unwrap_or_else(|| panic!("{place}: no exit"));
                        let exits = &facts.trace().unwrap().exits;
                        assert!(exits[id as usize].replay.is_some(), "{place}: never taken");
                    }
                }
                let Some(question) = step.question else {
                    continue;
                };
                questions += 1;
                let options = (question.options)(&facts);
                let answer =
                    (question.answer)(&facts).unwrap_or_else(|| panic!("{place}: no answer"));
                let right = options.iter().filter(|option| **option == answer).count();
                assert_eq!(right, 1, "{place}: {answer} among {options:?}");
                assert!((2..=5).contains(&options.len()), "{place}: {options:?}");
                let mut sorted = options.clone();
                sorted.sort();
                sorted.dedup();
                assert_eq!(sorted.len(), options.len(), "{place}: {options:?}");
                let because = (question.because)(&facts);
                assert!(because.ends_with('.'), "{place}: {because}");
            }
            assert!(questions > 0, "{} asks nothing", lesson.title);
            assert!((3..=6).contains(&lesson.steps.len()), "{}", lesson.title);
        }
    }

    /// A program that has nothing of what a lesson speaks of, since it was edited meanwhile, breaks nothing.
    #[test]
    fn lessons_are_silent_about_other_programs() {
        let outline = Run::of("x = 1\n").outline();
        let facts = Facts::new(&outline, None);
        for step in LESSONS.iter().flat_map(|lesson| lesson.steps) {
            if let Show::Row(row) = step.show {
                let _ = row(&facts);
            }
            if let Some(question) = step.question {
                let _ = (question.options)(&facts);
                let _ = (question.because)(&facts);
            }
        }
        let why = LESSONS[0]
            .steps
            .iter()
            .find_map(|step| step.question)
            .unwrap();
        assert_eq!((why.answer)(&facts), None);
    }
}
