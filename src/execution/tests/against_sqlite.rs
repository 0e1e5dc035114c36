//! Operators over random cells, held against SQLite over the same cells in tables without declared types.

use rusqlite::Connection;

use crate::batch::{Batch, Column, ColumnBuilder};
use crate::bind::AggregateFunction;
use crate::cancel::CancelToken;
use crate::connection::{RowReader, bind_value};
use crate::error::{ErrorKind, Result};
use crate::execution::computed::Computed;
use crate::execution::memory::StepMemory;
use crate::execution::operator::{
    AggregateCall, Distinct, Input, Key, Limit, NestedLoop, Operator, SetOperation, Shape, Shared, SharedRows, Sort, SortTerm,
};
use crate::execution::tests::steps::{aggregation, ample, hash_join, none};
use crate::planner::{JoinMode, Side};
use crate::statement::SetOperator;
use crate::value::{Collation, ComparisonAffinity, Value, ValueRef, append_key, compare_values};

/// Rows in memory, in batches of uneven sizes.
struct Rows(std::vec::IntoIter<Batch>);

impl Operator for Rows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.next())
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn cell(&mut self, classes: &str) -> Value {
        let small = i64::try_from(self.below(6)).unwrap() - 2;
        let class = classes.chars().nth(usize::try_from(self.below(classes.len() as u64)).unwrap()).unwrap();
        match class {
            'n' => Value::Null,
            'i' => Value::Integer(small),
            'I' => {
                Value::Integer([i64::MIN, i64::MAX, (1 << 53) + 1, 1 << 53, 1_000_000][usize::try_from(small + 2).unwrap() % 5])
            }
            'r' => Value::Real([-2.0, -0.5, 0.0, 0.5, 1.0, 9_007_199_254_740_992.0][usize::try_from(small + 2).unwrap()]),
            't' => Value::text(["", "a", "A", "a ", "1", "abcdefghi"][usize::try_from(small + 2).unwrap()]),
            _ => Value::Blob([&b""[..], b"a", b"A", b"1", b"\0", b"a\0"][usize::try_from(small + 2).unwrap()].into()),
        }
    }
}

type Table = Vec<Vec<Value>>;

/// A table with a row number as its last column.
fn table(random: &mut Random, rows: usize, classes: &[&str]) -> Table {
    let row = |number: usize, random: &mut Random| {
        let mut cells: Vec<_> = classes.iter().map(|classes| random.cell(classes)).collect();
        cells.push(Value::Integer(i64::try_from(number).unwrap()));
        cells
    };
    (0..rows).map(|number| row(number, random)).collect()
}

fn input(table: &Table) -> Input {
    let mut batches = Vec::new();
    let (mut rest, mut size) = (&table[..], 1);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        let column = |index: usize| {
            let mut builder = ColumnBuilder::with_capacity(now.len());
            for row in now {
                builder.push(row[index].as_ref());
            }
            builder.finish()
        };
        batches.push(Batch::new(now.len(), (0..table[0].len()).map(column).collect()));
        (rest, size) = (later, size * 3);
    }
    Box::new(Rows(batches.into_iter()))
}

/// A table's rows in two instances of one step: batches by turns.
fn dealt(table: &Table) -> Vec<Input> {
    let mut rows = input_of(table);
    let mut hands = [Vec::new(), Vec::new()];
    while let Some(batch) = rows.next_batch().unwrap() {
        hands.sort_by_key(Vec::len);
        hands[0].push(batch);
    }
    hands.into_iter().map(|batches| -> Input { Box::new(Rows(batches.into_iter())) }).collect()
}

fn read(mut operator: impl Operator) -> Table {
    let mut rows = Vec::new();
    while let Some(batch) = operator.next_batch().unwrap() {
        assert!(batch.rows() > 0);
        rows.extend(batch_rows(&batch));
    }
    rows
}

