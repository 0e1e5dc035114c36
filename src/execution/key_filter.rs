//! What the held side of a join tells the scan on its other side: which rows have a partner, or which keys to look up.
//!
//! A join reads its held side before it asks the other side for a row, and the joins above it did so before. So when the first
//! row of a scan is asked for, the held sides of all joins between it and the top are there, and the scan begins with them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::Array as _;
use arrow_buffer::BooleanBuffer;

use super::metrics::Metrics;
use super::native_scan::NativeKeys;
use super::operator::{Held, JoinBuild, NONE, with_affinity};
use super::workers::{Argument, Reading, ScanHandle};
use crate::batch::{Batch, Column};
use crate::bind::{BoundExpr, ColumnId};
use crate::error::Result;
use crate::planner::{HashJoin, JoinMode, Lookup, NativeScan, Node, NodeId, NodeKind, Reader, Side};
use crate::sqlite_file::{RowFilter, RowTest};
use crate::value::{Collation, ComparisonAffinity, Value, append_key, compare_values};

/// SQLite finds fewer rows than these before a native scan has begun.
const LEAST_NATIVE_ROWS: f64 = 100.0;

/// Of more rows than this share of a table's the most pages hold some.
const MOST_NATIVE_SHARE: f64 = 0.08;

/// A join whose held side knows which rows of a scan are wanted.
#[derive(Clone)]
pub(crate) struct KeyFilter {
    build: Arc<JoinBuild>,
    /// For each of the join's keys what of the scan is compared with it.
    columns: Vec<Compared>,
    /// Whether the join asks nothing else, so that it need not ask again what the scan has asked.
    is_all: bool,
}

/// A column of a scan that is compared with a key.
#[derive(Clone)]
pub(crate) struct Compared {
    column: ColumnId,
    /// What both get first.
    affinity: ComparisonAffinity,
    collation: Collation,
}

/// The scan that all of a join's keys on its probing side come from, unchanged, and its columns.
pub(crate) fn target(join: &HashJoin) -> Option<(NodeId, Vec<Compared>)> {
    let probe = join.droppable_side()?;
    let mut found: Option<NodeId> = None;
    let mut columns = Vec::with_capacity(join.keys.len());
    for key in &join.keys {
        let BoundExpr::Column(column) = key.probe(join.build) else { return None };
        let (scan, column) = source(probe, *column)?;
        if found.is_some_and(|other| other != scan) {
            return None;
        }
        found = Some(scan);
        columns.push(Compared { column, affinity: key.affinity, collation: key.collation });
    }
    Some((found?, columns))
}

/// The scan that gives a column of a step, if rows of it may be left out by the column.
fn source(node: &Node, column: ColumnId) -> Option<(NodeId, ColumnId)> {
    if let NodeKind::PoolQuery(query) = &node.kind {
        let can_filter = query.lookup.is_some() || matches!(query.reader, Reader::Native(_));
        return (can_filter && node.columns.contains(&column)).then_some((node.id, column));
    }
    let (input, column) = node.column_input(column)?;
    source(node.inputs()[input], column)
}

/// The scans below `node` that wait for the held side of a join.
pub(crate) fn waiting_scans(node: &Node, waiting: &mut HashSet<NodeId>) {
    node.visit(&mut |node| {
        if let NodeKind::HashJoin(join) = &node.kind
            && let Some((scan, _)) = target(join)
        {
            waiting.insert(scan);
        }
    });
}

impl Compared {
    /// Another key may be compared with the same column in another way, which the lookup does not know.
    fn is_looked_up_by(&self, lookup: &Lookup) -> bool {
        self.column == lookup.column && self.affinity == lookup.comparison && self.collation == lookup.collation
    }
}

impl KeyFilter {
    /// A filter by the held side `build` of `join`.
    pub(crate) fn new(join: &HashJoin, build: Arc<JoinBuild>, columns: Vec<Compared>) -> Self {
        let is_all = join.mode == JoinMode::Semi && join.build == Side::Right && join.residual.is_none();
        Self { build, columns, is_all }
    }
}

/// A scan that begins when its first row is asked for.
pub(crate) struct ScanStart {
    /// The query as it is.
    pub(crate) full: Reading,
    /// The query by keys.
    pub(crate) lookup: Option<Lookup>,
    /// The scan's fields, where it is a native one.
    pub(crate) native: Option<NativeScan>,
    /// What is known of the rows that are wanted.
    pub(crate) filters: Vec<KeyFilter>,
    /// About how many rows there are without filters.
    pub(crate) rows: f64,
    /// Whether integer keys are looked up natively however many they are.
    pub(crate) is_forced: bool,
    /// The query's place among the readers.
    pub(crate) handle: ScanHandle,
    /// Where the choice is noted.
    pub(crate) metrics: Metrics,
    /// The query's step.
    pub(crate) node: NodeId,
}

