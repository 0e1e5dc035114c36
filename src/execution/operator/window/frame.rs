//! Which rows of a partition a window function sees from each of them (<https://sqlite.org/windowfunctions.html> 2.2).

use std::cmp::Ordering;
use std::ops::Range;

use super::{TermColumn, is_equal};
use crate::error::{Error, Result};
use crate::expression::added;
use crate::statement::{FrameExclude, FrameUnit};
use crate::value::{Value, ValueRef, compare_values};

/// A frame's definition.
pub(crate) struct FrameShape {
    /// What the edges count.
    pub(crate) unit: FrameUnit,
    /// Where it begins.
    pub(crate) start: Edge,
    /// Where it ends.
    pub(crate) end: Edge,
    /// What is left out, if anything is said about it.
    pub(crate) exclude: Option<FrameExclude>,
}

/// An end of a frame.
pub(crate) enum Edge {
    /// The partition's own end.
    Unbounded,
    /// So far before the current row.
    Preceding(Value),
    /// The current row, or its peers.
    Current,
    /// So far behind the current row.
    Following(Value),
}

/// The frames of one partition's rows. Rows are numbered as in the whole input.
pub(super) struct Frames<'a> {
    shape: &'a FrameShape,
    order: &'a [TermColumn],
    /// The partition.
    pub(super) rows: Range<usize>,
    /// The first row of each group of peers, and the partition's end.
    peers: Vec<usize>,
    /// The group of each row.
    group: Vec<usize>,
}

impl<'a> Frames<'a> {
    pub(super) fn new(shape: &'a FrameShape, order: &'a [TermColumn], rows: Range<usize>) -> Result<Self> {
        shape.check()?;
        let (mut peers, mut group) = (vec![rows.start], Vec::with_capacity(rows.len()));
        for row in rows.clone() {
            let is_peer = row == rows.start || order.iter().all(|term| is_equal(&term.column, row, row - 1, term.collation));
            if !is_peer {
                peers.push(row);
            }
            group.push(peers.len() - 1);
        }
        peers.push(rows.end);
        Ok(Self { shape, order, rows, peers, group })
    }

    /// The number of a row's group of peers in its partition.
    pub(super) fn group_of(&self, row: usize) -> usize {
        self.group[row - self.rows.start]
    }

    /// A row's peers.
    pub(super) fn peers_of(&self, row: usize) -> Range<usize> {
        let group = self.group_of(row);
        self.peers[group]..self.peers[group + 1]
    }

    /// Whether rows within frames may be left out. SQLite then looks at each frame anew, even for EXCLUDE NO OTHERS, where a sum
    /// that goes along with the frames may be another one: what takes an infinity out again does not know what was there before.
    pub(super) fn excludes(&self) -> bool {
        self.shape.exclude.is_some()
    }

    /// Whether frames leave rows behind as they go.
    pub(super) fn slides(&self) -> bool {
        !matches!(self.shape.start, Edge::Unbounded)
    }

    /// From where to where a row's frame reaches, before anything is left out.
    pub(super) fn extent(&self, row: usize) -> Range<usize> {
        let start = self.start(row).max(self.rows.start);
        let end = self.end(row).min(self.rows.end);
        start..end.max(start)
    }

    /// The frames that an aggregate goes through up to a row's, from that of the row before it: SQLite takes rows in and out along the
    /// way, and what it took out may still show (a sum that saw an infinity).
    pub(super) fn approach(&self, row: usize) -> impl Iterator<Item = Range<usize>> + use<'_, 'a> {
        let before = if row == self.rows.start { self.before_first() } else { 0..0 };
        let gap = match (&self.shape.start, &self.shape.end) {
            (Edge::Following(start), Edge::Following(end)) => count(end) - count(start).min(count(end)),
            _ => 0,
        };
        let end_of =
            |unit: usize| if self.shape.unit == FrameUnit::Rows { self.rows.start + unit + 1 } else { self.peers[unit + 1] };
        let start_of = |unit: usize| if self.shape.unit == FrameUnit::Rows { self.rows.start + unit } else { self.peers[unit] };
        let earlier = before.map(move |unit| start_of(unit.saturating_sub(gap))..end_of(unit));
        earlier.chain(std::iter::once_with(move || self.held(row)))
    }

