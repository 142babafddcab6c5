//! The whole page: it holds the state, the worker and what is looked at, and hands them to the parts. Start at [`App`];
//! what happens then is in `actions.rs`.

mod actions;
mod browser;
mod focus;
mod lesson;
mod time;

use std::rc::Rc;

use yew::prelude::*;

use crate::bar::Bar;
use crate::controls::Controls;
use crate::details::Details;
use crate::editor::{self, Editor};
use crate::examples::EXAMPLES;
use crate::help::Help;
use crate::highlight::Painter;
use crate::layout::{Layout, Pane};
use crate::output::{self, Output};
use crate::panes::{self, bytecode, exits, machine, moment, optimised, stencils, trace};
use crate::permalink::Link;
use crate::player::{Move, Player};
use crate::provenance::{self, Side};
use crate::search::Search;
use crate::state::{Action, Selected, State};
use crate::tour::{Progress, Tour};
use actions::Actions;
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
    {
        // The page starts with results: those of the link's program, or of the first example.
        let actions = actions.clone();
        use_effect_with((), move |()| actions.start());
    }
    let (state, layout) = (&actions.state, *actions.layout);
    html! {
        <div class="page" onkeydown={actions.on(|to, event| to.key(&event))} onmouseover={actions.on(|to, event| to.point(&event))}>
            { bar(&actions, *found) }
            <main class={classes!(state.is_stale().then_some("is-stale"))} onclick={actions.on(|to, event| to.click(&event))}>
                if let Some(progress) = *actions.tour {
                    <Tour {progress} sides={state.sides.clone()} go={actions.on(|to, progress| to.tour(progress))} />
                }
                { for Pane::ALL.map(|pane| {
                    let current = (layout.current == pane).then_some("current");
                    let hidden = (!layout.shows(pane)).then_some("hidden");
                    let told = actions.tour.is_some_and(|tour| tour.lesson().steps[tour.step].pane == pane);
                    html! {
                        <section class={classes!("pane", current, hidden, told.then_some("told"))} id={pane.id()} aria-label={pane.title()}>
                            { content(&actions, pane) }
                        </section>
                    }
                }) }
            </main>
            if *actions.is_helping {
                <Help keys={*actions.single_keys} set_keys={actions.on(|to, keys| to.single_keys.set(keys))} close={actions.on(|to, ()| to.help(false))} />
            }
            <Controls timeline={actions.timeline.clone()} player={*actions.player} text={time::text(&actions)} go={actions.on(|to, moved| to.travel(moved))} />
            <Details state={state.clone()} key_shown={actions.focus.keys().first().copied()} is_pinned={actions.focus.is_pinned()}
                side={*actions.side} choose={actions.on(|to, (side, wanted)| to.choose_stencil(side, wanted))} />
        </div>
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
    let timeline = time::use_steps(&state, *side);
    Actions {
        state,
        timeline,
        player: use_reducer(|| Player::at(link.and_then(|link| link.place))),
        worker: use_mut_ref(|| None),
        layout: use_state(|| link.map_or_else(Layout::default, |link| link.layout)),
        focus: use_state(|| Focus::pinned(pin)),
        side,
        notice: use_state(|| AttrValue::from("")),
        tour: use_state(|| None),
        search: use_state(Search::default),
        is_helping: use_state(|| false),
        single_keys: use_state(|| true),
    }
}

fn first_state(link: Option<&Link>) -> State {
    match link {
        Some(link) => State {
            selected: Selected::Trace(link.trace),
            super_stencils: link.super_stencils,
            choices: link.choices.clone(),
            ..State::new(&link.program)
        },
        None => State::new(EXAMPLES[0].program),
    }
}

/// Lights what belongs to what is looked at, whenever that or the results change.
#[hook]
fn use_highlights(actions: &Actions) {
    let painter = use_mut_ref(Painter::default);
    let state = actions.state.clone();
    let watched = (
        (*actions.focus).clone(),
        state.sides.clone(),
        state.selected,
        *actions.side,
    );
    use_effect_with(watched, move |(focus, ..)| {
        let (view, keys) = (state.view(), focus.keys());
        let chains = keys.iter().flat_map(|&key| provenance::chain(view, key));
        let lit = chains.collect();
        painter.borrow_mut().paint(&lit, &keys, focus.scrolls());
        editor::light(&provenance::sources(view, &lit));
    });
}

/// Hides the rows that are not searched for, whenever that or the results change; gives how many are left.
#[hook]
fn use_search(actions: &Actions) -> UseStateHandle<Option<usize>> {
    let found = use_state(|| None);
    let watched = (
        (*actions.search).clone(),
        actions.state.sides.clone(),
        actions.state.selected,
        *actions.side,
    );
    let to = found.clone();
    use_effect_with(watched, move |(search, ..)| to.set(search.apply()));
    found
}

fn bar(actions: &Actions, found: Option<usize>) -> Html {
    let state = &actions.state;
    let example = EXAMPLES
        .iter()
        .position(|example| example.program == &*state.program);
    html! {
        <Bar phase={state.phase} is_stale={state.is_stale()} {example} layout={*actions.layout}
            run={actions.on(|to, ()| to.run())} stop={actions.on(|to, ()| to.stop())}
            choose={actions.on(|to, n| to.choose(n))} press={actions.on(|to, pane| to.press(pane))}
            learn={actions.on(|to, n: usize| to.tour(Some(Progress::of(n))))}
            theme={Callback::from(|()| browser::change_theme())} share={actions.on(|to, ()| to.share())}
            save={actions.on(|to, kind| to.save(kind))} help={actions.on(|to, ()| to.help(true))}
            search={(*actions.search).clone()} {found} seek={actions.on(|to, search| to.search.set(search))} has_results={state.sides[*actions.side as usize].is_some()}
            notice={(*actions.notice).clone()} />
    }
}

/// What stands in a pane.
fn content(actions: &Actions, pane: Pane) -> Html {
    let state = &actions.state;
    let given = panes::Props {
        sides: state.sides.clone(),
        selected: state.selected,
    };
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
                own={state.own[*actions.side as usize].clone()} chosen={state.choices.iter().map(Vec::len).sum::<usize>()}
                unchoose={actions.on(|to, ()| to.unchoose())}
                fuse={actions.on(|to, may| to.fuse(may))} choose={actions.on(|to, side| to.side.set(side))} />
        },
        Pane::Machine => html! { <machine::Machine ..given /> },
        Pane::Exits => {
            html! {
                <exits::Exits panes={given} replayed={actions.player.replay} select={actions.on(|to, selected| to.select(selected))}
                    replay={actions.on(|to, (trace, exit)| to.replay(trace, exit))} />
            }
        }
        Pane::State => html! {
            <moment::Moment panes={given} side={*actions.side} place={actions.player.place} replay={actions.player.replay}
                moment={actions.timeline.moment(actions.player.place)} />
        },
    }
}
