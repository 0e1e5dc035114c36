//! Which relations are joined first: always the two whose join gives the fewest rows, the smaller side hashed.

use std::collections::BTreeSet;

use super::cluster::Cluster;
use super::condition::{all_of, columns_of, has_subquery};
use super::equal_columns::EqualColumns;
use super::tree::Tree;
use super::wanted::Wanted;
use super::{HashJoin, JoinKey, JoinMode, NestedLoopJoin, Node, NodeKind, Planner, SetNode, Side, Unsupported};
use crate::bind::{BoundExpr, ColumnId, CompareOperator, FromSource};
use crate::expression::may_fail;
use crate::statement::SetOperator;
use crate::value::{Collation, ComparisonAffinity, Value};

/// How many times too many the keys may seem before they are not waited for: how many there are shows when they are read, and a
/// search by an index may save a whole scan.
const LOOKUP_RATIO: f64 = 100.0;

impl Planner<'_> {
    /// Plans a tree, giving the columns that are wanted.
    pub(super) fn tree(&mut self, tree: Tree, wanted: &Wanted) -> Result<Node, Unsupported> {
        match tree {
            Tree::Leaf { source: FromSource::Table(table), conditions, .. } => {
                let cluster = self.table_cluster(table, conditions);
                self.pool_step(cluster, &wanted.columns)
            }
            Tree::Leaf { source: FromSource::Query(query), conditions, .. } => {
                self.query(&query, Some(&wanted.columns), conditions)
            }
            Tree::Leaf { source: FromSource::Common { index, columns }, conditions, .. } => {
                if self.uses[index] == 1 {
                    let query = self.bound.common[index].query.clone();
                    return self.query(&query, Some(&wanted.columns), conditions);
                }
                let node = self.shared_step(index, columns)?;
                self.filtered(node, conditions)
            }
            Tree::Leaf { source: FromSource::Recursion { table, columns }, conditions, .. } => {
                self.filtered(Node::new(NodeKind::Queue(table), columns, super::recursion::QUEUED), conditions)
            }
            Tree::Leaf { source: FromSource::Values { columns, rows }, conditions, .. } => {
                let count = rows.len() as f64;
                self.filtered(Node::new(NodeKind::Values(rows), columns, count), conditions)
            }
            Tree::Leaf { source: FromSource::Function(function), conditions, .. } => {
                let wanted = self.wanted_with(wanted, &conditions);
                let node = self.constant_function(&function, &wanted.columns)?;
                self.filtered(node, conditions)
            }
            Tree::Lateral { input, function, outer, conditions } => {
                let mut wanted = self.wanted_with(wanted, &conditions);
                wanted.columns.extend(self.function_needs(&function));
                let input = self.tree(*input, &wanted)?;
                if !outer {
                    let node = self.called_for(input, &function, &wanted.columns)?;
                    return self.filtered_by_subqueries(node, conditions);
                }
                // Each row is given once more with its own number, which tells whether the function gave it a partner.
                let (rows, number) = self.shared_with_number(input, None);
                let pairs = self.called_for(rows.clone(), &function, &wanted.columns)?;
                let own = pairs.columns[rows.columns.len()..].to_vec();
                let pairs = self.filtered_by_subqueries(pairs, conditions)?;
                Ok(self.with_partners(rows, number, pairs, &own))
            }
            Tree::Leaf { source: FromSource::Joined(items), conditions, .. } => {
                // `Tree::of_from` makes a tree of them, so none is left; made here all the same.
                let columns = |source: &FromSource| self.source_columns(source);
                let needs = |condition: &BoundExpr| self.needed_by(condition);
                let tree = Tree::of_from(&items, &columns, &needs).ok_or("brackets without relations")?;
                let tree = tree.with_conditions(conditions, &needs);
                self.tree(tree, wanted)
            }
            Tree::Inner { members, conditions } => self.inner(members, conditions, wanted),
            Tree::Outer { full, left, right, on } => {
                let wanted = self.wanted_with(wanted, &on);
                let left = self.tree(*left, &wanted)?;
                let right = self.tree(*right, &wanted)?;
                let mode = if full { JoinMode::Full } else { JoinMode::Left };
                self.join(mode, left, right, on)
            }
            Tree::Semi { input, semi } => {
                let mut wanted = wanted.clone();
                wanted.columns.extend(semi.columns());
                let left = self.tree(*input, &wanted)?;
                self.semi_step(left, *semi)
            }
            Tree::Asked { input, conditions } => {
                let wanted = self.wanted_with(wanted, &conditions);
                let node = self.tree(*input, &wanted)?;
                self.filtered_by_subqueries(node, conditions)
            }
        }
    }

    fn inner(&mut self, members: Vec<Tree>, conditions: Vec<BoundExpr>, wanted: &Wanted) -> Result<Node, Unsupported> {
        let (members, mut conditions) = self.with_implied(members, conditions);
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut others = Vec::new();
        for member in members {
            match member {
                Tree::Leaf { source: FromSource::Table(table), conditions, .. } => {
                    clusters.push(self.table_cluster(table, conditions));
                }
                other => others.push(other),
            }
        }
        self.merge_clusters(&mut clusters, &mut conditions);
        let equal = EqualColumns::of(clusters.iter().flat_map(|cluster| cluster.pushed.iter().chain(&cluster.kept)));
        let conditions = equal.without_repeated(conditions, &|column| usize::from(!wanted.columns.contains(&column)));
        let inner = self.wanted_with(wanted, &conditions);
        let mut nodes = Vec::new();
        for cluster in clusters {
            nodes.push(self.pool_step(cluster, &inner.columns)?);
        }
        for other in others {
            nodes.push(self.tree(other, &inner)?);
        }
        self.join_all(nodes, conditions, equal, wanted)
    }

    /// Members and conditions with the equalities that follow from these: what two relations are both compared with may join
    /// them with each other, so that a condition on one leaves out rows of the other early.
    fn with_implied(&self, members: Vec<Tree>, conditions: Vec<BoundExpr>) -> (Vec<Tree>, Vec<BoundExpr>) {
        let implied = EqualColumns::implied(&conditions);
        let needs = |condition: &BoundExpr| self.needed_by(condition);
        match (Tree::Inner { members, conditions }).with_conditions(implied, &needs) {
            Tree::Inner { members, conditions } => (members, conditions),
            other => (vec![other], Vec::new()),
        }
    }

    fn join_all(
        &mut self,
        mut nodes: Vec<Node>,
        mut conditions: Vec<BoundExpr>,
        mut equal: EqualColumns,
        wanted: &Wanted,
    ) -> Result<Node, Unsupported> {
        while nodes.len() > 1 {
            let (first, second) = self.next_pair(&nodes, &conditions);
            let right = nodes.remove(second);
            let left = nodes.remove(first);
            let columns: BTreeSet<ColumnId> = left.columns.iter().chain(&right.columns).copied().collect();
            let (mut decided, open): (Vec<_>, Vec<_>) = conditions.into_iter().partition(|condition| {
                !has_subquery(condition) && !columns_of(condition).is_empty() && columns_of(condition).is_subset(&columns)
            });
            let keys = Self::join_keys(&left, &right, &decided);
            decided.retain(|condition| equal.learns(condition));
            let sides = [(&right, Side::Right), (&left, Side::Left)];
            let vanishing = sides.into_iter().find(|(node, side)| self.has_one_row_per_key(node, &keys, *side));
            conditions = equal.without_repeated(open, &|column| match vanishing {
                _ if wanted.columns.contains(&column) => 0,
                // A side of which nothing is needed any more has only to be there.
                Some((node, _)) if node.columns.contains(&column) => 3,
                _ => 1,
            });
            let wanted = self.wanted_with(wanted, &conditions);
            nodes.push(self.join_wanted(left, right, decided, &wanted)?);
        }
        let node = nodes.pop().ok_or("a FROM without relations")?;
        self.filtered(node, conditions)
    }

    /// An inner join, or a semi join where one side has only to be there: no column of it is used above, and how often a row
    /// of the other side comes does not matter, or is once at most.
    fn join_wanted(&mut self, left: Node, right: Node, conditions: Vec<BoundExpr>, wanted: &Wanted) -> Result<Node, Unsupported> {
        if conditions.iter().any(may_fail) {
            return self.join(JoinMode::Inner, left, right, conditions);
        }
        let keys = Self::join_keys(&left, &right, &conditions);
        let has_only_to_be_there = |node: &Node, side: Side| {
            let is_used = may_be_endless(node) || node.columns.iter().any(|column| wanted.columns.contains(column));
            !is_used && (wanted.as_set || self.has_one_row_per_key(node, &keys, side))
        };
        if has_only_to_be_there(&right, Side::Right) {
            self.join(JoinMode::Semi, left, right, conditions)
        } else if has_only_to_be_there(&left, Side::Left) {
            self.join(JoinMode::Semi, right, left, conditions)
        } else {
            self.join(JoinMode::Inner, left, right, conditions)
        }
    }

    /// The connected pair with the smallest estimated join; pairs without an equality only when nothing else is left.
    fn next_pair(&self, nodes: &[Node], conditions: &[BoundExpr]) -> (usize, usize) {
        let mut best = (f64::INFINITY, (0, 1));
        for first in 0..nodes.len() {
            for second in first + 1..nodes.len() {
                let keys = Self::join_keys(&nodes[first], &nodes[second], conditions);
                // A pair without a key is joined last: its size counts as if it were squared.
                let rows = if keys.is_empty() {
                    1e15 + self.paired_rows(&nodes[first], &nodes[second], conditions)
                } else {
                    self.joined_rows(&nodes[first], &nodes[second], &keys)
                };
                // Of pairs without a key and of one size the one joined last: it may turn out to be empty.
                if rows < best.0 || (keys.is_empty() && rows <= best.0) {
                    best = (rows, (first, second));
                }
            }
        }
        best.1
    }

    /// About how many pairs of a join without a key satisfy what its columns decide.
    fn paired_rows(&self, left: &Node, right: &Node, conditions: &[BoundExpr]) -> f64 {
        let is_about =
            |condition: &BoundExpr, node: &Node| columns_of(condition).iter().any(|column| node.columns.contains(column));
        let all: BTreeSet<ColumnId> = left.columns.iter().chain(&right.columns).copied().collect();
        let decided = conditions
            .iter()
            .filter(|condition| is_about(condition, left) && is_about(condition, right) && columns_of(condition).is_subset(&all));
        decided.fold(left.rows * right.rows, |rows, condition| rows * self.selectivity(condition))
    }

    fn joined_rows(&self, left: &Node, right: &Node, keys: &[JoinKey]) -> f64 {
        let distinct = keys.iter().map(|key| match (&key.left, &key.right) {
            (BoundExpr::Column(left_key), BoundExpr::Column(right_key)) => self.joined_values(*left_key, *right_key),
            _ => None,
        });
        let distinct = distinct.map(|distinct| distinct.unwrap_or_else(|| left.rows.max(right.rows).sqrt()));
        let told_apart = [Side::Left, Side::Right].into_iter().filter_map(|side| self.rows_told_apart(keys, side));
        let distinct = distinct.chain(told_apart).fold(1.0, f64::max);
        (left.rows * right.rows / distinct).max(1.0)
    }

    /// The equalities that pair rows of `left` with rows of `right`.
    fn join_keys(left: &Node, right: &Node, conditions: &[BoundExpr]) -> Vec<JoinKey> {
        conditions.iter().filter_map(|condition| join_key(left, right, condition)).collect()
    }

    /// Joins two steps by `conditions`, all of which are about their columns.
    pub(super) fn join(
        &mut self,
        mode: JoinMode,
        left: Node,
        right: Node,
        conditions: Vec<BoundExpr>,
    ) -> Result<Node, Unsupported> {
        let (correlated, conditions): (Vec<_>, Vec<_>) =
            conditions.into_iter().partition(|condition| self.is_correlated(condition));
        if !correlated.is_empty() {
            return self.join_by_subqueries(mode, left, right, conditions, correlated);
        }
        for condition in &conditions {
            self.subqueries_of(condition)?;
        }
        let (mut keys, mut rest) = (Vec::new(), Vec::new());
        for condition in conditions {
            match join_key(&left, &right, &condition) {
                Some(key) => keys.push(key),
                None => rest.push(condition),
            }
        }
        Ok(self.keyed_join(mode, left, right, keys, all_of(rest)))
    }

    /// Joins two steps by conditions of which some are correlated subqueries: these are asked about the pairs that the others leave.
    fn join_by_subqueries(
        &mut self,
        mode: JoinMode,
        left: Node,
        right: Node,
        conditions: Vec<BoundExpr>,
        correlated: Vec<BoundExpr>,
    ) -> Result<Node, Unsupported> {
        if mode == JoinMode::Inner {
            let pairs = self.join(mode, left, right, conditions)?;
            return self.filtered_by_subqueries(pairs, correlated);
        }
        // Each left row is given once more with its own number, which tells whether it has found a partner.
        let (rows, number) = self.shared_with_number(left, None);
        if mode == JoinMode::Full {
            return self.full_join_by_subqueries((rows, number), right, conditions, correlated);
        }
        let pairs = self.join(JoinMode::Inner, rows.clone(), right.clone(), conditions)?;
        let pairs = self.filtered_by_subqueries(pairs, correlated)?;
        Ok(self.with_partners(rows, number, pairs, &right.columns))
    }

    /// All left rows with their partners, and the right rows that are nobody's partner; both sides' rows have numbers.
    fn full_join_by_subqueries(
        &mut self,
        (left, left_number): (Node, ColumnId),
        right: Node,
        conditions: Vec<BoundExpr>,
        correlated: Vec<BoundExpr>,
    ) -> Result<Node, Unsupported> {
        let own = right.columns.clone();
        let (right, right_number) = self.shared_with_number(right, None);
        let pairs = self.join(JoinMode::Inner, left.clone(), right.clone(), conditions)?;
        let pairs = self.filtered_by_subqueries(pairs, correlated)?;
        // Both parts read the pairs.
        self.shared_nodes.push(pairs.clone());
        let pairs = Node::new(NodeKind::Shared(self.shared_nodes.len() - 1), pairs.columns, pairs.rows);
        let matched = self.with_partners(left, left_number, pairs.clone(), &own);
        let columns = matched.columns.clone();

        let partner = self.copied_column(right_number);
        let numbers = Node::new(
            NodeKind::Project { input: Box::new(pairs.clone()), expressions: vec![BoundExpr::Column(right_number)] },
            vec![partner],
            pairs.rows,
        );
        let key = JoinKey {
            left: BoundExpr::Column(right_number),
            right: BoundExpr::Column(partner),
            affinity: ComparisonAffinity::None,
            collation: Collation::Binary,
            null_safe: false,
        };
        let alone = self.keyed_join(JoinMode::Anti, right, numbers, vec![key], None);
        let cell = |column: &ColumnId| {
            if own.contains(column) { BoundExpr::Column(*column) } else { BoundExpr::Literal(Value::Null) }
        };
        let (expressions, rows) = (columns.iter().map(cell).collect(), alone.rows);
        let alone = Node::new(NodeKind::Project { input: Box::new(alone), expressions }, columns.clone(), rows);
        let rows = matched.rows + alone.rows;
        let set = SetNode { operator: SetOperator::UnionAll, left: matched, right: alone, collations: Vec::new() };
        Ok(Node::new(NodeKind::Set(Box::new(set)), columns, rows))
    }

    /// Each of the numbered rows with the `own` columns of the pairs that it is part of, or with NULLs.
    fn with_partners(&mut self, rows: Node, number: ColumnId, pairs: Node, own: &[ColumnId]) -> Node {
        let partner = self.copied_column(number);
        let mut columns = vec![partner];
        columns.extend(own);
        let mut expressions = vec![BoundExpr::Column(number)];
        expressions.extend(own.iter().map(|column| BoundExpr::Column(*column)));
        let estimate = pairs.rows;
        let partners = Node::new(NodeKind::Project { input: Box::new(pairs), expressions }, columns, estimate);
        self.joined_by_number(rows, number, partners)
    }

    /// The step that joins by `keys`, or by trying all pairs where there are none.
    pub(super) fn keyed_join(
        &self,
        mode: JoinMode,
        left: Node,
        right: Node,
        keys: Vec<JoinKey>,
        residual: Option<BoundExpr>,
    ) -> Node {
        let rows = self.mode_rows(mode, &left, &right, &keys);
        // A side that may have no end is never read to it.
        let left_is_held = match (may_be_endless(&left), may_be_endless(&right)) {
            (false, true) => true,
            (true, false) => false,
            _ => left.rows < right.rows,
        };
        if keys.is_empty() {
            // A nested loop holds its right side; the pairs of the two are the same either way round.
            let (left, right) = if mode == JoinMode::Inner && left_is_held { (right, left) } else { (left, right) };
            let columns = mode.columns(&left, &right);
            return Node::new(
                NodeKind::NestedLoop(Box::new(NestedLoopJoin { mode, left, right, predicate: residual })),
                columns,
                rows,
            );
        }
        let columns = mode.columns(&left, &right);
        let build = if left_is_held { Side::Left } else { Side::Right };
        let mut join = HashJoin { mode, left, right, keys, residual, build };
        if mode.gives_left_alone() {
            self.read_once(&mut join.right);
        }
        self.offer_join_lookup(&mut join);
        Node::new(NodeKind::HashJoin(Box::new(join)), columns, rows)
    }

    fn mode_rows(&self, mode: JoinMode, left: &Node, right: &Node, keys: &[JoinKey]) -> f64 {
        let pairs = if keys.is_empty() { left.rows * right.rows } else { self.joined_rows(left, right, keys) };
        match mode {
            JoinMode::Inner => pairs,
            JoinMode::Left => pairs.max(left.rows),
            JoinMode::Full => pairs.max(left.rows).max(right.rows),
            JoinMode::Semi => pairs.min(left.rows),
            JoinMode::Anti | JoinMode::AntiNullAware => (left.rows * 0.5).max(1.0),
        }
    }

    /// Lets the scan that a key comes from be asked for the held side's keys alone, where an index there serves and rows of it
    /// that match nothing are not asked for.
    fn offer_join_lookup(&self, join: &mut HashJoin) {
        if join.droppable_side().is_none() {
            return;
        }
        let build_rows = if join.build == Side::Left { join.left.rows } else { join.right.rows };
        for key in join.keys.clone() {
            let BoundExpr::Column(column) = key.probe(join.build) else { continue };
            let Some((query, column)) = scan_of(join.probe_mut(), *column) else { continue };
            if query.lookup.as_ref().is_some_and(|lookup| lookup.expected_keys <= build_rows) {
                continue;
            }
            let offered = self.lookup(query, column, key.affinity, key.collation, build_rows);
            let is_worth = |lookup: &super::Lookup| build_rows < lookup.most_keys as f64 * LOOKUP_RATIO;
            if let Some(lookup) = offered.filter(is_worth) {
                query.lookup = Some(lookup);
            }
        }
    }
}

