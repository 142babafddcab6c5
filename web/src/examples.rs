//! The examples gallery: small programs, each for one thing that traces do.

/// A program with its name in the gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it is called.
    pub title: &'static str,
    /// Its text.
    pub program: &'static str,
}

/// The gallery; the page starts with the first.
pub const EXAMPLES: [Example; 11] = [
    Example {
        title: "A sum: one loop, one branch",
        program: include_str!("../examples/sum.py"),
    },
    Example {
        title: "Newton's method: floats and a call",
        program: include_str!("../examples/newton.py"),
    },
    Example {
        title: "Collatz: a side trace",
        program: include_str!("../examples/collatz.py"),
    },
    Example {
        title: "Sieve: a list, nested loops",
        program: include_str!("../examples/sieve.py"),
    },
    Example {
        title: "A type changes: a guard fails",
        program: include_str!("../examples/types.py"),
    },
    Example {
        title: "Big integers: an overflow",
        program: include_str!("../examples/big.py"),
    },
    Example {
        title: "Given up: no trace",
        program: include_str!("../examples/aborted.py"),
    },
    Example {
        title: "Given up: a type that never settles",
        program: include_str!("../examples/unstable.py"),
    },
    Example {
        title: "Given up at first: the loop ends",
        program: include_str!("../examples/left.py"),
    },
    Example {
        title: "Mandelbrot: three loops",
        program: include_str!("../examples/mandelbrot.py"),
    },
    Example {
        title: "Endless: stop it",
        program: include_str!("../examples/endless.py"),
    },
];
