//! One `column = value` a line and an empty line between rows, as the `line` mode of SQLite's shell.

use super::cell::{append_readable, display_width, escape_controls};
use super::{BatchWriter, NULL, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct LineWriter {
    null: String,
    colour: bool,
    terminal: bool,
    /// Right-aligned names, each with ` = ` behind it.
    labels: Vec<String>,
    rows: usize,
}

impl LineWriter {
    pub(super) fn new(style: &Style) -> Self {
        let null = style.null.clone().unwrap_or_else(|| NULL.to_owned());
        Self { null, colour: style.colour, terminal: style.terminal, labels: Vec::new(), rows: 0 }
    }
}

impl BatchWriter for LineWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        let names: Vec<_> = columns.iter().map(|name| escape_controls(name)).collect();
        let width = names.iter().map(|name| display_width(name)).max().unwrap_or(0);
        self.labels = names.iter().map(|name| format!("{}{name} = ", " ".repeat(width - display_width(name)))).collect();
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..batch.rows() {
            if self.rows > 0 {
                out.push(b'\n');
            }
            self.rows += 1;
            for (label, column) in self.labels.iter().zip(batch.columns()) {
                out.extend_from_slice(label.as_bytes());
                match column.value(row) {
                    ValueRef::Null if self.colour => {
                        out.extend_from_slice(format!("\u{1b}[2m{}\u{1b}[0m", self.null).as_bytes());
                    }
                    ValueRef::Null => out.extend_from_slice(self.null.as_bytes()),
                    value => append_readable(value, self.terminal, out),
                }
                out.push(b'\n');
            }
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn names_are_aligned_and_rows_apart() {
        let cells = [ValueRef::Integer(1), ValueRef::Null];
        let text = written(Format::Line, &Style::default(), &["id", "amount"], &[&cells, &cells]);
        assert_eq!(text, "    id = 1\namount = 1\n\n    id = NULL\namount = NULL\n");
    }
}