fn batch_rows(batch: &Batch) -> Table {
    (0..batch.rows()).map(|row| batch.columns().iter().map(|column| column.value(row).to_owned()).collect()).collect()
}

fn sqlite(tables: &[(&str, &Table, usize)]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for (name, rows, columns) in tables {
        let names: Vec<_> = (0..*columns).map(|index| format!("{name}{index}")).collect();
        connection.execute_batch(&format!("CREATE TABLE {name}({})", names.join(", "))).unwrap();
        let marks = vec!["?"; *columns].join(", ");
        let mut insert = connection.prepare(&format!("INSERT INTO {name} VALUES ({marks})")).unwrap();
        for row in *rows {
            for (index, value) in row.iter().enumerate() {
                bind_value(&mut insert, index + 1, value.as_ref()).unwrap();
            }
            insert.raw_execute().unwrap();
        }
    }
    connection
}

fn query(connection: &Connection, sql: &str) -> Table {
    let mut statement = connection.prepare(sql).unwrap();
    let mut reader = RowReader::new(&mut statement, &CancelToken::new());
    let mut rows = Vec::new();
    while let Some(batch) = reader.next_batch(1000).unwrap() {
        rows.extend(batch_rows(&batch));
    }
    rows
}

fn sorted(mut table: Table) -> Vec<String> {
    let mut rows: Vec<_> = table.drain(..).map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

const CLASSES: [&str; 8] = ["i", "in", "iI", "rn", "tn", "b", "ir", "nirtbI"];

fn residual(batch: &Batch) -> Column {
    // Over l0, l1, l2, r0, r1, r2: l2 + r2 is no multiple of 3.
    let mut builder = ColumnBuilder::with_capacity(batch.rows());
    for row in 0..batch.rows() {
        let (ValueRef::Integer(left), ValueRef::Integer(right)) = (batch.column(2).value(row), batch.column(5).value(row)) else {
            builder.push(ValueRef::Null);
            continue;
        };
        builder.push(ValueRef::Integer((left + right) % 3));
    }
    builder.finish()
}

fn join_sql(mode: JoinMode, condition: &str) -> String {
    match mode {
        JoinMode::Inner => format!("SELECT l.*, r.* FROM l JOIN r ON {condition}"),
        JoinMode::Left => format!("SELECT l.*, r.* FROM l LEFT JOIN r ON {condition}"),
        JoinMode::Full => format!("SELECT l.*, r.* FROM l FULL JOIN r ON {condition}"),
        JoinMode::Semi => format!("SELECT * FROM l WHERE EXISTS (SELECT 1 FROM r WHERE {condition})"),
        JoinMode::Anti => format!("SELECT * FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE {condition})"),
        JoinMode::AntiNullAware => "SELECT * FROM l WHERE l0 NOT IN (SELECT r0 FROM r)".to_owned(),
    }
}

const MODES: [JoinMode; 5] = [JoinMode::Inner, JoinMode::Left, JoinMode::Full, JoinMode::Semi, JoinMode::Anti];

#[test]
fn hash_joins_pair_as_sqlite_does() {
    let mut random = Random(11);
    let mut checks = 0;
    for left_classes in CLASSES {
        for right_classes in CLASSES {
            let sizes = [(0, 5), (5, 0), (40, 60)][usize::try_from(random.below(8)).unwrap().min(2)];
            let left = table(&mut random, sizes.0, &[left_classes, "in"]);
            let right = table(&mut random, sizes.1, &[right_classes, "ir"]);
            let connection = sqlite(&[("l", &left, 3), ("r", &right, 3)]);
            for (mode, build) in MODES.into_iter().flat_map(|mode| [(mode, Side::Left), (mode, Side::Right)]) {
                for variant in 0..8 {
                    let (two_keys, with_residual, null_safe) = (variant & 1 > 0, variant & 2 > 0, variant & 4 > 0);
                    let collation = random.below(3);
                    let collation =
                        [Collation::Binary, Collation::NoCase, Collation::RightTrim][usize::try_from(collation).unwrap()];
                    let operator = if null_safe { "IS" } else { "=" };
                    let mut condition = format!("l0 COLLATE {} {operator} r0", collation.name());
                    let key = |index, null_safe, collation| Key {
                        expression: Computed::Column(index),
                        affinity: ComparisonAffinity::None,
                        collation,
                        null_safe,
                    };
                    let keys = |_| {
                        let first = key(0, null_safe, collation);
                        if two_keys { vec![first, key(1, false, Collation::Binary)] } else { vec![first] }
                    };
                    if two_keys {
                        condition += " AND l1 = r1";
                    }
                    if with_residual {
                        condition += " AND (l2 + r2) % 3";
                    }
                    let shape = || Shape {
                        mode,
                        build,
                        left_columns: 3,
                        right_columns: 3,
                        gives_late: false,
                        residual: with_residual.then_some(Computed::Test(residual)),
                        cancel: CancelToken::new(),
                    };
                    let expected = sorted(query(&connection, &join_sql(mode, &condition)));
                    let whole = hash_join(&shape, vec![input_of(&left)], vec![input_of(&right)], &keys, &ample());
                    let what = format!("{mode:?} build {build:?} {condition} {left_classes} {right_classes}");
                    assert_eq!(sorted(read(whole)), expected, "{what}");
                    let dealt = hash_join(&shape, dealt(&left), dealt(&right), &keys, &ample());
                    assert_eq!(sorted(read(dealt)), expected, "{what} in instances");
                    checks += 1;
                }
            }
        }
    }
    assert_eq!(checks, 64 * 10 * 8);
}

fn first_column(affinity: ComparisonAffinity) -> Key {
    Key { expression: Computed::Column(0), affinity, collation: Collation::Binary, null_safe: false }
}

fn input_of(table: &Table) -> Input {
    if table.is_empty() { Box::new(Rows(Vec::new().into_iter())) } else { input(table) }
}

#[test]
fn not_in_knows_null() {
    let mut random = Random(5);
    for classes in ["i", "in", "t", "nirtb"] {
        for right_classes in ["i", "in", "t", "irt"] {
            for (left_rows, right_rows) in [(30, 3), (30, 0), (0, 3), (30, 1)] {
                let left = table(&mut random, left_rows, &[classes]);
                let right = table(&mut random, right_rows, &[right_classes]);
                let connection = sqlite(&[("l", &left, 2), ("r", &right, 2)]);
                for build in [Side::Left, Side::Right] {
                    let keys = |_| vec![first_column(ComparisonAffinity::None)];
                    let mode = JoinMode::AntiNullAware;
                    let shape =
                        || Shape { mode, build, left_columns: 2, right_columns: 2, gives_late: false, residual: None, cancel: CancelToken::new() };
                    let expected = sorted(query(&connection, &join_sql(mode, "")));
                    let whole = hash_join(&shape, vec![input_of(&left)], vec![input_of(&right)], &keys, &ample());
                    let what = format!("{classes} {right_classes} {left_rows} {right_rows} {build:?}");
                    assert_eq!(sorted(read(whole)), expected, "{what}");
                    let dealt = hash_join(&shape, dealt(&left), dealt(&right), &keys, &ample());
                    assert_eq!(sorted(read(dealt)), expected, "{what} in instances");
                }
            }
        }
    }
}

#[test]
fn keys_are_converted_before_they_are_compared() {
    let left = vec![vec![Value::text("1")], vec![Value::text("01")], vec![Value::text("x")], vec![Value::Real(2.0)]];
    let right = vec![vec![Value::Integer(1)], vec![Value::Integer(2)]];
    for (affinity, pairs) in [(ComparisonAffinity::None, 1), (ComparisonAffinity::Numeric, 3), (ComparisonAffinity::Text, 1)] {
        for build in [Side::Left, Side::Right] {
            let shape = || Shape {
                mode: JoinMode::Inner,
                build,
                left_columns: 1,
                right_columns: 1,
                residual: None,
                cancel: CancelToken::new(),
            };
            let join = hash_join(&shape, vec![input(&left)], vec![input(&right)], &|_| vec![first_column(affinity)], &ample());
            assert_eq!(read(join).len(), pairs, "{affinity:?}");
        }
    }
}

#[test]
fn nested_loops_pair_as_sqlite_does() {
    let mut random = Random(3);
    for (left_rows, right_rows) in [(0, 3), (3, 0), (30, 200), (1, 6000)] {
        let left = table(&mut random, left_rows, &["nirt", "i"]);
        let right = table(&mut random, right_rows, &["nirt", "i"]);
        let connection = sqlite(&[("l", &left, 3), ("r", &right, 3)]);
        for mode in MODES {
            for with_residual in [false, true] {
                let residual = with_residual.then_some(Computed::Test(residual));
                let shape =
                    Shape { mode, build: Side::Right, left_columns: 3, right_columns: 3, gives_late: false, residual, cancel: CancelToken::new() };
                let join = NestedLoop::new(shape, input_of(&left), dealt(&right), &ample());
                let condition = if with_residual { "(l2 + r2) % 3" } else { "1" };
                let expected = query(&connection, &join_sql(mode, condition));
                assert_eq!(sorted(read(join)), sorted(expected), "{mode:?} {condition} {left_rows} {right_rows}");
            }
        }
    }
}

#[test]
fn a_join_whose_pairs_are_never_given_can_be_cancelled() {
    let rows = vec![vec![Value::Integer(0); 3]; 10];
    let cancel = CancelToken::new();
    cancel.cancel();
    let residual = Some(Computed::Test(residual));
    let shape = Shape { mode: JoinMode::Inner, build: Side::Right, left_columns: 3, right_columns: 3, gives_late: false, residual, cancel };
    // The inputs know nothing of the token: only the join itself can look at it.
    let error = NestedLoop::new(shape, input(&rows), vec![input(&rows)], &ample()).next_batch().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Interrupted);
}

