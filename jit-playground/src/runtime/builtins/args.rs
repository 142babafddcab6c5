//! The arguments of a call of a built-in function.

use super::super::error::{Error, Outcome};
use super::super::value::Value;

/// What a call passes: positional arguments, then keyword arguments.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    values: &'a [Value],
    names: &'a [Value],
}

impl<'a> Args<'a> {
    /// All arguments, of which the last `names.len()` have these names (strings).
    ///
    /// # Panics
    /// When there are more names than values.
    pub fn new(values: &'a [Value], names: &'a [Value]) -> Args<'a> {
        assert!(
            names.len() <= values.len(),
            "a keyword argument without a value"
        );
        Args { values, names }
    }

    /// The positional arguments.
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// The keyword arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a str, Value)> + 'a {
        let values = &self.values[self.values.len() - self.names.len()..];
        let names = self.names.iter().map(|name| match name {
            Value::Str(text) => text.as_str(),
            _ => "",
        });
        names.zip(values.iter().copied())
    }

    /// The positional arguments of a function that takes no others.
    ///
    /// # Errors
    /// TypeError when there are keyword arguments.
    pub fn only_positional(&self, function: &str) -> Outcome<&'a [Value]> {
        if !self.names.is_empty() {
            return Err(Error::type_error(format!(
                "{function}() takes no keyword arguments"
            )));
        }
        Ok(self.positional())
    }

    /// The argument of a function that takes exactly one.
    ///
    /// # Errors
    /// TypeError when there is another number of them.
    pub fn one(&self, function: &str) -> Outcome<Value> {
        match self.only_positional(function)? {
            [value] => Ok(*value),
            values => Err(Error::type_error(format!(
                "{function}() takes exactly one argument ({} given)",
                values.len()
            ))),
        }
    }

    /// The arguments of a function that takes `least` to `most` positional ones.
    ///
    /// # Errors
    /// TypeError when there is another number of them.
    pub fn between(&self, function: &str, least: usize, most: usize) -> Outcome<&'a [Value]> {
        let values = self.only_positional(function)?;
        let got = values.len();
        let (bound, wanted) = if got < least {
            ("at least ", least)
        } else if got > most {
            ("at most ", most)
        } else {
            return Ok(values);
        };
        let bound = if least == most { "" } else { bound };
        let plural = if wanted == 1 { "" } else { "s" };
        Err(Error::type_error(format!(
            "{function} expected {bound}{wanted} argument{plural}, got {got}"
        )))
    }

    /// The arguments of a function whose parameters have names, in the order of the parameters; the first `required`
    /// must be there.
    ///
    /// # Errors
    /// TypeError when an argument is missing, unknown, given twice, or one too many.
    pub fn bind<const N: usize>(
        &self,
        function: &str,
        parameters: [&str; N],
        required: usize,
    ) -> Outcome<[Option<Value>; N]> {
        let mut bound = [None; N];
        let total = self.values.len();
        if total > N {
            let plural = if N == 1 { "" } else { "s" };
            return Err(Error::type_error(format!(
                "{function}() takes at most {N} argument{plural} ({total} given)"
            )));
        }
        for (slot, &value) in bound.iter_mut().zip(self.positional()) {
            *slot = Some(value);
        }
        for (name, value) in self.keywords() {
            let Some(index) = parameters.iter().position(|&known| known == name) else {
                return Err(Error::type_error(format!(
                    "'{name}' is an invalid keyword argument for {function}()"
                )));
            };
            if bound[index].is_some() {
                return Err(Error::type_error(format!(
                    "argument for {function}() given by name ('{name}') and position ({})",
                    index + 1
                )));
            }
            bound[index] = Some(value);
        }
        if let Some(missing) = bound[..required].iter().position(Option::is_none) {
            return Err(Error::type_error(format!(
                "{function}() missing required argument '{}' (pos {})",
                parameters[missing],
                missing + 1
            )));
        }
        Ok(bound)
    }
}
