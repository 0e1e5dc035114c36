//! JSON that SQLite tells from text that looks like it: by a mark on the value (its subtype), which no column of a batch keeps.

use super::binder::{Binder, Bound, unsupported};
use super::{Aggregate, AggregateFunction, ArithmeticOperator, BoundExpr, ColumnId, Query, QueryBody, SubqueryId};

/// Functions that treat a marked argument otherwise than a text.
const READS_MARK: &[&str] = &[
    "json_array",
    "json_array_insert",
    "json_insert",
    "json_object",
    "json_quote",
    "json_replace",
    "json_set",
    "jsonb_array",
    "jsonb_array_insert",
    "jsonb_insert",
    "jsonb_object",
    "jsonb_replace",
    "jsonb_set",
    "subtype",
];

/// Whether a value bears the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Json {
    Never,
    /// It depends on the row, or on how SQLite plans the statement.
    Maybe,
    /// Wherever it is not NULL.
    Always,
}

impl Binder<'_> {
    /// The arguments of a function, those marked again that lost their mark on the way through a column.
    pub(super) fn as_json_read(&self, name: &str, arguments: Vec<BoundExpr>) -> Bound<Vec<BoundExpr>> {
        if !READS_MARK.contains(&name) {
            return Ok(arguments);
        }
        let mut is_open = false;
        let marked = |expr: BoundExpr, is_open: &mut bool| {
            expr.map(&mut |part| match part {
                BoundExpr::Column(_) | BoundExpr::Scalar(_) => match self.json_of(&part) {
                    Json::Never => part,
                    Json::Always => call("json", part),
                    Json::Maybe => {
                        *is_open = true;
                        part
                    }
                },
                other => other,
            })
        };
        let arguments = arguments.into_iter().map(|argument| marked(argument, &mut is_open)).collect();
        if is_open { unsupported(format!("{name}() of a value that may be JSON and not text")) } else { Ok(arguments) }
    }

    /// The arguments of an aggregate that makes JSON: a value that may be marked becomes JSON text first, which is known as such by
    /// the function that makes it.
    pub(super) fn as_json_collected(
        &self,
        function: AggregateFunction,
        mut arguments: Vec<BoundExpr>,
        distinct: bool,
    ) -> Bound<Vec<BoundExpr>> {
        let AggregateFunction::BySqlite(name) = function else { return Ok(arguments) };
        if !name.starts_with("json") {
            return Ok(arguments);
        }
        let Some(value) = arguments.pop() else { return Ok(arguments) };
        if self.json_of(&value) == Json::Never && !is_quoted(&value) {
            arguments.push(value);
            return Ok(arguments);
        }
        if distinct {
            return unsupported("DISTINCT values that may be JSON and not text");
        }
        arguments.extend(self.as_json_read("json_quote", vec![value])?.into_iter().map(|value| call("json_quote", value)));
        Ok(arguments)
    }

    /// What is known of an aggregate's value.
    pub(super) fn json_of_aggregate(&self, aggregate: &Aggregate) -> Json {
        match aggregate.function {
            AggregateFunction::BySqlite("json_group_array" | "json_group_object") => Json::Always,
            AggregateFunction::Minimum | AggregateFunction::Maximum => self.json_of_any(&aggregate.arguments),
            _ => Json::Never,
        }
    }

    /// Remembers what is known of a column that holds a computed value.
    pub(super) fn note_json(&mut self, column: ColumnId, json: Json) {
        if json != Json::Never {
            self.json.insert(column, json);
        }
    }

    /// Remembers that a column holds the value of an expression that stands further in: whether SQLite keeps the mark on the way
    /// depends on its plan.
    pub(super) fn note_computed(&mut self, column: ColumnId, expr: &BoundExpr) {
        if self.json_of(expr) != Json::Never {
            self.json.insert(column, Json::Maybe);
        }
    }

    /// Remembers what is known of a column of a table-valued function.
    pub(super) fn note_of_function(&mut self, function: &str, name: &str, column: ColumnId) {
        if matches!((function, name), ("json_each" | "json_tree", "value")) {
            self.json.insert(column, Json::Maybe);
        }
    }

    /// Lets a column be known as another one is.
    pub(super) fn note_same_json(&mut self, column: ColumnId, as_column: ColumnId) {
        if let Some(json) = self.json.get(&as_column).copied() {
            self.json.insert(column, json);
        }
    }

    fn json_of(&self, expr: &BoundExpr) -> Json {
        match expr {
            BoundExpr::Column(id) => self.json.get(id).copied().unwrap_or(Json::Never),
            BoundExpr::Scalar(id) => self.json_of_subquery(*id),
            BoundExpr::Arithmetic { operator: ArithmeticOperator::JsonArrow, .. } => Json::Always,
            BoundExpr::Function { name, arguments } => match name.as_str() {
                "json" | "json_array" | "json_object" | "json_quote" | "json_insert" | "json_replace" | "json_set"
                | "json_remove" | "json_patch" => Json::Always,
                "coalesce" | "ifnull" | "nullif" | "iif" | "if" | "min" | "max" => self.json_of_any(arguments),
                name if name.starts_with("json_") => Json::Maybe,
                _ => Json::Never,
            },
            BoundExpr::Case { branches, otherwise } => {
                let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                self.json_of_any(results)
            }
            BoundExpr::Collate { operand, .. } | BoundExpr::Plus(operand) => self.json_of(operand),
            BoundExpr::Merged(items) => self.json_of_any(items),
            _ => Json::Never,
        }
    }

    fn json_of_any<'e>(&self, exprs: impl IntoIterator<Item = &'e BoundExpr>) -> Json {
        if exprs.into_iter().all(|expr| self.json_of(expr) == Json::Never) { Json::Never } else { Json::Maybe }
    }

    /// A subquery hands its value on with the mark unless it goes through a sorter or a table; an aggregate of all rows does not.
    fn json_of_subquery(&self, id: SubqueryId) -> Json {
        let Query { body, order_by, limit, output, .. } = &self.subqueries[id.0 as usize].query;
        let Some(known) = self.json.get(&output[0]) else { return Json::Never };
        match body {
            QueryBody::Select(select)
                if order_by.is_empty() && limit.is_none() && !select.distinct && select.grouped && select.group_by.is_empty() =>
            {
                match &select.projection[0].1 {
                    BoundExpr::Column(column) => self.json.get(column).copied().unwrap_or(*known),
                    expr => self.json_of(expr),
                }
            }
            _ => Json::Maybe,
        }
    }
}

fn is_quoted(expr: &BoundExpr) -> bool {
    matches!(expr, BoundExpr::Function { name, .. } if name == "json_quote")
}

fn call(name: &str, argument: BoundExpr) -> BoundExpr {
    BoundExpr::Function { name: name.to_owned(), arguments: vec![argument] }
}
