//! The built-in types, as values and by name.

/// A built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
#[expect(
    missing_docs,
    reason = "each is the type whose name `Type::name` gives"
)]
pub enum Type {
    NoneType,
    Bool,
    Int,
    Float,
    Str,
    List,
    Tuple,
    Range,
    Function,
    BuiltinFunction,
    Module,
    Type,
    RangeIterator,
}

impl Type {
    /// The types that a program can name, by their builtin names.
    pub const NAMED: [Type; 7] = [
        Type::Bool,
        Type::Int,
        Type::Float,
        Type::Str,
        Type::List,
        Type::Tuple,
        Type::Range,
    ];

    /// The name, as error messages print it.
    pub fn name(self) -> &'static str {
        match self {
            Type::NoneType => "NoneType",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Float => "float",
            Type::Str => "str",
            Type::List => "list",
            Type::Tuple => "tuple",
            Type::Range => "range",
            Type::Function => "function",
            Type::BuiltinFunction => "builtin_function_or_method",
            Type::Module => "module",
            Type::Type => "type",
            Type::RangeIterator => "range_iterator",
        }
    }

    /// Whether every value of this type is one of `other`: only bool has a supertype among the named types.
    pub fn is_subtype_of(self, other: Type) -> bool {
        self == other || (self == Type::Bool && other == Type::Int)
    }
}
