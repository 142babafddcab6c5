//! The normal form of a name that is not all ASCII, as the Python parser asks for it: the browser works it out, which brings
//! tables of its own, so that the page need not transfer any.
//!
//! Built for another machine, where only the page's state is tested, it leaves names as they are.

#![forbid(unsafe_code)]

/// What the parser calls on the text of a name.
pub trait UnicodeNormalization {
    /// The characters of its normal form NFKC.
    fn nfkc(self) -> std::vec::IntoIter<char>;
}

impl UnicodeNormalization for &str {
    fn nfkc(self) -> std::vec::IntoIter<char> {
        let characters: Vec<char> = normal(self).chars().collect();
        characters.into_iter()
    }
}

#[cfg(target_arch = "wasm32")]
fn normal(name: &str) -> String {
    js_sys::JsString::from(name).normalize("NFKC").into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normal(name: &str) -> &str {
    name
}
