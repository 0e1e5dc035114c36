//! Two answers beside each other: the same rows, and in the order that ORDER BY asks for.

use std::collections::HashMap;

use crate::batch::Batch;
use crate::error::{Error, ErrorKind};
use crate::statement::{Expr, Literal, QueryStatement, SelectItem};
use crate::value::{Collation, ValueRef, compare_values};

/// How much of a row an error shows.
const SHOWN: usize = 300;

/// Both answers.
pub(super) struct Rows<'a> {
    pub(super) attached: &'a [Batch],
    pub(super) federated: &'a [Batch],
}

/// The first row that differs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// A row that only one route gives, or gives more often.
    Row { route: &'static str, number: usize, row: String, rows: (usize, usize) },
    /// The rows are the same, in another order than ORDER BY's.
    Order { number: usize, attached: String, federated: String },
}

impl Difference {
    pub(super) fn error(&self) -> Error {
        let message = match self {
            Self::Row { route, number, row, rows: (attached, federated) } => format!(
                "the routes differ: only the {route} one gives {row} (its row {number}; attached gives {attached} rows, federated {federated})"
            ),
            Self::Order { number, attached, federated } => {
                format!(
                    "the routes differ in the order of rows: row {number} is {attached} of the attached one, {federated} of the federated one"
                )
            }
        };
        let hint = "the order of rows that ORDER BY does not tell apart may differ, and what SQLite itself answers otherwise when it \
                    scans the other way round: this does not";
        Error::new(ErrorKind::Difference, message).hint(hint)
    }
}

/// The positions among the result columns of what ORDER BY sorts by, up to the first term that is no result column.
pub(super) fn sort_columns(query: &QueryStatement, columns: &[String]) -> Vec<usize> {
    let position = |expr: &Expr| match expr {
        Expr::Literal(Literal::Integer(number)) => usize::try_from(*number).ok()?.checked_sub(1).filter(|at| *at < columns.len()),
        // With a table before it, a name is not looked for among the aliases.
        Expr::Field(field) if field.table.is_none() => {
            let mut named = (0..columns.len()).filter(|at| field.name.is(&columns[*at]));
            let only = named.next().filter(|_| named.next().is_none())?;
            let is_certain = query.compound.is_empty() && query.only.iter().all(|item| !matches!(item, SelectItem::AllOf { .. }));
            is_certain.then_some(only)
        }
        _ => None,
    };
    query.order_by.iter().map_while(|term| position(&term.expr)).collect()
}

/// What differs first, if anything does: a row that one side lacks, else the order by `sort_columns`.
pub(super) fn difference(rows: &Rows<'_>, sort_columns: &[usize]) -> Option<Difference> {
    missing(rows).or_else(|| misplaced(rows, sort_columns))
}

fn missing(rows: &Rows<'_>) -> Option<Difference> {
    let count = |batches: &[Batch]| batches.iter().map(Batch::rows).sum::<usize>();
    let counts = (count(rows.attached), count(rows.federated));
    let first_beyond = |batches: &[Batch], other: &[Batch], route| {
        let mut left: HashMap<Vec<u8>, usize> = HashMap::new();
        for (batch, row) in each(other) {
            *left.entry(identity(batch, row)).or_default() += 1;
        }
        let is_missing = |(_, (batch, row)): &(usize, (&Batch, usize))| match left.get_mut(&identity(batch, *row)) {
            Some(0) | None => true,
            Some(count) => {
                *count -= 1;
                false
            }
        };
        let (number, (batch, row)) = each(batches).enumerate().find(is_missing)?;
        Some(Difference::Row { route, number: number + 1, row: shown(batch, row), rows: counts })
    };
    first_beyond(rows.federated, rows.attached, "federated").or_else(|| first_beyond(rows.attached, rows.federated, "attached"))
}

/// The first row that stands elsewhere by `sort_columns`.
pub(super) fn misplaced(rows: &Rows<'_>, sort_columns: &[usize]) -> Option<Difference> {
    let mut both = each(rows.attached).zip(each(rows.federated)).enumerate();
    both.find_map(|(number, ((one, row), (other, other_row)))| {
        let is_same = |column: &usize| is_tie(one.column(*column).value(row), other.column(*column).value(other_row));
        let differs = !sort_columns.iter().all(is_same);
        differs.then(|| Difference::Order { number: number + 1, attached: shown(one, row), federated: shown(other, other_row) })
    })
}

/// Whether the federated rows differ from SQLite's only in what SQLite gives otherwise itself, scanning the other way round: the
/// number of rows, else whole columns. What SQLite gives alike both ways, all three must.
pub(super) fn is_left_open(attached: &[Batch], reversed: &[Batch], federated: &[Batch]) -> bool {
    let rows = |batches: &[Batch]| batches.iter().map(Batch::rows).sum::<usize>();
    if rows(attached) != rows(reversed) {
        return true;
    }
    let Some(first) = attached.first() else { return false };
    rows(attached) == rows(federated)
        && (0..first.columns().len()).all(|column| {
            let cells = of_column(attached, column);
            cells != of_column(reversed, column) || cells == of_column(federated, column)
        })
}

