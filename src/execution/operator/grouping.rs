//! Groups while they grow: from keys to numbers, and the states of each group's aggregates.

use std::sync::atomic::Ordering;

use arrow_array::UInt32Array;

use super::accumulator::{AggregateCall, Chosen};
use super::aggregate::AggregateResult;
use super::checked_row;
use super::late_groups::{LateGroups, are_few};
use crate::batch::{Batch, Column, ColumnBuilder, LateRows};
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::key_table::KeyTable;
use crate::execution::memory::Reservation;
use crate::execution::number_table::NONE;
use crate::execution::parallel::{in_parallel, threads};
use crate::execution::spill::{Dealing, Parts, SpillFile};
use crate::value::{Collation, Value};

/// So many groups are numbered between two looks at whether the statement was cancelled: a few milliseconds.
const GROUPS_BETWEEN_CHECKS: usize = 1 << 16;

/// From so many groups of a thread on they are not put together with those of others.
const MANY_GROUPS: usize = 2_000;

/// Fewer groups to be looked up are not worth a thread.
const GROUPS_OF_A_THREAD: usize = 5_000;

/// What cannot go to the disk before a group is complete.
const WHOLE_GROUPS: &str = "groups are held until they are complete";

/// What is grouped by and what is computed for each group.
pub(crate) struct GroupRules {
    /// The keys with how their texts compare.
    pub(crate) keys: Vec<(Computed, Collation)>,
    /// The states to keep.
    pub(crate) calls: Vec<AggregateCall>,
    /// Columns that take their value from one row of the group.
    pub(crate) bare: Vec<Computed>,
    /// Which of `calls` the bare columns follow.
    pub(crate) leader: Option<usize>,
}

/// The groups of the rows seen so far, numbered in the order of their first rows.
pub(super) struct Grouping {
    keys: Vec<Computed>,
    table: KeyTable,
    /// Each group's key, as its first row has it.
    representatives: Vec<ColumnBuilder>,
    calls: Vec<AggregateCall>,
    bare: Vec<Computed>,
    /// The bare columns' values of each group, one group after the other.
    bare_values: Vec<Value>,
    leader: Option<usize>,
    groups: usize,
    numbers: Vec<u32>,
    fresh: Vec<u32>,
    late: LateGroups,
    /// Once another thread has taken those of its groups that both have.
    apart: Option<Apart>,
    /// Where the rows of new groups go once there is no memory for more groups.
    spilled: Option<Parts>,
    memory: Reservation,
}

/// Groups of which some are part of another thread's.
struct Apart {
    /// The keys of all of them.
    keys: Vec<Column>,
    /// The others.
    own: Vec<u32>,
}

/// The groups when they are complete.
pub(super) struct Groups {
    /// The keys, one column each.
    keys: Vec<Column>,
    /// The states.
    calls: Vec<AggregateCall>,
    bare_values: Vec<Value>,
    /// How many groups there are.
    pub(super) count: usize,
    /// Those that are groups of their own, where some are part of another thread's.
    own: Option<Vec<u32>>,
    key_rules: Vec<(Computed, Collation)>,
    bare: Vec<Computed>,
    leader: Option<usize>,
    _memory: Reservation,
}

impl Grouping {
    /// No group yet.
    pub(super) fn new(rules: GroupRules, memory: Reservation) -> Self {
        let GroupRules { keys, calls, bare, leader } = rules;
        let (keys, collations): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
        Self {
            representatives: keys.iter().map(|_| ColumnBuilder::with_capacity(0)).collect(),
            keys,
            table: KeyTable::new(collations),
            calls,
            bare,
            bare_values: Vec::new(),
            leader,
            groups: 0,
            numbers: Vec::new(),
            fresh: Vec::new(),
            late: LateGroups::default(),
            apart: None,
            spilled: None,
            memory,
        }
    }

    /// Makes the only group of a grouping without keys, which is there without rows too.
    pub(super) fn make_group(&mut self) {
        self.resize(1);
    }

    /// Adds the rows of a batch to their groups. Where `may_spill`, the rows of new groups go to the disk once the memory
    /// for groups is used up; a group that is there takes all its rows.
    pub(super) fn add(&mut self, batch: Batch, may_spill: bool) -> Result<()> {
        if self.spilled.is_some() {
            self.add_known(&batch.complete())?;
            // No group is added, but those that are there may keep texts and rows.
            let bytes = self.bytes();
            self.memory.hold_whole(bytes, WHOLE_GROUPS);
            return Ok(());
        }
        self.add_all(&batch)?;
        let bytes = self.bytes();
        if !may_spill || self.keys.is_empty() {
            self.memory.hold_whole(bytes, WHOLE_GROUPS);
        } else if !self.memory.try_hold(bytes) {
            self.memory.hold(bytes);
            self.freeze();
        }
        Ok(())
    }

