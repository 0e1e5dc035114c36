//! Window functions: what each computes, and over which rows around its own.

use super::binder::{Binder, Bound, ExprContext, at, unsupported};
use super::comparison::explicit_collation;
use super::function::{aggregate_function, with_collation};
use super::json::Json;
use super::{AggregateFunction, BoundExpr, ColumnInfo, OrderBy};
use crate::error::Error;
use crate::statement::{
    Frame, FrameBound, FrameExclude, FrameUnit, FunctionCall, Identifier, NamedWindow, OrderTerm, Over, Window,
};
use crate::value::{Affinity, Collation};

/// A window function called over a window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WindowCall {
    /// Which function.
    pub(crate) function: WindowFunction,
    /// Its arguments.
    pub(crate) arguments: Vec<BoundExpr>,
    /// FILTER (WHERE …)
    pub(crate) filter: Option<BoundExpr>,
    /// How its first argument's texts compare (min, max).
    pub(crate) collation: Collation,
    /// The rows that it sees.
    pub(crate) window: BoundWindow,
}

/// What can be called over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowFunction {
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
    /// A plain aggregate over the frame.
    Aggregate(AggregateFunction),
}

/// How rows are put together and in order, and which of them a function sees.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BoundWindow {
    /// PARTITION BY, with how texts compare.
    pub(crate) partition_by: Vec<(BoundExpr, Collation)>,
    /// ORDER BY
    pub(crate) order_by: Vec<OrderBy>,
    /// The frame.
    pub(crate) frame: BoundFrame,
}

/// Rows around the current one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BoundFrame {
    /// What the edges count.
    pub(crate) unit: FrameUnit,
    /// Where it begins.
    pub(crate) start: FrameEdge,
    /// Where it ends.
    pub(crate) end: FrameEdge,
    /// What is left out, if anything is said about it.
    pub(crate) exclude: Option<FrameExclude>,
}

/// An end of a frame; offsets become constants when they are planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FrameEdge {
    UnboundedPreceding,
    Preceding(BoundExpr),
    CurrentRow,
    Following(BoundExpr),
    UnboundedFollowing,
}

impl BoundFrame {
    /// The offsets of its ends, to be changed.
    pub(crate) fn offsets_mut(&mut self) -> impl Iterator<Item = &mut BoundExpr> {
        [&mut self.start, &mut self.end].into_iter().filter_map(|edge| match edge {
            FrameEdge::Preceding(offset) | FrameEdge::Following(offset) => Some(offset),
            FrameEdge::UnboundedPreceding | FrameEdge::CurrentRow | FrameEdge::UnboundedFollowing => None,
        })
    }
}

impl WindowCall {
    /// Its expressions, to be changed.
    pub(crate) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut BoundExpr> {
        let Self { arguments, filter, window, .. } = self;
        let keys = window.partition_by.iter_mut().map(|(expr, _)| expr);
        let terms = window.order_by.iter_mut().map(|term| &mut term.expr);
        arguments.iter_mut().chain(filter).chain(keys).chain(terms)
    }

    /// Its expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &BoundExpr> {
        let keys = self.window.partition_by.iter().map(|(expr, _)| expr);
        let terms = self.window.order_by.iter().map(|term| &term.expr);
        self.arguments.iter().chain(&self.filter).chain(keys).chain(terms)
    }
}

impl<'a> Binder<'a> {
    /// Binds a call with OVER; above, it is known by a column of its own.
    pub(super) fn window_call(
        &mut self,
        call: &'a FunctionCall,
        over: &'a Over,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        let name = call.name.name.to_ascii_lowercase();
        let misuse = || at(Error::query(format!("misuse of window function {}()", call.name.name)), call.span);
        // Within its own arguments no window function is allowed: the context has no list meanwhile.
        let Some(mut collected) = context.windows.take() else { return Err(misuse().into()) };
        if call.distinct {
            let error = Error::query("DISTINCT is not supported for window functions");
            return Err(at(error, call.span).into());
        }
        if !call.order_by.is_empty() {
            return unsupported("ORDER BY within a window function");
        }
        let Some(function) = window_function(&name, call) else {
            return unsupported(format!("the window function {name}()"));
        };
        if call.filter.is_some() && !matches!(function, WindowFunction::Aggregate(_)) {
            let error = Error::query("FILTER clause may only be used with aggregate window functions");
            return Err(at(error, call.span).into());
        }
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        let filter = call.filter.as_ref().map(|filter| self.expr(filter, context)).transpose()?;
        let window = self.window(over, context)?;
        let arguments = match function {
            WindowFunction::Aggregate(function) => self.as_json_collected(function, arguments, false)?,
            _ => arguments,
        };
        let collation = arguments.first().map_or(Collation::Binary, |first| self.rules_with(|rules| rules.collation(first)));
        let explicit = arguments.iter().find_map(explicit_collation);
        let call = WindowCall { function, arguments, filter, collation, window };
        let known = collected.iter().find(|(_, known)| *known == call).map(|(id, _)| *id);
        let id = known.unwrap_or_else(|| {
            let info = ColumnInfo { name, affinity: Affinity::None, collation, collates: false, table: None, not_null: false };
            let id = self.columns.add(info);
            call.arguments.iter().for_each(|argument| self.note_computed(id, argument));
            if matches!(call.function, WindowFunction::Aggregate(AggregateFunction::BySqlite(_))) {
                self.note_json(id, Json::Maybe);
            }
            collected.push((id, call));
            id
        });
        context.windows = Some(collected);
        Ok(with_collation(BoundExpr::Column(id), explicit))
    }

