//! Names the one condition by which the store has a single connection and a driver without threads: in a
//! browser, and where the feature asks for it, so that plain tests reach that half as well.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(browser)");
    println!("cargo::rerun-if-changed=build.rs");
    let asked = std::env::var_os("CARGO_FEATURE_BROWSER").is_some();
    let wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if asked || wasm {
        println!("cargo::rustc-cfg=browser");
    }
}