fn call(
    function: AggregateFunction,
    argument: Option<usize>,
    filter: bool,
    distinct: bool,
    collation: Collation,
) -> AggregateCall {
    let filter = filter.then_some(Computed::Column(2));
    AggregateCall::new(function, argument.map(Computed::Column).into_iter().collect(), filter, distinct, collation)
}

/// The rows with their first cell as the bytes that tell what it equals.
fn with_first_as_key(mut table: Table) -> Table {
    for cell in table.iter_mut().filter_map(|row| row.first_mut()) {
        let mut key = Vec::new();
        append_key(&mut key, cell.as_ref(), Collation::RightTrim);
        *cell = Value::Blob(key.into());
    }
    table
}

/// Which of several equal keys SQLite shows follows the rows of its `min` and `max`; without them it is the first.
#[test]
fn the_first_row_stands_for_its_group() {
    let mut random = Random(13);
    for classes in CLASSES {
        for by in ["l0 COLLATE RTRIM", "l0 COLLATE RTRIM, l1"] {
            let data = table(&mut random, 300, &[classes, "nirt"]);
            let connection = sqlite(&[("l", &data, 3)]);
            let expected = query(&connection, &format!("SELECT {by}, count(*) FROM l GROUP BY {by}"));
            let width = by.split(',').count();
            let keys = &[(0, Collation::RightTrim), (1, Collation::Binary)][..width];
            let count = || vec![call(AggregateFunction::CountAll, None, false, false, Collation::Binary)];
            let operator = aggregation(vec![input(&data)], keys, &count, &[], true, &ample());
            assert_eq!(sorted(read(operator)), sorted(expected), "{classes} {by}");
        }
    }
}

