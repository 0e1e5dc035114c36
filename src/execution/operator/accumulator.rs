//! The aggregates' states, one for each group.

use arrow_array::Array as _;
use arrow_array::UInt32Array;
use std::cmp::Ordering;

use super::collected::{CollectedRows, computed};
use super::sums::Sums;
use super::{SortTerm, checked_row};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::bind::AggregateFunction;
use crate::error::{Error, Result};
use crate::execution::computed::Computed;
use crate::execution::key_table::KeyTable;
use crate::execution::number_table::NONE;
use crate::expression::SqliteAggregate;
use crate::value::{Collation, ComparisonAffinity, SumState, Value, ValueRef, compare_values};

/// The longest text that SQLite makes (`SQLITE_MAX_LENGTH` as built by default).
const LONGEST_TEXT: usize = 1_000_000_000;

/// An aggregate call over the rows of a step.
pub(crate) struct AggregateCall {
    function: AggregateFunction,
    arguments: Vec<Computed>,
    filter: Option<Computed>,
    /// The group and arguments seen, for DISTINCT.
    distinct: Option<KeyTable>,
    states: States,
    /// The rows themselves, where the states are made of all of them in the end.
    collected: Option<CollectedRows>,
    by_sqlite: Option<SqliteAggregate>,
}

/// The states of all groups, by the groups' numbers.
enum States {
    Count(Vec<i64>),
    Sum(Sums),
    Extreme(Extremes),
    Text(Texts),
    /// What SQLite computed in the end, and how many bytes of it are texts and blobs.
    Computed(Vec<Value>, usize),
}

/// The best values so far.
struct Extremes {
    values: Vec<Value>,
    collation: Collation,
    /// The bytes of texts and blobs among them: looking at each value when a batch is done would cost more than grouping.
    heap: usize,
}

/// Texts that grow.
#[derive(Default)]
struct Texts {
    texts: Vec<Option<Vec<u8>>>,
    /// The room that all of them take.
    heap: usize,
}

/// What [`AggregateCall::update`] tells about each row of a batch, for the columns that take the extreme's row.
pub(super) struct Chosen(Vec<bool>);

impl Chosen {
    /// Whether `row` became its group's extreme.
    pub(super) fn is_chosen(&self, row: usize) -> bool {
        self.0[row]
    }
}

impl AggregateCall {
    /// A call of `function`.
    pub(crate) fn new(
        function: AggregateFunction,
        arguments: Vec<Computed>,
        filter: Option<Computed>,
        is_distinct: bool,
        collation: Collation,
    ) -> Self {
        let states = match function {
            AggregateFunction::CountAll | AggregateFunction::CountOf | AggregateFunction::Count => States::Count(Vec::new()),
            AggregateFunction::Sum | AggregateFunction::Total | AggregateFunction::Average => States::Sum(Sums::default()),
            AggregateFunction::Minimum | AggregateFunction::Maximum => {
                States::Extreme(Extremes { values: Vec::new(), collation, heap: 0 })
            }
            AggregateFunction::GroupConcat => States::Text(Texts::default()),
            AggregateFunction::BySqlite(_) => States::Computed(Vec::new(), 0),
        };
        let key = || KeyTable::new([Collation::Binary].into_iter().chain(arguments.iter().map(|_| collation)).collect());
        let distinct = (is_distinct && !arguments.is_empty()).then(key);
        Self { function, arguments, filter, distinct, states, collected: None, by_sqlite: None }
    }

    /// The call with an ORDER BY of its own.
    pub(crate) fn in_order(mut self, terms: Vec<SortTerm>) -> Self {
        // SQLite takes no notice of it where the order cannot matter.
        if !terms.is_empty() && !self.is_extreme() {
            self.collected = Some(CollectedRows::new(self.arguments.len(), terms));
        }
        self
    }

    /// The call as SQLite computes it.
    pub(crate) fn by_sqlite(mut self, aggregate: SqliteAggregate) -> Self {
        self.collected.get_or_insert_with(|| CollectedRows::new(self.arguments.len(), Vec::new()));
        self.by_sqlite = Some(aggregate);
        self
    }

