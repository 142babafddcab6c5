//! What happens when something is pressed, typed or pointed at. Start at [`Actions`].

use std::cell::RefCell;
use std::rc::Rc;

use jit_playground::explain::{self, Wanted};
use jit_playground::page::protocol::{ArchName, Part, Request};
use web_sys::{KeyboardEvent, MouseEvent};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::browser;
use super::focus::Focus;
use crate::backend::{Backend, Heard};
use crate::bar::FileKind;
use crate::examples::EXAMPLES;
use crate::export;
use crate::highlight;
use crate::layout::{Layout, Overlay, Pane};
use crate::paint::Paint;
use crate::panes;
use crate::permalink::Link;
use crate::player::{Move, Player};
use crate::provenance::{self, Key, Side};
use crate::search::Search;
use crate::sheet::Selected;
use crate::spot::Spot;
use crate::state::{Action, Phase, State};
use crate::timeline::{Stage, Timeline};
use crate::tour::Progress;

/// The page's parts that change.
#[derive(Clone)]
pub struct Actions {
    /// What the page knows.
    pub state: UseReducerHandle<State>,
    /// The steps of what is shown.
    pub timeline: Rc<Timeline>,
    /// What changes on rows that are drawn.
    pub paint: Paint,
    /// Where on it the page is.
    pub player: UseReducerHandle<Player>,
    /// The worker, once one was started.
    pub worker: Rc<RefCell<Option<Backend>>>,
    /// Which panes are shown.
    pub layout: UseStateHandle<Layout>,
    /// What is looked at.
    pub focus: UseStateHandle<Focus>,
    /// Which column's stencils are listed.
    pub side: UseStateHandle<Side>,
    /// Where in a lesson somebody is, if one is open.
    pub tour: UseStateHandle<Option<Progress>>,
    /// What is searched for.
    pub search: UseStateHandle<Search>,
    /// What lies over the page, if anything does.
    pub overlay: UseStateHandle<Option<Overlay>>,
    /// Whether single keys are shortcuts.
    pub single_keys: UseStateHandle<bool>,
    /// What was done last, in words.
    pub notice: UseStateHandle<AttrValue>,
}

