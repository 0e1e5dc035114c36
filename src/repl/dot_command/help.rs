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
    let mut text = String::new();
    push_wrapped(
        &mut text,
        "",
        "Statements end with a semicolon. Tab completes, Ctrl-C cancels, Ctrl-R searches the history.",
        width,
        0,
    );
    text.push('\n');
    for (definition, usage) in COMMANDS.iter().zip(&usages) {
        let backslash = definition.aliases.iter().find(|alias| alias.starts_with('\\'));
        let also = backslash.map(|alias| format!(" ({alias})")).unwrap_or_default();
        if is_narrow {
            writeln!(text, "{usage}{also}").expect("writing to memory cannot fail");
            push_wrapped(&mut text, "    ", definition.what, width, 4);
        } else {
            push_wrapped(&mut text, &format!("{usage:widest$}  "), &format!("{}{also}", definition.what), width, widest + 2);
        }
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
        push_wrapped(&mut text, "  ", &line, width, 4);
    }
    text
}

/// Adds a line behind `first`, and what does not fit of it on lines `indent` columns in.
fn push_wrapped(text: &mut String, first: &str, line: &str, width: usize, indent: usize) {
    text.push_str(first);
    let mut used = display_width(first);
    for (index, word) in line.split(' ').enumerate() {
        let needed = display_width(word);
        if index > 0 && used + 1 + needed > width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            used = indent;
        } else if index > 0 {
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
        for width in [40, 80, 100] {
            let text = help_of_all(width);
            assert!(COMMANDS.iter().all(|definition| text.contains(&usage(definition))));
            assert!(text.lines().all(|line| display_width(line) <= width), "{text}");
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
