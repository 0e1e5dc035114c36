//! Grouping rows by their keys, and the result of each group.

use super::grouping::{GroupRules, Grouping, Groups};
use super::{Input, Operator};
use crate::batch::{BATCH_ROWS, Batch, Column};
use crate::bind::AggregateFunction;
use crate::error::Result;
use crate::execution::parallel::{for_each_batch, in_parallel};

/// A column of the result: which of the states, and what is made of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AggregateResult {
    /// The state's position.
    pub(crate) call: usize,
    /// The function.
    pub(crate) function: AggregateFunction,
}

/// Groups rows by hash; the groups come in the order of their first row. Gives the keys, the aggregates, the bare columns.
/// Where the input comes in several instances, each thread groups the rows of one, and the groups are put together.
pub(crate) struct Aggregation {
    parts: Vec<(Input, Grouping)>,
    results: Vec<AggregateResult>,
    has_always_a_row: bool,
    output: Option<(Groups, usize)>,
}

impl Aggregation {
    /// Groups the rows of all `parts`, each an instance of the input with its own rules, which are alike. `is_grouped`
    /// tells whether GROUP BY was written.
    pub(crate) fn new(parts: Vec<(Input, GroupRules)>, results: Vec<AggregateResult>, is_grouped: bool) -> Self {
        let has_always_a_row = !is_grouped && parts.iter().all(|(_, rules)| rules.keys.is_empty());
        let parts = parts.into_iter().map(|(input, rules)| (input, Grouping::new(rules))).collect();
        Self { parts, results, has_always_a_row, output: None }
    }

    fn group(&mut self) -> Result<Groups> {
        let parts = std::mem::take(&mut self.parts);
        let grouped = in_parallel(parts, |(mut input, mut grouping), has_failed| {
            for_each_batch(input.as_mut(), has_failed, |batch| grouping.add(&batch))?;
            Ok(grouping)
        })?;
        let mut grouped = grouped.into_iter();
        let mut all = grouped.next().expect("an aggregation has at least one input");
        for other in grouped {
            all.merge(other)?;
        }
        if self.has_always_a_row {
            all.make_group();
        }
        Ok(all.finish())
    }
}

impl Operator for Aggregation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let (groups, given) = match &mut self.output {
            Some(output) => output,
            None => {
                let groups = self.group()?;
                self.output.insert((groups, 0))
            }
        };
        let (start, count) = (*given, (groups.groups - *given).min(BATCH_ROWS));
        if count == 0 {
            return Ok(None);
        }
        *given += count;
        let mut columns: Vec<Column> = groups.keys.iter().map(|key| key.slice(start, count)).collect();
        for result in &self.results {
            columns.push(groups.calls[result.call].results(result.function, start, count)?);
        }
        columns.extend(groups.bare_columns(start, count));
        Ok(Some(Batch::new(count, columns)))
    }
}
