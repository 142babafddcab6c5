//! The list of patterns as it is written, `stencils/pairs.toml` or an author's own. Never says what a pattern is: that
//! is [`super::patterns`]. Start at [`PatternList::parse`].

use super::BuildError;
use crate::library::Arch;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The list of patterns, as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternList {
    /// Which constants an operand accepts as an immediate, by its name, or by `uop.name`; an empty list means none.
    #[serde(default)]
    pub operands: BTreeMap<String, Vec<(i64, i64)>>,
    /// Single uops with constants that are worth stencils of their own.
    #[serde(default)]
    pub constant: Vec<Entry>,
    /// Super-stencils.
    #[serde(default)]
    pub pair: Vec<Entry>,
}

/// One entry of the list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The terms.
    pub terms: Vec<Listed>,
    /// Why they are there.
    pub why: String,
    /// The only architecture whose machine code they make better, if there is one.
    #[serde(default)]
    pub only: Option<Arch>,
}

/// A term as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Listed {
    /// Its text alone.
    Plain(String),
    /// With what earned it its place.
    Counted(Counted),
}

/// A term and how often programs run it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The term's text.
    pub term: String,
    /// How often its stencils ran, in a million uops of each program of a corpus, taken together.
    pub count: u64,
}

impl Listed {
    /// The term's text.
    pub fn text(&self) -> &str {
        match self {
            Listed::Plain(term) | Listed::Counted(Counted { term, .. }) => term,
        }
    }
}

impl PatternList {
    /// Reads a list.
    ///
    /// # Errors
    /// When the text is no such list.
    pub fn parse(text: &str) -> Result<PatternList, BuildError> {
        toml::from_str(text)
            .map_err(|e| BuildError::Patterns(format!("the list of patterns is wrong: {e}")))
    }

    /// The constants that an operand accepts, if the list says so.
    pub(super) fn ranges(&self, uop: &str, operand: &str) -> Option<&[(i64, i64)]> {
        let own = self.operands.get(&format!("{uop}.{operand}"));
        own.or_else(|| self.operands.get(operand))
            .map(Vec::as_slice)
    }
}
