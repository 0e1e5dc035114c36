//! The programs in `examples/` say what they are meant to say.
#![expect(dead_code, reason = "the programs' own main functions are not called here")]
#![expect(clippy::duplicate_mod, reason = "each program brings its sample files along")]

use std::error::Error;

use tempfile::TempDir;

#[path = "../examples/arrow.rs"]
mod arrow;
#[path = "../examples/join.rs"]
mod join;
#[path = "../examples/one_file.rs"]
mod one_file;
#[path = "../examples/sample_files/mod.rs"]
mod sample_files;
#[path = "../examples/two_files.rs"]
mod two_files;

const ONE_FILE: [&str; 4] = ["pool customers, several: false", "Amir", "Ines", "Yuki"];
const TWO_FILES: [&str; 5] =
    ["several: true", "orders: pool orders", "customers: pool customers", "invoices: pool customers", "3 customers, 3 orders"];
const JOINED: [&str; 4] = ["the same answer: true", "Ines 4.25", "Ines 9.5", "Yuki 20"];

fn folder() -> Result<TempDir, Box<dyn Error>> {
    let folder = TempDir::new()?;
    sample_files::write(folder.path())?;
    Ok(folder)
}

#[test]
fn one_file_answers_as_the_default_and_by_its_name() -> Result<(), Box<dyn Error>> {
    assert_eq!(one_file::lines(folder()?.path())?, ONE_FILE);
    Ok(())
}

#[test]
fn two_files_answer_each_its_own_name_and_the_default_any_other() -> Result<(), Box<dyn Error>> {
    assert_eq!(two_files::lines(folder()?.path())?, TWO_FILES);
    Ok(())
}

#[test]
fn a_join_is_one_statement_as_objects_and_as_sql() -> Result<(), Box<dyn Error>> {
    let lines = join::lines(folder()?.path())?;
    let sql = "SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON (o.customer_id = c.id)";
    assert_eq!(lines[0], sql);
    assert_eq!(lines[1..5], JOINED);
    let plan = lines[5..].join("\n");
    // Two pool queries that run apart, joined in memory.
    assert!(plan.starts_with("route: federated (2 pools") && plan.contains("hash join"), "{plan}");
    assert!(plan.contains("pool query on customers") && plan.contains("pool query on orders"), "{plan}");
    Ok(())
}

#[test]
fn rows_come_as_arrow() -> Result<(), Box<dyn Error>> {
    assert_eq!(arrow::lines(folder()?.path())?, ["name: Utf8", "spent: Float64", "2 rows"]);
    Ok(())
}

#[cfg(feature = "async")]
#[path = "../examples/join_async.rs"]
mod join_async;
#[cfg(feature = "async")]
#[path = "../examples/one_file_async.rs"]
mod one_file_async;
#[cfg(feature = "async")]
#[path = "../examples/two_files_async.rs"]
mod two_files_async;

#[cfg(feature = "async")]
#[tokio::test]
async fn the_asynchronous_programs_say_the_same() -> Result<(), Box<dyn Error>> {
    let folder = folder()?;
    assert_eq!(one_file_async::lines(folder.path()).await?, ONE_FILE);
    assert_eq!(two_files_async::lines(folder.path()).await?, TWO_FILES);
    assert_eq!(join_async::lines(folder.path()).await?, JOINED);
    Ok(())
}
