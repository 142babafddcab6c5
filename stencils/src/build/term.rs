//! Terms: how patterns are written down. `guard_true(lt_i64(_, _))` is a tree of uops with operands left open.
//!
//! | operand | meaning |
//! |---|---|
//! | `_` | whatever the uop accepts there: a register, and the immediates that [`super::patterns`] allows |
//! | `r` | a register |
//! | `#` | any 32-bit immediate (any 64-bit one, for an `Imm64`) |
//! | `#0..255` | an immediate in that range, both ends included |
//! | `7` | exactly that constant, which the compiler then knows |
//! | `a` | one letter but `r`: a register, or an operand that is always an immediate; the same wherever the letter stands |
//! | `name(..)` | the result of another uop |

use super::BuildError;

/// One uop with its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The uop's name.
    pub name: String,
    /// Its operands.
    pub args: Vec<Leaf>,
}

/// One operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Whatever the uop accepts.
    Open,
    /// A register.
    Register,
    /// An immediate of any value that fits.
    Immediate,
    /// An immediate in a range.
    Range(i64, i64),
    /// The same as wherever this letter stands: a register, or an operand that is always an immediate.
    Same(char),
    /// The result of a uop.
    Term(Term),
}

impl Term {
    /// Reads a term.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Term, BuildError> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        match parser.leaf() {
            Some(Leaf::Term(term)) if parser.skip_spaces().is_empty() => Ok(term),
            _ => Err(BuildError::Patterns(format!(
                "`{text}` is no pattern: something is wrong at column {}",
                parser.at + 1
            ))),
        }
    }
}

/// Terms are at most this deep: a pattern has at most 3 uops.
const DEEPEST: usize = 4;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn skip_spaces(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.skip_spaces().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn word(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.skip_spaces();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn integer(&mut self) -> Option<i64> {
        let negative = self.eat("-");
        let digits = self.word(|c| c.is_ascii_alphanumeric());
        let magnitude = match digits.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok()? as i64,
            None => digits.parse().ok()?,
        };
        Some(if negative { -magnitude } else { magnitude })
    }

    fn leaf(&mut self) -> Option<Leaf> {
        if self.eat("#") {
            if !self
                .skip_spaces()
                .starts_with(|c: char| c == '-' || c.is_ascii_digit())
            {
                return Some(Leaf::Immediate);
            }
            let min = self.integer()?;
            let max = if self.eat("..") {
                self.integer()?
            } else {
                return None;
            };
            return (min <= max).then_some(Leaf::Range(min, max));
        }
        if self
            .skip_spaces()
            .starts_with(|c: char| c == '-' || c.is_ascii_digit())
        {
            return self.integer().map(|value| Leaf::Range(value, value));
        }
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        if !self.eat("(") {
            let mut letters = name.chars();
            return match (name, letters.next(), letters.next()) {
                ("_", ..) => Some(Leaf::Open),
                ("r", ..) => Some(Leaf::Register),
                (_, Some(letter), None) if letter.is_ascii_lowercase() => Some(Leaf::Same(letter)),
                _ => None,
            };
        }
        self.depth += 1;
        if self.depth > DEEPEST || name.is_empty() {
            return None;
        }
        let mut args = Vec::new();
        while !self.eat(")") {
            if !args.is_empty() && !self.eat(",") {
                return None;
            }
            args.push(self.leaf()?);
        }
        self.depth -= 1;
        Some(Leaf::Term(Term {
            name: name.to_string(),
            args,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_nest_and_hold_all_kinds_of_operands() {
        let term = Term::parse("guard_eq( load_i64(r, #), 0x10 )").expect("a term");
        let load = Term {
            name: "load_i64".into(),
            args: vec![Leaf::Register, Leaf::Immediate],
        };
        assert_eq!(
            term,
            Term {
                name: "guard_eq".into(),
                args: vec![Leaf::Term(load), Leaf::Range(16, 16)]
            }
        );
        let range = Term::parse("shl_i64(_, #-1..63)").expect("a term");
        assert_eq!(range.args, [Leaf::Open, Leaf::Range(-1, 63)]);
        let twice = Term::parse("add_i64(a, a)").expect("a term");
        assert_eq!(twice.args, [Leaf::Same('a'), Leaf::Same('a')]);
        assert_eq!(Term::parse("jump()").expect("a term").args, []);
    }

    #[test]
    fn what_is_no_term_is_refused() {
        for text in [
            "",
            "_",
            "f",
            "f(",
            "f(_",
            "f(_ _)",
            "f(_))",
            "f(#2..1)",
            "f(#1)",
            "f(xy)",
            "f(X)",
            "f(99999999999999999999)",
            "f(f(f(f(f(_)))))",
        ] {
            assert!(Term::parse(text).is_err(), "{text}");
        }
    }
}
