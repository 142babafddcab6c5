//! The whole page: it holds the state, the worker and what is looked at, and hands them to the parts. Start at [`App`].

mod browser;
mod focus;

use std::cell::RefCell;
use std::rc::Rc;

use jit_playground::page::protocol::Request;
use web_sys::{Event, KeyboardEvent};
use yew::prelude::*;

use crate::backend::Backend;
use crate::bar::Bar;
use crate::details::Details;
use crate::editor::{self, Editor};
use crate::examples::EXAMPLES;
use crate::highlight::{self, Painter};
use crate::layout::{Layout, Pane};
use crate::output::{self, Output};
use crate::panes::{self, bytecode, exits, machine, optimised, stencils, trace};
use crate::permalink::Link;
use crate::provenance::{self, Side};
use crate::state::{Action, Phase, Selected, State};
use focus::Focus;

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new((*self).clone().apply(action))
    }
}

type Worker = Rc<RefCell<Option<Backend>>>;

/// What the address holds, or the first example.
fn first_link() -> Option<Link> {
    Link::read(&browser::fragment())
}

/// The page.
#[component]
pub fn App() -> Html {
    let link = use_memo((), |()| first_link());
    let state = use_reducer(|| first_state(link.as_ref().as_ref()));
    let worker: Worker = use_mut_ref(|| None);
    let layout = use_state(|| {
        link.as_ref()
            .as_ref()
            .map_or_else(Layout::default, |link| link.layout)
    });
    let pin = link
        .as_ref()
        .as_ref()
        .and_then(|link| link.pin.as_ref()?.parse().ok());
    let focus = use_state(|| Focus::pinned(pin));
    let side = use_state(|| Side::Left);
    let notice = use_state(|| AttrValue::from(""));
    let painter = use_mut_ref(Painter::default);

    let run = {
        let (state, worker, focus) = (state.clone(), worker.clone(), focus.clone());
        let first = use_mut_ref(|| true);
        Callback::from(move |()| {
            // What a link pins is of its program's first run.
            if !first.replace(false) {
                focus.set(Focus::default());
            }
            start(&state, &worker);
        })
    };
    let stop = {
        let (state, worker) = (state.clone(), worker.clone());
        Callback::from(move |()| {
            if state.phase == Phase::Running {
                worker.replace(None);
                state.dispatch(Action::Stop);
            }
        })
    };
    {
        // The page starts with results: those of the link, or of the first example.
        let run = run.clone();
        use_effect_with((), move |()| run.emit(()));
    }
    {
        let (view_of, painter) = (state.clone(), painter.clone());
        let watched = ((*focus).clone(), state.sides.clone(), state.selected);
        use_effect_with(watched, move |(focus, _, _)| {
            let view = view_of.view();
            let keys = focus.keys();
            let lit = keys
                .iter()
                .flat_map(|&key| provenance::chain(view, key))
                .collect();
            painter.borrow_mut().paint(&lit, &keys, focus.scrolls());
            editor::light(&provenance::sources(view, &lit));
        });
    }

    let fuse = {
        let (state, worker) = (state.clone(), worker.clone());
        Callback::from(move |may: bool| {
            state.dispatch(Action::SuperStencils(may));
            let wishes = State {
                super_stencils: may,
                ..(*state).clone()
            }
            .wishes();
            if let Some(worker) = worker.borrow().as_ref() {
                wishes
                    .into_iter()
                    .for_each(|wish| worker.ask(&Request::Explain { wish }));
            }
        })
    };
    let select = {
        let (state, focus) = (state.clone(), focus.clone());
        Callback::from(move |selected: Selected| {
            focus.set(Focus::default());
            state.dispatch(Action::Select(selected));
        })
    };
    let edit = {
        let state = state.clone();
        Callback::from(move |text: Rc<str>| state.dispatch(Action::Edit(text)))
    };
    let choose = {
        let state = state.clone();
        Callback::from(move |n: usize| {
            if let Some(example) = EXAMPLES.get(n) {
                state.dispatch(Action::Edit(example.program.into()));
            }
        })
    };
    let moved = {
        let (state, focus) = (state.clone(), focus.clone());
        Callback::from(move |(line, column): (u32, u32)| {
            if !state.is_stale() {
                focus.set(focus.with_caret(provenance::at_caret(state.view(), line, column)));
            }
        })
    };
    let share = {
        let (state, layout, focus, notice) =
            (state.clone(), *layout, (*focus).clone(), notice.clone());
        Callback::from(move |()| {
            let link = Link {
                program: state.program.to_string(),
                trace: match state.selected {
                    Selected::Trace(n) => n,
                    Selected::Aborted(_) => 0,
                },
                super_stencils: state.super_stencils,
                layout,
                pin: focus.pin().map(|key| key.to_string()),
            };
            browser::set_fragment(&link.write());
            browser::copy_address();
            notice.set("The link is in the address bar and copied.".into());
        })
    };
    let save = {
        let (state, side) = (state.clone(), *side);
        Callback::from(move |()| {
            if let Some(shown) = &state.sides[side as usize] {
                let name = format!("program.{}.json", shown.explanation.arch);
                // As the command prints it, line end included.
                browser::download(&name, "application/json", &format!("{}\n", shown.json));
            }
        })
    };
    let press = {
        let layout = layout.clone();
        Callback::from(move |pane: Pane| layout.set(layout.press(pane, browser::is_narrow())))
    };

    let on_key = {
        let (run, stop, focus) = (run.clone(), stop.clone(), focus.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                run.emit(());
            }
            "Escape" => {
                stop.emit(());
                focus.set(Focus::default());
            }
            "Enter" | " " if focus.is_on_row() && highlight::is_in_list(&event) => {
                event.prevent_default();
                focus.set(focus.toggled());
            }
            _ => {
                if let Some(key) = highlight::walk(&event) {
                    focus.set(focus.walked(key));
                }
            }
        })
    };
    let on_point = {
        let focus = focus.clone();
        Callback::from(move |event: MouseEvent| {
            let key = highlight::key_of(&event);
            if focus.hovered() != key {
                focus.set(focus.hovering(key));
            }
        })
    };
    let on_click = {
        let focus = focus.clone();
        Callback::from(move |event: MouseEvent| {
            let event: &Event = &event;
            if let Some(key) = highlight::key_of(event) {
                focus.set(focus.hovering(Some(key)).toggled());
            }
        })
    };

    let given = panes::Props {
        sides: state.sides.clone(),
        selected: state.selected,
    };
    let shown = *layout;
    let section = |pane: Pane, content: Html| {
        let class = classes!(
            "pane",
            (shown.current == pane).then_some("current"),
            (!shown.shows(pane)).then_some("hidden")
        );
        html! { <section {class} id={pane.id()} aria-label={pane.title()}>{ content }</section> }
    };
    let output = output::Props::of(&state);
    html! {
        <div class="page" onkeydown={on_key} onmouseover={on_point}>
            <Bar phase={state.phase} example={EXAMPLES.iter().position(|example| example.program == &*state.program)} is_stale={state.is_stale()} layout={shown} {run} {stop} {choose} {press}
                theme={Callback::from(|()| browser::change_theme())} {share} {save}
                has_results={state.sides[*side as usize].is_some()} notice={(*notice).clone()} />
            <main class={classes!(state.is_stale().then_some("is-stale"))} onclick={on_click}>
                { section(Pane::Source, html! {
                    <>
                        <header><h2>{ "Source" }</h2></header>
                        <Editor text={state.program.clone()} problems={state.problems.clone()} changed={edit} {moved} />
                        <Output ..output />
                    </>
                }) }
                { section(Pane::Bytecode, html! { <bytecode::Bytecode ..given.clone() /> }) }
                { section(Pane::Trace, html! { <trace::Trace ..given.clone() /> }) }
                { section(Pane::Optimised, html! { <optimised::Optimised ..given.clone() /> }) }
                { section(Pane::Stencils, html! {
                    <stencils::Stencils panes={given.clone()} side={*side} super_stencils={state.super_stencils} {fuse}
                        choose={let side = side.clone(); Callback::from(move |chosen| side.set(chosen))} />
                }) }
                { section(Pane::Machine, html! { <machine::Machine ..given.clone() /> }) }
                { section(Pane::Exits, html! { <exits::Exits panes={given.clone()} {select} /> }) }
            </main>
            <Details key_shown={focus.keys().first().copied()} is_pinned={focus.is_pinned()} state={state.clone()} />
        </div>
    }
}

fn first_state(link: Option<&Link>) -> State {
    match link {
        Some(link) => State {
            selected: Selected::Trace(link.trace),
            super_stencils: link.super_stencils,
            ..State::new(&link.program)
        },
        None => State::new(EXAMPLES[0].program),
    }
}

/// Has the worker run the program that is in the editor; one that is still running another is ended.
fn start(state: &UseReducerHandle<State>, worker: &Worker) {
    let mut worker = worker.borrow_mut();
    if state.phase == Phase::Running {
        *worker = None;
    }
    if worker.is_none() {
        let to = state.dispatcher();
        let hear = Callback::from(move |action| to.dispatch(action));
        *worker = Backend::start(hear).ok();
    }
    state.dispatch(Action::Run);
    if let Some(worker) = worker.as_ref() {
        worker.ask(&Request::Run {
            program: state.program.to_string(),
            wishes: state.wishes(),
        });
    }
}