#[test]
fn groups_come_out_as_sqlite_has_them() {
    let mut random = Random(77);
    for key_classes in CLASSES {
        for value_classes in ["i", "in", "rn", "ir", "tn", "nirtb"] {
            for keys in 0..3 {
                let rows = if random.below(5) == 0 { 0 } else { 300 };
                let data = table(&mut random, rows, &[key_classes, value_classes, "ni"]);
                let connection = sqlite(&[("l", &data, 4)]);
                let nocase = Collation::NoCase;
                let aggregates = || {
                    use AggregateFunction::{Average, Count, CountAll, GroupConcat, Maximum, Minimum, Sum, Total};
                    vec![
                        call(CountAll, None, false, false, nocase),
                        call(Count, Some(1), true, false, nocase),
                        call(Count, Some(1), false, true, nocase),
                        call(Sum, Some(1), false, false, nocase),
                        call(Sum, Some(1), true, true, nocase),
                        call(Total, Some(1), false, false, nocase),
                        call(Average, Some(1), true, false, nocase),
                        call(Minimum, Some(1), false, false, nocase),
                        call(Maximum, Some(1), true, false, nocase),
                        call(GroupConcat, Some(1), false, false, nocase),
                    ]
                };
                let sql = "count(*), count(l1) FILTER (WHERE l2), count(DISTINCT l1 COLLATE NOCASE), sum(l1), \
                           sum(DISTINCT l1 COLLATE NOCASE) FILTER (WHERE l2), total(l1), avg(l1) FILTER (WHERE l2), \
                           min(l1 COLLATE NOCASE), max(l1 COLLATE NOCASE) FILTER (WHERE l2), group_concat(l1)";
                let by = ["", "l0 COLLATE RTRIM", "l0 COLLATE RTRIM, l2"][keys];
                let (list, group) =
                    if keys == 0 { (String::new(), String::new()) } else { (format!("{by}, "), format!(" GROUP BY {by}")) };
                let expected = query(&connection, &format!("SELECT {list}{sql} FROM l{group}"));
                let keys = &[(0, Collation::RightTrim), (2, Collation::RightTrim)][..keys];
                let is_grouped = !keys.is_empty();
                let operator = aggregation(vec![input_of(&data)], keys, &aggregates, &[], is_grouped, &ample());
                let (mut given, mut expected) = (read(operator), expected);
                if is_grouped {
                    (given, expected) = (with_first_as_key(given), with_first_as_key(expected));
                }
                let (given, expected) = (sorted(given), sorted(expected));
                for (given, expected) in given.iter().zip(&expected) {
                    assert_eq!(given, expected, "{key_classes} {value_classes} {by}");
                }
                assert_eq!(given.len(), expected.len());
            }
        }
    }
}

