//! What has to be downloaded: the packages, and the screens' wasm as a browser would get it (budget 11).

use super::Wanted;
use anyhow::Result;
use std::fs;

/// The most that brotli can do, which is also how the window's program carries its page.
const QUALITY: u32 = 11;
const WINDOW: u32 = 24;

/// Weighs them.
///
/// # Errors
/// When one of them is missing.
pub fn measure(wanted: &Wanted) -> Result<()> {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let ours = megabytes(fs::metadata(&wanted.deb)?.len());
    let hello = megabytes(fs::metadata(&wanted.hello_deb)?.len());
    let wasm = fs::read(&wanted.wasm)?;
    let mut packed = Vec::new();
    {
        let mut brotli = brotli::CompressorWriter::new(&mut packed, 1 << 16, QUALITY, WINDOW);
        std::io::Write::write_all(&mut brotli, &wasm)?;
    }
    println!("\n### What travels\n\n| | size | |\n|---|---|---|");
    println!(
        "| our .deb | {ours:.2} MB | allowed are 1.5 × hello + 4 MB = {:.2} MB |",
        1.5 * hello + 4.0
    );
    println!("| the .deb of a window that says hello | {hello:.2} MB | |");
    println!(
        "| the screens' wasm, compressed by brotli | {:.2} MB of {:.2} MB | allowed are 1.5 MB |",
        megabytes(packed.len() as u64),
        megabytes(wasm.len() as u64)
    );
    Ok(())
}