    fn window(&mut self, over: &'a Over, context: &mut ExprContext<'a, '_>) -> Bound<BoundWindow> {
        let (partition_by, order_by, frame) = match over {
            Over::Named(name) => {
                let (index, window) = named(context.named_windows, name)?;
                Self::clauses(window, &context.named_windows[..index], index == 0)?
            }
            Over::Window(window) => Self::clauses(window, context.named_windows, false)?,
        };
        let mut terms = Vec::new();
        for term in order_by {
            let expr = self.expr(&term.expr, context)?;
            terms.push(self.order_term(term, expr, None)?);
        }
        let mut keys = Vec::new();
        for expr in partition_by {
            let expr = self.expr(expr, context)?;
            let collation = self.rules_with(|rules| rules.collation(&expr));
            keys.push((expr, collation));
        }
        let frame = self.frame(frame, terms.len(), context)?;
        Ok(BoundWindow { partition_by: keys, order_by: terms, frame })
    }

    /// PARTITION BY, ORDER BY and frame of a window, those of the window that it is built upon included: one of those defined before.
    /// SQLite never looks for the base of the first definition.
    fn clauses(
        window: &'a Window,
        before: &'a [NamedWindow],
        is_first: bool,
    ) -> Bound<(&'a [crate::statement::Expr], &'a [OrderTerm], Option<&'a Frame>)> {
        let Some(base) = window.base.as_ref().filter(|_| !is_first) else {
            return Ok((&window.partition_by, &window.order_by, window.frame.as_ref()));
        };
        let overridden = |what: &str| -> crate::bind::BindError {
            at(Error::query(format!("cannot override {what} of window: {}", base.name)), base.span).into()
        };
        let (index, base_window) = named(before, base)?;
        let (partition_by, order_by, frame) = Self::clauses(base_window, &before[..index], index == 0)?;
        if !window.partition_by.is_empty() {
            return Err(overridden("PARTITION clause"));
        }
        if !order_by.is_empty() && !window.order_by.is_empty() {
            return Err(overridden("ORDER BY clause"));
        }
        if frame.is_some() {
            return Err(overridden("frame specification"));
        }
        let order_by = if order_by.is_empty() { &window.order_by } else { order_by };
        Ok((partition_by, order_by, window.frame.as_ref()))
    }

    fn frame(&mut self, frame: Option<&'a Frame>, terms: usize, context: &mut ExprContext<'a, '_>) -> Bound<BoundFrame> {
        let Some(frame) = frame else {
            return Ok(BoundFrame {
                unit: FrameUnit::Range,
                start: FrameEdge::UnboundedPreceding,
                end: FrameEdge::CurrentRow,
                exclude: None,
            });
        };
        let has_offset = frame.start.offset().or(frame.end.offset()).is_some();
        if frame.unit == FrameUnit::Range && has_offset && terms != 1 {
            return Err(Error::query("RANGE with offset PRECEDING/FOLLOWING requires one ORDER BY expression").into());
        }
        let start = self.edge(&frame.start, context)?;
        let end = self.edge(&frame.end, context)?;
        Ok(BoundFrame { unit: frame.unit, start, end, exclude: frame.exclude })
    }

    fn edge(&mut self, bound: &'a FrameBound, context: &mut ExprContext<'a, '_>) -> Bound<FrameEdge> {
        Ok(match bound {
            FrameBound::UnboundedPreceding => FrameEdge::UnboundedPreceding,
            FrameBound::Preceding(expr) => FrameEdge::Preceding(self.expr(expr, context)?),
            FrameBound::CurrentRow => FrameEdge::CurrentRow,
            FrameBound::Following(expr) => FrameEdge::Following(self.expr(expr, context)?),
            FrameBound::UnboundedFollowing => FrameEdge::UnboundedFollowing,
        })
    }
}

/// The last definition of that name, with its position.
fn named<'a>(windows: &'a [NamedWindow], name: &Identifier) -> Bound<(usize, &'a Window)> {
    let found = windows.iter().enumerate().rfind(|(_, window)| window.name == *name).map(|(index, named)| (index, &named.window));
    found.ok_or_else(|| Error::query(format!("no such window: {}", name.name)).at(name.span).into())
}

fn window_function(name: &str, call: &FunctionCall) -> Option<WindowFunction> {
    Some(match (name, call.arguments.len()) {
        ("row_number", 0) => WindowFunction::RowNumber,
        ("rank", 0) => WindowFunction::Rank,
        ("dense_rank", 0) => WindowFunction::DenseRank,
        ("percent_rank", 0) => WindowFunction::PercentRank,
        ("cume_dist", 0) => WindowFunction::CumeDist,
        ("ntile", 1) => WindowFunction::Ntile,
        ("lag", 1..=3) => WindowFunction::Lag,
        ("lead", 1..=3) => WindowFunction::Lead,
        ("first_value", 1) => WindowFunction::FirstValue,
        ("last_value", 1) => WindowFunction::LastValue,
        ("nth_value", 2) => WindowFunction::NthValue,
        _ => WindowFunction::Aggregate(aggregate_function(name, call)?),
    })
}
