//! A table for a Markdown document, written row by row: columns are not padded, since that would need all rows first.

use super::cell::{escape_controls, one_line};
use super::{BatchWriter, NULL, Style};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct MarkdownWriter {
    null: String,
    terminal: bool,
    /// The names, until the first batch tells which columns are numbers.
    header: Option<Vec<String>>,
}

impl MarkdownWriter {
    pub(super) fn new(style: &Style) -> Self {
        let null = style.null.clone().unwrap_or_else(|| NULL.to_owned());
        Self { null, terminal: style.terminal, header: None }
    }

    fn write_header(&mut self, numeric: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
        let Some(names) = self.header.take() else { return };
        for name in &names {
            out.extend_from_slice(format!("| {} ", escaped(&escape_controls(name))).as_bytes());
        }
        out.extend_from_slice(b"|\n");
        for index in 0..names.len() {
            out.extend_from_slice(if numeric(index) { b"| ---: " } else { b"| --- " });
        }
        out.extend_from_slice(b"|\n");
    }
}

impl BatchWriter for MarkdownWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        self.header = Some(columns.to_vec());
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        self.write_header(|index| matches!(batch.column(index), Column::Integer(_) | Column::Real(_)), out);
        for row in 0..batch.rows() {
            for column in batch.columns() {
                let text = match column.value(row) {
                    ValueRef::Null => self.null.clone(),
                    value => escaped(&one_line(value, self.terminal)),
                };
                out.extend_from_slice(format!("| {text} ").as_bytes());
            }
            out.extend_from_slice(b"|\n");
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.write_header(|_| false, out);
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn numbers_are_right_aligned_and_bars_escaped() {
        let numbers = [ValueRef::Integer(1), ValueRef::Null];
        let texts = [ValueRef::Text(b"a|b"), ValueRef::Text(b"c\nd")];
        let text = written(Format::Markdown, &Style::default(), &["n", "t"], &[&numbers, &texts]);
        assert_eq!(text, "| n | t |\n| ---: | --- |\n| 1 | a\\|b |\n| NULL | c\\nd |\n");
        assert_eq!(written(Format::Markdown, &Style::default(), &["n"], &[&[]]), "| n |\n| --- |\n");
    }
}
