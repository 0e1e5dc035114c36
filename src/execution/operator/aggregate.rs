//! Grouping rows by their keys, and the result of each group.

use super::grouping::{GroupRules, Grouping, Groups};
use super::{Input, Operator};
use crate::batch::{BATCH_ROWS, Batch};
use crate::bind::AggregateFunction;
use crate::error::Result;
use crate::execution::memory::StepMemory;
use crate::execution::parallel::{for_each_batch, in_parallel};
use crate::execution::spill::{ROUNDS, SpillFile};

/// A column of the result: which of the states, and what is made of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AggregateResult {
    /// The state's position.
    pub(crate) call: usize,
    /// The function.
    pub(crate) function: AggregateFunction,
}

/// Groups rows by hash; the groups come in the order of their first row. Gives the keys, the aggregates, the bare columns.
/// Where the input comes in several instances, each thread groups the rows of one, and the groups are put together, or come thread by
/// thread where they are many. Where
/// the groups do not fit into memory, the rows of those that do not are dealt out to files by their keys, and grouped one
/// file after the other when the first groups have been given.
pub(crate) struct Aggregation {
    parts: Vec<(Input, GroupRules)>,
    results: Vec<AggregateResult>,
    has_always_a_row: bool,
    output: Option<(Groups, usize)>,
    /// Groups of other threads that are given afterwards, the last ones first.
    further: Vec<Groups>,
    /// Rows that wait on the disk, and how often they were dealt out.
    waiting: Vec<(SpillFile, u32)>,
    memory: StepMemory,
}

impl Aggregation {
    /// Groups the rows of all `parts`, each an instance of the input with its own rules, which are alike. `is_grouped`
    /// tells whether GROUP BY was written.
    pub(crate) fn new(
        parts: Vec<(Input, GroupRules)>,
        results: Vec<AggregateResult>,
        is_grouped: bool,
        memory: StepMemory,
    ) -> Self {
        let has_always_a_row = !is_grouped && parts.iter().all(|(_, rules)| rules.keys.is_empty());
        Self { parts, results, has_always_a_row, output: None, further: Vec::new(), waiting: Vec::new(), memory }
    }

    /// Groups the input.
    fn group(&mut self) -> Result<Groups> {
        let grouped = in_parallel(std::mem::take(&mut self.parts), |(mut input, rules), has_failed| {
            let mut grouping = Grouping::new(rules, self.memory.reservation());
            for_each_batch(input.as_mut(), has_failed, |batch| grouping.add(batch, true))?;
            Ok(grouping)
        })?;
        if grouped.iter().skip(1).any(Grouping::has_many) && grouped.iter().all(Grouping::may_stay_apart) {
            return self.apart(grouped);
        }
        let mut grouped = grouped.into_iter();
        let mut all = grouped.next().expect("an aggregation has at least one input");
        let is_only = grouped.len() == 0;
        let mut spilled = all.take_spilled()?;
        for mut other in grouped {
            spilled.extend(other.take_spilled()?);
            all.merge(other)?;
        }
        if !is_only && !spilled.is_empty() {
            // One thread's rows on the disk may belong to another one's groups.
            all.freeze();
            for file in spilled {
                let mut rows = file.read();
                while let Some(batch) = rows.next_batch()? {
                    all.add(batch, true)?;
                }
            }
            spilled = all.take_spilled()?;
        }
        self.waiting = spilled.into_iter().map(|file| (file, 1)).collect();
        if self.has_always_a_row {
            all.make_group();
        }
        all.finish()
    }

    /// The first of several threads' groups; the others, without those that it has as well, follow.
    fn apart(&mut self, grouped: Vec<Grouping>) -> Result<Groups> {
        let mut apart: Vec<Grouping> = Vec::with_capacity(grouped.len());
        for mut grouping in grouped {
            for earlier in &mut apart {
                earlier.take_same(&mut grouping)?;
            }
            apart.push(grouping);
        }
        let mut groups = apart.into_iter().map(Grouping::finish).collect::<Result<Vec<_>>>()?.into_iter();
        let first = groups.next().expect("an aggregation has at least one input");
        self.further = groups.rev().collect();
        Ok(first)
    }

    /// Groups rows that waited on the disk.
    fn group_waiting(&mut self, file: &SpillFile, round: u32, rules: GroupRules) -> Result<Groups> {
        let mut grouping = Grouping::new(rules, self.memory.reservation());
        let mut rows = file.read();
        while let Some(batch) = rows.next_batch()? {
            grouping.add(batch, round < ROUNDS)?;
        }
        let spilled = grouping.take_spilled()?;
        self.waiting.extend(spilled.into_iter().map(|file| (file, round + 1)));
        grouping.finish()
    }

    /// The groups whose results are to be given next.
    fn next_groups(&mut self) -> Result<Option<(Groups, usize)>> {
        loop {
            let Some((groups, given)) = self.output.take() else {
                self.output = Some((self.group()?, 0));
                continue;
            };
            if given < groups.count {
                return Ok(Some((groups, given)));
            }
            if let Some(further) = self.further.pop() {
                self.output = Some((further, 0));
                continue;
            }
            let Some((file, round)) = self.waiting.pop() else {
                self.output = Some((groups, given));
                return Ok(None);
            };
            let rules = groups.into_rules();
            self.output = Some((self.group_waiting(&file, round, rules)?, 0));
        }
    }
}

impl Operator for Aggregation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some((groups, start)) = self.next_groups()? else { return Ok(None) };
        let count = (groups.count - start).min(BATCH_ROWS);
        let batch = groups.batch(&self.results, start, count)?;
        self.output = Some((groups, start + count));
        Ok(Some(batch))
    }
}
