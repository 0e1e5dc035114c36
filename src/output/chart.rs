//! Small plots in text, for people who would rather look: bars, a line, a histogram.

use std::fmt::Write as _;
use std::str::FromStr;

use super::cell::{display_width, one_line};
use crate::batch::Batch;
use crate::error::{Error, Result};
use crate::value::ValueRef;

/// The parts of a bar that fill a cell by eighths.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// More bars than this are no picture any more.
const MOST_BARS: usize = 100;

/// The widest label that stands beside a bar.
const WIDEST_LABEL: usize = 24;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// A bar for each row: the first column names it, the first column of numbers behind that is its length.
    Bar,
    /// A line through the rows: the last column of numbers over the first column, or, where that holds none, the rows' order.
    Line,
    /// How often the values of the first column of numbers fall into each of some ranges.
    Histogram,
}

impl Chart {
    /// Every chart, in the order of the help.
    pub const ALL: [Self; 3] = [Self::Bar, Self::Line, Self::Histogram];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Histogram => "histogram",
        }
    }

    /// Draws the rows of a result into `width` columns of a terminal, ending in a line feed.
    pub fn draw(self, columns: &[String], batches: &[Batch], width: usize) -> Result<String> {
        let width = width.clamp(20, 200);
        let numbers: Vec<usize> = (0..columns.len()).filter(|index| is_numeric(*index, batches)).collect();
        let Some(first) = numbers.first().copied() else {
            let hint = "select a column of numbers, as in SELECT city, count(*) FROM customers GROUP BY city";
            return Err(Error::query("the last result has no column of numbers to draw").hint(hint));
        };
        match self {
            Self::Bar => {
                let value = numbers.iter().copied().find(|index| *index > 0).unwrap_or(first);
                Ok(bars(&labelled(0, value, batches)?, &columns[value], width))
            }
            Self::Line => {
                let last = *numbers.last().unwrap_or(&first);
                let x = (first == 0 && last != first).then_some(first);
                Ok(line(&points(x, last, batches), x.map_or("row", |x| &columns[x]), &columns[last], width))
            }
            Self::Histogram => Ok(histogram(&points(None, first, batches), &columns[first], width)),
        }
    }
}

impl FromStr for Chart {
    type Err = ();

    fn from_str(name: &str) -> std::result::Result<Self, ()> {
        let name = name.to_ascii_lowercase();
        Self::ALL.into_iter().find(|chart| chart.name() == name || (name == "hist" && *chart == Self::Histogram)).ok_or(())
    }
}

fn number(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) if number.is_finite() => Some(number),
        _ => None,
    }
}

/// Whether a column holds numbers and NULLs alone, and a number at all.
fn is_numeric(index: usize, batches: &[Batch]) -> bool {
    let cells = || batches.iter().flat_map(move |batch| (0..batch.rows()).map(move |row| batch.column(index).value(row)));
    cells().any(|value| number(value).is_some()) && cells().all(|value| value.is_null() || number(value).is_some())
}

/// The points of a column over another, or over the rows' order; rows with a NULL are left out.
fn points(x: Option<usize>, y: usize, batches: &[Batch]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut order = 0.0;
    for batch in batches {
        for row in 0..batch.rows() {
            order += 1.0;
            let across = x.map_or(Some(order), |x| number(batch.column(x).value(row)));
            if let (Some(x), Some(y)) = (across, number(batch.column(y).value(row))) {
                points.push((x, y));
            }
        }
    }
    points
}

fn labelled(label: usize, value: usize, batches: &[Batch]) -> Result<Vec<(String, f64)>> {
    let rows: usize = batches.iter().map(Batch::rows).sum();
    if rows > MOST_BARS {
        let error = Error::query(format!("{rows} bars are too many to look at: at most {MOST_BARS}"));
        return Err(error.hint("add a LIMIT, group the rows, or draw a line or a histogram"));
    }
    let mut bars = Vec::with_capacity(rows);
    for batch in batches {
        for row in 0..batch.rows() {
            let name = batch.column(label).value(row);
            let name = if name.is_null() { "NULL".to_owned() } else { shortened(&one_line(name, true)) };
            bars.push((name, number(batch.column(value).value(row)).unwrap_or(0.0)));
        }
    }
    Ok(bars)
}

