//! What kernels run in: a frame, and arrays, lists and tables of numbers in one piece of memory.
//!
//! Never changes between two competitors: the addresses stay, [`World::reset`] gives memory the contents it had at first,
//! and [`World::rewind`] the frame alone. Which frame word holds what is said by [`World::new`]; kernels write what they
//! have found from word 16 on.

use jit_native::context::Context;

/// Words of the frame.
pub const FRAME_WORDS: usize = 64;

/// Numbers of each array that a kernel may go through.
pub const ITEMS: usize = 2048;

/// Arrays have this many more, so that a kernel may look at neighbours.
const MARGIN: usize = 64;

/// Words of an array, with a margin before its first number as well.
const ARRAY: usize = ITEMS + 2 * MARGIN;

/// The frame, the memory and the context that a kernel runs in.
pub struct World {
    memory: Box<[u64]>,
    frame: [u64; FRAME_WORDS],
    first_frame: [u64; FRAME_WORDS],
    context: Context,
}

/// Where each part of the memory begins, in words.
mod part {
    use super::{ARRAY, ITEMS, MARGIN};
    pub const INTS: usize = MARGIN;
    pub const FLOATS: usize = INTS + ARRAY;
    pub const BYTES: usize = FLOATS + ARRAY;
    pub const OUT: usize = BYTES + ARRAY;
    pub const TAGGED: usize = OUT + ARRAY;
    pub const NODES: usize = TAGGED + 2 * ARRAY;
    pub const COUNTS: usize = NODES + 4 * ITEMS;
    pub const SORTED: usize = COUNTS + 256;
    pub const END: usize = SORTED + 1024;
}

impl World {
    /// A world for a kernel that goes `rounds` times round its loop.
    ///
    /// Frame words: 1 the rounds; 2 integers from 0 to 999; 3 doubles between 0 and 1; 4 bytes; 5 room for results; 6 tagged
    /// values of 16 bytes, all of tag 1; 7 a linked list in random order, whose nodes are next, value, class, version;
    /// 8 256 counters, whose address is also the class of the nodes; 9 an odd integer; 10 a small float; 11 a prime;
    /// 12 to 15 two tagged integers; 30 1,024 sorted integers.
    pub fn new(rounds: i64) -> World {
        let mut world = World {
            memory: vec![0; part::END].into_boxed_slice(),
            frame: [0; FRAME_WORDS],
            first_frame: [0; FRAME_WORDS],
            context: Context::new(std::ptr::null_mut()),
        };
        let frame = &mut world.first_frame;
        let address = |part: usize| world.memory[part..].as_ptr() as u64;
        frame[1] = rounds as u64;
        frame[2] = address(part::INTS);
        frame[3] = address(part::FLOATS);
        frame[4] = address(part::BYTES);
        frame[5] = address(part::OUT);
        frame[6] = address(part::TAGGED);
        frame[7] = address(part::NODES);
        frame[8] = address(part::COUNTS);
        frame[9] = 88_172_645_463_325_253;
        frame[10] = 0.3f64.to_bits();
        frame[11] = 2_147_483_647;
        frame[12] = 1;
        frame[14] = 1;
        frame[30] = address(part::SORTED);
        world.reset();
        world
    }

    /// Gives memory and frame their first contents.
    pub fn reset(&mut self) {
        let mut random = Random(1);
        let memory = &mut self.memory;
        memory.fill(0);
        for word in &mut memory[part::INTS..part::FLOATS - MARGIN] {
            *word = random.below(1000);
        }
        for word in &mut memory[part::FLOATS..part::BYTES - MARGIN] {
            *word = (random.below(1 << 20) as f64 / f64::from(1 << 20)).to_bits();
        }
        for word in &mut memory[part::BYTES..part::OUT - MARGIN] {
            *word = random.next();
        }
        for pair in memory[part::TAGGED..part::NODES - MARGIN].chunks_exact_mut(2) {
            pair.copy_from_slice(&[1, random.below(1000)]);
        }
        for (n, word) in memory[part::SORTED..].iter_mut().enumerate() {
            *word = n as u64;
        }
        self.link_nodes(&mut random);
        self.rewind();
    }

    /// Gives the frame its first contents.
    pub fn rewind(&mut self) {
        self.frame = self.first_frame;
    }

    /// The frame, [`FRAME_WORDS`] words.
    pub fn frame(&mut self) -> *mut u64 {
        self.frame.as_mut_ptr()
    }

    /// The context.
    pub fn context(&mut self) -> &mut Context {
        &mut self.context
    }

    /// All that a run can be seen to have done: the frame and the memory.
    pub fn observe(&self) -> (Vec<u64>, Vec<u64>) {
        (self.frame.to_vec(), self.memory.to_vec())
    }

    /// Makes the nodes one ring, in random order.
    fn link_nodes(&mut self, random: &mut Random) {
        let mut order: Vec<usize> = (0..ITEMS).collect();
        for n in (1..ITEMS).rev() {
            order.swap(n, random.below(n as u64 + 1) as usize);
        }
        // The list begins at the first node.
        let first = order.iter().position(|&n| n == 0).unwrap_or_default();
        order.rotate_left(first);
        let (nodes, class) = (self.first_frame[7], self.first_frame[8]);
        for (at, &n) in order.iter().enumerate() {
            let next = order[(at + 1) % ITEMS];
            let node = [nodes + 32 * next as u64, random.below(1000), class, 77];
            let start = part::NODES + 4 * n;
            self.memory[start..start + 4].copy_from_slice(&node);
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}
