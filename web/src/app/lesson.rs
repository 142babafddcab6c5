//! What a lesson does to the page: its program runs, and each step brings the panes to what it speaks of. Start at
//! [`use_lesson`].

use yew::prelude::*;

use super::actions::Actions;
use super::browser;
use super::focus::Focus;
use crate::layout::Layout;
use crate::lessons::Show;
use crate::lessons::facts::Facts;
use crate::player::Move;
use crate::tour::Progress;

impl Actions {
    /// Goes somewhere in a lesson, or ends it.
    pub fn tour(&self, to: Option<Progress>) {
        let begins = to.filter(|to| self.tour.is_none_or(|now| now.lesson != to.lesson));
        self.tour.set(to);
        if let Some(to) = begins {
            self.run_program(to.lesson().program.into());
            browser::focus("#tour-title");
        }
    }

    /// Whether the step of a lesson has brought the timeline to a place: then the lesson says which pane is looked at.
    pub fn is_told(&self, place: usize) -> bool {
        let step = self
            .tour
            .and_then(|tour| tour.lesson().steps.get(tour.step));
        step.is_some_and(|step| match step.show {
            Show::After(stage) => self.timeline.start(stage) + self.timeline.len(stage) == place,
            _ => false,
        })
    }

    /// Shows what the step speaks of.
    fn point_out(&self, progress: Progress) {
        let Some(outline) = self
            .state
            .outline
            .as_ref()
            .filter(|_| self.panes().is_all())
        else {
            return;
        };
        let Some(step) = progress.lesson().steps.get(progress.step) else {
            return;
        };
        let facts = Facts::new(outline, self.state.first.as_deref());
        let layout = Layout {
            shown: self.layout.shown | 1 << step.pane as u8,
            current: step.pane,
        };
        self.layout.set(layout);
        let first = self.state.first_there_is();
        if self.state.selected != first {
            self.select(first);
        }
        self.focus.set(Focus::default());
        match step.show {
            Show::All => self.travel(Move::Go(self.timeline.compiled())),
            Show::After(stage) => {
                let end = self.timeline.start(stage) + self.timeline.len(stage);
                self.travel(Move::Go(end));
            }
            Show::Row(row) => {
                self.travel(Move::Go(self.timeline.compiled()));
                self.focus.set(Focus::pinned(row(&facts)));
            }
            Show::Replay(exit) => {
                if let Some(exit) = exit(&facts) {
                    self.replay(0, exit);
                }
            }
        }
        browser::bring_pane(step.pane.id());
    }
}

/// Brings the panes to what the step of a lesson speaks of, when the step or the results change.
#[hook]
pub fn use_lesson(actions: &Actions) {
    let progress = *actions.tour;
    let watched = (
        progress.map(|progress| (progress.lesson, progress.step)),
        actions.state.first.clone(),
        actions.state.outline.is_some(),
    );
    let actions = actions.clone();
    use_effect_with(watched, move |_| {
        if let Some(progress) = progress {
            actions.point_out(progress);
        }
    });
}
