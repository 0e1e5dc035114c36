//! Every format of a file that SQLite writes.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use super::tables::{by_sqlite, itself, natively, reader, readings, same, scanned, some_keys};
use glue::catalog::TableKind;
use glue::sqlite_file::NotNative;

/// Rows of all sizes: from NULL to several overflow pages, with rowids dense, sparse and negative.
const ROWS: &str = "
    CREATE TABLE plain(a INTEGER PRIMARY KEY, b, c TEXT, d REAL, e BLOB, f NUMERIC);
    INSERT INTO plain(b, c, d, e, f)
        SELECT value % 7, printf('text %d %.*c', value, value % 300, 'x'), value / 4.0, zeroblob(value % 90), value * 1e10
        FROM generate_series(1, 700);
    INSERT INTO plain VALUES (-9223372036854775808, NULL, NULL, NULL, NULL, NULL), (-5, 9e999, '', -9e999, x'', -0.0),
        (9223372036854775807, -0.0, 'end', -0.0, x'00ff', '12'), (4000000000, 1 << 40, 7, 7, 7, 7), (1 << 50, -1 << 50, 1, 1, 1, 1),
        (70000, -128, 127, 128, -129, 32767), (70001, 32768, -32768, -32769, 8388607, 8388608),
        (70002, -8388608, -8388609, 2147483647, 2147483648, 140737488355327), (70003, 140737488355328, 0, 1, 2, 3);
    CREATE TABLE spread(x TEXT, y TEXT, z);
    INSERT INTO spread(rowid, x, y, z) SELECT value * abs(value) * 1000003, hex(randomblob(value * 13 % 3000)), value, value % 3
        FROM generate_series(-60, 60) WHERE value <> 0;
    INSERT INTO spread SELECT printf('%.*c', 200000, 'y'), 'behind a long chain', zeroblob(70001);
    CREATE TABLE none(x);
    CREATE TABLE one(x INT PRIMARY KEY DESC, y REAL);
    INSERT INTO one VALUES (5, 6);
    CREATE TABLE backwards(x INTEGER PRIMARY KEY DESC, y);
    INSERT INTO backwards SELECT value * 10, value FROM generate_series(1, 50);
    CREATE TABLE computed(a, b AS (a + 1), c AS (a + 2) STORED, d REAL AS (a) STORED, e);
    INSERT INTO computed(a, e) SELECT value, -value FROM generate_series(1, 40);
    CREATE TABLE holed(a, b, c); INSERT INTO holed SELECT value, 'gone', value FROM generate_series(1, 40);
    ALTER TABLE holed DROP COLUMN b;
    CREATE TABLE grown(a); INSERT INTO grown SELECT value FROM generate_series(1, 40);
    ALTER TABLE grown ADD COLUMN b; ALTER TABLE grown ADD COLUMN c REAL DEFAULT 5;
    ALTER TABLE grown ADD COLUMN d INT DEFAULT '7'; ALTER TABLE grown ADD COLUMN e TEXT DEFAULT abc;
    INSERT INTO grown SELECT value, value, value, value, value FROM generate_series(1, 5);
    ALTER TABLE grown ADD COLUMN f DEFAULT x'0102'; ALTER TABLE grown ADD COLUMN g DEFAULT true;
    CREATE TABLE strictly(a INT, b ANY, c REAL) STRICT; INSERT INTO strictly VALUES (1, '2', 3), (4, 5, 6.5);
    CREATE TABLE odd(t); INSERT INTO odd VALUES (CAST(x'ff00fe' AS TEXT)), ('a' || char(0) || 'b'), (CAST(x'' AS TEXT));
    CREATE INDEX plain_c ON plain(c COLLATE NOCASE, d); CREATE INDEX plain_f ON plain(f DESC, a);
    CREATE UNIQUE INDEX plain_all ON plain(e, b, a, d, c); CREATE INDEX spread_y ON spread(y, x);
    CREATE INDEX plain_b ON plain(b); CREATE INDEX spread_z ON spread(z, x); CREATE INDEX plain_d ON plain(d);
    CREATE INDEX computed_b ON computed(c, d); CREATE INDEX odd_t ON odd(t); CREATE INDEX none_x ON none(x);
    CREATE TABLE keyed(v REAL, k TEXT, w, g AS (w + 1), l INT, PRIMARY KEY(l DESC, k)) WITHOUT ROWID;
    INSERT INTO keyed SELECT value, hex(randomblob(value * 17 % 900)), value % 11, value % 40 FROM generate_series(1, 500);
    INSERT INTO keyed VALUES (NULL, printf('%.*c', 100000, 'k'), x'00', 7), (-0.5, '', NULL, -7);
    CREATE TABLE twice(a TEXT, b, PRIMARY KEY(a COLLATE NOCASE, a)) WITHOUT ROWID;
    INSERT INTO twice VALUES ('x', 1), ('X', 2), ('y', 3.5);
    ALTER TABLE twice ADD COLUMN c; INSERT INTO twice VALUES ('z', 4, 5);
    CREATE TABLE wide(";

fn script() -> String {
    let mut script = ROWS.to_owned();
    // More columns than one byte of header length tells.
    let names: Vec<String> = (0..200).map(|column| format!("c{column}")).collect();
    let _ = writeln!(script, "{});", names.join(", "));
    let values: Vec<String> = (0..200).map(|column| format!("value * {column}")).collect();
    let _ = writeln!(script, "INSERT INTO wide SELECT {} FROM generate_series(-3, 30);", values.join(", "));
    let _ = writeln!(script, "DELETE FROM plain WHERE a % 10 = 3; DELETE FROM spread WHERE z = 1;");
    script
}

/// Every ordinary table of a file and every index on it, both ways; how many there were.
fn check(path: &Path, what: &str) -> usize {
    let connection = reader(path);
    let catalog = glue::catalog::load(&connection, "main").expect("the schema is sound");
    let is_scanned = |table: &&glue::catalog::Table| table.kind == TableKind::Table && !table.name.starts_with("sqlite_");
    let readings: Vec<_> = catalog.tables.values().filter(is_scanned).flat_map(readings).collect();
    for reading in &readings {
        let expected = by_sqlite(&connection, reading).expect("the file is sound");
        match natively(&connection, reading) {
            Ok(found) => assert!(same(&expected, &found), "{what}, {}:\n{expected:?}\n{found:?}", reading.what),
            Err(error) => panic!("{what}, {}: {error:?}", reading.what),
        }
        for every in [1, 3, 50, usize::MAX] {
            let keys = some_keys(&expected, every);
            let Some(plan) = reading.for_keys(&keys) else { continue };
            let found = scanned(&connection, &plan).expect("the file is sound");
            let expected = reading.with_keys(&expected, &keys);
            assert!(same(&expected, &found), "{what}, {}, {keys:?}:\n{expected:?}\n{found:?}", reading.what);
        }
    }
    readings.len()
}

fn write(path: &Path, before: &str, script: &str) -> Connection {
    let connection = Connection::open(path).expect("a test's directory is writable");
    rusqlite::vtab::series::load_module(&connection).expect("the series module is built in");
    connection.execute_batch(&format!("PRAGMA synchronous = OFF; {before};")).expect("these pragmas exist");
    connection.execute_batch(script).expect("the script is right");
    connection
}

#[test]
fn all_page_sizes_are_read() {
    let directory = TempDir::new().expect("a temporary directory");
    for size in [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] {
        for mode in ["DELETE", "WAL"] {
            for vacuum in ["NONE", "FULL", "INCREMENTAL"] {
                let what = format!("{size}-{mode}-{vacuum}");
                let path = directory.path().join(format!("{what}.sqlite"));
                let before = format!("PRAGMA page_size = {size}; PRAGMA auto_vacuum = {vacuum}; PRAGMA journal_mode = {mode}");
                // In WAL mode most pages are in the log as long as the writer is there.
                let writer = write(&path, &before, &script());
                assert_eq!(check(&path, &what), 37);
                drop(writer);
                assert_eq!(check(&path, &what), 37);
            }
        }
    }
}

#[test]
fn pages_with_reserved_bytes_are_read() {
    let directory = TempDir::new().expect("a temporary directory");
    for reserved in [8, 32, 255] {
        for size in [1024, 4096, 65536] {
            let path = directory.path().join(format!("{reserved}-{size}.sqlite"));
            let connection = Connection::open(&path).expect("a test's directory is writable");
            connection.execute_batch(&format!("PRAGMA page_size = {size};")).expect("the pragma exists");
            reserve(&connection, reserved);
            drop(connection);
            let bytes = {
                let writer = write(&path, "", &script());
                drop(writer);
                std::fs::read(&path).expect("the file was written")
            };
            assert_eq!(usize::from(bytes[20]), reserved as usize, "the file has reserved bytes");
            check(&path, &format!("{reserved} reserved of {size}"));
        }
    }
}

/// Makes an empty file whose pages keep some bytes for extensions: a byte of its header says so.
fn reserve(connection: &Connection, reserved: u8) {
    connection.execute_batch("CREATE TABLE first(x); DROP TABLE first;").expect("an empty file can be written");
    let path = connection.path().expect("a file").to_owned();
    connection.execute_batch("VACUUM").expect("an empty file can be vacuumed");
    let mut bytes = std::fs::read(&path).expect("the file can be read");
    let size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65_536_usize,
        size => usize::from(size),
    };
    bytes[20] = reserved;
    // The schema's page is empty: its cells begin where the usable part of the page ends.
    let end = size - usize::from(reserved);
    let content = if end == 65_536 { 0 } else { u16::try_from(end).expect("below 65536") };
    bytes[105..107].copy_from_slice(&content.to_be_bytes());
    std::fs::write(&path, bytes).expect("the file can be written");
}

