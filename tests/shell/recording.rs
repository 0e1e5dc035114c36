//! The README's recording of the shell: what is typed there gives what is shown there.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::terminal::Setup;

const START: &str = "```glue\n$ glue\n";

#[test]
fn the_recording_in_the_readme_is_real() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let (before, rest) = readme.split_once(START).expect("a recording");
    let (recorded, after) = rest.split_once("```").expect("its end");
    let lines: Vec<&str> = recorded.lines().filter_map(|line| line.strip_prefix("glue> ")).collect();
    let shown = played(&lines);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{START}{shown}```{after}")).expect("a file to write");
    } else {
        assert_eq!(without_times(recorded), without_times(&shown), "UPDATE=1 writes the new recording");
    }
}

/// What a terminal shows that only prints lines: so nothing is redrawn.
fn played(lines: &[&str]) -> String {
    let setup = Setup::empty().sized(100, 50).with("TERM", "dumb");
    let demo = Command::new(env!("CARGO_BIN_EXE_glue")).args(["demo", "."]).current_dir(setup.path(".")).output();
    assert!(demo.is_ok_and(|output| output.status.success()), "the demo can be written");
    let mut terminal = setup.open(&[]);
    for line in lines {
        terminal.wait_for("glue> ");
        terminal.press(&format!("{line}\n"));
    }
    // What it said last may still be on its way from the terminal.
    terminal.wait_for(lines.last().expect("a recording of something"));
    let shown = terminal.screen().replace("\r\n", "\n");
    terminal.ends(Some(0));
    if shown.ends_with('\n') { shown } else { format!("{shown}\n") }
}

/// The text with every duration written as the same one, and as wide as any.
fn without_times(text: &str) -> String {
    let masked = |line: &str| match line.split_once(" · ") {
        Some((rows, rest)) => format!("{rows} · {}", rest.split_once(" → ").map_or("time", |(_, file)| file)),
        None => line.to_owned(),
    };
    text.lines().map(masked).collect::<Vec<_>>().join("\n")
}
