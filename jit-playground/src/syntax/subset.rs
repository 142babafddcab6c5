//! What is outside the subset: the name of each construct, and what is supported instead.
//!
//! The compiler decides what it cannot compile and asks here for the words. Where a construct is refused only in
//! some shape (a starred argument, an unknown attribute), the function here looks, and gives `None` when all is well.

use rustpython_ruff_python_ast::{Arguments, Expr, Identifier, Number, Stmt, StmtFunctionDef};
use rustpython_ruff_text_size::Ranged;

use super::{Diagnostic, Span};
use crate::runtime::builtins;

/// The refusal of a construct.
pub fn construct(span: Span, what: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(span, format!("{what} is not supported")).with_help(format!("use {instead}"))
}

/// The refusal of a statement that the compiler has no rule for.
pub fn statement(statement: &Stmt) -> Diagnostic {
    let (what, instead) = match statement {
        Stmt::ClassDef(_) => ("a class definition", "functions, lists and tuples"),
        Stmt::Delete(_) => ("`del`", "assignment of another value"),
        Stmt::With(_) => ("`with`", "plain statements"),
        Stmt::Match(_) => ("`match`", "`if` and `elif`"),
        Stmt::Raise(_) => ("`raise`", "a return value that tells of the failure"),
        Stmt::Try(_) => ("`try`", "a check before the operation"),
        Stmt::Assert(_) => ("`assert`", "`if` and `print`"),
        Stmt::Nonlocal(_) => ("`nonlocal`", "`global`, or a parameter"),
        Stmt::TypeAlias(_) => ("a `type` alias", "a plain assignment"),
        _ => (
            "this statement",
            "assignments, `if`, `while`, `for`, `def` and calls",
        ),
    };
    construct(head(statement), what, instead)
}

/// The first line's worth of a compound statement is enough to point at.
fn head(statement: &Stmt) -> Span {
    let span = Span::from(statement.range());
    let keyword = match statement {
        Stmt::ClassDef(_) | Stmt::Match(_) | Stmt::Raise(_) => 5,
        Stmt::Assert(_) => 6,
        Stmt::Delete(_) | Stmt::Try(_) => 3,
        Stmt::With(_) | Stmt::TypeAlias(_) => 4,
        Stmt::Nonlocal(_) => 8,
        _ => return span,
    };
    Span {
        start: span.start,
        end: (span.start + keyword).min(span.end),
    }
}

/// The refusal of an expression that the compiler has no rule for.
pub fn expression(expression: &Expr) -> Diagnostic {
    let (what, instead) = match expression {
        Expr::Named(_) => ("the walrus operator `:=`", "an assignment statement"),
        Expr::Lambda(_) => ("`lambda`", "`def`"),
        Expr::Dict(_) => ("a dict", "a list"),
        Expr::Set(_) => ("a set", "a list"),
        Expr::ListComp(_) => ("a list comprehension", "a `for` loop with `append`"),
        Expr::SetComp(_) => ("a set comprehension", "a `for` loop over a list"),
        Expr::DictComp(_) => ("a dict comprehension", "a `for` loop over a list"),
        Expr::Generator(_) => ("a generator expression", "a `for` loop"),
        Expr::Await(_) => ("`await`", "a plain call"),
        Expr::Yield(_) | Expr::YieldFrom(_) => ("`yield`", "a list that the function returns"),
        Expr::TString(_) => ("a template string", "an f-string"),
        Expr::BytesLiteral(_) => ("a bytes literal", "a str, or a list of ints"),
        Expr::EllipsisLiteral(_) => ("`...`", "`None` or `pass`"),
        Expr::Starred(_) => ("star-unpacking", "the items one by one"),
        Expr::Slice(_) => ("a slice", "a `for` loop over the indices"),
        Expr::NumberLiteral(node) if matches!(node.value, Number::Complex { .. }) => {
            ("a complex number", "two floats")
        }
        _ => (
            "this expression",
            "names, literals, operators, indexing and calls",
        ),
    };
    construct(expression.range().into(), what, instead)
}

/// The refusal of an assignment target.
pub fn target(target: &Expr) -> Diagnostic {
    let what = match target {
        Expr::Attribute(_) => "assignment to an attribute",
        Expr::Starred(_) => "a starred assignment target",
        _ => "this assignment target",
    };
    construct(
        target.range().into(),
        what,
        "a name, an index `xs[i]`, or a tuple of such targets",
    )
}

/// The refusal of `import` for a module that there is none of.
pub fn module(name: &str, span: Span) -> Diagnostic {
    let message = format!("module `{name}` is not supported");
    let modules = builtins::module_names().join("`, `");
    Diagnostic::new(span, message).with_help(format!("the modules are `{modules}`"))
}

