//! Tells the crate whether the SQLite that it links has `sqlite3_snapshot_*`, which otherwise would not link.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sqlite_snapshot)");
    println!("cargo::rerun-if-env-changed=LIBSQLITE3_FLAGS");
    if std::env::var("LIBSQLITE3_FLAGS").is_ok_and(|flags| flags.contains("SQLITE_ENABLE_SNAPSHOT")) {
        println!("cargo::rustc-cfg=sqlite_snapshot");
    }
}
