//! What a run counted, and its report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::pools::Reasons;

/// Counts of one script or of many.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) files: usize,
    pub(crate) queries: usize,
    pub(crate) right: usize,
    /// What comparing both routes told.
    pub(crate) verified: BTreeMap<&'static str, usize>,
    /// Wrong on the chosen route or on the federated one, or said to differ between the routes.
    pub(crate) wrong: Vec<Wrong>,
    /// Queries whose tables live in several pools.
    pub(crate) crossing: usize,
    /// Those of them that the federated route answered, rightly.
    pub(crate) answered: usize,
    /// Why it did not answer others.
    pub(crate) reasons: Reasons,
}

#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) route: &'static str,
    pub(crate) script: String,
    pub(crate) sql: String,
    pub(crate) fault: String,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.queries += other.queries;
        self.right += other.right;
        self.wrong.extend(other.wrong);
        for (verdict, count) in other.verified {
            *self.verified.entry(verdict).or_default() += count;
        }
        self.crossing += other.crossing;
        self.answered += other.answered;
        for (why, (count, examples)) in other.reasons {
            let known = self.reasons.entry(why).or_default();
            known.0 += count;
            known.1.extend(examples);
        }
    }

    pub(crate) fn refused(&mut self, why: &str, sql: &str) {
        // Names differ from query to query, reasons do not.
        let general: String = why.split('`').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "…" }).collect();
        let known = self.reasons.entry(general).or_default();
        known.0 += 1;
        if known.1.len() < 20 {
            known.1.push(sql.to_owned());
        }
    }

    pub(crate) fn answered_percent(&self) -> f64 {
        if self.crossing == 0 { 100.0 } else { 100.0 * self.answered as f64 / self.crossing as f64 }
    }

    pub(crate) fn report(&self, part: &str) -> String {
        let shown: usize = std::env::var("GLUE_CORPUS_SHOW").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
        let wrong = |route: &str| self.wrong.iter().filter(|wrong| wrong.route == route).count();
        let mut text = format!(
            "{part}: {} files, {} queries, {} right, {} wrong; of {} cross-pool SELECTs the federated route answered {} ({:.1} %), {} wrong\n",
            self.files,
            self.queries,
            self.right,
            wrong("auto"),
            self.crossing,
            self.answered,
            self.answered_percent(),
            wrong("federated"),
        );
        if !self.verified.is_empty() {
            writeln!(text, "  verified: {:?}", self.verified).expect("writing to a string never fails");
        }
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for (why, (count, examples)) in reasons {
            writeln!(text, "  {count:6}  {why}").expect("writing to a string never fails");
            for sql in examples.iter().take(shown.saturating_sub(3)) {
                writeln!(text, "            {}", sql.replace('\n', " ")).expect("writing to a string never fails");
            }
        }
        for wrong in self.wrong.iter().take(shown) {
            writeln!(text, "  wrong by {}, {}:\n    {}\n    {}", wrong.route, wrong.script, wrong.sql, wrong.fault)
                .expect("writing to a string never fails");
        }
        text
    }
}
