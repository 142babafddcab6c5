//! The bytecode of the program, with what the interpreter keeps inside it and how often it ran each instruction.

use jit_playground::explain::model::{Body, Instruction};
use yew::prelude::*;

use super::Props;
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row};

/// The pane.
#[component]
pub fn Bytecode(props: &Props) -> Html {
    let Some(shown) = props.shown() else {
        return html! { <Frame pane={Pane::Bytecode} empty={props.why_empty()} /> };
    };
    let codes = &shown.explanation.codes;
    let most = codes
        .iter()
        .flat_map(|body| &body.instructions)
        .map(|instruction| instruction.runs)
        .max()
        .unwrap_or(0);
    let bodies = codes.iter().enumerate();
    html! {
        <Frame pane={Pane::Bytecode} aside={html! { <span class="aside">{ "runs in the interpreter" }</span> }}>
            { for bodies.map(|(n, body)| self::body(n as u32, body, most)) }
        </Frame>
    }
}

fn body(code: u32, body: &Body, most: u64) -> Html {
    let mut last = 0;
    let rows = body.instructions.iter().map(|instruction| {
        let line = instruction.source.line;
        let shown = if line == last { None } else { Some(line) };
        last = line;
        instruction_row(code, instruction, shown, most)
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <div role="group" aria-label={body.name.clone()}>
            <h3 role="presentation">{ &body.name }</h3>
            { for rows }
        </div>
    }
}

fn instruction_row(code: u32, instruction: &Instruction, line: Option<u32>, most: u64) -> Html {
    // How hot, on a scale of logarithms: a loop runs thousands of times more often than what stands before it.
    let heat = match (instruction.runs, most) {
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
        "k-",
        Key::Instruction(code, instruction.pc),
        classes!("bytecode"),
        content,
    )
}
