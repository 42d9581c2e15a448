//! The real server, in a process that can be killed.

use super::{
    desktop::Desktop,
    process::{Process, signal},
    until,
};
use std::{net::SocketAddr, path::PathBuf};

/// A server with the demonstration's people and incidents.
pub struct Server {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it on a free port, on the data of the last one if there was one.
    pub async fn start(desktop: &Desktop, newest_client: Option<&str>) -> Self {
        let mut command = desktop.command(program());
        command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(desktop.folder().join("server"));
        command.args(newest_client.map(|version| format!("--newest-client={version}")));
        let program = desktop.program("server", command);
        let (process, line) = program.start_and_read_line().await;
        let address = line.strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("the server says {line:?}"));
        Self {
            process,
            address: address.trim().parse().unwrap(),
        }
    }

    /// `kill -9`.
    pub async fn kill(self) {
        self.process.kill().await;
    }

    /// Asks it to end, and waits until it did.
    pub async fn stop(mut self) {
        signal("TERM", &self.process.id().to_string());
        until("the server ends", async || {
            (!self.process.runs()).then_some(())
        })
        .await;
    }
}

/// Runs a maintenance command of the server to its end.
pub async fn maintains(desktop: &Desktop, args: &[&str]) {
    let mut command = tokio::process::Command::from(desktop.command(program()));
    let done = command.args(args).output().await.unwrap();
    assert!(done.status.success(), "{args:?}: {done:?}");
}

/// Built beforehand by `cargo xtask test`; beside this test's own program, or as told.
fn program() -> PathBuf {
    let told = std::env::var_os("PALIER_SERVER_BIN").map(PathBuf::from);
    let program = told.unwrap_or_else(|| {
        PathBuf::from(env!("CARGO_BIN_EXE_palier")).with_file_name("palier-server")
    });
    assert!(
        program.is_file(),
        "{} is missing: cargo build -p palier-server",
        program.display()
    );
    program
}
