//! TPC-H's data in three SQLite files, and its queries with ten federated ones: for the tests and the benchmarks.

use std::fmt::Display;
use std::path::Path;

use rusqlite::{Connection, params_from_iter};
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator, PartSuppGenerator, RegionGenerator,
    SupplierGenerator,
};

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

/// Makes `crm.sqlite`, `catalog.sqlite` and `sales.sqlite` in a folder.
pub fn make(folder: &Path, scale: f64) {
    fill(&folder.join("crm.sqlite"), CRM, "CREATE INDEX customer_nation ON customer(c_nationkey)", |connection| {
        load(connection, "region", RegionGenerator::new(scale, 1, 1).iter());
        load(connection, "nation", NationGenerator::new(scale, 1, 1).iter());
        load(connection, "customer", CustomerGenerator::new(scale, 1, 1).iter());
    });
    fill(&folder.join("catalog.sqlite"), CATALOG, "CREATE INDEX partsupp_supp ON partsupp(ps_suppkey)", |connection| {
        load(connection, "supplier", SupplierGenerator::new(scale, 1, 1).iter());
        load(connection, "part", PartGenerator::new(scale, 1, 1).iter());
        load(connection, "partsupp", PartSuppGenerator::new(scale, 1, 1).iter());
    });
    let indexes = "CREATE INDEX orders_cust ON orders(o_custkey); CREATE INDEX lineitem_part ON lineitem(l_partkey)";
    fill(&folder.join("sales.sqlite"), SALES, indexes, |connection| {
        load(connection, "orders", OrderGenerator::new(scale, 1, 1).iter());
        load(connection, "lineitem", LineItemGenerator::new(scale, 1, 1).iter());
    });
}

/// The queries by name.
pub fn queries() -> Vec<(String, String)> {
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

fn fill(path: &Path, schema: &str, indexes: &str, load: impl FnOnce(&Connection)) {
    let connection = Connection::open(path).expect("the file was just made");
    connection.execute_batch(&format!("{schema} PRAGMA synchronous = OFF; BEGIN")).expect("nobody else has the file");
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
