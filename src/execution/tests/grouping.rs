//! Groupings of random cells, held against SQLite over the same cells in tables without declared types.

use super::tables::{CLASSES, Random, Table, dealt, input, input_of, query, read, sorted, sqlite, table};
use crate::bind::AggregateFunction;
use crate::execution::computed::Computed;
use crate::execution::operator::AggregateCall;
use crate::execution::tests::steps::{aggregation, ample};
use crate::value::{Collation, Value, append_key};

pub(super) fn call(
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

/// Threads with many groups keep them, but for those that an earlier thread has as well.
#[test]
fn many_groups_of_several_instances_are_each_given_once() {
    use AggregateFunction::{CountAll, Maximum, Sum};
    let row = |number: i64| {
        let (key, text) = (number % 5_000, format!("a text too long to be packed {}", number % 5_000));
        vec![Value::Integer(key), Value::Text(text.into_bytes().into()), Value::Integer(number)]
    };
    let data: Vec<_> = (0..12_000).map(row).collect();
    let connection = sqlite(&[("l", &data, 3)]);
    let binary = Collation::Binary;
    for keys in [&[(0, binary)][..], &[(1, binary)], &[(1, binary), (0, binary)]] {
        let aggregates = || {
            vec![
                call(CountAll, None, false, false, binary),
                call(Sum, Some(2), false, false, binary),
                call(Maximum, Some(1), false, false, binary),
            ]
        };
        let inputs = data.chunks(4_000).map(|rows| input(&rows.to_vec())).collect();
        let by: Vec<String> = keys.iter().map(|(column, _)| format!("l{column}")).collect();
        let by = by.join(", ");
        let sql = format!("SELECT {by}, count(*), sum(l2), max(l1) FROM l GROUP BY {by}");
        let operator = aggregation(inputs, keys, &aggregates, &[], true, &ample());
        assert_eq!(sorted(read(operator)), sorted(query(&connection, &sql)), "{sql}");
    }
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