    /// From now on no group is added.
    pub(super) fn freeze(&mut self) {
        self.spilled = Some(Parts::new(&Dealing::new(), self.memory.step()));
    }

    /// The rows that went to the disk, dealt out by their keys.
    pub(super) fn take_spilled(&mut self) -> Result<Vec<SpillFile>> {
        let Some(parts) = self.spilled.take() else { return Ok(Vec::new()) };
        Ok(parts.finish()?.into_iter().flatten().collect())
    }

    fn bytes(&self) -> usize {
        let states: usize = self.calls.iter().map(AggregateCall::memory).sum();
        let keys: usize = self.representatives.iter().map(ColumnBuilder::bytes).sum();
        self.table.memory() + self.late.memory() + states + keys + self.bare_values.capacity() * size_of::<Value>()
    }

    fn add_known(&mut self, batch: &Batch) -> Result<()> {
        let keys = self.keys_of(batch)?;
        let (mut known, mut numbers, mut unknown, mut scratch) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in 0..batch.rows() {
            match self.table.find(&keys, row, &mut scratch) {
                NONE => unknown.push(checked_row(row)),
                number => {
                    known.push(checked_row(row));
                    numbers.push(number);
                }
            }
        }
        if let Some(parts) = &mut self.spilled {
            parts.add(batch, &keys, self.table.collations(), Some(&unknown))?;
        }
        if known.is_empty() { Ok(()) } else { self.update(&batch.take(&UInt32Array::from(known)), &numbers, &[]) }
    }

    fn add_all(&mut self, batch: &Batch) -> Result<()> {
        let (mut numbers, mut fresh) = (std::mem::take(&mut self.numbers), std::mem::take(&mut self.fresh));
        if self.keys.is_empty() {
            numbers.clear();
            numbers.resize(batch.rows(), 0);
            fresh.clear();
            if self.bare_values.is_empty() {
                fresh.push(0);
            }
            self.resize(1);
        } else if let Some(late) = batch.late() {
            self.number_late(late, batch.columns().len(), &mut numbers, &mut fresh)?;
        } else {
            let keys = self.keys_of(batch)?;
            self.table.number_rows(&keys, batch.rows(), &mut numbers, &mut fresh)?;
            self.represent(&keys, &fresh);
        }
        if !self.keys.is_empty() {
            self.resize(self.table.len());
        }
        self.update(batch, &numbers, &fresh)?;
        (self.numbers, self.fresh) = (numbers, fresh);
        Ok(())
    }

    fn keys_of(&mut self, batch: &Batch) -> Result<Vec<Column>> {
        self.keys.iter_mut().map(|key| key.evaluate(batch)).collect()
    }

    /// Numbers rows whose keys are made of late columns alone: each row of the source needs its key looked up once.
    fn number_late(&mut self, late: &LateRows, columns: usize, numbers: &mut Vec<u32>, fresh: &mut Vec<u32>) -> Result<()> {
        fresh.clear();
        let unknown = self.late.unknown(late);
        if !unknown.is_empty() {
            let of_source: Vec<u32> = unknown.iter().map(|&row| late.numbers[row as usize]).collect();
            let keys = self.keys_of(&Batch::only_late(late, columns, &of_source))?;
            self.table.number_rows(&keys, of_source.len(), numbers, fresh)?;
            self.represent(&keys, fresh);
            self.late.learn(&of_source, numbers);
            fresh.iter_mut().for_each(|row| *row = unknown[*row as usize]);
            if self.late.begins_search(self.table.len()) {
                self.search_source(late)?;
            }
        }
        self.late.numbers(late, numbers);
        Ok(())
    }

    /// Finds the rows of a source that are in the groups that there are. No group is made for rows that may never come; where they
    /// turn out to have keys of their own, the rest is left to be learnt row by row.
    fn search_source(&mut self, late: &LateRows) -> Result<()> {
        let columns = late.source.columns();
        let column = |key: &Computed| key.column()?.checked_sub(late.first).and_then(|index| columns.get(index));
        let Some(keys) = self.keys.iter().map(column).collect::<Option<Vec<&Column>>>() else { return Ok(()) };
        let mut table = KeyTable::new(self.table.collations().to_vec());
        let (mut groups, mut numbers, mut fresh, mut scratch) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for start in (0..late.source.rows()).step_by(GROUPS_BETWEEN_CHECKS) {
            self.memory.step().check()?;
            let count = GROUPS_BETWEEN_CHECKS.min(late.source.rows() - start);
            let keys: Vec<Column> = keys.iter().map(|key| key.slice(start, count)).collect();
            table.number_rows(&keys, count, &mut numbers, &mut fresh)?;
            groups.extend(fresh.iter().map(|row| self.table.find(&keys, *row as usize, &mut scratch)));
            self.late.learn_from(start, numbers.iter().map(|number| groups[*number as usize]));
            if !are_few(table.len(), start + count) {
                break;
            }
        }
        Ok(())
    }