/// The refusal of a name that a module does not have.
pub fn module_attribute(module: &str, name: &str, span: Span) -> Diagnostic {
    let message = format!("`{module}.{name}` is not supported");
    let names = builtins::attribute_names(module).join(", ");
    Diagnostic::new(span, message).with_help(format!("`{module}` has {names}"))
}

/// The refusal of an attribute that nothing has, if that is so.
pub fn attribute(object: &Expr, attribute: &Identifier) -> Option<Diagnostic> {
    let name = attribute.as_str();
    if builtins::is_attribute(name) {
        return None;
    }
    let span = attribute.range.into();
    if let Expr::Name(module) = object
        && builtins::is_module(module.id.as_str())
    {
        return Some(module_attribute(module.id.as_str(), name, span));
    }
    let methods = builtins::method_names().join("`, `");
    let message = format!("attribute `{name}` is not supported");
    Some(Diagnostic::new(span, message).with_help(format!("the methods are `{methods}`")))
}

/// The refusal of a call's arguments, if there is anything to refuse.
pub fn arguments(arguments: &Arguments) -> Option<Diagnostic> {
    let starred = arguments.args.iter().find(|arg| arg.is_starred_expr());
    let double = arguments
        .keywords
        .iter()
        .find(|keyword| keyword.arg.is_none());
    let span = match (starred, double) {
        (Some(arg), _) => arg.range(),
        (_, Some(keyword)) => keyword.range(),
        (None, None) => return None,
    };
    Some(construct(
        span.into(),
        "star-unpacking in a call",
        "the arguments one by one",
    ))
}

/// The refusal of a function definition, if there is anything to refuse.
pub fn function(node: &StmtFunctionDef) -> Option<Diagnostic> {
    if node.is_async {
        let name = node.name.range.into();
        return Some(construct(name, "an async function", "a plain `def`"));
    }
    if let Some(decorator) = node.decorator_list.first() {
        let span = decorator.range.into();
        return Some(construct(
            span,
            "a decorator",
            "a plain call after the definition",
        ));
    }
    let parameters = &node.parameters;
    let starred = parameters.vararg.as_ref().or(parameters.kwarg.as_ref());
    let span = match (
        starred,
        parameters.kwonlyargs.first(),
        parameters.posonlyargs.first(),
    ) {
        (Some(parameter), ..) => parameter.range,
        (_, Some(parameter), _) | (_, _, Some(parameter)) => parameter.range,
        (None, None, None) => return None,
    };
    Some(construct(
        span.into(),
        "this kind of parameter",
        "plain parameters, with or without defaults",
    ))
}

/// The refusal of a builtin of Python that is not in the subset, if the name is one.
pub fn unsupported_builtin(name: &str, span: Span) -> Option<Diagnostic> {
    if !python_builtins().any(|known| known == name) {
        return None;
    }
    let message = format!("the builtin `{name}` is not supported");
    let names = builtins::names().join("`, `");
    Some(Diagnostic::new(span, message).with_help(format!("the builtins are `{names}`")))
}

/// The names of the builtins of Python 3.11.
pub fn python_builtins() -> impl Iterator<Item = &'static str> {
    PYTHON_BUILTINS.split_ascii_whitespace()
}

const PYTHON_BUILTINS: &str = "
    __doc__ __package__ __loader__ __spec__ __build_class__ __import__ abs all any ascii bin
    breakpoint callable chr compile delattr dir divmod eval exec format getattr globals hasattr
    hash hex id input isinstance issubclass iter aiter len locals max min next anext oct ord pow
    print repr round setattr sorted sum vars Ellipsis NotImplemented bool memoryview bytearray
    bytes classmethod complex dict enumerate filter float frozenset property int list map object
    range reversed set slice staticmethod str super tuple type zip __debug__ BaseException
    BaseExceptionGroup Exception GeneratorExit KeyboardInterrupt SystemExit ArithmeticError
    AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError
    NameError OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError
    SystemError TypeError ValueError Warning FloatingPointError OverflowError ZeroDivisionError
    BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning
    PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning
    UserWarning BlockingIOError ChildProcessError ConnectionError FileExistsError
    FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError PermissionError
    ProcessLookupError TimeoutError IndentationError IndexError KeyError ModuleNotFoundError
    NotImplementedError RecursionError UnboundLocalError UnicodeError BrokenPipeError
    ConnectionAbortedError ConnectionRefusedError ConnectionResetError TabError
    UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError ExceptionGroup EnvironmentError
    IOError open quit exit copyright credits license help
";
