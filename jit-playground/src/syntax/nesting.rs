//! Limits on nesting, checked on the tokens before the program is parsed.
//!
//! The parser, the compiler and the destructors of a syntax tree recurse as deep as the tree is. This pass bounds
//! that depth beforehand: brackets, indentation, and chains of operators that lean to one side. The limits are
//! CPython's, or about them. Start reading at [`check`].

use rustpython_ruff_python_ast::token::TokenKind;
use rustpython_ruff_python_parser::{Mode, lexer};

use super::{Diagnostic, Span};

/// Brackets inside brackets.
const MAX_BRACKETS: usize = 200;

/// Blocks inside blocks.
const MAX_INDENTS: u32 = 99;

/// Operators, attributes and calls of one expression that nest in each other.
const MAX_CHAIN: u32 = if cfg!(target_family = "wasm") {
    300
} else {
    2800
};

/// Checks the limits.
///
/// # Errors
/// The first place where one is exceeded.
pub(super) fn check(text: &str) -> Result<(), Diagnostic> {
    let Some(excess) = first_excess(text) else {
        return Ok(());
    };
    // The lexer does not tell where its tokens are. The excess is at the end of the shortest prefix that has it.
    let (mut without, mut with) = (0, text.len());
    while with - without > 1 {
        let middle = text.floor_char_boundary(without + (with - without) / 2);
        if middle <= without {
            break;
        }
        if first_excess(&text[..middle]).is_some() {
            with = middle;
        } else {
            without = middle;
        }
    }
    let span = Span {
        start: without as u32,
        end: with as u32,
    };
    Err(Diagnostic::new(span, excess.message()).with_help(excess.help()))
}

/// A limit that was exceeded.
#[derive(Clone, Copy)]
enum Excess {
    Brackets,
    Indents,
    Chain,
}

impl Excess {
    fn message(self) -> &'static str {
        match self {
            Excess::Brackets => "too many nested parentheses",
            Excess::Indents => "too many levels of indentation",
            Excess::Chain => "this expression is nested too deeply",
        }
    }

    fn help(self) -> String {
        match self {
            Excess::Brackets => format!("brackets may be nested {MAX_BRACKETS} deep"),
            Excess::Indents => format!("blocks may be nested {MAX_INDENTS} deep"),
            Excess::Chain => {
                format!("split it: up to {MAX_CHAIN} operators and calls may build on each other")
            }
        }
    }
}

/// Operators seen since the last thing that ends their chain.
#[derive(Clone, Copy, Default)]
struct Chain {
    /// Operators that bind tighter than comparisons, and `not`.
    tight: u32,
    /// `if`-`else`, `lambda` and the like.
    loose: u32,
}

fn first_excess(text: &str) -> Option<Excess> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut indents = 0_u32;
    // One chain for each open bracket, and one for the statement.
    let mut chains = vec![Chain::default()];
    // The sum over all but the innermost.
    let mut outer = 0;
    loop {
        let kind = lexer.next_token();
        let chain = chains.last_mut()?;
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Newline => {
                chains.clear();
                chains.push(Chain::default());
                outer = 0;
            }
            TokenKind::Indent => {
                indents += 1;
                if indents > MAX_INDENTS {
                    return Some(Excess::Indents);
                }
            }
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::FStringStart => {
                outer += chain.tight + chain.loose + 1;
                chains.push(Chain::default());
                if chains.len() > MAX_BRACKETS + 1 {
                    return Some(Excess::Brackets);
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd => {
                if chains.len() > 1 {
                    chains.pop();
                }
                if let Some(chain) = chains.last_mut() {
                    outer = outer.saturating_sub(chain.tight + chain.loose + 1);
                    // A call or an index builds on what is before it.
                    chain.tight += 1;
                }
            }
            TokenKind::Comma | TokenKind::Semi => *chain = Chain::default(),
            kind if ends_operands(kind) => chain.tight = 0,
            kind if is_tight(kind) => chain.tight += 1,
            TokenKind::If | TokenKind::Lambda | TokenKind::ColonEqual | TokenKind::Await => {
                chain.loose += 1;
            }
            _ => {}
        }
        let innermost = chains.last().map_or(0, |chain| chain.tight + chain.loose);
        if outer + innermost > MAX_CHAIN {
            return Some(Excess::Chain);
        }
    }
}

/// Whether the operands before and after the token are not nested in each other.
fn ends_operands(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::And
            | TokenKind::Or
            | TokenKind::Less
            | TokenKind::Greater
            | TokenKind::LessEqual
            | TokenKind::GreaterEqual
            | TokenKind::EqEqual
            | TokenKind::NotEqual
            | TokenKind::Is
            | TokenKind::In
            | TokenKind::Equal
            | TokenKind::Colon
    )
}

fn is_tight(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::DoubleStar
            | TokenKind::Slash
            | TokenKind::DoubleSlash
            | TokenKind::Percent
            | TokenKind::At
            | TokenKind::Amper
            | TokenKind::Vbar
            | TokenKind::CircumFlex
            | TokenKind::LeftShift
            | TokenKind::RightShift
            | TokenKind::Tilde
            | TokenKind::Not
            | TokenKind::Dot
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        check(text).is_err()
    }

    #[test]
    #[cfg_attr(miri, ignore = "long texts")]
    fn brackets_nest_two_hundred_deep() {
        let nested = |depth| format!("{}1{}\n", "(".repeat(depth), ")".repeat(depth));
        assert!(!refused(&nested(200)));
        assert!(refused(&nested(201)));
        assert!(refused(&"[".repeat(10_000)));
    }

    #[test]
    fn the_place_of_the_excess_is_found() {
        let text = format!("x = 1\ny = {}", "(".repeat(300));
        let span = check(&text).unwrap_err().span;
        assert_eq!(span.end as usize, "x = 1\ny = ".len() + 201);
    }

    #[test]
    #[cfg_attr(miri, ignore = "long texts")]
    fn chains_are_limited_and_lists_are_not() {
        let limit = MAX_CHAIN as usize;
        assert!(!refused(&format!("1{}\n", "+1".repeat(limit))));
        assert!(refused(&format!("1{}\n", "+1".repeat(limit + 1))));
        assert!(refused(&format!("{}x\n", "- ".repeat(limit + 1))));
        assert!(refused(&format!("f{}\n", "()".repeat(limit + 1))));
        assert!(refused(&format!("{}1\n", "1 if x else ".repeat(limit + 1))));
        assert!(!refused(&format!("[{}]\n", "-1+2,".repeat(limit + 1))));
        assert!(!refused(&format!("x{}\n", " and x + 1".repeat(limit + 1))));
        assert!(!refused(&"x = a + b\n".repeat(limit + 1)));
    }

    #[test]
    #[cfg_attr(miri, ignore = "long texts")]
    fn blocks_are_limited() {
        let mut text = String::new();
        for depth in 0..101 {
            text.push_str(&" ".repeat(depth));
            text.push_str("if x:\n");
        }
        assert!(refused(&text));
    }
}