/// How often a column has each cell.
fn of_column(batches: &[Batch], column: usize) -> HashMap<Vec<u8>, usize> {
    let mut cells = HashMap::new();
    for (batch, row) in each(batches) {
        let mut bytes = Vec::new();
        append_identity(&mut bytes, batch.column(column).value(row));
        *cells.entry(bytes).or_default() += 1;
    }
    cells
}

/// All rows.
pub(super) fn each(batches: &[Batch]) -> impl Iterator<Item = (&Batch, usize)> {
    batches.iter().flat_map(|batch| (0..batch.rows()).map(move |row| (batch, row)))
}

/// Bytes that are equal for rows whose cells are equal to the bit, storage classes included.
fn identity(batch: &Batch, row: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    batch.columns().iter().for_each(|column| append_identity(&mut bytes, column.value(row)));
    bytes
}

fn append_identity(bytes: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut add = |class: u8, content: &[u8]| {
        bytes.push(class);
        bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
        bytes.extend_from_slice(content);
    };
    match value {
        ValueRef::Null => add(0, &[]),
        ValueRef::Integer(number) => add(1, &number.to_le_bytes()),
        ValueRef::Real(number) => add(2, &number.to_bits().to_le_bytes()),
        ValueRef::Text(text) => add(3, text),
        ValueRef::Blob(blob) => add(4, blob),
    }
}

/// Whether some collation or number format may sort the two as one.
fn is_tie(left: ValueRef<'_>, right: ValueRef<'_>) -> bool {
    let folded = |text: &[u8]| text.to_ascii_lowercase().trim_ascii_end().to_vec();
    match (left, right) {
        (ValueRef::Text(left), ValueRef::Text(right)) => folded(left) == folded(right),
        (left, right) => compare_values(left, right, Collation::Binary).is_eq(),
    }
}

fn shown(batch: &Batch, row: usize) -> String {
    let cells: Vec<String> = batch.columns().iter().map(|column| cell(column.value(row))).collect();
    let text = format!("({})", cells.join(", "));
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        // As many digits as tell it from its neighbours, and a point: 1 and 1.0 are not the same.
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => format!("'{}'", String::from_utf8_lossy(text).escape_debug().to_string().replace('\'', "''")),
        ValueRef::Blob(blob) => {
            format!("x'{}'", blob.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hexadecimal).collect::<String>())
        }
    }
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(digit.into(), 16).expect("half a byte is a digit").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::ColumnBuilder;
    use crate::value::Value;

    fn batch(rows: &[[Value; 2]]) -> Batch {
        let column = |index: usize| {
            let mut builder = ColumnBuilder::with_capacity(rows.len());
            rows.iter().for_each(|row| builder.push(row[index].as_ref()));
            builder.finish()
        };
        Batch::new(rows.len(), vec![column(0), column(1)])
    }

    fn found(attached: &[[Value; 2]], federated: &[[Value; 2]], sort_columns: &[usize]) -> Option<String> {
        let (attached, federated) = (batch(attached), batch(federated));
        let rows = Rows { attached: std::slice::from_ref(&attached), federated: std::slice::from_ref(&federated) };
        difference(&rows, sort_columns).map(|found| found.error().message)
    }

    #[test]
    fn rows_are_counted_to_the_bit_and_ordered_by_what_sorts_them() {
        let row = |number: i64, text: &str| [Value::Integer(number), Value::text(text)];
        let (both, turned) = ([row(1, "a"), row(2, "A")], [row(2, "A"), row(1, "a")]);
        assert_eq!(found(&both, &turned, &[]), None);
        // A collation may hold the two letters for one.
        assert_eq!(found(&both, &turned, &[1]), None);
        let said = found(&both, &turned, &[0]).expect("another order");
        assert!(said.contains("row 1 is (1, 'a') of the attached one, (2, 'A') of the federated one"), "{said}");
        let said = found(&[row(1, "a"), row(1, "a")], &both[..1], &[]).expect("a row less");
        assert!(said.contains("only the attached one gives (1, 'a') (its row 2; attached gives 2 rows, federated 1)"), "{said}");
        let said = found(&both[..1], &[[Value::Real(1.0), Value::text("a")]], &[]).expect("another class");
        assert!(said.contains("only the federated one gives (1.0, 'a')"), "{said}");
    }

    #[test]
    fn only_what_sqlite_gives_otherwise_itself_is_left_open() {
        let rows = |cells: [(i64, &str); 2]| batch(&cells.map(|(number, text)| [Value::Integer(number), Value::text(text)]));
        let open = |reversed: &Batch, federated: &Batch| {
            let attached = rows([(1, "a"), (2, "b")]);
            let [attached, reversed, federated] = [&attached, reversed, federated].map(std::slice::from_ref);
            is_left_open(attached, reversed, federated)
        };
        let reversed = rows([(3, "a"), (2, "b")]);
        assert!(open(&reversed, &rows([(4, "b"), (5, "a")])));
        // The text is the same both ways round, so no other one is right.
        assert!(!open(&reversed, &rows([(4, "a"), (5, "c")])));
        let fewer = reversed.slice(0, 1);
        assert!(!open(&reversed, &fewer));
        assert!(open(&fewer, &rows([(9, "z"), (9, "z")])));
    }
}
