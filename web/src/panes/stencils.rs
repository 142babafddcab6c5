//! The selection: which stencils cover the uops, in which registers, at which cost.

use jit_playground::explain::model::{Code, Piece};
use yew::prelude::*;

use super::count;
use crate::layout::Pane;
use crate::provenance::{Key, Side};
use crate::rows::{Frame, row};

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
}

/// The pane.
#[component]
pub fn Stencils(props: &Props) -> Html {
    let code = props
        .panes
        .trace(props.side)
        .and_then(|trace| trace.code.as_ref());
    let Some(code) = code else {
        return html! { <Frame pane={Pane::Stencils} empty={props.panes.why_empty()} /> };
    };
    let cost: u32 = code.pieces.iter().map(|piece| piece.cost).sum();
    let aside = html! {
        <span class="aside">
            { count(code.stencils as usize, "stencil") }{ ", " }{ code.super_stencils }{ " super, " }{ code.bytes.len() / 2 }{ " bytes" }
        </span>
    };
    let head = html! {
        <div class="head controls">
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
            <span class="aside" title="quarters of a cycle, estimated">{ "cost " }<b>{ cost }</b></span>
        </div>
    };
    html! { <Frame pane={Pane::Stencils} {aside} {head}>{ for rows(code, props.side) }</Frame> }
}

fn rows(code: &Code, side: Side) -> Vec<Html> {
    let pieces = code.pieces.iter().enumerate();
    pieces
        .map(|(n, piece)| piece_row(n as u32, piece, side))
        .collect()
}

fn piece_row(n: u32, piece: &Piece, side: Side) -> Html {
    let uops: Vec<String> = piece.uops.iter().map(|uop| format!("u{uop}")).collect();
    let others = piece
        .choice
        .as_ref()
        .map_or(0, |choice| choice.rejected.len());
    let content = html! {
        <>
            <span class="number">{ uops.join(" ") }</span>
            <code class="text">{ &piece.text }
                if piece.fused { <span class="chip">{ "super-stencil" }</span> }
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
    row("s-", Key::Piece(side, n), class, content)
}
