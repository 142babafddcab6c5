//! Reads uop files: which uops there are and what their signatures declare. Start at [`read_uops`].
//!
//! This file knows Rust syntax and the types of [`crate::operand`] by name, nothing else. It is compiled into this
//! crate's build script too, so it uses no other module.

use std::fmt;

/// What a uop function's signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function's name.
    pub name: String,
    /// The group: the name of its file.
    pub group: String,
    /// Its documentation.
    pub doc: String,
    /// Its parameters, effect parameters among them.
    pub params: Vec<(String, ParamType)>,
    /// Its result's type, if it has one.
    pub result: Option<ValueType>,
    /// Whether it may leave the region.
    pub may_exit: bool,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueType {
    /// `i64`.
    I64,
    /// `f64`.
    F64,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// A value.
    Value(ValueType),
    /// An immediate of 32 bits.
    Imm32,
    /// An immediate of 64 bits.
    Imm64,
    /// `&Frame` or, if true, `&mut Frame`.
    Frame(bool),
    /// `&Memory` or, if true, `&mut Memory`.
    Memory(bool),
    /// `&Context` or, if true, `&mut Context`.
    Context(bool),
}

impl ParamType {
    /// Whether the parameter is an operand: a value or an immediate.
    pub fn is_operand(self) -> bool {
        matches!(
            self,
            ParamType::Value(_) | ParamType::Imm32 | ParamType::Imm64
        )
    }
}

impl Signature {
    /// The operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = &(String, ParamType)> {
        self.params.iter().filter(|(_, ty)| ty.is_operand())
    }
    /// Whether the uop calls out.
    pub fn calls(&self) -> bool {
        self.params
            .iter()
            .any(|(_, ty)| *ty == ParamType::Context(true))
    }
}

/// Why a uop file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureError {
    /// The group.
    pub group: String,
    /// The line in its file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.rs:{}: {}", self.group, self.line, self.message)
    }
}

impl std::error::Error for SignatureError {}

/// The uops of one file: its public functions, in order. Those that differ in their signatures alone may be signatures
/// in a macro `uops!` of the file's own, which gives them their body.
///
/// # Errors
/// When the text is no Rust, or a public function is no uop.
pub fn read_uops(group: &str, text: &str) -> Result<Vec<Signature>, SignatureError> {
    let error = |span: proc_macro2::Span, message: String| SignatureError {
        group: group.to_string(),
        line: span.start().line,
        message,
    };
    let file = syn::parse_file(text).map_err(|e| error(e.span(), e.to_string()))?;
    let mut uops = Vec::new();
    let mut read = |attrs: &[syn::Attribute], sig: &syn::Signature| {
        let uop = read_function(group, attrs, sig)
            .map_err(|(span, message)| error(span, format!("uop `{}`: {message}", sig.ident)))?;
        uops.push(uop);
        Ok(())
    };
    for item in &file.items {
        match item {
            syn::Item::Fn(function) if is_public(&function.vis) => {
                read(&function.attrs, &function.sig)?;
            }
            syn::Item::Macro(family) if family.mac.path.is_ident("uops") => {
                let signatures = family.mac.parse_body_with(signatures);
                for function in signatures.map_err(|e| error(e.span(), e.to_string()))? {
                    read(&function.attrs, &function.sig)?;
                }
            }
            _ => {}
        }
    }
    Ok(uops)
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// Functions without their bodies, up to the end.
fn signatures(input: syn::parse::ParseStream) -> syn::Result<Vec<syn::ForeignItemFn>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.push(input.parse()?);
    }
    Ok(all)
}

type Fault = (proc_macro2::Span, String);

