//! The uops that a library is made of, and the text of their files. Start at [`UopSet::add_file`].

use super::BuildError;
use super::signature::{ParamType, Signature, ValueType, read_uops};
use crate::table::{Type, UopKind};
use std::collections::HashMap;

/// The uops in the order of their kinds, with the source that defines them.
#[derive(Clone, Debug, Default)]
pub struct UopSet {
    uops: Vec<Signature>,
    by_name: HashMap<String, UopKind>,
    files: Vec<(String, String)>,
}

impl UopSet {
    /// The stock uops.
    ///
    /// # Errors
    /// Never, unless the crate's own files are broken.
    pub fn stock() -> Result<UopSet, BuildError> {
        let mut set = UopSet::default();
        for (group, text) in STOCK {
            set.add_file(group, text)?;
        }
        Ok(set)
    }

    /// Adds a file of uops: `group` is its name as a module, `text` its content.
    ///
    /// # Errors
    /// When the file is no Rust, a public function in it is no uop, or a name is taken.
    pub fn add_file(&mut self, group: &str, text: &str) -> Result<(), BuildError> {
        if self.files.iter().any(|(name, _)| name == group) {
            return Err(BuildError::Uops(format!(
                "there are two uop files called `{group}`"
            )));
        }
        for uop in read_uops(group, text).map_err(|e| BuildError::Uops(e.to_string()))? {
            let kind = UopKind(
                u16::try_from(self.uops.len())
                    .map_err(|_| BuildError::Uops("more than 65,536 uops".to_string()))?,
            );
            if self.by_name.insert(uop.name.clone(), kind).is_some() {
                return Err(BuildError::Uops(format!(
                    "two uops are called `{}`",
                    uop.name
                )));
            }
            self.uops.push(uop);
        }
        self.files.push((group.to_string(), text.to_string()));
        Ok(())
    }

    /// The signature of a uop of this set.
    ///
    /// # Panics
    /// When the kind is none of this set's.
    pub fn get(&self, kind: UopKind) -> &Signature {
        &self.uops[kind.0 as usize]
    }

    /// The uop of that name.
    pub fn find(&self, name: &str) -> Option<UopKind> {
        self.by_name.get(name).copied()
    }

    /// All signatures, in the order of their kinds.
    pub fn signatures(&self) -> &[Signature] {
        &self.uops
    }

    /// The files: name of the module and text.
    pub fn files(&self) -> &[(String, String)] {
        &self.files
    }

    /// Names and signatures as a library records them.
    pub fn names(&self) -> Vec<(String, String)> {
        self.uops
            .iter()
            .map(|uop| (uop.name.clone(), signature_text(uop)))
            .collect()
    }
}

/// The type of values as the table has it.
pub fn value_type(ty: ValueType) -> Type {
    match ty {
        ValueType::I64 => Type::I64,
        ValueType::F64 => Type::F64,
    }
}

/// The same text as [`crate::format::signature`] gives for the uop's definition.
fn signature_text(uop: &Signature) -> String {
    let params: Vec<String> = uop
        .operands()
        .map(|(name, ty)| {
            let kind = match ty {
                ParamType::Value(ValueType::I64) => "i64",
                ParamType::Value(ValueType::F64) => "f64",
                ParamType::Imm32 => "imm32",
                _ => "imm64",
            };
            format!("{name}: {kind}")
        })
        .collect();
    let result = match uop.result {
        None => "()",
        Some(ValueType::I64) => "i64",
        Some(ValueType::F64) => "f64",
    };
    let has = |wanted: ParamType| uop.params.iter().any(|(_, ty)| *ty == wanted);
    let effects = [
        (has(ParamType::Frame(false)), " reads-frame"),
        (has(ParamType::Frame(true)), " writes-frame"),
        (has(ParamType::Memory(false)), " reads-memory"),
        (has(ParamType::Memory(true)), " writes-memory"),
        (uop.calls(), " calls"),
        (uop.may_exit, " may-exit"),
    ];
    let effects: String = effects
        .iter()
        .filter(|(has, _)| *has)
        .map(|(_, name)| *name)
        .collect();
    format!("({}) -> {result}{effects}", params.join(", "))
}

macro_rules! stock {
    ($($group:literal)*) => { &[$(($group, include_str!(concat!("../uops/", $group, ".rs")))),*] };
}

/// The stock uop files in the order of the stock table, which is by name.
const STOCK: &[(&str, &str)] = stock!(
    "call" "compare" "convert" "division" "float" "frame" "guard" "indexed" "int" "int32" "internal" "memory" "overflow"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::UopTable;

    #[test]
    fn the_tool_and_the_table_have_the_same_uops() {
        let set = UopSet::stock().expect("the stock uops are uops");
        let table = UopTable::stock();
        assert_eq!(set.signatures().len(), table.len());
        for ((kind, def), (name, signature)) in table.iter().zip(set.names()) {
            assert_eq!(set.find(def.name), Some(kind));
            assert_eq!(
                (def.name, crate::format::signature(def)),
                (name.as_str(), signature)
            );
        }
    }
}
