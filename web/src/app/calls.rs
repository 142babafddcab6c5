//! What panes and the bar call: the same callbacks at every drawing, so that neither is drawn anew for nothing.
//!
//! Never holds what is called upon: that is always the actions of the last drawing. Start at [`use_calls`].

use std::cell::RefCell;
use std::rc::Rc;

use jit_playground::explain::Wanted;
use yew::prelude::*;

use super::actions::Actions;
use super::browser;
use crate::bar;
use crate::provenance::Side;
use crate::sheet::Selected;
use crate::tour::Progress;

/// The callbacks.
#[derive(Clone, PartialEq)]
pub struct Calls {
    /// The bar's.
    pub bar: bar::Calls,
    /// Shows another trace.
    pub select: Callback<Selected>,
    /// Shows how an exit of a trace was first taken.
    pub replay: Callback<(usize, u32)>,
    /// Lists the stencils of another column.
    pub choose_side: Callback<Side>,
    /// Takes a stencil whatever it costs.
    pub choose_stencil: Callback<(Side, Wanted)>,
    /// Lets super-stencils be chosen, or not.
    pub fuse: Callback<bool>,
    /// Leaves all stencils to the engine again.
    pub unchoose: Callback<()>,
}

/// The callbacks for these actions.
#[hook]
pub fn use_calls(actions: &Actions) -> Calls {
    let latest = use_mut_ref(|| actions.clone());
    latest.replace(actions.clone());
    let calls = use_memo((), move |()| {
        let latest = Latest(latest);
        Calls {
            bar: bar_calls(&latest),
            select: latest.on(|to, selected| to.select(selected)),
            replay: latest.on(|to, (trace, exit)| to.replay(trace, exit)),
            choose_side: latest.on(|to, side| to.side.set(side)),
            choose_stencil: latest.on(|to, (side, wanted)| to.choose_stencil(side, wanted)),
            fuse: latest.on(|to, may| to.fuse(may)),
            unchoose: latest.on(|to, ()| to.unchoose()),
        }
    });
    (*calls).clone()
}

fn bar_calls(latest: &Latest) -> bar::Calls {
    bar::Calls {
        run: latest.on(|to, ()| to.run()),
        stop: latest.on(|to, ()| to.stop()),
        choose: latest.on(|to, n| to.choose(n)),
        press: latest.on(|to, pane| to.press(pane)),
        learn: latest.on(|to, n| to.tour(Some(Progress::of(n)))),
        theme: Callback::from(|()| browser::change_theme()),
        share: latest.on(|to, ()| to.share()),
        save: latest.on(|to, kind| to.save(kind)),
        open: latest.on(|to, overlay| to.open(overlay)),
        seek: latest.on(|to, search| to.search.set(search)),
    }
}

/// The actions of the last drawing.
struct Latest(Rc<RefCell<Actions>>);

impl Latest {
    fn on<T: 'static>(&self, act: fn(&Actions, T)) -> Callback<T> {
        let latest = Rc::clone(&self.0);
        Callback::from(move |given| {
            let actions = latest.borrow().clone();
            act(&actions, given);
        })
    }
}
