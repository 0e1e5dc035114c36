//! Where answers go: to the terminal where they fit, else through a pager.
//!
//! An answer is held back until it is known to be short, or has become too long for the window; only then does it choose.
//! Short ones appear at once when the statement is done.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use glue::output::display_width;

use crate::command::{Interrupts, Progress};

/// Lines that stand below an answer: the footer and the prompt.
const LINES_BELOW: usize = 2;
/// What is kept in case that the pager turns out not to exist.
const KEPT_BYTES: usize = 1 << 20;
/// How a POSIX shell says that there is no such program.
const NO_SUCH_PROGRAM: i32 = 127;

/// The terminal as a place for answers; clones are the same place.
#[derive(Clone)]
pub(super) struct Screen(Rc<RefCell<State>>);

struct State {
    stage: Stage,
    /// The pager's command; none where answers are never paged.
    pager: Option<String>,
    progress: Option<Progress>,
    interrupts: Interrupts,
}

enum Stage {
    /// Not sure yet.
    Held(Vec<u8>),
    /// It fits, or there is no pager.
    Terminal,
    /// The pager shows it.
    Pager { child: Child, kept: Vec<u8>, is_closed: bool },
}

/// How showing an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All of it is on the terminal, or was in the pager.
    Whole,
    /// The user left the pager before the end.
    Left,
}

impl Screen {
    pub(super) fn new(pager: Option<String>, interrupts: Interrupts) -> Self {
        let state = State { stage: Stage::Held(Vec::new()), pager, progress: None, interrupts };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Uses this pager from now on; none for no pager.
    pub(super) fn set_pager(&self, pager: Option<String>) {
        self.0.borrow_mut().pager = pager;
    }

    /// The pager's command.
    pub(super) fn pager(&self) -> Option<String> {
        self.0.borrow().pager.clone()
    }

    /// Has this display taken away before anything of the answer is drawn.
    pub(super) fn begin(&self, progress: Option<Progress>) {
        self.0.borrow_mut().progress = progress;
    }

    /// Draws what was held back, and waits until the user has left the pager.
    pub(super) fn finish(&self) -> io::Result<Shown> {
        let mut state = self.0.borrow_mut();
        state.progress = None;
        match std::mem::replace(&mut state.stage, Stage::Held(Vec::new())) {
            Stage::Terminal => io::stdout().flush().map(|()| Shown::Whole),
            Stage::Held(held) => {
                let mut out = io::stdout();
                out.write_all(&held).and_then(|()| out.flush()).map(|()| Shown::Whole)
            }
            Stage::Pager { mut child, kept, is_closed } => {
                drop(child.stdin.take());
                let status = state.interrupts.ignored_while(|| child.wait())?;
                if status.code() == Some(NO_SUCH_PROGRAM) {
                    state.pager = None;
                    io::stdout().write_all(&kept)?;
                    return Ok(Shown::Whole);
                }
                Ok(if is_closed { Shown::Left } else { Shown::Whole })
            }
        }
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.borrow_mut();
        if let Stage::Held(held) = &mut state.stage {
            held.extend_from_slice(bytes);
            if !fits(held) {
                state.overflow()?;
            }
            return Ok(bytes.len());
        }
        state.pass_on(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.borrow().stage {
            Stage::Terminal => io::stdout().flush(),
            // What is held back waits for more; the pager gets every write as it comes.
            Stage::Held(_) | Stage::Pager { .. } => Ok(()),
        }
    }
}

impl State {
    /// The answer does not fit: it goes to the pager, or on past the top of the window.
    fn overflow(&mut self) -> io::Result<()> {
        self.progress = None;
        let started = self.pager.as_ref().and_then(|pager| start(pager).ok());
        let stage = started.map_or(Stage::Terminal, |child| Stage::Pager { child, kept: Vec::new(), is_closed: false });
        match std::mem::replace(&mut self.stage, stage) {
            Stage::Held(held) => self.pass_on(&held),
            Stage::Terminal | Stage::Pager { .. } => Ok(()),
        }
    }

    fn pass_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Stage::Pager { child, kept, is_closed } = &mut self.stage else {
            if let Stage::Held(held) = &mut self.stage {
                held.extend_from_slice(bytes);
                return Ok(());
            }
            return io::stdout().write_all(bytes);
        };
        if kept.len() < KEPT_BYTES {
            kept.extend_from_slice(bytes);
        }
        let stdin = child.stdin.as_mut().expect("the pager's input is closed only at the end");
        let Err(error) = stdin.write_all(bytes) else { return Ok(()) };
        *is_closed = true;
        // Nobody reads any more: the user has left it, or there was no such program to begin with.
        drop(child.stdin.take());
        let status = self.interrupts.ignored_while(|| child.wait())?;
        if status.code() != Some(NO_SUCH_PROGRAM) {
            return Err(error);
        }
        // It has said so itself; the rows are worth more than the pager.
        let kept = std::mem::take(kept);
        (self.stage, self.pager) = (Stage::Terminal, None);
        io::stdout().write_all(&kept)
    }
}

fn start(pager: &str) -> io::Result<Child> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    Command::new(shell).args([flag, pager]).stdin(Stdio::piped()).spawn()
}

/// Whether the text leaves room for the footer and the prompt in the window.
fn fits(text: &[u8]) -> bool {
    let Some((terminal_size::Width(columns), terminal_size::Height(rows))) = terminal_size::terminal_size() else { return true };
    if columns == 0 || rows == 0 || !io::stdout().is_terminal() {
        return true;
    }
    let room = usize::from(rows).saturating_sub(LINES_BELOW);
    // Bytes are at least columns but for letters of several bytes, so most short answers are known without measuring.
    if text.len() <= room {
        return true;
    }
    let lines = String::from_utf8_lossy(text);
    let drawn = lines.lines().map(|line| display_width(&without_colours(line)).max(1).div_ceil(usize::from(columns)));
    drawn.sum::<usize>() <= room
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

/// Whether a program of that name is on the path.
pub(super) fn is_installed(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let path = std::env::var_os("PATH").unwrap_or_default();
    !program.is_empty() && std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
