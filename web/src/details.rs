//! What is looked at, in full: where it comes from, what the uop does, what else would have fitted, and its holes before and
//! after patching.
//!
//! Start at [`Details`].

use jit_playground::explain::Wanted;
use jit_playground::explain::model::{Choice, Code, Exit, Fitting, Piece, Trace};
use yew::prelude::*;

use crate::panes::Props as Panes;
use crate::panes::count;
use crate::provenance::{Key, Side};
use crate::sheet::Selected;

/// What it is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run and the trace.
    pub panes: Panes,
    /// What is looked at.
    pub key_shown: Option<Key>,
    /// Whether it is pinned.
    pub is_pinned: bool,
    /// The column whose stencils are listed.
    pub side: Side,
    /// Called with a column and a stencil that is to be chosen there.
    pub choose: Callback<(Side, Wanted)>,
}

/// The strip at the bottom.
#[component]
pub fn Details(props: &Props) -> Html {
    let content = props.key_shown.and_then(|key| describe(props, key));
    let is_empty = content.is_none().then_some("none");
    html! {
        <aside class={classes!("details", is_empty)} aria-label="Details" tabindex="0">
            if let Some(content) = content {
                if props.is_pinned { <span class="chip">{ "pinned" }</span> }
                { content }
            } else {
                <p class="empty" id="editor-hint">
                    { "Point at a row, or move the caret through the program: what belongs together lights up. A click or Enter pins it." }
                </p>
            }
        </aside>
    }
}

fn describe(props: &Props, key: Key) -> Option<Html> {
    let panes = &props.panes;
    match key {
        Key::Instruction(code, pc) => {
            let body = panes.outline.as_ref()?.codes.get(code as usize)?;
            let instruction = body.instructions.get(pc as usize)?;
            Some(html! {
                <p>
                    <b>{ "Instruction " }{ pc }{ " of " }{ &body.name }{ ", line " }{ instruction.source.line }{ ": " }</b>
                    <code>{ &instruction.text }</code>{ ". The interpreter ran it " }<b>{ instruction.runs }</b>{ " times; runs inside traces are not among these." }
                    { doc(panes, &instruction.text) }
                </p>
            })
        }
        Key::Recorded(n) => {
            let recorded = panes.sheet.as_ref()?.recorded().get(n as usize)?;
            Some(html! {
                <p><b>{ "Recorded uop " }{ n }{ ": " }</b><code>{ &recorded.text }</code>{ ", from line " }{ recorded.at.line }{ "." }{ doc(panes, &recorded.text) }</p>
            })
        }
        Key::Lowered(n) => {
            let uop = panes.sheet.as_ref()?.lowered(n)?;
            let fate = uop.fate.as_ref();
            Some(html! {
                <>
                    <p><b>{ fate.map_or("", |fate| &fate.what) }{ ": " }</b><code>{ &uop.text }</code></p>
                    <p>{ fate.and_then(|fate| fate.explanation.clone()) }</p>
                    { doc(panes, &uop.text) }
                </>
            })
        }
        Key::Uop(n) => {
            let uop = panes.sheet.as_ref()?.uop(n)?;
            let mut pieces = panes
                .code(props.side)
                .into_iter()
                .flat_map(|code| &code.pieces);
            let piece = pieces.find(|piece| piece.uops.last() == Some(&n));
            Some(html! {
                <>
                    <p><b>{ format!("u{n}: ") }</b><code>{ &uop.text }</code>{ doc(panes, &uop.text) }</p>
                    { piece.map(|piece| choices(props, props.side, piece)) }
                </>
            })
        }
        Key::Piece(side, n) => {
            let code = panes.code(side)?;
            piece(props, side, code, code.pieces.get(n as usize)?)
        }
        Key::Exit(n) => {
            let trace = panes.trace()?;
            exit(trace, trace.exits.iter().find(|exit| exit.id == n)?)
        }
    }
}

/// What the engine's documentation says of the uop or instruction that a text begins with.
fn doc(panes: &Panes, text: &str) -> Html {
    let text = panes.doc(text);
    html! { if let Some(text) = text { <span class="doc">{ " " }{ text }</span> } }
}

