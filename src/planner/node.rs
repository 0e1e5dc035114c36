//! The steps of a federated plan.

use super::Reader;
use crate::bind::{Aggregate, BoundExpr, BoundWindow, ColumnId, OrderBy, SubqueryId, WindowCall};
use crate::statement::SetOperator;
use crate::value::{Affinity, Collation, ComparisonAffinity, Value};

/// A step by its number in the plan, for EXPLAIN and for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub usize);

/// A step: what it does and what its rows hold.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Its number.
    pub(crate) id: NodeId,
    /// What it does.
    pub(crate) kind: NodeKind,
    /// The columns of its rows, in order.
    pub(crate) columns: Vec<ColumnId>,
    /// About how many rows it gives.
    pub(crate) rows: f64,
}

/// A LIMIT or an OFFSET.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowCount {
    /// A number.
    Known(u64),
    /// An expression without columns, computed before the first row; what is no integer then is an error, and a negative one is no
    /// limit or no offset.
    Computed(BoundExpr),
}

/// What a step does.
#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    /// Rows from a pool.
    PoolQuery(Box<PoolQuery>),
    /// One row without columns (a SELECT without FROM).
    OneRow,
    /// The rows of the shared step of that position in the plan, computed once.
    Shared(usize),
    /// The rows for which `predicate` is true.
    Filter {
        /// The rows.
        input: Box<Node>,
        /// The condition.
        predicate: BoundExpr,
    },
    /// Computes the step's columns, one expression each.
    Project {
        /// The rows.
        input: Box<Node>,
        /// An expression for each column of the step.
        expressions: Vec<BoundExpr>,
    },
    /// Pairs rows with equal keys.
    HashJoin(Box<HashJoin>),
    /// Pairs all rows with all, then asks a condition.
    NestedLoop(Box<NestedLoopJoin>),
    /// Groups. The step's columns are the keys', then the aggregates', then the bare columns' ids.
    Aggregate(Box<AggregateNode>),
    /// Sorts; with a limit it keeps only that many rows while it sorts. Stable.
    Sort {
        /// The rows.
        input: Box<Node>,
        /// What is sorted by.
        keys: Vec<OrderBy>,
        /// Only so many first rows are asked for (LIMIT plus OFFSET).
        limit: Option<u64>,
    },
    /// Skips `offset` rows, then gives at most `limit`.
    Limit {
        /// The rows.
        input: Box<Node>,
        /// At most so many rows; None for all.
        limit: Option<RowCount>,
        /// Skipped rows.
        offset: RowCount,
    },
    /// Skips `offset` rows of each value of `key`, then gives at most `limit` of them.
    LimitPer {
        /// The rows.
        input: Box<Node>,
        /// What tells the rows apart that are counted together.
        key: BoundExpr,
        /// At most so many rows; None for all.
        limit: Option<RowCount>,
        /// Skipped rows.
        offset: RowCount,
    },
    /// The first of each set of rows that are equal in the first columns, in the input's order.
    Distinct {
        /// The rows.
        input: Box<Node>,
        /// How texts of each of the first columns compare; the others do not count.
        collations: Vec<Collation>,
    },
    /// The rows with one more column: a number that rows share which have the same values, to the bit, in `keys`.
    Number {
        /// The rows.
        input: Box<Node>,
        /// The columns that count; None: each row has a number of its own.
        keys: Option<Vec<ColumnId>>,
    },
    /// UNION, INTERSECT, EXCEPT and UNION ALL.
    Set(Box<SetNode>),
    /// Window functions over sorted rows.
    Window(Box<WindowNode>),
    /// A table-valued function, called for each row.
    TableFunction(Box<TableFunctionNode>),
    /// Rows that further rows are made of until there are no new ones.
    Recursion(Box<RecursionNode>),
    /// The rows of the recursion of that number that its step has not seen yet.
    Queue(usize),
    /// Rows of constants.
    Values(Vec<Vec<Value>>),
}

/// Rows from a pool.
#[derive(Debug, Clone)]
pub(crate) struct PoolQuery {
    /// The pool.
    pub(crate) pool: String,
    /// The SELECT, in the pool's own terms; parameters are `?1`, `?2`, …
    pub(crate) sql: String,
    /// What `sql` was made of, for its other forms.
    pub(super) clauses: Clauses,
    /// The values of the parameters, from `?1` on.
    pub(crate) parameters: Vec<PoolParameter>,
    /// How the statement can be cut into parts that several connections read side by side.
    pub(crate) partition: Option<Partition>,
    /// How the same rows can be had for given keys alone.
    pub(crate) lookup: Option<Lookup>,
    /// Who reads the rows, unless it is done by a lookup.
    pub(crate) reader: Reader,
    /// About how many rows SQLite has to visit, which decides what a lookup may cost.
    pub(crate) visited_rows: f64,
}

