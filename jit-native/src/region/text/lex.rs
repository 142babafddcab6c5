//! Words, numbers and signs of the text form, each with its place. Knows no grammar.

use super::parse::ParseError;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'s> {
    /// A letter or `_`, then letters, digits and `_`.
    Word(&'s str),
    /// An integer; by its bits.
    Int(u64),
    /// A float; by its bits.
    Float(u64),
    /// `{ } ( ) [ ] , : = @` or `->`.
    Sign(&'s str),
    /// Nothing is left.
    End,
}

/// A place in the text, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    pub fn error<T>(self, message: impl Into<String>) -> Result<T, ParseError> {
        Err(ParseError {
            line: self.line,
            column: self.column,
            message: message.into(),
        })
    }
}

/// Cuts a text into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token<'_>, Position)>, ParseError> {
    let mut tokens = Vec::new();
    let mut last = 1;
    for (n, line) in text.lines().enumerate() {
        last = n as u32 + 1;
        let code = line.split(';').next().unwrap_or("");
        let mut rest = code.trim_start();
        while !rest.is_empty() {
            let before = &code[..code.len() - rest.len()];
            let position = Position {
                line: last,
                column: before.chars().count() as u32 + 1,
            };
            let (token, after) = token(rest, position)?;
            tokens.push((token, position));
            rest = after.trim_start();
        }
    }
    let column = text.lines().last().map_or(0, |line| line.chars().count()) as u32 + 1;
    tokens.push((Token::End, Position { line: last, column }));
    Ok(tokens)
}

/// The first token of a text that is not empty and does not start with a space.
fn token(text: &str, position: Position) -> Result<(Token<'_>, &str), ParseError> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end_of = |accept: &dyn Fn(char) -> bool, from: usize| {
        text[from..]
            .find(|c| !accept(c))
            .map_or(text.len(), |n| from + n)
    };
    if let Some(nan) = text.strip_prefix("nan(0x") {
        let digits = nan.split(')').next().unwrap_or("");
        return match (u64::from_str_radix(digits, 16), nan.get(digits.len() + 1..)) {
            (Ok(bits), Some(rest)) if f64::from_bits(bits).is_nan() => {
                Ok((Token::Float(bits), rest))
            }
            _ => position.error("`nan(0x` must be followed by the bits of a NaN and `)`"),
        };
    }
    if let Some(rest) = text.strip_prefix("->") {
        return Ok((Token::Sign("->"), rest));
    }
    let first = text.chars().next().unwrap_or(' ');
    let numeric = first.is_ascii_digit() || first == '-';
    if first.is_ascii_alphabetic() || first == '_' {
        let (name, rest) = text.split_at(end_of(&word, 0));
        return Ok(match name {
            "inf" => (Token::Float(f64::INFINITY.to_bits()), rest),
            _ => (Token::Word(name), rest),
        });
    }
    if numeric {
        return number(text, position);
    }
    if "{}()[],:=@".contains(first) {
        let (sign, rest) = text.split_at(1);
        return Ok((Token::Sign(sign), rest));
    }
    position.error(format!("`{first}` has no meaning here"))
}

/// A number: `-`, then digits, a point, an exponent; or `0x`; or `-inf`.
fn number(text: &str, position: Position) -> Result<(Token<'_>, &str), ParseError> {
    let bytes = text.as_bytes();
    let mut end = 1;
    while let Some(&byte) = bytes.get(end) {
        let sign = byte == b'-' || byte == b'+';
        let exponent = matches!(bytes[end - 1], b'e' | b'E') && !text.starts_with("0x");
        if !(byte.is_ascii_alphanumeric() || byte == b'.' || sign && exponent) {
            break;
        }
        end += 1;
    }
    let (number, rest) = text.split_at(end);
    let token = if let Some(digits) = number.strip_prefix("0x") {
        u64::from_str_radix(digits, 16).ok().map(Token::Int)
    } else if number.contains(['.', 'e', 'E', 'i']) {
        let float = number.parse::<f64>().ok().filter(|float| !float.is_nan());
        float.map(|float| Token::Float(float.to_bits()))
    } else {
        number.parse::<i64>().ok().map(|int| Token::Int(int as u64))
    };
    match token {
        Some(token) => Ok((token, rest)),
        None => position.error(format!("`{number}` is no number of 64 bits")),
    }
}
