//! A PostgreSQL of our own with its usual settings: a commit is on the disk before it is answered.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A running server with one empty database. It ends with the value.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
}

impl Cluster {
    /// Where the newest PostgreSQL of Debian has its programs, if there is one.
    pub fn programs() -> Option<PathBuf> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let newest = versions.flatten().filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        });
        newest.max().map(|(_, folder)| folder)
    }

    /// Makes one in a temporary folder, and starts it.
    ///
    /// # Errors
    /// When one of its programs refuses.
    pub fn start(programs: &Path) -> Result<Self> {
        let cluster = Self {
            folder: TempDir::new()?,
            programs: programs.to_owned(),
        };
        if is_root() {
            succeeds(
                Command::new("chown")
                    .arg("postgres")
                    .arg(cluster.folder.path()),
            )?;
        }
        let mut initdb = cluster.program("initdb");
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.args(["--username=palier", "-D"]).arg(cluster.data());
        succeeds(&mut initdb)?;
        let options = format!(
            "-k {} -c listen_addresses= -c max_connections=200",
            cluster.folder.path().display()
        );
        let mut start = cluster.program("pg_ctl");
        start.args(["start", "--wait", "--options", &options, "--log"]);
        start.arg(cluster.folder.path().join("log"));
        succeeds(start.arg("-D").arg(cluster.data()))?;
        Ok(cluster)
    }

    /// Makes another empty database; gives its address.
    ///
    /// # Errors
    /// When there is one of that name.
    pub fn database(&self, name: &str) -> Result<String> {
        let socket = self.folder.path().display();
        let mut createdb = self.program("createdb");
        succeeds(createdb.args(["-U", "palier", "-h", &socket.to_string(), name]))?;
        Ok(format!("postgres://palier@localhost/{name}?host={socket}"))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of its programs, as the user that it wants: it refuses to be root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args([
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "--",
        ]);
        command.arg(program);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--mode", "immediate", "-D"])
            .arg(self.data());
        let _ = succeeds(&mut stop);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

// Without pipes: the server that pg_ctl leaves behind would hold them open.
fn succeeds(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("could not start {}", program.display()))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
