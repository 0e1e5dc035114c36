//! Files written by hand, and files that glue wrote, read back.

use std::path::Path;

use super::*;
use crate::output::{Format, Style};
use crate::value::{Value, ValueRef};

type Rows = Vec<Vec<Value>>;

fn opened(path: &Path, options: &InputOptions) -> Result<InputFile> {
    InputFile::open(path, options, &mut || Ok(()))
}

fn rows(file: &InputFile) -> Result<Rows> {
    let mut reader = file.read()?;
    let mut rows = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        for row in 0..batch.rows() {
            rows.push(batch.columns().iter().map(|column| column.value(row).to_owned()).collect());
        }
    }
    Ok(rows)
}

fn read(name: &str, text: &[u8], options: &InputOptions) -> Result<(Vec<String>, Rows)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a new file");
    let file = opened(&path, options)?;
    let columns = file.columns().iter().map(|column| format!("{} {}", column.name, column.declared).trim_end().to_owned());
    let columns = columns.collect();
    Ok((columns, rows(&file)?))
}

fn complaint(name: &str, text: &[u8]) -> String {
    let error = read(name, text, &InputOptions::default()).expect_err("a wrong file");
    error.message.rsplit('/').next().unwrap_or_default().to_owned()
}

fn text(text: &str) -> Value {
    Value::text(text)
}

#[test]
fn csv_is_read_by_rfc_4180() {
    let file = b"id,\"the, name\",note\r\n1,\"a \"\"b\"\"\nc\",\r\n2,,\"\"\r\n";
    let (columns, rows) = read("a.csv", file, &InputOptions::default()).expect("right CSV");
    assert_eq!(columns, ["id INTEGER", "the, name TEXT", "note TEXT"]);
    let wanted = [vec![Value::Integer(1), text("a \"b\"\nc"), Value::Null], vec![Value::Integer(2), Value::Null, text("")]];
    assert_eq!(rows, wanted);
}

#[test]
fn delimiters_and_headers_are_found_or_given() {
    let (columns, rows) = read("a.csv", b"a;b\n1,5;x\n", &InputOptions::default()).expect("right CSV");
    assert_eq!((columns, rows), (vec!["a TEXT".into(), "b TEXT".into()], vec![vec![text("1,5"), text("x")]]));
    let options = InputOptions { delimiter: Some(b':'), no_header: true, null: Some("-".into()), ..InputOptions::default() };
    let (columns, rows) = read("a.csv", b"1:-\n2:3\n", &options).expect("right CSV");
    assert_eq!(columns, ["column_1 INTEGER", "column_2 INTEGER"]);
    assert_eq!(rows[0], [Value::Integer(1), Value::Null]);
    let (columns, _) = read("a.csv", b"id,id,\n1,2,3\n", &InputOptions::default()).expect("right CSV");
    assert_eq!(columns, ["id INTEGER", "id_2 INTEGER", "column_3 INTEGER"]);
}

#[test]
fn another_quote_or_none_is_given() {
    let with = |quote: Quote| InputOptions { quote: Some(quote), ..InputOptions::default() };
    let (columns, rows) = read("a.csv", b"a,'b,''c'\n1,'x\ny'\n\"2,'3'\n", &with(Quote::Character(b'\''))).expect("right CSV");
    assert_eq!(columns, ["a TEXT", "b,'c TEXT"]);
    assert_eq!(rows, [[text("1"), text("x\ny")], [text("\"2"), text("3")]]);
    let (_, rows) = read("a.csv", b"a,b\n\"1,2\"\n", &with(Quote::Nothing)).expect("right CSV");
    assert_eq!(rows, [[text("\"1"), text("2\"")]]);
    let (_, rows) = read("a.tsv", b"a\tb\n\"x\ty\"\t1\\n\n", &with(Quote::Character(b'"'))).expect("right TSV");
    assert_eq!(rows, [[text("x\ty"), text("1\\n")]]);
    let said = complaint("a.csv", b"a\n\"x\"y\n");
    assert_eq!(said, "a.csv:2: `y` stands behind a closing quote");
}

#[test]
fn where_everything_is_quoted_quotes_mean_nothing() {
    let (columns, rows) = read("a.csv", b"\"n\",\"t\"\n\"1\",\"x\"\n\"\",\"\"\n", &InputOptions::default()).expect("right");
    assert_eq!(columns, ["n INTEGER", "t TEXT"]);
    assert_eq!(rows, [[Value::Integer(1), text("x")], [Value::Null, text("")]]);
}

#[test]
fn encodings_are_known_by_mark_or_name() {
    let utf16: Vec<u8> = "\u{feff}a\nü\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("a.csv", &utf16, &InputOptions::default()).expect("UTF-16").1, [[text("ü")]]);
    let options = InputOptions { encoding: Some("windows-1252".into()), ..InputOptions::default() };
    assert_eq!(read("a.csv", b"a\n\x80\n", &options).expect("windows-1252").1, [[text("€")]]);
    assert_eq!(complaint("a.csv", b"a\nx\n\xff\n"), "a.csv:3: this is not UTF-8 text");
    assert_eq!(complaint("a.csv", b"\xff,b\n1,x\n"), "a.csv:1: this is not UTF-8 text");
    let options = InputOptions { encoding: Some("klingon".into()), ..InputOptions::default() };
    assert_eq!(read("a.csv", b"a\n", &options).expect_err("no encoding").kind, ErrorKind::Configuration);
}

