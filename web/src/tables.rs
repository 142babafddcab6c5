//! A table for each picture of the page: the heat map, the tree of traces and exits, the tiles of stencils, the timeline. Who
//! does not see a picture, or wants to read figures off it, has them here.
//!
//! It says what the panes say and works nothing out. Start at [`tables`].

use yew::prelude::*;

use crate::panes::Props as Panes;
use crate::provenance::Side;
use crate::timeline::{Stage, Timeline};

/// A table shows no more rows than this.
const MOST: usize = 500;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Which picture it stands for.
    pub title: String,
    /// The heads of its columns.
    pub heads: &'static [&'static str],
    /// Its rows, as many as it shows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub total: usize,
}

impl Table {
    fn new(
        title: impl Into<String>,
        heads: &'static [&'static str],
        rows: impl Iterator<Item = Vec<String>>,
    ) -> Table {
        let mut rows: Vec<_> = rows.collect();
        let total = rows.len();
        rows.truncate(MOST);
        Table {
            title: title.into(),
            heads,
            rows,
            total,
        }
    }
}

/// All tables, of what is shown at the time; the stencils are those of a column.
pub fn tables(panes: &Panes, timeline: &Timeline, side: Side) -> Vec<Table> {
    vec![
        heat(panes),
        exits(panes),
        stencils(panes, side),
        stages(timeline),
    ]
}

fn heat(panes: &Panes) -> Table {
    let codes = panes.outline.iter().flat_map(|outline| &outline.codes);
    let rows = codes.flat_map(|body| {
        body.instructions.iter().map(|instruction| {
            vec![
                body.name.clone(),
                instruction.pc.to_string(),
                instruction.source.line.to_string(),
                instruction.text.clone(),
                instruction.runs.to_string(),
            ]
        })
    });
    let heads = &["function", "number", "line", "instruction", "runs"];
    Table::new(
        "How often the interpreter ran each instruction",
        heads,
        rows,
    )
}

fn exits(panes: &Panes) -> Table {
    let traces = panes.outline.iter().flat_map(|outline| &outline.traces);
    let rows = traces.flat_map(|trace| {
        let parent = trace
            .parent
            .map(|parent| format!("exit x{} of trace {}", parent.exit, parent.trace));
        let first = vec![
            format!("{}: {}", trace.id, trace.title),
            parent.unwrap_or_else(|| "the interpreter".to_owned()),
        ];
        let blank = || vec![String::new(); 5];
        let exits = trace.exits.iter().map(|exit| {
            vec![
                format!("x{}", exit.id),
                exit.kind.clone(),
                exit.line.to_string(),
                exit.times.to_string(),
                exit.leads_to.map_or_else(
                    || "the interpreter".to_owned(),
                    |target| format!("trace {target}"),
                ),
            ]
        });
        let exits: Vec<_> = exits.collect();
        let exits = if exits.is_empty() {
            vec![blank()]
        } else {
            exits
        };
        exits
            .into_iter()
            .map(move |exit| [first.clone(), exit].concat())
    });
    let heads = &[
        "trace",
        "entered from",
        "exit",
        "kind",
        "goes on at line",
        "times",
        "goes on in",
    ];
    Table::new("Traces, and their exits that were taken", heads, rows)
}

fn stencils(panes: &Panes, side: Side) -> Table {
    let pieces = panes.code(side).into_iter().flat_map(|code| &code.pieces);
    let rows = pieces.map(|piece| {
        let uops: Vec<String> = piece.uops.iter().map(|uop| format!("u{uop}")).collect();
        let others = piece
            .choice
            .as_ref()
            .map(|choice| choice.rejected.len() + 1);
        vec![
            uops.join(" "),
            piece.text.clone(),
            piece.role.clone(),
            if piece.fused { "yes" } else { "" }.to_owned(),
            piece.cost.to_string(),
            piece.len.to_string(),
            others.map(|others| others.to_string()).unwrap_or_default(),
        ]
    });
    let heads = &[
        "uops",
        "stencil and registers",
        "role",
        "super-stencil",
        "cost",
        "bytes",
        "considered",
    ];
    Table::new(format!("Stencils for {}", side.title()), heads, rows)
}

