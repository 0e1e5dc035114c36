//! Cells with a bar between them, as the `list` mode of SQLite's shell: short to read, not meant to be read back.

use super::cell::append_readable;
use super::{BatchWriter, NULL, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct ListWriter {
    null: String,
    header: bool,
    terminal: bool,
}

impl ListWriter {
    pub(super) fn new(style: &Style) -> Self {
        let null = style.null.clone().unwrap_or_else(|| NULL.to_owned());
        Self { null, header: !style.no_header, terminal: style.terminal }
    }

    fn row<'a>(&self, cells: impl Iterator<Item = ValueRef<'a>>, out: &mut Vec<u8>) {
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                out.push(b'|');
            }
            match cell {
                ValueRef::Null => out.extend_from_slice(self.null.as_bytes()),
                cell => append_readable(cell, self.terminal, out),
            }
        }
        out.push(b'\n');
    }
}

impl BatchWriter for ListWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        if self.header {
            self.row(columns.iter().map(|name| ValueRef::Text(name.as_bytes())), out);
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..batch.rows() {
            self.row(batch.columns().iter().map(|column| column.value(row)), out);
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
    fn bars_stand_between_cells() {
        let cells = [ValueRef::Text(b"x y"), ValueRef::Real(0.5)];
        assert_eq!(written(Format::List, &Style::default(), &["a", "b"], &[&cells, &cells]), "a|b\nx y|x y\n0.5|0.5\n");
        let style = Style { no_header: true, ..Style::default() };
        assert_eq!(written(Format::List, &style, &["a"], &[&cells]), "x y\n0.5\n");
    }
}