impl ScanStart {
    /// To be called by whoever asks for the first row.
    pub(crate) fn shared(self) -> SharedStart {
        // A join whose held side is empty asks for no row: then this remark stays.
        self.metrics.remark(self.node, "not read: no keys".to_owned());
        SharedStart(Arc::new(Mutex::new(Some(Box::new(self)))))
    }

    fn start(mut self) -> Result<()> {
        let mut remarks = Vec::new();
        let mut wanted = Vec::new();
        let mut keys = None;
        for filter in std::mem::take(&mut self.filters) {
            let Some(held) = filter.build.held()? else { continue };
            if let Some(key) = self.looked_up(&filter) {
                match self.keys(&held.raw_keys[key]) {
                    Keys::Some(values) if values.is_empty() => {
                        self.handle.skip();
                        return Ok(());
                    }
                    Keys::Some(values) => {
                        self.look_up(values);
                        return Ok(());
                    }
                    Keys::Native(native) => keys = Some(native),
                    Keys::None(reason) => remarks.push(format!("full scan: {reason}")),
                }
            }
            wanted.push((filter, held));
        }
        self.narrow(wanted, &mut remarks);
        let remark = keys.as_ref().map(|keys| format!("{} looked up", keys_in_words(keys.keys.len())));
        if let Some(mut keys) = keys {
            remarks.insert(0, format!("full scan: {} are all over it", keys_in_words(keys.keys.len())));
            keys.otherwise = remarks.join(", ");
            if let Some(lookup) = self.lookup.filter(|lookup| keys.keys.len() as u64 <= lookup.most_keys) {
                // For a file that only SQLite can read.
                let values = keys.keys.iter().map(Value::Integer).collect();
                self.full.arguments.push(Argument::Array(Arc::new(values)));
                (self.full.sql, self.full.ranges) = (lookup.sql, None);
            }
            if let Some(native) = &mut self.full.native {
                native.keys = Some(keys);
            }
        }
        self.metrics.remark(self.node, remark.unwrap_or_else(|| remarks.join(", ")));
        self.handle.start(self.full);
        Ok(())
    }

    /// Which of a filter's columns has its keys looked up.
    fn looked_up(&self, filter: &KeyFilter) -> Option<usize> {
        let lookup = self.lookup.as_ref()?;
        filter.columns.iter().position(|key| key.is_looked_up_by(lookup))
    }

    /// What is to be done about keys to look up.
    fn keys(&self, column: &Column) -> Keys {
        let Some(lookup) = &self.lookup else { return Keys::None("nothing can be looked up".to_owned()) };
        if let Some(native) = lookup.native.as_ref().filter(|_| self.full.native.is_some())
            && let Some(mut keys) = integers(column)
        {
            keys.dedup();
            let expected_rows = keys.len() as f64 * native.rows_per_key;
            // Before they are sorted, which would be half of the work for millions.
            if self.is_forced || (LEAST_NATIVE_ROWS..self.rows * MOST_NATIVE_SHARE).contains(&expected_rows) {
                let (keys, expected_share) = (keys.into(), expected_rows / self.rows);
                return Keys::Native(NativeKeys { keys, index: native.index.clone(), expected_share, otherwise: String::new() });
            }
        }
        Keys::distinct(column, lookup)
    }

    /// Has SQLite look keys up.
    fn look_up(mut self, keys: Vec<Value>) {
        let Some(lookup) = self.lookup else { return };
        self.metrics.remark(self.node, format!("{} looked up", keys_in_words(keys.len())));
        self.full.arguments.push(Argument::Array(Arc::new(keys)));
        self.handle.start(Reading { sql: lookup.sql, arguments: self.full.arguments, ranges: None, native: None });
    }

    /// Lets only rows with a partner out of a native scan.
    fn narrow(&mut self, mut wanted: Vec<(KeyFilter, Arc<Held>)>, remarks: &mut Vec<String>) {
        let Some((reading, scan)) = self.full.native.as_mut().zip(self.native.as_ref()) else { return };
        // The fewest keys first: what they leave is all that the others see.
        wanted.sort_by_key(|(_, held)| held.rows.rows());
        let mut before = 0;
        for (filter, held) in wanted {
            let position = |key: &Compared| scan.fields.iter().position(|field| field.column == key.column);
            let Some(fields) = filter.columns.iter().map(position).collect::<Option<Vec<_>>>() else { continue };
            remarks.push(format!("only rows of {}", keys_in_words(held.rows.rows())));
            // A condition costs about as much as a key's search: what surely leaves little goes before.
            let place = if (held.rows.rows() as f64) * 10.0 < self.rows { before } else { reading.plan.filters.len() };
            let affinities: Vec<_> = filter.columns.iter().map(|key| key.affinity).collect();
            let parts = (0..fields.len()).filter(|part| held.table.is_selective(*part));
            let mut filters: Vec<Arc<dyn RowFilter>> = Vec::new();
            for part in parts {
                let (held, field, affinity) = (Arc::clone(&held), [fields[part]], affinities[part]);
                filters.push(Arc::new(PartFilter { held, part, field, affinity }));
            }
            let spared = filter.is_all.then_some(filter.build);
            filters.push(Arc::new(HeldFilter { held, spared, fields, affinities }));
            before += if place == before { filters.len() } else { 0 };
            reading.plan.filters.splice(place..place, filters);
        }
    }
}