    /// How many rows or groups enter before the first row's frame is whole, where both of its ends lie behind the row.
    fn before_first(&self) -> Range<usize> {
        let units = if self.shape.unit == FrameUnit::Rows { self.rows.len() } else { self.peers.len() - 1 };
        match (&self.shape.start, &self.shape.end, self.shape.unit) {
            (Edge::Following(_), Edge::Following(end), FrameUnit::Rows | FrameUnit::Groups) if !self.is_never() => {
                0..count(end).min(units)
            }
            _ => 0..0,
        }
    }

    /// A row's frame, which where it is empty ends where the rows that once entered do.
    fn held(&self, row: usize) -> Range<usize> {
        if self.is_never() {
            return self.rows.start..self.rows.start;
        }
        let end = self.end(row).clamp(self.rows.start, self.rows.end);
        self.start(row).clamp(self.rows.start, end)..end
    }

    /// Whether no frame has a row, so that SQLite never begins to look for any.
    fn is_never(&self) -> bool {
        self.shape.unit != FrameUnit::Range
            && match (&self.shape.start, &self.shape.end) {
                (Edge::Preceding(start), Edge::Preceding(end)) => count(start) < count(end),
                (Edge::Following(start), Edge::Following(end)) => count(start) > count(end),
                _ => false,
            }
    }

    /// Whether rows enter a frame before others leave it on the way to the next row (`sqlite3WindowCodeStep`).
    pub(super) fn takes_in_first(&self) -> bool {
        let is_aside = matches!(self.shape.start, Edge::Following(_))
            || matches!((&self.shape.start, &self.shape.end), (Edge::Preceding(_), Edge::Preceding(_)));
        self.shape.unit == FrameUnit::Range && is_aside
    }

    /// The rows of a row's frame.
    pub(super) fn seen(&self, row: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let peers = self.peers_of(row);
        let exclude = self.shape.exclude.unwrap_or(FrameExclude::NoOthers);
        self.extent(row).filter(move |other| match exclude {
            FrameExclude::NoOthers => true,
            FrameExclude::CurrentRow => *other != row,
            FrameExclude::Group => !peers.contains(other),
            FrameExclude::Ties => *other == row || !peers.contains(other),
        })
    }

    fn start(&self, row: usize) -> usize {
        match (&self.shape.start, self.shape.unit) {
            (Edge::Unbounded, _) => self.rows.start,
            (Edge::Current, FrameUnit::Rows) => row,
            (Edge::Current, FrameUnit::Range | FrameUnit::Groups) => self.peers_of(row).start,
            (Edge::Preceding(offset), FrameUnit::Rows) => row.saturating_sub(count(offset)),
            (Edge::Following(offset), FrameUnit::Rows) => row.saturating_add(count(offset)).min(self.rows.end),
            (Edge::Preceding(offset), FrameUnit::Groups) => self.peers[self.group_of(row).saturating_sub(count(offset))],
            (Edge::Following(offset), FrameUnit::Groups) => {
                self.peers[self.group_of(row).saturating_add(count(offset)).min(self.peers.len() - 1)]
            }
            (Edge::Preceding(offset), FrameUnit::Range) => self.first_from_moved(offset, row),
            (Edge::Following(offset), FrameUnit::Range) => self.first_from(&self.moved(row, offset)),
        }
    }

    fn end(&self, row: usize) -> usize {
        let before = |group: Option<usize>| group.map_or(self.rows.start, |group| self.peers[group + 1]);
        match (&self.shape.end, self.shape.unit) {
            (Edge::Unbounded, _) => self.rows.end,
            (Edge::Current, FrameUnit::Rows) => row + 1,
            (Edge::Current, FrameUnit::Range | FrameUnit::Groups) => self.peers_of(row).end,
            (Edge::Preceding(offset), FrameUnit::Rows) => (row + 1).saturating_sub(count(offset)),
            (Edge::Following(offset), FrameUnit::Rows) => row.saturating_add(count(offset)).saturating_add(1),
            (Edge::Preceding(offset), FrameUnit::Groups) => before(self.group_of(row).checked_sub(count(offset))),
            (Edge::Following(offset), FrameUnit::Groups) => {
                before(Some(self.group_of(row).saturating_add(count(offset)).min(self.peers.len() - 2)))
            }
            (Edge::Preceding(offset), FrameUnit::Range) => self.behind_moved(offset, row),
            (Edge::Following(offset), FrameUnit::Range) => self.behind(&self.moved(row, offset)),
        }
    }

