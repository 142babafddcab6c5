//! Turns times into ratios: a line for each program, geometric means, and figures by name.
//!
//! Never shows a ratio whose two sides were not measured in turns. Start at [`Report`].

use serde_json::{Map, Value, json};

use super::Timed;

/// All figures of one run of the benchmark.
pub struct Report {
    python: Option<String>,
    rounds: u32,
    rows: Vec<Row>,
}

/// The figures of one program.
struct Row {
    name: String,
    times: Vec<Timed>,
    compile_ns: u64,
    numeric: bool,
}

/// A ratio of medians: how many times longer the first way takes than the second.
struct Ratio {
    key: &'static str,
    longer: &'static str,
    shorter: &'static str,
}

const RATIOS: [Ratio; 3] = [
    Ratio {
        key: "off_vs_on",
        longer: "off",
        shorter: "on",
    },
    Ratio {
        key: "cpython_vs_on",
        longer: "cpython",
        shorter: "on",
    },
    Ratio {
        key: "cpython_vs_off",
        longer: "cpython",
        shorter: "off",
    },
];

impl Row {
    fn median(&self, label: &str) -> Option<f64> {
        let timed = self.times.iter().find(|timed| timed.label == label)?;
        Some(timed.median())
    }

    fn ratio(&self, ratio: &Ratio) -> Option<f64> {
        Some(self.median(ratio.longer)? / self.median(ratio.shorter)?)
    }

    /// The part of the time with the JIT on that went into compiling.
    fn compile_share(&self) -> f64 {
        let on = self.median("on").unwrap_or(f64::INFINITY);
        self.compile_ns as f64 / 1e9 / on
    }

    fn json(&self) -> Value {
        let mut object = json!({
            "numeric": self.numeric,
            "compile_ns": self.compile_ns,
            "compile_share": self.compile_share(),
        });
        for timed in &self.times {
            object[timed.label] = json!({
                "median_s": timed.median(),
                "min_s": timed.shortest(),
                "max_s": timed.longest(),
            });
        }
        for ratio in &RATIOS {
            object[ratio.key] = json!(self.ratio(ratio));
        }
        object
    }
}

impl Report {
    /// A report without figures yet. `python` is the version compared with, if any.
    pub fn new(python: Option<String>, rounds: u32) -> Self {
        Self {
            python,
            rounds,
            rows: Vec::new(),
        }
    }

    /// Adds a program's figures.
    pub fn add(&mut self, name: &str, times: Vec<Timed>, compile_ns: u64, numeric: bool) {
        self.rows.push(Row {
            name: name.to_owned(),
            times,
            compile_ns,
            numeric,
        });
    }

    /// Prints the program added last, under a heading when it is the first.
    pub fn print_last(&self) {
        let Some(row) = self.rows.last() else { return };
        if self.rows.len() == 1 {
            println!(
                "Medians in milliseconds of whole processes; ratios above 1 mean that the second is faster.\n"
            );
            println!(
                "{:<16} {:>9} {:>9} {:>9} {:>9} {:>12} {:>13} {:>10}",
                "program",
                "on",
                "off",
                "CPython",
                "off / on",
                "CPython / on",
                "CPython / off",
                "compiling"
            );
        }
        let time = |label| number(row.median(label).map(|seconds| seconds * 1e3), 1);
        let ratio = |index: usize| number(row.ratio(&RATIOS[index]), 2);
        println!(
            "{:<16} {:>9} {:>9} {:>9} {:>9} {:>12} {:>13} {:>9.2}%",
            row.name,
            time("on"),
            time("off"),
            time("cpython"),
            ratio(0),
            ratio(1),
            ratio(2),
            row.compile_share() * 100.0
        );
    }

    /// Prints the geometric means, and which programs the JIT slows down.
    pub fn print_summary(&self) {
        println!();
        for (title, numeric_only) in [("numeric programs", true), ("all programs", false)] {
            print!("{:<46}", format!("geometric mean, {title}"));
            for (ratio, width) in RATIOS.iter().zip([9, 12, 13]) {
                let mean = number(self.mean(ratio, numeric_only), 2);
                print!(" {mean:>width$}");
            }
            println!();
        }
        let slower = self.slower();
        if slower.is_empty() {
            println!("no program is slower with the JIT on");
        } else {
            println!("slower with the JIT on: {}", slower.join(", "));
        }
    }

    /// All figures, by name.
    pub fn figures(&self) -> Map<String, Value> {
        let mut examples = json!({});
        for row in &self.rows {
            examples[&row.name] = row.json();
        }
        let means = |numeric_only| {
            let mut object = json!({});
            for ratio in &RATIOS {
                object[ratio.key] = json!(self.mean(ratio, numeric_only));
            }
            object
        };
        [
            ("python", json!(self.python)),
            ("rounds", json!(self.rounds)),
            ("examples", examples),
            ("numeric_geometric_mean", means(true)),
            ("all_geometric_mean", means(false)),
            ("slower_with_jit", json!(self.slower())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
    }

    /// The geometric mean of a ratio over the programs that have it; nothing when none has.
    fn mean(&self, ratio: &Ratio, numeric_only: bool) -> Option<f64> {
        let logarithms: Vec<f64> = self
            .rows
            .iter()
            .filter(|row| row.numeric || !numeric_only)
            .filter_map(|row| Some(row.ratio(ratio)?.ln()))
            .collect();
        (!logarithms.is_empty())
            .then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
    }

    /// The programs that take longer with the JIT on than off.
    fn slower(&self) -> Vec<&str> {
        self.rows
            .iter()
            .filter(|row| row.ratio(&RATIOS[0]).is_some_and(|ratio| ratio < 1.0))
            .map(|row| row.name.as_str())
            .collect()
    }
}

/// A figure with so many decimals, or a dash when there is none.
fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn times(on: u64, off: u64, cpython: Option<u64>) -> Vec<Timed> {
        let timed = |label, milliseconds| Timed {
            label,
            times: vec![Duration::from_millis(milliseconds)],
        };
        let mut all = vec![timed("on", on), timed("off", off)];
        all.extend(cpython.map(|milliseconds| timed("cpython", milliseconds)));
        all
    }

    #[test]
    fn means_are_geometric_and_numeric_programs_stand_apart() {
        let mut report = Report::new(None, 1);
        report.add("a", times(10, 20, Some(40)), 1_000_000, true);
        report.add("b", times(10, 80, Some(40)), 0, true);
        report.add("c", times(20, 10, Some(40)), 0, false);
        let value = Value::Object(report.figures());
        let mean = |group: &str, key: &str| value[group][key].as_f64().unwrap();
        assert!((mean("numeric_geometric_mean", "off_vs_on") - 4.0).abs() < 1e-9);
        assert!((mean("all_geometric_mean", "off_vs_on") - 2.0).abs() < 1e-9);
        assert_eq!(value["slower_with_jit"], json!(["c"]));
        assert!((value["examples"]["a"]["compile_share"].as_f64().unwrap() - 0.1).abs() < 1e-9);
    }

    #[test]
    fn without_python_its_ratios_are_absent() {
        let mut report = Report::new(None, 1);
        report.add("a", times(10, 20, None), 0, true);
        let value = Value::Object(report.figures());
        assert!(value["examples"]["a"]["cpython_vs_on"].is_null());
        assert!(value["all_geometric_mean"]["cpython_vs_off"].is_null());
    }
}
