//! Errors drawn with the line they are about, a caret, and what to do.

use crate::error::{Error, Span};

use super::cell::{display_width, escape_controls};

/// How many columns of a line are shown around the place.
const SHOWN_WIDTH: usize = 100;

/// An error and the text it is about.
#[derive(Debug, Clone, Copy)]
pub struct Diagnostic<'a> {
    /// The error.
    pub error: &'a Error,
    /// The text that its span counts in, if there is one.
    pub source: Option<Source<'a>>,
    /// Whether colours may be used.
    pub colour: bool,
}

/// A script, and the statement of it that failed.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name of the file; none for text from an argument or the prompt.
    pub name: Option<&'a str>,
    /// The whole text.
    pub text: &'a str,
    /// Where the statement starts in it.
    pub offset: usize,
}

/// One line of the source, ready to be drawn.
struct Excerpt {
    line: usize,
    column: usize,
    text: String,
    before: usize,
    marked: usize,
}

impl Diagnostic<'_> {
    /// The drawing, with a line end behind its last line.
    pub fn draw(&self) -> String {
        let error = self.error;
        let mut lines = vec![format!("{} {}", self.paint("1;31", "error:"), escape_lines(&error.message))];
        let mut indent = 0;
        if let (Some(source), Some(span)) = (&self.source, error.span) {
            let excerpt = Excerpt::new(source.text, span.shifted(source.offset));
            indent = excerpt.line.to_string().len();
            self.draw_excerpt(&excerpt, source.name, &mut lines);
        }
        for (label, text) in self.details() {
            lines.push(format!("{} {} {text}", " ".repeat(indent), self.paint("1;34", &format!("= {label}:"))));
        }
        lines.join("\n") + "\n"
    }

    /// The same as an object of JSON on one line: `code`, `message`, `file`, `line`, `column`, `offset`, `pool`, `path`, `sql`
    /// and `hint`, null where there is none. Lines and columns count from 1, offsets in bytes from 0.
    pub fn to_json(&self) -> String {
        let error = self.error;
        let place = self.source.as_ref().zip(error.span).map(|(source, span)| {
            let span = span.shifted(source.offset);
            (Excerpt::new(source.text, span), span.start)
        });
        let place = place.as_ref();
        let object = serde_json::json!({
            "code": error.kind.code(),
            "message": error.message,
            "file": self.source.as_ref().and_then(|source| source.name),
            "line": place.map(|(excerpt, _)| excerpt.line),
            "column": place.map(|(excerpt, _)| excerpt.column),
            "offset": place.map(|(_, offset)| *offset),
            "pool": error.pool,
            "path": error.path.as_ref().map(|path| path.to_string_lossy()),
            "sql": error.pool_sql,
            "hint": error.hint,
        });
        format!("{object}\n")
    }

    fn draw_excerpt(&self, excerpt: &Excerpt, name: Option<&str>, lines: &mut Vec<String>) {
        let number = excerpt.line.to_string();
        let gutter = " ".repeat(number.len());
        let bar = self.paint("1;34", "|");
        let place = match name {
            Some(name) => format!("{}:{}:{}", escape_controls(name), excerpt.line, excerpt.column),
            None => format!("line {}, column {}", excerpt.line, excerpt.column),
        };
        let carets = self.paint("1;31", &"^".repeat(excerpt.marked.max(1)));
        lines.push(format!("{gutter}{} {place}", self.paint("1;34", "-->")));
        lines.push(format!("{gutter} {bar}"));
        lines.push(format!("{} {bar} {}", self.paint("1;34", &number), excerpt.text).trim_end().to_owned());
        lines.push(format!("{gutter} {bar} {}{carets}", " ".repeat(excerpt.before)));
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        let error = self.error;
        let mut details = Vec::new();
        let path = error.path.as_ref().map(|path| escape_controls(&path.to_string_lossy()).into_owned());
        match (&error.pool, path) {
            (Some(pool), Some(path)) => details.push(("pool", format!("{} ({path})", escape_controls(pool)))),
            (Some(pool), None) => details.push(("pool", escape_controls(pool).into_owned())),
            (None, Some(path)) => details.push(("file", path)),
            (None, None) => {}
        }
        details.extend(error.pool_sql.as_ref().map(|sql| ("sent", shortened(sql))));
        details.extend(error.hint.as_ref().map(|hint| ("help", escape_lines(hint))));
        details
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

impl Excerpt {
    fn new(text: &str, span: Span) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |position| position + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |position| start + position);
        let before = &text[line_start..start];
        // A place that goes on in the next line is marked to the end of this one.
        let whole = visible(text[line_start..line_end].trim_end());
        let room_before = if display_width(&whole) <= SHOWN_WIDTH { SHOWN_WIDTH } else { SHOWN_WIDTH / 2 };
        let (shown_before, cut_before) = last_columns(&visible(before), room_before);
        let marked = first_columns(&visible(&text[start..end.min(line_end)]), SHOWN_WIDTH).0;
        let room = SHOWN_WIDTH.saturating_sub(display_width(&marked)).max(SHOWN_WIDTH / 4);
        let rest = visible(text[start..line_end].trim_end());
        let (after, cut_after) = first_columns(&rest, display_width(&marked) + room);
        let ellipsis = |cut: bool| if cut { "…" } else { "" };
        let head = format!("{}{shown_before}", ellipsis(cut_before));
        Self {
            line: text[..start].matches('\n').count() + 1,
            column: before.chars().count() + 1,
            before: display_width(&head),
            marked: display_width(&marked),
            text: format!("{head}{after}{}", ellipsis(cut_after)),
        }
    }
}