#[test]
fn faults_are_told_with_their_line() {
    assert_eq!(complaint("a.csv", b"a,b\n1,2\n\n3\n"), "a.csv:4: 1 cell instead of 2");
    assert_eq!(complaint("a.csv", b"a\n\"x\ny\n"), "a.csv:2: a quote is opened and never closed");
    assert_eq!(complaint("a.csv", b"a,b\n\"x\"y,1\n"), "a.csv:2: `y` stands behind a closing quote");
    assert_eq!(complaint("a.jsonl", b"{\"a\":1}\n{\"a\":}\n"), "a.jsonl:2: this is not valid JSON: expected value");
    assert_eq!(
        complaint("a.json", b"[{\"a\":1},\n 2]"),
        "a.json:2: `2` stands where an object should begin: each row is an object"
    );
    assert_eq!(complaint("a.json", b"[{\"a\":1}"), "a.json:1: the file ends within its array");
    assert!(complaint("a.csv", b"").ends_with("holds no columns"));
}

#[test]
fn json_is_read_in_an_array_or_by_lines() {
    let array = br#"[ {"a": 1, "b": "x", "c": [1, {"d": null}]}, {"b": null, "e": true, "a": 9007199254740993} ]"#;
    let (columns, rows) = read("a.json", array, &InputOptions::default()).expect("right JSON");
    assert_eq!(columns, ["a INTEGER", "b TEXT", "c TEXT", "e INTEGER"]);
    assert_eq!(rows[0], [Value::Integer(1), text("x"), text(r#"[1, {"d": null}]"#), Value::Null]);
    assert_eq!(rows[1], [Value::Integer(9_007_199_254_740_993), Value::Null, Value::Null, Value::Integer(1)]);
    let lines = b"{\"a\":1.5}\n{\"a\":\"x\"}\n";
    assert_eq!(read("a.jsonl", lines, &InputOptions::default()).expect("right JSON").1, [[Value::Real(1.5)], [text("x")]]);
}

#[test]
fn tab_separated_cells_are_unescaped() {
    let (columns, rows) = read("a.tsv", b"a\tb\n1\t\\N\n\t\n2\tx\\ty\\\\z\n", &InputOptions::default()).expect("right TSV");
    assert_eq!(columns, ["a INTEGER", "b TEXT"]);
    let wanted = [[Value::Integer(1), Value::Null], [Value::Null, text("")], [Value::Integer(2), text("x\ty\\z")]];
    assert_eq!(rows, wanted);
}

/// Cells that are easily mistaken for others.
fn awkward() -> Rows {
    let texts = [
        "",
        "NULL",
        "1",
        "-2.5",
        "x'00'",
        "a,b;c\td|e",
        "\"quoted\"",
        "two\nlines\r\n",
        "\\N",
        "back\\slash",
        "ü漢",
        " blank ",
        "Inf",
    ];
    let reals = [0.1 + 0.2, -0.0, 1e300, 5e-324, 1.0, 1.0 / 3.0];
    let integers = [0, i64::MIN, i64::MAX, 9_007_199_254_740_993];
    let length = texts.len();
    (0..length)
        .map(|row| {
            vec![
                text(texts[row]),
                if row % 4 == 3 { Value::Null } else { Value::Real(reals[row % reals.len()]) },
                if row % 3 == 2 { Value::Null } else { Value::Integer(integers[row % integers.len()]) },
                Value::Blob((0..row as u8).collect()),
            ]
        })
        .collect()
}

fn written(format: Format, rows: &Rows) -> Vec<u8> {
    let columns = (0..rows[0].len()).map(|column| {
        let mut builder = crate::batch::ColumnBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.push(row[column].as_ref()));
        builder.finish()
    });
    let batch = Batch::new(rows.len(), columns.collect());
    let names: Vec<String> = (0..rows[0].len()).map(|column| format!("c{column}")).collect();
    let (mut writer, mut out) = (format.writer(&Style::default()), Vec::new());
    writer.begin(&names, &mut out).expect("any columns");
    writer.batch(&batch, &mut out).expect("rows of one type a column");
    writer.end(&mut out).expect("any rows");
    out
}

fn same(left: ValueRef<'_>, right: ValueRef<'_>) -> bool {
    match (left, right) {
        (ValueRef::Real(left), ValueRef::Real(right)) => left.to_bits() == right.to_bits(),
        _ => left == right,
    }
}

#[track_caller]
fn reads_back(format: Format, rows: &Rows, types: Types) {
    let options = InputOptions { types, ..InputOptions::default() };
    let (_, read) = read(&format!("a.{}", format.name()), &written(format, rows), &options).expect("glue's own file");
    assert_eq!(read.len(), rows.len(), "{}", format.name());
    for (read, row) in read.iter().zip(rows) {
        let is_same = read.iter().zip(row).all(|(read, cell)| same(read.as_ref(), cell.as_ref()));
        assert!(is_same, "{}: {row:?} came back as {read:?}", format.name());
    }
}

#[test]
fn every_format_reads_back_to_the_same_cells() {
    for format in [Format::Csv, Format::Tsv, Format::Json, Format::Jsonl, Format::Parquet, Format::Arrow] {
        reads_back(format, &awkward(), Types::Auto);
    }
}

#[test]
fn columns_of_several_classes_read_back_where_the_format_tells_them_apart() {
    let row = vec![text("1"), Value::Integer(1), Value::Real(1.0), Value::Real(f64::INFINITY), Value::Null, text(""), text("a")];
    let rows: Rows = row.into_iter().map(|cell| vec![cell]).collect();
    for format in [Format::Csv, Format::Json, Format::Jsonl] {
        reads_back(format, &rows, Types::Exact);
    }
}
