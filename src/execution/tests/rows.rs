//! Sorting, sets and limits of random cells, held against SQLite over the same cells in tables without declared types.

use super::tables::{CLASSES, Random, Table, as_keys, dealt, input, query, read, sqlite, table};
use crate::execution::computed::Computed;
use crate::execution::operator::{Distinct, Limit, SetOperation, Shared, SharedRows, Sort, SortTerm};
use crate::execution::tests::steps::ample;
use crate::statement::SetOperator;
use crate::value::{Collation, Value, compare_values};

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
    let rows = SharedRows::new(input(&data), &ample());
    let first = Limit::new(Box::new(Shared::new(rows.clone())), Some(3), 0);
    assert_eq!(read(first).len(), 3);
    assert_eq!(read(Shared::new(rows.clone())), data);
    assert_eq!(read(Shared::new(rows)), data);
}
