//! The selection: which stencils cover the uops, in which registers, at which cost; and what was chosen by hand.

use jit_playground::explain::model::{Code, Piece};
use yew::prelude::*;

use super::count;
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::{Key, Side};
use crate::rows::{Frame, row};
use crate::spot::{Listing, Spot};

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The explanations and the trace.
    pub panes: super::Props,
    /// Which column's stencils are listed.
    pub side: Side,
    /// Called when another column's are asked for.
    pub choose: Callback<Side>,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// Called when that is to change.
    pub fuse: Callback<bool>,
    /// What the engine chose by itself, to compare with.
    pub own: Option<Figures>,
    /// How many stencils were chosen by hand.
    pub chosen: usize,
    /// Called when all are to be the engine's choice again.
    pub unchoose: Callback<()>,
}

/// What a selection costs, in quarters of a cycle, and how many bytes it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    cost: u32,
    bytes: usize,
}

impl Figures {
    /// Those of machine code.
    pub fn of(code: &Code) -> Figures {
        Figures {
            cost: code.pieces.iter().map(|piece| piece.cost).sum(),
            bytes: code.bytes.len() / 2,
        }
    }
}

const KIND: Kind<(super::Props, Side), u32> = Kind {
    prepare,
    rows: |(_, side), &n| vec![Spot(Listing::Stencils, Key::Piece(*side, n))],
    text,
    is_same: |_, _| false,
    draw,
};

/// The pane.
#[component]
pub fn Stencils(props: &Props) -> Html {
    let lines = use_lines((props.panes.clone(), props.side), &KIND);
    let Some(code) = props.panes.code(props.side) else {
        return html! { <Frame pane={Pane::Stencils} empty={props.panes.why_empty()} /> };
    };
    let aside = html! {
        <span class="aside">
            { count(code.stencils as usize, "stencil") }{ ", " }{ code.super_stencils }{ " super" }
        </span>
    };
    let head =
        html! { <div class="head controls">{ controls(props) }{ figures(props, code) }</div> };
    html! { <Frame pane={Pane::Stencils} {aside} {head} {lines} /> }
}

fn controls(props: &Props) -> Html {
    html! {
        <>
            { for Side::BOTH.map(|side| {
                let choose = props.choose.reform(move |_| side);
                let pressed = (side == props.side).to_string();
                html! { <button class="small" aria-pressed={pressed} onclick={choose}>{ side.title() }</button> }
            }) }
            <label>
                <input type="checkbox" id="super-stencils" checked={props.super_stencils}
                    onchange={let (fuse, may) = (props.fuse.clone(), props.super_stencils); move |_: Event| fuse.emit(!may)} />
                { " super-stencils" }
            </label>
            if props.chosen > 0 {
                <button class="small" id="unchoose" onclick={props.unchoose.reform(|_| ())}>
                    { format!("Undo {}", count(props.chosen, "choice")) }
                </button>
            }
        </>
    }
}

/// Cost and bytes, beside what the engine's own choice gives.
fn figures(props: &Props, code: &Code) -> Html {
    let now = Figures::of(code);
    let than = props.own.filter(|&own| own != now);
    html! {
        <span class="aside figures" title="The cost is estimated, in quarters of a cycle for one pass over all of it.">
            { "cost " }<b>{ now.cost }</b>{ ", " }<b>{ now.bytes }</b>{ " bytes" }
            if let Some(Figures { cost, bytes }) = than {
                <span class="chip than">{ format!("the engine's choice: {cost}, {bytes} bytes") }</span>
            }
        </span>
    }
}

fn pieces((panes, side): &(super::Props, Side)) -> &[Piece] {
    panes.code(*side).map_or(&[], |code| &code.pieces)
}

fn prepare(of: &(super::Props, Side)) -> Vec<u32> {
    (0..pieces(of).len() as u32).collect()
}

fn text(of: &(super::Props, Side), &n: &u32) -> String {
    let piece = &pieces(of)[n as usize];
    let fused = if piece.fused { "super-stencil" } else { "" };
    format!("{} {} {fused} {}", uops(piece), piece.text, piece.role)
}

fn draw(of: &(super::Props, Side), &n: &u32) -> Html {
    piece_row(of, n, &pieces(of)[n as usize])
}

/// The names of the uops that a piece runs.
fn uops(piece: &Piece) -> String {
    let uops = piece.uops.iter().map(|uop| format!("u{uop}"));
    uops.collect::<Vec<_>>().join(" ")
}

fn piece_row((panes, side): &(super::Props, Side), n: u32, piece: &Piece) -> Html {
    let others = piece
        .choice
        .as_ref()
        .map_or(0, |choice| choice.rejected.len());
    let is_forced = piece.choice.as_ref().is_some_and(|choice| choice.forced);
    let pattern = piece
        .choice
        .as_ref()
        .map(|choice| choice.chosen.pattern.clone());
    let content = html! {
        <>
            <span class="number">{ uops(piece) }</span>
            <code class="text"><span class="final">{ &piece.text }</span>
                if let Some(pattern) = pattern { <span class="planned" aria-hidden="true">{ pattern }</span> }
                if piece.fused { <span class="chip">{ "super-stencil" }</span> }
                if is_forced { <span class="chip forced">{ "your choice" }</span> }
                if piece.role != "uop" { <span class="chip quiet">{ &piece.role }</span> }
                if others > 0 { <span class="note">{ "of " }{ others + 1 }</span> }
            </code>
            <span class="cost">{ (piece.cost > 0).then_some(piece.cost) }</span>
        </>
    };
    let class = classes!(
        "piece",
        format!("role-{}", piece.role),
        piece.fused.then_some("fused")
    );
    let docs = panes.docs(&piece.text);
    let title = (!docs.is_empty()).then(|| docs.join("\n"));
    row(
        Listing::Stencils,
        Key::Piece(*side, n),
        class,
        title,
        content,
    )
}