fn shortened(text: &str) -> String {
    let (mut short, mut width) = (String::new(), 0);
    for letter in text.chars() {
        width += display_width(letter.encode_utf8(&mut [0; 4]));
        if width >= WIDEST_LABEL {
            return short + "…";
        }
        short.push(letter);
    }
    short
}

/// A number as short as it is still clear.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        format!("{number:.4}").trim_end_matches('0').to_owned()
    }
}

fn bars(bars: &[(String, f64)], title: &str, width: usize) -> String {
    let names = bars.iter().map(|(name, _)| display_width(name)).max().unwrap_or(0);
    let values: Vec<String> = bars.iter().map(|(_, value)| plain(*value)).collect();
    let longest_value = values.iter().map(String::len).max().unwrap_or(0);
    let room = width.saturating_sub(names + longest_value + 4).max(8);
    let most = bars.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
    let mut text = format!("{}  {title}\n", " ".repeat(names));
    for ((name, value), shown) in bars.iter().zip(&values) {
        let length = if most > 0.0 { value.abs() / most * room as f64 } else { 0.0 };
        let _ = writeln!(text, "{name}{} {} {shown}", " ".repeat(names - display_width(name)), bar(length));
    }
    text
}

fn bar(length: f64) -> String {
    let eighths = (length * 8.0).round() as usize;
    let mut text: String = std::iter::repeat_n('█', eighths / 8).collect();
    if !eighths.is_multiple_of(8) {
        text.push(EIGHTHS[eighths % 8 - 1]);
    }
    if text.is_empty() { "▏".to_owned() } else { text }
}

fn histogram(points: &[(f64, f64)], title: &str, width: usize) -> String {
    let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    let (least, most) = range(values.iter().copied());
    // Sturges' rule: one more range each time the values double.
    let ranges = if most - least > 0.0 { (values.len().max(1).ilog2() as usize + 2).min(20) } else { 1 };
    let step = (most - least) / ranges as f64;
    let mut counts = vec![0_u64; ranges];
    for value in values {
        let index = if step > 0.0 { ((value - least) / step) as usize } else { 0 };
        counts[index.min(ranges - 1)] += 1;
    }
    let label = |index: usize| format!("{} – {}", plain(least + step * index as f64), plain(least + step * (index + 1) as f64));
    let rows: Vec<(String, f64)> = counts.iter().enumerate().map(|(index, count)| (label(index), *count as f64)).collect();
    bars(&rows, &format!("rows by {title}"), width)
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
}

/// The height of a line chart, in rows of a terminal.
const HEIGHT: usize = 12;

/// The bits of a Braille letter by column and row.
const BRAILLE: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

