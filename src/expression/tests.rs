//! Tests of evaluation against SQLite: random expressions over random cells, compared bit for bit.

use std::sync::Arc;

use rusqlite::Connection;

use super::{Evaluator, SubqueryValues, fold_constants, is_deterministic, render_expr};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::bind::{ArithmeticOperator, BoundExpr, ColumnArena, ColumnId, ColumnInfo, CompareOperator, Comparison, SubqueryId};
use crate::error::Result;
use crate::ffi::rows::Cell;
use crate::statement::PatternOperator;
use crate::value::{Affinity, Collation, Value, oracle};

/// xorshift64*: the same sequence for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end as u64).unwrap()
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    pub(crate) fn integer(&mut self) -> i64 {
        let small = i64::try_from(self.below(7)).unwrap() - 3;
        let p53 = 1_i64 << 53;
        self.pick(&[
            small,
            small,
            small,
            small * 1000,
            i64::MAX,
            i64::MIN,
            i64::MIN + 1,
            p53,
            p53 + 1,
            -p53 - 1,
            1 << 51,
            1 << 40,
        ])
    }

    pub(crate) fn real(&mut self) -> f64 {
        let small = self.below(9) as f64 / 2.0 - 2.0;
        self.pick(&[
            small,
            small,
            small,
            0.1,
            -0.0,
            1e300,
            -1e300,
            f64::INFINITY,
            f64::NEG_INFINITY,
            9_007_199_254_740_992.0,
            9_223_372_036_854_775_808.0,
            -9_223_372_036_854_775_808.0,
            1.0 / 3.0,
            5e-324,
            123_456.789,
        ])
    }

    pub(crate) fn text(&mut self) -> &'static [u8] {
        self.pick::<&'static [u8]>(&[
            b"",
            b"a",
            b"A",
            b"abc",
            b"ABC ",
            b"abc  ",
            b"a\0b",
            b"A\0c",
            b"\xff\xfe",
            b"\xc3\xa4b",
            b"\xc3\x84B",
            b"1",
            b"-2",
            b"1.0",
            b"2.5",
            b" 3 ",
            b"1e2",
            b"12abc",
            b"0x10",
            b"9223372036854775808",
            b"9007199254740993",
            b"-0.0",
            b"-0",
            b"+1",
            b".5",
            b"5.",
            b"1.10",
            b"Inf",
            b"\xe2\x82x",
            b"a_c",
            b"a%c",
            b"123456789012345678",
            b"0.1",
            b"000",
            b"1 ",
            b"a\xccc",
        ])
    }

    pub(crate) fn value(&mut self) -> Value {
        match self.below(9) {
            0 | 1 => Value::Null,
            2 | 3 => Value::Integer(self.integer()),
            4 | 5 => Value::Real(self.real()),
            6 | 7 => Value::Text(self.text().into()),
            _ => Value::Blob(self.text().into()),
        }
    }
}

struct Subqueries;

impl SubqueryValues for Subqueries {
    fn scalar(&self, subquery: SubqueryId) -> Result<Value> {
        Ok(Random::new(u64::from(subquery.0) + 7).value())
    }

    fn values(&self, subquery: SubqueryId) -> Result<Arc<Vec<Value>>> {
        let mut random = Random::new(u64::from(subquery.0) + 99);
        Ok(Arc::new((0..subquery.0).map(|_| random.value()).collect()))
    }

    fn exists(&self, subquery: SubqueryId) -> Result<bool> {
        Ok(subquery.0.is_multiple_of(2))
    }
}

const ROWS: usize = 24;

/// The columns: every affinity, every collation, and one that is an expression.
fn arena() -> ColumnArena {
    let mut arena = ColumnArena::default();
    let columns = [
        (Affinity::Integer, Collation::Binary),
        (Affinity::Real, Collation::Binary),
        (Affinity::Text, Collation::Binary),
        (Affinity::Text, Collation::NoCase),
        (Affinity::Text, Collation::RightTrim),
        (Affinity::Numeric, Collation::NoCase),
        (Affinity::Blob, Collation::Binary),
        (Affinity::None, Collation::Binary),
    ];
    for (index, (affinity, collation)) in columns.into_iter().enumerate() {
        let name = format!("c{index}");
        arena.add(ColumnInfo { name, affinity, collation, collates: true, table: None, not_null: false });
    }
    arena
}

