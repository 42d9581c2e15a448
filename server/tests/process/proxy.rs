//! Behind a proxy, the limits per address are for its callers.

use crate::program::Program;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tempfile::TempDir;

async fn tries(program: &Program, forwarded: &str) -> StatusCode {
    let body = json!({"email": forwarded, "password": "wrong", "device_id": uuid::Uuid::nil()});
    let request = Client::new().post(format!("{}/api/session", program.url));
    let request = request.header("x-forwarded-for", forwarded).json(&body);
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_callers_and_nobody_else_does() {
    let once = ("PALIER_SIGN_INS_PER_ADDRESS", "1");
    let folder = TempDir::new().unwrap();
    let trusting = [once, ("PALIER_TRUSTED_PROXY", "127.0.0.0/8, ::1")];
    let program = Program::start("serve", folder.path(), &trusting);
    assert_eq!(tries(&program, "198.51.100.1").await, 401);
    assert_eq!(tries(&program, "198.51.100.2").await, 401);
    assert_eq!(tries(&program, "9.9.9.9, 198.51.100.1").await, 429);
    program.stop();

    let program = Program::start("serve", folder.path(), &[once]);
    assert_eq!(tries(&program, "198.51.100.1").await, 401);
    assert_eq!(tries(&program, "198.51.100.2").await, 429);
}
