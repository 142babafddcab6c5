//! The operations of the bytecode. They are named after CPython 3.11's wherever they mean the same.
//!
//! Start reading at [`Op`]: each variant says what its argument is and what it does to the operand stack.

/// Defines [`Op`] with its names, in one list.
macro_rules! ops {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)*) => {
        /// What an instruction does.
        ///
        /// Specialised forms (below [`Op::BinaryOpAddInt`]) are what the interpreter puts in place of a general
        /// instruction when it has seen the operands; [`Op::general`] gives the form that they stand for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Op {
            /// What it does, in words.
            pub fn doc(self) -> &'static str {
                match self {
                    $(Op::$variant => concat!($($doc),+),)*
                }
            }

            /// The operation's name in a disassembly.
            pub fn name(self) -> &'static str {
                match self {
                    $(Op::$variant => $name,)*
                }
            }
        }
    };
}

ops! {
    /// Does nothing.
    Nop = "NOP",
    /// Pushes constant `arg`.
    LoadConst = "LOAD_CONST",
    /// Pushes constant `arg`, which is the builtin of a name that the module never assigns.
    LoadBuiltin = "LOAD_BUILTIN",
    /// Pushes local `arg`.
    LoadFast = "LOAD_FAST",
    /// Pops into local `arg`.
    StoreFast = "STORE_FAST",
    /// Pushes global `arg` of the module, or the builtin of that name while it is not assigned.
    LoadGlobal = "LOAD_GLOBAL",
    /// Pops into global `arg` of the module.
    StoreGlobal = "STORE_GLOBAL",
    /// Pops a value and drops it.
    PopTop = "POP_TOP",
    /// Pushes the `arg`-th value from the top (1 is the top) once more.
    Copy = "COPY",
    /// Swaps the top with the `arg`-th value from the top.
    Swap = "SWAP",
    /// Pops a value, pushes its negative.
    UnaryNegative = "UNARY_NEGATIVE",
    /// Pops a number, pushes it as `+x` gives it.
    UnaryPositive = "UNARY_POSITIVE",
    /// Pops a value, pushes whether it is false.
    UnaryNot = "UNARY_NOT",
    /// Pops an int, pushes its bitwise complement.
    UnaryInvert = "UNARY_INVERT",
    /// Pops right, pops left, pushes left `arg` right; `arg` is a [`BinaryOp`].
    BinaryOp = "BINARY_OP",
    /// Pops right, pops left, pushes the truth of left `arg` right; `arg` is a [`CompareOp`].
    CompareOp = "COMPARE_OP",
    /// Pops right, pops left, pushes whether they are the same object; not, when `arg` is 1.
    IsOp = "IS_OP",
    /// Pops a container, pops a value, pushes whether it is in there; not, when `arg` is 1.
    ContainsOp = "CONTAINS_OP",
    /// Pops an index, pops a container, pushes the item.
    BinarySubscr = "BINARY_SUBSCR",
    /// Pops an index, pops a container, pops a value and stores it there.
    StoreSubscr = "STORE_SUBSCR",
    /// Pops `arg` values, pushes a list of them.
    BuildList = "BUILD_LIST",
    /// Pops `arg` values, pushes a tuple of them.
    BuildTuple = "BUILD_TUPLE",
    /// Pops `arg` strings, pushes their concatenation.
    BuildString = "BUILD_STRING",
    /// Pops a format specification when `arg` has [`FORMAT_WITH_SPEC`], pops a value, pushes it as text.
    FormatValue = "FORMAT_VALUE",
    /// Pops a sequence of exactly `arg` items, pushes them, the first on top.
    UnpackSequence = "UNPACK_SEQUENCE",
    /// Goes on at instruction `arg`, which lies ahead.
    JumpForward = "JUMP_FORWARD",
    /// Goes on at instruction `arg`, which lies behind: the back edge of a loop, and a safepoint. `cache` counts
    /// down how often it is taken before the loop is hot.
    JumpBackward = "JUMP_BACKWARD",
    /// Pops a value; goes on at instruction `arg` if it is false.
    PopJumpIfFalse = "POP_JUMP_IF_FALSE",
    /// Pops a value; goes on at instruction `arg` if it is true.
    PopJumpIfTrue = "POP_JUMP_IF_TRUE",
    /// Goes on at instruction `arg` if the top is false, else pops it.
    JumpIfFalseOrPop = "JUMP_IF_FALSE_OR_POP",
    /// Goes on at instruction `arg` if the top is true, else pops it.
    JumpIfTrueOrPop = "JUMP_IF_TRUE_OR_POP",
    /// Pops an iterable, pushes the three slots of an iteration over it.
    GetIter = "GET_ITER",
    /// Pushes the next item of the iteration in the top three slots; when there is none, pops the three and goes on
    /// at instruction `arg`.
    ForIter = "FOR_ITER",
    /// Pops `arg` arguments and a callable, pushes what the call returns. A safepoint.
    Call = "CALL",
    /// As `CALL`, with a tuple on top that names the last arguments, which are among the `arg`.
    CallKw = "CALL_KW",
    /// Pops an object and pushes two slots for `CALL_METHOD`: method `names[arg]` without its receiver, and the
    /// receiver; or nothing, and the attribute.
    LoadMethod = "LOAD_METHOD",
    /// Pops `arg` arguments and the two slots of `LOAD_METHOD`, pushes what the call returns. A safepoint.
    CallMethod = "CALL_METHOD",
    /// Pops an object, pushes its attribute `names[arg]`.
    LoadAttr = "LOAD_ATTR",
    /// Pushes the module `names[arg]`.
    ImportName = "IMPORT_NAME",
    /// Pushes the attribute `names[arg]` of the module on top, which stays.
    ImportFrom = "IMPORT_FROM",
    /// Pops a tuple of defaults when `cache` is 1; pushes a function that runs `children[arg]`.
    MakeFunction = "MAKE_FUNCTION",
    /// Pops a value and gives it to the caller.
    ReturnValue = "RETURN_VALUE",
    /// `BINARY_OP` (+) of two machine ints.
    BinaryOpAddInt = "BINARY_OP_ADD_INT",
    /// `BINARY_OP` (-) of two machine ints.
    BinaryOpSubtractInt = "BINARY_OP_SUBTRACT_INT",
    /// `BINARY_OP` (*) of two machine ints.
    BinaryOpMultiplyInt = "BINARY_OP_MULTIPLY_INT",
    /// `BINARY_OP` (+) of two floats.
    BinaryOpAddFloat = "BINARY_OP_ADD_FLOAT",
    /// `BINARY_OP` (-) of two floats.
    BinaryOpSubtractFloat = "BINARY_OP_SUBTRACT_FLOAT",
    /// `BINARY_OP` (*) of two floats.
    BinaryOpMultiplyFloat = "BINARY_OP_MULTIPLY_FLOAT",
}

