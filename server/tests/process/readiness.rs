//! Alive is not ready.

use crate::program::Program;
use palier_wire::Problem;
use tempfile::TempDir;

#[tokio::test]
async fn a_server_that_cannot_write_lives_and_is_not_ready() {
    let around = TempDir::new().unwrap();
    let (data, elsewhere) = (around.path().join("data"), around.path().join("elsewhere"));
    let program = Program::start("serve", &data, &[]);
    let ask = async |path: &str| {
        reqwest::get(format!("{}{path}", program.url))
            .await
            .unwrap()
    };

    std::fs::rename(&data, &elsewhere).unwrap();
    assert_eq!(ask("/healthz").await.status(), 200);
    let reply = ask("/readyz").await;
    assert_eq!(reply.status(), 503);
    assert!(reply.headers().contains_key("retry-after"));
    let problem: Problem = reply.json().await.unwrap();
    assert_eq!(problem.status, 503);

    std::fs::rename(&elsewhere, &data).unwrap();
    assert_eq!(ask("/readyz").await.status(), 200);
}
