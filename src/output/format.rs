//! The formats by their names.

use std::str::FromStr;

use super::{BatchWriter, ResultWriter, Style};
use super::{arrow, ascii, boxes, csv, html, json, latex, line, list, markdown, none, parquet, sql_literal, tsv};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table in line-drawing characters, for people.
    Box,
    /// The same in plain ASCII.
    Table,
    /// A table for a Markdown document.
    Markdown,
    /// One `column = value` a line.
    Line,
    /// Cells with a bar between them.
    List,
    /// RFC 4180 with a header; NULL is nothing, empty text is `""`.
    Csv,
    /// Tabs between cells, with a header; tabs, line ends and backslashes in a cell are escaped, NULL is `\N`.
    Tsv,
    /// ASCII's own separators: 0x1F between cells, 0x1E between rows.
    Ascii,
    /// One array of objects a result.
    Json,
    /// One object a line.
    Jsonl,
    /// INSERT statements.
    Insert,
    /// SQL literals with commas between them.
    Quote,
    /// A table of HTML.
    Html,
    /// A tabular of LaTeX.
    Latex,
    /// Nothing: the statement runs and its rows are dropped.
    None,
    /// A Parquet file.
    Parquet,
    /// An Arrow IPC file.
    Arrow,
}

/// Other names, as other shells call the formats, and endings of files.
const ALIASES: [(&str, Format); 14] = [
    ("md", Format::Markdown),
    ("vertical", Format::Line),
    ("tabs", Format::Tsv),
    ("tab", Format::Tsv),
    ("ndjson", Format::Jsonl),
    ("jsonlines", Format::Jsonl),
    ("sql", Format::Insert),
    ("htm", Format::Html),
    ("tex", Format::Latex),
    ("trash", Format::None),
    ("off", Format::None),
    ("pq", Format::Parquet),
    ("feather", Format::Arrow),
    ("ipc", Format::Arrow),
];

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 17] = [
        Self::Box,
        Self::Table,
        Self::Markdown,
        Self::Line,
        Self::List,
        Self::Csv,
        Self::Tsv,
        Self::Ascii,
        Self::Json,
        Self::Jsonl,
        Self::Insert,
        Self::Quote,
        Self::Html,
        Self::Latex,
        Self::None,
        Self::Parquet,
        Self::Arrow,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Table => "table",
            Self::Markdown => "markdown",
            Self::Line => "line",
            Self::List => "list",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Ascii => "ascii",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Insert => "insert",
            Self::Quote => "quote",
            Self::Html => "html",
            Self::Latex => "latex",
            Self::None => "none",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// Whether people read it: then an empty line stands between two results, and a row count may follow.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Box | Self::Table | Self::Markdown | Self::Line | Self::List)
    }

    /// Whether a line of text may stand there for itself, as a plan does.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Json | Self::Jsonl | Self::None) && !self.is_whole_file()
    }

    /// Whether one result is one file of bytes, complete only when its end is written.
    pub fn is_whole_file(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }

    /// A writer of one result in this format.
    pub fn writer(self, style: &Style) -> ResultWriter {
        let writer: Box<dyn BatchWriter> = match self {
            Self::Box => Box::new(boxes::BoxWriter::unicode(style)),
            Self::Table => Box::new(boxes::BoxWriter::ascii(style)),
            Self::Markdown => Box::new(markdown::MarkdownWriter::new(style)),
            Self::Line => Box::new(line::LineWriter::new(style)),
            Self::List => Box::new(list::ListWriter::new(style)),
            Self::Csv => Box::new(csv::CsvWriter::new(style)),
            Self::Tsv => Box::new(tsv::TsvWriter::new(style)),
            Self::Ascii => Box::new(ascii::AsciiWriter::new(style)),
            Self::Json => Box::new(json::JsonWriter::array()),
            Self::Jsonl => Box::new(json::JsonWriter::lines()),
            Self::Insert => Box::new(sql_literal::InsertWriter::new(style)),
            Self::Quote => Box::new(sql_literal::QuoteWriter::new(style)),
            Self::Html => Box::new(html::HtmlWriter::new(style)),
            Self::Latex => Box::new(latex::LatexWriter::new(style)),
            Self::None => Box::new(none::NoWriter),
            Self::Parquet => Box::new(parquet::ParquetWriter::default()),
            Self::Arrow => Box::new(arrow::ArrowWriter::default()),
        };
        ResultWriter(writer)
    }
}

impl FromStr for Format {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let alias = || ALIASES.into_iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, format)| format);
        let named = Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name));
        named.or_else(alias).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_name_and_alias() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        for (alias, format) in ALIASES {
            assert_eq!(alias.to_uppercase().parse(), Ok(format));
        }
        assert_eq!("excel".parse::<Format>(), Err(()));
    }
}
