//! Set up, run, test: the project's own commands.
fn main() {}