impl PoolQuery {
    /// A query by its text alone.
    pub(crate) fn of_sql(pool: &str, sql: &str) -> Self {
        Self {
            pool: pool.to_owned(),
            sql: sql.to_owned(),
            clauses: Clauses::default(),
            parameters: Vec::new(),
            partition: None,
            lookup: None,
            reader: Reader::Sqlite("it is given as text"),
            visited_rows: 1.0,
        }
    }
}

/// The clauses of a pool query.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// The result columns.
    pub(super) selected: String,
    /// The tables.
    pub(super) from: String,
    /// WHERE.
    pub(super) filter: Option<String>,
}

impl Clauses {
    /// The SELECT, with a further condition where given.
    pub(super) fn sql(&self, further: Option<&str>) -> String {
        let head = format!("SELECT {} FROM {}", self.selected, self.from);
        match (&self.filter, further) {
            (None, None) => head,
            (Some(filter), None) => format!("{head} WHERE {filter}"),
            (None, Some(further)) => format!("{head} WHERE {further}"),
            (Some(filter), Some(further)) => format!("{head} WHERE ({filter}) AND {further}"),
        }
    }
}

/// A parameter of a pool query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PoolParameter {
    /// A value.
    Value(Value),
    /// The value of a scalar subquery that ran before.
    Scalar(SubqueryId),
}

/// Parts by ranges of the rowid: `sql` with both ends bound behind the other parameters.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// The SELECT with `rowid BETWEEN ?a AND ?b` where `a` is one more than the number of parameters.
    pub(crate) sql: String,
    /// The first and last rowid of each part; together they hold every row.
    pub(crate) ranges: Vec<(i64, i64)>,
}

/// The rows of a pool query whose key is one of those bound by `IN rarray(?)` as the last parameter.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    /// The SELECT with `column IN rarray(?n)` where `n` is one more than the number of parameters.
    pub(crate) sql: String,
    /// The column that the keys are compared with.
    pub(crate) column: ColumnId,
    /// The affinity of the column: keys are converted to it before they are bound (`rarray` has none).
    pub(crate) affinity: Affinity,
    /// How the column and the keys compare.
    pub(crate) comparison: ComparisonAffinity,
    /// How their texts do.
    pub(crate) collation: Collation,
    /// With more distinct keys than this, reading everything is cheaper than asking SQLite.
    pub(crate) most_keys: u64,
    /// How the native scan finds the rows of integer keys.
    pub(crate) native: Option<NativeLookup>,
    /// About how many keys there will be.
    pub(crate) expected_keys: f64,
}

/// How a native scan finds the rows of integer keys.
#[derive(Debug, Clone)]
pub(crate) struct NativeLookup {
    /// The index whose first column holds the keys, by its name, and where its entries hold the rowid; None where they are the
    /// rowids.
    pub(crate) index: Option<(String, usize)>,
    /// About how many rows have one key.
    pub(crate) rows_per_key: f64,
}

/// A side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// Which rows a join gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinMode {
    /// Pairs.
    Inner,
    /// Pairs, and left rows without a partner with NULLs on the right.
    Left,
    /// Pairs, and rows of either side without a partner.
    Full,
    /// Left rows with a partner, once (EXISTS, IN).
    Semi,
    /// Left rows without a partner (NOT EXISTS): a NULL key has none.
    Anti,
    /// Left rows for which `key NOT IN (right)` is true: none if the right side holds a NULL key; a left row with a NULL
    /// key only if the right side is empty. Has exactly one key and no residual.
    AntiNullAware,
}

/// A join by equal keys. Its rows: the left columns, then the right ones (Semi and both Anti: the left ones alone).
#[derive(Debug, Clone)]
pub(crate) struct HashJoin {
    /// Which rows it gives.
    pub(crate) mode: JoinMode,
    /// The left side.
    pub(crate) left: Node,
    /// The right side.
    pub(crate) right: Node,
    /// The keys: rows pair where all are equal; never empty.
    pub(crate) keys: Vec<JoinKey>,
    /// A further condition on a pair, over the columns of both sides.
    pub(crate) residual: Option<BoundExpr>,
    /// The side that is read first and hashed. Its keys may narrow what a scan on the other side reads: by a `lookup`, where they are
    /// few enough, or by leaving out rows that cannot have a partner.
    pub(crate) build: Side,
}

/// A pair of expressions that a join compares with `=`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JoinKey {
    /// Over the left columns.
    pub(crate) left: BoundExpr,
    /// Over the right columns.
    pub(crate) right: BoundExpr,
    /// What is done to both first.
    pub(crate) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// `IS` instead of `=`: NULL equals NULL.
    pub(crate) null_safe: bool,
}

