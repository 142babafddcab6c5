//! Kernels too long to write by hand: their texts are put together here.
//!
//! Start at [`chacha`], of 32-bit integers, or [`bodies`], of floats.

use std::fmt::Write as _;

/// A text in the making: lines, and the number of the next value.
struct Writer {
    text: String,
    values: u32,
}

impl Writer {
    fn new(about: &str) -> Self {
        Writer {
            text: format!("; {about}\nregion {{\nb0:\n"),
            values: 0,
        }
    }

    /// A uop with a result; gives its name.
    fn value(&mut self, uop: &str) -> String {
        self.values += 1;
        let name = format!("v{}", self.values);
        self.line(&format!("  {name} = {uop}"));
        name
    }

    fn binary(&mut self, uop: &str, a: &str, b: &str) -> String {
        self.value(&format!("{uop} {a}, {b}"))
    }

    /// Names for the parameters of a block.
    fn params(&mut self, count: usize) -> Vec<String> {
        let first = self.values + 1;
        self.values += count as u32;
        (first..=self.values).map(|n| format!("v{n}")).collect()
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// The end of the loop that is block 1 and whose first value counts down; and of the text.
    fn end(mut self, count: &str, state: &[String]) -> String {
        let left = self.binary("sub_i64", count, "1");
        let again = state.join(", ");
        self.line(&format!(
            "  branch guard_true {left} then b1({left}, {again}) else b2\nb2:\n  leave x0"
        ));
        let words = state.iter().zip(16..);
        let words: Vec<String> = words.map(|(v, word)| format!("[{word}] = {v}")).collect();
        self.line(&format!("x0: {}\n}}", words.join(", ")));
        self.text
    }
}

/// `name: type`, for each.
fn typed(names: &[String], ty: &str) -> String {
    let typed: Vec<String> = names.iter().map(|name| format!("{name}: {ty}")).collect();
    typed.join(", ")
}

/// The double round of ChaCha (Bernstein, 2008) on sixteen words that all live in the loop: more than there are registers.
pub fn chacha() -> String {
    let about = "ChaCha's double round: 96 operations of 32 bits on sixteen words, more than any machine has registers.";
    let mut w = Writer::new(about);
    let rounds = w.value("load_frame_i64 8");
    let base = w.value("load_frame_i64 16");
    let words: Vec<String> = (0..16)
        .map(|n| w.value(&format!("load_i32 {base}, {}", 8 * n)))
        .collect();
    w.line(&format!("  jump b1({rounds}, {})", words.join(", ")));
    let count = w.params(1).remove(0);
    let mut state = w.params(16);
    w.line(&format!("b1({count}: i64, {}):", typed(&state, "i64")));
    for quarter in [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ] {
        let [a, b, c, d] = quarter;
        for (to, by, turned, count) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
            state[to] = w.binary("add_i32", &state[to], &state[by]);
            let mixed = w.binary("xor_i64", &state[turned], &state[to]);
            state[turned] = w.binary("rotl_i32", &mixed, &count.to_string());
        }
    }
    w.end(&count, &state)
}

/// Bodies of the n-body problem; their positions and velocities are in memory.
const BODIES: usize = 5;

/// One step of the n-body problem with five bodies: some 300 uops, mostly float arithmetic, loads and stores.
pub fn bodies() -> String {
    let about = "A step of the n-body problem with five bodies: ten pairs, positions and velocities in memory.";
    let mut w = Writer::new(about);
    let rounds = w.value("load_frame_i64 8");
    let out = w.value("load_frame_i64 40");
    let start = w.value("load_frame_i64 24");
    for n in 0..6 * BODIES {
        let number = w.value(&format!("load_f64 {start}, {}", 8 * n));
        w.line(&format!("  store_f64 {out}, {}, {number}", 8 * n));
    }
    w.line(&format!("  jump b1({rounds}, 0.0)"));
    let count = w.params(1).remove(0);
    let energy = w.params(1);
    w.line(&format!("b1({count}: i64, {}):", typed(&energy, "f64")));
    let mut total = energy[0].clone();
    let place = |body: usize, part: usize, axis: usize| 8 * (6 * body + 3 * part + axis);
    for one in 0..BODIES {
        for other in one + 1..BODIES {
            let gap: Vec<String> = (0..3)
                .map(|axis| {
                    let a = w.value(&format!("load_f64 {out}, {}", place(one, 0, axis)));
                    let b = w.value(&format!("load_f64 {out}, {}", place(other, 0, axis)));
                    w.binary("sub_f64", &a, &b)
                })
                .collect();
            let squares: Vec<String> = gap.iter().map(|d| w.binary("mul_f64", d, d)).collect();
            let sum = w.binary("add_f64", &squares[0], &squares[1]);
            let sum = w.binary("add_f64", &sum, &squares[2]);
            let sum = w.binary("add_f64", &sum, "0.01");
            let root = w.value(&format!("sqrt_f64 {sum}"));
            let cube = w.binary("mul_f64", &sum, &root);
            let force = w.binary("div_f64", "0.0001", &cube);
            total = w.binary("add_f64", &total, &force);
            for (axis, gap) in gap.iter().enumerate() {
                let push = w.binary("mul_f64", gap, &force);
                for (body, sign) in [(one, "sub_f64"), (other, "add_f64")] {
                    let at = place(body, 1, axis);
                    let speed = w.value(&format!("load_f64 {out}, {at}"));
                    let speed = w.binary(sign, &speed, &push);
                    w.line(&format!("  store_f64 {out}, {at}, {speed}"));
                }
            }
        }
    }
    w.end(&count, &[total])
}