fn line(points: &[(f64, f64)], across: &str, up: &str, width: usize) -> String {
    let (left, right) = range(points.iter().map(|(x, _)| *x));
    let (bottom, top) = range(points.iter().map(|(_, y)| *y));
    let labels = [plain(top), plain(bottom)];
    let margin = labels.iter().map(String::len).max().unwrap_or(0);
    let columns = width.saturating_sub(margin + 3).max(8);
    let mut cells = vec![vec![0_u32; columns]; HEIGHT];
    let place = |(x, y): (f64, f64)| {
        let part = |value: f64, from: f64, to: f64| if to > from { (value - from) / (to - from) } else { 0.5 };
        let column = (part(x, left, right) * (columns * 2 - 1) as f64).round();
        let row = ((1.0 - part(y, bottom, top)) * (HEIGHT * 4 - 1) as f64).round();
        (column, row)
    };
    let mut dot = |column: f64, row: f64| {
        let (column, row) = (column as usize, row as usize);
        cells[row / 4][column / 2] |= BRAILLE[column % 2][row % 4];
    };
    let mut before: Option<(f64, f64)> = None;
    for point in points {
        let (column, row) = place(*point);
        let (from_column, from_row) = before.unwrap_or((column, row));
        let steps = (column - from_column).abs().max((row - from_row).abs()).max(1.0) as usize;
        for step in 0..=steps {
            let part = step as f64 / steps as f64;
            dot((from_column + (column - from_column) * part).round(), (from_row + (row - from_row) * part).round());
        }
        before = Some((column, row));
    }
    let mut text = format!("{} {up}\n", " ".repeat(margin));
    for (index, row) in cells.iter().enumerate() {
        let label = match index {
            0 => &labels[0],
            index if index + 1 == HEIGHT => &labels[1],
            _ => "",
        };
        let drawn: String = row.iter().filter_map(|dots| char::from_u32(0x2800 + dots)).collect();
        let _ = writeln!(text, "{label:>margin$} ┤{}", drawn.trim_end_matches('\u{2800}'));
    }
    let (first, last) = (plain(left), plain(right));
    let between = columns.saturating_sub(first.len() + last.len()).max(1);
    // What is drawn across stands in the middle, where there is room for it.
    let across = if display_width(across) + 2 <= between { across } else { "" };
    let before = (between - display_width(across)) / 2;
    let behind = between - display_width(across) - before;
    let _ = writeln!(text, "{} └{}", " ".repeat(margin), "─".repeat(columns));
    let gap = |width: usize| " ".repeat(width);
    let _ = writeln!(text, "{}  {first}{}{across}{}{last}", gap(margin), gap(before), gap(behind));
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::batch;
    use super::*;

    fn drawn(chart: Chart, names: &[&str], columns: &[&[ValueRef<'_>]]) -> Result<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        chart.draw(&names, &[batch(columns)], 40)
    }

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        let names = [ValueRef::Text(b"Oslo"), ValueRef::Text("漢".as_bytes()), ValueRef::Null];
        let counts = [ValueRef::Integer(40), ValueRef::Integer(20), ValueRef::Integer(0)];
        let wanted = format!("      n\nOslo {} 40\n漢   {} 20\nNULL ▏ 0\n", "█".repeat(30), "█".repeat(15));
        assert_eq!(drawn(Chart::Bar, &["city", "n"], &[&names, &counts]).expect("numbers"), wanted);
    }

    #[test]
    fn a_histogram_counts_every_value_once() {
        let values: Vec<ValueRef<'_>> = (0..100).map(ValueRef::Integer).collect();
        let text = drawn(Chart::Histogram, &["x"], &[&values]).expect("numbers");
        let counts: Vec<u64> =
            text.lines().skip(1).map(|line| line.rsplit(' ').next().expect("a count").parse().expect("a number")).collect();
        assert_eq!((counts.len(), counts.iter().sum::<u64>()), (8, 100), "{text}");
    }

    #[test]
    fn a_rising_line_goes_from_the_lower_left_to_the_upper_right() {
        let values: Vec<ValueRef<'_>> = (0..50).map(ValueRef::Integer).collect();
        let text = drawn(Chart::Line, &["y"], &[&values]).expect("numbers");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), HEIGHT + 3, "{text}");
        let blanks =
            |line: &str| line.split('┤').nth(1).map_or(0, |line| line.chars().take_while(|letter| *letter == '\u{2800}').count());
        assert!(lines.iter().all(|line| display_width(line) <= 40) && lines[HEIGHT + 2].contains("  row  "), "{text}");
        assert!(blanks(lines[1]) > 25 && blanks(lines[HEIGHT]) == 0, "{text}");
    }

    #[test]
    fn a_line_over_labels_goes_by_the_order_of_the_rows() {
        let names = [ValueRef::Text(b"a"), ValueRef::Text(b"b")];
        let (same, rising) = ([ValueRef::Integer(12); 2], [ValueRef::Integer(1), ValueRef::Integer(2)]);
        let text = drawn(Chart::Line, &["name", "n", "p"], &[&names, &same, &rising]).expect("numbers");
        assert!(text.lines().last().is_some_and(|axis| axis.trim_start().starts_with('1') && axis.ends_with('2')), "{text}");
        assert!(text.contains(" row "), "{text}");
    }

    #[test]
    fn a_result_without_numbers_cannot_be_drawn() {
        assert!(drawn(Chart::Bar, &["t"], &[&[ValueRef::Text(b"a")]]).is_err());
        assert!(drawn(Chart::Line, &["t"], &[&[]]).is_err());
    }
}
