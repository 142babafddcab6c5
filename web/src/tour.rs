//! A lesson beside the panes: what it says, what it asks, and the answer once something was predicted.
//!
//! Never knows the answers: they come from the run, through `lessons::facts`. Start at [`Tour`].

use yew::prelude::*;

use crate::lessons::facts::Facts;
use crate::lessons::{LESSONS, Lesson, Question};
use crate::panes;

/// Where in a lesson somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which of [`LESSONS`].
    pub lesson: usize,
    /// Which step.
    pub step: usize,
    /// What was chosen.
    pub chosen: Option<usize>,
    /// Whether the answer is shown.
    pub is_answered: bool,
}

impl Progress {
    /// The beginning of a lesson.
    pub fn of(lesson: usize) -> Progress {
        Progress {
            lesson,
            step: 0,
            chosen: None,
            is_answered: false,
        }
    }

    /// The lesson.
    pub fn lesson(&self) -> &'static Lesson {
        &LESSONS[self.lesson.min(LESSONS.len() - 1)]
    }

    /// Another step.
    pub fn at(self, step: usize) -> Progress {
        Progress {
            step: step.min(self.lesson().steps.len() - 1),
            chosen: None,
            is_answered: false,
            ..self
        }
    }

    /// Whether a question is open: then the next step may not come, and the page hides what would answer it.
    pub fn asks(&self) -> bool {
        let step = self.lesson().steps.get(self.step);
        !self.is_answered && step.is_some_and(|step| step.question.is_some())
    }
}

/// What it is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Where in a lesson somebody is.
    pub progress: Progress,
    /// The run, with the first trace that came of it.
    pub panes: panes::Props,
    /// Called with the next place; with none, the lesson is over.
    pub go: Callback<Option<Progress>>,
}

/// The lesson.
#[component]
pub fn Tour(props: &Props) -> Html {
    let progress = props.progress;
    let lesson = progress.lesson();
    let Some(step) = lesson.steps.get(progress.step) else {
        return html! {};
    };
    let go = |to: Option<Progress>| props.go.reform(move |_: MouseEvent| to);
    let (now, last) = (progress.step, lesson.steps.len() - 1);
    html! {
        <section class="tour" id="tour" aria-labelledby="tour-title">
            <header>
                <h2 id="tour-title" tabindex="-1">{ lesson.title }</h2>
                <button class="small" id="tour-close" onclick={go(None)}>{ "Close" }</button>
            </header>
            <div class="said" key={format!("{}-{now}", progress.lesson)} role="group" aria-label="Step" tabindex="0">
                <p class="count">{ format!("Step {} of {}", now + 1, lesson.steps.len()) }</p>
                <p>{ step.text }</p>
                if let Some(question) = step.question { { ask(props, question) } }
            </div>
            <footer>
                <button id="tour-back" disabled={now == 0} onclick={go(Some(progress.at(now.saturating_sub(1))))}>{ "Back" }</button>
                if now < last {
                    <button id="tour-next" class="primary" disabled={progress.asks()} onclick={go(Some(progress.at(now + 1)))}>{ "Next" }</button>
                } else if progress.lesson + 1 < LESSONS.len() {
                    <button id="tour-next" class="primary" disabled={progress.asks()} onclick={go(Some(Progress::of(progress.lesson + 1)))}>{ "Next lesson" }</button>
                } else {
                    <button id="tour-next" class="primary" disabled={progress.asks()} onclick={go(None)}>{ "Done" }</button>
                }
            </footer>
        </section>
    }
}

fn ask(props: &Props, question: Question) -> Html {
    let Some(outline) = props
        .panes
        .outline
        .as_ref()
        .filter(|_| props.panes.is_all())
    else {
        return html! { <p class="empty">{ "The program is running…" }</p> };
    };
    let facts = Facts::new(outline, props.panes.sheet.as_deref());
    let Some(answer) = (question.answer)(&facts) else {
        return html! { <p class="empty">{ "The program was changed, and this run has no answer. Start the lesson again." }</p> };
    };
    let progress = props.progress;
    let options = (question.options)(&facts);
    let right = progress.chosen.and_then(|n| options.get(n)) == Some(&answer);
    let check = props.go.reform(move |_: MouseEvent| {
        Some(Progress {
            is_answered: true,
            ..progress
        })
    });
    html! {
        <fieldset>
            <legend>{ question.ask }</legend>
            { for options.iter().enumerate().map(|(n, option)| self::option(props, n, option, *option == answer)) }
            <button id="tour-check" disabled={progress.chosen.is_none() || progress.is_answered} onclick={check}>{ "Check" }</button>
            <p role="status" class="answer">
                if progress.is_answered {
                    <b>{ if right { "Right. " } else { "Not quite. " } }</b>{ (question.because)(&facts) }
                }
            </p>
        </fieldset>
    }
}

fn option(props: &Props, n: usize, text: &str, is_right: bool) -> Html {
    let progress = props.progress;
    let choose = props.go.reform(move |_: Event| {
        Some(Progress {
            chosen: Some(n),
            ..progress
        })
    });
    let shows = progress.is_answered && is_right;
    html! {
        <label class={classes!("option", shows.then_some("right"))}>
            <input type="radio" name="prediction" checked={progress.chosen == Some(n)} disabled={progress.is_answered} onchange={choose} />
            <code>{ text }</code>
            if shows { <span class="chip">{ "the answer" }</span> }
        </label>
    }
}
