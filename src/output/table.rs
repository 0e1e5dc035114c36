//! Boxes around cells, for people.
//!
//! The widths come from the first rows, which are held back; once there are too many of them to hold, they are drawn, and
//! what follows streams into the same widths (a wider cell then pushes its own line out). So memory stays flat however
//! long the result is. A table that the terminal is too narrow for is written as lines instead: wrapped boxes are
//! unreadable.

use super::cell::{display_width, escape_controls, one_line};
use super::line::LineWriter;
use super::{BatchWriter, Style};
use crate::batch::Batch;
use crate::value::ValueRef;

/// How many rows are measured before the first is drawn.
const MEASURED_ROWS: usize = 5_000;

pub(super) struct TableWriter {
    style: Style,
    names: Vec<String>,
    held: Vec<Batch>,
    held_rows: usize,
    drawing: Option<Drawing>,
}

/// What the held rows decided on.
enum Drawing {
    Boxes(Vec<usize>),
    Lines(LineWriter),
}

struct Cell {
    text: String,
    is_number: bool,
    is_null: bool,
}

impl TableWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { style: style.clone(), names: Vec::new(), held: Vec::new(), held_rows: 0, drawing: None }
    }

    fn cell(&self, value: ValueRef<'_>) -> Cell {
        let text = match value {
            ValueRef::Null => {
                self.style.null.clone().unwrap_or_else(|| if self.style.terminal { "NULL".into() } else { String::new() })
            }
            value => one_line(value),
        };
        Cell { text, is_number: matches!(value, ValueRef::Integer(_) | ValueRef::Real(_)), is_null: value.is_null() }
    }

    fn draw_held(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        self.drawing = Some(self.decide(&held, out));
        for batch in &held {
            self.draw(batch, out);
        }
    }

    fn decide(&self, held: &[Batch], out: &mut Vec<u8>) -> Drawing {
        let widths = self.widths(held);
        let whole = widths.iter().sum::<usize>() + 3 * widths.len() + 1;
        if self.style.width.is_some_and(|width| whole > width) {
            let mut lines = LineWriter::new(&self.style);
            lines.begin(&self.names, out);
            return Drawing::Lines(lines);
        }
        append_rule(&widths, ['┌', '┬', '┐'], out);
        for (name, width) in self.names.iter().zip(&widths) {
            out.extend_from_slice(format!("│ {name}{} ", " ".repeat(width - display_width(name))).as_bytes());
        }
        out.extend_from_slice("│\n".as_bytes());
        append_rule(&widths, ['├', '┼', '┤'], out);
        Drawing::Boxes(widths)
    }

    fn widths(&self, held: &[Batch]) -> Vec<usize> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| display_width(name)).collect();
        for batch in held {
            for (width, column) in widths.iter_mut().zip(batch.columns()) {
                let widest = (0..batch.rows()).map(|row| display_width(&self.cell(column.value(row)).text)).max();
                *width = (*width).max(widest.unwrap_or(0));
            }
        }
        widths
    }

    fn draw(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        match &mut self.drawing {
            Some(Drawing::Lines(lines)) => lines.batch(batch, out),
            Some(Drawing::Boxes(widths)) => {
                let widths = std::mem::take(widths);
                for row in 0..batch.rows() {
                    for (column, width) in batch.columns().iter().zip(&widths) {
                        self.draw_cell(&self.cell(column.value(row)), *width, out);
                    }
                    out.extend_from_slice("│\n".as_bytes());
                }
                self.drawing = Some(Drawing::Boxes(widths));
            }
            None => {}
        }
    }

    fn draw_cell(&self, cell: &Cell, width: usize, out: &mut Vec<u8>) {
        let blanks = " ".repeat(width.saturating_sub(display_width(&cell.text)));
        let (before, after) = if cell.is_number { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
        let (dim, plain) = if cell.is_null && self.style.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        out.extend_from_slice(format!("│ {before}{dim}{}{plain}{after} ", cell.text).as_bytes());
    }
}

fn append_rule(widths: &[usize], [left, middle, right]: [char; 3], out: &mut Vec<u8>) {
    let bars: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
    out.extend_from_slice(format!("{left}{}{right}\n", bars.join(&middle.to_string())).as_bytes());
}

impl BatchWriter for TableWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) {
        self.names = columns.iter().map(|name| escape_controls(name).into_owned()).collect();
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        if self.drawing.is_some() {
            return self.draw(batch, out);
        }
        self.held_rows += batch.rows();
        self.held.push(batch.clone());
        if self.held_rows >= MEASURED_ROWS {
            self.draw_held(out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if self.drawing.is_none() {
            self.draw_held(out);
        }
        if let Some(Drawing::Boxes(widths)) = &self.drawing {
            append_rule(widths, ['└', '┴', '┘'], out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn numbers_stand_right_and_wide_letters_count_double() {
        let numbers = [ValueRef::Integer(1), ValueRef::Integer(100), ValueRef::Null];
        let texts = [ValueRef::Text("漢".as_bytes()), ValueRef::Text(b"a\tb"), ValueRef::Text(b"1")];
        let wanted = "\
┌─────┬──────┐
│ n   │ t    │
├─────┼──────┤
│   1 │ 漢   │
│ 100 │ a\\tb │
│     │ 1    │
└─────┴──────┘
";
        assert_eq!(written(Format::Table, &Style::default(), &["n", "t"], &[&numbers, &texts]), wanted);
    }

    #[test]
    fn a_narrow_terminal_gets_lines() {
        let style = Style { terminal: true, width: Some(8), ..Style::default() };
        assert_eq!(written(Format::Table, &style, &["name"], &[&[ValueRef::Text(b"abcdefgh")]]), "name = abcdefgh\n");
    }
}
