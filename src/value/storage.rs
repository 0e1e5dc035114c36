//! One cell: a value of one of SQLite's five storage classes, owned or borrowed.

/// A cell that owns its bytes. Text is bytes, since SQLite stores whatever it was given, invalid UTF-8 and NUL included.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A 64-bit signed integer.
    Integer(i64),
    /// A 64-bit IEEE number, never NaN (SQLite reads NaN as NULL).
    Real(f64),
    /// Text in UTF-8, as far as the writer kept to it.
    Text(Box<[u8]>),
    /// Bytes.
    Blob(Box<[u8]>),
}

/// A cell that borrows its bytes from a batch or a [`Value`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    /// NULL.
    Null,
    /// A 64-bit signed integer.
    Integer(i64),
    /// A 64-bit IEEE number, never NaN.
    Real(f64),
    /// Text in UTF-8, as far as the writer kept to it.
    Text(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
}

impl Value {
    /// Text from a string.
    pub fn text(text: &str) -> Self {
        Self::Text(text.as_bytes().into())
    }

    /// A real, or NULL for NaN (<https://sqlite.org/floatingpoint.html>: NaN is read as NULL).
    pub fn real(number: f64) -> Self {
        if number.is_nan() { Self::Null } else { Self::Real(number) }
    }

    /// How many bytes it holds beside itself.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Blob(bytes) => bytes.len(),
            Self::Null | Self::Integer(_) | Self::Real(_) => 0,
        }
    }

    /// The same cell, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::real(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Integer(i64::from(truth))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into_bytes().into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes.into())
    }
}

impl<V: Into<Self>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl ValueRef<'_> {
    /// The same cell, owned.
    pub fn to_owned(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(number),
            Self::Real(number) => Value::Real(number),
            Self::Text(bytes) => Value::Text(bytes.into()),
            Self::Blob(bytes) => Value::Blob(bytes.into()),
        }
    }

    /// Whether the cell is NULL.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }
}
