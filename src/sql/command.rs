//! Statements that are no queries, known by their first words.

use super::reads_only::pragma_effect;
use super::source::Source;
use super::tokens::TokenKind;
use crate::statement::{
    AttachCommand, Identifier, Pragma, SchemaReference, Statement, Sweep, TransactionCommand, Write, WriteKind,
};

/// The statement from the token at an index, if its first words make it one of these.
pub(super) fn command(source: &Source, first: usize) -> Option<Statement> {
    let word = |word: &str| source.is_word(first, word);
    let begins = |words: &[&str]| words.iter().any(|each| word(each));
    if begins(&["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"]) {
        return Some(Statement::Transaction(transaction(source, first)));
    }
    if word("PRAGMA") {
        return pragma(source, first + 1).map(Statement::Pragma);
    }
    if word("ATTACH") || word("DETACH") {
        return attach(source, first).map(Statement::Attach);
    }
    let verb = if word("WITH") { super::reads_only::verb_behind_with(source, first)?.0 } else { first };
    write(source, verb).map(|write| Statement::Write(Box::new(write)))
}

fn transaction(source: &Source, first: usize) -> TransactionCommand {
    let word = |word: &str| source.is_word(first, word);
    if word("BEGIN") {
        TransactionCommand::Begin
    } else if word("SAVEPOINT") {
        TransactionCommand::Savepoint
    } else if word("RELEASE") {
        TransactionCommand::Release
    } else if word("ROLLBACK") {
        let behind = first + 1 + usize::from(source.is_word(first + 1, "TRANSACTION"));
        if source.is_word(behind, "TO") { TransactionCommand::RollbackTo } else { TransactionCommand::Rollback }
    } else {
        TransactionCommand::Commit
    }
}

fn pragma(source: &Source, first: usize) -> Option<Pragma> {
    let (pool, name, behind) = qualified(source, first)?;
    let table = if source.is_symbol(behind, "(") { name_at(source, behind + 1) } else { None };
    Some(Pragma { pool, name, table, effect: pragma_effect(source, first) })
}

/// `ATTACH [DATABASE] path AS name`, `DETACH [DATABASE] name`.
fn attach(source: &Source, first: usize) -> Option<AttachCommand> {
    let behind = first + 1 + usize::from(source.is_word(first + 1, "DATABASE"));
    if source.is_word(first, "DETACH") {
        return Some(AttachCommand::Detach { name: name_at(source, behind)? });
    }
    let text = |index: usize| {
        let token = source.token(index).filter(|token| matches!(token.kind, TokenKind::Text | TokenKind::Quoted))?;
        Some(token.name(&source.text))
    };
    let as_at = (behind..source.tokens.len()).rfind(|index| source.is_word(*index, "AS"))?;
    let path = if as_at == behind + 1 { text(behind) } else { None };
    Some(AttachCommand::Attach { path, name: name_at(source, as_at + 1)? })
}

fn write(source: &Source, verb: usize) -> Option<Write> {
    let word = |index: usize, word: &str| source.is_word(index, word);
    let of = |kind: WriteKind, at: usize| {
        let target = reference(source, at).map(|(target, _)| target);
        Some(Write { kind, target, on: None, sweep: sweep(source, verb) })
    };
    // INSERT OR REPLACE, UPDATE OR FAIL, …
    let behind_or = |at: usize| if word(at, "OR") { at + 2 } else { at };
    if word(verb, "INSERT") || word(verb, "REPLACE") {
        let into = behind_or(verb + 1);
        of(WriteKind::Rows, into + usize::from(word(into, "INTO")))
    } else if word(verb, "UPDATE") {
        of(WriteKind::Rows, behind_or(verb + 1))
    } else if word(verb, "DELETE") {
        of(WriteKind::Rows, verb + 1 + usize::from(word(verb + 1, "FROM")))
    } else if word(verb, "CREATE") {
        create(source, verb + 1)
    } else if word(verb, "DROP") {
        let is_table = word(verb + 1, "TABLE") || word(verb + 1, "VIEW");
        let at = verb + 2 + if word(verb + 2, "IF") { 2 } else { 0 };
        of(if is_table { WriteKind::ChangeTable } else { WriteKind::DropOnTable }, at)
    } else if word(verb, "ALTER") {
        of(WriteKind::ChangeTable, verb + 2)
    } else if word(verb, "ANALYZE") || word(verb, "REINDEX") {
        of(WriteKind::Maintain, verb + 1)
    } else if word(verb, "VACUUM") {
        Some(vacuum(source, verb + 1))
    } else {
        None
    }
}

