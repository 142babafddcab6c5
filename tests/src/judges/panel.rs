//! All judges together. Start at [`Panel::judge`].
#![allow(
    unsafe_code,
    reason = "judges run machine code; the warden has passed what they run"
)]

use super::difference::{Difference, Run, What, compare};
use super::machine::{MachineCode, Tools, Way};
use super::optimised::OptimisedReference;
use super::oracle::Cranelift;
use super::reference::Reference;
use super::warden::{Unfit, Warden};
use crate::emulated::{Emulated, place};
use jit_native::machine::Machine;
use jit_native::region::Region;
use jit_native::testing::{Observation, World, link};
use std::ffi::OsString;
use std::sync::Arc;
use stencils::library::Arch;
use stencils::table::UopTable;

/// The most steps of a run: far more than a generated region takes.
pub(super) const STEPS: u64 = 1 << 22;

/// An implementation of what a region does.
pub trait Judge {
    /// What it is called in reports.
    fn name(&self) -> &'static str;

    /// Makes ready to run a valid, linked region.
    ///
    /// # Errors
    /// When it cannot; the reason counts as a difference.
    fn take(&mut self, region: &Region) -> Result<(), String>;

    /// Runs the region it was given last; gives the number of the exit taken, whose snapshot has been written.
    ///
    /// # Errors
    /// When it cannot; the reason counts as a difference.
    ///
    /// # Safety
    /// The region must be safe to run in this world, as filled, and must end.
    unsafe fn run(&mut self, world: &mut World) -> Result<u32, String>;
}

/// The judges, the warden among them.
pub struct Panel {
    warden: Warden,
    judges: Vec<Box<dyn Judge>>,
    /// Machine code for another architecture.
    emulated: Option<Emulated>,
    world: World,
    /// What the worlds of the region being judged were, and what the warden made of them.
    runs: Vec<Expected>,
    given: Run,
}

/// A run that all judges have to agree with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The world's seed.
    pub seed: u64,
    /// The world before.
    pub before: Observation,
    /// What the warden made of it.
    pub after: Run,
}

impl Panel {
    /// All judges there are.
    ///
    /// # Errors
    /// When this machine is none that the engine or Cranelift make code for.
    pub fn new() -> Result<Self, String> {
        let mut panel = Self::interpreters();
        panel
            .judges
            .append(&mut Self::machine_code(&Tools::stock())?.judges);
        let oracle = Cranelift::new().map_err(|error| error.to_string())?;
        panel.judges.push(Box::new(oracle));
        Ok(panel)
    }

    /// All judges, with the machine code for this architecture instead of this machine's; a process has one such panel at
    /// most.
    ///
    /// # Errors
    /// As [`Panel::new`], and when the emulated process does not start: see [`Emulated::start`].
    pub fn emulated(arch: Arch, runner: Vec<OsString>) -> anyhow::Result<Self> {
        let mut panel = Self::interpreters();
        panel.judges.push(Box::new(Cranelift::new()?));
        panel.world = place::world()?;
        panel.emulated = Some(Emulated::start(arch, runner)?);
        Ok(panel)
    }

    /// The judges that run no machine code.
    pub fn interpreters() -> Self {
        Self::of(vec![
            Box::new(Reference::new()),
            Box::new(OptimisedReference::new()),
        ])
    }

    /// The engine's machine code, made in every way with these tools.
    ///
    /// # Errors
    /// When the engine refuses the library, or gets no memory for its code.
    pub fn machine_code(tools: &Tools) -> Result<Self, String> {
        let machine = Machine::new(UopTable::stock(), &tools.library).map_err(|e| e.to_string())?;
        let machine = Arc::new(machine);
        let mut judges: Vec<Box<dyn Judge>> = Vec::new();
        for way in Way::ALL {
            judges.push(Box::new(MachineCode::new(way, &machine, tools)?));
        }
        Ok(Self::of(judges))
    }

    /// These judges, beside the warden.
    pub fn of(judges: Vec<Box<dyn Judge>>) -> Self {
        Panel {
            warden: Warden::default(),
            judges,
            emulated: None,
            world: World::new(0),
            runs: Vec::new(),
            given: Run::default(),
        }
    }

    /// The judges' names.
    pub fn names(&self) -> Vec<&'static str> {
        self.judges.iter().map(|judge| judge.name()).collect()
    }

    /// The runs that the region which was judged last had to agree with.
    pub fn runs(&self) -> &[Expected] {
        &self.runs
    }

    /// Puts a region of stock uops before all judges, in the worlds of these seeds; gives the first difference. The
    /// region's calls name placeholders ([`link`]).
    ///
    /// # Errors
    /// When the warden refuses the region.
    pub fn judge(&mut self, region: &Region, worlds: &[u64]) -> Result<Option<Difference>, Unfit> {
        self.judge_filled(region, worlds, |_, _| {})
    }

    /// [`Panel::judge`] in worlds that are changed by `fill`, which is given the world's seed too.
    ///
    /// # Errors
    /// When the warden refuses the region.
    pub fn judge_filled(
        &mut self,
        region: &Region,
        worlds: &[u64],
        fill: impl Fn(u64, &mut World),
    ) -> Result<Option<Difference>, Unfit> {
        let unlinked = region;
        let mut region = link(region);
        // Whoever it comes from: linking has taken any proof away, so this looks at all of it.
        region.verify(UopTable::stock()).map_err(Unfit::Invalid)?;
        self.runs.resize_with(worlds.len(), Expected::default);
        let world = &mut self.world;
        for (run, &seed) in self.runs.iter_mut().zip(worlds) {
            run.seed = seed;
            world.reset(seed);
            fill(seed, world);
            world.observe_into(&mut run.before);
            run.after.0 = self.warden.run(&region, world, STEPS)?.0;
            world.observe_into(&mut run.after.1);
        }
        for judge in &mut self.judges {
            let judge = judge.as_mut();
            if let Some((world, what)) =
                compare_with(judge, &region, world, &self.runs, &mut self.given)
            {
                let judge = judge.name();
                return Ok(Some(Difference { judge, world, what }));
            }
        }
        let emulated = self.emulated.as_mut();
        Ok(emulated.and_then(|emulated| emulated.judge(unlinked, &self.runs)))
    }
}

