//! The whole page: it holds the state, the worker and what is looked at, and hands them to the parts. Start at [`App`];
//! what happens then is in `actions.rs`.

mod actions;
mod browser;
mod calls;
mod focus;
mod lesson;
mod time;

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::prelude::*;

use crate::bar::Bar;
use crate::controls::Controls;
use crate::details::Details;
use crate::editor::{self, Editor};
use crate::examples::EXAMPLES;
use crate::help::Help;
use crate::layout::{Layout, Overlay, Pane};
use crate::output::{self, Output};
use crate::paint::Paint;
use crate::panes::{self, bytecode, exits, machine, moment, optimised, stencils, trace};
use crate::permalink::Link;
use crate::player::{Move, Player};
use crate::provenance::{self, Key, Side};
use crate::search::Search;
use crate::sheet::Selected;
use crate::state::{Action, State};
use crate::tables::{self, Tables};
use crate::tour::Tour;
use actions::Actions;
use calls::{Calls, use_calls};
use focus::Focus;

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new((*self).clone().apply(action))
    }
}

impl Reducible for Player {
    type Action = Move;

    fn reduce(self: Rc<Self>, happened: Move) -> Rc<Self> {
        Rc::new(self.apply(happened))
    }
}

/// The page.
#[component]
pub fn App() -> Html {
    let actions = use_actions();
    time::use_timeline(&actions);
    lesson::use_lesson(&actions);
    let found = use_search(&actions);
    use_highlights(&actions);
    use_questions(&actions);
    use_printing(&actions);
    let calls = use_calls(&actions);
    {
        // The page starts with results: those of the link's program, or of the first example.
        let actions = actions.clone();
        use_effect_with((), move |()| actions.start());
    }
    let (state, layout) = (&actions.state, *actions.layout);
    let is_stale = state.is_stale().then_some("is-stale");
    let asks = actions
        .tour
        .is_some_and(|tour| tour.asks())
        .then_some("asks");
    let teaches = actions.tour.is_some().then_some("teaches");
    let has_rows = (layout.current != Pane::Source).then_some("has-rows");
    html! {
        <ContextProvider<Paint> context={actions.paint.clone()}>
        <ContextProvider<Search> context={(*actions.search).clone()}>
        <div class={classes!("page", has_rows)} onkeydown={actions.on(|to, event| to.key(&event))} onmouseover={actions.on(|to, event| to.point(&event))}>
            { bar(&actions, &calls, found) }
            <main class={classes!(is_stale, teaches, asks)} aria-busy={state.is_waiting().to_string()} onclick={actions.on(|to, event| to.click(&event))}>
                if let Some(progress) = *actions.tour {
                    <Tour {progress} panes={panes::Props { sheet: state.first.clone(), ..actions.panes() }} go={actions.on(|to, progress| to.tour(progress))} />
                }
                { for Pane::ALL.map(|pane| {
                    let current = (layout.current == pane).then_some("current");
                    let hidden = (!layout.shows(pane)).then_some("hidden");
                    let told = actions.tour.is_some_and(|tour| tour.lesson().steps[tour.step].pane == pane);
                    html! {
                        <section class={classes!("pane", current, hidden, told.then_some("told"))} id={pane.id()} aria-label={pane.title()}>
                            { content(&actions, &calls, pane) }
                        </section>
                    }
                }) }
            </main>
            { overlay(&actions) }
            <Controls timeline={actions.timeline.clone()} player={*actions.player} text={time::text(&actions)} go={actions.on(|to, moved| to.travel(moved))} />
            <Details panes={actions.panes()} key_shown={actions.focus.keys().first().copied()} is_pinned={actions.focus.is_pinned()}
                side={*actions.side} choose={calls.choose_stencil.clone()} />
        </div>
        </ContextProvider<Search>>
        </ContextProvider<Paint>>
    }
}

/// Everything that changes, as the address's link says or as it is at first.
#[hook]
fn use_actions() -> Actions {
    let link = use_memo((), |()| Link::read(&browser::fragment()));
    let link = (*link).as_ref();
    let pin = link.and_then(|link| link.pin.as_ref()?.parse().ok());
    let state = use_reducer(|| first_state(link));
    let side = use_state(|| Side::Left);
    let timeline = time::use_steps(state.sheet.clone(), *side);
    let paint = use_memo((), |()| Paint::default());
    Actions {
        state,
        timeline,
        paint: (*paint).clone(),
        player: use_reducer(|| Player::at(link.and_then(|link| link.place))),
        worker: use_mut_ref(|| None),
        layout: use_state(|| link.map_or_else(Layout::default, |link| link.layout)),
        focus: use_state(|| Focus::pinned(pin)),
        side,
        notice: use_state(|| AttrValue::from("")),
        tour: use_state(|| None),
        search: use_state(Search::default),
        overlay: use_state(|| None),
        single_keys: use_state(|| true),
    }
}

