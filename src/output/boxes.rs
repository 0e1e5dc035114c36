//! A frame around cells, for people, in line-drawing characters or plain ASCII.
//!
//! The widths come from the first rows, which are held back; once there are too many of them to hold, they are drawn, and
//! what follows streams into the same widths (a wider cell then pushes its own line out). So memory stays flat however
//! long the result is. Where rows are to be cut, the first and the last of them are held instead, and nothing is drawn
//! before the end. A table that the terminal is too narrow for is written as lines: wrapped boxes are unreadable.

use std::collections::VecDeque;

use super::cell::{display_width, escape_controls, one_line};
use super::frame::{self, Frame};
use super::line::LineWriter;
use super::{BatchWriter, NULL, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

/// How many rows are measured before the first is drawn.
const MEASURED_ROWS: usize = 5_000;

pub(super) struct BoxWriter {
    frame: Frame,
    style: Style,
    names: Vec<String>,
    held: Vec<Batch>,
    held_rows: usize,
    /// Where rows are cut: what came behind the first of them, as far as it may yet be the end.
    tail: VecDeque<Batch>,
    tail_rows: usize,
    rows: usize,
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

impl BoxWriter {
    pub(super) fn unicode(style: &Style) -> Self {
        Self::new(style, frame::UNICODE)
    }

    pub(super) fn ascii(style: &Style) -> Self {
        Self::new(style, frame::ASCII)
    }

    fn new(style: &Style, frame: Frame) -> Self {
        Self {
            frame,
            style: style.clone(),
            names: Vec::new(),
            held: Vec::new(),
            held_rows: 0,
            tail: VecDeque::new(),
            tail_rows: 0,
            rows: 0,
            drawing: None,
        }
    }

    fn cell(&self, value: ValueRef<'_>) -> Cell {
        let text = match value {
            ValueRef::Null => self.style.null.clone().unwrap_or_else(|| NULL.to_owned()),
            value => one_line(value, self.style.terminal),
        };
        Cell { text, is_number: matches!(value, ValueRef::Integer(_) | ValueRef::Real(_)), is_null: value.is_null() }
    }

    fn draw_held(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let held = std::mem::take(&mut self.held);
        let tail = std::mem::take(&mut self.tail);
        self.drawing = Some(self.decide(held.iter().chain(&tail), out)?);
        for batch in &held {
            self.draw(batch, out)?;
        }
        let shown = self.held_rows + self.tail_rows;
        if shown < self.rows
            && let Some(Drawing::Boxes(widths)) = &self.drawing
        {
            self.frame.omission(widths, out);
        }
        tail.iter().try_for_each(|batch| self.draw(batch, out))
    }

    fn decide<'a>(&self, held: impl Iterator<Item = &'a Batch>, out: &mut Vec<u8>) -> Result<Drawing> {
        let widths = self.widths(held);
        let whole = widths.iter().sum::<usize>() + 3 * widths.len() + 1;
        if self.style.width.is_some_and(|width| whole > width) {
            let mut lines = LineWriter::new(&self.style);
            lines.begin(&self.names, out)?;
            return Ok(Drawing::Lines(lines));
        }
        self.frame.top(&widths, out);
        if !self.style.no_header {
            for (name, width) in self.names.iter().zip(&widths) {
                self.frame.cell(out);
                out.extend_from_slice(format!("{name}{} ", " ".repeat(width - display_width(name))).as_bytes());
            }
            self.frame.end_row(out);
            self.frame.middle(&widths, out);
        }
        Ok(Drawing::Boxes(widths))
    }

    fn widths<'a>(&self, held: impl Iterator<Item = &'a Batch>) -> Vec<usize> {
        let header = |name: &String| if self.style.no_header { 1 } else { display_width(name).max(1) };
        let mut widths: Vec<usize> = self.names.iter().map(header).collect();
        for batch in held {
            for (width, column) in widths.iter_mut().zip(batch.columns()) {
                let widest = (0..batch.rows()).map(|row| display_width(&self.cell(column.value(row)).text)).max();
                *width = (*width).max(widest.unwrap_or(0));
            }
        }
        widths
    }

    fn draw(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        match &mut self.drawing {
            Some(Drawing::Lines(lines)) => lines.batch(batch, out)?,
            Some(Drawing::Boxes(widths)) => {
                let widths = std::mem::take(widths);
                for row in 0..batch.rows() {
                    for (column, width) in batch.columns().iter().zip(&widths) {
                        self.draw_cell(&self.cell(column.value(row)), *width, out);
                    }
                    self.frame.end_row(out);
                }
                self.drawing = Some(Drawing::Boxes(widths));
            }
            None => {}
        }
        Ok(())
    }

    fn draw_cell(&self, cell: &Cell, width: usize, out: &mut Vec<u8>) {
        let blanks = " ".repeat(width.saturating_sub(display_width(&cell.text)));
        let (before, after) = if cell.is_number { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
        let (dim, plain) = if cell.is_null && self.style.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        self.frame.cell(out);
        out.extend_from_slice(format!("{before}{dim}{}{plain}{after} ", cell.text).as_bytes());
    }

    /// Holds the first rows and, of the rest, the last.
    fn hold_both_ends(&mut self, batch: &Batch, most: usize) {
        let first = most - most / 2;
        let here = first.saturating_sub(self.held_rows).min(batch.rows());
        if here > 0 {
            self.held.push(batch.slice(0, here));
            self.held_rows += here;
        }
        if here == batch.rows() {
            return;
        }
        // As many as fit stay even where they are more than the last half: a result of the most rows is not cut.
        let room = most - self.held_rows;
        self.tail.push_back(batch.slice(here, batch.rows() - here));
        self.tail_rows += batch.rows() - here;
        while let Some(oldest) = self.tail.front().map(Batch::rows).filter(|_| self.tail_rows > room) {
            let dropped = oldest.min(self.tail_rows - room);
            let rest = self.tail.pop_front().expect("the front was just looked at");
            if dropped < oldest {
                self.tail.push_front(rest.slice(dropped, oldest - dropped));
            }
            self.tail_rows -= dropped;
        }
    }
}

impl BatchWriter for BoxWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        self.names = columns.iter().map(|name| escape_controls(name).into_owned()).collect();
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        self.rows += batch.rows();
        if let Some(cut) = &self.style.cut {
            let most = cut.rows;
            self.hold_both_ends(batch, most);
            return Ok(());
        }
        if self.drawing.is_some() {
            return self.draw(batch, out);
        }
        self.held_rows += batch.rows();
        self.held.push(batch.clone());
        if self.held_rows >= MEASURED_ROWS { self.draw_held(out) } else { Ok(()) }
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let shown = self.held_rows + self.tail_rows;
        if self.drawing.is_none() {
            self.draw_held(out)?;
        }
        if let Some(Drawing::Boxes(widths)) = &self.drawing {
            self.frame.bottom(widths, out);
        }
        if let Some(cut) = self.style.cut.as_ref().filter(|_| shown < self.rows) {
            let (first, last) = (self.held_rows, self.tail_rows);
            let text = format!("{shown} of {} rows shown, the first {first} and the last {last}; {}\n", self.rows, cut.advice);
            out.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{batch, written, written_bytes};
    use super::super::{Cut, Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn numbers_stand_right_and_wide_letters_count_double() {
        let numbers = [ValueRef::Integer(1), ValueRef::Integer(100), ValueRef::Null];
        let texts = [ValueRef::Text("漢".as_bytes()), ValueRef::Text(b"a\tb"), ValueRef::Text(b"1")];
        let wanted = "\
┌──────┬──────┐
│ n    │ t    │
├──────┼──────┤
│    1 │ 漢   │
│  100 │ a\\tb │
│ NULL │ 1    │
└──────┴──────┘
";
        assert_eq!(written(Format::Box, &Style::default(), &["n", "t"], &[&numbers, &texts]), wanted);
        let wanted = "+---+\n| n |\n+---+\n| 1 |\n+---+\n";
        assert_eq!(written(Format::Table, &Style::default(), &["n"], &[&[ValueRef::Integer(1)]]), wanted);
    }

    #[test]
    fn emoji_and_combining_marks_take_the_columns_that_a_terminal_gives_them() {
        let texts = ["\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}", "e\u{301}", "\u{1F600}", "ab"];
        let cells = texts.map(|text| ValueRef::Text(text.as_bytes()));
        let text = written(Format::Table, &Style::default(), &["t"], &[&cells]);
        let rows: Vec<&str> = text.lines().skip(3).take(4).collect();
        let ends = ["| {} |", "| {}  |", "| {} |", "| {} |"];
        let wanted: Vec<String> = ends.iter().zip(texts).map(|(row, text)| row.replace("{}", text)).collect();
        assert_eq!(rows, wanted);
    }

    #[test]
    fn a_narrow_terminal_gets_lines() {
        let style = Style { terminal: true, width: Some(8), ..Style::default() };
        assert_eq!(written(Format::Box, &style, &["name"], &[&[ValueRef::Text(b"abcdefgh")]]), "name = abcdefgh\n");
    }

    #[test]
    fn a_long_answer_shows_both_ends_and_says_so() {
        let style = Style { cut: Some(Cut { rows: 4, advice: ".last shows all".to_owned() }), ..Style::default() };
        let cells: Vec<ValueRef<'_>> = (0..100).map(ValueRef::Integer).collect();
        let batches: Vec<_> = cells.chunks(7).map(|part| batch(&[part])).collect();
        let text = written_bytes(Format::Table, &style, &["n"], &batches).expect("any rows");
        let wanted = "+----+\n| n  |\n+----+\n|  0 |\n|  1 |\n| :  |\n| 98 |\n| 99 |\n+----+\n\
                      4 of 100 rows shown, the first 2 and the last 2; .last shows all\n";
        assert_eq!(String::from_utf8_lossy(&text), wanted);
        let whole = written_bytes(Format::Table, &style, &["n"], &batches[..1].iter().map(|b| b.slice(0, 4)).collect::<Vec<_>>());
        assert_eq!(String::from_utf8_lossy(&whole.expect("any rows")).lines().count(), 8);
    }

    #[test]
    fn a_long_blob_is_cut_on_a_terminal_only() {
        let blob = [0xab; 2100];
        let style = Style { terminal: true, ..Style::default() };
        let text = written(Format::Box, &style, &["b"], &[&[ValueRef::Blob(&blob)]]);
        assert!(text.contains("x'ABABABABABABABAB…' (2.1 kB)"), "{text}");
        let text = written(Format::Box, &Style::default(), &["b"], &[&[ValueRef::Blob(&blob)]]);
        assert!(text.contains(&"AB".repeat(2100)));
    }
}
