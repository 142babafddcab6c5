//! The editor of the program, as a component; the editor itself is CodeMirror, in `web/editor/editor.js`.
//!
//! Never holds the program: the state does. Start at [`Editor`].

use std::rc::Rc;

use jit_playground::explain::model::Text;
use jit_playground::session::Problem;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = mimeoEditor)]
    fn create(parent: &Element, text: &str, changed: &JsValue, moved: &JsValue);
    #[wasm_bindgen(js_namespace = mimeoEditor, js_name = setText)]
    fn set_text(text: &str);
    #[wasm_bindgen(js_namespace = mimeoEditor, js_name = setProblems)]
    fn set_problems(json: &str);
    #[wasm_bindgen(js_namespace = mimeoEditor, js_name = light)]
    fn light_places(json: &str);
    /// Gives the editor the keyboard.
    #[wasm_bindgen(js_namespace = mimeoEditor)]
    pub fn focus();
}

/// What the editor is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The program.
    pub text: Rc<str>,
    /// What is wrong with it.
    pub problems: Rc<[Problem]>,
    /// Called with the text when it was edited.
    pub changed: Callback<Rc<str>>,
    /// Called with line and column, from 1, when the caret was moved.
    pub moved: Callback<(u32, u32)>,
}

/// The editor.
#[component]
pub fn Editor(props: &Props) -> Html {
    let place = use_node_ref();
    {
        let (place, props) = (place.clone(), props.clone());
        use_effect_with((), move |()| {
            let changed = props.changed.clone();
            let changed =
                Closure::<dyn Fn(String)>::new(move |text: String| changed.emit(text.into()));
            let moved = props.moved.clone();
            let moved = Closure::<dyn Fn(u32, u32)>::new(move |line, column| {
                moved.emit((line, column));
            });
            if let Some(parent) = place.cast::<Element>() {
                // The editor stays for as long as the page does.
                create(
                    &parent,
                    &props.text,
                    &changed.into_js_value(),
                    &moved.into_js_value(),
                );
            }
        });
    }
    use_effect_with(props.text.clone(), |text| set_text(text));
    use_effect_with(props.problems.clone(), |problems| {
        set_problems(&serde_json::to_string(&problems[..]).unwrap_or_else(|_| "[]".to_owned()));
    });
    html! { <div class="editor" ref={place}></div> }
}

/// Lights places of the program.
pub fn light(places: &[Text]) {
    light_places(&serde_json::to_string(places).unwrap_or_else(|_| "[]".to_owned()));
}
