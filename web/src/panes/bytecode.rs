//! The bytecode of the program, with what the interpreter keeps inside it and how often it ran each instruction.

use jit_playground::explain::model::{Body, Instruction};
use yew::prelude::*;

use super::Props;
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::spot::{Listing, Spot};

/// A line of the listing.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// The name of a body.
    Head(usize),
    /// An instruction of a body; whether it comes from another line of the program than the one before.
    Instruction(usize, usize, bool),
}

const KIND: Kind<Props, Line> = Kind {
    prepare,
    rows,
    text,
    is_same: |_, _| false,
    draw,
};

/// The pane.
#[component]
pub fn Bytecode(props: &Props) -> Html {
    let lines = use_lines(props.clone(), &KIND);
    if props.outline.is_none() {
        return html! { <Frame pane={Pane::Bytecode} empty={props.why_empty()} /> };
    }
    let aside = html! { <span class="aside">{ "runs in the interpreter" }</span> };
    html! { <Frame pane={Pane::Bytecode} {aside} {lines} /> }
}

fn prepare(props: &Props) -> Vec<Line> {
    let mut lines = Vec::new();
    let codes = props.outline.iter().flat_map(|outline| &outline.codes);
    for (code, body) in codes.enumerate() {
        lines.push(Line::Head(code));
        let mut last = 0;
        for (pc, instruction) in body.instructions.iter().enumerate() {
            let line = instruction.source.line;
            lines.push(Line::Instruction(code, pc, line != last));
            last = line;
        }
    }
    lines
}

fn codes(props: &Props) -> &[Body] {
    let outline = props.outline.as_ref();
    outline.map_or(&[], |outline| &outline.codes)
}

fn rows(_: &Props, line: &Line) -> Vec<Spot> {
    match *line {
        Line::Head(_) => Vec::new(),
        Line::Instruction(code, pc, _) => {
            vec![Spot(
                Listing::Plain,
                Key::Instruction(code as u32, pc as u32),
            )]
        }
    }
}

fn text(props: &Props, line: &Line) -> String {
    match *line {
        Line::Head(code) => codes(props)[code].name.clone(),
        Line::Instruction(code, pc, _) => {
            let instruction = &codes(props)[code].instructions[pc];
            let cache = instruction.cache.as_deref().unwrap_or_default();
            format!("{} {} {cache}", instruction.pc, instruction.text)
        }
    }
}

fn draw(props: &Props, line: &Line) -> Html {
    match *line {
        Line::Head(code) => html! { <h3 role="presentation">{ &codes(props)[code].name }</h3> },
        Line::Instruction(code, pc, is_new) => {
            let instruction = &codes(props)[code].instructions[pc];
            let line = is_new.then_some(instruction.source.line);
            instruction_row(props, code as u32, instruction, line)
        }
    }
}

/// How often the hottest instruction ran.
fn most(props: &Props) -> u64 {
    let all = codes(props).iter().flat_map(|body| &body.instructions);
    all.map(|instruction| instruction.runs).max().unwrap_or(0)
}

fn instruction_row(props: &Props, code: u32, instruction: &Instruction, line: Option<u32>) -> Html {
    // How hot, on a scale of logarithms: a loop runs thousands of times more often than what stands before it.
    let heat = match (instruction.runs, most(props)) {
        (0, _) | (_, 0) => 0.0,
        (runs, most) => (runs as f64 + 1.0).ln() / (most as f64 + 1.0).ln(),
    };
    let (name, argument) = instruction
        .text
        .split_once(' ')
        .unwrap_or((&instruction.text, ""));
    let content = html! {
        <>
            <span class="line">{ line.map(|line| line.to_string()) }</span>
            <span class="number">{ instruction.pc }</span>
            <code class="text"><b>{ name }</b>{ " " }{ argument.trim_start() }
                if let Some(cache) = &instruction.cache { <span class="note">{ cache }</span> }
            </code>
            <span class="heat" style={format!("--heat:{heat:.3}")}>{ instruction.runs }</span>
        </>
    };
    row(
        Listing::Plain,
        Key::Instruction(code, instruction.pc),
        classes!("bytecode"),
        props.doc(&instruction.text),
        content,
    )
}
