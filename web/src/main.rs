//! The playground's page: a Python loop in, and every step to machine code visible and connected.
//!
//! It works nothing out about programs: everything shown was said by the engine, in the worker, as the data of
//! `jit_playground::explain::model`. Start at [`app::App`]; [`state`] is what the page knows, [`provenance`] how everything
//! on it hangs together.

#![deny(unsafe_code)]

mod align;
mod app;
mod backend;
mod bar;
mod controls;
mod copies;
mod details;
mod editor;
mod examples;
mod export;
mod help;
mod highlight;
mod layout;
mod lessons;
mod lines;
mod list;
mod moment;
mod output;
mod paint;
mod panes;
mod permalink;
mod player;
mod provenance;
mod roll;
mod rows;
mod scrub;
#[cfg(all(test, target_arch = "wasm32"))]
mod seams;
mod search;
#[cfg(all(test, target_arch = "wasm32"))]
mod service;
mod sheet;
mod spot;
mod state;
mod tables;
#[cfg(test)]
mod testing;
mod timeline;
mod tour;
mod window;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
