//! Rows as text for people and programs, one format a file, and errors drawn with the line they are about.

mod arrow;
mod ascii;
mod boxes;
mod cell;
mod chart;
mod csv;
mod diagnostic;
mod format;
mod frame;
mod html;
mod json;
mod latex;
mod line;
mod list;
mod markdown;
mod none;
mod parquet;
mod shared_buffer;
mod sql_literal;
mod tsv;
mod typed;

pub use cell::{display_width, escape_controls};
pub use chart::Chart;
pub use diagnostic::{Diagnostic, Source};
pub use format::Format;

use crate::batch::{Batch, unique_names};
use crate::error::Result;

/// What surrounds the rows: where they go and how the user wants them shown.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// The text for NULL, where the format has none of its own or the user wants another.
    pub null: Option<String>,
    /// Whether the names of the columns are left out where the format can do without.
    pub no_header: bool,
    /// Whether a terminal shows the rows: control characters are escaped then, whatever the format.
    pub terminal: bool,
    /// Whether colours may be used.
    pub colour: bool,
    /// The width of the terminal, which a table may not pass.
    pub width: Option<usize>,
    /// The most rows that a table shows.
    pub cut: Option<Cut>,
    /// The table that INSERT statements name.
    pub table: Option<String>,
}

/// How a table that is too long to be read is cut: its first and its last rows are shown, and a line that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The most rows to show.
    pub rows: usize,
    /// How to see them all, as the end of a sentence: `.last shows all`.
    pub advice: String,
}

/// Writes one result in some format. The bytes are appended to a buffer, which the caller writes out when it is large
/// enough: so no format pays for a call per cell.
pub struct ResultWriter(Box<dyn BatchWriter>);

impl ResultWriter {
    /// The names of the columns; called once, before any row. A name that several columns have is told apart here, for
    /// every format in the same way: `id`, `id_2`.
    pub fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        self.0.begin(&unique_names(columns), out)
    }

    /// Some rows.
    pub fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        self.0.batch(batch, out)
    }

    /// The end of the result.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.0.end(out)
    }
}

/// What each format does.
trait BatchWriter {
    /// The names of the columns, all different; called once, before any row.
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()>;
    /// Some rows.
    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()>;
    /// The end of the result.
    fn end(&mut self, out: &mut Vec<u8>) -> Result<()>;
}

/// The text for NULL in formats for people, which have no way of their own to tell it from the empty text.
const NULL: &str = "NULL";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::ColumnBuilder;
    use crate::value::ValueRef;

    /// A batch of cells, given column by column.
    pub(super) fn batch(columns: &[&[ValueRef<'_>]]) -> Batch {
        let built = columns.iter().map(|cells| {
            let mut builder = ColumnBuilder::with_capacity(cells.len());
            for cell in *cells {
                builder.push(*cell);
            }
            builder.finish()
        });
        Batch::new(columns.first().map_or(0, |cells| cells.len()), built.collect())
    }

    /// The bytes of rows in a format.
    pub(super) fn written_bytes(format: Format, style: &Style, names: &[&str], batches: &[Batch]) -> Result<Vec<u8>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (mut writer, mut out) = (format.writer(style), Vec::new());
        writer.begin(&names, &mut out)?;
        for batch in batches {
            writer.batch(batch, &mut out)?;
        }
        writer.end(&mut out)?;
        Ok(out)
    }

    /// The text of rows in a format; `columns` are given column by column.
    pub(super) fn written(format: Format, style: &Style, names: &[&str], columns: &[&[ValueRef<'_>]]) -> String {
        let bytes = written_bytes(format, style, names, &[batch(columns)]).expect("rows that the format can hold");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn duplicate_names_are_told_apart_in_every_format() {
        let cells = [ValueRef::Integer(1)];
        for format in Format::ALL {
            if matches!(format, Format::None | Format::Parquet | Format::Arrow) {
                continue;
            }
            let text = written(format, &Style::default(), &["id", "id"], &[&cells, &cells]);
            let name = if format == Format::Latex { "id\\_2" } else { "id_2" };
            assert!(text.contains(name), "{}: {text}", format.name());
        }
    }

    #[test]
    fn null_is_not_the_empty_text_in_any_format() {
        for format in Format::ALL {
            if matches!(format, Format::None | Format::Parquet | Format::Arrow) {
                continue;
            }
            let null = written(format, &Style::default(), &["x"], &[&[ValueRef::Null]]);
            let empty = written(format, &Style::default(), &["x"], &[&[ValueRef::Text(b"")]]);
            assert_ne!(null, empty, "{}", format.name());
        }
    }
}
