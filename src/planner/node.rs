//! The steps of a federated plan.

use crate::bind::{Aggregate, BoundExpr, BoundWindow, ColumnId, OrderBy, SubqueryId, WindowCall};
use crate::statement::SetOperator;
use crate::value::{Affinity, Collation, ComparisonAffinity, Value};

/// A step by its number in the plan, for EXPLAIN and for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// A step: what it does and what its rows hold.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number.
    pub id: NodeId,
    /// What it does.
    pub kind: NodeKind,
    /// The columns of its rows, in order.
    pub columns: Vec<ColumnId>,
    /// About how many rows it gives.
    pub rows: f64,
}

/// A LIMIT or an OFFSET.
#[derive(Debug, Clone, PartialEq)]
pub enum RowCount {
    /// A number.
    Known(u64),
    /// An expression without columns, computed before the first row; what is no integer then is an error, and a negative one is no
    /// limit or no offset.
    Computed(BoundExpr),
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum NodeKind {
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
pub struct PoolQuery {
    /// The pool.
    pub pool: String,
    /// The SELECT, in the pool's own terms; parameters are `?1`, `?2`, …
    pub sql: String,
    /// What `sql` was made of, for its other forms.
    pub(super) clauses: Clauses,
    /// The values of the parameters, from `?1` on.
    pub parameters: Vec<PoolParameter>,
    /// How the statement can be cut into parts that several connections read side by side.
    pub partition: Option<Partition>,
    /// How the same rows can be had for given keys alone.
    pub lookup: Option<Lookup>,
    /// About how many rows SQLite has to visit, which decides what a lookup may cost.
    pub visited_rows: f64,
}

impl PoolQuery {
    /// A query by its text alone.
    pub fn of_sql(pool: &str, sql: &str) -> Self {
        Self {
            pool: pool.to_owned(),
            sql: sql.to_owned(),
            clauses: Clauses::default(),
            parameters: Vec::new(),
            partition: None,
            lookup: None,
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
pub enum PoolParameter {
    /// A value.
    Value(Value),
    /// The value of a scalar subquery that ran before.
    Scalar(SubqueryId),
    /// The distinct values of a subquery's column, as a table for `IN rarray(?)`.
    Set(SubqueryId),
}

/// Parts by ranges of the rowid: `sql` with both ends bound behind the other parameters.
#[derive(Debug, Clone)]
pub struct Partition {
    /// The SELECT with `rowid BETWEEN ?a AND ?b` where `a` is one more than the number of parameters.
    pub sql: String,
    /// The first and last rowid of each part; together they hold every row.
    pub ranges: Vec<(i64, i64)>,
}

/// The rows of a pool query whose key is one of those bound by `IN rarray(?)` as the last parameter.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The SELECT with `column IN rarray(?n)` where `n` is one more than the number of parameters.
    pub sql: String,
    /// Which of the join's keys it is about.
    pub key: usize,
    /// The affinity of the column: keys are converted to it before they are bound (`rarray` has none).
    pub affinity: Affinity,
    /// With more distinct keys than this, reading everything is cheaper.
    pub most_keys: u64,
}

/// A side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// Which rows a join gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinMode {
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
pub struct HashJoin {
    /// Which rows it gives.
    pub mode: JoinMode,
    /// The left side.
    pub left: Node,
    /// The right side.
    pub right: Node,
    /// The keys: rows pair where all are equal; never empty.
    pub keys: Vec<JoinKey>,
    /// A further condition on a pair, over the columns of both sides.
    pub residual: Option<BoundExpr>,
    /// The side that is read first and hashed. If the other side is a pool query with a `lookup`, and the distinct keys
    /// turn out to be few enough, only the rows with those keys are read there.
    pub build: Side,
}

/// A pair of expressions that a join compares with `=`.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinKey {
    /// Over the left columns.
    pub left: BoundExpr,
    /// Over the right columns.
    pub right: BoundExpr,
    /// What is done to both first.
    pub affinity: ComparisonAffinity,
    /// How texts compare.
    pub collation: Collation,
    /// `IS` instead of `=`: NULL equals NULL.
    pub null_safe: bool,
}

/// A join without an equality. Its rows are those of a hash join. The right side is read first and kept.
#[derive(Debug, Clone)]
pub struct NestedLoopJoin {
    /// Which rows it gives (never `AntiNullAware`).
    pub mode: JoinMode,
    /// The left side.
    pub left: Node,
    /// The right side.
    pub right: Node,
    /// The condition on a pair; None is true.
    pub predicate: Option<BoundExpr>,
}

/// Grouping.
#[derive(Debug, Clone)]
pub struct AggregateNode {
    /// The rows.
    pub input: Node,
    /// The keys, each with how its texts compare. Empty and not `grouped`: one row, also of no input.
    pub keys: Vec<(BoundExpr, Collation)>,
    /// The aggregates.
    pub aggregates: Vec<Aggregate>,
    /// Columns that take their value from one row of the group: where there is exactly one `min` or `max` among the
    /// aggregates the row that gave it, else the first.
    pub bare: Vec<BoundExpr>,
    /// Whether GROUP BY was written: then no input gives no row.
    pub grouped: bool,
}

/// Window functions over one window. The step's columns are the input's, then one for each call.
#[derive(Debug, Clone)]
pub struct WindowNode {
    /// The rows, sorted by the window's partition and order.
    pub input: Node,
    /// The window.
    pub window: BoundWindow,
    /// The calls, all over that window.
    pub calls: Vec<WindowCall>,
}

/// A call of a table-valued function for each row. The step's columns are the input's, then those of `columns`.
#[derive(Debug, Clone)]
pub struct TableFunctionNode {
    /// The rows.
    pub input: Node,
    /// The function's name.
    pub name: String,
    /// Its arguments, over the input's columns.
    pub arguments: Vec<BoundExpr>,
    /// The names of the columns that are asked for.
    pub columns: Vec<String>,
}

/// A recursion as SQLite does it: rows wait in a queue, each is given and then shown to the steps, whose rows join the queue.
#[derive(Debug, Clone)]
pub struct RecursionNode {
    /// Its number, by which the steps' queues name it.
    pub table: usize,
    /// The first rows of the queue.
    pub setup: Node,
    /// What makes further rows of rows. Each reads the queue through steps alone that treat row by row.
    pub steps: Vec<Node>,
    /// How texts compare where a row that was found before is not found again; None: it is.
    pub distinct: Option<Vec<Collation>>,
    /// Which row of the queue is next, as positions among the columns; empty: the one that waits longest.
    pub order_by: Vec<(usize, OrderBy)>,
    /// At most so many rows are given.
    pub limit: Option<RowCount>,
    /// So many rows are not given first.
    pub offset: RowCount,
}

/// A set operation on two inputs of as many columns, matched by position; the result's column ids are the step's own.
#[derive(Debug, Clone)]
pub struct SetNode {
    /// Which.
    pub operator: SetOperator,
    /// The left input.
    pub left: Node,
    /// The right input.
    pub right: Node,
    /// How texts of each column compare.
    pub collations: Vec<Collation>,
}

impl Node {
    /// A step that is not yet numbered.
    pub(super) fn new(kind: NodeKind, columns: Vec<ColumnId>, rows: f64) -> Self {
        Self { id: NodeId(0), kind, columns, rows }
    }

    /// The steps that this one reads.
    pub fn inputs(&self) -> Vec<&Self> {
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

    fn inputs_mut(&mut self) -> Vec<&mut Self> {
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
    pub fn visit(&self, see: &mut dyn FnMut(&Self)) {
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