    /// Whether it is `min` or `max`.
    pub(crate) fn is_extreme(&self) -> bool {
        matches!(self.states, States::Extreme(_))
    }

    /// The function that it was made for.
    #[cfg(test)]
    pub(crate) fn function(&self) -> AggregateFunction {
        self.function
    }

    /// The same call without any group.
    pub(super) fn emptied(mut self) -> Self {
        self.states = self.states.emptied();
        self.distinct = self.distinct.map(|seen| KeyTable::new(seen.collations().to_vec()));
        self
    }

    /// Makes room for `groups` groups.
    pub(super) fn resize(&mut self, groups: usize) {
        match &mut self.states {
            States::Count(counts) => counts.resize(groups, 0),
            States::Sum(sums) => sums.resize(groups),
            States::Extreme(extremes) => extremes.values.resize(groups, Value::Null),
            States::Text(texts) => texts.texts.resize(groups, None),
            States::Computed(values, _) => values.resize(groups, Value::Null),
        }
    }

    /// Adds the rows of `batch`, each to the group of that number. With `chosen`, tells which rows became an extreme.
    pub(super) fn update(&mut self, batch: &Batch, groups: &[u32], chosen: Option<&mut Chosen>) -> Result<()> {
        let mut arguments = self.arguments.iter_mut().map(|argument| argument.evaluate(batch)).collect::<Result<Vec<_>>>()?;
        let mut rows = match &mut self.filter {
            Some(filter) => Some(filter.matches(batch)?.set_indices().map(checked_row).collect::<Vec<_>>()),
            None => None,
        };
        if let Some(seen) = &mut self.distinct {
            let number = |&group: &u32| i64::from(group);
            let mut columns = vec![Column::Integer(groups.iter().map(number).collect::<Vec<_>>().into())];
            columns.extend(arguments.iter().cloned());
            if let Some(rows) = &rows {
                let rows = UInt32Array::from(rows.clone());
                columns = columns.iter().map(|column| column.take(&rows)).collect();
            }
            let count = rows.as_ref().map_or(batch.rows(), Vec::len);
            let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
            seen.number_rows(&columns, count, &mut numbers, &mut fresh)?;
            rows = Some(match rows {
                Some(rows) => fresh.into_iter().map(|position| rows[position as usize]).collect(),
                None => fresh,
            });
        }
        if let Some(collected) = &mut self.collected {
            return collected.add(batch, groups, arguments, rows.as_deref());
        }
        let Some(rows) = rows else { return self.states.add(self.function, &arguments, groups, None, chosen) };
        let of_rows: Vec<u32> = rows.iter().map(|&row| groups[row as usize]).collect();
        let indices = UInt32Array::from(rows.clone());
        arguments = arguments.iter().map(|argument| argument.take(&indices)).collect();
        self.states.add(self.function, &arguments, &of_rows, Some(&rows), chosen)
    }

    /// Whether states of the same groups, made of different rows, can be put together afterwards.
    pub(crate) fn can_merge(&self) -> bool {
        self.distinct.is_none() && self.collected.is_none() && !matches!(self.states, States::Text(_))
    }

    /// Adds the states of another call like this one: that of its group `i` to this one's group `groups[i]`, unless that is
    /// `NONE`. With `chosen`, tells which of the other's groups gave an extreme.
    pub(super) fn merge(&mut self, other: &Self, groups: &[u32], chosen: Option<&mut Chosen>) {
        match (&mut self.states, &other.states) {
            (States::Count(mine), States::Count(others)) => {
                let pairs = groups.iter().zip(others).filter(|(group, _)| **group != NONE);
                pairs.for_each(|(&group, count)| mine[group as usize] += count);
            }
            (States::Sum(mine), States::Sum(others)) => {
                mine.merge(others, groups);
            }
            (States::Extreme(mine), States::Extreme(others)) => {
                let wanted = wanted(self.function);
                let mut chosen = chosen;
                for (other, (&group, value)) in groups.iter().zip(&others.values).enumerate() {
                    if group == NONE {
                        continue;
                    }
                    let is_chosen = mine.choose(group, value.as_ref(), wanted);
                    if let Some(chosen) = chosen.as_deref_mut() {
                        chosen.0[other] = is_chosen;
                    }
                }
            }
            _ => unreachable!("both are made for one call, which can be merged"),
        }
    }

