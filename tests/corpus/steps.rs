//! The corpus' `steps/*.jsonl`: a script a line.

use std::path::Path;

use glue::value::Value;
use serde_json::Value as Json;

use super::script::{Action, Expected, Place, Query, Script};

pub(crate) fn read_file(path: &Path) -> Vec<Script> {
    let text = std::fs::read_to_string(path).expect("the corpus can be read");
    text.lines().map(|line| script(&serde_json::from_str(line).expect("a line is JSON"))).collect()
}

fn script(line: &Json) -> Script {
    let steps = line["steps"].as_array().expect("a script has steps");
    Script { name: text(&line["id"]), actions: steps.iter().map(action).collect() }
}

fn action(step: &Json) -> Action {
    let sql = text(&step["sql"]);
    let Some(rows) = step["rows"].as_array() else {
        let place = step["pool"].as_u64().map_or(Place::All, |pool| Place::Pool(usize::try_from(pool).expect("0, 1 or 2")));
        return Action::SetUp { sql, place };
    };
    let columns = step["cols"].as_array().map(|names| names.iter().map(text).collect());
    let rows = rows.iter().map(|row| row.as_array().expect("a row is a list").iter().map(value).collect()).collect();
    let ordered = step["ordered"].as_bool().expect("a query says whether it is ordered");
    let pools = step["pools"].as_array().map_or(0, Vec::len);
    Action::Query(Query { sql, pools, expected: Expected::Rows { columns, ordered, rows } })
}

fn text(json: &Json) -> String {
    json.as_str().expect("the corpus has a text here").to_owned()
}

/// null, integer, "text", {"r": real as text}, {"b": hex}.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Number(number) => Value::Integer(number.as_i64().expect("plain numbers are integers")),
        Json::String(text) => Value::text(text),
        Json::Object(fields) => match fields.get("r") {
            Some(real) => Value::Real(text(real).parse().expect("a real")),
            None => Value::Blob(bytes(fields["b"].as_str().expect("hex digits")).into()),
        },
        other => panic!("no value: {other}"),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |start: usize| u8::from_str_radix(&hex[start..start + 2], 16).expect("two hex digits");
    (0..hex.len() / 2).map(|index| digits(2 * index)).collect()
}
