//! Reading and checking a glue.toml.
//!
//! The table is walked by hand rather than through serde's derive: only so does every complaint know its line, the table
//! it stands in and the keys that would have been known there.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{POOL_KEYS, SHELL_KEYS, TOP_KEYS};
use super::{Config, NoAmount, Places, PoolConfig, ShellConfig, ViewConfig, expand_home, memory_text, nearest, reserved_name};
use crate::error::{Error, Result};

/// Reads and checks the configuration file at `path`; paths in it are taken from its folder.
pub fn read(path: &Path, home: Option<&Path>) -> Result<Config> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::configuration(format!("cannot read the configuration {}: {error}", path.display())))?;
    parse(&text, path, home)
}

/// Checks the text of a configuration file that lies at `path`.
pub fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Config> {
    let reader = Reader { text, path, home };
    let document = DeTable::parse(text).map_err(|error| reader.error(error.span().unwrap_or(0..0), error.message()))?;
    reader.config(document.get_ref())
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    home: Option<&'a Path>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn config(&self, document: &DeTable<'_>) -> Result<Config> {
        let mut config = Config::default();
        let mut default_span = 0..0;
        for (key, value) in in_file_order(document) {
            match key.get_ref().as_ref() {
                "default" => {
                    config.default = Some(self.string("default", value)?.to_owned());
                    default_span = value.span();
                    self.note(&mut config.places, &["default"], value);
                }
                "memory_limit" => {
                    config.memory_limit = Some(self.memory("memory_limit", value)?);
                    self.note(&mut config.places, &["memory_limit"], value);
                }
                "pools" => config.pools = self.pools(value, &mut config.places)?,
                "views" => config.views = self.views(value, &mut config.places)?,
                "shell" => config.shell = self.shell(value, &mut config.places)?,
                unknown => {
                    let known = TOP_KEYS.iter().map(|(name, _)| *name);
                    return Err(self.unknown(key.span(), unknown, "at the top level", known));
                }
            }
        }
        // Whether `default` names a pool is asked once all pools are known: --db may add the one it means.
        if config.default.as_deref() == Some("") {
            return Err(self.error(default_span, "`default` is empty"));
        }
        Ok(config)
    }

    fn shell(&self, value: &Value<'_>, places: &mut Places) -> Result<ShellConfig> {
        let mut shell = ShellConfig::default();
        for (key, value) in in_file_order(self.table("shell", value)?) {
            let name = key.get_ref().as_ref();
            match name {
                "format" => shell.format = Some(self.string(name, value)?.to_owned()),
                "null" => shell.null = Some(self.string(name, value)?.to_owned()),
                "timer" => shell.timer = Some(self.boolean(name, value)?),
                "pager" => shell.pager = Some(self.string(name, value)?.to_owned()),
                "editor" => shell.editor = Some(self.string(name, value)?.to_owned()),
                unknown => {
                    return Err(self.unknown(key.span(), unknown, "in [shell]", SHELL_KEYS.iter().map(|key| key.name)));
                }
            }
            self.note(places, &["shell", name], value);
        }
        Ok(shell)
    }

    fn views(&self, value: &Value<'_>, places: &mut Places) -> Result<Vec<ViewConfig>> {
        let mut views: Vec<ViewConfig> = Vec::new();
        for (key, value) in in_file_order(self.table("views", value)?) {
            let name = key.get_ref().as_ref();
            if let Some(other) = views.iter().find(|view| view.name.eq_ignore_ascii_case(name)) {
                let message = format!("the views `{}` and `{name}` are one name to SQLite, which ignores case", other.name);
                return Err(self.error(key.span(), message));
            }
            let sql = self.string(name, value)?.to_owned();
            views.push(ViewConfig { name: name.to_owned(), sql, position: self.start_of_text(value) });
            self.note(places, &["views", name], value);
        }
        Ok(views)
    }

    /// Where the text within a string's quotes begins; a line break right behind three of them does not count.
    fn start_of_text(&self, value: &Value<'_>) -> (usize, usize) {
        let start = value.span().start;
        let (before, string) = self.text.split_at_checked(start).unwrap_or((self.text, ""));
        let quotes = if ["\"\"\"", "'''"].iter().any(|three| string.starts_with(three)) { 3 } else { 1 };
        if quotes == 3 && string[3..].trim_start_matches('\r').starts_with('\n') {
            return (self.line(start) + 1, 1);
        }
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
        (self.line(start), column + quotes + 1)
    }

    fn note(&self, places: &mut Places, key: &[&str], value: &Value<'_>) {
        places.note(key, self.line(value.span().start));
    }

    fn pools(&self, value: &Value<'_>, places: &mut Places) -> Result<Vec<PoolConfig>> {
        let table = self.table("pools", value)?;
        let mut pools: Vec<PoolConfig> = Vec::with_capacity(table.len());
        for (key, value) in in_file_order(table) {
            let name = key.get_ref().as_ref();
            if let Some(why) = reserved_name(name) {
                return Err(self.error(key.span(), format!("a pool cannot be named `{name}`: {why}")));
            }
            if let Some(other) = pools.iter().find(|pool| pool.name.eq_ignore_ascii_case(name)) {
                let message = format!("the pools `{}` and `{name}` are one name to SQLite, which ignores case", other.name);
                return Err(self.error(key.span(), message));
            }
            pools.push(self.pool(name, key.span(), value, places)?);
        }
        Ok(pools)
    }

    fn pool(&self, name: &str, span: Range<usize>, value: &Value<'_>, places: &mut Places) -> Result<PoolConfig> {
        let table = self.table(&format!("pools.{name}"), value)?;
        let mut pool = PoolConfig::new(name, PathBuf::new());
        let mut has_path = false;
        for (key, value) in in_file_order(table) {
            match key.get_ref().as_ref() {
                "path" => {
                    pool.path = self.database_path(value)?;
                    has_path = true;
                }
                "schemas" => pool.schemas = self.names("schemas", "a list of table names", value)?,
                "read_only" => pool.read_only = self.boolean("read_only", value)?,
                "max_connections" => pool.max_connections = self.count("max_connections", value)?,
                "idle_timeout" => pool.idle_timeout = self.duration("idle_timeout", value)?,
                "busy_timeout" => pool.busy_timeout = self.duration("busy_timeout", value)?,
                "immutable" => pool.immutable = self.boolean("immutable", value)?,
                "init" => pool.init = Some(self.string("init", value)?.to_owned()),
                "extensions" => pool.extensions = self.libraries(value)?,
                unknown => {
                    let known = POOL_KEYS.iter().map(|key| key.name);
                    return Err(self.unknown(key.span(), unknown, &format!("in [pools.{name}]"), known));
                }
            }
            self.note(places, &["pools", name, key.get_ref().as_ref()], value);
        }
        if has_path { Ok(pool) } else { Err(self.error(span, format!("the pool `{name}` has no `path`"))) }
    }

    fn database_path(&self, value: &Value<'_>) -> Result<PathBuf> {
        let text = self.string("path", value)?;
        if text.is_empty() {
            return Err(self.error(value.span(), "`path` is empty"));
        }
        Ok(self.in_folder(text))
    }

    /// A name without a slash is left to the system, which has folders of its own for libraries.
    fn libraries(&self, value: &Value<'_>) -> Result<Vec<PathBuf>> {
        let names = self.names("extensions", "a list of files", value)?;
        let library = |name: String| if name.contains('/') { self.in_folder(&name) } else { PathBuf::from(name) };
        Ok(names.into_iter().map(library).collect())
    }

    fn in_folder(&self, text: &str) -> PathBuf {
        let path = expand_home(text, self.home);
        self.path.parent().map_or_else(|| path.clone(), |folder| folder.join(&path))
    }

    fn names(&self, key: &str, wanted: &str, value: &Value<'_>) -> Result<Vec<String>> {
        let items = value.get_ref().as_array().ok_or_else(|| self.mistyped(key, wanted, value))?;
        items.iter().map(|item| self.string(key, item).map(str::to_owned)).collect()
    }

    fn table<'v, 'i>(&self, key: &str, value: &'v Value<'i>) -> Result<&'v DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| self.mistyped(key, "a table", value))
    }

    fn string<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<&'v str> {
        value.get_ref().as_str().ok_or_else(|| self.mistyped(key, "a string", value))
    }

    fn boolean(&self, key: &str, value: &Value<'_>) -> Result<bool> {
        value.get_ref().as_bool().ok_or_else(|| self.mistyped(key, "true or false", value))
    }

    fn count(&self, key: &str, value: &Value<'_>) -> Result<u32> {
        let wanted = "a whole number from 1 to 10000";
        let number = integer(value).ok_or_else(|| self.mistyped(key, wanted, value))?;
        u32::try_from(number)
            .ok()
            .filter(|count| (1..=10_000).contains(count))
            .ok_or_else(|| self.error(value.span(), format!("`{key}` must be {wanted}, not {number}")))
    }

    fn memory(&self, key: &str, value: &Value<'_>) -> Result<usize> {
        let text = value.get_ref().as_str();
        let wanted = match text.map(memory_text) {
            Some(Ok(bytes)) => return Ok(bytes),
            Some(Err(NoAmount::TooLittle)) => "at least \"1MB\"",
            Some(Err(NoAmount::Unreadable)) | None => "a text like \"2GB\", \"512MiB\" or \"60%\"",
        };
        Err(self.mistyped(key, wanted, value))
    }

    fn duration(&self, key: &str, value: &Value<'_>) -> Result<Duration> {
        let wanted = "seconds or a text like \"60s\", \"500ms\" or \"2m\"";
        let duration = match value.get_ref() {
            DeValue::String(text) => duration_text(text),
            DeValue::Integer(_) => integer(value).and_then(|number| u64::try_from(number).ok()).map(Duration::from_secs),
            DeValue::Float(number) => number.as_str().parse().ok().and_then(|number| Duration::try_from_secs_f64(number).ok()),
            _ => return Err(self.mistyped(key, wanted, value)),
        };
        // A day is longer than anybody waits, and short enough that no arithmetic with clocks overflows.
        duration
            .filter(|duration| *duration <= Duration::from_secs(86_400))
            .ok_or_else(|| self.error(value.span(), format!("`{key}` must be {wanted}, at most a day")))
    }

    fn unknown<'k>(&self, span: Range<usize>, key: &str, place: &str, known: impl Iterator<Item = &'k str>) -> Error {
        let error = self.error(span, format!("unknown key `{key}` {place}"));
        let known: Vec<&str> = known.collect();
        match nearest(key, known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("known keys: {}", known.join(", "))),
        }
    }

    fn mistyped(&self, key: &str, wanted: &str, value: &Value<'_>) -> Error {
        self.error(value.span(), format!("`{key}` must be {wanted}, not {}", described(value.get_ref())))
    }

    fn line(&self, position: usize) -> usize {
        self.text.get(..position).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn error(&self, span: Range<usize>, message: impl AsRef<str>) -> Error {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = self.line(span.start);
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let message = message.as_ref().trim_end().replace('\n', "; ");
        Error::configuration(format!("{}:{line}:{column}: {message}", self.path.display()))
    }
}

