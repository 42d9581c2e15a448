//! In the browser: draws the gallery. Anywhere else: serves it.

#[cfg(target_arch = "wasm32")]
fn main() {
    palier_gallery::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> anyhow::Result<()> {
    palier_gallery::server::run()
}
