//! Two processes of glue that write the same file.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;

use super::place::{GLUE, Place, fails, said, succeeds};

/// A place whose one file may be written, with so much patience for another process.
fn place(busy_timeout: &str) -> Place {
    let place = Place::with_shop();
    let pool = format!("[pools.sales]\npath = 'sales.sqlite'\nread_only = false\nbusy_timeout = '{busy_timeout}'\n");
    place.write("glue.toml", &pool);
    succeeds(&place.glue(&["allow"]), "");
    place
}

/// This process, in the middle of a transaction that has written.
fn in_transaction(place: &Place) -> Session {
    let manager = ConnectionManager::new();
    let pool = ConnectionPool::sqlite(place.path("sales.sqlite")).read_only(false).build().expect("a pool");
    manager.register_connection_pool(pool, None).expect("the first pool");
    let mut session = Session::new(manager);
    session.execute("BEGIN").expect("nobody else has begun");
    session.execute("UPDATE orders SET amount = 100 WHERE id = 10").expect("nobody else writes");
    session
}

fn amounts(place: &Place) -> String {
    place.glue(&["query", "SELECT amount FROM orders WHERE id < 12 ORDER BY id"]).out
}

#[test]
fn the_second_writer_fails_when_its_patience_ends_and_names_the_file() {
    let place = place("200ms");
    let mut first = in_transaction(&place);
    let start = Instant::now();
    let second = place.glue(&["query", "UPDATE orders SET amount = 7 WHERE id = 11"]);
    assert!(start.elapsed() >= Duration::from_millis(200), "it did not wait");
    fails(&second, 3, "sales.sqlite");
    assert!(second.err.contains("locked"), "{}", second.err);
    assert!(second.err.contains("busy_timeout"), "it does not say what to do: {}", second.err);
    first.execute("COMMIT").expect("nobody else writes");
    assert_eq!(amounts(&place), "amount\n100.0\n4.0\n");
}

#[test]
fn the_second_writer_waits_for_the_first_to_commit() {
    let place = place("60s");
    let mut first = in_transaction(&place);
    let mut second = place.command(GLUE);
    let second = second.args(["query", "UPDATE orders SET amount = 7 WHERE id = 11"]);
    let second = second.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut second = second.spawn().expect("the program runs");
    std::thread::sleep(Duration::from_millis(300));
    assert!(second.try_wait().expect("the process is known").is_none(), "it did not wait");
    first.execute("COMMIT").expect("the other one waits");
    succeeds(&said(&second.wait_with_output().expect("the program ends")), "");
    assert_eq!(amounts(&place), "amount\n100.0\n7.0\n");
}

/// A program that was given statements and waits for more.
struct Waiting {
    process: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Waiting {
    fn begin(place: &Place, sql: &str) -> Self {
        let mut command = place.command(GLUE);
        let command = command.args(["query", "--format", "jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::piped()).spawn().expect("the program runs");
        let (input, output) = (process.stdin.take().expect("a pipe"), process.stdout.take().expect("a pipe"));
        let (send, lines) = channel();
        std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let mut waiting = Self { process, input, lines };
        waiting.say(sql);
        waiting
    }

    fn say(&mut self, sql: &str) {
        self.input.write_all(sql.as_bytes()).expect("the program reads");
        self.input.write_all(b"SELECT 'done' AS said;\n").expect("the program reads");
        let line = self.lines.recv_timeout(Duration::from_secs(120)).expect("an answer");
        assert_eq!(line, r#"{"said":"done"}"#);
    }

    fn end(self) {
        let Self { process, input, .. } = self;
        drop(input);
        let said = said(&process.wait_with_output().expect("the program ends"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    }
}

#[test]
fn of_two_programs_the_second_waits_or_fails_with_the_exit_code_of_a_locked_file() {
    let place = place("200ms");
    let mut first = Waiting::begin(&place, "BEGIN; UPDATE orders SET amount = 100 WHERE id = 10;\n");
    let second = place.glue(&["query", "UPDATE orders SET amount = 7 WHERE id = 11"]);
    fails(&second, 3, "sales.sqlite");
    assert!(second.err.contains("locked") && second.err.contains("busy_timeout"), "{}", second.err);
    first.say("ROLLBACK; BEGIN; UPDATE orders SET amount = 50 WHERE id = 10; COMMIT;\n");
    succeeds(&place.glue(&["query", "UPDATE orders SET amount = 7 WHERE id = 11"]), "");
    first.end();
    assert_eq!(amounts(&place), "amount\n50.0\n7.0\n");
}
