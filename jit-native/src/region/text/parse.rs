//! Parsing the text form. The text is read once, with values, blocks and exits under the names that it gives them; then
//! the names get numbers ([`super::number`] has the rule), and the verifier looks at the whole.
//!
//! Start with [`parse`].

use super::lex::{Position, Token, tokens};
use crate::region::{
    Block, BlockId, Edge, Exit, ExitId, Place, Region, RegionData, RegionError, SnapshotEntry,
    Span, Terminator, Uop, UopId, Value, ValueDef, ValueId,
};
use std::collections::HashMap;
use stencils::table::{Type, UopTable};

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// Reads a region from its text form and verifies it; `table` has its uops.
///
/// # Errors
/// The first thing that is wrong with the text, or with the region that it describes.
pub fn parse(text: &str, table: &UopTable) -> Result<Region, ParseError> {
    let tokens = tokens(text)?;
    let mut parser = Parser::new(tokens, table);
    parser.region()?;
    let (data, places) = parser.resolve()?;
    let mut region = Region::from(data);
    match region.verify(table) {
        Ok(()) => Ok(region),
        Err(error) => places.of(&error).error(error.to_string()),
    }
}

/// Where things stand in the text.
#[derive(Default)]
pub(super) struct Places {
    pub(super) uops: Vec<Position>,
    blocks: Vec<Position>,
    pub(super) ends: Vec<Position>,
    exits: Vec<Position>,
}

impl Places {
    fn of(&self, error: &RegionError) -> Position {
        let found = match error.place {
            Place::Uop(uop) => self.uops.get(uop.index()),
            Place::Block(block) => self.blocks.get(block.index()),
            Place::Terminator(block) => self.ends.get(block.index()),
            Place::Exit(exit) => self.exits.get(exit.index()),
            Place::Region | Place::Value(_) => None,
        };
        found.copied().unwrap_or(Position { line: 1, column: 1 })
    }
}

/// A value while the text is read.
pub(super) struct Draft {
    /// Its number in the text, if it has one.
    pub(super) label: Option<u32>,
    /// What it is, once that is known.
    pub(super) value: Option<Value>,
    /// Where it was seen first.
    pub(super) position: Position,
}

