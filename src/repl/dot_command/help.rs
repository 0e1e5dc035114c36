//! What `.help` and the manual page say, made from the definitions.

use std::fmt::Write as _;

use glue::output::display_width;

use super::{COMMANDS, Definition};

/// The command as it is typed: `.mode [FORMAT]`.
pub(super) fn usage(definition: &Definition) -> String {
    let argument = |argument: &super::Argument| {
        if argument.required { format!(" {}", argument.name) } else { format!(" [{}]", argument.name) }
    };
    format!("{}{}", definition.name, definition.arguments.iter().map(argument).collect::<String>())
}

/// All commands, a line each, within `width` columns.
pub(in crate::repl) fn help_of_all(width: usize) -> String {
    let usages: Vec<String> = COMMANDS.iter().map(usage).collect();
    let widest = usages.iter().map(|usage| display_width(usage)).max().unwrap_or(0);
    // In a narrow window what a command does stands below it.
    let is_narrow = width < widest + 40;
    let mut text =
        String::from("Statements end with a semicolon. Tab completes, Ctrl-C cancels, Ctrl-R searches the history.\n\n");
    if is_narrow {
        text = String::from("Statements end with a semicolon.\nTab completes, Ctrl-C cancels.\n\n");
    }
    for (definition, usage) in COMMANDS.iter().zip(&usages) {
        let backslash = definition.aliases.iter().find(|alias| alias.starts_with('\\'));
        let also = backslash.map(|alias| format!(" ({alias})")).unwrap_or_default();
        let written = if is_narrow {
            writeln!(text, "{usage}{also}\n    {}", definition.what)
        } else {
            writeln!(text, "{usage:widest$}  {}{also}", definition.what)
        };
        written.expect("writing to memory cannot fail");
    }
    text
}

/// All there is to say about one command, within `width` columns.
pub(in crate::repl) fn help_of(definition: &Definition, width: usize) -> String {
    let mut lines = vec![definition.what.to_owned()];
    lines.extend(definition.more.lines().map(str::to_owned));
    let listed = |argument: &&super::Argument| !argument.kind.words().is_empty();
    let words = |argument: &super::Argument| format!("{}: {}", argument.name, argument.kind.words().join(", "));
    lines.extend(definition.arguments.iter().filter(listed).map(words));
    if !definition.aliases.is_empty() {
        lines.push(format!("also: {}", definition.aliases.join(", ")));
    }
    let mut text = format!("{}\n", usage(definition));
    for line in lines {
        push_wrapped(&mut text, &line, width);
    }
    text
}

/// Adds a line two columns in, and what does not fit of it four columns in.
fn push_wrapped(text: &mut String, line: &str, width: usize) {
    let mut used = 0;
    for word in line.split(' ') {
        let needed = display_width(word);
        if used == 0 {
            text.push_str("  ");
            used = 2;
        } else if used + 1 + needed > width {
            text.push_str("\n    ");
            used = 4;
        } else {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += needed;
    }
    text.push('\n');
}

/// The section of the manual page.
pub(crate) fn all_as_roff() -> String {
    let mut text = String::from(".SH \"DOT COMMANDS\"\nIn the shell:\n");
    for definition in COMMANDS {
        let aliases = definition.aliases.join(", ");
        let also = if aliases.is_empty() { String::new() } else { format!(" Also: {aliases}.") };
        let more = definition.more.replace('\n', " ");
        let body = format!("{}. {more}{also}", definition.what);
        writeln!(text, ".TP\n\\fB{}\\fR\n{}", escaped(&usage(definition)), escaped(body.trim()))
            .expect("writing to memory cannot fail");
    }
    text
}

/// roff reads a backslash as the start of a request, and a dot or quote at a line's start as one too.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::dot_command::find;

    #[test]
    fn help_names_every_command_and_fits_a_narrow_window() {
        for width in [40, 100] {
            let text = help_of_all(width);
            assert!(COMMANDS.iter().all(|definition| text.contains(&usage(definition))));
            assert!(text.lines().all(|line| display_width(line) <= 110), "{text}");
        }
        let mode = help_of(find(".mode").expect("a command"), 40);
        assert!(
            mode.starts_with(".mode [FORMAT]\n  Print rows in another format\n  FORMAT: box, ") && mode.contains("jsonl"),
            "{mode}"
        );
        assert!(mode.lines().all(|line| display_width(line) <= 40), "{mode}");
    }

    #[test]
    fn roff_sees_no_request_in_a_command() {
        let text = all_as_roff();
        assert!(text.contains("\\fB\\&.help [COMMAND]\\fR"), "{text}");
        let is_request = |line: &str| line.starts_with(".SH") || line == ".TP";
        assert!(text.lines().filter(|line| line.starts_with('.')).all(is_request), "{text}");
    }
}
