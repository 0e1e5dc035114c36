//! A script to its statements: the state machine of `sqlite3_complete`, which knows that the body of a trigger holds
//! semicolons and ends with `; END;`.

use super::StatementText;
use super::tokens::{Token, tokenize};

/// Where the machine stands within a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first word.
    Start,
    /// Inside, up to the next semicolon.
    Normal,
    /// Behind EXPLAIN.
    Explain,
    /// Behind CREATE, or CREATE TEMP.
    Create,
    /// Inside CREATE TRIGGER.
    Trigger,
    /// Behind a semicolon of a trigger.
    TriggerSemicolon,
    /// Behind `; END` of a trigger.
    TriggerEnd,
}

impl State {
    /// The state behind a token that is no semicolon.
    fn behind(self, token: &Token, script: &str) -> Self {
        let word = |word| token.is_word(script, word);
        match self {
            Self::Start if word("EXPLAIN") => Self::Explain,
            Self::Start | Self::Explain if word("CREATE") => Self::Create,
            Self::Explain if !(word("TEMP") || word("TEMPORARY") || word("TRIGGER") || word("END") || word("EXPLAIN")) => {
                Self::Explain
            }
            Self::Create if word("TEMP") || word("TEMPORARY") => Self::Create,
            Self::Create if word("TRIGGER") => Self::Trigger,
            Self::Start | Self::Normal | Self::Explain | Self::Create => Self::Normal,
            Self::TriggerSemicolon if word("END") => Self::TriggerEnd,
            Self::Trigger | Self::TriggerSemicolon | Self::TriggerEnd => Self::Trigger,
        }
    }

    /// The state behind a semicolon; `Start` where it ends the statement.
    fn behind_semicolon(self) -> Self {
        match self {
            Self::Trigger | Self::TriggerSemicolon => Self::TriggerSemicolon,
            _ => Self::Start,
        }
    }
}

/// See [`super::split`].
pub(super) fn split(script: &str) -> Vec<StatementText<'_>> {
    let mut statements = Vec::new();
    let mut state = State::Start;
    let mut open: Option<(usize, usize)> = None;
    for token in tokenize(script) {
        if token.is_symbol(script, ";") {
            state = state.behind_semicolon();
            if state == State::Start {
                if let Some((start, end)) = open.take() {
                    statements.push(StatementText { text: &script[start..end], offset: start, complete: true });
                }
                continue;
            }
        } else {
            state = state.behind(&token, script);
        }
        open = Some((open.map_or(token.start, |(start, _)| start), token.end));
    }
    if let Some((start, end)) = open {
        statements.push(StatementText { text: &script[start..end], offset: start, complete: false });
    }
    statements
}
