//! The present moment, which is one for a whole statement, in all pools and in memory: it is bound as a constant.

use super::BoundExpr;
use super::binder::Binder;
use crate::value::{Value, oracle};

/// Functions whose arguments are times, from the position on where these begin.
const TIME_FUNCTIONS: &[(&str, usize, usize)] = &[
    ("date", 0, 1),
    ("time", 0, 1),
    ("datetime", 0, 1),
    ("julianday", 0, 1),
    ("unixepoch", 0, 1),
    ("strftime", 1, 1),
    ("timediff", 0, 2),
];

impl Binder<'_> {
    /// The arguments of a time function, with the moment in place of 'now' and of a time that is left out: before the modifier 'subsec',
    /// which may stand alone.
    pub(super) fn at_the_moment(&mut self, name: &str, mut arguments: Vec<BoundExpr>) -> Vec<BoundExpr> {
        let Some((_, first, count)) = TIME_FUNCTIONS.iter().find(|(known, ..)| *known == name) else { return arguments };
        let is_subsec = |argument: &BoundExpr| match argument {
            BoundExpr::Literal(Value::Text(text)) => {
                [&b"subsec"[..], b"subsecond"].iter().any(|word| text.eq_ignore_ascii_case(word))
            }
            _ => false,
        };
        if arguments.len() == *first || (*count == 1 && arguments.get(*first).is_some_and(is_subsec)) {
            arguments.insert(*first, BoundExpr::Literal(self.moment()));
        }
        for argument in arguments.iter_mut().skip(*first).take(*count) {
            if matches!(argument, BoundExpr::Literal(Value::Text(text)) if text.eq_ignore_ascii_case(b"now")) {
                *argument = BoundExpr::Literal(self.moment());
            }
        }
        arguments
    }

    /// `CURRENT_DATE`, `CURRENT_TIME` and `CURRENT_TIMESTAMP`.
    pub(super) fn current(&mut self, word: &str) -> BoundExpr {
        let function = match word.to_ascii_uppercase().as_str() {
            "CURRENT_DATE" => "date",
            "CURRENT_TIME" => "time",
            _ => "datetime",
        };
        BoundExpr::Function { name: function.to_owned(), arguments: vec![BoundExpr::Literal(self.moment())] }
    }

    /// The moment at which the statement was first bound, to the millisecond, as SQLite counts; in universal time, and said so.
    fn moment(&mut self) -> Value {
        let ask = || {
            oracle::ask_sql("SELECT strftime('%Y-%m-%d %H:%M:%fZ', 'now')", &[]).expect("the linked SQLite knows what time it is")
        };
        self.moment.get_or_insert_with(ask).clone()
    }
}
