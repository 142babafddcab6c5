//! What changes on rows that are drawn once: what is lit, and what is not there yet at a place of the timeline. It is done by
//! classes, straight in the document; rows that are drawn later get theirs when they come.
//!
//! It knows all lists of the page, so that a row can be found that is not drawn. Never draws a row. Start at [`Paint`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::{Element, Event, KeyboardEvent};
use yew::{AttrValue, Callback};

use crate::highlight::{self, Painter};
use crate::lines::Shown;
use crate::provenance::Key;
use crate::roll::{self, Roll};
use crate::scrub::{self, Scrubber};
use crate::spot::Spot;
use crate::timeline::rows::Change;

/// The one painter of the page, held by all that needs it.
#[derive(Clone, Debug, Default)]
pub struct Paint(Rc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    painter: RefCell<Painter>,
    scrubber: RefCell<Scrubber>,
    /// The lists that are in the document, by the ids of their headings.
    rolls: RefCell<Vec<(AttrValue, Roll)>>,
    /// Whether somebody goes fast along the timeline.
    is_fast: Cell<bool>,
    counted: Cell<usize>,
    /// Told whenever the number of rows changes.
    tell: RefCell<Callback<usize>>,
}

impl PartialEq for Paint {
    fn eq(&self, other: &Paint) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Paint {
    /// A list is in the document.
    pub fn add(&self, heading: AttrValue, roll: Roll) {
        self.0.rolls.borrow_mut().push((heading, roll));
        self.count();
    }

    /// A list is no longer there.
    pub fn remove(&self, heading: &AttrValue) {
        self.0
            .rolls
            .borrow_mut()
            .retain(|(known, _)| known != heading);
        self.count();
    }

    /// What a list shows, if the element is one.
    pub fn listing(&self, element: &Element) -> Option<Rc<Shown>> {
        let heading = element
            .get_attribute("aria-labelledby")
            .filter(|_| element.class_list().contains("rows"))?;
        let rolls = self.0.rolls.borrow();
        let (_, roll) = rolls.iter().find(|(known, _)| *known == *heading)?;
        Some(roll.shown())
    }

    /// Lines of a listing were drawn, from one on.
    pub fn drawn(&self, chunk: &Element, shown: &Shown, first: usize) {
        let all = shown.rows().to_string();
        for (n, row) in (shown.before(first) + 1..).zip(highlight::rows_in(chunk)) {
            // Attributes that cannot be set are no loss but to who hears the page.
            let _ = row.set_attribute("aria-posinset", &n.to_string());
            let _ = row.set_attribute("aria-setsize", &all);
            let Ok(spot) = row.id().parse() else { continue };
            let scrubber = self.0.scrubber.borrow();
            if !scrubber.is_at_end() {
                scrubber.show(spot, &row);
            }
            self.0.painter.borrow_mut().show(spot, &row);
        }
    }

    /// Lights the rows of `keys` and nothing else; `main` are the ones that the others belong to. With `scroll`, one row of
    /// each list is brought into view: that of `main`, or else the first that is lit.
    pub fn light(&self, keys: BTreeSet<Key>, main: &[Key], scroll: bool) {
        let found = if scroll {
            self.firsts(&keys, main)
        } else {
            Vec::new()
        };
        self.0.painter.borrow_mut().paint(keys, main);
        roll::bring(&found);
    }

    /// Lights the row of a listing and nothing else, and brings it into view. What is passed there is shown as it is; other
    /// rows that nobody sees are not.
    pub fn glance(&self, spot: Option<Spot>) {
        let rolls = self.rolls();
        let near = rolls.iter().flat_map(|roll| roll.near(spot));
        self.0.scrubber.borrow_mut().refresh(near);
        let Some(spot) = spot else { return };
        let place = |roll: Roll| Some((roll.clone(), roll.find(spot)?));
        let found: Vec<_> = rolls.into_iter().filter_map(place).collect();
        self.0
            .painter
            .borrow_mut()
            .paint(BTreeSet::from([spot.1]), &[spot.1]);
        roll::bring(&found);
    }

    fn firsts(&self, keys: &BTreeSet<Key>, main: &[Key]) -> Vec<(Roll, usize)> {
        let spots: Vec<Spot> = keys.iter().flat_map(|&key| Spot::of(key)).collect();
        let first = |(_, roll): &(AttrValue, Roll)| {
            let mut mains = main.iter().flat_map(|&key| Spot::of(key));
            let main = mains.find_map(|spot| roll.find(spot));
            let first = || spots.iter().filter_map(|&spot| roll.find(spot)).min();
            Some((roll.clone(), main.or_else(first)?))
        };
        self.0.rolls.borrow().iter().filter_map(first).collect()
    }

    /// Walks along the list that has the keyboard, by the key that was pressed; gives what its row is of.
    pub fn walk(&self, event: &KeyboardEvent) -> Option<Key> {
        let heading = highlight::list_of(event)?.get_attribute("aria-labelledby")?;
        let roll = {
            let rolls = self.0.rolls.borrow();
            let (_, roll) = rolls.iter().find(|(known, _)| *known == *heading)?;
            roll.clone()
        };
        let key = roll.walk(&event.key())?;
        Event::prevent_default(event);
        Some(key)
    }

    /// Another timeline, and a place on it.
    pub fn reset(&self, changes: Vec<Change>, place: usize) {
        let mut scrubber = self.0.scrubber.borrow_mut();
        scrubber.reset(changes);
        scrubber.go(place);
    }

    /// Goes to a place of the timeline.
    pub fn go(&self, place: usize) {
        self.0.scrubber.borrow_mut().go(place);
    }

    /// Goes to a place of the timeline, of which [`Paint::glance`] shows what is in view.
    pub fn pass(&self, place: usize) {
        self.0.scrubber.borrow_mut().pass(place);
    }

    /// Shows all rows as they are at the place.
    pub fn settle(&self) {
        self.0.scrubber.borrow_mut().settle();
    }

    /// Somebody begins to go fast along the timeline, or no longer does.
    pub fn hurry(&self, is_fast: bool) {
        if self.0.is_fast.replace(is_fast) != is_fast {
            scrub::hurry(is_fast);
        }
    }

    /// All lists show their first rows.
    pub fn rewind(&self) {
        self.each(Roll::rewind);
    }

    /// `tell` hears how many rows there are, now and whenever that changes.
    pub fn tell(&self, tell: Callback<usize>) {
        tell.emit(self.0.counted.get());
        self.0.tell.replace(tell);
    }

    /// Lists have other rows.
    pub fn count(&self) {
        let rows = self
            .0
            .rolls
            .borrow()
            .iter()
            .map(|(_, roll)| roll.rows())
            .sum();
        if self.0.counted.replace(rows) != rows {
            self.0.tell.borrow().emit(rows);
        }
    }

    /// All rows of all lists are drawn at once, until [`Paint::release`]: the page is being printed.
    pub fn draw_all(&self) {
        self.settle();
        self.each(Roll::draw_all);
    }

    /// What is far from what is in view goes.
    pub fn release(&self) {
        self.each(Roll::release);
    }

    fn each(&self, act: fn(&Roll)) {
        self.rolls().iter().for_each(act);
    }

    fn rolls(&self) -> Vec<Roll> {
        let rolls = self.0.rolls.borrow();
        rolls.iter().map(|(_, roll)| roll.clone()).collect()
    }
}
