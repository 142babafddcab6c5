//! The small language of format specifications: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use crate::runtime::error::{Error, Outcome};

/// A format specification, taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// What fills the width; a space if `None`.
    pub fill: Option<char>,
    /// `<`, `>`, `^` or `=`.
    pub align: Option<char>,
    /// `+`, `-` or a space.
    pub sign: Option<char>,
    /// `z`: a negative zero is shown without its sign.
    pub no_negative_zero: bool,
    /// `#`: base prefixes, and points and zeros that are otherwise dropped.
    pub alternate: bool,
    /// The least number of characters.
    pub width: usize,
    /// `,` or `_` between groups of digits.
    pub grouping: Option<char>,
    /// Digits, or the most characters of a string.
    pub precision: Option<usize>,
    /// The last letter.
    pub kind: Option<char>,
}

const ALIGNMENTS: [char; 4] = ['<', '>', '^', '='];

impl Spec {
    /// Takes a specification apart. `type_name` is what errors call the value.
    ///
    /// # Errors
    /// ValueError when it is malformed.
    pub fn parse(text: &str, type_name: &str) -> Outcome<Spec> {
        let chars: Vec<char> = text.chars().collect();
        let mut reader = Reader { chars: &chars };
        let mut spec = Spec::default();
        match chars.as_slice() {
            [fill, align, ..] if ALIGNMENTS.contains(align) => {
                (spec.fill, spec.align) = (Some(*fill), Some(*align));
                reader.chars = &chars[2..];
            }
            _ => spec.align = reader.take(&ALIGNMENTS),
        }
        spec.sign = reader.take(&['+', '-', ' ']);
        spec.no_negative_zero = reader.take(&['z']).is_some();
        spec.alternate = reader.take(&['#']).is_some();
        if spec.fill.is_none() && reader.take(&['0']).is_some() {
            spec.fill = Some('0');
            spec.align = spec.align.or(Some('='));
        }
        spec.width = reader.number()?.unwrap_or(0);
        spec.grouping = reader.take(&[',', '_']);
        if let (Some(first), Some(second)) = (spec.grouping, reader.take(&[',', '_'])) {
            return Err(Error::value_error(if first == second {
                format!("Cannot specify '{first}' with '{second}'.")
            } else {
                "Cannot specify both ',' and '_'.".to_owned()
            }));
        }
        if reader.take(&['.']).is_some() {
            let precision = reader.number()?;
            spec.precision = Some(
                precision
                    .ok_or_else(|| Error::value_error("Format specifier missing precision"))?,
            );
        }
        match reader.chars {
            [] => {}
            [kind] => spec.kind = Some(*kind),
            _ => {
                let message =
                    format!("Invalid format specifier '{text}' for object of type '{type_name}'");
                return Err(Error::value_error(message));
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> Outcome<()> {
        let Some(grouping) = self.grouping else {
            return Ok(());
        };
        let allowed = match self.kind {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => true,
            Some('b' | 'o' | 'x' | 'X') => grouping == '_',
            Some(_) => false,
        };
        if allowed {
            return Ok(());
        }
        let kind = self.kind.map(display_kind).unwrap_or_default();
        Err(Error::value_error(format!(
            "Cannot specify '{grouping}' with '{kind}'."
        )))
    }
}

/// A type letter as an error message shows it.
pub fn display_kind(kind: char) -> String {
    match kind {
        '\u{21}'..='\u{7f}' => kind.to_string(),
        _ => format!("\\x{:x}", u32::from(kind)),
    }
}

struct Reader<'a> {
    chars: &'a [char],
}

impl Reader<'_> {
    /// The next character, if it is one of these.
    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let (first, rest) = self.chars.split_first()?;
        if !wanted.contains(first) {
            return None;
        }
        self.chars = rest;
        Some(*first)
    }

    /// The decimal number that comes next, if there is one.
    fn number(&mut self) -> Outcome<Option<usize>> {
        let len = self.chars.iter().take_while(|c| c.is_ascii_digit()).count();
        let (digits, rest) = self.chars.split_at(len);
        self.chars = rest;
        if digits.is_empty() {
            return Ok(None);
        }
        let text: String = digits.iter().collect();
        match text.parse::<i64>() {
            Ok(number) => Ok(Some(number as usize)),
            Err(_) => Err(Error::value_error(
                "Too many decimal digits in format string",
            )),
        }
    }
}
