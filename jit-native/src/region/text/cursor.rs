//! Moving over the tokens: what every rule of the grammar is made of.

use super::lex::{Position, Token};
use super::parse::{ParseError, Parser};

impl<'s> Parser<'s, '_> {
    pub(super) fn peek(&self) -> Token<'s> {
        self.tokens.get(self.at).map_or(Token::End, |token| token.0)
    }

    pub(super) fn peek_after(&self) -> Token<'s> {
        self.tokens
            .get(self.at + 1)
            .map_or(Token::End, |token| token.0)
    }

    pub(super) fn next(&mut self) -> Token<'s> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Where the next token stands; at the end, where the text ends.
    pub(super) fn position(&self) -> Position {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map_or(Position { line: 1, column: 1 }, |token| token.1)
    }

    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.peek() == Token::Sign(sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn sign(&mut self, sign: &str) -> Result<(), ParseError> {
        if self.take_sign(sign) {
            return Ok(());
        }
        self.position().error(format!("here should be `{sign}`"))
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), ParseError> {
        if self.peek() == Token::Word(word) {
            self.at += 1;
            return Ok(());
        }
        self.position().error(format!("here should be `{word}`"))
    }

    /// The number of the next token if it is a name such as `b12`: this letter and a number without leading zeros.
    pub(super) fn peek_name(&self, letter: char) -> Option<u32> {
        let Token::Word(word) = self.peek() else {
            return None;
        };
        let digits = word.strip_prefix(letter)?;
        let canonical = digits == "0" || !digits.starts_with('0');
        if canonical && digits.bytes().all(|b| b.is_ascii_digit()) {
            // The greatest number stands for no index.
            digits.parse().ok().filter(|&number| number < u32::MAX)
        } else {
            None
        }
    }

    pub(super) fn name(&mut self, letter: char, what: &str) -> Result<u32, ParseError> {
        let Some(number) = self.peek_name(letter) else {
            return self
                .position()
                .error(format!("here should be {what}, such as `{letter}0`"));
        };
        self.at += 1;
        Ok(number)
    }

    pub(super) fn small_number(&mut self, what: &str) -> Result<u32, ParseError> {
        let position = self.position();
        match self.next() {
            Token::Int(bits) if u32::try_from(bits).is_ok() => Ok(bits as u32),
            _ => position.error(format!("here should be {what}: a number of 32 bits")),
        }
    }

    /// Items with commas between them, up to a sign.
    pub(super) fn list(
        &mut self,
        end: &str,
        mut item: impl FnMut(&mut Self) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        if self.take_sign(end) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.take_sign(end) {
                return Ok(());
            }
            self.sign(",")?;
        }
    }
}