/// A join without an equality. Its rows are those of a hash join. The right side is read first and kept.
#[derive(Debug, Clone)]
pub(crate) struct NestedLoopJoin {
    /// Which rows it gives (never `AntiNullAware`).
    pub(crate) mode: JoinMode,
    /// The left side.
    pub(crate) left: Node,
    /// The right side.
    pub(crate) right: Node,
    /// The condition on a pair; None is true.
    pub(crate) predicate: Option<BoundExpr>,
}

/// Grouping.
#[derive(Debug, Clone)]
pub(crate) struct AggregateNode {
    /// The rows.
    pub(crate) input: Node,
    /// The keys, each with how its texts compare. Empty and not `grouped`: one row, also of no input.
    pub(crate) keys: Vec<(BoundExpr, Collation)>,
    /// The aggregates.
    pub(crate) aggregates: Vec<Aggregate>,
    /// Columns that take their value from one row of the group: where there is exactly one `min` or `max` among the
    /// aggregates the row that gave it, else the first.
    pub(crate) bare: Vec<BoundExpr>,
    /// Whether GROUP BY was written: then no input gives no row.
    pub(crate) grouped: bool,
}

/// Window functions over one window. The step's columns are the input's, then one for each call.
#[derive(Debug, Clone)]
pub(crate) struct WindowNode {
    /// The rows, sorted by the window's partition and order.
    pub(crate) input: Node,
    /// The window.
    pub(crate) window: BoundWindow,
    /// The calls, all over that window.
    pub(crate) calls: Vec<WindowCall>,
}

/// A call of a table-valued function for each row. The step's columns are the input's, then those of `columns`.
#[derive(Debug, Clone)]
pub(crate) struct TableFunctionNode {
    /// The rows.
    pub(crate) input: Node,
    /// The function's name.
    pub(crate) name: String,
    /// Its arguments, over the input's columns.
    pub(crate) arguments: Vec<BoundExpr>,
    /// The names of the columns that are asked for.
    pub(crate) columns: Vec<String>,
}

/// A recursion as SQLite does it: rows wait in a queue, each is given and then shown to the steps, whose rows join the queue.
#[derive(Debug, Clone)]
pub(crate) struct RecursionNode {
    /// Its number, by which the steps' queues name it.
    pub(crate) table: usize,
    /// The first rows of the queue.
    pub(crate) setup: Node,
    /// What makes further rows of rows. Each reads the queue through steps alone that treat row by row.
    pub(crate) steps: Vec<Node>,
    /// How texts compare where a row that was found before is not found again; None: it is.
    pub(crate) distinct: Option<Vec<Collation>>,
    /// Which row of the queue is next, as positions among the columns; empty: the one that waits longest.
    pub(crate) order_by: Vec<(usize, OrderBy)>,
    /// At most so many rows are given.
    pub(crate) limit: Option<RowCount>,
    /// So many rows are not given first.
    pub(crate) offset: RowCount,
}

/// A set operation on two inputs of as many columns, matched by position; the result's column ids are the step's own.
#[derive(Debug, Clone)]
pub(crate) struct SetNode {
    /// Which.
    pub(crate) operator: SetOperator,
    /// The left input.
    pub(crate) left: Node,
    /// The right input.
    pub(crate) right: Node,
    /// How texts of each column compare.
    pub(crate) collations: Vec<Collation>,
}

impl JoinMode {
    /// Whether the rows are left ones alone.
    pub(super) fn gives_left_alone(self) -> bool {
        matches!(self, Self::Semi | Self::Anti | Self::AntiNullAware)
    }

    /// The columns of a join's rows.
    pub(super) fn columns(self, left: &Node, right: &Node) -> Vec<ColumnId> {
        let of_right = if self.gives_left_alone() { &[][..] } else { &right.columns };
        left.columns.iter().chain(of_right).copied().collect()
    }
}

impl HashJoin {
    /// The side that probes, if rows of it without a partner give nothing: what is known of the held side's keys may then
    /// narrow what is read there.
    pub(crate) fn droppable_side(&self) -> Option<&Node> {
        let is_sound = match (self.build, self.mode) {
            (_, JoinMode::Inner | JoinMode::Semi) | (Side::Left, JoinMode::Left | JoinMode::Anti) => true,
            (_, JoinMode::Full | JoinMode::AntiNullAware) | (Side::Right, JoinMode::Left | JoinMode::Anti) => false,
        };
        let probe = if self.build == Side::Left { &self.right } else { &self.left };
        (is_sound && self.keys.iter().all(|key| !key.null_safe)).then_some(probe)
    }

    pub(super) fn probe_mut(&mut self) -> &mut Node {
        if self.build == Side::Left { &mut self.right } else { &mut self.left }
    }
}