    /// A row's order value, moved along with the order. Only numbers move.
    fn moved(&self, row: usize, offset: &Value) -> Value {
        let term = &self.order[0];
        let value = term.column.value(row);
        match value {
            ValueRef::Integer(_) | ValueRef::Real(_) => added(value, offset.as_ref(), !term.descending),
            other => other.to_owned(),
        }
    }

    /// The first row whose order value does not come before `value`.
    fn first_from(&self, value: &Value) -> usize {
        self.partition_point(|row| self.order[0].compare(row, value.as_ref()).is_lt())
    }

    /// The row behind the last one whose order value does not come after `value`.
    fn behind(&self, value: &Value) -> usize {
        self.partition_point(|row| self.order[0].compare(row, value.as_ref()).is_le())
    }

    /// The first row whose order value, moved, does not come before that of `row`. SQLite moves the other rows for PRECEDING
    /// (`windowCodeRangeTest` in window.c); to move `row` back is not the same where reals are rounded.
    fn first_from_moved(&self, offset: &Value, row: usize) -> usize {
        let own = self.order[0].column.value(row);
        // Before it adds, SQLite looks whether the row is near enough already.
        self.partition_point(|other| self.order[0].compare(other, own).is_lt() && self.compare_moved(other, offset, row).is_lt())
    }

    /// The row behind the last one whose order value, moved, does not come after that of `row`.
    fn behind_moved(&self, offset: &Value, row: usize) -> usize {
        // Rounding puts no row behind its own peers before it: SQLite has not read those yet.
        self.partition_point(|other| self.compare_moved(other, offset, row).is_le()).min(self.peers_of(row).end)
    }

    fn compare_moved(&self, other: usize, offset: &Value, row: usize) -> Ordering {
        self.order[0].compare(row, self.moved(other, offset).as_ref()).reverse()
    }

    /// The first row of the partition that is not before, where those that are stand first.
    fn partition_point(&self, is_before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (self.rows.start, self.rows.end);
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl TermColumn {
    /// Where a row stands to a value in this term's order.
    fn compare(&self, row: usize, value: ValueRef<'_>) -> Ordering {
        let own = self.column.value(row);
        match (own.is_null(), value.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if self.nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if self.nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let ordering = compare_values(own, value, self.collation);
                if self.descending { ordering.reverse() } else { ordering }
            }
        }
    }
}

impl FrameShape {
    /// SQLite's own words for an offset that is none.
    fn check(&self) -> Result<()> {
        for (edge, which) in [(&self.start, "starting"), (&self.end, "ending")] {
            let (Edge::Preceding(offset) | Edge::Following(offset)) = edge else { continue };
            let is_good = match (self.unit, offset) {
                (FrameUnit::Range, Value::Integer(number)) => *number >= 0,
                (FrameUnit::Range, Value::Real(real)) => *real >= 0.0,
                (_, Value::Integer(number)) => *number >= 0,
                (FrameUnit::Rows | FrameUnit::Groups, Value::Real(real)) => *real >= 0.0 && real.fract() == 0.0,
                _ => false,
            };
            if !is_good {
                let kind = if self.unit == FrameUnit::Range { "number" } else { "integer" };
                return Err(Error::query(format!("frame {which} offset must be a non-negative {kind}")));
            }
        }
        Ok(())
    }
}

/// An offset that was checked.
fn count(offset: &Value) -> usize {
    usize::try_from(crate::value::cast_integer(offset.as_ref())).unwrap_or(usize::MAX)
}
