//! A real storage that speaks S3 for tests: SeaweedFS, on free ports, in a temporary folder.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// How long it may take to start.
const START: Duration = Duration::from_secs(60);

/// A running storage with one bucket. It ends with the value.
pub struct Weed {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Weed {
    /// Starts it. None, with a word about it, where `PALIER_WEED` does not say where the program is:
    /// `cargo xtask test` says it.
    pub async fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("PALIER_WEED") else {
            eprintln!(
                "skipped: PALIER_WEED does not say where SeaweedFS is (cargo xtask which weed)"
            );
            return None;
        };
        let folder = TempDir::new().unwrap();
        let [master, volume, filer, port] = free_ports();
        let at = |name: &str, port: u16| format!("-{name}port={port}");
        let child = Command::new(program)
            .args([
                "server",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-s3",
                "-filer=true",
            ])
            .args([
                "-volume.max=20",
                "-master.volumeSizeLimitMB=64",
                "-master.telemetry=false",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
            ])
            .args([at("master.", master), at("volume.", volume)])
            .args([at("filer.", filer), at("s3.", port)])
            .arg(format!("-dir={}", folder.path().display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let weed = Self {
            child,
            port,
            _folder: folder,
        };
        tokio::time::timeout(START, weed.ready())
            .await
            .expect("SeaweedFS starts");
        Some(weed)
    }

    /// Waits until the bucket is there and takes something.
    async fn ready(&self) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        for path in ["files", "files/hello"] {
            let url = format!("{}/{path}", self.endpoint());
            loop {
                let put = http.put(&url).body("hello").send().await;
                if put.is_ok_and(|it| it.status().is_success() || it.status() == 409) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What a server has to be told in its environment to keep its files in `prefix`.
    pub fn settings(&self, prefix: &str) -> Vec<(String, String)> {
        let pairs = [
            ("PALIER_BLOBS", format!("s3://files/{prefix}")),
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "anybody".into()),
            ("AWS_SECRET_ACCESS_KEY", "canary-of-the-bucket".into()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

impl Drop for Weed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Four ports that are free, each with the one 10000 above it: there it speaks to itself.
fn free_ports() -> [u16; 4] {
    let mut held = Vec::new();
    let mut ports = Vec::new();
    while ports.len() < 4 {
        let low = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = low.local_addr().unwrap().port();
        // Free ports are given from the upper half; the twin has to lie above.
        let port = if port > 50_000 {
            port - 30_000
        } else {
            port - 15_000
        };
        let both = [port, port + 10_000].map(|port| TcpListener::bind(("127.0.0.1", port)));
        if let [Ok(one), Ok(other)] = both {
            held.extend([low, one, other]);
            ports.push(port);
        }
    }
    ports.try_into().unwrap()
}
