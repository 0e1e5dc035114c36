//! How a statement is answered, as data that prints itself: a tree for people, JSON for programs.

use std::fmt;
use std::time::Duration;

use serde_json::{Value as Json, json};

/// What EXPLAIN tells of a statement.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// `pool`, `federated` or `attached`: the route that is taken, or tried first.
    pub route: &'static str,
    /// The pools that are asked.
    pub pools: Vec<String>,
    /// Why this route.
    pub why: String,
    /// For how long SQLite is tried before the steps are taken instead.
    pub attempt: Option<Duration>,
    /// What SQLite is given, where it answers alone or first.
    pub sqlite: Option<SqliteStatement>,
    /// The steps of the federated plan: subqueries and common tables first, the result last.
    pub steps: Vec<Step>,
    /// What came of it, where it ran.
    pub measured: Option<Measured>,
}

/// A statement for SQLite, and SQLite's own plan of it.
#[derive(Debug, Clone)]
pub struct SqliteStatement {
    /// The text.
    pub sql: String,
    /// The lines of `EXPLAIN QUERY PLAN`, each with how deep it stands.
    pub plan: Vec<(usize, String)>,
}

/// A step of a federated plan.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// What it does.
    pub what: String,
    /// The pool that it asks.
    pub pool: Option<String>,
    /// What the pool is asked.
    pub sql: Option<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
    /// About how many rows it gives.
    pub estimate: Option<u64>,
    /// What it did, where it ran.
    pub measured: Option<Measured>,
    /// The steps that it reads.
    pub inputs: Vec<Self>,
}

/// What a step, or the whole, did.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Rows given.
    pub rows: u64,
    /// Their bytes in memory.
    pub bytes: u64,
    /// Time spent in it and below.
    pub time: Duration,
    /// The most bytes of rows and tables that it held at one time.
    pub peak_memory: u64,
    /// Bytes that went to temporary files.
    pub spilled: u64,
    /// A remark, such as `looked up 3 keys`.
    pub remark: Option<String>,
}

impl Explanation {
    /// Every statement that a pool is given, with the pools that it goes to.
    pub fn statements(&self) -> Vec<(String, &str)> {
        let sqlite = self.sqlite.iter().map(|statement| (self.pools.join(", "), statement.sql.trim()));
        let mut statements: Vec<(String, &str)> = sqlite.collect();
        let mut rest: Vec<&Step> = self.steps.iter().rev().collect();
        while let Some(step) = rest.pop() {
            if let (Some(pool), Some(sql)) = (&step.pool, &step.sql) {
                statements.push((pool.clone(), sql));
            }
            rest.extend(step.inputs.iter().rev());
        }
        statements
    }

    /// All of it as an object of JSON.
    pub fn to_json(&self) -> String {
        let sqlite = self.sqlite.as_ref().map(|statement| {
            let lines = statement.plan.iter().map(|(depth, detail)| json!({"depth": depth, "detail": detail}));
            json!({"sql": statement.sql.trim(), "plan": lines.collect::<Vec<_>>()})
        });
        let whole = json!({
            "route": self.route,
            "pools": self.pools,
            "reason": self.why,
            "attempt_ms": self.attempt.map(milliseconds),
            "sqlite": sqlite,
            "steps": self.steps.iter().map(Step::to_json).collect::<Vec<_>>(),
            "result": self.measured.as_ref().map(Measured::to_json),
        });
        whole.to_string()
    }

    fn head(&self) -> String {
        let route = match (self.route, self.pools.as_slice()) {
            ("pool", [pool]) => format!("pool {pool}"),
            (route, _) => route.to_owned(),
        };
        let reason = if self.why.is_empty() { String::new() } else { format!(" ({})", self.why) };
        match self.attempt {
            Some(budget) => format!("route: {route} first, for at most {}; then federated", time(budget)),
            None if self.route == "federated" => format!("route: {}", federated(&self.pools, &self.why)),
            None => format!("route: {route}{reason}"),
        }
    }
}

fn federated(pools: &[String], why: &str) -> String {
    let count = if pools.len() == 1 { "1 pool".to_owned() } else { format!("{} pools", pools.len()) };
    if why.is_empty() { format!("federated ({count})") } else { format!("federated ({count}; {why})") }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.head())?;
        if let Some(statement) = &self.sqlite {
            for line in statement.sql.trim().lines() {
                writeln!(formatter, "  {}", line.trim_end())?;
            }
            for (depth, detail) in &statement.plan {
                writeln!(formatter, "{}{detail}", "  ".repeat(depth + 2))?;
            }
            if !self.steps.is_empty() {
                writeln!(formatter, "otherwise: {}", federated(&self.pools, ""))?;
            }
        }
        for step in &self.steps {
            step.draw(formatter, "", "")?;
        }
        match &self.measured {
            Some(measured) => writeln!(formatter, "result: {}", measured.text(None)),
            None => Ok(()),
        }
    }
}

