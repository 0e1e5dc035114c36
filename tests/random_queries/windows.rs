//! Random window functions.

use super::generate::Generator;
use super::query::{Item, Select};
use super::scope::Scope;

/// A window, and whether it has an order to the last row.
struct Window {
    sql: String,
    is_total: bool,
}

impl Generator<'_> {
    /// Fills a SELECT with columns and window functions over its rows.
    pub(super) fn windowed(&mut self, select: &mut Select, scope: &Scope, width: usize) -> Vec<Option<&'static str>> {
        let named = if self.random.percent(25) { Some(self.window(scope)) } else { None };
        let mut collations = Vec::new();
        for index in 0..width.max(2) {
            if index == 0 {
                collations.push(self.item(select, scope, false, index));
                continue;
            }
            let sql = match &named {
                Some(window) if self.random.percent(60) => {
                    let call = self.window_function(scope, window.is_total);
                    if self.random.percent(70) { format!("{call} OVER win") } else { format!("{call} OVER (win)") }
                }
                _ => self.window_call(scope),
            };
            select.items.push(Item { sql, alias: Some(format!("w{index}")) });
            collations.push(None);
        }
        // A frame of its own does not go with a further one: `OVER (win)` copies only windows without.
        if let Some(window) = named {
            let has_frame = ["ROWS", "RANGE", "GROUPS"].iter().any(|kind| window.sql.contains(kind));
            if has_frame {
                select.items.iter_mut().for_each(|item| item.sql = item.sql.replace("OVER (win)", "OVER win"));
            }
            select.windows.push(format!("win AS ({})", window.sql));
        }
        collations
    }

    pub(super) fn window_call(&mut self, scope: &Scope) -> String {
        let window = self.window(scope);
        format!("{} OVER ({})", self.window_function(scope, window.is_total), window.sql)
    }

    fn window(&mut self, scope: &Scope) -> Window {
        let mut parts = Vec::new();
        if self.random.percent(55) {
            let column = self.column(scope);
            parts.push(format!("PARTITION BY {}", if self.random.percent(70) { column.sql } else { self.expression(scope, 1) }));
        }
        let is_total = self.random.percent(70);
        let mut terms = Vec::new();
        if is_total {
            if self.random.percent(60) {
                terms.push(format!("{}{}", self.column(scope).sql, self.random.pick(&["", " DESC", " NULLS LAST"])));
            }
            terms.extend(scope.key.iter().cloned());
        } else if self.random.percent(80) {
            terms.push(format!("{}{}", self.column(scope).sql, self.random.pick(&["", " DESC"])));
        }
        if !terms.is_empty() {
            parts.push(format!("ORDER BY {}", terms.join(", ")));
        }
        if self.random.percent(55) {
            parts.push(self.frame(is_total, terms.len()));
        }
        Window { sql: parts.join(" "), is_total }
    }

    fn frame(&mut self, is_total: bool, terms: usize) -> String {
        let kind = match (is_total, terms) {
            (true, _) => *self.random.pick(&["ROWS", "GROUPS", "ROWS", "RANGE"]),
            (false, 0) => "RANGE",
            (false, _) => *self.random.pick(&["RANGE", "GROUPS"]),
        };
        // Only one term that is a number can be counted from.
        let counts = kind != "RANGE" || terms == 1;
        let exclude = if is_total {
            *self.random.pick(&["", "", "", " EXCLUDE NO OTHERS", " EXCLUDE CURRENT ROW", " EXCLUDE TIES", " EXCLUDE GROUP"])
        } else {
            *self.random.pick(&["", "", " EXCLUDE GROUP"])
        };
        let offset = |generator: &mut Self| match generator.random.below(6) {
            0 => "1 + 1".to_owned(),
            number => (number - 1).to_string(),
        };
        let start = match self.random.below(4) {
            0 if counts => format!("{} PRECEDING", offset(self)),
            1 if counts => format!("{} FOLLOWING", offset(self)),
            2 => "CURRENT ROW".to_owned(),
            _ => "UNBOUNDED PRECEDING".to_owned(),
        };
        if self.random.percent(20) && !start.ends_with("FOLLOWING") {
            return format!("{kind} {start}{exclude}");
        }
        let end = match self.random.below(4) {
            0 if counts && !start.ends_with("FOLLOWING") && start != "CURRENT ROW" => format!("{} PRECEDING", offset(self)),
            1 if counts => format!("{} FOLLOWING", offset(self)),
            2 if !start.ends_with("FOLLOWING") => "CURRENT ROW".to_owned(),
            _ => "UNBOUNDED FOLLOWING".to_owned(),
        };
        format!("{kind} BETWEEN {start} AND {end}{exclude}")
    }

    /// A function whose result is fixed: without an order to the last row one that takes equals alike.
    fn window_function(&mut self, scope: &Scope, is_total: bool) -> String {
        let column = self.column(scope);
        let apart = if column.look_alikes { self.told_apart(&column) } else { column.sql.clone() };
        let filter =
            if self.random.percent(15) { format!(" FILTER (WHERE {})", self.condition(scope, 0)) } else { String::new() };
        match self.random.below(if is_total { 18 } else { 9 }) {
            0 => format!("count(*){filter}"),
            1 => format!("count({}){filter}", column.sql),
            2 => format!("min({apart}){filter}"),
            3 => format!("max({apart}){filter}"),
            4 => "rank()".into(),
            5 => "dense_rank()".into(),
            6 => "percent_rank()".into(),
            7 => "cume_dist()".into(),
            8 => format!("sum(length({apart})){filter}"),
            9 => "row_number()".into(),
            10 => format!("ntile({})", self.random.between(1, 4)),
            11 => format!("lag({}{})", column.sql, self.random.pick(&["", ", 2", ", 1, 'none'", ", 0"])),
            12 => format!("lead({}{})", column.sql, self.random.pick(&["", ", 2", ", 1, -1"])),
            13 => format!("first_value({})", column.sql),
            14 => format!("last_value({})", column.sql),
            15 => format!("nth_value({}, {})", column.sql, self.random.between(1, 3)),
            16 => format!("{}({}){filter}", self.random.pick(&["sum", "avg", "total"]), column.sql),
            _ => format!("group_concat({}, '|'){filter}", column.sql),
        }
    }
}
