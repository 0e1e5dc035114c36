//! Names of result columns, each once.

use std::collections::HashSet;

/// The names, later duplicates with the suffix `_2`, `_3` … that no other column has. A key may stand once in an object,
/// and whoever reads a file wants to say which of two columns is meant. Names that differ in case alone are one name, as they are to
/// SQLite: so the columns are called the same in every file, and in a table that is made of it.
pub fn unique_names(columns: &[String]) -> Vec<String> {
    let taken: HashSet<String> = columns.iter().map(|name| name.to_ascii_lowercase()).collect();
    let mut given: HashSet<String> = HashSet::with_capacity(columns.len());
    let mut names = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.clone();
        let mut key = name.to_ascii_lowercase();
        let mut suffix = 2;
        while given.contains(&key) || (name != *column && taken.contains(&key)) {
            name = format!("{column}_{suffix}");
            key = name.to_ascii_lowercase();
            suffix += 1;
        }
        given.insert(key);
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_duplicates_get_a_number_that_no_other_column_has() {
        let names = |columns: &[&str]| unique_names(&columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["id", "id", "id"]), ["id", "id_2", "id_3"]);
        assert_eq!(names(&["id", "id", "id_2"]), ["id", "id_3", "id_2"]);
        assert_eq!(names(&["id", "ID", "Id_2", ""]), ["id", "ID_3", "Id_2", ""]);
    }
}