const COLUMNS: u32 = 8;

/// A table with random cells, and the same cells as columns; `typed` keeps to the class of each column's affinity.
fn table(random: &mut Random, typed: bool) -> (Connection, Vec<Vec<Value>>) {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t(c0 INTEGER, c1 REAL, c2 TEXT, c3 TEXT COLLATE NOCASE, c4 TEXT COLLATE RTRIM, c5 NUMERIC COLLATE NOCASE, c6, c7)",
        )
        .unwrap();
    for _ in 0..ROWS {
        let cells: Vec<Value> = (0..COLUMNS)
            .map(|column| match column {
                _ if !typed => random.value(),
                _ if random.below(5) == 0 => Value::Null,
                0 | 7 => Value::Integer(random.integer()),
                1 | 5 => Value::Real(random.real()),
                6 => Value::Blob(random.text().into()),
                _ => Value::Text(random.text().into()),
            })
            .collect();
        let mut insert = connection.prepare_cached("INSERT INTO t VALUES(?,?,?,?,?,?,?,?)").unwrap();
        insert.execute(rusqlite::params_from_iter(cells.iter().map(|cell| Cell(cell.as_ref())))).unwrap();
    }
    let columns = (0..COLUMNS).map(|index| query(&connection, &format!("SELECT c{index} FROM t ORDER BY rowid"), &[]).unwrap());
    let columns = columns.collect();
    (connection, columns)
}

fn query(connection: &Connection, sql: &str, parameters: &[Value]) -> rusqlite::Result<Vec<Value>> {
    let mut statement = connection.prepare(sql)?;
    for (index, value) in parameters.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Cell(value.as_ref()))?;
    }
    let mut rows = statement.raw_query();
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(oracle::from_sqlite(row.get_ref(0)?).to_owned());
    }
    Ok(values)
}

fn affinity(expr: &BoundExpr, arena: &ColumnArena) -> Affinity {
    expr.affinity(arena, &|_| ColumnId(0))
}

/// The collation that an operand brings, and whether it was written.
fn collation(expr: &BoundExpr, arena: &ColumnArena) -> (Option<Collation>, bool) {
    match expr {
        BoundExpr::Column(id) => (Some(arena.get(*id).collation), false),
        BoundExpr::Collate { collation, .. } => (Some(*collation), true),
        BoundExpr::Plus(operand) | BoundExpr::Cast { operand, .. } => collation(operand, arena),
        _ => (None, false),
    }
}

fn common_collation(left: &BoundExpr, right: &BoundExpr, arena: &ColumnArena) -> Collation {
    let (left, right) = (collation(left, arena), collation(right, arena));
    if right.1 && !left.1 { right.0 } else { left.0.or(right.0) }.unwrap_or_default()
}

struct Generator<'a> {
    random: Random,
    arena: &'a ColumnArena,
}