impl Step {
    /// Draws the step behind `first` and what belongs to it behind `rest`.
    fn draw(&self, formatter: &mut fmt::Formatter<'_>, first: &str, rest: &str) -> fmt::Result {
        let known = match (&self.measured, self.estimate) {
            (Some(measured), estimate) => format!(" · {}", measured.text(estimate)),
            (None, Some(rows)) => format!(" · ~{}", counted(rows)),
            (None, None) => String::new(),
        };
        writeln!(formatter, "{first}{}{known}", self.what)?;
        let bar = if self.inputs.is_empty() { "    " } else { "│   " };
        for line in self.sql.iter().chain(&self.notes) {
            writeln!(formatter, "{rest}{bar}{line}")?;
        }
        for (index, input) in self.inputs.iter().enumerate() {
            let (branch, below) = if index + 1 < self.inputs.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
            input.draw(formatter, &format!("{rest}{branch}"), &format!("{rest}{below}"))?;
        }
        Ok(())
    }

    fn to_json(&self) -> Json {
        json!({
            "what": self.what,
            "pool": self.pool,
            "sql": self.sql,
            "notes": self.notes,
            "estimated_rows": self.estimate,
            "measured": self.measured.as_ref().map(Measured::to_json),
            "inputs": self.inputs.iter().map(Self::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Measured {
    fn text(&self, estimate: Option<u64>) -> String {
        let estimated = estimate.map(|rows| format!(" (~{rows})")).unwrap_or_default();
        let part = |bytes: u64, text: fn(String) -> String| if bytes > 0 { text(size(bytes)) } else { String::new() };
        let size = part(self.bytes, |bytes| format!(" · {bytes}"));
        let remark = self.remark.as_ref().map(|remark| format!(" · {remark}")).unwrap_or_default();
        let held = part(self.peak_memory, |bytes| format!(" · held up to {bytes}"));
        let spilled = part(self.spilled, |bytes| format!(" · {bytes} to the disk"));
        format!("{}{estimated}{size} · {}{held}{spilled}{remark}", counted(self.rows), time(self.time))
    }

    fn to_json(&self) -> Json {
        json!({
            "rows": self.rows,
            "bytes": self.bytes,
            "ms": milliseconds(self.time),
            "peak_memory_bytes": self.peak_memory,
            "spilled_bytes": self.spilled,
            "remark": self.remark,
        })
    }
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 10.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Explanation {
        let pool = |name: &str, rows| Step {
            what: format!("pool query on {name}"),
            pool: Some(name.to_owned()),
            sql: Some(format!("SELECT id FROM {name}")),
            estimate: Some(rows),
            ..Step::default()
        };
        let measured = Measured {
            rows: 3,
            bytes: 2048,
            time: Duration::from_micros(1500),
            peak_memory: 5 << 20,
            spilled: 0,
            remark: Some("looked up 3 keys".into()),
        };
        let join = Step {
            what: "inner hash join on id = id".to_owned(),
            estimate: Some(40),
            measured: Some(measured),
            inputs: vec![pool("a", 1), pool("b", 200)],
            ..Step::default()
        };
        let result = Step { what: "result id".to_owned(), inputs: vec![join], ..Step::default() };
        Explanation { route: "federated", pools: vec!["a".into(), "b".into()], steps: vec![result], ..Explanation::default() }
    }

    #[test]
    fn a_plan_is_drawn_as_a_tree() {
        let wanted = "\
route: federated (2 pools)
result id
└─ inner hash join on id = id · 3 rows (~40) · 2 KiB · 1.5 ms · held up to 5 MiB · looked up 3 keys
   ├─ pool query on a · ~1 row
   │      SELECT id FROM a
   └─ pool query on b · ~200 rows
          SELECT id FROM b
";
        assert_eq!(sample().to_string(), wanted);
    }

    #[test]
    fn programs_get_the_same_as_json() {
        let json: Json = serde_json::from_str(&sample().to_json()).expect("right JSON");
        assert_eq!(json["route"], "federated");
        let join = &json["steps"][0]["inputs"][0];
        assert_eq!((&join["measured"]["rows"], &join["estimated_rows"]), (&json!(3), &json!(40)));
        assert_eq!(join["inputs"][1]["sql"], "SELECT id FROM b");
        let statements = sample();
        let statements = statements.statements();
        assert_eq!(statements, [("a".to_owned(), "SELECT id FROM a"), ("b".to_owned(), "SELECT id FROM b")]);
    }
}
