//! ASCII's own separators, as the `ascii` mode of SQLite's shell: 0x1F between cells and 0x1E behind rows. No quoting is
//! needed where no text holds these two, which texts hardly do.

use super::cell::{append_safely, append_text};
use super::{BatchWriter, NULL, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

const UNIT: u8 = 0x1f;
const RECORD: u8 = 0x1e;

pub(super) struct AsciiWriter {
    null: String,
    header: bool,
    terminal: bool,
}

impl AsciiWriter {
    pub(super) fn new(style: &Style) -> Self {
        let null = style.null.clone().unwrap_or_else(|| NULL.to_owned());
        Self { null, header: !style.no_header, terminal: style.terminal }
    }

    fn row<'a>(&self, cells: impl Iterator<Item = ValueRef<'a>>, out: &mut Vec<u8>) {
        let start = out.len();
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                out.push(UNIT);
            }
            match cell {
                ValueRef::Null => out.extend_from_slice(self.null.as_bytes()),
                cell => append_text(cell, out),
            }
        }
        out.push(RECORD);
        if self.terminal {
            let row = out.split_off(start);
            append_safely(&row, true, out);
        }
    }
}

impl BatchWriter for AsciiWriter {
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
    fn cells_and_rows_end_in_their_separators() {
        let cells = [ValueRef::Integer(1), ValueRef::Null];
        let text = written(Format::Ascii, &Style::default(), &["a", "b"], &[&cells, &cells]);
        assert_eq!(text, "a\u{1f}b\u{1e}1\u{1f}1\u{1e}NULL\u{1f}NULL\u{1e}");
    }
}
