//! Somebody at a terminal: a pseudo-terminal with the shell on one end, keys and a screen on the other.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tempfile::TempDir;

/// How long anything may take: long enough for the slowest machine, since no test is about time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal that has not been switched on yet.
pub(crate) struct Setup {
    folder: TempDir,
    variables: Vec<(String, String)>,
    columns: u16,
    rows: u16,
}

/// Somebody at a terminal.
pub(crate) struct Terminal {
    folder: TempDir,
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<String>>,
    /// How much of the screen was looked at already.
    seen: usize,
}

impl Setup {
    /// A folder with nothing in it, and a window of 100 columns and 50 rows.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let variables = [("TERM", "xterm"), ("NO_COLOR", "1"), ("GLUE_PAGER", "")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { folder, variables, columns: 100, rows: 50 }
    }

    /// A folder with `crm.sqlite` and `sales.sqlite`.
    pub(crate) fn shop() -> Self {
        let setup = Self::empty();
        setup.database(
            "crm.sqlite",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'Ada');",
        );
        let orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL); INSERT INTO orders VALUES (7, 1, 2.5);";
        setup.database("sales.sqlite", orders);
        setup
    }

    pub(crate) fn database(&self, name: &str, sql: &str) {
        let connection = Connection::open(self.path(name)).expect("a new database");
        connection.execute_batch(sql).expect("right SQL");
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a new file");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sets an environment variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the size of the window.
    pub(crate) fn sized(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// Starts the shell.
    pub(crate) fn open(self, arguments: &[&str]) -> Terminal {
        Terminal::start(self, arguments)
    }
}

impl Terminal {
    fn start(setup: Setup, arguments: &[&str]) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&keyboard).and_then(|()| unlockpt(&keyboard)).expect("a pseudo-terminal of our own");
        let name = ptsname(&keyboard, Vec::new()).expect("its name").into_string().expect("UTF-8");
        let end = || OpenOptions::new().read(true).write(true).open(&name).expect("its other end");
        let size = Winsize { ws_col: setup.columns, ws_row: setup.rows, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(end(), size).expect("a window of that size");
        let mut command = Command::new(env!("CARGO_BIN_EXE_glue"));
        command.args(arguments).current_dir(setup.folder.path()).env("HOME", setup.folder.path());
        let foreign = ["COLUMNS", "LINES", "GLUE_CONFIG", "GLUE_HISTORY", "GLUE_EDITOR", "VISUAL", "EDITOR"];
        for name in foreign.iter().chain(&["XDG_STATE_HOME", "XDG_CONFIG_HOME"]) {
            command.env_remove(name);
        }
        let child = command.envs(setup.variables).stdin(end()).stdout(end()).stderr(end()).spawn().expect("the program runs");
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
        Self { folder: setup.folder, child, keyboard, screen, seen: 0 }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a terminal that listens");
    }

    /// Hands a text over as terminals hand over what is pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Types lines, each at a fresh prompt.
    #[track_caller]
    pub(crate) fn enter(&mut self, lines: &[&str]) {
        for line in lines {
            self.wait_for("glue> ");
            self.press(&format!("{line}\r"));
        }
    }

    /// Waits until `text` is on the screen, behind what was waited for before.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen.lock().expect("no panic elsewhere").clone();
            if let Some(position) = screen[self.seen..].find(text) {
                self.seen += position + text.len();
                return;
            }
            if Instant::now() >= deadline {
                let seen: String = screen[self.seen..].chars().take(2000).collect();
                panic!("no {text:?} on the screen: {seen:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Everything that was drawn so far.
    pub(crate) fn screen(&self) -> String {
        self.screen.lock().expect("no panic elsewhere").clone()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ctrl-C while a statement runs. The terminal is not the controlling one of the shell, so the signal is sent by hand.
    pub(crate) fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let shell = Pid::from_raw(i32::try_from(self.child.id()).expect("a small number")).expect("a process");
        kill_process(shell, signal).expect("a process that listens");
    }

    /// Ctrl-D, which leaves.
    #[track_caller]
    pub(crate) fn leaves(mut self) -> TempDir {
        self.wait_for("glue> ");
        self.press("\x04");
        self.ends(Some(0))
    }

    #[track_caller]
    pub(crate) fn ends(mut self, code: Option<i32>) -> TempDir {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                assert_eq!(status.code(), code);
                return self.folder;
            }
            assert!(Instant::now() < deadline, "the shell does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
