//! The built-in functions, types, methods and modules: what their names mean.
//!
//! [`Builtin`] numbers every function that is written in Rust, with its name and, for a method, the type that has
//! it. Start reading at the list of them; each group of functions has a file.

mod args;
mod convert;
mod integers;
mod math;
mod methods;
mod modules;
mod numbers;
mod text;

pub use args::Args;
pub use convert::call_type;
pub use modules::{attribute_names, has_attribute, import, is_module, module_names};

use super::error::Outcome;
use super::types::Type;
use super::value::Value;
use crate::interpreter::Vm;

/// A function written in Rust that programs call.
pub type BuiltinFunction = fn(&mut Vm, &Args) -> Outcome<Value>;

/// Defines [`Builtin`] from one list of names, owners and functions.
macro_rules! builtins {
    ($($variant:ident = $name:literal, $owner:expr, $function:path;)*) => {
        /// A built-in function or method, by number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u64)]
        #[expect(missing_docs, reason = "each is the function whose name `Builtin::name` gives")]
        pub enum Builtin {
            $($variant,)*
        }

        impl Builtin {
            const ALL: &[Builtin] = &[$(Builtin::$variant,)*];

            /// The name, without that of the type or module it belongs to.
            pub fn name(self) -> &'static str {
                match self {
                    $(Builtin::$variant => $name,)*
                }
            }

            fn home(self) -> Home {
                match self {
                    $(Builtin::$variant => $owner,)*
                }
            }

            /// What a call runs.
            pub fn function(self) -> BuiltinFunction {
                match self {
                    $(Builtin::$variant => $function,)*
                }
            }

            /// The number as machine code holds it, turned back.
            pub fn from_word(word: u64) -> Option<Builtin> {
                Builtin::ALL.get(usize::try_from(word).ok()?).copied()
            }
        }
    };
}

/// Where a built-in function is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// By its plain name.
    Global,
    /// As a method of a type.
    Method(Type),
    /// As an attribute of the module `math`.
    Math,
}

use Home::{Global, Math, Method};

builtins! {
    Print = "print", Global, text::print;
    Len = "len", Global, text::len;
    Ord = "ord", Global, text::ord;
    Chr = "chr", Global, text::chr;
    Repr = "repr", Global, text::repr;
    Abs = "abs", Global, numbers::abs;
    Min = "min", Global, numbers::min;
    Max = "max", Global, numbers::max;
    Sum = "sum", Global, numbers::sum;
    Round = "round", Global, numbers::round;
    Divmod = "divmod", Global, numbers::divmod;
    Pow = "pow", Global, numbers::pow;
    IsInstance = "isinstance", Global, text::isinstance;
    ListAppend = "append", Method(Type::List), methods::append;
    MathSqrt = "sqrt", Math, math::sqrt;
    MathExp = "exp", Math, math::exp;
    MathLog = "log", Math, math::log;
    MathLog2 = "log2", Math, math::log2;
    MathLog10 = "log10", Math, math::log10;
    MathLog1p = "log1p", Math, math::log1p;
    MathExpm1 = "expm1", Math, math::expm1;
    MathSin = "sin", Math, math::sin;
    MathCos = "cos", Math, math::cos;
    MathTan = "tan", Math, math::tan;
    MathAsin = "asin", Math, math::asin;
    MathAcos = "acos", Math, math::acos;
    MathAtan = "atan", Math, math::atan;
    MathAtan2 = "atan2", Math, math::atan2;
    MathSinh = "sinh", Math, math::sinh;
    MathCosh = "cosh", Math, math::cosh;
    MathTanh = "tanh", Math, math::tanh;
    MathFabs = "fabs", Math, math::fabs;
    MathFmod = "fmod", Math, math::fmod;
    MathPow = "pow", Math, math::pow;
    MathHypot = "hypot", Math, math::hypot;
    MathCopysign = "copysign", Math, math::copysign;
    MathDegrees = "degrees", Math, math::degrees;
    MathRadians = "radians", Math, math::radians;
    MathIsnan = "isnan", Math, math::isnan;
    MathIsinf = "isinf", Math, math::isinf;
    MathIsfinite = "isfinite", Math, math::isfinite;
    MathFloor = "floor", Math, integers::floor;
    MathCeil = "ceil", Math, integers::ceil;
    MathTrunc = "trunc", Math, integers::trunc;
    MathGcd = "gcd", Math, integers::gcd;
    MathLcm = "lcm", Math, integers::lcm;
    MathFactorial = "factorial", Math, integers::factorial;
    MathIsqrt = "isqrt", Math, integers::isqrt;
    MathComb = "comb", Math, integers::comb;
}

impl Builtin {
    /// The type that has it as a method, if one has.
    pub fn owner(self) -> Option<Type> {
        match self.home() {
            Home::Method(owner) => Some(owner),
            Home::Global | Home::Math => None,
        }
    }
}

/// What a name means that the program does not assign.
pub fn lookup(name: &str) -> Option<Value> {
    let named_type = Type::NAMED.iter().find(|kind| kind.name() == name);
    if let Some(&kind) = named_type {
        return Some(Value::Type(kind));
    }
    let globals = Builtin::ALL
        .iter()
        .filter(|builtin| builtin.home() == Home::Global);
    let mut found = globals.filter(|builtin| builtin.name() == name);
    found.next().map(|&builtin| Value::Builtin(builtin))
}

/// Every name that [`lookup`] knows, sorted.
pub fn names() -> Vec<&'static str> {
    let globals = Builtin::ALL
        .iter()
        .filter(|builtin| builtin.home() == Home::Global);
    let mut names: Vec<_> = globals.map(|builtin| builtin.name()).collect();
    names.extend(Type::NAMED.iter().map(|kind| kind.name()));
    names.sort_unstable();
    names
}

/// The method of a type by name.
pub fn method(owner: Type, name: &str) -> Option<Builtin> {
    let mut methods = Builtin::ALL
        .iter()
        .filter(|builtin| builtin.owner() == Some(owner));
    methods.find(|builtin| builtin.name() == name).copied()
}

/// Every name of a method, sorted.
pub fn method_names() -> Vec<&'static str> {
    let methods = Builtin::ALL
        .iter()
        .filter(|builtin| builtin.owner().is_some());
    let mut names: Vec<_> = methods.map(|builtin| builtin.name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether anything has an attribute of that name.
pub fn is_attribute(name: &str) -> bool {
    method_names().contains(&name)
        || module_names()
            .iter()
            .any(|module| has_attribute(module, name))
}
