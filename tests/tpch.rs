//! The TPC-H queries and ten federated ones over three files: every route that can answer gives SQLite's answer, to the bit.

mod support;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

use glue::session::Route;
use rusqlite::{Connection, params_from_iter};
use support::{Answer, Files, Oracle, Order, Verdict, check};
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator, PartSuppGenerator, RegionGenerator,
    SupplierGenerator,
};

const SCALE: f64 = 0.01;

/// So many of the 32 queries must be answered without SQLite doing work across pools.
const LEAST_FEDERATED: usize = 26;

const CRM: &str = "
CREATE TABLE region(r_regionkey INTEGER PRIMARY KEY, r_name TEXT NOT NULL, r_comment TEXT);
CREATE TABLE nation(n_nationkey INTEGER PRIMARY KEY, n_name TEXT NOT NULL, n_regionkey INTEGER NOT NULL, n_comment TEXT);
CREATE TABLE customer(c_custkey INTEGER PRIMARY KEY, c_name TEXT NOT NULL, c_address TEXT NOT NULL, c_nationkey INTEGER NOT NULL,
  c_phone TEXT NOT NULL, c_acctbal REAL NOT NULL, c_mktsegment TEXT NOT NULL, c_comment TEXT NOT NULL);";

const CATALOG: &str = "
CREATE TABLE supplier(s_suppkey INTEGER PRIMARY KEY, s_name TEXT NOT NULL, s_address TEXT NOT NULL, s_nationkey INTEGER NOT NULL,
  s_phone TEXT NOT NULL, s_acctbal REAL NOT NULL, s_comment TEXT NOT NULL);
CREATE TABLE part(p_partkey INTEGER PRIMARY KEY, p_name TEXT NOT NULL, p_mfgr TEXT NOT NULL, p_brand TEXT NOT NULL,
  p_type TEXT NOT NULL, p_size INTEGER NOT NULL, p_container TEXT NOT NULL, p_retailprice REAL NOT NULL, p_comment TEXT NOT NULL);
CREATE TABLE partsupp(ps_partkey INTEGER NOT NULL, ps_suppkey INTEGER NOT NULL, ps_availqty INTEGER NOT NULL,
  ps_supplycost REAL NOT NULL, ps_comment TEXT NOT NULL, PRIMARY KEY(ps_partkey, ps_suppkey));";

const SALES: &str = "
CREATE TABLE orders(o_orderkey INTEGER PRIMARY KEY, o_custkey INTEGER NOT NULL, o_orderstatus TEXT NOT NULL,
  o_totalprice REAL NOT NULL, o_orderdate TEXT NOT NULL, o_orderpriority TEXT NOT NULL, o_clerk TEXT NOT NULL,
  o_shippriority INTEGER NOT NULL, o_comment TEXT NOT NULL);
CREATE TABLE lineitem(l_orderkey INTEGER NOT NULL, l_partkey INTEGER NOT NULL, l_suppkey INTEGER NOT NULL,
  l_linenumber INTEGER NOT NULL, l_quantity REAL NOT NULL, l_extendedprice REAL NOT NULL, l_discount REAL NOT NULL,
  l_tax REAL NOT NULL, l_returnflag TEXT NOT NULL, l_linestatus TEXT NOT NULL, l_shipdate TEXT NOT NULL,
  l_commitdate TEXT NOT NULL, l_receiptdate TEXT NOT NULL, l_shipinstruct TEXT NOT NULL, l_shipmode TEXT NOT NULL,
  l_comment TEXT NOT NULL, PRIMARY KEY(l_orderkey, l_linenumber));";

#[test]
#[expect(clippy::print_stdout, reason = "the share that each route answers is a measured result")]
fn every_route_gives_the_answer_of_sqlite() {
    let files = make_files();
    let oracle = Oracle::new(&files);
    let mut session = files.session();
    let mut failures = Vec::new();
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut federated = 0;
    for (name, sql) in queries() {
        let expected = oracle.ask(&sql);
        for route in [Route::Auto, Route::Federated, Route::Attached] {
            session.set_route(route);
            match check(&expected, &Order::Unknown, &Answer::of_glue(&mut session, &sql)) {
                Verdict::Same | Verdict::NotFixed => federated += usize::from(route == Route::Federated),
                Verdict::CannotAnswer(reason) if route == Route::Federated => {
                    refused.entry(reason).or_default().push(name.clone());
                }
                verdict => failures.push(format!("{name} by {route:?}: {verdict:?}")),
            }
        }
    }
    println!("federated answers {federated} of 32; not: {refused:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(federated >= LEAST_FEDERATED, "federated answers only {federated} of 32: {refused:?}");
}

fn queries() -> Vec<(String, String)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut queries = Vec::new();
    for folder in ["federated", "tpch"] {
        for entry in std::fs::read_dir(tests.join(folder)).expect("the folder of queries is there") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_stem().expect("a query's file has a name").to_string_lossy().into_owned();
            let sql = std::fs::read_to_string(&path).expect("a query's file can be read");
            queries.push((name, sql.trim_end().trim_end_matches(';').to_owned()));
        }
    }
    queries.sort();
    assert_eq!(queries.len(), 32, "10 federated queries and the 22 of TPC-H");
    queries
}

fn make_files() -> Files {
    let mut files = Files::empty();
    files.add("crm", CRM);
    files.add("catalog", CATALOG);
    files.add("sales", SALES);
    fill(files.path("crm"), "CREATE INDEX customer_nation ON customer(c_nationkey)", |connection| {
        load(connection, "region", RegionGenerator::new(SCALE, 1, 1).iter());
        load(connection, "nation", NationGenerator::new(SCALE, 1, 1).iter());
        load(connection, "customer", CustomerGenerator::new(SCALE, 1, 1).iter());
    });
    fill(files.path("catalog"), "CREATE INDEX partsupp_supp ON partsupp(ps_suppkey)", |connection| {
        load(connection, "supplier", SupplierGenerator::new(SCALE, 1, 1).iter());
        load(connection, "part", PartGenerator::new(SCALE, 1, 1).iter());
        load(connection, "partsupp", PartSuppGenerator::new(SCALE, 1, 1).iter());
    });
    let indexes = "CREATE INDEX orders_cust ON orders(o_custkey); CREATE INDEX lineitem_part ON lineitem(l_partkey)";
    fill(files.path("sales"), indexes, |connection| {
        load(connection, "orders", OrderGenerator::new(SCALE, 1, 1).iter());
        load(connection, "lineitem", LineItemGenerator::new(SCALE, 1, 1).iter());
    });
    files
}

fn fill(path: &Path, indexes: &str, load: impl FnOnce(&Connection)) {
    let connection = Connection::open(path).expect("the file was just made");
    connection.execute_batch("PRAGMA synchronous = OFF; BEGIN").expect("nobody else has the file");
    load(&connection);
    connection.execute_batch(&format!("COMMIT; {indexes}; ANALYZE")).expect("nobody else has the file");
}

/// Rows print themselves as TPC-H's own text format, fields that each end with `|`; the columns' affinities make numbers of them.
fn load<R: Display>(connection: &Connection, table: &str, rows: impl Iterator<Item = R>) {
    let columns: u16 = connection
        .query_row("SELECT count(*) FROM pragma_table_info(?1)", [table], |row| row.get(0))
        .expect("the table was just made");
    let places = vec!["?"; columns.into()].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO {table} VALUES ({places})")).expect("the table was just made");
    for row in rows {
        let line = row.to_string();
        let line = line.strip_suffix('|').unwrap_or(&line);
        insert.execute(params_from_iter(line.split('|'))).expect("the row has one field a column");
    }
}
