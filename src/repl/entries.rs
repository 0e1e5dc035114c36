//! What somebody typed, cut into statements and dot commands.
//!
//! One press of Enter may hand over any number of both, since people paste. A dot command is a line that begins, where a
//! statement could, with a dot or a backslash. A backslash behind the beginning of a statement, which no SQL holds outside of
//! quotes, sends that to the command, as in psql: `SELECT 1 \gx`.

use glue::sql::{TokenKind, has_open_comment, split, tokens};

/// A statement or a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    /// A statement, and where it starts.
    Statement {
        /// Its text without the semicolon.
        text: &'a str,
        /// Where it starts.
        offset: usize,
        /// Whether a semicolon ended it.
        complete: bool,
    },
    /// A command.
    Command {
        /// Its line.
        line: &'a str,
        /// The statement that a backslash sent to it.
        statement: Option<&'a str>,
    },
}

/// The statements and commands of a text, in order.
pub(super) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut from = 0;
    'rest: loop {
        let rest = &text[from..];
        for statement in split(rest) {
            let offset = from + statement.offset;
            let command = if statement.text.starts_with('.') { Some(0) } else { backslash_in(statement.text) };
            if let Some(command) = command {
                let start = offset + command;
                let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
                let before = text[offset..start].trim_end();
                let sent = Some(before).filter(|before| !before.is_empty());
                entries.push(Entry::Command { line: text[start..end].trim_end(), statement: sent });
                from = end;
                continue 'rest;
            }
            entries.push(Entry::Statement { text: statement.text, offset, complete: statement.complete });
        }
        return entries;
    }
}

/// Whether Enter sends the text: every statement is ended, and no comment is open. Empty lines are sent too.
pub(super) fn is_complete(text: &str) -> bool {
    if is_bare_command(text) {
        return true;
    }
    match entries(text).last() {
        Some(Entry::Statement { complete: false, .. }) => false,
        // A command takes its line whatever quotes and comments it opens.
        Some(Entry::Command { line, .. }) if text.trim_end().ends_with(line) => true,
        _ => !has_open_comment(text),
    }
}

/// The words that people type to leave, or to be helped, before they know of dots.
pub(super) fn is_bare_command(text: &str) -> bool {
    ["exit", "quit", "help"].iter().any(|word| word.eq_ignore_ascii_case(text.trim().trim_end_matches(';')))
}

/// Where the first backslash outside of quotes and comments stands.
fn backslash_in(statement: &str) -> Option<usize> {
    // Most statements hold none at all, and need not be read again.
    statement.contains('\\').then_some(())?;
    let is_backslash = |text: &str, kind| kind == TokenKind::Illegal && text.starts_with('\\');
    tokens(statement).iter().find(|token| is_backslash(token.of(statement), token.kind)).map(|token| token.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(text: &str, offset: usize) -> Entry<'_> {
        Entry::Statement { text, offset, complete: true }
    }

    fn command(line: &str) -> Entry<'_> {
        Entry::Command { line, statement: None }
    }

    #[test]
    fn a_paste_of_several_statements_and_commands_is_cut_up() {
        let text = "SELECT 1; SELECT ';' -- ;\n;\n.mode csv\nSELECT 2;\n\\timing\n";
        let wanted = [
            statement("SELECT 1", 0),
            statement("SELECT ';'", 10),
            command(".mode csv"),
            statement("SELECT 2", 38),
            command("\\timing"),
        ];
        assert_eq!(entries(text), wanted);
    }

    #[test]
    fn a_backslash_sends_the_statement_before_it() {
        assert_eq!(entries("SELECT '\\'\n\\gx"), [Entry::Command { line: "\\gx", statement: Some("SELECT '\\'") }]);
        assert_eq!(entries(".read a\\b"), [command(".read a\\b")]);
    }

    #[test]
    fn enter_sends_only_what_is_whole() {
        for whole in ["", "  ", ".tables", "SELECT 1;", "SELECT 1; -- and", "\\d it's", ".print /* x", "quit", "SELECT 1 \\g"] {
            assert!(is_complete(whole), "{whole:?}");
        }
        let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;";
        for part in ["SELECT 1", "SELECT ';", "SELECT 1; /* and", "/*", "SELECT \"a;", "SELECT 1; SELECT", trigger, "quit now"] {
            assert!(!is_complete(part), "{part:?}");
        }
        assert!(is_complete(&format!("{trigger} END;")));
    }
}