/// The pool query that a column of a step comes from, if rows of it may be left out by the column, and the column there.
fn scan_of(node: &mut Node, column: ColumnId) -> Option<(&mut super::PoolQuery, ColumnId)> {
    if matches!(node.kind, NodeKind::PoolQuery(_)) {
        let NodeKind::PoolQuery(query) = &mut node.kind else { return None };
        return Some((query, column));
    }
    let (input, column) = node.column_input(column)?;
    scan_of(node.inputs_mut().swap_remove(input), column)
}

/// `condition` as a key, if it is an equality with one side about `left` alone and the other about `right` alone.
pub(super) fn join_key(left: &Node, right: &Node, condition: &BoundExpr) -> Option<JoinKey> {
    let BoundExpr::Compare(comparison) = condition else { return None };
    let null_safe = match comparison.operator {
        CompareOperator::Equal => false,
        CompareOperator::Is => true,
        _ => return None,
    };
    if has_subquery(condition) {
        return None;
    }
    let about = |expr: &BoundExpr, node: &Node| {
        let columns = columns_of(expr);
        !columns.is_empty() && columns.iter().all(|column| node.columns.contains(column))
    };
    let key = |left: &BoundExpr, right: &BoundExpr| JoinKey {
        left: left.clone(),
        right: right.clone(),
        affinity: comparison.affinity,
        collation: comparison.collation,
        null_safe,
    };
    if about(&comparison.left, left) && about(&comparison.right, right) {
        Some(key(&comparison.left, &comparison.right))
    } else if about(&comparison.right, left) && about(&comparison.left, right) {
        Some(key(&comparison.right, &comparison.left))
    } else {
        None
    }
}

/// Whether a step's rows come from a recursion that nothing but its reader may stop.
fn may_be_endless(node: &Node) -> bool {
    let mut found = false;
    node.visit(&mut |node| found |= matches!(&node.kind, NodeKind::Recursion(recursion) if recursion.limit.is_none()));
    found
}
