//! The bar at the top: what to run, running it, and what is shown of it.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::examples::EXAMPLES;
use crate::layout::{Layout, Overlay, Pane};
use crate::lessons::LESSONS;
use crate::search::Search;
use crate::state::Phase;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// What the engine said.
    Json,
    /// A picture of what is seen.
    Svg,
    /// What is seen, in one file.
    Html,
}

/// What the bar's buttons do.
#[derive(Clone, PartialEq)]
pub struct Calls {
    /// Runs the program.
    pub run: Callback<()>,
    /// Stops it.
    pub stop: Callback<()>,
    /// Puts the example of that number into the editor.
    pub choose: Callback<usize>,
    /// A pane's button was pressed.
    pub press: Callback<Pane>,
    /// Begins the lesson of that number.
    pub learn: Callback<usize>,
    /// Changes between light and dark.
    pub theme: Callback<()>,
    /// Makes a link.
    pub share: Callback<()>,
    /// Saves what is shown, as a file of that kind.
    pub save: Callback<FileKind>,
    /// Opens a sheet over the page.
    pub open: Callback<Overlay>,
    /// Something else is searched for.
    pub seek: Callback<Search>,
}

/// What the bar is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the worker is doing.
    pub phase: Phase,
    /// Whether the results are of another text than the editor's.
    pub is_stale: bool,
    /// Which example the program is, if it is one.
    pub example: Option<usize>,
    /// Which panes are shown.
    pub layout: Layout,
    /// What its buttons do.
    pub calls: Calls,
    /// What is searched for.
    pub search: Search,
    /// How many rows it has left.
    pub found: Option<usize>,
    /// Whether there is anything to save.
    pub has_results: bool,
    /// What was done last, for people who do not see it.
    pub notice: AttrValue,
}

/// The bar.
#[component]
pub fn Bar(props: &Props) -> Html {
    let is_running = props.phase == Phase::Running;
    let choose = props.calls.choose.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        usize::try_from(select.selected_index()).unwrap_or_default()
    });
    html! {
        <header class="bar">
            <h1>{ "Mimeo" }</h1>
            <label class="example">
                <span class="visually-hidden">{ "Example" }</span>
                <select id="examples" onchange={choose}>
                    { for EXAMPLES.iter().enumerate().map(|(n, example)| html! {
                        <option selected={props.example == Some(n)}>{ example.title }</option>
                    }) }
                    <option selected={props.example.is_none()} disabled={true}>{ "A program of your own" }</option>
                </select>
            </label>
            { lessons(props) }
            <button id="run" class="primary" onclick={props.calls.run.reform(|_| ())} title="Ctrl+Enter">{ "Run" }</button>
            <button id="stop" disabled={!is_running} onclick={props.calls.stop.reform(|_| ())} title="Escape">{ "Stop" }</button>
            <span class="status" role="status" data-phase={format!("{:?}", props.phase)}>
                { status(props.phase) }
                if props.is_stale { <b class="stale">{ "Stale: the program has changed" }</b> }
                <span class="notice">{ &props.notice }</span>
            </span>
            <div class="tools">
                { saving(props) }
                <button id="share" onclick={props.calls.share.reform(|_| ())} title="Put program and view into the address, and copy it">{ "Share" }</button>
                <button id="theme" onclick={props.calls.theme.reform(|_| ())} title="Light or dark">{ "Theme" }</button>
                <button id="tables" onclick={props.calls.open.reform(|_: MouseEvent| Overlay::Tables)} title="The pictures as tables ( t )">{ "Tables" }</button>
                <button id="help" onclick={props.calls.open.reform(|_: MouseEvent| Overlay::Help)} title="Shortcuts ( ? )" aria-label="Shortcuts">{ "?" }</button>
            </div>
            <nav class="panes" aria-label="Panes">{ for Pane::ALL.map(|pane| pane_button(props, pane)) }</nav>
            { search(props) }
        </header>
    }
}

/// A menu of lessons.
fn lessons(props: &Props) -> Html {
    let items = LESSONS.iter().enumerate().map(|(n, lesson)| {
        let learn = props.calls.learn.clone();
        let begin = Callback::from(move |event: MouseEvent| {
            close_menu(&event);
            learn.emit(n);
        });
        html! { <li><button class="link" onclick={begin}>{ format!("{}. {}", n + 1, lesson.title) }</button></li> }
    });
    html! {
        <details class="menu" id="lessons">
            <summary>{ "Lessons" }</summary>
            <ul>{ for items }</ul>
        </details>
    }
}

/// What can be saved.
fn saving(props: &Props) -> Html {
    let items = [
        ("save", FileKind::Json, "JSON: what the engine said"),
        ("save-svg", FileKind::Svg, "SVG: a picture of what is seen"),
        (
            "save-html",
            FileKind::Html,
            "HTML: what is seen, in one file",
        ),
    ];
    html! {
        <details class="menu right" id="saving">
            <summary>{ "Save" }</summary>
            <ul>
                { for items.map(|(id, kind, text)| {
                    let save = props.calls.save.clone();
                    let save = Callback::from(move |event: MouseEvent| {
                        close_menu(&event);
                        save.emit(kind);
                    });
                    html! { <li><button class="link" {id} disabled={!props.has_results} onclick={save}>{ text }</button></li> }
                }) }
            </ul>
        </details>
    }
}

/// Search in the listings.
fn search(props: &Props) -> Html {
    let now = props.search.clone();
    let seek = props.calls.seek.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Search {
            text: input.value(),
            ..now.clone()
        }
    });
    let now = props.search.clone();
    let toggle = props.calls.seek.reform(move |_: Event| Search {
        changed_only: !now.changed_only,
        ..now.clone()
    });
    html! {
        <div class="search" role="search">
            <input type="search" id="search" placeholder="Search rows" aria-label="Search in the listings" value={props.search.text.clone()} oninput={seek} />
            <label><input type="checkbox" id="changed-only" checked={props.search.changed_only} onchange={toggle} />{ " changed only" }</label>
            <span role="status" class="found">{ props.found.map(|found| crate::panes::count(found, "row")) }</span>
        </div>
    }
}

/// Closes the menu that an event happened in.
fn close_menu(event: &MouseEvent) {
    let button: Option<web_sys::Element> = event.target_dyn_into();
    if let Some(Ok(Some(menu))) = button.map(|button| button.closest("details")) {
        let _ = menu.remove_attribute("open");
    }
}

fn pane_button(props: &Props, pane: Pane) -> Html {
    let shown = props.layout.shows(pane);
    let current = props.layout.current == pane;
    html! {
        <button class={classes!("small", current.then_some("current"))} aria-pressed={shown.to_string()}
            onclick={props.calls.press.reform(move |_| pane)}>{ pane.title() }</button>
    }
}

fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Idle => "",
        Phase::Running => "Running…",
        Phase::Stopped => "Stopped",
        Phase::Refused => "Not loaded",
        Phase::Ended => "Ended",
        Phase::Failed => "Failed",
    }
}