fn sweep(source: &Source, verb: usize) -> Option<Sweep> {
    let word = |index: usize, word: &str| source.is_word(index, word);
    let is_picky = || outside_brackets(source, verb).any(|index| word(index, "WHERE"));
    if word(verb, "DROP") {
        Some(Sweep::Target)
    } else if word(verb, "ALTER") {
        let (_, behind) = reference(source, verb + 2)?;
        word(behind, "DROP").then_some(Sweep::Column)
    } else if word(verb, "DELETE") {
        (!is_picky()).then_some(Sweep::Rows)
    } else if word(verb, "UPDATE") {
        (!is_picky()).then_some(Sweep::Values)
    } else {
        None
    }
}

/// The tokens from one on that stand in no brackets.
fn outside_brackets(source: &Source, first: usize) -> impl Iterator<Item = usize> {
    let mut depth = 0_usize;
    (first..source.tokens.len()).filter(move |index| {
        if source.is_symbol(*index, "(") {
            depth += 1;
        } else if source.is_symbol(*index, ")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0
    })
}

fn create(source: &Source, mut at: usize) -> Option<Write> {
    let word = |index: usize, word: &str| source.is_word(index, word);
    let mut temporary = None;
    while ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"].iter().any(|skipped| word(at, skipped)) {
        if word(at, "TEMP") || word(at, "TEMPORARY") {
            temporary = Some(Identifier::new("temp"));
        }
        at += 1;
    }
    let kind = match source.token(at)?.of(&source.text).to_ascii_uppercase().as_str() {
        "TABLE" => WriteKind::CreateTable,
        "VIEW" => WriteKind::CreateView,
        "INDEX" | "TRIGGER" => WriteKind::CreateOnTable,
        _ => return None,
    };
    at += 1;
    if word(at, "IF") {
        at += 3;
    }
    let (mut target, behind) = reference(source, at)?;
    target.pool = target.pool.or(temporary);
    let on = (behind..source.tokens.len()).find(|index| word(*index, "ON")).filter(|_| kind == WriteKind::CreateOnTable);
    let on = on.and_then(|on| reference(source, on + 1)).map(|(table, _)| table);
    Some(Write { kind, target: Some(target), on, sweep: None })
}

/// `VACUUM [pool] [INTO file]`: the pool's name stands as the qualifier of no table.
fn vacuum(source: &Source, at: usize) -> Write {
    let pool = if source.is_word(at, "INTO") { None } else { name_at(source, at) };
    let into = at + usize::from(pool.is_some());
    let kind = if source.is_word(into, "INTO") { WriteKind::VacuumInto } else { WriteKind::Vacuum };
    let target = pool.map(|pool| {
        let name = Identifier::new("sqlite_schema");
        SchemaReference::named(Some(pool), name)
    });
    Write { kind, target, on: None, sweep: None }
}

/// `[pool.]name`, and the index behind it.
fn reference(source: &Source, at: usize) -> Option<(SchemaReference, usize)> {
    let (pool, name, behind) = qualified(source, at)?;
    Some((SchemaReference::named(pool, name), behind))
}

fn qualified(source: &Source, at: usize) -> Option<(Option<Identifier>, Identifier, usize)> {
    let first = name_at(source, at)?;
    if source.is_symbol(at + 1, ".") {
        return Some((Some(first), name_at(source, at + 2)?, at + 3));
    }
    Some((None, first, at + 1))
}

