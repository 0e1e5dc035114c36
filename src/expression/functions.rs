//! What SQLite says of its own functions.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::value::oracle;

/// `SQLITE_DETERMINISTIC` (<https://sqlite.org/c3ref/c_deterministic.html>).
const DETERMINISTIC: i64 = 0x800;

/// Name to the signatures that exist: how many arguments (negative: any number), and whether deterministic.
type Known = HashMap<String, Vec<(i64, bool)>>;

static KNOWN: OnceLock<Known> = OnceLock::new();

/// Whether SQLite gives the same value each time for the same arguments, so that a pool, the in-memory stage and several
/// evaluations agree; None for a function that this build of SQLite does not know with that many arguments.
pub(crate) fn is_deterministic(name: &str, arguments: usize) -> Option<bool> {
    let signatures = KNOWN.get_or_init(|| read().unwrap_or_default()).get(&name.to_ascii_lowercase())?;
    let arguments = i64::try_from(arguments).ok()?;
    let exact = signatures.iter().find(|(count, _)| *count == arguments);
    exact.or_else(|| signatures.iter().find(|(count, _)| *count < 0)).map(|(_, deterministic)| *deterministic)
}

fn read() -> rusqlite::Result<Known> {
    oracle::with_connection(|connection| {
        let mut known = Known::new();
        let mut statement = connection.prepare("SELECT lower(name), narg, flags FROM pragma_function_list")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let flags: i64 = row.get(2)?;
            known.entry(row.get(0)?).or_default().push((row.get(1)?, flags & DETERMINISTIC != 0));
        }
        Ok(known)
    })
}