impl Generator<'_> {
    fn boxed(&mut self, depth: usize) -> Box<BoundExpr> {
        Box::new(self.expr(depth))
    }

    fn leaf(&mut self) -> BoundExpr {
        if self.random.below(3) == 0 {
            BoundExpr::Literal(self.random.value())
        } else {
            BoundExpr::Column(ColumnId(u32::try_from(self.random.below(COLUMNS as usize)).unwrap()))
        }
    }

    /// An operand of a comparison, where affinity and collation count.
    fn operand(&mut self, depth: usize) -> BoundExpr {
        match self.random.below(8) {
            0 => {
                let collation = self.random.pick(&[Collation::Binary, Collation::NoCase, Collation::RightTrim]);
                BoundExpr::Collate { operand: Box::new(self.leaf()), collation }
            }
            1 => BoundExpr::Plus(Box::new(self.leaf())),
            2 => self.cast(depth),
            3 => self.expr(depth),
            _ => self.leaf(),
        }
    }

    fn cast(&mut self, depth: usize) -> BoundExpr {
        let (type_name, affinity) = self.random.pick(&[
            ("INTEGER", Affinity::Integer),
            ("REAL", Affinity::Real),
            ("TEXT", Affinity::Text),
            ("NUMERIC", Affinity::Numeric),
            ("BLOB", Affinity::Blob),
        ]);
        BoundExpr::Cast { operand: self.boxed(depth), type_name: type_name.to_owned(), affinity }
    }

    fn compare(&mut self, depth: usize) -> BoundExpr {
        let (left, right) = (self.operand(depth), self.operand(depth));
        let operator = self.random.pick(&[
            CompareOperator::Equal,
            CompareOperator::NotEqual,
            CompareOperator::Less,
            CompareOperator::LessOrEqual,
            CompareOperator::Greater,
            CompareOperator::GreaterOrEqual,
            CompareOperator::Is,
            CompareOperator::IsNot,
        ]);
        let both = affinity(&left, self.arena).comparison_with(affinity(&right, self.arena));
        let collation = common_collation(&left, &right, self.arena);
        BoundExpr::Compare(Box::new(Comparison { left, operator, right, affinity: both, collation }))
    }

    fn in_list(&mut self, depth: usize) -> BoundExpr {
        let operand = self.operand(depth);
        let constants = self.random.below(3) > 0;
        let items = self.random.below(5);
        let list =
            (0..items).map(|_| if constants { BoundExpr::Literal(self.random.value()) } else { self.expr(depth) }).collect();
        let both = affinity(&operand, self.arena).comparison_with(Affinity::None);
        let collation = collation(&operand, self.arena).0.unwrap_or_default();
        BoundExpr::InList { operand: Box::new(operand), list, negated: self.random.below(2) == 0, affinity: both, collation }
    }

    fn pattern(&mut self, depth: usize) -> BoundExpr {
        let text = self.random.pick::<&[u8]>(&[
            b"a%",
            b"%b%",
            b"%B",
            b"a%c",
            b"abc",
            b"%",
            b"",
            b"_b%",
            b"1%",
            b"%\xc3\xa4%",
            b"a\0%",
            b"%a%b%",
        ]);
        let pattern = if self.random.below(4) == 0 { self.expr(depth) } else { BoundExpr::Literal(Value::Text(text.into())) };
        let escape = (self.random.below(5) == 0).then(|| Box::new(BoundExpr::Literal(Value::text("b"))));
        let glob = escape.is_none() && self.random.below(4) == 0;
        let operator = if glob { PatternOperator::Glob } else { PatternOperator::Like };
        let negated = self.random.below(2) == 0;
        BoundExpr::Pattern { operator, operand: self.boxed(depth), pattern: Box::new(pattern), escape, negated }
    }

    fn function(&mut self, depth: usize) -> BoundExpr {
        let small = |random: &mut Random| BoundExpr::Literal(Value::Integer(i64::try_from(random.below(7)).unwrap() - 2));
        let (name, arguments) = match self.random.below(11) {
            0 => ("length", vec![self.expr(depth)]),
            1 => ("upper", vec![self.expr(depth)]),
            2 => ("lower", vec![self.expr(depth)]),
            3 => ("abs", vec![self.expr(depth)]),
            4 => ("substr", vec![self.expr(depth), small(&mut self.random)]),
            5 => ("substr", vec![self.expr(depth), small(&mut self.random), small(&mut self.random)]),
            6 => ("coalesce", vec![self.expr(depth), self.expr(depth), self.expr(depth)]),
            7 => ("ifnull", vec![self.expr(depth), self.expr(depth)]),
            8 => ("round", vec![self.expr(depth), small(&mut self.random)]),
            9 => ("typeof", vec![self.expr(depth)]),
            _ => ("hex", vec![self.expr(depth)]),
        };
        BoundExpr::Function { name: name.to_owned(), arguments }
    }

    fn arithmetic(&mut self, depth: usize) -> BoundExpr {
        let operator = self.random.pick(&[
            ArithmeticOperator::Add,
            ArithmeticOperator::Subtract,
            ArithmeticOperator::Multiply,
            ArithmeticOperator::Divide,
            ArithmeticOperator::Remainder,
            ArithmeticOperator::BitAnd,
            ArithmeticOperator::BitOr,
            ArithmeticOperator::ShiftLeft,
            ArithmeticOperator::ShiftRight,
            ArithmeticOperator::Concat,
        ]);
        BoundExpr::Arithmetic { operator, left: self.boxed(depth), right: self.boxed(depth) }
    }

    fn expr(&mut self, depth: usize) -> BoundExpr {
        if depth == 0 {
            return self.leaf();
        }
        let below = depth - 1;
        match self.random.below(16) {
            0..=3 => self.compare(below),
            4 => BoundExpr::And(vec![self.expr(below), self.expr(below), self.expr(below)]),
            5 => BoundExpr::Or(vec![self.expr(below), self.expr(below)]),
            6 => BoundExpr::Not(self.boxed(below)),
            7 => BoundExpr::IsNull { operand: self.boxed(below), negated: self.random.below(2) == 0 },
            8 => {
                let (truth, negated) = (self.random.below(2) == 0, self.random.below(2) == 0);
                BoundExpr::IsTruth { operand: self.boxed(below), truth, negated }
            }
            9 | 10 => self.arithmetic(below),
            11 => self.in_list(below),
            12 => self.pattern(below),
            13 => {
                let branches = (0..=self.random.below(2)).map(|_| (self.expr(below), self.expr(below))).collect();
                let otherwise = (self.random.below(2) == 0).then(|| self.boxed(below));
                BoundExpr::Case { branches, otherwise }
            }
            14 => match self.random.below(3) {
                0 => BoundExpr::Negate(self.boxed(below)),
                1 => BoundExpr::BitNot(self.boxed(below)),
                _ => self.cast(below),
            },
            _ => self.function(below),
        }
    }
}

