//! SELECTs that were read.

use super::choice::{Choice, with_advice};
use super::names;
use super::resolve::{Resolved, Unknown, resolve};
use super::result::{Attempt, finished};
use super::splice::Splices;
use super::worker::Worker;
use super::{QueryResult, Session};
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result, Span};
use crate::statement::{QueryStatement, SelectItem};

impl Session {
    /// Runs a SELECT by the route that is forced or chosen.
    pub(super) fn run_select(&mut self, sql: &str, query: &QueryStatement, cancel: &CancelToken) -> Result<QueryResult> {
        let resolved = self.resolve_select(query, cancel)?;
        match self.choose(sql, query, &resolved, cancel)? {
            Choice::Federated { plan, .. } => self.run_federated(query, resolved, *plan, cancel),
            Choice::Sqlite { job, route, otherwise, .. } => {
                let names = changed_names(sql, query, &job.splices);
                let result = self.start(job, route, cancel);
                let advised = |error: Error| match otherwise {
                    Some(own) if error.kind == ErrorKind::Query => with_advice(error, *own),
                    _ => error,
                };
                result.map(|result| result.renamed(&names)).map_err(advised)
            }
            Choice::Attempt { mut job, route, budget, plan } => {
                let names = changed_names(sql, query, &job.splices);
                job.budget = Some(budget);
                match finished(&Worker::start(job, cancel)?, route)? {
                    Attempt::Finished(result) => Ok((*result).renamed(&names)),
                    Attempt::OverBudget => self.run_federated(query, resolved, *plan, cancel),
                }
            }
        }
    }

    /// Finds the pool of every name of a SELECT.
    pub(super) fn resolve_select(&mut self, query: &QueryStatement, cancel: &CancelToken) -> Result<Resolved> {
        let mut resolved = resolve(&names::of_query(query), Unknown::IsError, &self.manager, &mut self.catalogs, cancel)?;
        resolved.take_arguments(&self.arguments);
        resolved.instances = self.lanes.instances;
        resolved.namespace.only_sqlite_reads = self.lanes.only_sqlite_reads;
        Ok(resolved)
    }
}

/// Result columns whose name is their text, where that text was changed: the name to find and the name to give. (A column
/// without alias that is an expression is named by its text, <https://sqlite.org/c3ref/column_name.html>.)
pub(super) fn changed_names(sql: &str, query: &QueryStatement, splices: &Splices) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for item in &query.only {
        let SelectItem::Expr { expr, alias: None, text: Some(text) } = item else { continue };
        let inner = expr.span();
        // The text holds the expression's names but may begin before the first of them.
        let found = sql.match_indices(text.as_str()).find(|(start, _)| *start <= inner.start && inner.end <= start + text.len());
        let Some((start, _)) = found else { continue };
        let part = Span::new(start, start + text.len());
        if splices.touches(part) {
            names.push((splices.apply_within(sql, part), text.clone()));
        }
    }
    names
}
