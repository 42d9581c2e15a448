//! Programs that end with the test.

use crate::START;
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout},
    time::timeout,
};

/// A program in a process group of its own; killed, children included, when dropped.
pub struct Process {
    name: String,
    child: Child,
}

/// How to start a program: what it writes goes to files below the test's folder.
pub struct Program {
    name: String,
    logs: PathBuf,
    command: Command,
}

impl Program {
    /// A program whose output goes to `logs/<name>.log`.
    pub fn new(logs: &Path, name: &str, mut command: Command) -> Self {
        use std::os::unix::process::CommandExt;
        command.process_group(0).stdin(Stdio::null());
        Self {
            name: name.to_owned(),
            logs: logs.to_owned(),
            command,
        }
    }

    fn log(&self) -> File {
        let path = self.logs.join(format!("{}.log", self.name));
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        writeln!(file, "--- {:?}", self.command.get_args()).unwrap();
        file
    }

    /// Starts it.
    pub fn start(mut self) -> Process {
        let log = self.log();
        self.command.stdout(log.try_clone().unwrap()).stderr(log);
        self.spawn()
    }

    /// Starts it with something to read.
    pub fn start_with_input(mut self, input: &str) -> Process {
        let file = self.logs.join(format!("{}.in", self.name));
        std::fs::write(&file, input).unwrap();
        self.command.stdin(File::open(file).unwrap());
        self.start()
    }

    /// Starts it and waits for its first line, which says where it can be reached.
    pub async fn start_and_read_line(mut self) -> (Process, String) {
        let log = self.log();
        self.command.stdout(Stdio::piped()).stderr(log);
        let name = self.name.clone();
        let mut process = self.spawn();
        let output = process.child.stdout.take().unwrap();
        let line = first_line(output);
        let line = timeout(START, line).await.ok().flatten();
        let line = line.unwrap_or_else(|| panic!("{name} says nothing"));
        (process, line)
    }

    fn spawn(self) -> Process {
        let name = self.name;
        let child = tokio::process::Command::from(self.command)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        Process { name, child }
    }
}

async fn first_line(output: ChildStdout) -> Option<String> {
    let mut lines = BufReader::new(output).lines();
    let line = lines.next_line().await.ok().flatten()?;
    // Read on, else the program stops at a full pipe, or at a closed one.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(line)
}

impl Process {
    /// Its number.
    pub fn id(&self) -> u32 {
        self.child
            .id()
            .unwrap_or_else(|| panic!("{} has ended", self.name))
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// `kill -9`, and its end.
    pub async fn kill(mut self) {
        self.kill_group();
        self.child.wait().await.unwrap();
    }

    fn kill_group(&self) {
        if let Some(group) = self.child.id() {
            signal("KILL", &format!("-{group}"));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// A program that also ends when this test is killed itself, and can clean nothing up.
pub fn program(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", name]);
    command
}

/// Sends a signal to a process, or with a minus before its number to a group.
pub fn signal(signal: &str, target: &str) {
    let _ = Command::new("kill")
        .args([&format!("-{signal}"), "--", target])
        .stderr(Stdio::null())
        .status();
}

/// The processes that `parent` has started.
pub fn children(parent: u32) -> Vec<u32> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{parent}/task")) else {
        return Vec::new();
    };
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|list| {
            let numbers: Vec<u32> = list.split_whitespace().flat_map(str::parse).collect();
            numbers
        })
        .collect()
}

/// Whether a process is gone, or only waits for its parent to hear of its end.
pub fn has_ended(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .map_or(true, |stat| stat.contains(") Z "))
}
