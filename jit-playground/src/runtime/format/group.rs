//! Digit groups and padding.

use super::spec::Spec;
use crate::runtime::error::{Error, Outcome};

/// Results longer than this are refused with a MemoryError.
const MAX_WIDTH: u64 = 1 << 32;

/// A number that is ready to be laid out.
pub(super) struct Pieces<'a> {
    /// `-`, `+`, a space or nothing.
    pub sign: &'a str,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// The digits before the point.
    pub whole: &'a str,
    /// The point and all that follows.
    pub rest: &'a str,
    /// How many digits a group has.
    pub group: usize,
}

/// Puts separators between groups of digits, and fills up to the width.
pub(super) fn layout(spec: &Spec, pieces: &Pieces) -> Outcome<String> {
    let fixed = pieces.sign.len() + pieces.prefix.len() + pieces.rest.chars().count();
    let zero_padded = spec.fill == Some('0') && spec.align == Some('=');
    let whole = match spec.grouping {
        Some(separator) => {
            // Zero padding is part of the number, so its zeros are grouped too.
            let least = if zero_padded {
                spec.width.saturating_sub(fixed)
            } else {
                0
            };
            check_width(least)?;
            grouped(pieces.whole, separator, pieces.group, least)
        }
        None => pieces.whole.to_owned(),
    };
    let head = format!("{}{}", pieces.sign, pieces.prefix);
    pad(spec, &head, &format!("{whole}{}", pieces.rest), '>')
}

/// The digits with separators, and zeros in front so that there are at least `least` characters.
fn grouped(digits: &str, separator: char, size: usize, least: usize) -> String {
    let mut reversed = String::new();
    let mut source = digits.chars().rev();
    let mut in_group = 0;
    let mut len = 0;
    loop {
        let next = source.next();
        if next.is_none() && len >= least {
            break;
        }
        if in_group == size {
            reversed.push(separator);
            in_group = 0;
            len += 1;
        }
        reversed.push(next.unwrap_or('0'));
        in_group += 1;
        len += 1;
    }
    reversed.chars().rev().collect()
}

/// Fills `head` and `body` up to the width; `=` puts the filling between the two.
pub(super) fn pad(spec: &Spec, head: &str, body: &str, default: char) -> Outcome<String> {
    let len = head.chars().count() + body.chars().count();
    let missing = spec.width.saturating_sub(len);
    check_width(missing)?;
    let fill = spec.fill.unwrap_or(' ');
    let filling = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(match spec.align.unwrap_or(default) {
        '<' => format!("{head}{body}{}", filling(missing)),
        '^' => {
            let left = missing / 2;
            format!("{}{head}{body}{}", filling(left), filling(missing - left))
        }
        '=' => format!("{head}{}{body}", filling(missing)),
        _ => format!("{}{head}{body}", filling(missing)),
    })
}

fn check_width(width: usize) -> Outcome<()> {
    if width as u64 > MAX_WIDTH {
        return Err(Error::memory());
    }
    Ok(())
}
