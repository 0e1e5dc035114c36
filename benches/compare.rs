//! glue against the sqlite3 shell and, where it is installed, the duckdb shell, on TPC-H data made for the purpose:
//! `cargo bench --bench compare -- [SCALE] [PART OF A QUERY'S NAME]`, scale 0.1 if none is given.
//!
//! Every time is that of a whole process: start, opening the files, the answer as text to nowhere; the least of three.

#![expect(clippy::print_stdout, reason = "a program that measures prints what it measured")]

#[path = "../tests/support/tpch.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests use other parts of it")]
mod tpch;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;
const NAMES: [&str; 3] = ["catalog", "crm", "sales"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let scale = arguments.first().and_then(|argument| argument.parse().ok()).unwrap_or(0.1);
    let wanted = arguments.iter().find(|argument| argument.parse::<f64>().is_err());
    let folder = tempfile::tempdir().expect("the system's folder for temporary files is writable");
    tpch::make(folder.path(), scale);
    let shells: Vec<Shell> = [Shell::Glue, Shell::Sqlite, Shell::Duckdb].into_iter().filter(Shell::is_installed).collect();
    print!("TPC-H scale {scale}, seconds\n{:16}", "query");
    shells.iter().for_each(|shell| print!("{:>10}", shell.name()));
    println!();
    for (name, sql) in tpch::queries() {
        if wanted.is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        print!("{name:16}");
        for shell in &shells {
            match shell.time(folder.path(), &sql) {
                Some(time) => print!("{:10.3}", time.as_secs_f64()),
                None => print!("{:>10}", "failed"),
            }
        }
        println!();
    }
}

/// A program that answers a query over the three files.
enum Shell {
    Glue,
    Sqlite,
    Duckdb,
}

impl Shell {
    fn name(&self) -> &'static str {
        match self {
            Self::Glue => "glue",
            Self::Sqlite => "sqlite3",
            Self::Duckdb => "duckdb",
        }
    }

    fn program(&self) -> &'static str {
        match self {
            Self::Glue => env!("CARGO_BIN_EXE_glue"),
            Self::Sqlite | Self::Duckdb => self.name(),
        }
    }

    fn is_installed(&self) -> bool {
        Command::new(self.program()).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    }

    fn time(&self, folder: &Path, sql: &str) -> Option<Duration> {
        let once = || {
            let mut command = self.command(folder, sql);
            let since = Instant::now();
            let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
            status.success().then(|| since.elapsed())
        };
        (0..RUNS).map(|_| once()).collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    fn command(&self, folder: &Path, sql: &str) -> Command {
        let file = |name: &str| folder.join(format!("{name}.sqlite")).display().to_string();
        let attach = |options: &str| -> String {
            NAMES.map(|name| format!("ATTACH '{}' AS {name}{options};", file(name).replace('\'', "''"))).concat()
        };
        let mut command = Command::new(self.program());
        match self {
            Self::Glue => command.arg("query").args(NAMES.map(|name| format!("--db={name}={}", file(name)))).arg(sql),
            Self::Sqlite => command.arg(":memory:").arg(format!("{} {sql};", attach(""))),
            Self::Duckdb => command.arg("-c").arg(format!("{} {sql};", attach(" (TYPE sqlite, READ_ONLY)"))),
        };
        command
    }
}
