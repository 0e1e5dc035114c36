//! The rows of a batch as a read-only virtual table.
#![expect(unsafe_code, reason = "rusqlite's virtual table traits promise the layout that SQLite relies on")]

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_int};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::{self, ToSqlOutput};
use rusqlite::vtab::{Context, Filters, IndexInfo, Module, VTab, VTabConnection, VTabCursor, sqlite3_vtab, sqlite3_vtab_cursor};
use rusqlite::{Connection, ToSql};

use crate::batch::Column;
use crate::value::ValueRef;

/// The name under which the rows can be read.
const NAME: &CStr = c"input";

/// The rows that the table shows now; whoever holds it exchanges them between two runs of a statement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<(usize, Arc<[Column]>)>>);

impl Slot {
    /// Shows `rows` rows of `columns`.
    pub(crate) fn put(&self, rows: usize, columns: Vec<Column>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (rows, columns.into());
    }

    fn get(&self) -> (usize, Arc<[Column]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Makes the rows of `slot` readable as the table `input` with the column definitions `columns` (`c0 INTEGER, …`), whose
/// types and collations decide about comparisons although the table never converts a value.
pub(crate) fn register(connection: &Connection, columns: &str, slot: &Slot) -> rusqlite::Result<()> {
    const MODULE: Module<'_, Rows> = Module::eponymous_only_module();
    let declaration = CString::new(format!("CREATE TABLE x({columns})"))?;
    connection.create_module(NAME, &MODULE, Some((declaration, slot.clone())))
}

#[repr(C)]
struct Rows {
    base: sqlite3_vtab,
    slot: Slot,
}

// SAFETY: the struct is repr(C) and its first field is the sqlite3_vtab, which is what the trait asks for.
unsafe impl<'vtab> VTab<'vtab> for Rows {
    type Aux = (CString, Slot);
    type Cursor = Cursor<'vtab>;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Self::Aux>,
        _module_name: &[u8],
        _database_name: &[u8],
        _table_name: &[u8],
        _args: &[&[u8]],
    ) -> rusqlite::Result<(Cow<'static, CStr>, Self)> {
        let (declaration, slot) = aux.ok_or_else(|| rusqlite::Error::ModuleError("the module has no rows".to_owned()))?;
        Ok((Cow::Owned(declaration.clone()), Self { base: sqlite3_vtab::default(), slot: slot.clone() }))
    }

    fn best_index(&self, info: &mut IndexInfo) -> rusqlite::Result<bool> {
        info.set_estimated_cost(1_000.0);
        Ok(true)
    }

    fn open(&'vtab mut self) -> rusqlite::Result<Cursor<'vtab>> {
        let (rows, columns) = self.slot.get();
        Ok(Cursor { base: sqlite3_vtab_cursor::default(), row: 0, rows, columns, slot: &self.slot, table: PhantomData })
    }
}

#[repr(C)]
struct Cursor<'vtab> {
    base: sqlite3_vtab_cursor,
    row: usize,
    rows: usize,
    columns: Arc<[Column]>,
    slot: &'vtab Slot,
    table: PhantomData<&'vtab Rows>,
}

// SAFETY: the struct is repr(C) and its first field is the sqlite3_vtab_cursor, which is what the trait asks for.
unsafe impl VTabCursor for Cursor<'_> {
    fn filter(&mut self, _: c_int, _: Option<&str>, _: &Filters<'_>) -> rusqlite::Result<()> {
        (self.rows, self.columns) = self.slot.get();
        self.row = 0;
        Ok(())
    }

    fn next(&mut self) -> rusqlite::Result<()> {
        self.row += 1;
        Ok(())
    }

    fn eof(&self) -> bool {
        self.row >= self.rows
    }

    fn column(&self, context: &mut Context, index: c_int) -> rusqlite::Result<()> {
        let column = usize::try_from(index).ok().and_then(|index| self.columns.get(index));
        context.set_result(&Cell(column.map_or(ValueRef::Null, |column| column.value(self.row))))
    }

    fn rowid(&self) -> rusqlite::Result<i64> {
        Ok(i64::try_from(self.row).unwrap_or(i64::MAX))
    }
}

/// A value on its way into SQLite: the bytes of a text pass unchecked.
pub(crate) struct Cell<'a>(pub(crate) ValueRef<'a>);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            ValueRef::Null => types::ValueRef::Null,
            ValueRef::Integer(number) => types::ValueRef::Integer(number),
            ValueRef::Real(number) => types::ValueRef::Real(number),
            ValueRef::Text(bytes) => types::ValueRef::Text(bytes),
            ValueRef::Blob(bytes) => types::ValueRef::Blob(bytes),
        }))
    }
}
