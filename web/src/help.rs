//! The sheet of shortcuts, and the switch that turns single keys off.

use yew::prelude::*;

/// What it is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Whether single keys are shortcuts.
    pub keys: bool,
    /// Called when that is to change.
    pub set_keys: Callback<bool>,
    /// Called to close the sheet.
    pub close: Callback<()>,
}

/// Keys with what they do.
const KEYS: [(&str, &str); 14] = [
    ("Ctrl Enter", "run the program"),
    (
        "Escape",
        "stop it; close this sheet; look at nothing in particular",
    ),
    (". and ,", "one step on, one step back on the timeline"),
    ("> and <", "to the next stage, to the one before"),
    ("p", "play or pause"),
    ("/", "search in the listings"),
    ("t", "the pictures as tables"),
    ("?", "this sheet"),
    ("Up and Down", "from row to row, in a list"),
    ("Home and End", "to the first row, to the last"),
    ("Enter", "pin a row, or take the pin away"),
    ("Tab", "to the next part of the page"),
    (
        "Left and Right",
        "along the scrubber, when it has the keyboard",
    ),
    ("Escape, then Tab", "out of the editor"),
];

/// The sheet.
#[component]
pub fn Help(props: &Props) -> Html {
    let (set, keys) = (props.set_keys.clone(), props.keys);
    html! {
        <div class="veil">
            <div class="sheet" role="dialog" aria-modal="true" aria-labelledby="help-title">
                <h2 id="help-title" tabindex="-1">{ "Keyboard" }</h2>
                <table>
                    <thead><tr><th scope="col">{ "key" }</th><th scope="col">{ "what it does" }</th></tr></thead>
                    <tbody>
                        { for KEYS.iter().map(|(key, text)| html! { <tr><th scope="row"><kbd>{ *key }</kbd></th><td>{ *text }</td></tr> }) }
                    </tbody>
                </table>
                <label>
                    <input type="checkbox" id="single-keys" checked={keys} onchange={move |_: Event| set.emit(!keys)} />
                    { " single keys are shortcuts" }
                </label>
                <button id="help-close" class="primary" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Close" }</button>
            </div>
        </div>
    }
}