/// The text with tabs as four blanks and other control characters as escapes, so that its width is known.
fn visible(text: &str) -> String {
    escape_controls(&text.trim_end_matches('\r').replace('\t', "    ")).into_owned()
}

fn first_columns(text: &str, columns: usize) -> (String, bool) {
    let mut shown = String::new();
    let mut width = 0;
    for letter in text.chars() {
        width += display_width(letter.encode_utf8(&mut [0; 4]));
        if width > columns {
            return (shown, true);
        }
        shown.push(letter);
    }
    (shown, false)
}

fn last_columns(text: &str, columns: usize) -> (String, bool) {
    let mut width = 0;
    for (position, letter) in text.char_indices().rev() {
        width += display_width(letter.encode_utf8(&mut [0; 4]));
        if width > columns {
            return (text[position + letter.len_utf8()..].to_owned(), true);
        }
    }
    (text.to_owned(), false)
}

fn floor_boundary(text: &str, position: usize) -> usize {
    let mut position = position.min(text.len());
    while !text.is_char_boundary(position) {
        position -= 1;
    }
    position
}

/// A message may have several lines, but nothing else that moves the cursor.
fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape_controls).collect::<Vec<_>>().join("\n  ")
}

/// SQL that glue wrote, on one line, cut where it would fill the screen.
fn shortened(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let (shown, cut) = first_columns(&escape_controls(&line), 400);
    if cut { shown + "…" } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(error: &Error, name: Option<&str>, text: &str, offset: usize) -> String {
        Diagnostic { error, source: Some(Source { name, text, offset }), colour: false }.draw()
    }

    fn error(text: &str, marked: &str) -> Error {
        let start = text.find(marked).expect("the marked text");
        Error::query("no column `emial` in crm.customers").at(Span::new(start, start + marked.len()))
    }

    #[test]
    fn the_line_the_caret_and_the_advice() {
        let text = "SELECT *\nFROM customers c, orders o\nWHERE c.emial = o.email\n";
        let error = error(text, "emial").hint("did you mean `email`?").in_pool("crm").on_path("crm.sqlite");
        let wanted = "\
error: no column `emial` in crm.customers
 --> report.sql:3:9
  |
3 | WHERE c.emial = o.email
  |         ^^^^^
  = pool: crm (crm.sqlite)
  = help: did you mean `email`?
";
        assert_eq!(drawn(&error, Some("report.sql"), text, 0), wanted);
    }

    #[test]
    fn a_statement_within_a_script_keeps_its_line() {
        let script = "SELECT 1;\nSELECT emial;";
        let error = Error::query("no column").at(Span::new(7, 12));
        assert!(drawn(&error, None, script, 10).contains("--> line 2, column 8\n  |\n2 | SELECT emial;\n  |        ^^^^^\n"));
    }

    #[test]
    fn tabs_and_wide_letters_keep_the_caret_in_place() {
        let text = "\tSELECT '漢', emial";
        let drawing = drawn(&error(text, "emial"), None, text, 0);
        assert!(drawing.contains("1 |     SELECT '漢', emial\n  |                  ^^^^^\n"), "{drawing}");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let text = format!("SELECT {} emial {}", "a, ".repeat(5_000), ", b".repeat(5_000));
        let drawing = drawn(&error(&text, "emial"), None, &text, 0);
        let lines: Vec<&str> = drawing.lines().collect();
        assert!(lines[3].starts_with("1 | …") && lines[3].ends_with('…'), "{drawing}");
        assert!(display_width(lines[3]) < 170);
        let caret = display_width(&lines[4][..lines[4].find('^').expect("a caret")]);
        let shown = lines[3].find("emial").expect("the place");
        assert_eq!(display_width(&lines[3][..shown]), caret);
    }

    #[test]
    fn a_place_at_the_end_or_outside_is_drawn_all_the_same() {
        let error = Error::query("incomplete input").at(Span::new(8, 9));
        assert!(drawn(&error, None, "SELECT 1", 0).contains("1 | SELECT 1\n  |         ^\n"));
        let error = Error::query("beyond").at(Span::new(800, 900));
        assert!(drawn(&error, None, "", 0).contains("line 1, column 1\n"));
    }
}
