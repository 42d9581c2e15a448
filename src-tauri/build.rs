//! Embeds the configuration and the icons.
fn main() {}
