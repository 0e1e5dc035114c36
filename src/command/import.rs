//! Files into tables.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use glue::catalog::{Table, TableKind};
use glue::config::nearest;
use glue::connection::ConnectionPool;
use glue::error::{Error, ErrorKind};
use glue::input::{InputColumn, InputFile, InputOptions};
use glue::session::{Insertion, Session};
use glue::sql::quote_identifier;

use super::{Failure, Interrupts, Printer};

/// What to import.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    /// The file.
    pub(crate) path: PathBuf,
    /// `pool.table`, or a table of the default or only pool.
    pub(crate) table: String,
    /// How to read the file.
    pub(crate) options: InputOptions,
}

/// Inserts the rows of a file into a table, which is made if it is not there: all of them, or none.
pub(crate) fn import(
    session: &mut Session,
    request: &Import,
    printer: &mut Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    let (pool, name) = target(session, &request.table)?;
    session.check_writable(&pool)?;
    let catalog = session.catalog(&pool)?;
    let mut progress = Progress::new();
    let file = InputFile::open(&request.path, &request.options, &mut || {
        progress.show("reading", None, 0);
        interrupts.check()
    });
    progress.clear();
    let file = file?;
    let (create, columns) = if let Some(table) = catalog.table(&name) {
        (None, matched(table, &file, &request.path)?)
    } else {
        let columns = file.columns().iter().map(|column| column.name.clone()).collect();
        (Some(create_table(&name, file.columns())), columns)
    };
    let insertion = session.begin_insertion(&pool, create.as_deref(), &name, &columns)?;
    let rows = insert(insertion, &file, &mut progress, interrupts);
    progress.clear();
    let rows = rows?;
    let made = create.map_or_else(String::new, |_| format!(", a new table ({})", described(file.columns())));
    let counted = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    printer.print_text(&format!("{counted} into {pool}.{name}{made}"))
}

fn insert(mut insertion: Insertion, file: &InputFile, progress: &mut Progress, interrupts: &Interrupts) -> Result<u64, Failure> {
    let mut reader = file.read()?;
    let mut rows = 0;
    while let Some(batch) = reader.next_batch()? {
        interrupts.check()?;
        insertion.insert(&batch).map_err(|refused| {
            let mut error = refused.error;
            if error.kind != ErrorKind::Interrupted {
                error.message = format!("{}: {}; nothing was imported", reader.place(refused.row), error.message);
            }
            error
        })?;
        rows += batch.rows() as u64;
        progress.show("importing", (file.rows() > 0).then_some(file.rows()), rows);
    }
    Ok(insertion.commit()?)
}

/// The pool and the table that a name means.
fn target(session: &Session, name: &str) -> Result<(String, String), Error> {
    let manager = session.manager();
    let mut pools = manager.pools();
    if let Some((prefix, table)) = name.split_once('.') {
        if let Some(pool) = manager.pool(unquoted(prefix)) {
            return Ok((pool.name().to_owned(), unquoted(table).to_owned()));
        }
        if !name.starts_with('"') {
            let error = Error::configuration(format!("there is no pool `{prefix}` to import into"));
            let near = nearest(prefix, pools.iter().map(ConnectionPool::name));
            return Err(match near {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("a table whose name has a point is written in quotes: '\"{name}\"'")),
            });
        }
    }
    let only = manager.default_pool().or_else(|| pools.pop().filter(|_| pools.is_empty()));
    match only {
        Some(pool) => Ok((pool.name().to_owned(), unquoted(name).to_owned())),
        None => Err(Error::configuration(format!("`{name}` does not say into which pool"))
            .hint("write POOL.TABLE; `glue check` lists the pools")),
    }
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name)
}

/// The table's columns that the file's go into: by their names where it names any of them, else by their order.
fn matched(table: &Table, file: &InputFile, path: &Path) -> Result<Vec<String>, Error> {
    if table.kind != TableKind::Table {
        return Err(Error::query(format!("`{}` is no table that rows can be imported into", table.name)));
    }
    let own: Vec<&str> =
        table.columns.iter().filter(|column| !column.hidden && column.generated.is_none()).map(|c| c.name.as_str()).collect();
    let names: Vec<&str> = file.columns().iter().map(|column| column.name.as_str()).collect();
    let is_own = |name: &&&str| own.iter().any(|own| own.eq_ignore_ascii_case(name));
    let unknown = names.iter().find(|name| !is_own(name));
    let is_positional = names.iter().enumerate().all(|(index, name)| *name == format!("column_{}", index + 1));
    match unknown {
        None => Ok(names.into_iter().map(str::to_owned).collect()),
        Some(_) if is_positional && names.len() == own.len() => Ok(own.into_iter().map(str::to_owned).collect()),
        Some(_) if is_positional => Err(Error::query(format!(
            "{} has {} columns, and the table `{}` {}",
            path.display(),
            names.len(),
            table.name,
            own.len()
        ))),
        Some(name) => {
            let error = Error::query(format!("{} has a column `{name}`, the table `{}` has none", path.display(), table.name));
            Err(match nearest(name, own.iter().copied()) {
                Some(near) => {
                    error.hint(format!("is it `{near}`? A file whose first line is a row is imported with --no-header"))
                }
                None => error.hint("a file whose first line is a row is imported with --no-header"),
            })
        }
    }
}

fn create_table(name: &str, columns: &[InputColumn]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", quote_identifier(&column.name), column.declared).trim_end().to_owned())
        .collect();
    format!("CREATE TABLE {}({})", quote_identifier(name), columns.join(", "))
}

fn described(columns: &[InputColumn]) -> String {
    let described: Vec<String> =
        columns.iter().map(|column| format!("{} {}", column.name, column.declared).trim_end().to_owned()).collect();
    described.join(", ")
}

/// A line on standard error that says how far a long import is, where a terminal shows it.
struct Progress {
    begun: Instant,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    fn new() -> Self {
        Self { begun: Instant::now(), shown: None, terminal: io::stderr().is_terminal() }
    }

    fn show(&mut self, what: &str, of: Option<u64>, rows: u64) {
        let is_due =
            self.shown.unwrap_or(self.begun).elapsed() >= Duration::from_millis(if self.shown.is_some() { 200 } else { 1000 });
        if !self.terminal || !is_due {
            return;
        }
        self.shown = Some(Instant::now());
        let count = match of {
            Some(all) => format!(" {rows} of {all} rows, {} %", rows * 100 / all.max(1)),
            None if rows > 0 => format!(" {rows} rows"),
            None => String::new(),
        };
        // A display that cannot be drawn is no reason to stop.
        let _ = write!(io::stderr(), "\r\u{1b}[K{what}{count}");
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_table_declares_what_was_found() {
        let column = |name: &str, declared| InputColumn { name: name.to_owned(), declared };
        let columns = [column("id", "INTEGER"), column("the name", "TEXT"), column("x", "")];
        assert_eq!(create_table("a b", &columns), "CREATE TABLE \"a b\"(id INTEGER, \"the name\" TEXT, x)");
    }
}