/// Runs a region that the warden has passed in its worlds; gives the first one in which the judge disagrees.
fn compare_with(
    judge: &mut dyn Judge,
    region: &Region,
    world: &mut World,
    runs: &[Expected],
    given: &mut Run,
) -> Option<(u64, What)> {
    if let Err(reason) = judge.take(region) {
        let first = runs.first()?.seed;
        return Some((first, What::NoAnswer(reason)));
    }
    runs.iter().find_map(|run| {
        world.restore(&run.before);
        // SAFETY: the warden has run the region in this world: it is safe and ends.
        let what = match unsafe { judge.run(world) } {
            Ok(exit) => {
                given.0 = exit;
                world.observe_into(&mut given.1);
                compare(&run.after, given)
            }
            Err(reason) => Some(What::NoAnswer(reason)),
        };
        Some((run.seed, what?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judges::random;
    use jit_native::testing::FRAME_WORDS;

    /// Does what the reference interpreter does, and then something else.
    struct Liar(Reference, fn(&mut World, &mut u32));

    impl Judge for Liar {
        fn name(&self) -> &'static str {
            "liar"
        }

        fn take(&mut self, region: &Region) -> Result<(), String> {
            self.0.take(region)
        }

        unsafe fn run(&mut self, world: &mut World) -> Result<u32, String> {
            // SAFETY: the caller's promise is the one that is asked for.
            let mut exit = unsafe { self.0.run(world) }?;
            (self.1)(world, &mut exit);
            Ok(exit)
        }
    }

    fn verdict(lie: fn(&mut World, &mut u32)) -> Option<What> {
        let mut panel = Panel::of(vec![Box::new(Liar(Reference::new(), lie))]);
        let region = random::region(0, 5);
        let verdict = panel.judge(&region, &[1, 2]).expect("the region is fit");
        verdict.map(|difference| difference.what)
    }

    #[test]
    fn every_lie_is_found() {
        assert_eq!(verdict(|_, _| {}), None);
        let last = FRAME_WORDS - 1;
        let frame = verdict(|world, _| world.frame_words()[FRAME_WORDS - 1] ^= 1);
        assert!(
            matches!(frame, Some(What::Frame(n, _)) if n == last),
            "{frame:?}"
        );
        let exit = verdict(|_, exit| *exit += 1);
        assert!(matches!(exit, Some(What::Exit(_))), "{exit:?}");
        let memory = verdict(|world, _| {
            let first = world.memory().start as *mut u64;
            // SAFETY: it is the address of the first word of the world's memory.
            unsafe { *first ^= 1 };
        });
        assert!(matches!(memory, Some(What::Memory(0, _))), "{memory:?}");
    }

    #[test]
    fn what_is_unsafe_is_refused() {
        let refused = |text: &str| {
            let table = stencils::table::UopTable::stock();
            let region = jit_native::region::text::parse(text, table).expect("it parses");
            let judged = Panel::of(Vec::new()).judge(&region, &[0]);
            judged.expect_err("it is unfit")
        };
        let wild = "region {\nb0:\n v1 = load_i64 4096, 0\n leave x0\nx0:\n}";
        assert!(matches!(refused(wild), Unfit::Address(_, 4096)));
        let far = "region {\nb0:\n store_frame_i64 512, 1\n leave x0\nx0:\n}";
        assert!(matches!(refused(far), Unfit::Slot(512)));
        let pointer = "region {\nb0:\n leave x0\nx0: [0] = 1\n}";
        assert!(matches!(refused(pointer), Unfit::Slot(0)));
        let anything = "region {\nb0:\n call_void_0 4096\n leave x0\nx0:\n}";
        assert!(matches!(refused(anything), Unfit::Target(_)));
        let endless = "region {\nb0:\n jump b1\nb1:\n jump b1\n}";
        assert!(matches!(refused(endless), Unfit::Endless(_)));
        let loose = "region {\nb0:\n v1 = sub_f64 inf, inf\n leave x0\nx0: [5] = v1\n}";
        assert!(matches!(refused(loose), Unfit::LooseSnapshot(_)));
        let shown =
            "region {\nb0:\n v1 = sub_f64 inf, inf\n v2 = bits_from_f64 v1\n leave x0\nx0:\n}";
        assert!(matches!(refused(shown), Unfit::LooseOperand(_)));
    }
}
