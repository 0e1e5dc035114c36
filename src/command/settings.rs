//! Every setting with its value and origin, as rows.

use glue::batch::{Batch, ColumnBuilder};
use glue::value::ValueRef;

use super::{Failure, Printer};
use crate::settings::Setting;

/// Prints the settings.
pub(crate) fn show(settings: &[Setting], printer: &mut Printer) -> Result<(), Failure> {
    let mut columns: [ColumnBuilder; 3] = std::array::from_fn(|_| ColumnBuilder::with_capacity(settings.len()));
    for setting in settings {
        let value = setting.value.as_ref().map_or(ValueRef::Null, |value| ValueRef::Text(value.as_bytes()));
        let cells = [ValueRef::Text(setting.key.as_bytes()), value, ValueRef::Text(setting.origin.as_bytes())];
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    let batch = Batch::new(settings.len(), columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["setting", "value", "from"], &batch)
}
