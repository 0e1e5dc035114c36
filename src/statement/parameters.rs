//! Values for the parameters of a statement.

use std::collections::BTreeMap;

use crate::value::Value;

/// Values for `?`, `?1`, `:name`, `@name` and `$name`. A name counts with and without the character before it.
///
/// ```
/// use glue::statement::Parameters;
///
/// let by_position = Parameters::from([1, 2]);
/// let by_name = Parameters::new().with("city", "Bergen").with("limit", 10);
/// # assert_ne!(by_position, by_name);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    numbered: BTreeMap<usize, Value>,
    named: BTreeMap<String, Value>,
}

impl Parameters {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a value for a name, or for a number (`"1"` and `"?1"` are the first).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets the value for a name, or for a number.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let bare = bare(name);
        match bare.parse::<usize>() {
            Ok(number) => self.numbered.insert(number, value.into()),
            Err(_) => self.named.insert(bare.to_owned(), value.into()),
        };
    }

    /// Sets the value behind the last number.
    pub fn push(&mut self, value: impl Into<Value>) {
        let next = self.numbered.last_key_value().map_or(1, |(last, _)| last + 1);
        self.numbered.insert(next, value.into());
    }

    /// Takes a value away; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let bare = bare(name);
        bare.parse::<usize>().map_or_else(|_| self.named.remove(bare), |number| self.numbered.remove(&number)).is_some()
    }

    /// Every name or number with its value.
    pub fn iter(&self) -> impl Iterator<Item = (String, &Value)> {
        let numbered = self.numbered.iter().map(|(number, value)| (format!("?{number}"), value));
        numbered.chain(self.named.iter().map(|(name, value)| (name.clone(), value)))
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.numbered.is_empty() && self.named.is_empty()
    }

    /// The value of the parameter that is written so and has that number.
    pub(crate) fn value(&self, spelling: &str, number: usize) -> Option<&Value> {
        let of_name = (!spelling.starts_with('?')).then(|| self.named.get(bare(spelling))).flatten();
        of_name.or_else(|| self.numbered.get(&number))
    }

    /// The names that there are, for advice on one that is missing.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }
}

fn bare(name: &str) -> &str {
    name.strip_prefix(['?', ':', '@', '$']).unwrap_or(name)
}

impl<V: Into<Value>, const N: usize> From<[V; N]> for Parameters {
    fn from(values: [V; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<V: Into<Value>> From<Vec<V>> for Parameters {
    fn from(values: Vec<V>) -> Self {
        values.into_iter().collect()
    }
}

impl<V: Into<Value>> FromIterator<V> for Parameters {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let numbered = values.into_iter().enumerate().map(|(index, value)| (index + 1, value.into())).collect();
        Self { numbered, named: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_with_and_without_their_sign() {
        let mut parameters = Parameters::new().with(":city", "Bergen").with("?2", 2).with("1", 1.5);
        assert_eq!(parameters.value("@city", 7), Some(&Value::text("Bergen")));
        assert_eq!(parameters.value("?", 1), Some(&Value::Real(1.5)));
        assert_eq!(parameters.value(":other", 2), Some(&Value::Integer(2)), "a named one has a number as well");
        parameters.push("three");
        assert_eq!(parameters.value("?3", 3), Some(&Value::text("three")));
        assert!(parameters.remove("$city") && parameters.value(":city", 9).is_none());
    }
}
