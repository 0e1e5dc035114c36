//! Colours for what is being typed.

use glue::sql::{TokenKind, is_keyword, tokens};

use super::entries::{Entry, entries};

const RESET: &str = "\u{1b}[0m";
const KEYWORD: &str = "\u{1b}[1;34m";
const TEXT: &str = "\u{1b}[32m";
const NUMBER: &str = "\u{1b}[36m";
const PARAMETER: &str = "\u{1b}[35m";
const WRONG: &str = "\u{1b}[31m";
const COMMAND: &str = "\u{1b}[1;36m";
const DIM: &str = "\u{1b}[2m";

/// The text with colours; without them it is the same, letter by letter.
pub(super) fn highlighted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for entry in entries(text) {
        match entry {
            Entry::Statement { text: statement, offset, .. } => {
                append_gap(&text[at..offset], &mut out);
                append_statement(statement, &mut out);
                at = offset + statement.len();
            }
            Entry::Command { line, statement } => {
                // Both are parts of the text, so their places follow from each other.
                let start = line.as_ptr() as usize - text.as_ptr() as usize;
                if let Some(statement) = statement {
                    let first = statement.as_ptr() as usize - text.as_ptr() as usize;
                    append_gap(&text[at..first], &mut out);
                    append_statement(statement, &mut out);
                    at = first + statement.len();
                }
                append_gap(&text[at..start], &mut out);
                let name = line.find(char::is_whitespace).unwrap_or(line.len());
                append(COMMAND, &line[..name], &mut out);
                out.push_str(&line[name..]);
                at = start + line.len();
            }
        }
    }
    append_gap(&text[at..], &mut out);
    out
}

/// Dim, for what is offered rather than typed.
pub(super) fn dimmed(text: &str) -> String {
    format!("{DIM}{text}{RESET}")
}

fn append_statement(text: &str, out: &mut String) {
    let mut at = 0;
    for token in tokens(text) {
        append_gap(&text[at..token.start], out);
        let piece = token.of(text);
        match token.kind {
            TokenKind::Word if is_keyword(piece) => append(KEYWORD, piece, out),
            TokenKind::Text | TokenKind::Blob => append(TEXT, piece, out),
            TokenKind::Number => append(NUMBER, piece, out),
            TokenKind::Parameter => append(PARAMETER, piece, out),
            // What is merely not closed yet is no mistake.
            TokenKind::Illegal if piece.starts_with('\'') => append(TEXT, piece, out),
            TokenKind::Illegal if piece.starts_with(['"', '`', '[']) => out.push_str(piece),
            TokenKind::Illegal => append(WRONG, piece, out),
            TokenKind::Word | TokenKind::Quoted | TokenKind::Symbol => out.push_str(piece),
        }
        at = token.end;
    }
    append_gap(&text[at..], out);
}

/// Blanks, semicolons and comments.
fn append_gap(gap: &str, out: &mut String) {
    if gap.contains("--") || gap.contains("/*") { append(DIM, gap, out) } else { out.push_str(gap) }
}

fn append(colour: &str, text: &str, out: &mut String) {
    // A line of its own each, so that whoever draws the text line by line need not carry colours over.
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.push_str(colour);
            out.push_str(line);
            out.push_str(RESET);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        }
        plain
    }

    #[test]
    fn colours_change_no_letter() {
        let texts = [
            "SELECT 'a', x'0a', 1.5, :p FROM \"t\" -- why\n WHERE a = 'öpen",
            ".mode csv\nSELECT 1; /* c */ .x\n",
            "SELECT 1 \\gx\n\\d it's",
            "$ § \\",
            "",
        ];
        for text in texts {
            assert_eq!(plain(&highlighted(text)), text);
        }
    }

    #[test]
    fn keywords_and_texts_stand_out() {
        assert_eq!(highlighted("select 'a' FROM t"), format!("{KEYWORD}select{RESET} {TEXT}'a'{RESET} {KEYWORD}FROM{RESET} t"));
        assert_eq!(highlighted(".mode csv"), format!("{COMMAND}.mode{RESET} csv"));
    }
}
