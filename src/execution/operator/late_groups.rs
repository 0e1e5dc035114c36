//! The groups of rows that are not fetched: from their numbers in a join's held side.

use std::sync::Arc;

use super::checked_row;
use crate::batch::{Batch, LateRows};
use crate::execution::number_table::NONE;

/// Stands for a number that is about to be learnt; no group has it.
const SOON: u32 = NONE - 1;

/// Once the groups of one of so many rows of a source are known, about all of them will be asked for.
const ONE_OF: usize = 8;

/// A group of fewer rows than so many is not worth a look for rows that are in it as well.
const ROWS_OF_A_GROUP: usize = 16;

/// Fewer rows are learnt as they come.
const MANY_ROWS: usize = 1_000;

/// Whether so many groups are few for so many rows.
pub(super) fn are_few(groups: usize, rows: usize) -> bool {
    groups * ROWS_OF_A_GROUP <= rows
}

/// For each row of a source the group that it belongs to, as far as it is known.
#[derive(Default)]
pub(super) struct LateGroups {
    source: Option<Arc<Batch>>,
    /// By the row's number; the last one is that of the row of NULLs.
    groups: Vec<u32>,
    /// For how many of them the group was looked up.
    learnt: usize,
    /// Whether the source has been gone through for them.
    is_searched: bool,
}

impl LateGroups {
    /// About how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.groups.capacity() * size_of::<u32>()
    }

    /// The first row of the batch for each row of the source whose group is not known, in order. What was known of another
    /// source (a join that went to the disk has several) is forgotten.
    pub(super) fn unknown(&mut self, late: &LateRows) -> Vec<u32> {
        if !self.source.as_ref().is_some_and(|source| Arc::ptr_eq(source, &late.source)) {
            *self = Self { source: Some(Arc::clone(&late.source)), groups: std::mem::take(&mut self.groups), ..Self::default() };
            self.groups.clear();
            self.groups.resize(late.source.rows() + 1, NONE);
        }
        let mut unknown = Vec::new();
        for (row, &number) in late.numbers.iter().enumerate() {
            let group = self.group(number);
            if *group == NONE {
                *group = SOON;
                unknown.push(checked_row(row));
            }
        }
        unknown
    }

    /// Takes down the groups of rows of the source.
    pub(super) fn learn(&mut self, rows: &[u32], groups: &[u32]) {
        self.learnt += rows.len();
        for (&row, &group) in rows.iter().zip(groups) {
            *self.group(row) = group;
        }
    }

    /// Whether to go through the source now for the rows of `groups` groups, instead of learning row by row: in the source's order
    /// that costs a fraction, if few rows of other groups and few that nobody asks for are among them. True once for a source.
    pub(super) fn begins_search(&mut self, groups: usize) -> bool {
        let are_most_asked_for = self.learnt * ONE_OF >= self.groups.len();
        let begins = !self.is_searched && self.learnt >= MANY_ROWS && are_most_asked_for && are_few(groups, self.learnt);
        self.is_searched |= begins;
        begins
    }

    /// Takes down the groups of the source's rows from `first` on, `NONE` for those that are in no group so far.
    pub(super) fn learn_from(&mut self, first: usize, groups: impl Iterator<Item = u32>) {
        self.groups[first..].iter_mut().zip(groups).for_each(|(known, group)| *known = group);
    }

    /// Puts the group of each row of a batch into `numbers`; all are known.
    pub(super) fn numbers(&mut self, late: &LateRows, numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(late.numbers.iter().map(|&number| *self.group(number)));
    }

    /// Sets `numbers[group]`, for those groups of another thread's of which some row of the source is known here too, to its group here.
    pub(super) fn find_same(&self, other: &Self, numbers: &mut [u32]) {
        let (Some(source), Some(others)) = (&self.source, &other.source) else { return };
        if Arc::ptr_eq(source, others) {
            let known = self.groups.iter().zip(&other.groups).filter(|(mine, others)| **mine != NONE && **others != NONE);
            known.for_each(|(mine, others)| numbers[*others as usize] = *mine);
        }
    }

    #[inline]
    fn group(&mut self, number: u32) -> &mut u32 {
        let last = self.groups.len() - 1;
        &mut self.groups[last.min(number as usize)]
    }
}