#[test]
fn bare_columns_follow_the_only_extreme() {
    let mut random = Random(31);
    for classes in ["i", "in", "n", "nirtb", "t"] {
        for (function, name) in [(AggregateFunction::Minimum, "min"), (AggregateFunction::Maximum, "max")] {
            for filter in [false, true] {
                let data = table(&mut random, 200, &["i", classes, "ni"]);
                let connection = sqlite(&[("l", &data, 4)]);
                let condition = if filter { " FILTER (WHERE l2)" } else { "" };
                let expected = query(&connection, &format!("SELECT l0, {name}(l1){condition}, l3 FROM l GROUP BY +l0"));
                let aggregates = || vec![call(function, Some(1), filter, false, Collation::Binary)];
                let operator = aggregation(vec![input(&data)], &[(0, Collation::Binary)], &aggregates, &[3], true, &ample());
                assert_eq!(sorted(read(operator)), sorted(expected), "{classes} {name}{condition}");
            }
        }
    }
}

#[test]
fn no_input_groups_to_one_row_unless_group_by_was_written() {
    let none = || input_of(&Vec::new());
    let count = || vec![call(AggregateFunction::CountAll, None, false, false, Collation::Binary)];
    for instances in [1, 2] {
        let inputs = || (0..instances).map(|_| none()).collect();
        let row = read(aggregation(inputs(), &[], &count, &[0], false, &ample()));
        assert_eq!(row, [[Value::Integer(0), Value::Null]]);
        assert!(read(aggregation(inputs(), &[], &count, &[], true, &ample())).is_empty());
    }
}