    fn represent(&mut self, keys: &[Column], fresh: &[u32]) {
        for (builder, key) in self.representatives.iter_mut().zip(keys) {
            for &row in fresh {
                builder.push(key.value(row as usize));
            }
        }
    }

    fn resize(&mut self, groups: usize) {
        if groups != self.groups {
            self.groups = groups;
            self.calls.iter_mut().for_each(|call| call.resize(groups));
        }
    }

    fn update(&mut self, batch: &Batch, numbers: &[u32], fresh: &[u32]) -> Result<()> {
        let mut chosen = self.leader.map(|_| Chosen::new(batch.rows()));
        for (index, call) in self.calls.iter_mut().enumerate() {
            let chosen = if self.leader == Some(index) { chosen.as_mut() } else { None };
            call.update(batch, numbers, chosen)?;
        }
        if self.bare.is_empty() {
            return Ok(());
        }
        let columns = self.bare.iter_mut().map(|bare| bare.evaluate(batch)).collect::<Result<Vec<_>>>()?;
        let width = columns.len();
        self.bare_values.resize(self.groups * width, Value::Null);
        let mut set = |row: usize| {
            let first = numbers[row] as usize * width;
            for (value, column) in self.bare_values[first..first + width].iter_mut().zip(&columns) {
                *value = column.value(row).to_owned();
            }
        };
        match chosen {
            None => fresh.iter().for_each(|&row| set(row as usize)),
            // In row order: the group's first row counts until the extreme finds a better one.
            Some(chosen) => {
                let mut fresh = fresh.iter().copied().peekable();
                for row in 0..batch.rows() {
                    let is_first = fresh.next_if(|&fresh| fresh as usize == row).is_some();
                    if is_first || chosen.is_chosen(row) {
                        set(row);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the groups that another thread made of other rows.
    pub(super) fn merge(&mut self, mut other: Self) -> Result<()> {
        let width = self.bare.len();
        other.bare_values.resize(other.groups * width, Value::Null);
        let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
        if self.keys.is_empty() {
            numbers.resize(other.groups, 0);
            if self.groups == 0 && other.groups > 0 {
                fresh.push(0);
            }
            self.resize(self.groups.max(other.groups));
        } else {
            let keys: Vec<Column> = other.representatives.iter_mut().map(ColumnBuilder::finish).collect();
            self.number_groups(&keys, other.groups, &mut numbers, &mut fresh)?;
            self.represent(&keys, &fresh);
            self.resize(self.table.len());
        }
        self.bare_values.resize(self.groups * width, Value::Null);
        let mut chosen = self.leader.map(|_| Chosen::new(other.groups));
        for (index, (mine, others)) in self.calls.iter_mut().zip(&other.calls).enumerate() {
            self.memory.step().check()?;
            let chosen = if self.leader == Some(index) { chosen.as_mut() } else { None };
            mine.merge(others, &numbers, chosen);
        }
        let bytes = self.bytes();
        self.memory.hold(bytes);
        if width == 0 {
            return Ok(());
        }
        let mut fresh = fresh.into_iter().peekable();
        for (group, &number) in numbers.iter().enumerate() {
            let is_first = fresh.next_if(|&fresh| fresh as usize == group).is_some();
            if is_first || chosen.as_ref().is_some_and(|chosen| chosen.is_chosen(group)) {
                let (mine, others) = (number as usize * width, group * width);
                self.bare_values[mine..mine + width].clone_from_slice(&other.bare_values[others..others + width]);
            }
        }
        Ok(())
    }

    /// Whether putting its groups into the table of another thread's would take about as long as grouping the rows did.
    pub(super) fn has_many(&self) -> bool {
        self.groups >= MANY_GROUPS
    }

    /// Whether its groups, with those of others like it, may be given one after the other instead.
    pub(super) fn may_stay_apart(&self) -> bool {
        !self.keys.is_empty() && self.bare.is_empty() && self.spilled.is_none()
    }

    /// Adds to these groups the same ones of another thread, which keeps the others.
    pub(super) fn take_same(&mut self, other: &mut Self) -> Result<()> {
        let all = || (0..checked_row(other.groups)).collect();
        let mut keys = || other.representatives.iter_mut().map(ColumnBuilder::finish).collect();
        let Apart { keys, own } = other.apart.take().unwrap_or_else(|| Apart { own: all(), keys: keys() });
        let mut same = vec![NONE; other.groups];
        self.late.find_same(&other.late, &mut same);
        let open: Vec<u32> = own.iter().copied().filter(|group| same[*group as usize] == NONE).collect();
        let found = self.find_groups(&keys, &open)?;
        open.iter().zip(found).for_each(|(group, number)| same[*group as usize] = number);
        let mut numbers = vec![NONE; other.groups];
        own.iter().for_each(|group| numbers[*group as usize] = same[*group as usize]);
        let own = own.into_iter().filter(|group| numbers[*group as usize] == NONE).collect();
        self.calls.iter_mut().zip(&other.calls).for_each(|(mine, others)| mine.merge(others, &numbers, None));
        other.apart = Some(Apart { keys, own });
        Ok(())
    }

    /// The groups of some `rows` of keys, `NONE` where there is none, looked up by all threads.
    fn find_groups(&self, keys: &[Column], rows: &[u32]) -> Result<Vec<u32>> {
        let (table, step) = (&self.table, self.memory.step());
        let parts = rows.chunks(rows.len().div_ceil(threads()).max(GROUPS_OF_A_THREAD)).collect();
        let found = in_parallel(parts, |rows: &[u32], has_failed| {
            let mut scratch = Vec::new();
            let mut numbers = Vec::with_capacity(rows.len());
            for rows in rows.chunks(GROUPS_BETWEEN_CHECKS) {
                step.check()?;
                if has_failed.load(Ordering::Relaxed) {
                    break;
                }
                numbers.extend(rows.iter().map(|row| table.find(keys, *row as usize, &mut scratch)));
            }
            Ok(numbers)
        })?;
        Ok(found.concat())
    }

    /// Numbers the groups of another thread, which may be many.
    fn number_groups(&mut self, keys: &[Column], groups: usize, numbers: &mut Vec<u32>, fresh: &mut Vec<u32>) -> Result<()> {
        let (mut some, mut new) = (Vec::new(), Vec::new());
        for start in (0..groups).step_by(GROUPS_BETWEEN_CHECKS) {
            self.memory.step().check()?;
            let count = GROUPS_BETWEEN_CHECKS.min(groups - start);
            let keys: Vec<Column> = keys.iter().map(|key| key.slice(start, count)).collect();
            self.table.number_rows(&keys, count, &mut some, &mut new)?;
            numbers.extend_from_slice(&some);
            fresh.extend(new.iter().map(|&group| group + checked_row(start)));
        }
        Ok(())
    }

    /// The groups, complete.
    pub(super) fn finish(mut self) -> Result<Groups> {
        self.calls.iter_mut().try_for_each(AggregateCall::complete)?;
        let bytes = self.bytes();
        self.memory.hold(bytes);
        // The one group of no rows.
        self.bare_values.resize(self.groups * self.bare.len(), Value::Null);
        let collations = self.table.collations().to_vec();
        let (keys, own) = match self.apart {
            Some(Apart { keys, own }) => (keys, Some(own)),
            None => (self.representatives.iter_mut().map(ColumnBuilder::finish).collect(), None),
        };
        Ok(Groups {
            keys,
            calls: self.calls,
            bare_values: self.bare_values,
            count: own.as_ref().map_or(self.groups, Vec::len),
            own,
            key_rules: self.keys.into_iter().zip(collations).collect(),
            bare: self.bare,
            leader: self.leader,
            _memory: self.memory,
        })
    }
}

impl Groups {
    /// The keys, aggregates and bare columns of `count` groups from the one at position `start` on.
    pub(super) fn batch(&self, results: &[AggregateResult], start: usize, count: usize) -> Result<Batch> {
        let columns = match &self.own {
            None => {
                let keys = self.keys.iter().map(|key| key.slice(start, count)).collect();
                self.with_results(keys, results, &(start..start + count))?
            }
            Some(own) => {
                let own = &own[start..start + count];
                let chosen = UInt32Array::from(own.to_vec());
                let keys = self.keys.iter().map(|key| key.take(&chosen)).collect();
                self.with_results(keys, results, &own.iter().map(|group| *group as usize))?
            }
        };
        Ok(Batch::new(count, columns))
    }

    fn with_results(
        &self,
        mut columns: Vec<Column>,
        results: &[AggregateResult],
        groups: &(impl ExactSizeIterator<Item = usize> + Clone),
    ) -> Result<Vec<Column>> {
        for result in results {
            columns.push(self.calls[result.call].results(result.function, groups.clone())?);
        }
        let width = self.bare.len();
        for index in 0..width {
            let mut builder = ColumnBuilder::with_capacity(groups.len());
            groups.clone().for_each(|group| builder.push(self.bare_values[group * width + index].as_ref()));
            columns.push(builder.finish());
        }
        Ok(columns)
    }

    /// What the groups were made by, for other rows.
    pub(super) fn into_rules(self) -> GroupRules {
        let calls = self.calls.into_iter().map(AggregateCall::emptied).collect();
        GroupRules { keys: self.key_rules, calls, bare: self.bare, leader: self.leader }
    }
}