fn read_function(
    group: &str,
    attrs: &[syn::Attribute],
    sig: &syn::Signature,
) -> Result<Signature, Fault> {
    use syn::spanned::Spanned;
    if !sig.generics.params.is_empty()
        || sig.unsafety.is_some()
        || sig.asyncness.is_some()
        || sig.abi.is_some()
    {
        return Err((
            sig.span(),
            "must be a plain function: not generic, unsafe, async or extern".to_string(),
        ));
    }
    let doc = documentation(attrs);
    if doc.is_empty() {
        return Err((sig.span(), "has no documentation".to_string()));
    }
    let mut params = Vec::new();
    for input in &sig.inputs {
        let syn::FnArg::Typed(typed) = input else {
            return Err((input.span(), "takes `self`".to_string()));
        };
        let syn::Pat::Ident(pattern) = &*typed.pat else {
            return Err((
                typed.pat.span(),
                "a parameter must be a plain name".to_string(),
            ));
        };
        let name = pattern.ident.to_string();
        params.push((
            name.trim_start_matches('_').to_string(),
            param_type(&typed.ty)?,
        ));
    }
    let (result, may_exit) = result_type(&sig.output)?;
    Ok(Signature {
        name: sig.ident.to_string(),
        group: group.to_string(),
        doc,
        params,
        result,
        may_exit,
    })
}

fn param_type(ty: &syn::Type) -> Result<ParamType, Fault> {
    use syn::spanned::Spanned;
    let known = match ty {
        syn::Type::Reference(reference) => {
            let mutable = reference.mutability.is_some();
            match last_name(&reference.elem).as_deref() {
                Some("Frame") => Some(ParamType::Frame(mutable)),
                Some("Memory") => Some(ParamType::Memory(mutable)),
                Some("Context") => Some(ParamType::Context(mutable)),
                _ => None,
            }
        }
        _ => match last_name(ty).as_deref() {
            Some("i64") => Some(ParamType::Value(ValueType::I64)),
            Some("f64") => Some(ParamType::Value(ValueType::F64)),
            Some("Imm32") => Some(ParamType::Imm32),
            Some("Imm64") => Some(ParamType::Imm64),
            _ => None,
        },
    };
    known.ok_or_else(|| {
        let message =
            "a parameter must be i64, f64, Imm32, Imm64 or a reference to Frame, Memory or Context";
        (ty.span(), message.to_string())
    })
}

fn result_type(output: &syn::ReturnType) -> Result<(Option<ValueType>, bool), Fault> {
    use syn::spanned::Spanned;
    let syn::ReturnType::Type(_, ty) = output else {
        return Ok((None, false));
    };
    if last_name(ty).as_deref() == Some("Result") {
        let syn::Type::Path(path) = &**ty else {
            unreachable!("only a path has a last name")
        };
        if let Some(syn::PathArguments::AngleBracketed(args)) =
            path.path.segments.last().map(|s| &s.arguments)
        {
            let types: Vec<&syn::Type> = args
                .args
                .iter()
                .filter_map(|a| {
                    if let syn::GenericArgument::Type(t) = a {
                        Some(t)
                    } else {
                        None
                    }
                })
                .collect();
            if let [value, exit] = types[..]
                && last_name(exit).as_deref() == Some("Exit")
            {
                return Ok((value_type(value)?, true));
            }
        }
        return Err((
            ty.span(),
            "a fallible uop's result must be `Result<T, Exit>`".to_string(),
        ));
    }
    Ok((value_type(ty)?, false))
}

fn value_type(ty: &syn::Type) -> Result<Option<ValueType>, Fault> {
    use syn::spanned::Spanned;
    match ty {
        syn::Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(None),
        _ => match last_name(ty).as_deref() {
            Some("i64") => Ok(Some(ValueType::I64)),
            Some("f64") => Ok(Some(ValueType::F64)),
            _ => Err((
                ty.span(),
                "a result must be i64, f64 or nothing".to_string(),
            )),
        },
    }
}

fn last_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

fn documentation(attrs: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs {
        if let syn::Meta::NameValue(pair) = &attr.meta
            && pair.path.is_ident("doc")
            && let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &pair.value
        {
            let line = text.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_string());
        }
    }
    lines.join("\n").trim().to_string()
}
