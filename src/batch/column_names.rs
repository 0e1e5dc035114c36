//! Names of result columns, each once.

use std::collections::HashSet;

/// The names, later duplicates with the suffix `_2`, `_3` … that no other column has. A key may stand once in an object,
/// and whoever reads a file wants to say which of two columns is meant.
pub fn unique_names(columns: &[String]) -> Vec<String> {
    let taken: HashSet<&str> = columns.iter().map(String::as_str).collect();
    let mut given: HashSet<String> = HashSet::with_capacity(columns.len());
    let mut names = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.clone();
        let mut suffix = 2;
        while given.contains(&name) || (name != *column && taken.contains(name.as_str())) {
            name = format!("{column}_{suffix}");
            suffix += 1;
        }
        given.insert(name.clone());
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
    }
}
