//! A server's process. It ends with the value.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

fn serve(server: &Path, folder: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(server);
    command
        .args(["serve", "--listen", &address.to_string(), "--data-dir"])
        .arg(folder)
        .args(["--sign-ins-per-account", "1000000"])
        .args(["--sign-ins-per-address", "1000000"])
        .env("PALIER_LOG", "warn");
    command
}

/// A running server.
pub struct Program {
    child: Child,
    /// `http://127.0.0.1:port`
    pub url: String,
}

impl Program {
    /// `palier-server serve` on `folder`, and on `database_url` where there is one.
    ///
    /// # Errors
    /// When it does not say where it listens.
    pub fn palier(server: &Path, folder: &Path, database_url: Option<&str>) -> Result<Self> {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut command = serve(server, folder, anywhere);
        if let Some(url) = database_url {
            command.args(["--database-url", url]);
        }
        Self::that_says_where(command)
    }

    /// `palier-server serve` on `folder`, where somebody already looks for it.
    ///
    /// # Errors
    /// When it does not say where it listens.
    pub fn palier_at(server: &Path, folder: &Path, address: SocketAddr) -> Result<Self> {
        Self::that_says_where(serve(server, folder, address))
    }

    /// The peer: this program, as [`crate::raw`], on the database of `folder` or on `database_url`.
    ///
    /// # Errors
    /// When it does not say where it listens.
    pub fn raw(folder: &Path, database_url: Option<&str>) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("raw");
        match database_url {
            Some(url) => command.args(["--database-url", url]),
            None => command.arg("--folder").arg(folder),
        };
        Self::that_says_where(command)
    }

    /// Starts what prints `listening on http://…` as its first line.
    fn that_says_where(mut command: Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("it has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let program = Self {
            child,
            url: line
                .trim_end()
                .strip_prefix("listening on ")
                .unwrap_or_default()
                .to_owned(),
        };
        if program.url.is_empty() {
            bail!("it does not say where it listens, but {line:?}");
        }
        Ok(program)
    }

    /// Something that was started otherwise.
    pub fn at(child: Child, url: String) -> Self {
        Self { child, url }
    }

    /// The memory that only this process has and its share of the rest, in bytes (Linux).
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn memory(&self) -> Result<u64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .context("the kernel does not tell the memory")?;
        Ok(kib.trim().parse::<u64>()? * 1024)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