/// toml keeps tables sorted by key; errors and pools should come in the order that the user wrote.
fn in_file_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Spanned<toml::de::DeString<'i>>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn integer(value: &Value<'_>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn duration_text(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match text[digits..].trim() {
        "ms" => Some(Duration::from_millis(number)),
        "" | "s" => Some(Duration::from_secs(number)),
        "m" | "min" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(number.checked_mul(3600)?)),
        _ => None,
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config> {
        parse(text, Path::new("/etc/shop/glue.toml"), Some(Path::new("/home/ada")))
    }

    fn complaint(text: &str) -> String {
        let error = parsed(text).expect_err("a wrong configuration");
        format!("{} | {}", error.message, error.hint.unwrap_or_default())
    }

    #[test]
    fn every_key_is_read_and_every_default_filled_in() {
        let config = parsed(
            "default = 'crm'\n[pools.sales]\npath = '../s.sqlite'\nschemas = ['orders']\nread_only = false\nmax_connections = 3\n\
             idle_timeout = '2m'\nbusy_timeout = 0.5\nimmutable = true\ninit = 'SELECT 1'\nextensions = ['./l.so', 'm']\n[pools.crm]\npath = '~/crm.sqlite'\n",
        )
        .expect("a right configuration");
        assert_eq!(config.default.as_deref(), Some("crm"));
        let sales = PoolConfig {
            name: "sales".into(),
            path: "/etc/shop/../s.sqlite".into(),
            schemas: vec!["orders".into()],
            read_only: false,
            max_connections: 3,
            idle_timeout: Duration::from_secs(120),
            busy_timeout: Duration::from_millis(500),
            immutable: true,
            init: Some("SELECT 1".into()),
            extensions: vec!["/etc/shop/./l.so".into(), "m".into()],
        };
        assert_eq!(config.pools, [sales, PoolConfig::new("crm", "/home/ada/crm.sqlite")]);
    }

    #[test]
    fn the_example_holds_every_key_with_its_default() {
        let example = include_str!("../../glue.toml.example");
        let config = parsed(example).expect("a right example");
        assert_eq!(config.default.as_deref(), Some("crm"));
        let crm = PoolConfig { schemas: vec!["customers".into()], ..PoolConfig::new("crm", "/etc/shop/crm.sqlite") };
        assert_eq!(config.pools, [crm, PoolConfig::new("sales", "/home/ada/data/sales.sqlite")]);
        for key in POOL_KEYS.iter().chain(SHELL_KEYS) {
            let is_given = example.contains(&format!("\n{} = ", key.name)) || example.contains(&format!("\n# {} = ", key.name));
            assert!(is_given, "the example lacks {}", key.name);
        }
        assert_eq!(config.places.line(&["pools", "crm", "path"]), Some(17));
        assert_eq!(config.places.line(&["pools", "crm", "colour"]), None);
    }

    #[test]
    fn complaints_name_the_file_the_line_and_the_nearest_key() {
        let place = "/etc/shop/glue.toml";
        let cases = [
            ("defualt = 'x'", ":1:1: unknown key `defualt` at the top level | did you mean `default`?"),
            ("[pools.crm]\npth = 'x'", ":2:1: unknown key `pth` in [pools.crm] | did you mean `path`?"),
            ("[pools.crm]\npath = 7", ":2:8: `path` must be a string, not a whole number | "),
            ("[pools.crm]\npath = 'x'\nread_only = 'yes'", ":3:13: `read_only` must be true or false, not a string | "),
            (
                "[pools.crm]\npath = 'x'\nmax_connections = 0",
                ":3:19: `max_connections` must be a whole number from 1 to 10000, not 0 | ",
            ),
            ("[pools.crm]\nschemas = []", ":1:8: the pool `crm` has no `path` | "),
            (
                "[pools.Main]\npath = 'x'",
                ":1:8: a pool cannot be named `Main`: `main` and `temp` mean something else in SQLite | ",
            ),
            (
                "[pools.a]\npath = 'x'\n[pools.A]\npath = 'y'",
                ":3:8: the pools `a` and `A` are one name to SQLite, which ignores case | ",
            ),
            (
                "[pools.a]\npath = 'x'\nidle_timeout = '5 weeks'",
                ":3:16: `idle_timeout` must be seconds or a text like \"60s\", \"500ms\" or \"2m\", at most a day | ",
            ),
            ("pools = 3", ":1:9: `pools` must be a table, not a whole number | "),
        ];
        for (text, wanted) in cases {
            assert_eq!(complaint(text), format!("{place}{wanted}"), "for {text}");
        }
        assert!(complaint("default = 'crm'\npools = [").starts_with("/etc/shop/glue.toml:2:"));
    }
}