/// The flag of `FORMAT_VALUE` that says that a format specification is on the stack.
pub const FORMAT_WITH_SPEC: u32 = 4;

impl Op {
    /// The general operation that a specialised one stands for; the operation itself otherwise.
    #[inline]
    pub fn general(self) -> Op {
        match self {
            Op::BinaryOpAddInt
            | Op::BinaryOpSubtractInt
            | Op::BinaryOpMultiplyInt
            | Op::BinaryOpAddFloat
            | Op::BinaryOpSubtractFloat
            | Op::BinaryOpMultiplyFloat => Op::BinaryOp,
            general => general,
        }
    }

    /// Whether `arg` is the index of an instruction.
    pub fn is_jump(self) -> bool {
        matches!(
            self.general(),
            Op::JumpForward
                | Op::JumpBackward
                | Op::PopJumpIfFalse
                | Op::PopJumpIfTrue
                | Op::JumpIfFalseOrPop
                | Op::JumpIfTrueOrPop
                | Op::ForIter
        )
    }
}

/// Defines an enum that is an instruction's argument.
macro_rules! operators {
    ($(#[$meta:meta])* $enum:ident { $($variant:ident = $symbol:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each is the operator that `symbol` prints")]
        pub enum $enum {
            $($variant,)*
        }

        impl $enum {
            const ALL: &[$enum] = &[$($enum::$variant,)*];

            /// The operator as a program writes it.
            pub fn symbol(self) -> &'static str {
                match self {
                    $($enum::$variant => $symbol,)*
                }
            }

            /// The operator that an instruction's argument numbers.
            #[inline]
            pub fn from_arg(arg: u32) -> Option<$enum> {
                $enum::ALL.get(arg as usize).copied()
            }
        }
    };
}

operators! {
    /// The operator of `BINARY_OP`. The in-place forms differ only for lists and in error messages.
    BinaryOp {
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        TrueDivide = "/",
        FloorDivide = "//",
        Remainder = "%",
        Power = "**",
        LeftShift = "<<",
        RightShift = ">>",
        And = "&",
        Or = "|",
        Xor = "^",
        MatrixMultiply = "@",
        InplaceAdd = "+=",
        InplaceSubtract = "-=",
        InplaceMultiply = "*=",
        InplaceTrueDivide = "/=",
        InplaceFloorDivide = "//=",
        InplaceRemainder = "%=",
        InplacePower = "**=",
        InplaceLeftShift = "<<=",
        InplaceRightShift = ">>=",
        InplaceAnd = "&=",
        InplaceOr = "|=",
        InplaceXor = "^=",
        InplaceMatrixMultiply = "@=",
    }
}

operators! {
    /// The operator of `COMPARE_OP`.
    CompareOp {
        Less = "<",
        LessEqual = "<=",
        Equal = "==",
        NotEqual = "!=",
        Greater = ">",
        GreaterEqual = ">=",
    }
}

impl BinaryOp {
    const INPLACE: u8 = BinaryOp::InplaceAdd as u8;

    /// The operator without its in-place meaning.
    #[inline]
    pub fn plain(self) -> BinaryOp {
        let index = self as u8;
        BinaryOp::ALL[usize::from(index.checked_sub(BinaryOp::INPLACE).unwrap_or(index))]
    }

    /// The in-place form of the operator.
    pub fn inplace(self) -> BinaryOp {
        BinaryOp::ALL[usize::from(self.plain() as u8 + BinaryOp::INPLACE)]
    }

    /// Whether this is an in-place form.
    pub fn is_inplace(self) -> bool {
        self as u8 >= BinaryOp::INPLACE
    }
}