    /// About how many bytes of memory the states take.
    pub(super) fn memory(&self) -> usize {
        let states = match &self.states {
            States::Count(counts) => counts.capacity() * 8,
            States::Sum(sums) => sums.memory(),
            States::Extreme(extremes) => extremes.values.capacity() * size_of::<Value>() + extremes.heap,
            States::Text(texts) => texts.texts.capacity() * size_of::<Option<Vec<u8>>>() + texts.heap,
            States::Computed(values, heap) => values.capacity() * size_of::<Value>() + heap,
        };
        states + self.collected.as_ref().map_or(0, CollectedRows::memory) + self.distinct.as_ref().map_or(0, KeyTable::memory)
    }

    /// Makes the states of the rows that were kept for it. Once, when all rows are there.
    pub(super) fn complete(&mut self) -> Result<()> {
        let Some(collected) = &mut self.collected else { return Ok(()) };
        let rows = collected.take(self.by_sqlite.is_some());
        match (&mut self.states, &mut self.by_sqlite) {
            (States::Computed(values, bytes), Some(aggregate)) => {
                *values = computed(aggregate, &rows, values.len())?;
                *bytes = values.iter().map(Value::heap_bytes).sum();
            }
            (states, _) => states.add(self.function, &rows.arguments, &rows.groups, None, None)?,
        }
        Ok(())
    }

    /// The results of some groups, as `function` makes them of the states.
    pub(super) fn results(&self, function: AggregateFunction, groups: impl ExactSizeIterator<Item = usize>) -> Result<Column> {
        let mut builder = ColumnBuilder::with_capacity(groups.len());
        for group in groups {
            match &self.states {
                States::Count(counts) => builder.push(ValueRef::Integer(counts[group])),
                States::Sum(sums) => builder.push(result_of(function, &sums.state(group))?.as_ref()),
                States::Extreme(extremes) => builder.push(extremes.values[group].as_ref()),
                States::Text(texts) => builder.push(texts.texts[group].as_deref().map_or(ValueRef::Null, ValueRef::Text)),
                States::Computed(values, _) => builder.push(values[group].as_ref()),
            }
        }
        Ok(builder.finish())
    }
}

/// What SUM, TOTAL or AVG makes of its state.
fn result_of(function: AggregateFunction, sum: &SumState) -> Result<Value> {
    match function {
        AggregateFunction::Total => Ok(Value::real(sum.total())),
        AggregateFunction::Average => Ok(sum.average()),
        _ => sum.sum(),
    }
}

/// How a better value of MIN or MAX compares with the best one.
fn wanted(function: AggregateFunction) -> Ordering {
    if function == AggregateFunction::Minimum { Ordering::Less } else { Ordering::Greater }
}

impl Chosen {
    /// Room for a batch of `rows` rows.
    pub(super) fn new(rows: usize) -> Self {
        Self(vec![false; rows])
    }
}

impl States {
    /// Such states of no group.
    fn emptied(&self) -> Self {
        match self {
            Self::Count(_) => Self::Count(Vec::new()),
            Self::Sum(_) => Self::Sum(Sums::default()),
            Self::Extreme(Extremes { collation, .. }) => {
                Self::Extreme(Extremes { values: Vec::new(), collation: *collation, heap: 0 })
            }
            Self::Text(_) => Self::Text(Texts::default()),
            Self::Computed(..) => Self::Computed(Vec::new(), 0),
        }
    }

