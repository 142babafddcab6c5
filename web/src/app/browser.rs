//! What the page asks of the browser besides drawing: the address, the theme, saving files.
//!
//! A browser that refuses one of these goes without it; nothing here fails.

use js_sys::futures::JsFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, Event, HtmlAnchorElement, HtmlElement, Url, Window};
use yew::platform::spawn_local;

/// Narrower than this, one pane is shown at a time; the style sheet says the same.
const NARROW: f64 = 760.0;

fn window() -> Option<Window> {
    web_sys::window()
}

/// The address's fragment.
pub fn fragment() -> String {
    window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Changes the address's fragment without another entry in the history.
pub fn set_fragment(text: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{text}")));
    }
}

/// Copies the address.
pub fn copy_address() {
    if let Some(window) = window()
        && let Ok(address) = window.location().href()
        && window.is_secure_context()
    {
        let copied = JsFuture::from(window.navigator().clipboard().write_text(&address));
        spawn_local(async {
            let _ = copied.await;
        });
    }
}

/// Whether one pane is shown at a time.
pub fn is_narrow() -> bool {
    let width = window().and_then(|window| window.inner_width().ok()?.as_f64());
    width.is_some_and(|width| width < NARROW)
}

/// Gives an element the keyboard once the page has been drawn.
pub fn focus(selector: &'static str) {
    gloo_timers::callback::Timeout::new(0, move || focus_now(selector)).forget();
}

/// Gives an element that is there the keyboard, before the next key can be pressed.
pub fn focus_now(selector: &str) {
    let element = window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(selector).ok().flatten())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// Scrolls the panes sideways, just as far as it takes to show one whole.
pub fn bring_pane(id: &'static str) {
    gloo_timers::callback::Timeout::new(0, move || {
        let pane = window()
            .and_then(|window| window.document())
            .and_then(|document| document.get_element_by_id(id));
        let Some((pane, panes)) =
            pane.and_then(|pane| Some((pane.clone(), pane.parent_element()?)))
        else {
            return;
        };
        let (inner, outer) = (
            pane.get_bounding_client_rect(),
            panes.get_bounding_client_rect(),
        );
        // What stays at the left while the rest scrolls: the lesson.
        let tour = panes.query_selector(".tour").ok().flatten();
        let left = tour.map_or(outer.left(), |tour| tour.get_bounding_client_rect().right());
        let by = if inner.left() < left {
            inner.left() - left
        } else {
            (inner.right() - outer.right()).max(0.0)
        };
        panes.set_scroll_left(panes.scroll_left() + by.round() as i32);
    })
    .forget();
}

/// Whether an event happened where text is typed.
pub fn is_typing(event: &Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let typed =
        "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable=true]";
    target.is_some_and(|target| matches!(target.closest(typed), Ok(Some(_))))
}

/// Changes between light and dark, and remembers it.
pub fn change_theme() {
    let Some(window) = window() else { return };
    let Some(root) = window
        .document()
        .and_then(|document| document.document_element())
    else {
        return;
    };
    let prefers_dark = window.match_media("(prefers-color-scheme: dark)");
    let prefers_dark = prefers_dark
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    let is_dark = match root.get_attribute("data-theme").as_deref() {
        Some(theme) => theme == "dark",
        None => prefers_dark,
    };
    let theme = if is_dark { "light" } else { "dark" };
    let _ = root.set_attribute("data-theme", theme);
    if let Ok(Some(storage)) = window.local_storage() {
        let _ = storage.set_item("theme", theme);
    }
}

/// Saves a text, given in parts, as a file.
pub fn download(name: &str, kind: &str, parts: &[impl AsRef<str>]) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts: js_sys::Array = parts
        .iter()
        .map(|part| JsValue::from_str(part.as_ref()))
        .collect();
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let anchor = window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("a").ok())
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
    }
    let _ = Url::revoke_object_url(&address);
}

/// Something that is called when an event happens to the window, until it is dropped.
pub struct Listener {
    name: &'static str,
    hear: Closure<dyn Fn()>,
}

/// Calls something whenever an event happens to the window.
pub fn listen(name: &'static str, hear: impl Fn() + 'static) -> Listener {
    let hear = Closure::new(hear);
    if let Some(window) = window() {
        let _ = window.add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
    }
    Listener { name, hear }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(window) = window() {
            let hear = self.hear.as_ref().unchecked_ref();
            let _ = window.remove_event_listener_with_callback(self.name, hear);
        }
    }
}