fn bits(value: &Value) -> String {
    match value {
        Value::Real(real) => format!("Real({real:?} {:016x})", real.to_bits()),
        other => format!("{other:?}"),
    }
}

fn rendered(expr: &BoundExpr, arena: &ColumnArena) -> (String, Vec<Value>) {
    let name = |id: ColumnId| match arena.get(id).affinity {
        Affinity::None => format!("(+c{})", id.0),
        _ => format!("c{}", id.0),
    };
    let mut parameters = Vec::new();
    let sql = render_expr(expr, &name, &mut |expr| {
        let BoundExpr::Literal(value) = expr else { panic!("only literals are parameters here") };
        parameters.push(value.clone());
        format!("?{}", parameters.len())
    });
    (sql, parameters)
}

fn column(values: &[Value], mixed: bool) -> Column {
    if mixed {
        return Column::Mixed(values.into());
    }
    let mut builder = ColumnBuilder::with_capacity(values.len());
    values.iter().for_each(|value| builder.push(value.as_ref()));
    builder.finish()
}

/// One random expression over one table, natively typed and mixed, folded and not, against SQLite.
fn check(seed: u64, expr: &BoundExpr, arena: &Arc<ColumnArena>, connection: &Connection, cells: &[Vec<Value>]) {
    let input: Vec<ColumnId> = (0..COLUMNS).map(ColumnId).collect();
    let subqueries: Arc<dyn SubqueryValues> = Arc::new(Subqueries);
    let (sql, parameters) = rendered(expr, arena);
    let expected = query(connection, &format!("SELECT {sql} FROM t ORDER BY rowid"), &parameters);
    for (mixed, folded) in [(false, false), (true, false), (false, true)] {
        let expr = if folded { fold_constants(expr.clone()) } else { expr.clone() };
        let batch = Batch::new(ROWS, cells.iter().map(|cells| column(cells, mixed)).collect());
        let mut evaluator = Evaluator::new(&expr, &input, arena, &subqueries).unwrap();
        let actual = evaluator.evaluate(&batch);
        let (Ok(expected), Ok(actual)) = (&expected, &actual) else {
            assert!(expected.is_err() && actual.is_err(), "seed {seed}: {sql} {expected:?} {actual:?}");
            continue;
        };
        assert_eq!(actual.len(), ROWS);
        for (row, expected) in expected.iter().enumerate() {
            let inputs: Vec<_> = cells.iter().map(|cells| bits(&cells[row])).collect();
            assert_eq!(
                bits(&actual.value(row).to_owned()),
                bits(expected),
                "seed {seed} mixed {mixed} folded {folded}: {sql} with {parameters:?} over {inputs:?}"
            );
        }
        let conditions: Vec<_> = expected.iter().map(|value| crate::value::truth(value.as_ref()) == Some(true)).collect();
        if let Ok(matches) = evaluator.matches(&batch) {
            assert_eq!(matches.iter().collect::<Vec<_>>(), conditions, "seed {seed}: {sql}");
        }
    }
}