fn piece(props: &Props, side: Side, code: &Code, piece: &Piece) -> Option<Html> {
    let bytes = code
        .bytes
        .get(piece.at as usize * 2..(piece.at + piece.len) as usize * 2)?;
    Some(html! {
        <>
            <p>
                <b>{ side.title() }{ if piece.fused { " super-stencil: " } else { " stencil: " } }</b><code>{ &piece.text }</code>
                { format!(", {} bytes at {:#x}", piece.len, piece.at) }
                if piece.cost > 0 { { format!(", cost {} quarters of a cycle", piece.cost) } }
                { for props.panes.docs(&piece.text).into_iter().map(|text| html! { <span class="doc">{ " " }{ text }</span> }) }
            </p>
            if !piece.before.is_empty() {
                <table class="patch">
                    <tr><th scope="row">{ "stencil" }</th><td><code>{ spaced(&piece.before) }</code></td></tr>
                    <tr><th scope="row">{ "patched" }</th><td><code>{ spaced(bytes) }</code></td></tr>
                </table>
            }
            if !piece.holes.is_empty() {
                <table class="holes">
                    <tr><th scope="col">{ "hole at" }</th><th scope="col">{ "kind" }</th><th scope="col">{ "formula" }</th><th scope="col">{ "v" }</th></tr>
                    { for piece.holes.iter().map(|hole| html! {
                        <tr>
                            <td>{ format!("{:#x}", hole.at) }</td><td>{ &hole.kind }</td><td>{ &hole.formula }</td><td><code>{ &hole.value }</code></td>
                        </tr>
                    }) }
                </table>
            }
            { choices(props, side, piece) }
        </>
    })
}

/// What else fitted, each to be chosen instead.
fn choices(props: &Props, side: Side, piece: &Piece) -> Html {
    let choice = piece.choice.as_ref();
    let Some(choice) = choice.filter(|choice| !choice.rejected.is_empty()) else {
        return html! {};
    };
    html! {
        <table class="choices">
            <thead><tr><th scope="col">{ "considered" }</th><th scope="col">{ "cost of the tree" }</th><th scope="col">{ "choice" }</th></tr></thead>
            <tbody>
                <tr class="chosen">
                    <td><code>{ &choice.chosen.pattern }</code></td><td>{ choice.chosen.cost }</td>
                    <td>{ if choice.forced { "your choice" } else { "chosen" } }</td>
                </tr>
                { for choice.rejected.iter().map(|other| rejected(props, side, choice, other)) }
            </tbody>
        </table>
    }
}

fn rejected(props: &Props, side: Side, choice: &Choice, other: &Fitting) -> Html {
    let Some(Selected::Trace(trace)) = props.panes.sheet.as_ref().map(|sheet| sheet.of) else {
        return html! {};
    };
    let wanted = Wanted {
        trace: trace as u32,
        place: choice.place.clone(),
        pattern: other.pattern.clone(),
    };
    let choose = props.choose.reform(move |_| (side, wanted.clone()));
    html! {
        <tr>
            <td><code>{ &other.pattern }</code></td><td>{ other.cost }</td>
            <td><button class="small choose" aria-label={format!("Choose {}", other.pattern)} onclick={choose}>{ "Choose" }</button></td>
        </tr>
    }
}

fn exit(trace: &Trace, exit: &Exit) -> Option<Html> {
    let guards = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
    let guards: Vec<String> = guards
        .filter(|uop| uop.exit == Some(exit.id))
        .map(|uop| format!("u{}", uop.id))
        .collect();
    Some(html! {
        <>
            <p>
                <b>{ format!("Exit x{} ({})", exit.id, exit.kind) }</b>
                if !guards.is_empty() { { " of " }{ guards.join(", ") } }
                { format!(": taken {} back to the interpreter, which goes on at line {}", count(exit.taken as usize, "time"), exit.resume.line) }
                { match exit.leads_to {
                    Some(target) => format!(", and {} on to trace {target}.", count(exit.followed as usize, "time")),
                    None => ".".to_owned(),
                } }
            </p>
            if !exit.snapshot.is_empty() {
                <table class="snapshot">
                    <tr><th scope="col">{ "variable" }</th><th scope="col">{ "word" }</th><th scope="col">{ "gets" }</th></tr>
                    { for exit.snapshot.iter().map(|restored| html! {
                        <tr><td>{ &restored.variable }</td><td>{ &restored.word }</td><td><code>{ &restored.value }</code></td></tr>
                    }) }
                </table>
            }
        </>
    })
}

/// Hexadecimal bytes with blanks between them.
fn spaced(hex: &str) -> String {
    let pairs = hex.as_bytes().chunks(2).map(String::from_utf8_lossy);
    pairs.collect::<Vec<_>>().join(" ")
}
