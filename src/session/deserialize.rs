//! Rows through serde: a struct or map by the names of the columns, a tuple by their order, one column as its value.
//!
//! Cells are taken by the same rules as [`FromValue`](super::FromValue)'s: what serde would cast silently is asked there.

use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::from_row::text;
use super::{FromValue as _, Row};
use crate::error::Error;
use crate::value::{VALUE, ValueRef};

/// The row as a `T`.
pub(super) fn row<T: DeserializeOwned>(row: &Row) -> Result<T, Error> {
    T::deserialize(RowDeserializer(row)).map_err(|failure| row.error(failure.column, failure.error))
}

/// What went wrong, and in which column.
#[derive(Debug)]
struct Failure {
    column: Option<usize>,
    error: Error,
}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::conversion(message.to_string()).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { column: None, error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for Failure {}

type Read<T> = Result<T, Failure>;

struct RowDeserializer<'a>(&'a Row);

impl<'a> RowDeserializer<'a> {
    /// The cell of a row that has only one.
    fn only_cell(self) -> Read<Cell<'a>> {
        match self.0.columns().len() {
            1 => Ok(Cell { row: self.0, column: 0 }),
            columns => Err(de::Error::custom(format!("the result has {columns} columns, the type takes one value"))),
        }
    }
}

macro_rules! by_only_cell {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.only_cell()?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for RowDeserializer<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_map(Cells { row: self.0, next: 0 })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Cells { row: self.0, next: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<V::Value> {
        let columns = self.0.columns().len();
        if length != columns {
            return Err(de::Error::custom(format!("the result has {columns} columns, the tuple {length}")));
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, length: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        if name == VALUE {
            return self.only_cell()?.deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.only_cell()?.deserialize_option(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.only_cell()?.deserialize_enum(name, variants, visitor)
    }

    by_only_cell! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
    }

    forward_to_deserialize_any! { map struct identifier ignored_any unit_struct }
}

/// The cells of a row from the left, with their names or without.
struct Cells<'a> {
    row: &'a Row,
    next: usize,
}

impl Cells<'_> {
    fn cell<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        let column = self.next;
        self.next += 1;
        seed.deserialize(Cell { row: self.row, column }).map_err(|failure| Failure { column: Some(column), ..failure })
    }
}

impl<'de> MapAccess<'de> for Cells<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let name = self.row.columns().get(self.next);
        name.map(|name| seed.deserialize(StrDeserializer::<Failure>::new(name))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        self.cell(seed)
    }
}

impl<'de> SeqAccess<'de> for Cells<'_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.next == self.row.columns().len() { Ok(None) } else { self.cell(seed).map(Some) }
    }
}

/// One cell.
struct Cell<'a> {
    row: &'a Row,
    column: usize,
}

impl<'a> Cell<'a> {
    fn value(&self) -> ValueRef<'a> {
        self.row.value(self.column)
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(<$type>::from_value(self.value())?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.value() {
            ValueRef::Null => visitor.visit_unit(),
            ValueRef::Integer(number) => visitor.visit_i64(number),
            ValueRef::Real(real) => visitor.visit_f64(real),
            value @ ValueRef::Text(_) => visitor.visit_str(text(value)?),
            ValueRef::Blob(bytes) => visitor.visit_bytes(bytes),
        }
    }

    integers! {
        deserialize_bool: bool => visit_bool;
        deserialize_i8: i8 => visit_i8;
        deserialize_i16: i16 => visit_i16;
        deserialize_i32: i32 => visit_i32;
        deserialize_i64: i64 => visit_i64;
        deserialize_i128: i128 => visit_i128;
        deserialize_u8: u8 => visit_u8;
        deserialize_u16: u16 => visit_u16;
        deserialize_u32: u32 => visit_u32;
        deserialize_u64: u64 => visit_u64;
        deserialize_u128: u128 => visit_u128;
        deserialize_f32: f64 => visit_f64;
        deserialize_f64: f64 => visit_f64;
        deserialize_string: String => visit_string;
        deserialize_byte_buf: Vec<u8> => visit_byte_buf;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(text(self.value())?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_byte_buf(visitor)
    }

    /// A `Vec<u8>` asks for a sequence.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(SeqDeserializer::<_, Failure>::new(Vec::<u8>::from_value(self.value())?.into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.value().is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        match self.value() {
            ValueRef::Text(bytes) if name == VALUE && std::str::from_utf8(bytes).is_err() => self.deserialize_seq(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// A text names the variant.
    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        let variant: StrDeserializer<'_, Failure> = text(self.value())?.into_deserializer();
        visitor.visit_enum(variant)
    }

    forward_to_deserialize_any! { unit unit_struct tuple tuple_struct map struct identifier ignored_any }
}