/// Instances are merged: everything but the representatives of equal keys and extremes, which depend on the order of rows.
#[test]
fn groups_of_several_instances_are_put_together() {
    use AggregateFunction::{Average, Count, CountAll, Maximum, Minimum, Sum, Total};
    let mut random = Random(78);
    for key_classes in ["i", "in", "iI", "tn", "b"] {
        for value_classes in ["i", "in", "rn", "ir", "tn"] {
            for width in 0..3 {
                let data = table(&mut random, 500, &[key_classes, value_classes, "ni"]);
                let connection = sqlite(&[("l", &data, 4)]);
                let binary = Collation::Binary;
                let aggregates = || {
                    vec![
                        call(CountAll, None, false, false, binary),
                        call(Count, Some(1), true, false, binary),
                        call(Sum, Some(1), false, false, binary),
                        call(Total, Some(1), false, false, binary),
                        call(Average, Some(1), true, false, binary),
                        call(Minimum, Some(3), false, false, binary),
                        call(Maximum, Some(3), true, false, binary),
                    ]
                };
                let by = ["", "l0, ", "l0, l2, "][width];
                let sql = format!(
                    "SELECT {by}count(*), count(l1) FILTER (WHERE l2), sum(l1), total(l1), avg(l1) FILTER (WHERE l2), \
                     min(l3), max(l3) FILTER (WHERE l2) FROM l{}",
                    [String::new(), format!(" GROUP BY {}", by.trim_end_matches(", "))][width.min(1)]
                );
                let keys = &[(0, binary), (2, binary)][..width];
                let operator = aggregation(dealt(&data), keys, &aggregates, &[], width > 0, &ample());
                assert_eq!(sorted(read(operator)), sorted(query(&connection, &sql)), "{key_classes} {value_classes} {sql}");
            }
        }
    }
}

/// Whatever goes to the disk on the way, the answer is the same.
#[test]
fn nothing_changes_without_memory() {
    let mut random = Random(79);
    for classes in ["i", "in", "tn", "nirtbI"] {
        let (left, right) = (table(&mut random, 400, &[classes, "in"]), table(&mut random, 300, &[classes, "ir"]));
        for (mode, build) in MODES.into_iter().flat_map(|mode| [(mode, Side::Left), (mode, Side::Right)]) {
            let residual = || Some(Computed::Test(residual));
            let shape =
                || Shape { mode, build, left_columns: 3, right_columns: 3, gives_late: false, residual: residual(), cancel: CancelToken::new() };
            let keys = |_| vec![first_column(ComparisonAffinity::None)];
            let expected = hash_join(&shape, vec![input(&left)], vec![input(&right)], &keys, &ample());
            let given = hash_join(&shape, dealt(&left), dealt(&right), &keys, &none());
            assert_eq!(sorted(read(given)), sorted(read(expected)), "{mode:?} build {build:?} {classes}");
        }
        let calls = || {
            let binary = Collation::Binary;
            vec![
                call(AggregateFunction::CountAll, None, false, false, binary),
                call(AggregateFunction::Count, Some(1), false, true, binary),
                call(AggregateFunction::Sum, Some(2), false, false, binary),
                call(AggregateFunction::GroupConcat, Some(2), false, false, binary),
            ]
        };
        let many: Table =
            (0..3000).map(|row| [&left[row % 400][..2], &[Value::Integer(i64::try_from(row % 700).unwrap())]].concat()).collect();
        for keys in [&[(2, Collation::Binary)][..], &[(0, Collation::Binary), (2, Collation::Binary)], &[]] {
            let expected = aggregation(vec![input(&many)], keys, &calls, &[], !keys.is_empty(), &ample());
            let given = aggregation(vec![input(&many)], keys, &calls, &[], !keys.is_empty(), &none());
            assert_eq!(sorted(read(given)), sorted(read(expected)), "{classes} grouped by {keys:?}");
            let calls = || vec![call(AggregateFunction::Sum, Some(2), false, false, Collation::Binary)];
            let expected = aggregation(vec![input(&many)], &keys[..keys.len().min(1)], &calls, &[], true, &ample());
            let given = aggregation(dealt(&many), &keys[..keys.len().min(1)], &calls, &[], true, &none());
            assert_eq!(with_keys(&read(given)), with_keys(&read(expected)), "{classes} in instances");
        }
        let distinct = |memory: &StepMemory| read(Distinct::new(input(&many), vec![Collation::Binary; 3], memory));
        assert_eq!(with_keys(&distinct(&none())), with_keys(&distinct(&ample())), "{classes}");
        for limit in [None, Some(900)] {
            let term = |index| SortTerm {
                expression: Computed::Column(index),
                collation: Collation::Binary,
                descending: index == 1,
                nulls_first: true,
            };
            let sort = |memory| read(Sort::new(vec![(input(&many), vec![term(0), term(1)])], 3, limit, memory));
            assert_eq!(sort(none()), sort(ample()), "{classes} {limit:?}");
        }
    }
}

