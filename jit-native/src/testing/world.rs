//! The world of a generated region: its frame, the memory that its pointers point into, its context, and the log of
//! the calls that it makes. Start with [`World::new`].

use super::generate::RESERVED_WORDS;
use std::ops::{Deref, DerefMut};

/// Words of a world's frame.
pub const FRAME_WORDS: usize = 64;

/// Words of a world's memory; pointers point near its middle.
pub(super) const MEMORY_WORDS: usize = 1024;

/// Words of the log; calls beyond that are counted and mixed into the last word.
const LOG_WORDS: usize = 1024;

/// What a region runs in. Filled anew by [`World::reset`]; the addresses stay, so that runs of one region by several
/// implementations in one world see the same pointers.
#[derive(Debug)]
pub struct World {
    body: Home,
    frame: Vec<u64>,
    context: Vec<u64>,
}

/// The part that helper functions reach through the context's user pointer, which points at `memory[MEMORY_WORDS / 2]`.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Body {
    pub memory: [u64; MEMORY_WORDS],
    log: [u64; LOG_WORDS],
    logged: usize,
    calls: u64,
}

/// Where a world's body is.
#[derive(Debug)]
enum Home {
    /// Wherever the allocator put it.
    Own(Box<Body>),
    /// Where somebody wanted it.
    Given(&'static mut Body),
}

impl Deref for Home {
    type Target = Body;

    fn deref(&self) -> &Body {
        match self {
            Home::Own(body) => body,
            Home::Given(body) => body,
        }
    }
}

impl DerefMut for Home {
    fn deref_mut(&mut self) -> &mut Body {
        match self {
            Home::Own(body) => body,
            Home::Given(body) => body,
        }
    }
}

/// All that a run can be seen to have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The frame's words from [`RESERVED_WORDS`] on (the ones before hold pointers and are never written).
    pub frame: Vec<u64>,
    /// The memory.
    pub memory: Vec<u64>,
    /// What the called functions were given, in order.
    pub log: Vec<u64>,
    /// How many calls were made.
    pub calls: u64,
}

impl World {
    /// A world with contents that depend on `seed` alone.
    pub fn new(seed: u64) -> World {
        let body = Body {
            memory: [0; MEMORY_WORDS],
            log: [0; LOG_WORDS],
            logged: 0,
            calls: 0,
        };
        World::with(Home::Own(Box::new(body)), seed)
    }

    /// The bytes that [`World::placed`] needs.
    pub const PLACE: usize = size_of::<Body>();

    /// A world whose memory is at this address, so that two processes can have the same one.
    ///
    /// # Safety
    /// `place` is aligned to 8 bytes, and the [`World::PLACE`] bytes from there on are zero, and valid for reads and writes
    /// of nobody but this world for the rest of the process.
    pub unsafe fn placed(place: *mut u8, seed: u64) -> World {
        // SAFETY: a body consists of integers, so zeros are one; the rest is the caller's promise.
        let body = unsafe { &mut *place.cast::<Body>() };
        World::with(Home::Given(body), seed)
    }

    fn with(body: Home, seed: u64) -> World {
        let mut world = World {
            body,
            frame: vec![0; FRAME_WORDS],
            context: vec![0; 17],
        };
        world.reset(seed);
        world
    }

    /// Fills frame and memory as [`World::new`] does and empties the log.
    pub fn reset(&mut self, seed: u64) {
        let mut state = seed;
        self.body.memory.fill_with(|| word(&mut state));
        self.frame.fill_with(|| word(&mut state));
        self.body.logged = 0;
        self.body.calls = 0;
        self.set_pointers();
    }

    /// Makes it the world that was observed. Nothing remains of what was done in it since, not even where nothing should
    /// have been done.
    ///
    /// # Panics
    /// When it was no world's observation.
    pub fn restore(&mut self, observed: &Observation) {
        self.frame[RESERVED_WORDS..].copy_from_slice(&observed.frame);
        self.body.memory.copy_from_slice(&observed.memory);
        self.body.log[..observed.log.len()].copy_from_slice(&observed.log);
        self.body.logged = observed.log.len();
        self.body.calls = observed.calls;
        self.set_pointers();
    }

    /// Fills the reserved words and the context.
    fn set_pointers(&mut self) {
        let middle = self.middle();
        // The first two reserved words point at the same place, the third so near that accesses overlap.
        for (slot, offset) in self.frame.iter_mut().zip([0, 0, 24]) {
            *slot = middle + offset;
        }
        self.context.fill(0);
        self.context[16] = middle;
    }

    /// The frame, [`FRAME_WORDS`] words.
    pub fn frame(&mut self) -> *mut u64 {
        self.frame.as_mut_ptr()
    }

    /// The frame's words, to be read or filled by hand.
    pub fn frame_words(&mut self) -> &mut [u64] {
        &mut self.frame
    }

    /// The addresses of the memory.
    pub fn memory(&self) -> std::ops::Range<u64> {
        let range = self.body.memory.as_ptr_range();
        range.start as u64..range.end as u64
    }

    /// The context, 17 words or as many as [`World::grow_context`] made.
    pub fn context(&mut self) -> *mut u64 {
        self.context.as_mut_ptr()
    }

    /// Gives the context at least this many words.
    pub fn grow_context(&mut self, words: usize) {
        if self.context.len() < words {
            self.context.resize(words, 0);
        }
    }

    /// What can be seen of the last run.
    pub fn observe(&self) -> Observation {
        let mut seen = Observation::default();
        self.observe_into(&mut seen);
        seen
    }

    /// [`World::observe`] into what is there already.
    pub fn observe_into(&self, seen: &mut Observation) {
        let fill = |words: &mut Vec<u64>, from: &[u64]| {
            words.clear();
            words.extend_from_slice(from);
        };
        fill(&mut seen.frame, &self.frame[RESERVED_WORDS..]);
        fill(&mut seen.memory, &self.body.memory);
        fill(&mut seen.log, &self.body.log[..self.body.logged]);
        seen.calls = self.body.calls;
    }

    fn middle(&mut self) -> u64 {
        let body: *mut Body = &mut *self.body;
        body.cast::<u64>().wrapping_add(MEMORY_WORDS / 2) as u64
    }
}

impl Body {
    /// The body of the world whose context this is.
    ///
    /// # Safety
    /// `context` is a world's, and nothing else uses the world's body meanwhile.
    pub unsafe fn of<'a>(context: *mut u64) -> &'a mut Body {
        // SAFETY: word 16 of a world's context points into the middle of its body's memory, the body's first field.
        unsafe {
            &mut *(*context.add(16) as *mut u64)
                .sub(MEMORY_WORDS / 2)
                .cast::<Body>()
        }
    }

    /// Appends to the log.
    pub fn log(&mut self, word: u64) {
        if self.logged < LOG_WORDS {
            self.log[self.logged] = word;
            self.logged += 1;
        } else {
            self.log[LOG_WORDS - 1] = mix(self.log[LOG_WORDS - 1] ^ word);
        }
    }

    /// Counts a call and gives its number.
    pub fn count(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }
}

/// The next word: half of the words are small or at a boundary, the others arbitrary bits.
fn word(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let random = mix(*state);
    match random % 8 {
        0 => random >> 8 & 0xff,
        1 => ((random >> 8 & 0xff) as i64).wrapping_neg() as u64,
        2 => {
            super::generate::BOUNDARY_I64
                [(random >> 8) as usize % super::generate::BOUNDARY_I64.len()] as u64
        }
        3 => {
            super::generate::BOUNDARY_F64
                [(random >> 8) as usize % super::generate::BOUNDARY_F64.len()]
        }
        _ => random,
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}