fn stages(timeline: &Timeline) -> Table {
    let rows = Stage::ALL.into_iter().map(|stage| {
        let (start, len) = (timeline.start(stage), timeline.len(stage));
        let first = if len == 0 {
            String::new()
        } else {
            (start + 1).to_string()
        };
        let last = if len == 0 {
            String::new()
        } else {
            (start + len).to_string()
        };
        vec![stage.title().to_owned(), len.to_string(), first, last]
    });
    Table::new("The timeline", &["stage", "steps", "first", "last"], rows)
}

/// What the sheet of tables is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The tables.
    pub tables: Vec<Table>,
    /// Called to close the sheet.
    pub close: Callback<()>,
}

/// The sheet of tables.
#[component]
pub fn Tables(props: &Props) -> Html {
    html! {
        <div class="veil">
            <div class="sheet wide" role="dialog" aria-modal="true" aria-labelledby="tables-title">
                <div class="top">
                    <h2 id="tables-title">{ "The pictures as tables" }</h2>
                    <button id="tables-close" class="primary" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Close" }</button>
                </div>
                <div class="tables" role="group" aria-labelledby="tables-title" tabindex="0">{ for props.tables.iter().map(view) }</div>
            </div>
        </div>
    }
}

fn view(table: &Table) -> Html {
    if table.rows.is_empty() {
        return html! { <p class="empty">{ &table.title }{ ": nothing." }</p> };
    }
    let cells = |row: &Vec<String>| {
        let cells = row.iter().map(|text| html! { <td>{ text }</td> });
        html! { <tr>{ for cells }</tr> }
    };
    html! {
        <table class="held">
            <caption>{ &table.title }</caption>
            <thead><tr>{ for table.heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr></thead>
            <tbody>{ for table.rows.iter().map(cells) }</tbody>
            if table.total > table.rows.len() {
                <tfoot><tr><td colspan={table.heads.len().to_string()}>{ format!("The first {} of {}.", table.rows.len(), table.total) }</td></tr></tfoot>
            }
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::first;

    #[test]
    fn every_picture_has_a_table_with_all_that_it_shows() {
        let (outline, sheet) = first(include_str!("../examples/collatz.py"));
        let timeline = Timeline::of(&sheet, Side::Right);
        let panes = Panes {
            outline: Some(outline.clone()),
            sheet: Some(sheet.clone()),
        };
        let all = tables(&panes, &timeline, Side::Right);
        for table in &all {
            assert!(!table.rows.is_empty(), "{}", table.title);
            assert!(table.rows.iter().all(|row| row.len() == table.heads.len()));
        }
        let [heat, exits, stencils, stages] = &all[..] else {
            panic!("four pictures")
        };
        let instructions = outline.codes.iter().flat_map(|body| &body.instructions);
        let runs: Vec<String> = instructions.map(|one| one.runs.to_string()).collect();
        let column = |table: &Table, n: usize| -> Vec<String> {
            table.rows.iter().map(|row| row[n].clone()).collect()
        };
        assert_eq!(column(heat, 4), runs);
        let taken: usize = outline
            .traces
            .iter()
            .map(|trace| trace.exits.len().max(1))
            .sum();
        assert_eq!(exits.rows.len(), taken);
        assert!(
            column(exits, 1)
                .iter()
                .any(|from| from.starts_with("exit x"))
        );
        assert_eq!(
            stencils.total,
            sheet.code(Side::Right).unwrap().pieces.len()
        );
        assert_eq!(stages.rows.last().unwrap()[3], timeline.total().to_string());
    }

    #[test]
    fn before_a_run_and_of_too_much_tables_say_so() {
        let all = tables(&Panes::default(), &Timeline::default(), Side::Left);
        assert_eq!(all.iter().filter(|table| table.rows.is_empty()).count(), 3);
        assert_eq!(all[3].rows.len(), 7);
        let long = Table::new("long", &["n"], (0..501).map(|n| vec![n.to_string()]));
        assert_eq!((long.rows.len(), long.total), (500, 501));
    }
}
