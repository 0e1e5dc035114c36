//! What a run counted.

use std::collections::BTreeMap;

use super::schema::{POOLS, Schema};
use crate::support::Expected;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) queries: usize,
    pub(crate) refused_by_sqlite: usize,
    /// Those that the oracle takes too long for.
    pub(crate) given_up: usize,
    pub(crate) not_fixed: usize,
    /// Those that the federated route answered.
    pub(crate) federated: usize,
    /// Why it did not answer others.
    pub(crate) reasons: BTreeMap<String, usize>,
    /// What `--verify` said.
    pub(crate) verified: BTreeMap<&'static str, usize>,
    pub(crate) failures: Vec<String>,
    /// Answers that took long.
    pub(crate) slow: Vec<String>,
}

impl Tally {
    /// Counts what the oracle says of a query; whether its answer is fixed.
    #[expect(clippy::print_stderr, reason = "asked for by the environment, for whoever works on the generator")]
    pub(crate) fn count(&mut self, sql: &str, expected: Option<&Expected>) -> bool {
        let Some(expected) = expected else {
            self.given_up += 1;
            return false;
        };
        self.queries += 1;
        let verbose = std::env::var_os("GLUE_RANDOM_VERBOSE").is_some();
        if let Err(error) = &expected.plain {
            self.refused_by_sqlite += 1;
            if verbose {
                eprintln!("{error}: {sql}");
            }
        }
        if verbose {
            eprintln!("asked {}: {sql}", expected.plain.as_ref().map_or(0, |plain| plain.rows.len()));
        }
        let columns = expected.plain.as_ref().map_or(0, |plain| plain.columns.len());
        let is_fixed = expected.always_fails() || expected.fixed_columns().is_some_and(|kept| kept.len() == columns);
        if !is_fixed {
            self.not_fixed += 1;
            if verbose {
                eprintln!("not fixed: {sql}");
            }
        }
        is_fixed
    }

    #[expect(clippy::print_stderr, reason = "asked for by the environment, for whoever works on the federated route")]
    pub(crate) fn cannot(&mut self, sql: &str, reason: &str) {
        if std::env::var_os("GLUE_RANDOM_VERBOSE").is_some() {
            eprintln!("{reason}: {sql}");
        }
        *self.reasons.entry(without_details(reason)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.queries += other.queries;
        self.refused_by_sqlite += other.refused_by_sqlite;
        self.given_up += other.given_up;
        self.not_fixed += other.not_fixed;
        self.federated += other.federated;
        self.failures.extend(other.failures);
        self.slow.extend(other.slow);
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        for (verdict, count) in other.verified {
            *self.verified.entry(verdict).or_default() += count;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share in per cent of some thousands")]
    pub(crate) fn summary(&self) -> String {
        let share = |count: usize| format!("{:.2} %", 100.0 * count as f64 / self.queries.max(1) as f64);
        let mut reasons: Vec<(&String, &usize)> = self.reasons.iter().collect();
        reasons.sort_by(|left, right| right.1.cmp(left.1));
        format!(
            "{} queries; {} failures; not fixed {} ({}); errors in SQLite {}; given up as too long {}; federated answers {}; \
             verified: {:?}; federated's reasons: {:?}",
            self.queries,
            self.failures.len(),
            self.not_fixed,
            share(self.not_fixed),
            share(self.refused_by_sqlite),
            self.given_up,
            share(self.federated),
            self.verified,
            reasons.iter().take(20).collect::<Vec<_>>()
        )
    }
}

/// The script of a schema's files, where it is asked for.
#[expect(clippy::print_stderr, reason = "asked for by the environment, for whoever looks for the cause of a difference")]
pub(crate) fn show_schema(seed: u64, schema: &Schema) {
    if std::env::var_os("GLUE_RANDOM_VERBOSE").is_some() {
        for pool in &POOLS[..schema.pools] {
            eprintln!("-- {seed}: {pool}.sqlite\n{}", schema.script(pool));
        }
    }
}

/// A reason without the names and numbers in it, so that equal ones count together.
fn without_details(reason: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    for letter in reason.chars() {
        if letter == '`' {
            quoted = !quoted;
        } else if !quoted && !letter.is_ascii_digit() {
            text.push(letter);
        }
    }
    text
}