impl JoinKey {
    /// The expression over the side that probes where `build` is held.
    pub(crate) fn probe(&self, build: Side) -> &BoundExpr {
        if build == Side::Left { &self.right } else { &self.left }
    }
}

impl Node {
    /// A step that is not yet numbered.
    pub(super) fn new(kind: NodeKind, columns: Vec<ColumnId>, rows: f64) -> Self {
        Self { id: NodeId(0), kind, columns, rows }
    }

    /// The steps that this one reads.
    pub(crate) fn inputs(&self) -> Vec<&Self> {
        match &self.kind {
            NodeKind::PoolQuery(_) | NodeKind::OneRow | NodeKind::Shared(_) | NodeKind::Values(_) | NodeKind::Queue(_) => {
                Vec::new()
            }
            NodeKind::Filter { input, .. }
            | NodeKind::Project { input, .. }
            | NodeKind::Sort { input, .. }
            | NodeKind::Limit { input, .. }
            | NodeKind::LimitPer { input, .. }
            | NodeKind::Number { input, .. }
            | NodeKind::Distinct { input, .. } => vec![input],
            NodeKind::HashJoin(join) => vec![&join.left, &join.right],
            NodeKind::NestedLoop(join) => vec![&join.left, &join.right],
            NodeKind::Aggregate(aggregate) => vec![&aggregate.input],
            NodeKind::Set(set) => vec![&set.left, &set.right],
            NodeKind::Window(window) => vec![&window.input],
            NodeKind::TableFunction(call) => vec![&call.input],
            NodeKind::Recursion(recursion) => std::iter::once(&recursion.setup).chain(&recursion.steps).collect(),
        }
    }

    /// The input (by its position among [`Node::inputs`]) that a column comes from unchanged, and the column there, if leaving
    /// out rows of the input by it leaves out just this step's rows with those values.
    pub(crate) fn column_input(&self, column: ColumnId) -> Option<(usize, ColumnId)> {
        let position = || self.columns.iter().position(|other| *other == column);
        let of_join = |mode, left: &Self, right: &Self| match mode {
            JoinMode::Inner if right.columns.contains(&column) => Some((1, column)),
            JoinMode::Full => None,
            _ => left.columns.contains(&column).then_some((0, column)),
        };
        match &self.kind {
            NodeKind::Filter { .. } | NodeKind::Sort { limit: None, .. } => Some((0, column)),
            NodeKind::Distinct { collations, .. } => (position()? < collations.len()).then_some((0, column)),
            NodeKind::Project { expressions, .. } => match expressions.get(position()?)? {
                BoundExpr::Column(inner) => Some((0, *inner)),
                _ => None,
            },
            NodeKind::Aggregate(aggregate) => match aggregate.keys.get(position()?)? {
                (BoundExpr::Column(inner), _) => Some((0, *inner)),
                _ => None,
            },
            NodeKind::HashJoin(join) => of_join(join.mode, &join.left, &join.right),
            NodeKind::NestedLoop(join) => of_join(join.mode, &join.left, &join.right),
            _ => None,
        }
    }

    pub(super) fn inputs_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            NodeKind::PoolQuery(_) | NodeKind::OneRow | NodeKind::Shared(_) | NodeKind::Values(_) | NodeKind::Queue(_) => {
                Vec::new()
            }
            NodeKind::Filter { input, .. }
            | NodeKind::Project { input, .. }
            | NodeKind::Sort { input, .. }
            | NodeKind::Limit { input, .. }
            | NodeKind::LimitPer { input, .. }
            | NodeKind::Number { input, .. }
            | NodeKind::Distinct { input, .. } => vec![input],
            NodeKind::HashJoin(join) => vec![&mut join.left, &mut join.right],
            NodeKind::NestedLoop(join) => vec![&mut join.left, &mut join.right],
            NodeKind::Aggregate(aggregate) => vec![&mut aggregate.input],
            NodeKind::Set(set) => vec![&mut set.left, &mut set.right],
            NodeKind::Window(window) => vec![&mut window.input],
            NodeKind::TableFunction(call) => vec![&mut call.input],
            NodeKind::Recursion(recursion) => std::iter::once(&mut recursion.setup).chain(&mut recursion.steps).collect(),
        }
    }

    /// Calls `see` with this step and all below it.
    pub(crate) fn visit(&self, see: &mut dyn FnMut(&Self)) {
        see(self);
        for input in self.inputs() {
            input.visit(see);
        }
    }

    /// Numbers the steps from `next` on, each before those it reads.
    pub(super) fn number(&mut self, next: &mut usize) {
        self.id = NodeId(*next);
        *next += 1;
        for input in self.inputs_mut() {
            input.number(next);
        }
    }
}