/// The name at an index, text in single quotes included, which SQLite takes for a name here.
fn name_at(source: &Source, at: usize) -> Option<Identifier> {
    let token = source.token(at)?;
    let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Text);
    is_name.then(|| source.identifier_of(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> String {
        match crate::sql::parse(text) {
            Statement::Write(write) => {
                let name = |table: &SchemaReference| {
                    let pool = table.pool.as_ref().map_or(String::new(), |pool| format!("{}.", pool.name));
                    format!("{pool}{}", table.name.name)
                };
                let on = write.on.as_ref().map_or(String::new(), |on| format!(" on {}", name(on)));
                format!("{:?} {}{on}", write.kind, write.target.as_ref().map_or_else(|| "-".to_owned(), name))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn writes_name_their_targets() {
        for (text, expected) in [
            ("INSERT INTO a.t SELECT * FROM b.u", "Rows a.t"),
            ("insert or replace into [t] values (1)", "Rows t"),
            ("REPLACE INTO t VALUES (1)", "Rows t"),
            ("UPDATE OR IGNORE a.t SET x = 1", "Rows a.t"),
            ("DELETE FROM 't' WHERE 1", "Rows t"),
            ("WITH c AS (SELECT * FROM b.u) INSERT INTO a.t SELECT * FROM c", "Rows a.t"),
            ("WITH RECURSIVE c(x) AS (VALUES (1)) DELETE FROM t", "Rows t"),
            ("CREATE TABLE IF NOT EXISTS a.t AS SELECT 1", "CreateTable a.t"),
            ("CREATE TEMP TABLE t(x)", "CreateTable temp.t"),
            ("CREATE VIRTUAL TABLE a.v USING fts5(x)", "CreateTable a.v"),
            ("CREATE UNIQUE INDEX i ON t(x)", "CreateOnTable i on t"),
            ("CREATE TRIGGER a.g AFTER UPDATE OF x ON t BEGIN DELETE FROM u; END", "CreateOnTable a.g on t"),
            ("CREATE VIEW v AS SELECT * FROM t", "CreateView v"),
            ("DROP TABLE IF EXISTS t", "ChangeTable t"),
            ("DROP INDEX a.i", "DropOnTable a.i"),
            ("ALTER TABLE t ADD COLUMN y", "ChangeTable t"),
            ("ANALYZE", "Maintain -"),
            ("REINDEX a.t", "Maintain a.t"),
            ("VACUUM a INTO 'x'", "VacuumInto a.sqlite_schema"),
            ("VACUUM", "Vacuum -"),
        ] {
            assert_eq!(target(text), expected, "{text}");
        }
    }

    #[test]
    fn what_takes_much_away_is_known() {
        for (text, expected) in [
            ("DROP VIEW v", Some(Sweep::Target)),
            ("drop index if exists a.i", Some(Sweep::Target)),
            ("ALTER TABLE a.t DROP COLUMN x", Some(Sweep::Column)),
            ("ALTER TABLE t RENAME TO \"drop\"", None),
            ("DELETE FROM t", Some(Sweep::Rows)),
            ("DELETE FROM t RETURNING (SELECT 1 WHERE 1)", Some(Sweep::Rows)),
            ("DELETE FROM t WHERE x", None),
            ("UPDATE t SET x = (SELECT max(y) FROM u WHERE y < 3)", Some(Sweep::Values)),
            ("WITH c AS (SELECT 1 WHERE 0) UPDATE t SET x = 1", Some(Sweep::Values)),
            ("UPDATE t SET x = 1 FROM u WHERE u.id = t.id", None),
            ("INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET x = 1", None),
            ("CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END", None),
        ] {
            let Statement::Write(write) = crate::sql::parse(text) else { panic!("{text} is a write") };
            assert_eq!(write.sweep, expected, "{text}");
        }
    }

    #[test]
    fn transactions_settings_and_attaching_are_known() {
        let parse = crate::sql::parse;
        for (text, expected) in [
            ("BEGIN IMMEDIATE", TransactionCommand::Begin),
            ("END", TransactionCommand::Commit),
            ("ROLLBACK TRANSACTION TO x", TransactionCommand::RollbackTo),
            ("ROLLBACK", TransactionCommand::Rollback),
            ("RELEASE x", TransactionCommand::Release),
        ] {
            assert_eq!(parse(text), Statement::Transaction(expected), "{text}");
        }
        let attach = AttachCommand::Attach { path: Some("a b.db".to_owned()), name: "x".into() };
        assert_eq!(parse("ATTACH DATABASE 'a b.db' AS x"), Statement::Attach(attach));
        assert_eq!(parse("DETACH x"), Statement::Attach(AttachCommand::Detach { name: "x".into() }));
    }
}