    /// Adds dense rows. `numbers` are their numbers in the batch, None where they are all of it.
    fn add(
        &mut self,
        function: AggregateFunction,
        arguments: &[Column],
        groups: &[u32],
        numbers: Option<&[u32]>,
        chosen: Option<&mut Chosen>,
    ) -> Result<()> {
        match self {
            Self::Count(counts) if function == AggregateFunction::CountOf => add_numbers(counts, &arguments[0], groups),
            Self::Count(counts) => add_counts(counts, arguments.first(), groups),
            Self::Sum(sums) => sums.add(&arguments[0], groups),
            Self::Text(texts) => texts.add(arguments, groups)?,
            Self::Computed(..) => unreachable!("its rows are kept, and SQLite is asked in the end"),
            Self::Extreme(extremes) => {
                let wanted = wanted(function);
                let mut ignored = Chosen(Vec::new());
                let keeps = chosen.is_some();
                let chosen = chosen.unwrap_or(&mut ignored);
                for (row, &group) in groups.iter().enumerate() {
                    let is_chosen = extremes.choose(group, arguments[0].value(row), wanted);
                    if keeps && is_chosen {
                        chosen.0[numbers.map_or(row, |numbers| numbers[row] as usize)] = true;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Adds how many rows each row stands for, which a scan tells in integers.
fn add_numbers(counts: &mut [i64], numbers: &Column, groups: &[u32]) {
    for (row, &group) in groups.iter().enumerate() {
        if let ValueRef::Integer(number) = numbers.value(row) {
            counts[group as usize] += number;
        }
    }
}

fn add_counts(counts: &mut [i64], argument: Option<&Column>, groups: &[u32]) {
    let has_nulls = argument.is_some_and(|column| match column {
        Column::Integer(array) => array.null_count() > 0,
        Column::Real(array) => array.null_count() > 0,
        Column::Text(array) | Column::Blob(array) => array.null_count() > 0,
        Column::Null(_) | Column::Mixed(_) => true,
    });
    match argument.filter(|_| has_nulls) {
        None => groups.iter().for_each(|&group| counts[group as usize] += 1),
        Some(column) => {
            for (row, &group) in groups.iter().enumerate() {
                counts[group as usize] += i64::from(!column.is_null(row));
            }
        }
    }
}

impl Extremes {
    /// Keeps the better of two values, the first of equals, and tells whether SQLite would let the other columns take this
    /// row: also for a NULL, as long as the group has no other value (`minmaxStep` in func.c).
    fn choose(&mut self, group: u32, value: ValueRef<'_>, wanted: Ordering) -> bool {
        match (&mut self.values[group as usize], value) {
            (best, ValueRef::Null) => *best == Value::Null,
            (Value::Integer(best), ValueRef::Integer(value)) => {
                let is_better = value.cmp(best) == wanted;
                if is_better {
                    *best = value;
                }
                is_better
            }
            (Value::Real(best), ValueRef::Real(value)) => {
                let is_better = value.partial_cmp(best) == Some(wanted);
                if is_better {
                    *best = value;
                }
                is_better
            }
            (best, value) => {
                let is_better = *best == Value::Null || compare_values(value, best.as_ref(), self.collation) == wanted;
                if is_better {
                    let before = std::mem::replace(best, value.to_owned());
                    self.heap = self.heap + best.heap_bytes() - before.heap_bytes();
                }
                is_better
            }
        }
    }
}

impl Texts {
    /// `group_concat`: a NULL adds nothing, the separator stands before each value but the first (`groupConcatStep`).
    fn add(&mut self, arguments: &[Column], groups: &[u32]) -> Result<()> {
        for (row, &group) in groups.iter().enumerate() {
            let value = arguments[0].value(row);
            if value.is_null() {
                continue;
            }
            let text = &mut self.texts[group as usize];
            let before = text.as_ref().map_or(0, Vec::capacity);
            match text {
                None => *text = Some(Vec::new()),
                Some(text) => match arguments.get(1) {
                    None => text.push(b','),
                    Some(separator) => append_text(text, separator.value(row)),
                },
            }
            let text = text.get_or_insert_default();
            append_text(text, value);
            if text.len() > LONGEST_TEXT {
                return Err(Error::query("string or blob too big"));
            }
            self.heap += text.capacity() - before;
        }
        Ok(())
    }
}

pub(super) fn append_text(text: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => {}
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => text.extend_from_slice(bytes),
        ValueRef::Integer(_) | ValueRef::Real(_) => match ComparisonAffinity::Text.apply(value) {
            Some(Value::Text(bytes)) => text.extend_from_slice(&bytes),
            _ => unreachable!("TEXT affinity turns numbers into text"),
        },
    }
}
