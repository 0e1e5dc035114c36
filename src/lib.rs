//! glue makes many SQLite files look like one database: a statement is split, each file answers its part, and the rows are
//! joined in memory with SQLite's own semantics. This page is the plan of the house.
//!
//! # One query's life
//!
//! 1. A program registers a [`connection::ConnectionPool`] per file with a [`connection::ConnectionManager`]. Nothing is opened
//!    yet.
//! 2. [`session::Session::query`] reads the text with [`sql::parse`] into a [`statement::Statement`]. What cannot be read for
//!    certain stays text, which SQLite itself runs. A program may as well write the [`statement::QueryStatement`] itself.
//! 3. The session collects the names of the tables, loads the [`catalog::Catalog`] of each pool that they need, and hands both to
//!    `bind::bind`, which gives every column an id and every comparison its affinity and collation.
//! 4. `planner::plan` lets conditions sink to the tables they are about, and those that follow from them (columns equal to a
//!    third are equal to each other), makes a `planner::PoolQuery` of what each pool is to do, and joins, groups and sorts the
//!    rest in `planner::Node`s. What several SELECTs read alike is read once.
//! 5. One of three routes answers: *pool* (the text as it is, where one pool holds everything), *attached* (the text as it is,
//!    on one connection with the files attached) or *federated* (the plan, by `execution::Execution`). Left to choose, the session lets
//!    SQLite try first for a fraction of the time that the federated plan is expected to take.
//! 6. Rows come as [`batch::Batch`]es, which [`output`] writes in the format asked for; programs read them one by one, as tuples
//!    and structs ([`session::QueryResult::rows`]) or as Arrow has them ([`batch::ArrowLayout`]). [`input`] reads files into
//!    batches, for import.
//!
//! # Architecture
//!
//! Data flows one way, `session → sql → bind → planner → execution → output`; `tests/architecture.rs` holds the table of who may
//! import whom.
//!
//! * Steps come in several instances, one a thread, where their rows are many; the held side of a join is shared by them, and
//!   tells the scans below which rows have a partner.
//! * Steps that collect rows ask the statement's memory budget first; what does not fit waits in temporary files.
//! * Nothing below the binary writes to the terminal.
//! * The planner opens nothing: it sees catalogs, has the session look at a few rows of big tables, and its plans print themselves.
//! * A storage class is a property of a batch, never of a column: SQLite lets every row differ, so nothing fails on a type.
//! * `unsafe` stands in `ffi` alone.
//! * SQL is read by a parser of our own, in `sql`: no other reads SQLite's language as SQLite does.
//! * Only `connection`, `catalog::load`, `sqlite_file`, `expression` and `execution` talk to SQLite.
//! * Big scans read the pages of a table, or of an index that holds all they need, themselves ([`sqlite_file`]), always within
//!   SQLite's read transaction and through its own file handle. Where a join knows the keys, and they are few, an index tells which of
//!   the table's pages hold their rows, and no others are read.

#[cfg(feature = "async")]
pub mod asynchronous;
pub mod batch;
mod bind;
pub mod cancel;
pub mod catalog;
pub mod config;
pub mod connection;
pub mod error;
mod execution;
mod expression;
mod ffi;
mod functions;
pub mod input;
pub mod output;
mod planner;
pub mod session;
pub mod sql;
pub mod sqlite_file;
pub mod statement;
pub mod value;
