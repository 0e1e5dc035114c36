//! The sums of all groups.

use arrow_array::Array as _;

use crate::batch::Column;
use crate::execution::number_table::NONE;
use crate::value::{RealSum, SumState};

/// Sums, small ones for as long as there are only reals.
pub(super) enum Sums {
    Reals(Vec<RealSum>),
    Any(Vec<SumState>),
}

impl Default for Sums {
    fn default() -> Self {
        Self::Reals(Vec::new())
    }
}

impl Sums {
    /// Makes room for `groups` groups.
    pub(super) fn resize(&mut self, groups: usize) {
        match self {
            Self::Reals(sums) => sums.resize(groups, RealSum::default()),
            Self::Any(sums) => sums.resize(groups, SumState::default()),
        }
    }

    /// Adds each row of a column to the sum of its group.
    pub(super) fn add(&mut self, argument: &Column, groups: &[u32]) {
        match (&mut *self, argument) {
            (_, Column::Null(_)) => {}
            (Self::Reals(sums), Column::Real(array)) if array.null_count() == 0 => {
                groups.iter().zip(array.values()).for_each(|(&group, &real)| sums[group as usize].add(real));
            }
            (Self::Reals(sums), Column::Real(array)) => {
                let present = groups.iter().zip(array).filter_map(|(&group, real)| Some((group, real?)));
                present.for_each(|(group, real)| sums[group as usize].add(real));
            }
            _ => add_any(self.any(), argument, groups),
        }
    }

    /// The sums as those that take any value.
    fn any(&mut self) -> &mut Vec<SumState> {
        if let Self::Reals(sums) = self {
            *self = Self::Any(sums.iter().map(|sum| SumState::from(*sum)).collect());
        }
        match self {
            Self::Any(sums) => sums,
            Self::Reals(_) => unreachable!("they were turned above"),
        }
    }

    /// Adds the sum of each group `i` of the others to the group `groups[i]`, unless that is `NONE`.
    pub(super) fn merge(&mut self, others: &Self, groups: &[u32]) {
        let pairs = (0..).zip(groups).filter(|(_, group)| **group != NONE);
        if let (Self::Reals(mine), Self::Reals(others)) = (&mut *self, others) {
            return pairs.for_each(|(other, &group): (usize, _)| mine[group as usize].merge(&others[other]));
        }
        let mine = self.any();
        pairs.for_each(|(other, &group)| mine[group as usize].merge(&others.state(other)));
    }

    /// The sum of one group.
    pub(super) fn state(&self, group: usize) -> SumState {
        match self {
            Self::Reals(sums) => sums[group].into(),
            Self::Any(sums) => sums[group].clone(),
        }
    }

    /// How many bytes of memory they take.
    pub(super) fn memory(&self) -> usize {
        match self {
            Self::Reals(sums) => sums.capacity() * size_of::<RealSum>(),
            Self::Any(sums) => sums.capacity() * size_of::<SumState>(),
        }
    }
}

fn add_any(sums: &mut [SumState], argument: &Column, groups: &[u32]) {
    match argument {
        Column::Real(array) if array.null_count() == 0 => {
            return groups.iter().zip(array.values()).for_each(|(&group, &real)| sums[group as usize].add_real(real));
        }
        Column::Integer(array) if array.null_count() == 0 => {
            return groups.iter().zip(array.values()).for_each(|(&group, &number)| sums[group as usize].add_integer(number));
        }
        _ => {}
    }
    for (row, &group) in groups.iter().enumerate() {
        sums[group as usize].add(argument.value(row));
    }
}
