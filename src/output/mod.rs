//! Rows as text for people and programs, one format a file, and errors drawn with the line they are about.

mod cell;
mod csv;
mod diagnostic;
mod json;
mod line;
mod markdown;
mod table;
mod tsv;

use std::str::FromStr;

pub use cell::{display_width, escape_controls};
pub use diagnostic::{Diagnostic, Source};

use crate::batch::Batch;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Boxes, for people.
    Table,
    /// RFC 4180 with a header; NULL is empty, empty text is `""`.
    Csv,
    /// Tabs between cells, with a header; tabs, line ends and backslashes in a cell are escaped by a backslash.
    Tsv,
    /// One array of objects a result.
    Json,
    /// One object a line.
    Jsonl,
    /// A table for a Markdown document.
    Markdown,
    /// One `column = value` a line.
    Line,
}

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 7] = [Self::Table, Self::Csv, Self::Tsv, Self::Json, Self::Jsonl, Self::Markdown, Self::Line];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
            Self::Line => "line",
        }
    }

    /// Whether people read it: then an empty line stands between two results.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown | Self::Line)
    }

    /// Whether a line of text may stand there for itself, as a plan does.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Json | Self::Jsonl)
    }

    /// A writer of one result in this format.
    pub fn writer(self, style: &Style) -> Box<dyn BatchWriter> {
        match self {
            Self::Table => Box::new(table::TableWriter::new(style)),
            Self::Csv => Box::new(csv::CsvWriter::new(style)),
            Self::Tsv => Box::new(tsv::TsvWriter::new(style)),
            Self::Json => Box::new(json::JsonWriter::array()),
            Self::Jsonl => Box::new(json::JsonWriter::lines()),
            Self::Markdown => Box::new(markdown::MarkdownWriter::new(style)),
            Self::Line => Box::new(line::LineWriter::new(style)),
        }
    }
}

impl FromStr for Format {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let alias = match name.to_ascii_lowercase().as_str() {
            "md" => Some(Self::Markdown),
            "ndjson" => Some(Self::Jsonl),
            "box" => Some(Self::Table),
            "tabs" => Some(Self::Tsv),
            "vertical" => Some(Self::Line),
            _ => None,
        };
        let named = || Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name));
        alias.or_else(named).ok_or(())
    }
}

/// What surrounds the rows: where they go and how the user wants NULL shown.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// The text for NULL, where the format has none of its own.
    pub null: Option<String>,
    /// Whether a terminal shows the rows: control characters are escaped then, whatever the format.
    pub terminal: bool,
    /// Whether colours may be used.
    pub colour: bool,
    /// The width of the terminal, which a table may not pass.
    pub width: Option<usize>,
}

/// Writes one result. The text is appended to a buffer, which the caller writes out when it is large enough: so no format
/// pays for a call per cell, and none can fail.
pub trait BatchWriter {
    /// The names of the columns; called once, before any row.
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>);
    /// Some rows.
    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>);
    /// The end of the result.
    fn end(&mut self, out: &mut Vec<u8>);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::ColumnBuilder;
    use crate::value::ValueRef;

    /// The text of rows in a format; `columns` are given column by column.
    pub(super) fn written(format: Format, style: &Style, names: &[&str], columns: &[&[ValueRef<'_>]]) -> String {
        let built = columns.iter().map(|cells| {
            let mut builder = ColumnBuilder::with_capacity(cells.len());
            for cell in *cells {
                builder.push(*cell);
            }
            builder.finish()
        });
        let batch = Batch::new(columns.first().map_or(0, |cells| cells.len()), built.collect());
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (mut writer, mut out) = (format.writer(style), Vec::new());
        writer.begin(&names, &mut out);
        writer.batch(&batch, &mut out);
        writer.end(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn formats_are_known_by_name_and_alias() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!("NDJSON".parse(), Ok(Format::Jsonl));
        assert_eq!("excel".parse::<Format>(), Err(()));
    }
}