fn first_state(link: Option<&Link>) -> State {
    let Some(link) = link else {
        return State::new(EXAMPLES[0].program);
    };
    let mut state = State::new(&link.program);
    state.selected = Selected::Trace(link.trace);
    state.super_stencils = link.super_stencils;
    state.choices = link.choices.clone();
    state
}

/// Lights what belongs to what is looked at, whenever that or the results change.
#[hook]
fn use_highlights(actions: &Actions) {
    let paint = actions.paint.clone();
    let watched = ((*actions.focus).clone(), actions.panes());
    use_effect_with(watched, move |(focus, panes)| {
        let keys = focus.keys();
        let lit: BTreeSet<Key> = match &panes.sheet {
            Some(sheet) => keys
                .iter()
                .flat_map(|&key| sheet.links().chain(key))
                .collect(),
            None => keys.iter().copied().collect(),
        };
        let outline = panes.outline.as_ref();
        editor::light(&outline.map_or_else(Vec::new, |outline| provenance::sources(outline, &lit)));
        paint.light(lit, &keys, focus.scrolls());
    });
}

/// Asks the worker for what is to be shown and has not come, whenever what is to be shown changes.
#[hook]
fn use_questions(actions: &Actions) {
    let state = actions.state.clone();
    let outline = state.outline.as_ref().map(Rc::as_ptr);
    let watched = (outline, state.selected, state.wishes());
    let actions = actions.clone();
    use_effect_with(watched, move |_| actions.ask(state.missing()));
}

/// How many rows a search has left, while there is one.
#[hook]
fn use_search(actions: &Actions) -> Option<usize> {
    let rows = use_state(|| 0);
    let is_on = actions.search.is_on();
    let (to, paint) = (rows.setter(), actions.paint.clone());
    use_effect_with(is_on, move |&is_on| {
        paint.tell(match is_on {
            true => Callback::from(move |rows| to.set(rows)),
            false => Callback::noop(),
        });
    });
    is_on.then_some(*rows)
}

/// Has all rows in the document while it is printed.
#[hook]
fn use_printing(actions: &Actions) {
    let paint = actions.paint.clone();
    use_effect_with((), move |()| {
        let again = paint.clone();
        let before = browser::listen("beforeprint", move || paint.draw_all());
        let after = browser::listen("afterprint", move || again.release());
        move || drop((before, after))
    });
}

fn bar(actions: &Actions, calls: &Calls, found: Option<usize>) -> Html {
    let state = &actions.state;
    let example = EXAMPLES
        .iter()
        .position(|example| example.program == &*state.program);
    html! {
        <Bar phase={state.phase} is_stale={state.is_stale()} {example} layout={*actions.layout} calls={calls.bar.clone()}
            search={(*actions.search).clone()} {found} has_results={actions.panes().is_all()} notice={(*actions.notice).clone()} />
    }
}

/// What lies over the page.
fn overlay(actions: &Actions) -> Html {
    let close = actions.on(|to, ()| to.close());
    match *actions.overlay {
        None => Html::default(),
        Some(Overlay::Help) => {
            let set_keys = actions.on(|to, keys| to.single_keys.set(keys));
            html! { <Help keys={*actions.single_keys} {set_keys} {close} /> }
        }
        Some(Overlay::Tables) => {
            let tables = tables::tables(&actions.panes(), &actions.timeline, *actions.side);
            html! { <Tables {tables} {close} /> }
        }
    }
}

/// What stands in a pane.
fn content(actions: &Actions, calls: &Calls, pane: Pane) -> Html {
    let state = &actions.state;
    let given = actions.panes();
    match pane {
        Pane::Source => html! {
            <>
                <header><h2>{ Pane::Source.title() }</h2></header>
                <Editor text={state.program.clone()} problems={state.problems.clone()}
                    changed={actions.on(|to, text| to.state.dispatch(Action::Edit(text)))}
                    moved={actions.on(|to, (line, column)| to.moved(line, column))} />
                <Output ..output::Props::of(state) />
            </>
        },
        Pane::Bytecode => html! { <bytecode::Bytecode ..given /> },
        Pane::Trace => html! { <trace::Trace ..given /> },
        Pane::Optimised => html! { <optimised::Optimised ..given /> },
        Pane::Stencils => html! {
            <stencils::Stencils panes={given} side={*actions.side} super_stencils={state.super_stencils}
                own={state.own(*actions.side).map(stencils::Figures::of)} chosen={state.choices.iter().map(Vec::len).sum::<usize>()}
                unchoose={calls.unchoose.clone()} fuse={calls.fuse.clone()} choose={calls.choose_side.clone()} />
        },
        Pane::Machine => html! { <machine::Machine ..given /> },
        Pane::Exits => {
            html! {
                <exits::Exits panes={given} selected={state.selected} replayed={actions.replayed()}
                    select={calls.select.clone()} replay={calls.replay.clone()} />
            }
        }
        Pane::State => html! {
            <moment::Moment panes={given} side={*actions.side} place={actions.player.place} replay={actions.replayed()}
                moment={actions.timeline.moment(actions.player.place)} />
        },
    }
}
