//! The keys of a glue.toml: the one list that reading, the JSON schema and advice on misspelt keys come from.

use serde_json::{Value, json};

/// A key, what it takes, and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// The value where it is left out, as TOML; none where leaving it out means something of its own.
    pub default: Option<&'static str>,
    /// What it is for, in one sentence.
    pub what: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// A list of names.
    Names,
    /// true or false.
    Flag,
    /// A whole number from 1 to 10000.
    Count,
    /// Seconds, or a text with a unit.
    Duration,
}

/// The table of `[pools.NAME]`.
pub const POOL_KEYS: &[Key] = &[
    key("path", Takes::Text, None, "The SQLite file, relative to this configuration file; `~` is the home folder."),
    key("schemas", Takes::Names, Some("[]"), "Bare table names that mean this pool's table, whatever other pools have."),
    key("read_only", Takes::Flag, Some("true"), "Whether statements may only read."),
    key("max_connections", Takes::Count, Some("10"), "How many connections may be open at once."),
    key("idle_timeout", Takes::Duration, Some("\"60s\""), "How long an unused connection stays open."),
    key("busy_timeout", Takes::Duration, Some("\"5s\""), "How long to wait while another program holds a lock on the file."),
    key("init", Takes::Text, None, "SQL that every connection runs when it is opened, such as PRAGMAs."),
    key(
        "extensions",
        Takes::Names,
        Some("[]"),
        "Loadable extensions that the file's functions and collations come from: paths like `path`, or names without `/`, which the \
         system looks for.",
    ),
    key("immutable", Takes::Flag, Some("false"), "Read without any lock, as if nobody could change the file."),
];

/// The table `[shell]`.
pub const SHELL_KEYS: &[Key] = &[
    key("format", Takes::Text, Some("\"box\""), "How the shell prints rows, as `.mode` takes it."),
    key("null", Takes::Text, Some("\"NULL\""), "The text that the shell prints for NULL."),
    key("timer", Takes::Flag, Some("true"), "Whether the shell says how long statements take."),
    key("pager", Takes::Text, None, "The program that shows long answers; empty for none. $GLUE_PAGER and $PAGER come first."),
    key("editor", Takes::Text, None, "The program that `.edit` opens. $GLUE_EDITOR, $VISUAL and $EDITOR come first."),
];

/// What the tables at the top level are for, with `default`.
pub const TOP_KEYS: [(&str, &str); 5] = [
    ("default", "The pool that answers a bare table name before other pools are searched."),
    ("memory_limit", "How much the steps of a statement may hold in memory; rows beyond that wait in temporary files."),
    ("pools", "The databases by their names."),
    ("views", "SELECTs over all databases that statements name like tables."),
    ("shell", "How the interactive shell behaves."),
];

const fn key(name: &'static str, takes: Takes, default: Option<&'static str>, what: &'static str) -> Key {
    Key { name, takes, default, what }
}

/// The JSON schema of a glue.toml, for editors that check and complete it.
pub fn json_schema() -> Value {
    let [default, memory_limit, pools, views, shell] = TOP_KEYS;
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "glue.toml",
        "description": "The databases that glue joins, and how it opens each.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            default.0: { "description": default.1, "type": "string", "minLength": 1 },
            memory_limit.0: {
                "description": memory_limit.1,
                "type": "string",
                "pattern": "^ *[0-9]+(\\.[0-9]+)? *(%|[kKmMgGtT][iI]?[bB]) *$",
                "default": "60%",
            },
            pools.0: {
                "description": pools.1,
                "type": "object",
                "propertyNames": { "not": { "pattern": "^([mM][aA][iI][nN]|[tT][eE][mM][pP]|)$" } },
                "additionalProperties": table_schema(POOL_KEYS, &["path"]),
            },
            views.0: { "description": views.1, "type": "object", "additionalProperties": { "type": "string" } },
            shell.0: table_schema(SHELL_KEYS, &[]),
        },
    })
}

fn table_schema(keys: &[Key], required: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), key_schema(key))).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn key_schema(key: &Key) -> Value {
    let mut schema = match key.takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Names => json!({ "type": "array", "items": { "type": "string" } }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Count => json!({ "type": "integer", "minimum": 1, "maximum": 10_000 }),
        Takes::Duration => json!({
            "oneOf": [
                { "type": "number", "minimum": 0, "maximum": 86_400 },
                { "type": "string", "pattern": "^ *[0-9]+ *(ms|s|m|min|h)? *$" },
            ],
        }),
    };
    schema["description"] = key.what.into();
    if let Some(default) = key.default.and_then(|default| serde_json::from_str::<Value>(default).ok()) {
        schema["default"] = default;
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_key_and_default() {
        let schema = json_schema();
        let pool = &schema["properties"]["pools"]["additionalProperties"];
        for key in POOL_KEYS {
            let property = &pool["properties"][key.name];
            assert_eq!(property["description"], key.what);
            assert_eq!(property.get("default").map(ToString::to_string).as_deref(), key.default, "{}", key.name);
        }
        assert_eq!(pool["required"], json!(["path"]));
        assert_eq!(schema["properties"]["shell"]["properties"]["timer"]["type"], "boolean");
    }
}
