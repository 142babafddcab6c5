//! Random programs in the playground language, made to become hot, to change their minds, and to end.
//!
//! A program is a few functions and a loop over whole numbers, floats, lists and variables that hold now this and now that.
//! Never makes a program whose numbers or lists grow without bound: every turn of the loop cuts them back, though integers
//! may well outgrow the machine's before that. Start at [`generate`]; `expression.rs` and `statement.rs` make the parts,
//! `tree.rs` prints and shrinks the whole.

mod expression;
mod statement;
mod tree;

use fastrand::Rng;

pub use self::tree::{Node, Program};

/// The integers, floats and changing variables of a function or of the module, and its list.
pub(crate) struct Scope {
    integers: Vec<&'static str>,
    floats: Vec<&'static str>,
    mixed: Vec<&'static str>,
    lists: Vec<&'static str>,
    /// Loop variables in force, which may be read but not assigned.
    counters: Vec<&'static str>,
    /// Functions that may be called, with the number of their arguments.
    functions: Vec<(&'static str, usize)>,
}

/// The program of a seed: the same seed always gives the same program.
pub fn generate(seed: u64) -> Program {
    let mut rng = Rng::with_seed(seed);
    let mut nodes = vec![
        Node::line("numbers = [3, 1, 4, 1, 5, 9, 2, 6]"),
        Node::line("reals = [0.5, 1.5, -2.25, 3.0, 0.1, 7.75, -0.0, 2.5]"),
        Node::line("total = 0"),
    ];
    let mut functions = Vec::new();
    for (name, arguments) in [("first", 1), ("second", 2), ("third", 3)] {
        if rng.u8(..4) > 0 {
            nodes.push(function(&mut rng, name, arguments, &functions));
            functions.push((name, arguments));
        }
    }
    if rng.bool() {
        nodes.extend(module_loop(&mut rng, &functions));
    } else {
        let mut body = module_loop(&mut rng, &functions);
        body.insert(0, Node::line("global total"));
        nodes.push(Node::block("def main():", body));
        nodes.push(Node::line("main()"));
    }
    nodes.push(Node::line("print(total, numbers, reals)"));
    Program { nodes }
}

fn function(
    rng: &mut Rng,
    name: &'static str,
    arguments: usize,
    known: &[(&'static str, usize)],
) -> Node {
    let parameters = ["p", "q", "r"];
    let mut scope = Scope {
        integers: vec!["u", "v"],
        floats: vec!["w"],
        mixed: parameters[..arguments].to_vec(),
        lists: vec!["numbers", "reals"],
        counters: Vec::new(),
        functions: known.to_vec(),
    };
    let mut body = Vec::new();
    if rng.u8(..4) == 0 {
        body.push(Node::line("global total"));
        body.push(Node::line("total = (total + 1) % 65536"));
    }
    body.push(Node::line("u = 1"));
    body.push(Node::line("v = int(p) & 255"));
    body.push(Node::line("w = 0.25"));
    let count = rng.usize(1..4);
    body.extend(statement::block(rng, &mut scope, count, 2));
    body.extend(cut_back(&scope));
    body.push(Node::line(format!(
        "return {}",
        expression::any(rng, &scope, 2)
    )));
    let header = format!("def {name}({}):", parameters[..arguments].join(", "));
    Node::block(header, body)
}

fn module_loop(rng: &mut Rng, functions: &[(&'static str, usize)]) -> Vec<Node> {
    let mut scope = Scope {
        integers: vec!["a", "b", "c"],
        floats: vec!["x", "y"],
        mixed: vec!["m", "n"],
        lists: vec!["numbers", "reals"],
        counters: vec!["i"],
        functions: functions.to_vec(),
    };
    let mut nodes = vec![
        Node::line("a, b, c = 1, 2, 3"),
        Node::line("x, y = 0.5, 2.0"),
        Node::line("m = 7"),
        Node::line("n = -1.5"),
    ];
    let count = rng.usize(2..7);
    let mut body = statement::block(rng, &mut scope, count, 3);
    body.extend(cut_back(&scope));
    body.push(Node::block(
        format!("if i % {} == 0:", rng.u8(20..90)),
        vec![Node::line("print(i, a, b, c, x, y, m, n)")],
    ));
    nodes.push(Node::block(
        format!("for i in range({}):", rng.u16(150..900)),
        body,
    ));
    nodes.push(Node::line("print(a, b, c, x, y, m, n)"));
    nodes.push(Node::line("total += a"));
    nodes
}

/// Statements that keep what every turn of a loop computes from growing for ever.
fn cut_back(scope: &Scope) -> Vec<Node> {
    let mut nodes = Vec::new();
    for name in &scope.integers {
        nodes.push(Node::block(
            format!("if abs({name}) > 1 << 80:"),
            vec![Node::line(format!("{name} %= 1000003"))],
        ));
    }
    for name in &scope.floats {
        nodes.push(Node::block(
            format!("if not -1e100 < {name} < 1e100:"),
            vec![Node::line(format!("{name} = 0.75"))],
        ));
    }
    for name in &scope.mixed {
        nodes.push(Node::block(
            format!("if not -1e18 < {name} < 1e18:"),
            vec![Node::line(format!("{name} = 5"))],
        ));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_names_a_program() {
        assert_eq!(generate(7).to_string(), generate(7).to_string());
        assert_ne!(generate(7).to_string(), generate(8).to_string());
    }
}