pub(super) struct Parser<'s, 't> {
    pub(super) tokens: Vec<(Token<'s>, Position)>,
    pub(super) at: usize,
    table: &'t UopTable,
    /// The region, with drafts' places for value numbers and names for block and exit numbers.
    pub(super) region: RegionData,
    pub(super) drafts: Vec<Draft>,
    pub(super) labels: HashMap<u32, ValueId>,
    constants: HashMap<(Type, u64), ValueId>,
    pub(super) blocks: HashMap<u32, BlockId>,
    pub(super) exits: HashMap<u32, ExitId>,
    pub(super) places: Places,
}

impl<'s, 't> Parser<'s, 't> {
    fn new(tokens: Vec<(Token<'s>, Position)>, table: &'t UopTable) -> Self {
        Parser {
            tokens,
            at: 0,
            table,
            region: RegionData::default(),
            drafts: Vec::new(),
            labels: HashMap::new(),
            constants: HashMap::new(),
            blocks: HashMap::new(),
            exits: HashMap::new(),
            places: Places::default(),
        }
    }

    fn region(&mut self) -> Result<(), ParseError> {
        self.word("region")?;
        self.sign("{")?;
        while let Some(name) = self.peek_name('b') {
            self.block(name)?;
        }
        while let Some(name) = self.peek_name('x') {
            self.exit(name)?;
        }
        if self.peek() == Token::Word("constants") {
            self.at += 1;
            self.numbered_constants()?;
        }
        self.sign("}")?;
        match self.peek() {
            Token::End => Ok(()),
            _ => self.position().error("the text goes on after the region"),
        }
    }

    fn block(&mut self, name: u32) -> Result<(), ParseError> {
        let position = self.position();
        self.at += 1;
        let id = BlockId(self.region.blocks.len() as u32);
        if self.blocks.insert(name, id).is_some() {
            return position.error(format!("there is a block b{name} already"));
        }
        let start = self.region.params.len() as u32;
        if self.take_sign("(") {
            self.list(")", |parser| parser.param(id, start))?;
        }
        let params = Span {
            start,
            len: self.region.params.len() as u32 - start,
        };
        self.sign(":")?;
        let start = self.region.uops.len() as u32;
        loop {
            let end = self.position();
            match self.peek() {
                Token::Word("jump" | "branch" | "leave") => {
                    let terminator = self.terminator()?;
                    let uops = Span {
                        start,
                        len: self.region.uops.len() as u32 - start,
                    };
                    self.region.blocks.push(Block {
                        params,
                        uops,
                        terminator,
                    });
                    self.places.blocks.push(position);
                    self.places.ends.push(end);
                    return Ok(());
                }
                _ => self.uop()?,
            }
        }
    }

    fn param(&mut self, block: BlockId, start: u32) -> Result<(), ParseError> {
        let position = self.position();
        let Some(label) = self.peek_name('v') else {
            return position.error("a parameter is written `v1: i64` or `v1: f64`");
        };
        self.at += 1;
        self.sign(":")?;
        let ty = match self.next() {
            Token::Word("i64") => Type::I64,
            Token::Word("f64") => Type::F64,
            _ => return position.error("the types are `i64` and `f64`"),
        };
        let n = self.region.params.len() as u32 - start;
        let value = self.define(label, Value::param(ty, block, n), position)?;
        self.region.params.push(value);
        Ok(())
    }

    fn uop(&mut self) -> Result<(), ParseError> {
        let position = self.position();
        let id = UopId(self.region.uops.len() as u32);
        let label = match (self.peek_name('v'), self.peek_after()) {
            (Some(label), Token::Sign("=")) => {
                self.at += 2;
                Some(label)
            }
            _ => None,
        };
        let (kind, args) = self.kind_and_operands()?;
        let exit = if self.take_sign("->") {
            Some(ExitId(self.name('x', "an exit")?))
        } else {
            None
        };
        let mut origin = 0;
        if self.take_sign("@") {
            origin = self.small_number("an origin")?;
        }
        let result = match (label, self.table[kind].result) {
            (Some(label), Some(ty)) => Some(self.define(label, Value::uop(ty, id), position)?),
            (None, None) => None,
            (Some(_), None) => {
                return position.error(format!("`{}` has no result", self.table[kind].name));
            }
            (None, Some(_)) => {
                let name = self.table[kind].name;
                return position.error(format!("`{name}` has a result: write `v1 = {name} ..`"));
            }
        };
        self.region.uops.push(Uop {
            kind,
            args,
            result: result.into(),
            exit: exit.into(),
            origin,
        });
        self.places.uops.push(position);
        Ok(())
    }

    /// A uop's name and, on the same line, its operands.
    fn kind_and_operands(&mut self) -> Result<(stencils::table::UopKind, Span), ParseError> {
        let position = self.position();
        let Token::Word(name) = self.next() else {
            return position.error("here should be a uop, or a jump, a branch or a leave");
        };
        let Some(kind) = self.table.find(name) else {
            return position.error(format!("there is no uop `{name}`"));
        };
        let start = self.region.args.len() as u32;
        while self.position().line == position.line {
            match self.peek() {
                Token::Int(_) | Token::Float(_) => {}
                Token::Word(word) if word != "then" => {}
                _ => break,
            }
            let value = self.operand()?;
            self.region.args.push(value);
            if !self.take_sign(",") {
                break;
            }
        }
        Ok((
            kind,
            Span {
                start,
                len: self.region.args.len() as u32 - start,
            },
        ))
    }

    fn terminator(&mut self) -> Result<Terminator, ParseError> {
        match self.next() {
            Token::Word("jump") => Ok(Terminator::Jump(self.edge()?)),
            Token::Word("leave") => Ok(Terminator::Leave(ExitId(self.name('x', "an exit")?))),
            _ => {
                let (guard, args) = self.kind_and_operands()?;
                self.word("then")?;
                let then = self.edge()?;
                self.word("else")?;
                let otherwise = self.edge()?;
                Ok(Terminator::Branch {
                    guard,
                    args,
                    then,
                    otherwise,
                })
            }
        }
    }

    fn edge(&mut self) -> Result<Edge, ParseError> {
        let target = BlockId(self.name('b', "a block")?);
        let start = self.region.args.len() as u32;
        if self.take_sign("(") {
            self.list(")", |parser| {
                let value = parser.operand()?;
                parser.region.args.push(value);
                Ok(())
            })?;
        }
        Ok(Edge {
            target,
            args: Span {
                start,
                len: self.region.args.len() as u32 - start,
            },
        })
    }

    fn exit(&mut self, name: u32) -> Result<(), ParseError> {
        let position = self.position();
        self.at += 1;
        let id = ExitId(self.region.exits.len() as u32);
        if self.exits.insert(name, id).is_some() {
            return position.error(format!("there is an exit x{name} already"));
        }
        self.sign(":")?;
        let start = self.region.snapshots.len() as u32;
        while self.take_sign("[") {
            let slot = self.small_number("a frame word")?;
            self.sign("]")?;
            self.sign("=")?;
            let value = self.operand()?;
            self.region.snapshots.push(SnapshotEntry { slot, value });
            if !self.take_sign(",") {
                break;
            }
        }
        let len = self.region.snapshots.len() as u32 - start;
        self.region.exits.push(Exit {
            snapshot: Span { start, len },
        });
        self.places.exits.push(position);
        Ok(())
    }

    fn numbered_constants(&mut self) -> Result<(), ParseError> {
        loop {
            let position = self.position();
            let label = self.name('v', "a value")?;
            self.sign("=")?;
            let (Token::Int(_) | Token::Float(_)) = self.peek() else {
                return self.position().error("here should be a constant");
            };
            let value = self.operand()?;
            let draft = &mut self.drafts[value.index()];
            if draft.label.is_some() || self.labels.insert(label, value).is_some() {
                return position.error("a value and a number belong together once");
            }
            draft.label = Some(label);
            if !self.take_sign(",") {
                return Ok(());
            }
        }
    }

    fn operand(&mut self) -> Result<ValueId, ParseError> {
        let position = self.position();
        let (ty, bits) = match self.peek() {
            Token::Int(bits) => (Type::I64, bits),
            Token::Float(bits) => (Type::F64, bits),
            _ => {
                let label = self.name('v', "a value")?;
                return Ok(self.labelled(label, position));
            }
        };
        self.at += 1;
        let next = ValueId(self.drafts.len() as u32);
        let value = *self.constants.entry((ty, bits)).or_insert(next);
        if value == next {
            let value = Some(self.region.pack(ty, ValueDef::Const(bits)));
            self.drafts.push(Draft {
                label: None,
                value,
                position,
            });
        }
        Ok(value)
    }

    fn labelled(&mut self, label: u32, position: Position) -> ValueId {
        let next = ValueId(self.drafts.len() as u32);
        let value = *self.labels.entry(label).or_insert(next);
        if value == next {
            self.drafts.push(Draft {
                label: Some(label),
                value: None,
                position,
            });
        }
        value
    }

    fn define(
        &mut self,
        label: u32,
        value: Value,
        position: Position,
    ) -> Result<ValueId, ParseError> {
        let id = self.labelled(label, position);
        match self.drafts[id.index()].value.replace(value) {
            None => Ok(id),
            Some(_) => position.error(format!("v{label} has a definition already")),
        }
    }
}