#[test]
fn random_expressions_are_what_sqlite_says() {
    let arena = Arc::new(arena());
    for table_seed in 0..12 {
        let (connection, cells) = table(&mut Random::new(table_seed + 1), table_seed % 2 == 0);
        for case in 0..400 {
            let seed = table_seed * 1_000_000 + case;
            let mut generator = Generator { random: Random::new(seed + 17), arena: &arena };
            let depth = 1 + generator.random.below(3);
            let expr = generator.expr(depth);
            check(seed, &expr, &arena, &connection, &cells);
        }
    }
}

#[test]
fn determinism_is_sqlites_own() {
    assert_eq!(is_deterministic("ABS", 1), Some(true));
    assert_eq!(is_deterministic("coalesce", 3), Some(true));
    assert_eq!(is_deterministic("random", 0), Some(false));
    assert_eq!(is_deterministic("no_such_function", 1), None);
}

#[test]
fn subqueries_stand_as_values_also_within_the_lane() {
    let arena = Arc::new(arena());
    let (_, cells) = table(&mut Random::new(5), false);
    let subqueries: Arc<dyn SubqueryValues> = Arc::new(Subqueries);
    let input: Vec<ColumnId> = (0..COLUMNS).map(ColumnId).collect();
    let batch = Batch::new(ROWS, cells.iter().map(|cells| column(cells, false)).collect());
    let within = |expr: BoundExpr| BoundExpr::Function { name: "quote".to_owned(), arguments: vec![expr] };
    for id in 0..6 {
        for column in 0..COLUMNS {
            let (affinity, collation) = (arena.get(ColumnId(column)).affinity, arena.get(ColumnId(column)).collation);
            let (subquery, operand) = (SubqueryId(id), Box::new(BoundExpr::Column(ColumnId(column))));
            let affinity = affinity.comparison_with(Affinity::Text);
            let list = Subqueries.values(subquery).unwrap().iter().cloned().map(BoundExpr::Literal).collect();
            let set = BoundExpr::InSubquery { operand: operand.clone(), subquery, negated: true, affinity, collation };
            let plain = BoundExpr::InList { operand, list, negated: true, affinity, collation };
            let results: Vec<Vec<Value>> = [set.clone(), plain, within(set)]
                .iter()
                .map(|expr| {
                    let column = Evaluator::new(expr, &input, &arena, &subqueries).unwrap().evaluate(&batch).unwrap();
                    (0..ROWS).map(|row| column.value(row).to_owned()).collect()
                })
                .collect();
            assert_eq!(results[0], results[1]);
            let quoted = results[0].iter().map(|value| match value {
                Value::Integer(number) => Value::text(&number.to_string()),
                _ => Value::text("NULL"),
            });
            assert_eq!(results[2], quoted.collect::<Vec<_>>());
        }
    }
}
