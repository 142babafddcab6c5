//! What everything holds at the place of the timeline: variables, registers, values, frame.

use yew::prelude::*;

use super::Props as Panes;
use crate::layout::Pane;
use crate::moment::{self, Holdings, Ledger, Row, Table};
use crate::provenance::Side;
use crate::timeline::Moment as Step;

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The explanations and the trace.
    pub panes: Panes,
    /// The column whose registers are shown.
    pub side: Side,
    /// The step that was done last.
    pub moment: Option<Step>,
    /// How many steps are done: what has changed flashes anew at each.
    pub place: usize,
    /// The exit that is shown as it was first taken.
    pub replay: Option<u32>,
}

/// The pane.
#[component]
pub fn Moment(props: &Props) -> Html {
    let title = Pane::State.title();
    let heading = format!("{}-title", Pane::State.id());
    let of = (props.panes.clone(), props.side);
    let ledger = use_memo(of, |(panes, side)| {
        panes.sheet.as_ref().map(|sheet| Ledger::of(sheet, *side))
    });
    let holdings = holdings(props, ledger.as_ref().as_ref());
    html! {
        <>
            <header><h2 id={heading.clone()}>{ title }</h2><span class="aside">{ props.side.title() }</span></header>
            <p class="head">{ &holdings.title }</p>
            <div class="tables" role="group" aria-label="What is held" tabindex="0">
                { for holdings.tables.iter().map(|table| view(table, props.place)) }
            </div>
        </>
    }
}

fn holdings(props: &Props, ledger: Option<&Ledger>) -> Holdings {
    let exits = props.panes.trace().map_or(&[][..], |trace| &trace.exits);
    let replayed = exits.iter().find(|exit| Some(exit.id) == props.replay);
    if let Some(replay) = replayed.and_then(moment::replay) {
        return replay;
    }
    match (&props.panes.sheet, ledger) {
        (Some(sheet), Some(ledger)) => ledger.at(sheet, props.moment),
        _ => Holdings {
            title: props.panes.why_empty().to_string(),
            ..Holdings::default()
        },
    }
}

fn view(table: &Table, place: usize) -> Html {
    if table.rows.is_empty() {
        return html! { <p class="empty">{ table.title }{ ": nothing." }</p> };
    }
    let has_notes = table.rows.iter().any(|row| !row.note.is_empty());
    html! {
        <table class="held">
            <caption>{ table.title }</caption>
            <thead><tr>
                <th scope="col">{ "name" }</th><th scope="col">{ "holds" }</th>
                if has_notes { <th scope="col">{ "which is" }</th> }
            </tr></thead>
            <tbody>{ for table.rows.iter().map(|row| line(row, has_notes, place)) }</tbody>
            if table.total > table.rows.len() {
                <tfoot><tr><td colspan="3">
                    { format!("{} to {} of {}; the others show when a step changes one", table.before + 1, table.before + table.rows.len(), table.total) }
                </td></tr></tfoot>
            }
        </table>
    }
}

/// A changed row is another element at each place, so that it flashes each time.
fn line(row: &Row, has_notes: bool, place: usize) -> Html {
    let key = if row.changed {
        format!("{}-{place}", row.name)
    } else {
        row.name.to_string()
    };
    html! {
        <tr {key} class={row.changed.then_some("changed")}>
            <th scope="row"><code>{ &row.name }</code></th>
            <td><code>{ &row.value }</code>
                if row.changed { <span class="mark" title="changed by this step">{ "\u{25c2}" }<span class="visually-hidden">{ " changed" }</span></span> }
            </td>
            if has_notes { <td><code>{ &row.note }</code></td> }
        </tr>
    }
}
