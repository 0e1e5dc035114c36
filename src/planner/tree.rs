//! FROM as a tree of joins in which conditions have sunk to where they are decided.

use std::collections::BTreeSet;

use super::condition::{columns_of, has_subquery, rejects_null};
use super::semi_join::SemiJoin;
use crate::bind::{BoundExpr, ColumnId, FromItem, FromSource, FunctionSource};
use crate::statement::JoinKind;

/// A relation of a FROM, or joins of several.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// One relation and the conditions on it alone.
    Leaf {
        /// The relation.
        source: FromSource,
        /// Its columns.
        columns: BTreeSet<ColumnId>,
        /// What its rows must satisfy.
        conditions: Vec<BoundExpr>,
    },
    /// Relations joined in whatever order is best, and the conditions on several of them.
    Inner {
        /// The relations.
        members: Vec<Tree>,
        /// What their combinations must satisfy.
        conditions: Vec<BoundExpr>,
    },
    /// LEFT or FULL JOIN (RIGHT is LEFT with its sides exchanged).
    Outer {
        /// FULL.
        full: bool,
        /// The side whose rows all appear.
        left: Box<Tree>,
        /// The side that is NULL where nothing matches.
        right: Box<Tree>,
        /// ON.
        on: Vec<BoundExpr>,
    },
    /// Rows with the rows that a function gives for each.
    Lateral {
        /// The rows.
        input: Box<Tree>,
        /// The function.
        function: Box<FunctionSource>,
        /// LEFT JOIN: a row for which it gives none appears as well.
        outer: bool,
        /// What the pairs must satisfy, or of a LEFT JOIN its ON.
        conditions: Vec<BoundExpr>,
    },
    /// Rows with, or without, a partner among a subquery's rows.
    Semi {
        /// The rows.
        input: Box<Tree>,
        /// The subquery.
        semi: Box<SemiJoin>,
    },
    /// Rows that satisfy conditions with correlated subqueries, asked one after the other.
    Asked {
        /// The rows.
        input: Box<Tree>,
        /// The conditions.
        conditions: Vec<BoundExpr>,
    },
}

/// What tells the columns that a condition needs, those that its subqueries take from around them included.
pub(super) type Needs<'a> = &'a dyn Fn(&BoundExpr) -> BTreeSet<ColumnId>;

impl Tree {
    /// The tree of a FROM, whose relations' columns `columns` tells.
    pub(super) fn of_from(
        from: &[FromItem],
        columns: &dyn Fn(&FromSource) -> BTreeSet<ColumnId>,
        needs: Needs<'_>,
    ) -> Option<Self> {
        let mut tree: Option<Self> = None;
        for item in from {
            if let (FromSource::Function(function), Some(left)) = (&item.source, &tree)
                && !function.wanted().is_empty()
            {
                let (input, function) = (Box::new(left.clone()), function.clone());
                let (outer, on) = (item.kind == JoinKind::Left, super::condition::conjuncts(item.on.clone()));
                let called = Self::Lateral { input, function, outer, conditions: if outer { on.clone() } else { Vec::new() } };
                tree = Some(if outer { called } else { called.with_conditions(on, needs) });
                continue;
            }
            let leaf = match &item.source {
                FromSource::Joined(items) => Self::of_from(items, columns, needs)?,
                source => Self::Leaf { source: source.clone(), columns: columns(source), conditions: Vec::new() },
            };
            let on = super::condition::conjuncts(item.on.clone());
            tree = Some(match (tree, item.kind) {
                (None, _) => leaf,
                (Some(left), JoinKind::Inner | JoinKind::Cross) => left.joined(leaf, on, needs),
                (Some(left), JoinKind::Left) => Self::outer(false, left, leaf, on, needs),
                (Some(left), JoinKind::Right) => Self::outer(false, leaf, left, on, needs),
                (Some(left), JoinKind::Full) => Self::outer(true, left, leaf, on, needs),
            });
        }
        tree
    }

    fn joined(self, other: Self, on: Vec<BoundExpr>, needs: Needs<'_>) -> Self {
        let parts = |tree: Self| match tree {
            Self::Inner { members, conditions } => (members, conditions),
            other => (vec![other], Vec::new()),
        };
        let ((mut members, mut conditions), (more, further)) = (parts(self), parts(other));
        members.extend(more);
        conditions.extend(further);
        Self::Inner { members, conditions }.with_conditions(on, needs)
    }

    /// ON of an outer join decides alone what is paired: a part about the right side alone can be asked there.
    fn outer(full: bool, left: Self, right: Self, on: Vec<BoundExpr>, needs: Needs<'_>) -> Self {
        let right_columns = right.columns();
        let (mut right, mut kept) = (right, Vec::new());
        for condition in on {
            let columns = columns_of(&condition);
            if !full && !columns.is_empty() && columns.is_subset(&right_columns) && !has_subquery(&condition) {
                right = right.with_condition(condition, needs);
            } else {
                kept.push(condition);
            }
        }
        Self::Outer { full, left: Box::new(left), right: Box::new(right), on: kept }
    }

