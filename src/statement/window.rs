//! Windows: what a window function sees of the rows around its own.

use super::{Expr, Identifier, OrderTerm};

/// What stands behind OVER.
#[derive(Debug, Clone, PartialEq)]
pub enum Over {
    /// `OVER name`: a window of the WINDOW clause as it is, its frame included.
    Named(Identifier),
    /// `OVER (…)`
    Window(Box<Window>),
}

/// `name PARTITION BY … ORDER BY … frame`, the inside of the brackets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Window {
    /// The window of the WINDOW clause that this one is built upon.
    pub base: Option<Identifier>,
    /// PARTITION BY
    pub partition_by: Vec<Expr>,
    /// ORDER BY
    pub order_by: Vec<OrderTerm>,
    /// The frame; None is RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.
    pub frame: Option<Frame>,
}

/// `name AS (window)` of a WINDOW clause.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWindow {
    /// The name.
    pub name: Identifier,
    /// What it stands for.
    pub window: Window,
}

/// `ROWS BETWEEN start AND end EXCLUDE …`. Where only a start is written, the end is the current row.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// What the bounds count.
    pub unit: FrameUnit,
    /// The first row.
    pub start: FrameBound,
    /// The last row.
    pub end: FrameBound,
    /// EXCLUDE, where written.
    pub exclude: Option<FrameExclude>,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// Differences of the only ORDER BY term.
    Range,
    /// Groups of rows that ORDER BY does not tell apart.
    Groups,
}

/// A bound of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameBound {
    /// UNBOUNDED PRECEDING
    UnboundedPreceding,
    /// `offset PRECEDING`
    Preceding(Box<Expr>),
    /// CURRENT ROW
    CurrentRow,
    /// `offset FOLLOWING`
    Following(Box<Expr>),
    /// UNBOUNDED FOLLOWING
    UnboundedFollowing,
}

/// Rows left out of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameExclude {
    /// EXCLUDE NO OTHERS, the same as none
    NoOthers,
    /// EXCLUDE CURRENT ROW
    CurrentRow,
    /// EXCLUDE GROUP: the current row and those that ORDER BY does not tell from it
    Group,
    /// EXCLUDE TIES: those, but not the current row itself
    Ties,
}

impl Over {
    /// The window written in the brackets, if it is one.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Named(_) => None,
            Self::Window(window) => Some(window),
        }
    }
}

impl Window {
    /// The expressions in it, in the order of the text: PARTITION BY, ORDER BY, the frame's offsets.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let bounds = self.frame.iter().flat_map(|frame| [&frame.start, &frame.end]).filter_map(FrameBound::offset);
        self.partition_by.iter().chain(self.order_by.iter().map(|term| &term.expr)).chain(bounds)
    }
}

impl FrameBound {
    /// The expression before PRECEDING or FOLLOWING.
    pub fn offset(&self) -> Option<&Expr> {
        match self {
            Self::Preceding(offset) | Self::Following(offset) => Some(offset),
            Self::UnboundedPreceding | Self::CurrentRow | Self::UnboundedFollowing => None,
        }
    }
}