/// A start that several instances wait for: the first to ask for a row makes it.
#[derive(Clone)]
pub(crate) struct SharedStart(Arc<Mutex<Option<Box<ScanStart>>>>);

impl SharedStart {
    /// Starts the scan unless it was started.
    pub(crate) fn start(&self) -> Result<()> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(start) => start.start(),
            None => Ok(()),
        }
    }
}

/// The rows whose key is held.
struct HeldFilter {
    held: Arc<Held>,
    /// The join that does not ask again.
    spared: Option<Arc<JoinBuild>>,
    fields: Vec<usize>,
    affinities: Vec<ComparisonAffinity>,
}

impl RowFilter for HeldFilter {
    fn fields(&self) -> &[usize] {
        &self.fields
    }

    fn is_optional(&self) -> bool {
        self.spared.is_none()
    }

    fn test(&self) -> Result<Box<dyn RowTest>> {
        // Here and not earlier: where SQLite reads the rows after all, nobody makes a test.
        if let Some(build) = &self.spared {
            build.set_asked_by_scan();
        }
        let (held, affinities) = (Arc::clone(&self.held), self.affinities.clone());
        Ok(Box::new(HeldTest { held, affinities, found: Vec::new() }))
    }
}

struct HeldTest {
    held: Arc<Held>,
    affinities: Vec<ComparisonAffinity>,
    found: Vec<u32>,
}

impl RowTest for HeldTest {
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer> {
        let keys = rows.columns().iter().zip(&self.affinities);
        let keys: Vec<_> = keys.map(|(column, affinity)| with_affinity(*affinity, column.clone())).collect();
        self.held.table.probe(&keys, rows.rows(), &mut self.found);
        Ok(BooleanBuffer::collect_bool(rows.rows(), |row| self.found[row] != NONE))
    }
}

/// The rows of which one column of a key of several columns may be part of a held key: the others need not be decoded for the rest.
struct PartFilter {
    held: Arc<Held>,
    /// The column's position in the key.
    part: usize,
    field: [usize; 1],
    affinity: ComparisonAffinity,
}

impl RowFilter for PartFilter {
    fn fields(&self) -> &[usize] {
        &self.field
    }

    fn is_optional(&self) -> bool {
        true
    }

    fn test(&self) -> Result<Box<dyn RowTest>> {
        Ok(Box::new(PartTest { held: Arc::clone(&self.held), part: self.part, affinity: self.affinity }))
    }
}

struct PartTest {
    held: Arc<Held>,
    part: usize,
    affinity: ComparisonAffinity,
}

impl RowTest for PartTest {
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer> {
        Ok(self.held.table.may_hold(self.part, &with_affinity(self.affinity, rows.column(0).clone())))
    }
}

/// A number of keys.
fn keys_in_words<N: std::fmt::Display>(keys: N) -> String {
    let digits = keys.to_string();
    let mut words = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words + if digits == "1" { " key" } else { " keys" }
}

/// The keys of a lookup.
enum Keys {
    /// For SQLite.
    Some(Vec<Value>),
    /// For the native scan.
    Native(NativeKeys),
    /// Nothing is looked up, and why.
    None(String),
}

/// The integers of a column that holds nothing else but NULL.
fn integers(column: &Column) -> Option<Vec<i64>> {
    let Column::Integer(integers) = column else { return None };
    Some(if integers.null_count() == 0 { integers.values().to_vec() } else { integers.iter().flatten().collect() })
}

impl Keys {
    /// The distinct keys that are not NULL, as the looked-up column stores them, in its order: sorted keys are 1.5 to 2
    /// times as fast as random ones.
    fn distinct(column: &Column, lookup: &Lookup) -> Self {
        let most = usize::try_from(lookup.most_keys).unwrap_or(usize::MAX);
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        let mut bytes = Vec::new();
        for row in 0..column.len() {
            let value = column.value(row);
            if value.is_null() {
                continue;
            }
            let value = lookup.affinity.apply(value);
            if matches!(&value, Value::Text(text) if std::str::from_utf8(text).is_err()) {
                return Self::None("a key is text that is not valid UTF-8".to_owned());
            }
            bytes.clear();
            append_key(&mut bytes, value.as_ref(), Collation::Binary);
            if !seen.contains(bytes.as_slice()) {
                if values.len() == most {
                    return Self::None(format!("more than {}", keys_in_words(lookup.most_keys)));
                }
                seen.insert(bytes.clone());
                values.push(value);
            }
        }
        values.sort_unstable_by(|left, right| compare_values(left.as_ref(), right.as_ref(), Collation::Binary));
        Self::Some(values)
    }
}