/// The rows by what they are equal as, in any order: which of several equal values stands for them depends on the way.
fn with_keys(table: &Table) -> Vec<Vec<u8>> {
    let mut keys = as_keys(table, Collation::Binary);
    keys.sort();
    keys
}

/// The bare column's value is the extreme's own row, whichever instance it came from.
#[test]
fn bare_columns_follow_the_extreme_of_all_instances() {
    let mut random = Random(32);
    let data = table(&mut random, 500, &["i", "i"]);
    let connection = sqlite(&[("l", &data, 3)]);
    let aggregates = || vec![call(AggregateFunction::Maximum, Some(2), false, false, Collation::Binary)];
    let operator = aggregation(dealt(&data), &[(0, Collation::Binary)], &aggregates, &[1], true, &ample());
    let expected = query(&connection, "SELECT l0, max(l2), l1 FROM l GROUP BY l0");
    assert_eq!(sorted(read(operator)), sorted(expected));
}

#[test]
fn sorting_is_stable_and_orders_as_sqlite_does() {
    let mut random = Random(9);
    for classes in CLASSES {
        let data = table(&mut random, 400, &[classes, "nirtb"]);
        let connection = sqlite(&[("l", &data, 3)]);
        for variant in 0..32 {
            let (descending, nulls_first, two_terms) = (variant & 1 > 0, variant & 2 > 0, variant & 4 > 0);
            let collation = if variant & 8 > 0 { Collation::NoCase } else { Collation::Binary };
            let limit = (variant & 16 > 0).then_some(37);
            let term = |index| SortTerm { expression: Computed::Column(index), collation, descending, nulls_first };
            let terms = if two_terms { vec![term(0), term(1)] } else { vec![term(0)] };
            let suffix = format!(
                "COLLATE {} {} NULLS {}",
                collation.name(),
                if descending { "DESC" } else { "ASC" },
                if nulls_first { "FIRST" } else { "LAST" }
            );
            let by = if two_terms { format!("l0 {suffix}, l1 {suffix}") } else { format!("l0 {suffix}") };
            let sql = format!("SELECT * FROM l ORDER BY {by} LIMIT {}", limit.map_or(-1, u64::cast_signed));
            assert_eq!(
                read(Sort::new(vec![(input(&data), terms)], 3, limit, ample())),
                query(&connection, &sql),
                "{classes} {sql}"
            );
        }
    }
}