impl Actions {
    /// A callback that does one of these things.
    pub fn on<T: 'static>(&self, act: impl Fn(&Actions, T) + 'static) -> Callback<T> {
        let actions = self.clone();
        Callback::from(move |given| act(&actions, given))
    }

    /// Runs the program that is in the editor, and looks at nothing in particular.
    pub fn run(&self) {
        self.focus.set(Focus::default());
        self.start();
    }

    /// Puts a program into the editor and runs it.
    pub fn run_program(&self, program: Rc<str>) {
        self.focus.set(Focus::default());
        self.state.dispatch(Action::Edit(program.clone()));
        self.start_with(program);
    }

    /// Has the worker run the program that is in the editor.
    pub fn start(&self) {
        self.start_with(self.state.program.clone());
    }

    /// Has the worker run a program; if it is still running another, that is ended.
    fn start_with(&self, program: Rc<str>) {
        let mut worker = self.worker.borrow_mut();
        if self.state.phase == Phase::Running {
            *worker = None;
        }
        if worker.is_none() {
            let to = self.state.dispatcher();
            let hear = Callback::from(move |heard| match heard {
                Heard::Action(action) => to.dispatch(action),
                Heard::Whole(wish, text) => save_whole(wish.arch, &text),
            });
            *worker = Backend::start(hear).ok();
        }
        self.state.dispatch(Action::Run);
        if let Some(worker) = worker.as_ref() {
            worker.ask(&Request::Run {
                program: program.to_string(),
            });
        }
    }

    /// Asks the worker for parts of the explanation.
    pub fn ask(&self, parts: Vec<Part>) {
        if let Some(worker) = self.worker.borrow().as_ref() {
            parts
                .into_iter()
                .for_each(|part| worker.ask(&Request::Explain(part)));
        }
    }

    /// What panes are given.
    pub fn panes(&self) -> panes::Props {
        panes::Props {
            outline: self.state.outline.clone(),
            sheet: self.state.sheet.clone(),
        }
    }

    /// Ends the worker if it runs a program.
    pub fn stop(&self) {
        if self.state.phase == Phase::Running {
            self.worker.replace(None);
            self.state.dispatch(Action::Stop);
        }
    }

    /// Puts an example into the editor.
    pub fn choose(&self, n: usize) {
        if let Some(example) = EXAMPLES.get(n) {
            self.state.dispatch(Action::Edit(example.program.into()));
        }
    }

    /// Lets super-stencils be chosen, or not, and has the program explained anew.
    pub fn fuse(&self, may: bool) {
        self.state.dispatch(Action::SuperStencils(may));
    }

    /// Takes a stencil whatever it costs, and has the program explained anew.
    pub fn choose_stencil(&self, side: Side, wanted: Wanted) {
        // Pieces get other numbers then; the uop keeps its own.
        let uop = wanted.place.parse().ok();
        self.focus.set(Focus::pinned(uop));
        self.side.set(side);
        self.state.dispatch(Action::Choose(side, wanted));
    }

    /// Leaves all stencils to the engine again.
    pub fn unchoose(&self) {
        self.state.dispatch(Action::Unchoose);
    }

    /// Goes along the timeline.
    pub fn travel(&self, moved: Move) {
        self.player.dispatch(moved);
    }

    /// What the step before a place is about is looked at.
    pub fn follow(&self, place: usize) {
        match self.timeline.key(place) {
            Some(key) if place != self.timeline.compiled() => {
                self.focus.set(self.focus.walked(key));
            }
            _ => self.focus.set(self.focus.again()),
        }
    }

    /// Lights what the step before a place is about, and nothing that belongs to it; the pane of the stage alone follows.
    pub fn glance(&self, place: usize) {
        let moment = self.timeline.moment(place);
        let row = moment.zip(self.timeline.key(place));
        self.paint
            .glance(row.map(|(moment, key)| Spot(moment.stage.listing(), key)));
    }

    /// Another stage of the timeline has begun: brings its pane into view.
    pub fn turn_to(&self, stage: Option<Stage>) {
        let pane = match stage {
            None => return,
            Some(Stage::Record) => Pane::Trace,
            Some(Stage::Optimise) => Pane::Optimised,
            Some(Stage::Select | Stage::Allocate) => Pane::Stencils,
            Some(Stage::Copy | Stage::Patch) => Pane::Machine,
            Some(Stage::Run) => Pane::State,
        };
        if browser::is_narrow() {
            self.layout.set(self.layout.press(pane, true));
        } else {
            browser::bring_pane(pane.id());
        }
    }

    /// Shows how an exit was first taken.
    pub fn replay(&self, trace: usize, exit: u32) {
        if self.state.selected != Selected::Trace(trace) {
            self.state.dispatch(Action::Select(Selected::Trace(trace)));
        }
        self.player.dispatch(Move::Replay(trace, exit));
        self.focus.set(Focus::pinned(Some(Key::Exit(exit))));
    }

    /// The exit of the trace that is shown that is replayed.
    pub fn replayed(&self) -> Option<u32> {
        let (trace, exit) = self.player.replay?;
        let sheet = self.state.sheet.as_ref()?;
        (sheet.of == Selected::Trace(trace)).then_some(exit)
    }

    /// Shows another trace.
    pub fn select(&self, selected: Selected) {
        self.focus.set(Focus::default());
        self.state.dispatch(Action::Select(selected));
    }

    /// The caret was moved: what it stands in is looked at, as long as the results are of this text.
    pub fn moved(&self, line: u32, column: u32) {
        if let Some(outline) = self
            .state
            .outline
            .as_ref()
            .filter(|_| !self.state.is_stale())
        {
            let keys = provenance::at_caret(outline, line, column);
            self.focus.set(self.focus.with_caret(keys));
        }
    }

    /// Puts program and view into the address, and copies it.
    pub fn share(&self) {
        let link = Link {
            program: self.state.program.to_string(),
            trace: match self.state.selected {
                Selected::Trace(n) => n,
                Selected::Aborted(_) => 0,
            },
            super_stencils: self.state.super_stencils,
            choices: self.state.choices.clone(),
            place: (self.player.place != self.timeline.compiled()).then_some(self.player.place),
            layout: *self.layout,
            pin: self.focus.pin().map(|key| key.to_string()),
        };
        browser::set_fragment(&link.write());
        browser::copy_address();
        self.notice
            .set("The address now holds the program and this view.".into());
    }

    /// Opens a sheet over the page.
    pub fn open(&self, overlay: Overlay) {
        self.overlay.set(Some(overlay));
        browser::focus(overlay.buttons().1);
    }

    /// Closes it; the keyboard goes back to what opened it.
    pub fn close(&self) {
        if let Some(overlay) = *self.overlay {
            self.overlay.set(None);
            browser::focus(overlay.buttons().0);
        }
    }

    /// Saves what is seen; or what the engine said, just as the command prints it.
    pub fn save(&self, kind: FileKind) {
        match kind {
            FileKind::Json => self.save_json(),
            FileKind::Svg => self.save_seen("mimeo.svg", "image/svg+xml", export::svg),
            FileKind::Html => self.save_seen("mimeo.html", "text/html", export::html),
        }
    }

    /// What is seen is gone through bit by bit, then it is saved.
    fn save_seen<T, F>(&self, name: &'static str, kind: &'static str, export: fn(Paint) -> F)
    where
        T: AsRef<str>,
        F: Future<Output = Vec<T>> + 'static,
    {
        let (paint, notice) = (self.paint.clone(), self.notice.setter());
        paint.settle();
        notice.set(format!("Saving {name}…").into());
        spawn_local(async move {
            browser::download(name, kind, &export(paint).await);
            notice.set(format!("Saved {name}.").into());
        });
    }

    /// The worker is asked for all that the engine said; what it answers is saved.
    fn save_json(&self) {
        let wish = self.state.wishes()[*self.side as usize].clone();
        self.ask(vec![Part::Whole { wish }]);
    }

    /// A pane's button was pressed.
    pub fn press(&self, pane: Pane) {
        self.layout
            .set(self.layout.press(pane, browser::is_narrow()));
    }

    /// A key was pressed anywhere.
    pub fn key(&self, event: &KeyboardEvent) {
        match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                self.run();
            }
            "Escape" if self.overlay.is_some() => self.close(),
            "Escape" => {
                self.stop();
                self.focus.set(Focus::default());
            }
            "Enter" | " " if self.focus.is_on_row() && highlight::list_of(event).is_some() => {
                event.prevent_default();
                self.focus.set(self.focus.toggled());
            }
            _ => {
                let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
                if let Some(key) = self.paint.walk(event) {
                    self.focus.set(self.focus.walked(key));
                } else if *self.single_keys && !modified && !browser::is_typing(event) {
                    self.shortcut(event);
                }
            }
        }
    }

    /// A key was pressed that stands for something, where nothing is typed.
    fn shortcut(&self, event: &KeyboardEvent) {
        let key = event.key();
        match key.as_str() {
            "?" => return self.open(Overlay::Help),
            "t" => return self.open(Overlay::Tables),
            "/" => {
                event.prevent_default();
                return browser::focus_now("#search");
            }
            _ => {}
        }
        let (timeline, player) = (&self.timeline, *self.player);
        self.player.dispatch(match key.as_str() {
            "." => Move::Go(player.place + 1),
            "," => Move::Go(player.place.saturating_sub(1)),
            ">" => Move::Go(timeline.neighbour(player.place, true)),
            "<" => Move::Go(timeline.neighbour(player.place, false)),
            "p" => Move::Play(!player.is_playing),
            _ => return,
        });
    }

    /// The mouse points somewhere else.
    pub fn point(&self, event: &MouseEvent) {
        let key = highlight::key_of(event);
        if self.focus.hovered() != key {
            self.focus.set(self.focus.hovering(key));
        }
    }

    /// The mouse was clicked in the panes.
    pub fn click(&self, event: &MouseEvent) {
        if let Some(key) = highlight::key_of(event) {
            self.focus.set(self.focus.hovering(Some(key)).toggled());
            if let (Key::Exit(exit), Selected::Trace(trace)) = (key, self.state.selected)
                && self.state.is_replayable(exit)
            {
                self.replay(trace, exit);
            }
        }
    }
}

/// Saves what the engine said, as the command prints it.
fn save_whole(arch: ArchName, text: &str) {
    let arch = explain::arch_name(arch.into());
    let (name, text) = (format!("program.{arch}.json"), format!("{text}\n"));
    browser::download(&name, "application/json", &[text]);
}
