//! The line below an answer.

use std::time::Duration;

use glue::session::{PoolProgress, Route};

use crate::command::amounts::{duration, grouped, size};
use crate::command::run_options::Stats;

/// `3 rows · 12.3 ms · crm 40 rows 8.0 ms · sales 900 rows 3.1 ms`: what came, how long it took, and what each pool had to
/// give for it in which part of that time.
pub(super) fn footer(rows: Option<usize>, time: Option<Duration>, pools: &[PoolProgress]) -> Option<String> {
    let count = rows.map(|rows| format!("{} {}", grouped(rows), if rows == 1 { "row" } else { "rows" }));
    let pool = |pool: &PoolProgress| {
        let rows = usize::try_from(pool.rows).unwrap_or(usize::MAX);
        let spent = time.map(|_| format!(" {}", duration(Duration::from_nanos(pool.nanoseconds)))).unwrap_or_default();
        format!("{} {} {}{spent}", pool.pool, grouped(rows), if rows == 1 { "row" } else { "rows" })
    };
    let parts: Vec<String> = count.into_iter().chain(time.map(duration)).chain(pools.iter().map(pool)).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// `federated route · crm 40 rows 1.2 kB · sales 900 rows 31 kB`: what `.stats` adds to the footer.
pub(super) fn stats_line(stats: &Stats) -> String {
    let route = match stats.route {
        Route::Auto => "no route",
        Route::Pool => "pool route",
        Route::Federated => "federated route",
        Route::Attached => "attached route",
    };
    let pool = |pool: &PoolProgress| {
        let rows = usize::try_from(pool.rows).unwrap_or(usize::MAX);
        format!(" · {} {} {} {}", pool.pool, grouped(rows), if rows == 1 { "row" } else { "rows" }, size(pool.bytes))
    };
    format!("{route}{}", stats.pools.iter().map(pool).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_footer_counts_and_times() {
        assert_eq!(footer(Some(1), None, &[]).as_deref(), Some("1 row"));
        assert_eq!(footer(Some(1_234_567), Some(Duration::from_millis(1500)), &[]).as_deref(), Some("1 234 567 rows · 1.50 s"));
        assert_eq!(footer(None, Some(Duration::from_micros(1250)), &[]).as_deref(), Some("1.2 ms"));
        assert_eq!(footer(None, None, &[]), None);
        let crm = PoolProgress { pool: "crm".to_owned(), rows: 40, bytes: 900, nanoseconds: 8_000_000, expected: None };
        let stats = Stats { rows: Some(3), route: Route::Federated, pools: vec![crm.clone()], time: Duration::ZERO };
        assert_eq!(stats_line(&stats), "federated route · crm 40 rows 900 B");
        let wanted = Some("3 rows · 10.0 ms · crm 40 rows 8.0 ms");
        assert_eq!(footer(Some(3), Some(Duration::from_millis(10)), std::slice::from_ref(&crm)).as_deref(), wanted);
        assert_eq!(footer(Some(3), None, &[crm]).as_deref(), Some("3 rows · crm 40 rows"));
    }
}
