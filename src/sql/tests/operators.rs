//! Pairs of operators, in every order and under every other.

use super::{check, code, database};
use crate::sql::parse;

#[test]
fn operator_pairs_bind_as_in_sqlite() {
    let connection = database();
    let binary = [
        "OR",
        "AND",
        "=",
        "==",
        "<>",
        "!=",
        "IS",
        "IS NOT",
        "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM",
        "<",
        "<=",
        ">",
        ">=",
        "&",
        "|",
        "<<",
        ">>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "->",
        "->>",
        "LIKE",
        "NOT LIKE",
        "GLOB",
        "NOT GLOB",
    ];
    let mut read = 0;
    for one in binary {
        for two in binary {
            for sql in [
                format!("SELECT a {one} b {two} x FROM t"),
                format!("SELECT NOT a {one} - b {two} ~x FROM t"),
                format!("SELECT a {one} NOT b {two} x FROM t"),
                format!("SELECT a {one} b BETWEEN x {two} y AND d FROM t"),
                format!("SELECT a BETWEEN b AND x {one} y {two} d FROM t"),
                format!("SELECT a {one} b {two} x COLLATE NOCASE FROM t"),
                format!("SELECT a {one} b IN (1, 2) {two} x FROM t"),
                format!("SELECT a {one} b ISNULL {two} x NOT NULL FROM t"),
                format!("SELECT a {one} b NOT IN (SELECT a FROM u) {two} x NOTNULL FROM t"),
                format!("SELECT a LIKE b {one} x ESCAPE 'c' {two} y FROM t"),
            ] {
                if code(&connection, &sql).is_some() {
                    assert!(check(&connection, &sql), "not read: {sql}: {:?}", parse(&sql));
                    read += 1;
                }
            }
        }
    }
    assert!(read > 5000, "{read}");
}
