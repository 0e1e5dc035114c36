//! One read transaction on several connections, one snapshot per file.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Lease;
use super::failure::sqlite_error;
use super::file::FileId;
use super::open::lasting_name;
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};
use crate::ffi::{snapshot, wal_index};

/// How often the connections of one file are begun anew before giving up beside a writer that never rests.
const TRIES: u64 = 50;

/// Begins a read transaction on each connection of each file so that all connections of one file see one snapshot and the
/// transactions of all files overlap. `leases` may hold several connections of several pools.
pub fn begin_snapshot(leases: &mut [Lease], cancel: &CancelToken) -> Result<()> {
    let mut files: BTreeMap<FileId, Vec<&Lease>> = BTreeMap::new();
    for lease in leases.iter() {
        lease.set_cancel(cancel);
        // Whoever comes with a transaction open would keep its older snapshot.
        if !lease.connection().is_autocommit() {
            run(lease, "ROLLBACK")?;
        }
        files.entry(lease.open().file().id).or_default().push(lease);
    }
    let groups: Vec<Vec<&Lease>> = files.into_values().collect();
    let leases = || groups.iter().flatten().copied();
    let timeout = leases().map(|lease| lease.open().busy.timeout()).max().unwrap_or_default();
    until_free(timeout, cancel, || {
        let begun = begin_files(&groups, cancel);
        leases().for_each(|lease| lease.open().busy.set_impatient(false));
        if begun.is_err() {
            rollback(leases())?;
        }
        begun
    })
}

/// Tries again while a lock is in the way, for no longer than `timeout`.
///
/// A writer that waits for the readers of a file lets no new reader in. Whoever reads one file, or has one connection of it, and waits
/// for the next would wait for a writer that waits for him: so only the first wait is SQLite's, all others are a new beginning.
pub(super) fn until_free(timeout: Duration, cancel: &CancelToken, mut begin: impl FnMut() -> Result<()>) -> Result<()> {
    let since = Instant::now();
    for attempt in 0_u64.. {
        match begin() {
            Err(error) if error.kind == ErrorKind::Busy && since.elapsed() < timeout => {
                cancel.check()?;
                std::thread::sleep(Duration::from_millis((attempt + 1).min(10)));
            }
            outcome => return outcome,
        }
    }
    unreachable!("the attempts are not numbered to their end before the time is over")
}

fn begin_files(groups: &[Vec<&Lease>], cancel: &CancelToken) -> Result<()> {
    for group in groups {
        cancel.check()?;
        begin_file(group, cancel)?;
        groups.iter().flatten().for_each(|lease| lease.open().busy.set_impatient(true));
    }
    Ok(())
}

fn begin_file(group: &[&Lease], cancel: &CancelToken) -> Result<()> {
    let [leader, others @ ..] = group else { return Ok(()) };
    if others.is_empty() {
        return begin_and_read(leader);
    }
    // A snapshot can be taken and opened only by connections that have read before; it also settles which mode it is.
    for lease in group {
        read(lease)?;
    }
    // From the leader's first lock on, whoever the others wait for may be waiting for it: a writer that wants to commit, or a
    // checkpoint that waits for readers and lets no snapshot be opened meanwhile.
    others.iter().for_each(|lease| lease.open().busy.set_impatient(true));
    // In rollback mode nobody can commit while the first one holds SHARED (and an immutable file has no commits).
    if !is_wal(leader)? {
        begin_and_read(leader)?;
        return others.iter().try_for_each(|lease| begin_and_read(lease));
    }
    if begin_from_leader(leader, others)? {
        return Ok(());
    }
    for attempt in 0..TRIES {
        cancel.check()?;
        if begin_between_commits(leader, group)? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(attempt / 5));
    }
    Err(named(
        leader,
        Error::new(ErrorKind::Busy, "another process commits too often for several readers to agree on a snapshot"),
    ))
}

/// The leader's snapshot, opened by the others; false (and nothing begun) where SQLite has none to give.
fn begin_from_leader(leader: &Lease, others: &[&Lease]) -> Result<bool> {
    run(leader, "BEGIN")?;
    let shared = snapshot::take(leader.connection(), lasting_name(leader.pool()));
    let mut all_agree = shared.is_some();
    if let Some(shared) = &shared {
        read(leader)?;
        for lease in others {
            run(lease, "BEGIN")?;
            all_agree = snapshot::open(lease.connection(), lasting_name(lease.pool()), shared);
            if !all_agree {
                break;
            }
            read(lease)?;
        }
    }
    if !all_agree {
        rollback(std::iter::once(leader).chain(others.iter().copied()))?;
    }
    Ok(all_agree)
}

/// Begins all, and accepts if no commit happened from before the first to after the last: the wal-index header, which
/// every commit changes, is the same (SQLite compares the same 48 bytes in `walTryBeginRead`).
fn begin_between_commits(leader: &Lease, group: &[&Lease]) -> Result<bool> {
    let header = || wal_index::header(leader.connection(), lasting_name(leader.pool()));
    read(leader)?;
    let before = header();
    for lease in group {
        begin_and_read(lease)?;
    }
    if before.is_some() && before == header() {
        return Ok(true);
    }
    rollback(group.iter().copied())?;
    Ok(false)
}

fn rollback<'a>(leases: impl Iterator<Item = &'a Lease>) -> Result<()> {
    for lease in leases {
        if !lease.connection().is_autocommit() {
            run(lease, "ROLLBACK")?;
        }
    }
    Ok(())
}

fn is_wal(lease: &Lease) -> Result<bool> {
    if !lease.open().is_wal() {
        let pragma = format!("PRAGMA {}.journal_mode", super::quoted(lease.pool()));
        let mode = lease.connection().query_row(&pragma, [], |row| row.get::<_, String>(0));
        return Ok(mode.map_err(|error| named(lease, sqlite_error(error, None)))?.eq_ignore_ascii_case("wal"));
    }
    Ok(true)
}

fn begin_and_read(lease: &Lease) -> Result<()> {
    run(lease, "BEGIN")?;
    read(lease)
}

/// A deferred BEGIN takes its snapshot at the first read.
fn read(lease: &Lease) -> Result<()> {
    let first_read = |connection: &Connection| {
        connection.prepare_cached("SELECT 1 FROM sqlite_schema LIMIT 1").and_then(|mut any| any.exists([]))
    };
    first_read(lease.connection()).map(|_| ()).map_err(|error| named(lease, sqlite_error(error, None)))
}

fn run(lease: &Lease, sql: &str) -> Result<()> {
    lease.connection().execute_batch(sql).map_err(|error| named(lease, sqlite_error(error, None)))
}

fn named(lease: &Lease, error: Error) -> Error {
    error.in_pool(lease.pool()).on_path(lease.owner().path())
}