    /// The columns of all its relations.
    pub(super) fn columns(&self) -> BTreeSet<ColumnId> {
        match self {
            Self::Leaf { columns, .. } => columns.clone(),
            Self::Inner { members, .. } => members.iter().flat_map(Self::columns).collect(),
            Self::Outer { left, right, .. } => left.columns().into_iter().chain(right.columns()).collect(),
            Self::Lateral { input, function, .. } => {
                input.columns().into_iter().chain(function.columns.iter().map(|(column, _)| *column)).collect()
            }
            Self::Semi { input, .. } | Self::Asked { input, .. } => input.columns(),
        }
    }

    /// The same tree whose rows also satisfy `conditions`.
    pub(super) fn with_conditions(self, conditions: Vec<BoundExpr>, needs: Needs<'_>) -> Self {
        conditions.into_iter().fold(self, |tree, condition| tree.with_condition(condition, needs))
    }

    /// The same tree whose rows also satisfy `condition`, asked as deep down as it can be.
    pub(super) fn with_condition(self, condition: BoundExpr, needs: Needs<'_>) -> Self {
        let wanted = needs(&condition);
        match self {
            Self::Leaf { source, columns, mut conditions } => {
                conditions.push(condition);
                Self::Leaf { source, columns, conditions }
            }
            Self::Inner { mut members, mut conditions } => {
                let home = members.iter().position(|member| !wanted.is_empty() && wanted.is_subset(&member.columns()));
                match home {
                    Some(home) => {
                        let member = members.remove(home);
                        members.insert(home, member.with_condition(condition, needs));
                    }
                    None => conditions.push(condition),
                }
                Self::Inner { members, conditions }
            }
            Self::Outer { full, left, right, on } => Self::condition_over_outer(full, *left, *right, on, condition, needs),
            Self::Lateral { input, function, outer, mut conditions } => {
                if !wanted.is_empty() && wanted.is_subset(&input.columns()) {
                    return Self::Lateral {
                        input: Box::new(input.with_condition(condition, needs)),
                        function,
                        outer,
                        conditions,
                    };
                }
                let own = |column: &ColumnId| function.columns.iter().any(|(known, _)| known == column);
                if outer && !rejects_null(&condition).iter().any(own) {
                    let called = Self::Lateral { input, function, outer, conditions };
                    return Self::Inner { members: vec![called], conditions: vec![condition] };
                }
                // Rows for which it gives nothing would not pass, so that the join is an inner one.
                conditions.push(condition);
                if !outer {
                    return Self::Lateral { input, function, outer, conditions };
                }
                let called = Self::Lateral { input, function, outer: false, conditions: Vec::new() };
                called.with_conditions(conditions, needs)
            }
            Self::Semi { input, semi } => Self::Semi { input: Box::new(input.with_condition(condition, needs)), semi },
            Self::Asked { input, conditions } => {
                Self::Asked { input: Box::new(input.with_condition(condition, needs)), conditions }
            }
        }
    }

    /// The same tree, changed by `change` below those outer joins above it that only add columns to rows of which `wanted` are there
    /// already: no row is more or less for what is decided before them.
    pub(super) fn below_outer_joins(self, wanted: &BTreeSet<ColumnId>, change: impl FnOnce(Self) -> Self) -> Self {
        match self {
            Self::Outer { full: false, left, right, on } if !wanted.is_empty() && wanted.is_subset(&left.columns()) => {
                Self::Outer { full: false, left: Box::new(left.below_outer_joins(wanted, change)), right, on }
            }
            Self::Lateral { input, function, outer: true, conditions }
                if !wanted.is_empty() && wanted.is_subset(&input.columns()) =>
            {
                Self::Lateral { input: Box::new(input.below_outer_joins(wanted, change)), function, outer: true, conditions }
            }
            Self::Inner { mut members, conditions } if members.len() == 1 => {
                let only = members.remove(0).below_outer_joins(wanted, change);
                Self::Inner { members: vec![only], conditions }
            }
            other => change(other),
        }
    }

    /// The same tree whose rows also satisfy a condition with correlated subqueries.
    pub(super) fn asked(self, condition: BoundExpr) -> Self {
        match self {
            Self::Asked { input, mut conditions } => {
                conditions.push(condition);
                Self::Asked { input, conditions }
            }
            other => Self::Asked { input: Box::new(other), conditions: vec![condition] },
        }
    }

    fn condition_over_outer(
        full: bool,
        left: Self,
        right: Self,
        on: Vec<BoundExpr>,
        condition: BoundExpr,
        needs: Needs<'_>,
    ) -> Self {
        let wanted = needs(&condition);
        let right_columns = right.columns();
        if !full && rejects_null(&condition).iter().any(|column| right_columns.contains(column)) {
            // Rows without a partner would not pass, so the join is an inner one.
            let tree = Self::Inner { members: vec![left, right], conditions: Vec::new() };
            return tree.with_conditions(on.into_iter().chain([condition]).collect(), needs);
        }
        if !full && !wanted.is_empty() && wanted.is_subset(&left.columns()) {
            return Self::Outer { full, left: Box::new(left.with_condition(condition, needs)), right: Box::new(right), on };
        }
        let outer = Self::Outer { full, left: Box::new(left), right: Box::new(right), on };
        Self::Inner { members: vec![outer], conditions: vec![condition] }
    }
}
