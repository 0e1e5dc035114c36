//! Statements that are no queries: writes, transactions, settings, attaching. Their text goes to SQLite; what is known of
//! them is which pool they are about.

use super::{Identifier, SchemaReference};

/// A statement that changes a database.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What it does.
    pub kind: WriteKind,
    /// The table, view, index or trigger that it names as its object; for VACUUM the pool alone is named, as the table's
    /// qualifier is.
    pub target: Option<SchemaReference>,
    /// The table that an index or a trigger is made on.
    pub on: Option<SchemaReference>,
    /// What it takes away, where that is more than the rows that it picks.
    pub sweep: Option<Sweep>,
}

/// What a write takes away at one stroke: what a person may want to think over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// DROP: the target itself.
    Target,
    /// ALTER TABLE … DROP: a column of the target.
    Column,
    /// DELETE without WHERE: every row of the target.
    Rows,
    /// UPDATE without WHERE: values in every row of the target.
    Values,
}

/// What a write does to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// INSERT, REPLACE, UPDATE, DELETE: other tables may be read, also those of other pools.
    Rows,
    /// CREATE TABLE … AS SELECT, or with columns; also CREATE VIRTUAL TABLE.
    CreateTable,
    /// CREATE VIEW, whose names mean tables of the view's own database.
    CreateView,
    /// CREATE INDEX, and CREATE TRIGGER, whose names mean tables of the index's own database.
    CreateOnTable,
    /// ALTER TABLE, DROP TABLE, DROP VIEW.
    ChangeTable,
    /// DROP INDEX, DROP TRIGGER.
    DropOnTable,
    /// ANALYZE and REINDEX of a pool, table or index.
    Maintain,
    /// VACUUM.
    Vacuum,
    /// VACUUM INTO, which writes another file.
    VacuumInto,
}

/// BEGIN and what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionCommand {
    /// BEGIN
    Begin,
    /// COMMIT, END
    Commit,
    /// ROLLBACK
    Rollback,
    /// ROLLBACK TO a savepoint
    RollbackTo,
    /// SAVEPOINT, which begins a transaction where there is none
    Savepoint,
    /// RELEASE, which commits where the savepoint began the transaction
    Release,
}

/// A PRAGMA.
#[derive(Debug, Clone, PartialEq)]
pub struct Pragma {
    /// The pool in front of its name.
    pub pool: Option<Identifier>,
    /// Its name.
    pub name: Identifier,
    /// The table in brackets behind it, where it takes one.
    pub table: Option<Identifier>,
    /// What it does.
    pub effect: PragmaEffect,
}

/// What a PRAGMA does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PragmaEffect {
    /// It only answers.
    Reads,
    /// It changes something that is kept in the file (`user_version`, `journal_mode`, …).
    WritesFile,
    /// It changes the connection, for as long as that lives.
    SetsConnection,
}

/// ATTACH and DETACH.
#[derive(Debug, Clone, PartialEq)]
pub enum AttachCommand {
    /// `ATTACH path AS name`
    Attach {
        /// The path, where it is written as text.
        path: Option<String>,
        /// The name.
        name: Identifier,
    },
    /// `DETACH name`
    Detach {
        /// The name.
        name: Identifier,
    },
}
