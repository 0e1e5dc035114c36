//! A folder to run the program in, and what the program said.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) const GLUE: &str = env!("CARGO_BIN_EXE_glue");

/// A folder to run in, with a home of its own, so that nobody's own configuration is found.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A place with `crm.sqlite` and `sales.sqlite`.
    pub(crate) fn with_shop() -> Self {
        let place = Self::new();
        place.database(
            "crm.sqlite",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
             INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com'), (2, 'Bob', NULL), (3, 'Cy', '');",
        );
        place.database(
            "sales.sqlite",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL);
             INSERT INTO orders VALUES (10, 1, 2.5), (11, 1, 4.0), (12, 2, 12.25);",
        );
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database(&self, name: &str, sql: &str) {
        let connection = Connection::open(self.path(name)).expect("a new database");
        connection.execute_batch(sql).expect("right SQL");
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a new file");
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("HOME", self.folder.path()).env("NO_COLOR", "1");
        for name in ["GLUE_CONFIG", "GLUE_HISTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "COLUMNS"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn glue(&self, arguments: &[&str]) -> Said {
        said(&self.command(GLUE).args(arguments).stdin(Stdio::null()).output().expect("the program runs"))
    }

    pub(crate) fn glue_reading(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(GLUE);
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the program reads");
        said(&child.wait_with_output().expect("the program ends"))
    }
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

#[track_caller]
pub(crate) fn succeeds(said: &Said, out: &str) {
    assert_eq!((said.code, said.out.as_str()), (Some(0), out), "{said:?}");
}

#[track_caller]
pub(crate) fn fails(said: &Said, code: i32, message: &str) {
    assert_eq!(said.code, Some(code), "{said:?}");
    assert!(said.err.contains(message), "{} lacks {message:?}", said.err);
}
