//! Rebuilds the server when a migration or a page changes: they are compiled in.

fn main() {
    println!("cargo:rerun-if-changed=../migrations/server/sqlite");
    println!("cargo:rerun-if-changed=pages");
}
