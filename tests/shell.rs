//! The interactive shell, driven through a pseudo-terminal.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

/// Somebody at a terminal.
struct Terminal {
    folder: TempDir,
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<String>>,
    /// How much of the screen was looked at already.
    seen: usize,
}

impl Terminal {
    fn open(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let crm = Connection::open(folder.path().join("crm.sqlite")).expect("a new database");
        crm.execute_batch("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'Ada');")
            .expect("right SQL");
        Self::open_in(folder, arguments)
    }

    fn open_in(folder: TempDir, arguments: &[&str]) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&keyboard).and_then(|()| unlockpt(&keyboard)).expect("a pseudo-terminal of our own");
        let name = ptsname(&keyboard, Vec::new()).expect("its name").into_string().expect("UTF-8");
        let end = || OpenOptions::new().read(true).write(true).open(&name).expect("its other end");
        let child = Command::new(env!("CARGO_BIN_EXE_glue"))
            .args(arguments)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("TERM", "xterm")
            .env("COLUMNS", "100")
            .env("NO_COLOR", "1")
            .env_remove("GLUE_CONFIG")
            .env_remove("GLUE_HISTORY")
            .env_remove("XDG_STATE_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .expect("the program runs");
        let keyboard = File::from(keyboard);
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut reader, shown) = (keyboard.try_clone().expect("a second descriptor"), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = reader.read(&mut bytes)
                && count > 0
            {
                shown.lock().expect("no panic elsewhere").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Self { folder, child, keyboard, screen, seen: 0 }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a terminal that listens");
    }

    /// Waits until `text` is on the screen, behind what was waited for before.
    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let screen = self.screen.lock().expect("no panic elsewhere").clone();
            if let Some(position) = screen[self.seen..].find(text) {
                self.seen += position + text.len();
                return;
            }
            assert!(Instant::now() < deadline, "no {text:?} on the screen: {:?}", &screen[self.seen..]);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    fn ends(mut self, code: i32) -> TempDir {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                assert_eq!(status.code(), Some(code));
                return self.folder;
            }
            assert!(Instant::now() < deadline, "the shell does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn statements_over_several_lines_and_dot_commands_work() {
    let mut terminal = Terminal::open(&["crm.sqlite"]);
    terminal.wait_for("1 database, 1 table; try .tables");
    terminal.wait_for("glue> ");
    terminal.press("SELECT name\r");
    terminal.wait_for("...> ");
    terminal.press("FROM customers;\r");
    terminal.wait_for("│ Ada  │");
    terminal.wait_for("1 row");
    terminal.wait_for("glue> ");
    terminal.press(".mode jsonl\r");
    terminal.wait_for("glue> ");
    terminal.press("SELECT 2.0 AS two; SELECT 3 AS three;\r");
    terminal.wait_for("{\"two\":2.0}");
    terminal.wait_for("{\"three\":3}");
    terminal.wait_for("glue> ");
    terminal.press(".tabels\r");
    terminal.wait_for("did you mean `.tables`?");
    terminal.wait_for("glue> ");
    terminal.press("SELECT nmae FROM customers;\r");
    terminal.wait_for("error: ");
    for line in [".mode box\r", ".null NIX\r", "SELECT NULL AS x;\r"] {
        terminal.wait_for("glue> ");
        terminal.press(line);
    }
    terminal.wait_for("│ NIX │");
    terminal.wait_for("glue> ");
    terminal.press(".schema\r");
    terminal.wait_for("CREATE TABLE customers");
    terminal.wait_for("glue> ");
    terminal.press(".quit\r");
    let folder = terminal.ends(0);
    let history = fs::read_to_string(folder.path().join(".local/state/glue/history")).expect("a history");
    assert!(history.contains("FROM customers;") && history.contains(".mode jsonl"), "{history}");
}

#[test]
fn control_c_clears_the_line_and_cancels_the_statement() {
    let mut terminal = Terminal::open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    terminal.press("SELECT 'never\x03");
    terminal.wait_for("glue> ");
    terminal.press("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;\r");
    std::thread::sleep(Duration::from_millis(500));
    // The terminal is not the controlling one of the shell, so the signal is sent by hand.
    let shell = Pid::from_raw(i32::try_from(terminal.child.id()).expect("a small number")).expect("a process");
    kill_process(shell, Signal::INT).expect("a process that listens");
    terminal.wait_for("interrupted");
    terminal.wait_for("glue> ");
    terminal.press("SELECT 'still ' || 'here' AS x;\r");
    terminal.wait_for("still here");
    terminal.wait_for("glue> ");
    terminal.press("\x04");
    terminal.ends(0);
}

#[test]
fn tab_completes_tables_and_columns() {
    let mut terminal = Terminal::open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    terminal.press("SELECT nam FROM cust\t");
    terminal.wait_for("customers");
    // To the start of the line, then behind `nam`: the FROM that says what it may become stands behind the cursor.
    terminal.press(&format!(";\x01{}\t", "\x1b[C".repeat("SELECT nam".len())));
    terminal.wait_for("name FROM customers;");
    terminal.press("\r");
    terminal.wait_for("│ Ada  │");
    terminal.wait_for("glue> ");
    terminal.press("\x04");
    terminal.ends(0);
}

#[test]
fn the_shell_works_without_a_home() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path().join("file");
    fs::write(&home, "no folder").expect("a file");
    assert!(Path::new(&home).is_file());
    let mut terminal = Terminal::open_in(folder, &[]);
    terminal.wait_for("0 databases");
    terminal.wait_for("glue> ");
    terminal.press("SELECT 40 + 2 AS x;\r");
    terminal.wait_for("│ 42 │");
    terminal.wait_for("glue> ");
    terminal.press("\x04");
    terminal.ends(0);
}