#[test]
fn the_first_rows_survive_when_the_rest_is_thrown_away() {
    let data: Table = (0..200_000_i64).map(|row| vec![Value::Integer(row * 7919 % 1000), Value::Integer(row)]).collect();
    let term =
        || SortTerm { expression: Computed::Column(0), collation: Collation::Binary, descending: true, nulls_first: false };
    let mut expected = data.clone();
    expected.sort_by(|left, right| compare_values(right[0].as_ref(), left[0].as_ref(), Collation::Binary));
    expected.truncate(500);
    assert_eq!(read(Sort::new(vec![(input(&data), vec![term()])], 2, Some(500), ample())), expected);
    // Of several instances, ties come in no order between them.
    let parts = dealt(&data).into_iter().map(|input| (input, vec![term()])).collect();
    let keys = |rows: &Table| rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(keys(&read(Sort::new(parts, 2, Some(500), ample()))), keys(&expected));
}

/// Rows by what they are equal as: which of two equal rows a set operation gives is not defined.
fn as_keys(table: &Table, collation: Collation) -> Vec<Vec<u8>> {
    let key = |row: &Vec<Value>| {
        let mut key = Vec::new();
        for value in row {
            append_key(&mut key, value.as_ref(), collation);
        }
        key
    };
    let mut keys: Vec<_> = table.iter().map(key).collect();
    keys.sort();
    keys
}

#[test]
fn sets_hold_what_sqlites_hold() {
    let mut random = Random(21);
    let operators = [
        (SetOperator::Union, "UNION"),
        (SetOperator::UnionAll, "UNION ALL"),
        (SetOperator::Intersect, "INTERSECT"),
        (SetOperator::Except, "EXCEPT"),
    ];
    for classes in CLASSES {
        for (operator, name) in operators {
            for two in [false, true] {
                let width = if two { 2 } else { 1 };
                let cut = |table: Table| -> Table { table.into_iter().map(|row| row[..width].to_vec()).collect() };
                let left = cut(table(&mut random, 50, &[classes, "in"]));
                let right = cut(table(&mut random, 20, &["nirtb", "in"]));
                let connection = sqlite(&[("l", &left, width), ("r", &right, width)]);
                let list = if two { "l0 COLLATE NOCASE, l1 COLLATE NOCASE" } else { "l0 COLLATE NOCASE" };
                let expected = query(&connection, &format!("SELECT {list} FROM l {name} SELECT * FROM r"));
                let collations = vec![Collation::NoCase; width];
                let given = read(SetOperation::new(operator, input(&left), input(&right), collations, &ample()));
                assert_eq!(as_keys(&given, Collation::NoCase), as_keys(&expected, Collation::NoCase), "{classes} {name}");
            }
        }
        let data = table(&mut random, 100, &[classes]);
        let data: Table = data.into_iter().map(|row| row[..1].to_vec()).collect();
        let connection = sqlite(&[("l", &data, 1)]);
        let expected = query(&connection, "SELECT DISTINCT l0 FROM l");
        assert_eq!(read(Distinct::new(input(&data), vec![Collation::Binary], &ample())), expected, "{classes}");
    }
}

#[test]
fn limits_cut_and_shared_rows_serve_several() {
    let data: Table = (0..100_i64).map(|row| vec![Value::Integer(row)]).collect();
    for (limit, offset) in [(Some(0), 0), (Some(5), 0), (Some(5), 37), (None, 98), (None, 200), (Some(1000), 1)] {
        let expected: Table = data.iter().skip(offset).take(limit.unwrap_or(usize::MAX)).cloned().collect();
        let limit = limit.map(|limit| limit as u64);
        assert_eq!(read(Limit::new(input(&data), limit, offset as u64)), expected);
    }
    let rows = SharedRows::new(input(&data));
    let first = Limit::new(Box::new(Shared::new(rows.clone())), Some(3), 0);
    assert_eq!(read(first).len(), 3);
    assert_eq!(read(Shared::new(rows.clone())), data);
    assert_eq!(read(Shared::new(rows)), data);
}
