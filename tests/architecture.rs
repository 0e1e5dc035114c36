//! Holds the rooms of the house to the one-way flow that `src/lib.rs` describes, and every file to the house's rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every room with those that it may import besides `error`, `value` and `cancel`, which all may.
const ROOMS: [(&str, &[&str]); 23] = [
    ("error", &[]),
    // The text of a real is SQLite's own printf's, so that it is the same to the last digit; what SQLite is asked about
    // constants has the functions that all connections have.
    ("value", &["ffi", "functions"]),
    ("cancel", &[]),
    // Rows go from `sqlite3_column_*` straight into columns: anything in between costs as much as the step itself.
    ("ffi", &["batch"]),
    ("functions", &[]),
    ("config", &[]),
    ("statement", &[]),
    ("sql", &["statement"]),
    ("batch", &[]),
    ("connection", &["ffi", "functions", "config", "batch"]),
    ("catalog", &["connection", "ffi"]),
    ("bind", &["statement", "catalog"]),
    ("expression", &["bind", "sql", "batch", "ffi", "functions", "statement"]),
    ("planner", &["catalog", "statement", "sql", "bind", "expression", "batch"]),
    ("execution", &["connection", "batch", "catalog", "statement", "sql", "bind", "expression", "planner", "ffi"]),
    (
        "session",
        &["connection", "batch", "catalog", "statement", "sql", "bind", "expression", "planner", "execution", "ffi", "config"],
    ),
    ("asynchronous", &["session", "connection", "statement", "sql", "batch"]),
    ("output", &["batch"]),
    ("input", &["batch"]),
    // The binary's rooms; they reach the library as `glue::room`, which is never refused.
    ("settings", &[]),
    ("command", &["settings"]),
    ("repl", &["settings", "command"]),
    ("cli", &["settings", "command", "repl"]),
];

const EVERYONE_MAY: [&str; 3] = ["error", "value", "cancel"];

/// Rooms of the library that only one file of another may import.
const ONLY_FROM: [(&str, &str, &str); 1] = [("catalog", "connection", "load")];

const UNSAFE_ROOMS: [&str; 1] = ["ffi"];

#[test]
fn rooms_import_only_what_lies_below_them() {
    let mut faults = Vec::new();
    for file in source_files("src") {
        let Some(room) = room_of(&file) else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{}: `{room}` is no room of this house: add it here and to `src/lib.rs`", file.display()));
            continue;
        };
        for imported in imports(&code_of(&file)) {
            let is_room = ROOMS.iter().any(|(name, _)| *name == imported);
            let may = imported == room || EVERYONE_MAY.contains(&imported.as_str()) || allowed.contains(&imported.as_str());
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let only = ONLY_FROM.iter().find(|(from, to, _)| *from == room && *to == imported);
            if is_room && (!may || only.is_some_and(|(_, _, file)| *file != stem)) {
                faults.push(format!("{}: `{room}` must not import `{imported}`", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn unsafe_stands_only_behind_the_fence() {
    for file in source_files("src") {
        let fenced = room_of(&file).is_some_and(|room| UNSAFE_ROOMS.contains(&room.as_str()));
        let code = code_of(&file);
        let words = || code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        assert!(fenced || !words().any(|word| word == "unsafe"), "{}: `unsafe` belongs into src/ffi", file.display());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in ["src", "tests", "benches", "examples"].into_iter().flat_map(source_files) {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        let says = text.strip_prefix("//! ").is_some_and(|rest| rest.lines().next().is_some_and(|line| line.len() > 10));
        assert!(says, "{}: the first line must be a `//!` line that says what the file is for", file.display());
    }
}

#[test]
fn no_file_is_a_drawer_for_the_rest() {
    for file in ["src", "tests", "benches", "examples"].into_iter().flat_map(source_files) {
        for part in file.components().map(|part| part.as_os_str().to_string_lossy().into_owned()) {
            let stem = part.strip_suffix(".rs").unwrap_or(&part);
            let vague = ["utils", "util", "helpers", "helper", "misc", "common"].contains(&stem);
            assert!(!vague, "{}: name the file after the concept that it holds", file.display());
        }
    }
}

/// The Rust files below a folder of the repository, as paths from its root; none where the folder is not there.
fn source_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        // Tests run in the root of the package, so that the paths in messages are those that an editor opens.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("the folder can be read").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `src/room/...` or `src/room.rs`; none for the files that hold the house together.
fn room_of(file: &Path) -> Option<String> {
    let first = file.components().nth(1)?.as_os_str().to_string_lossy().into_owned();
    let room = first.strip_suffix(".rs").map_or(first.clone(), str::to_owned);
    (room != "lib" && room != "main").then_some(room)
}

/// The file without comments and without its inline tests, which may look into other rooms.
fn code_of(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a source file can be read");
    if file.ends_with("tests.rs") {
        return String::new();
    }
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code))
        .filter(|line| !line.contains("unsafe_code"))
        .fold(String::new(), |mut code, line| {
            code.push_str(line);
            code.push('\n');
            code
        })
}

/// The first names behind every `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            names.extend(names_in_braces(list));
        } else {
            names.insert(first_name(rest));
        }
    }
    names
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// The names at the outer level of `a::{b, c}, d}`, whose opening brace was read.
fn names_in_braces(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut expects_name) = (1, Vec::new(), true);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expects_name = true,
            _ if expects_name && !letter.is_whitespace() => {
                names.push(first_name(&list[at..]));
                expects_name = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::batch::Batch;\nuse crate::{bind::{ColumnId, sql}, catalog};\nfn f() -> crate::value::Value";
    assert_eq!(imports(code), ["batch", "bind", "catalog", "value"].map(String::from).into());
}
