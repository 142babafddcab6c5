//! A program and what is looked at, in the fragment of an address: `#1.` and then deflated JSON in the web's base 64.
//!
//! The number is the version of the format. Whatever cannot be read is no link, and the page starts as always. Start at
//! [`Link`].

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};

use crate::layout::Layout;
use jit_playground::explain::Wanted;

const VERSION: &str = "1.";
/// A link's contents are at most so long: more is no program that a person shares.
const LONGEST: usize = 1 << 20;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a link holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The program.
    pub program: String,
    /// The trace that is shown.
    pub trace: usize,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// The stencils that were chosen by hand, by column.
    #[serde(default)]
    pub choices: [Vec<Wanted>; 2],
    /// The place on the timeline, if it is not where everything is compiled.
    #[serde(default)]
    pub place: Option<usize>,
    /// The panes.
    pub layout: Layout,
    /// What is pinned, if anything is.
    pub pin: Option<String>,
}

impl Link {
    /// The fragment, without `#`.
    pub fn write(&self) -> String {
        // A link always has a form in JSON.
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("{VERSION}{}", encode(&compress_to_vec(&json, 9)))
    }

    /// Reads a fragment, with or without `#`.
    pub fn read(fragment: &str) -> Option<Link> {
        let text = fragment.strip_prefix('#').unwrap_or(fragment);
        let bytes = decode(text.strip_prefix(VERSION)?)?;
        let json = decompress_to_vec_with_limit(&bytes, LONGEST).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .fold(0_u32, |word, &byte| word << 8 | u32::from(byte));
        let word = word << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(char::from(
                ALPHABET[(word >> (18 - 6 * place)) as usize & 63],
            ));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    for group in text.as_bytes().chunks(4) {
        let mut word = 0_u32;
        for letter in group {
            let value = ALPHABET.iter().position(|known| known == letter)?;
            word = word << 6 | value as u32;
        }
        word <<= 6 * (4 - group.len());
        let count = group.len().checked_sub(1).filter(|&count| count > 0)?;
        bytes.extend((0..count).map(|place| (word >> (16 - 8 * place)) as u8));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(program: &str) -> Link {
        Link {
            program: program.to_owned(),
            trace: 2,
            super_stencils: false,
            choices: [
                vec![Wanted {
                    trace: 2,
                    place: "u7".to_owned(),
                    pattern: "add_i64(a, b)".to_owned(),
                }],
                Vec::new(),
            ],
            place: Some(12),
            layout: Layout::default(),
            pin: Some("u7".to_owned()),
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written() {
        for program in [
            "",
            "x",
            "xy",
            "xyz = 'ü'\n",
            &"for i in range(9): print(i)\n".repeat(40),
        ] {
            let link = link(program);
            let text = link.write();
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            );
            assert_eq!(Link::read(&format!("#{text}")), Some(link));
        }
    }

    /// Links from before there was a timeline lead to where they led.
    #[test]
    fn an_older_link_is_read() {
        let json = r#"{"program":"x","trace":1,"super_stencils":true,"layout":{"shown":127,"current":"trace"},"pin":null}"#;
        let text = format!("{VERSION}{}", encode(&compress_to_vec(json.as_bytes(), 9)));
        let link = Link::read(&text).unwrap();
        assert_eq!((link.trace, link.place), (1, None));
    }

    #[test]
    fn what_is_no_link_is_none() {
        let good = link("print(1)").write();
        for bad in [
            "",
            "#",
            "#1.",
            "#1.A",
            "#1.!!!!",
            "#2.AAAA",
            &good[..good.len() - 3],
        ] {
            assert_eq!(Link::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = compress_to_vec(&vec![b' '; LONGEST * 4], 9);
        assert_eq!(Link::read(&format!("{VERSION}{}", encode(&bomb))), None);
    }
}
