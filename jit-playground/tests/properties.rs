//! Arithmetic, formatting and conversion of many numbers, with CPython as the oracle.
//!
//! The numbers come from a fixed seed, so a failure is found again; all programs of a test are one run of python3.
//! Without python3 there is nothing to compare with, and the tests say so.

mod common;

use std::fmt::Write;

/// A small generator of random numbers (xorshift), enough for test data.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u64) as usize]
    }

    /// An int literal: small, near a power of two, or of up to 200 bits.
    fn int(&mut self) -> String {
        let sign = self.pick(&["", "-"]);
        match self.below(4) {
            0 => format!("({sign}{})", self.below(20)),
            1 => format!("({sign}{})", self.next() >> self.below(64)),
            2 => {
                let nudge = self.pick(&["- 1", "+ 0", "+ 1"]);
                format!("({sign}2 ** {} {nudge})", self.below(130))
            }
            _ => format!("({sign}{}{}{})", self.next(), self.next(), self.next()),
        }
    }

    /// A float literal: any bits that are finite, or something near a short decimal.
    fn float(&mut self) -> String {
        let x = match self.below(3) {
            0 => f64::from_bits(self.next()),
            1 => {
                (self.below(20001) as f64 - 10000.0)
                    / self.pick(&["8", "10", "1000"]).parse::<f64>().unwrap()
            }
            _ => self.below(1 << 53) as f64 * 10_f64.powi(self.below(40) as i32 - 25),
        };
        if x.is_finite() {
            format!("({x:e})")
        } else {
            "(0.0)".to_owned()
        }
    }

    fn number(&mut self) -> String {
        match self.below(8) {
            0 => self
                .pick(&[
                    "True",
                    "False",
                    "0.0",
                    "(-0.0)",
                    "float('inf')",
                    "float('-inf')",
                ])
                .to_owned(),
            1..4 => self.float(),
            _ => self.int(),
        }
    }
}

/// Runs programs of one expression each, in batches of a program per run.
fn compare(expressions: Vec<String>) {
    let programs: Vec<String> = expressions
        .into_iter()
        .map(|expression| format!("print(repr({expression}))\n"))
        .collect();
    match common::ask_python(&programs) {
        Some(wanted) => common::compare(&programs, &wanted, common::run_here),
        None => eprintln!("python3 was not found: nothing was compared"),
    }
}

#[test]
fn binary_operators() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let operators = [
        "+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", ">", ">=",
    ];
    let expressions = (0..3000).map(|_| {
        let (a, b) = (random.number(), random.number());
        format!("{a} {} {b}", random.pick(&operators))
    });
    compare(expressions.collect());
}

#[test]
fn int_operators() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let expressions = (0..2000).map(|_| {
        let (a, b) = (random.int(), random.int());
        let small = random.below(150);
        match random.below(12) {
            0 => format!("{a} & {b}"),
            1 => format!("{a} | {b}"),
            2 => format!("{a} ^ {b}"),
            3 => format!("{a} << {small}"),
            4 => format!("{a} >> {small}"),
            5 => format!("{a} ** {}", small % 12),
            6 => format!("pow({a}, {small}, {b})"),
            7 => format!("divmod({a}, {b})"),
            8 => format!("(~{a}, -{a}, abs({a}), not {a})"),
            9 => format!("round({a}, -{})", small % 30),
            10 => format!("int(str({a})) == {a}"),
            _ => format!("int({a} / {b})"),
        }
    });
    compare(expressions.collect());
}

#[test]
fn float_operators() {
    let mut random = Random(0xfeed_face_dead_beef);
    let expressions = (0..2000).map(|_| {
        let (a, b) = (random.float(), random.float());
        match random.below(7) {
            0 => format!("divmod({a}, {b})"),
            1 => format!(
                "abs({a}) ** {}",
                random.pick(&["2", "0.5", "-1", "3.7", "-0.25"])
            ),
            2 => format!("round({a}, {})", random.below(40) as i64 - 12),
            3 => format!("round({a})"),
            4 => format!("int({a})"),
            5 => format!("float(repr({a})) == {a}"),
            _ => format!("({a}, str({b}), -{b})"),
        }
    });
    compare(expressions.collect());
}

#[test]
fn format_specifications() {
    let mut random = Random(0x0bad_cafe_0bad_cafe);
    let mut expressions = Vec::new();
    for _ in 0..3000 {
        let mut spec = String::new();
        if random.below(3) == 0 {
            spec.push_str(random.pick(&["*", "é", "0", " ", "x"]));
            spec.push_str(random.pick(&["<", ">", "^", "="]));
        } else if random.below(2) == 0 {
            spec.push_str(random.pick(&["<", ">", "^", "="]));
        }
        for (options, one_in) in [
            (&["+", "-", " "][..], 3),
            (&["z"], 12),
            (&["#"], 6),
            (&["0"], 4),
        ] {
            if random.below(one_in) == 0 {
                spec.push_str(random.pick(options));
            }
        }
        if random.below(2) == 0 {
            let _ = write!(spec, "{}", random.below(24));
        }
        if random.below(4) == 0 {
            spec.push_str(random.pick(&[",", "_"]));
        }
        if random.below(3) == 0 {
            let _ = write!(spec, ".{}", random.below(20));
        }
        let kinds = [
            "", "d", "b", "o", "x", "X", "c", "n", "e", "E", "f", "F", "g", "G", "%", "s", "q",
        ];
        spec.push_str(random.pick(&kinds));
        let value = match random.below(8) {
            0 => random
                .pick(&["'text'", "'é€'", "''", "True", "None", "float('nan')"])
                .to_owned(),
            1..4 => random.int(),
            _ => random.float(),
        };
        expressions.push(format!("f\"{{{value}:{spec}}}\""));
    }
    compare(expressions);
}
