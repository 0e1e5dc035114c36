//! Every setting with the value that applies, and where that came from.

use std::time::Duration;

use glue::config::PoolConfig;
use glue::config::keys::POOL_KEYS;

use super::{Found, Origin, Settings, history_file};

/// A setting as people read it.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// Its key, as `glue.toml` would have it.
    pub(crate) key: String,
    /// Its value; None where there is none.
    pub(crate) value: Option<String>,
    /// Where the value came from.
    pub(crate) origin: String,
}

impl Settings {
    /// Every setting, in the order of the file.
    pub(crate) fn shown(&self) -> Vec<Setting> {
        let mut shown = vec![self.configuration()];
        let mut add = |key: String, value: Option<String>, origin: Origin| {
            shown.push(Setting { key, value, origin: origin.to_string() });
        };
        add("default".to_owned(), self.config.default.clone(), self.origin(&["default"]));
        let memory_limit = self.config.memory_limit.unwrap_or_else(glue::config::default_memory_limit);
        add("memory_limit".to_owned(), Some(format!("{} MB", memory_limit / 1_000_000)), self.origin(&["memory_limit"]));
        for pool in &self.config.pools {
            for key in POOL_KEYS {
                let origin = self.pool_origin(pool, key.name);
                add(format!("pools.{}.{}", pool.name, key.name), pool_value(pool, key.name), origin);
            }
        }
        for view in &self.config.views {
            add(format!("views.{}", view.name), Some(view.sql.clone()), self.origin(&["views", &view.name]));
        }
        let shell = &self.shell;
        let format = shell.format.map_or("box", |format| format.name());
        add("shell.format".to_owned(), Some(format.to_owned()), self.origin(&["shell", "format"]));
        let null = shell.null.clone().unwrap_or_else(|| "NULL".to_owned());
        add("shell.null".to_owned(), Some(null), self.origin(&["shell", "null"]));
        add("shell.timer".to_owned(), Some(shell.timer.to_string()), self.origin(&["shell", "timer"]));
        for (key, (value, origin)) in [("pager", &shell.pager), ("editor", &shell.editor)] {
            let origin = if *origin == Origin::Default { self.origin(&["shell", key]) } else { origin.clone() };
            add(format!("shell.{key}"), Some(value.clone()), origin);
        }
        let history = history_file(|name| std::env::var_os(name)).map(|path| path.display().to_string());
        let set = ["GLUE_HISTORY", "XDG_STATE_HOME"].into_iter().find(|name| std::env::var_os(name).is_some());
        add("history".to_owned(), history, set.map_or(Origin::Default, Origin::Variable));
        shown
    }

    fn configuration(&self) -> Setting {
        let (value, origin) = match &self.file {
            Some((path, found)) => (Some(path.display().to_string()), found.to_string()),
            None => (None, "none was found".to_owned()),
        };
        Setting { key: "configuration".to_owned(), value, origin }
    }

    fn pool_origin(&self, pool: &PoolConfig, key: &str) -> Origin {
        let by_flag = self.writable.contains(&pool.name) && key == "read_only";
        let given = self.given.get(&pool.name).filter(|_| key == "path");
        if by_flag { Origin::Flag("--write") } else { given.cloned().unwrap_or_else(|| self.origin(&["pools", &pool.name, key])) }
    }

    fn origin(&self, key: &[&str]) -> Origin {
        let path = || self.file.as_ref().map(|(path, _)| path.clone()).unwrap_or_default();
        match self.config.places.line(key) {
            Some(line) if self.taken.iter().any(|taken| taken == key) => Origin::NotAllowed(path(), line),
            Some(line) => Origin::File(path(), line),
            None => Origin::Default,
        }
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Named => "--config",
            Self::Variable => "$GLUE_CONFIG",
            Self::Upward => "found upward",
            Self::Own => "the user's own",
        })
    }
}

fn pool_value(pool: &PoolConfig, key: &str) -> Option<String> {
    Some(match key {
        "path" => pool.path.display().to_string(),
        "schemas" => pool.schemas.join(", "),
        "read_only" => pool.read_only.to_string(),
        "max_connections" => pool.max_connections.to_string(),
        "idle_timeout" => duration(pool.idle_timeout),
        "busy_timeout" => duration(pool.busy_timeout),
        "init" => return pool.init.clone(),
        "extensions" => pool.extensions.iter().map(|library| library.display().to_string()).collect::<Vec<_>>().join(", "),
        _ => pool.immutable.to_string(),
    })
}

fn duration(duration: Duration) -> String {
    if duration.subsec_millis() == 0 { format!("{}s", duration.as_secs()) } else { format!("{}ms", duration.as_millis()) }
}
