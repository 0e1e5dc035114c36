//! Words as a POSIX shell reads them, for commands that are shown to be copied.

/// The word, in quotes where it needs them.
pub(crate) fn shell_word(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-=".contains(letter)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(shell_word("a/b.toml"), "a/b.toml");
        assert_eq!(shell_word("it's here"), "'it'\\''s here'");
        assert_eq!(shell_word(""), "''");
    }
}