#[test]
fn what_is_not_utf8_is_left_to_sqlite() {
    let directory = TempDir::new().expect("a temporary directory");
    for encoding in ["UTF-16le", "UTF-16be"] {
        let path = directory.path().join(format!("{encoding}.sqlite"));
        write(&path, &format!("PRAGMA encoding = '{encoding}'"), "CREATE TABLE t(x); INSERT INTO t VALUES ('a')");
        let connection = reader(&path);
        let catalog = glue::catalog::load(&connection, "main").expect("the schema is sound");
        let found = natively(&connection, &itself(catalog.table("t").expect("the table is there")));
        assert!(matches!(found, Err(NotNative::Because("the text is not stored as UTF-8"))), "{found:?}");
    }
}

#[test]
fn nothing_is_read_without_a_transaction() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("file.sqlite");
    write(&path, "", "CREATE TABLE t(x); INSERT INTO t VALUES ('a')");
    let connection = reader(&path);
    let catalog = glue::catalog::load(&connection, "main").expect("the schema is sound");
    connection.execute_batch("ROLLBACK").expect("a transaction is open");
    let found = natively(&connection, &itself(catalog.table("t").expect("the table is there")));
    assert!(matches!(found, Err(NotNative::Because("there is no read transaction"))), "{found:?}");
}

#[test]
fn values_that_no_writer_makes_are_read_as_sqlite_reads_them() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("file.sqlite");
    // Reals whose bits become those of NaN, and serial types that become 10 and 11.
    write(&path, "", "CREATE TABLE t(a, b); INSERT INTO t VALUES (12345.678, x''), (1.5, ''), (2.5, 'abc')");
    let mut bytes = std::fs::read(&path).expect("the file was written");
    let real = 12_345.678_f64.to_be_bytes();
    let at = bytes.windows(8).position(|window| window == real).expect("the real is stored");
    bytes[at..at + 8].copy_from_slice(&f64::NAN.to_be_bytes());
    for (old, new) in [([3_u8, 7, 12], [3_u8, 7, 10]), ([3, 7, 13], [3, 7, 11])] {
        let at = bytes.windows(3).position(|window| window == old).expect("the record is stored");
        bytes[at..at + 3].copy_from_slice(&new);
    }
    std::fs::write(&path, bytes).expect("the file can be written");
    check(&path, "NaN and reserved serial types");
}
