//! HTTPS by itself.

use crate::program::{PATIENCE, Program};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Certificate, Client, StatusCode, Version, tls::TlsInfo};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

pub const CA: &str = include_str!("certificates/ca.pem");
pub const FIRST: [&str; 2] = [
    include_str!("certificates/first.pem"),
    include_str!("certificates/first.key"),
];
const SECOND: [&str; 2] = [
    include_str!("certificates/second.pem"),
    include_str!("certificates/second.key"),
];

fn put(folder: &Path, [certificate, key]: [&str; 2]) {
    std::fs::write(folder.join("tls.pem"), certificate).unwrap();
    std::fs::write(folder.join("tls.key"), key).unwrap();
}

fn settings(folder: &Path) -> [(&'static str, String); 2] {
    let path = |name| folder.join(name).to_str().unwrap().to_owned();
    [
        ("PALIER_TLS_CERT", path("tls.pem")),
        ("PALIER_TLS_KEY", path("tls.key")),
    ]
}

/// A client that trusts our authority and nobody else, on a connection of its own.
fn client() -> Client {
    let builder = Client::builder().tls_info(true);
    let ca = Certificate::from_pem(CA.as_bytes()).unwrap();
    builder.tls_certs_only([ca]).build().unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}

async fn shown(url: &str) -> Vec<u8> {
    let reply = client().get(format!("{url}/healthz")).send().await.unwrap();
    let info = reply.extensions().get::<TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}

#[tokio::test]
async fn a_certificate_makes_it_speak_http_2_and_is_renewed_without_a_restart() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), FIRST);
    let settings = settings(folder.path());
    let settings = settings
        .each_ref()
        .map(|(name, path)| (*name, path.as_str()));
    let program = Program::start("serve", folder.path(), &settings);
    let url = program.url.clone();
    assert!(url.starts_with("https://"), "{url}");

    let open = client();
    let ask = async || open.get(format!("{url}/readyz")).send().await.unwrap();
    let reply = ask().await;
    assert_eq!(
        (reply.status(), reply.version()),
        (StatusCode::OK, Version::HTTP_2)
    );
    assert!(reply.headers().contains_key("strict-transport-security"));
    assert_eq!(shown(&url).await, der(FIRST[0]));

    // One of the two files alone does not fit the other: what is there goes on.
    std::fs::write(folder.path().join("tls.pem"), SECOND[0]).unwrap();
    program.signal("-HUP");
    program.logs("could not read the certificate again").await;
    assert_eq!(shown(&url).await, der(FIRST[0]));

    put(folder.path(), SECOND);
    program.signal("-HUP");
    program.logs("read the certificate again").await;
    let renewed = async {
        while shown(&url).await != der(SECOND[0]) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.unwrap();
    assert_eq!(ask().await.status(), 200, "connections stay");
    program.stop();
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_at_the_start() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), [FIRST[0], SECOND[1]]);
    let refused = |settings: &[(&str, String)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_palier-server"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.path())
            .envs(settings.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let settings = settings(folder.path());
    let said = refused(&settings);
    assert!(said.contains("read the certificate and its key"), "{said}");
    let said = refused(&settings[..1]);
    assert!(
        said.contains("tls_cert and tls_key need each other"),
        "{said}"
    );
}
