//! The first half of a scan for keys: an index's entries that have one tell the rowids of the rows, and these what is read then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::native_scan::{NativeKeys, NativeReading};
use super::board::Work;
use crate::batch::{Batch, Column};
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};
use crate::sqlite_file::{DatabaseFile, Keys, Leaves, ScanPlan, TreeScan};

/// Of a greater share of a table's rows it may turn out that they lie on most of its leaves, where each holds tens of rows.
const MANY: f64 = 0.01;

/// Reading more than this share of a table's leaves one by one, after the index, takes as long as reading all in one go.
const SCATTERED: f64 = 0.5;

/// The entries of an index that hold keys.
pub(super) struct Entries {
    native: NativeReading,
    /// What of the index is read.
    pub(super) plan: Arc<ScanPlan>,
    leaves: Leaves,
    cuts: Vec<usize>,
    /// All leaves of the table, where many are to be read.
    table: Option<Leaves>,
    rowids: Mutex<Vec<i64>>,
    /// Whether a part was looked at closer.
    is_judged: AtomicBool,
    /// Whether the rows turn out to lie all over the table.
    is_scattered: AtomicBool,
}

impl Entries {
    /// The entries of `index` for `keys`; `cuts` says where leaves are cut into parts.
    pub(super) fn new(
        file: &DatabaseFile<'_>,
        native: &NativeReading,
        keys: &NativeKeys,
        index: &(String, usize),
        cuts: impl Fn(&Leaves) -> Vec<usize>,
    ) -> Result<Self> {
        let plan = ScanPlan::rowids_of(&index.0, index.1, &keys.keys);
        let leaves = plan.leaves(file)?;
        Ok(Self {
            native: native.clone(),
            cuts: cuts(&leaves),
            plan: Arc::new(plan),
            leaves,
            table: (keys.expected_share > MANY).then(|| native.plan.leaves(file)).transpose()?,
            rowids: Mutex::default(),
            is_judged: AtomicBool::new(false),
            is_scattered: AtomicBool::new(false),
        })
    }

    /// How many parts there are.
    pub(super) fn parts(&self) -> usize {
        self.cuts.len().saturating_sub(1)
    }

    /// Reads a part.
    pub(super) fn read(&self, scan: &mut TreeScan<'_, '_>, part: usize, cancel: &CancelToken) -> Result<()> {
        if self.is_scattered.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut found = Vec::new();
        let mut sink = |rows: Batch| {
            if let Column::Integer(rowids) = rows.column(0) {
                found.extend_from_slice(rowids.values());
            }
            Ok(true)
        };
        scan.read(&self.leaves, self.cuts[part]..self.cuts[part + 1], cancel, &mut sink)?;
        if let Some(table) = &self.table
            && !self.is_judged.swap(true, Ordering::Relaxed)
        {
            self.is_scattered.store(self.share_of(table, found.clone()) > SCATTERED, Ordering::Relaxed);
        }
        self.rowids.lock().unwrap_or_else(PoisonError::into_inner).append(&mut found);
        Ok(())
    }

    /// About which share of the table's leaves will have to be read, where one part has found those rows.
    fn share_of(&self, table: &Leaves, found: Vec<i64>) -> f64 {
        let rowids = Keys::from(found);
        let Some((first, last)) = rowids.iter().next().zip(rowids.iter().last()) else { return 0.0 };
        let held = table.holding(&rowids).len() as f64;
        let spanned = table.within(&(first..=last)).len() as f64;
        // All parts together span every leaf so many times, and each misses one with the same chance.
        let times = (spanned * self.parts() as f64 / table.len() as f64).max(1.0);
        1.0 - (1.0 - held / spanned).powf(times)
    }

    /// What is to be read of the table, now that all parts are read.
    pub(super) fn sequel(&self, file: &DatabaseFile<'_>, cuts: impl Fn(&Leaves) -> Vec<usize>) -> Result<Work> {
        if self.is_scattered.load(Ordering::Relaxed) {
            let otherwise = self.native.keys.as_ref().map(|keys| keys.otherwise.clone());
            self.native.metrics.remark(self.native.node, otherwise.unwrap_or_default());
            let leaves = self.table.clone().ok_or_else(|| Error::new(ErrorKind::Io, "the leaves of a table were not listed"))?;
            return Ok(Work::Leaves { plan: Arc::new(self.native.plan.clone()), cuts: cuts(&leaves), leaves });
        }
        let rowids = Keys::from(std::mem::take(&mut *self.rowids.lock().unwrap_or_else(PoisonError::into_inner)));
        let plan = self.native.plan.of_rowids(&rowids);
        let leaves = match &self.table {
            Some(table) => table.holding(&rowids),
            None => plan.leaves(file)?,
        };
        Ok(Work::Leaves { plan: Arc::new(plan), cuts: cuts(&leaves), leaves })
    }
}
