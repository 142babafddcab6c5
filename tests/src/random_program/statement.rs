//! Random statements: assignments, branches, inner loops, and ways out of them.
//!
//! Never loops without a bound. Start at [`block`].

use fastrand::Rng;

use super::expression::{any, float, integer, item, truth};
use super::{Node, Scope};

/// Names for the variables of inner loops, by how deep the loop is.
const COUNTERS: [&str; 3] = ["j", "k", "l"];

/// So many statements, nested no deeper than `depth`.
pub fn block(rng: &mut Rng, scope: &mut Scope, count: usize, depth: u32) -> Vec<Node> {
    let mut nodes = Vec::new();
    for _ in 0..count {
        nodes.extend(statement(rng, scope, depth));
    }
    nodes
}

fn statement(rng: &mut Rng, scope: &mut Scope, depth: u32) -> Vec<Node> {
    match rng.u8(..if depth == 0 { 10 } else { 18 }) {
        0..=2 => vec![assign_integer(rng, scope)],
        3 | 4 => {
            let name = scope.floats[rng.usize(..scope.floats.len())];
            vec![Node::line(format!("{name} = {}", float(rng, scope, 2)))]
        }
        5 | 6 => vec![assign_mixed(rng, scope)],
        7 => vec![store(rng, scope)],
        8 => {
            let (one, other) = (
                scope.integers[rng.usize(..scope.integers.len())],
                scope.integers[rng.usize(..scope.integers.len())],
            );
            vec![Node::line(format!(
                "{one}, {other} = {other}, {}",
                integer(rng, scope, 1)
            ))]
        }
        9 => leave(rng, scope),
        10..=14 => branch(rng, scope, depth - 1),
        15 | 16 => for_loop(rng, scope, depth - 1),
        _ => while_loop(rng, scope, depth - 1),
    }
}

fn assign_integer(rng: &mut Rng, scope: &Scope) -> Node {
    let name = scope.integers[rng.usize(..scope.integers.len())];
    let value = integer(rng, scope, 2);
    Node::line(match rng.u8(..6) {
        0 => format!("{name} += {value}"),
        1 => format!("{name} -= {value}"),
        2 => format!("{name} ^= {value}"),
        3 => format!("{name} = {value} & 65535"),
        4 => format!("{name} = {value} % 1009"),
        _ => format!("{name} = {value}"),
    })
}

fn assign_mixed(rng: &mut Rng, scope: &Scope) -> Node {
    let value = any(rng, scope, 2);
    match scope.mixed.get(rng.usize(..2)) {
        Some(name) if rng.u8(..3) == 0 => Node::line(format!("{name} += {value}")),
        Some(name) => Node::line(format!("{name} = {value}")),
        None => assign_integer(rng, scope),
    }
}

/// A store into a list, bounded so that the list's numbers stay small.
fn store(rng: &mut Rng, scope: &Scope) -> Node {
    let place = item(rng, scope);
    let value = if rng.bool() {
        format!("{} % 997", integer(rng, scope, 1))
    } else {
        format!("{} % 3.5", float(rng, scope, 1))
    };
    Node::line(format!("{place} = {value}"))
}

/// `break` or `continue` under a condition; an assignment where no loop can be left.
fn leave(rng: &mut Rng, scope: &Scope) -> Vec<Node> {
    // The outermost loop cuts the numbers back at its end, so only inner ones are left early.
    let inner = scope.counters.iter().any(|name| COUNTERS.contains(name));
    if !inner {
        return vec![assign_integer(rng, scope)];
    }
    let word = if rng.bool() { "break" } else { "continue" };
    let header = format!("if {}:", truth(rng, scope, 1));
    vec![Node::block(header, vec![Node::line(word)])]
}

fn branch(rng: &mut Rng, scope: &mut Scope, depth: u32) -> Vec<Node> {
    let header = format!("if {}:", truth(rng, scope, 2));
    let count = rng.usize(1..3);
    let mut nodes = vec![Node::block(header, block(rng, scope, count, depth))];
    if rng.u8(..3) == 0 {
        let header = format!("elif {}:", truth(rng, scope, 1));
        nodes.push(Node::block(header, block(rng, scope, 1, depth)));
    }
    if rng.bool() {
        let count = rng.usize(1..3);
        nodes.push(Node::block("else:", block(rng, scope, count, depth)));
    }
    nodes
}

fn for_loop(rng: &mut Rng, scope: &mut Scope, depth: u32) -> Vec<Node> {
    let Some(counter) = free_counter(scope) else {
        return vec![assign_integer(rng, scope)];
    };
    let header = match rng.u8(..4) {
        0 => format!("for {counter} in range({}):", rng.u8(1..12)),
        1 => format!("for {counter} in range({} & 15):", integer(rng, scope, 1)),
        2 => format!(
            "for {counter} in range({}, {}, {}):",
            rng.i8(-6..20),
            rng.i8(-6..20),
            [-3, -1, 1, 2][rng.usize(..4)]
        ),
        _ => return for_items(rng, scope, counter, depth),
    };
    let inner = vec![Node::block(header, loop_body(rng, scope, counter, depth))];
    with_else(rng, scope, inner)
}

/// A loop over a list, whose variable holds numbers of either kind.
fn for_items(rng: &mut Rng, scope: &mut Scope, counter: &str, depth: u32) -> Vec<Node> {
    let list = scope.lists[rng.usize(..scope.lists.len())];
    let name = scope.integers[rng.usize(..scope.integers.len())];
    let mut body = vec![Node::line(format!("{name} += int({counter})"))];
    body.extend(block(rng, scope, 1, depth.min(1)));
    vec![Node::block(format!("for {counter} in {list}:"), body)]
}

fn while_loop(rng: &mut Rng, scope: &mut Scope, depth: u32) -> Vec<Node> {
    let Some(counter) = free_counter(scope) else {
        return vec![assign_integer(rng, scope)];
    };
    let condition = format!("while {counter} > 0 and {}:", truth(rng, scope, 1));
    let mut body = vec![Node::line(format!("{counter} -= 1"))];
    body.extend(loop_body(rng, scope, counter, depth));
    let mut nodes = vec![Node::line(format!("{counter} = {}", rng.u8(1..15)))];
    let inner = vec![Node::block(condition, body)];
    nodes.extend(with_else(rng, scope, inner));
    nodes
}

fn loop_body(rng: &mut Rng, scope: &mut Scope, counter: &'static str, depth: u32) -> Vec<Node> {
    scope.counters.push(counter);
    let count = rng.usize(1..4);
    let body = block(rng, scope, count, depth.min(2));
    scope.counters.pop();
    body
}

fn with_else(rng: &mut Rng, scope: &Scope, mut nodes: Vec<Node>) -> Vec<Node> {
    if rng.u8(..4) == 0 {
        nodes.push(Node::block("else:", vec![assign_integer(rng, scope)]));
    }
    nodes
}

/// A name for the variable of another inner loop.
fn free_counter(scope: &Scope) -> Option<&'static str> {
    COUNTERS
        .into_iter()
        .find(|name| !scope.counters.contains(name))
}
