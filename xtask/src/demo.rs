//! `cargo xtask run`: a server with a demo portfolio and the desktop window signed in to it.
//!
//! The two end together: closing the window stops the server, a server that dies closes the
//! window, and Ctrl-C ends both.

use std::{
    env,
    fs::{self, File, TryLockError},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use shared_child::SharedChild;

use crate::{
    pages,
    process::{self, Refused, run as run_program},
    progress::{note, step},
    setup::{Consent, Purpose, ensure},
    workspace::Workspace,
};

/// The demo's owner, who gets the window.
pub const OWNER: Account = Account {
    email: "owner@demo.palier.test",
    password: "palier-demo-owner",
};
/// The demo's tenant, who writes to the owner.
pub const TENANT: Account = Account {
    email: "tenant@demo.palier.test",
    password: "palier-demo-tenant",
};

/// Where the demo listens if nobody else does, so that a `curl` line stays right between runs.
const PORT: u16 = 4750;

/// How long the server may take to make the demo and listen.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How long a program may take to end by itself before it is killed.
const END_LIMIT: Duration = Duration::from_secs(5);

/// A demo account.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// Mail address.
    pub email: &'static str,
    /// Password.
    pub password: &'static str,
}

/// The demo's files.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Below the target folder: it is disposable, and `cargo clean` takes it away.
    #[must_use]
    pub fn of(workspace: &Workspace) -> Self {
        Self(workspace.target().join("demo"))
    }

    fn server(&self) -> PathBuf {
        self.0.join("server")
    }

    fn desktop(&self) -> PathBuf {
        self.0.join("desktop")
    }

    /// Keeps a second demo from removing the files of a running one.
    fn lock(&self) -> Result<File> {
        fs::create_dir_all(self.0.parent().unwrap_or(&self.0))?;
        let lock = File::create(self.0.with_extension("lock"))
            .context("could not make the demo's lock")?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Refused(
                "a demo is running already: end it first, or write to it with `cargo xtask say`"
                    .into(),
            )
            .into()),
            // A file system without locks: then the person takes care.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(lock),
        }
    }

    /// Where the running server's address is written, for [`crate::say`].
    #[must_use]
    pub fn address(&self) -> PathBuf {
        self.0.join("address")
    }
}

/// Builds what is needed, starts both programs, and returns when they have ended.
pub fn run(workspace: &Workspace, keep_data: bool, no_window: bool) -> Result<()> {
    if !no_window {
        need_display()?;
    }
    ensure(workspace, Purpose::Run, Consent::from_flag(false))?;
    step("build the screens", || pages::build(workspace))?;
    step("build server and desktop", || {
        // The whole workspace's features, as in the tests: so neither builds the other's parts anew.
        run_program(build_command().args(["--bin", "palier-server", "--bin", "palier"]))
    })?;

    let folder = Folder::of(workspace);
    let _lock = folder.lock()?;
    if !keep_data && folder.0.exists() {
        fs::remove_dir_all(&folder.0).context("could not remove the data of the last demo")?;
    }
    fs::create_dir_all(folder.desktop()).context("could not make the demo's folder")?;

    let mut server = Command::new(workspace.program("palier-server"));
    server
        .args(["demo", "--listen", &free_address(), "--data-dir"])
        .arg(folder.server());
    let ends = Ends::new();
    ends.watch_signals()?;
    let result = together(server, ends, |address| {
        fs::write(folder.address(), address).context("could not note the server's address")?;
        explain(address);
        if no_window {
            note("Ctrl-C ends it.");
            return Ok(None);
        }
        note("The window opens now. Closing it, or Ctrl-C, ends everything.");
        let mut desktop = Command::new(workspace.program("palier"));
        desktop
            .env("PALIER_DATA_DIR", folder.desktop())
            .env("PALIER_SERVER", address)
            .env("PALIER_DEMO_EMAIL", OWNER.email)
            .env("PALIER_DEMO_PASSWORD", OWNER.password);
        Ok(Some(desktop))
    });
    // Else `say` would knock at whoever has the port next.
    let _ = fs::remove_file(folder.address());
    result
}

/// Runs a server until it listens, then a desktop program, and both until one of them ends or
/// somebody asks. Neither is running afterwards.
fn together(
    server: Command,
    ends: Ends,
    desktop: impl FnOnce(&str) -> Result<Option<Command>>,
) -> Result<()> {
    let (server, address) = start_server(server, |line| note(&format!("server  {line}")))?;
    ends.watch_child(&server, |_| End::Server);
    let _desktop = match desktop(&address)? {
        Some(command) => Some(start_desktop(command, &ends)?),
        None => None,
    };
    match ends.wait() {
        End::Asked => {
            note("\nEnding.");
            Ok(())
        }
        End::Desktop { good: true } => Ok(()),
        End::Desktop { good: false } => {
            bail!("the window ended with an error; its own lines above say which")
        }
        End::Server => bail!("the server ended by itself; its own lines above say why"),
    }
}

/// `cargo build` as every command here uses it: features unified over the workspace, and the
/// desktop with the screens inside instead of a development server's.
#[must_use]
pub fn build_command() -> Command {
    let mut command = process::cargo();
    command.args([
        "build",
        "--workspace",
        "--features",
        "palier/custom-protocol",
    ]);
    command
}

fn need_display() -> Result<()> {
    let has = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") || has("DISPLAY") || has("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err(Refused(
        "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n  \
         • at a desktop: start this in a terminal of that desktop\n  \
         • over SSH: connect with `ssh -X`\n  \
         • without any: `dbus-run-session xvfb-run --auto-servernum cargo xtask run` opens it on a display nobody sees\n  \
         • only the server: `cargo xtask run --no-window`"
            .into(),
    )
    .into())
}

/// Starts the server and waits until it says where it listens.
///
/// What it prints is handed on line by line.
pub(crate) fn start_server(
    mut command: Command,
    each_line: impl Fn(&str) + Send + 'static,
) -> Result<(Guard, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let server = SharedChild::spawn(&mut command).context("could not start the server")?;
    let server = Guard(Arc::new(server));
    let output = server.0.take_stdout().context("the server has no output")?;

    let (say_address, address) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = listening_on(&line) {
                let _ = say_address.send(address.to_owned());
            }
            each_line(&line);
        }
    });
    match address.recv_timeout(START_LIMIT) {
        Ok(address) => Ok((server, address)),
        // Its end closes its output, and with it the channel: nobody waits for a dead server.
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            bail!("the server ended before it listened; its own lines above say why")
        }
        Err(mpsc::RecvTimeoutError::Timeout) => {
            bail!(
                "the server did not listen within {} seconds",
                START_LIMIT.as_secs()
            )
        }
    }
}

fn start_desktop(mut command: Command, ends: &Ends) -> Result<Guard> {
    command.stdin(Stdio::null());
    let desktop =
        SharedChild::spawn(&mut command).context("could not start the desktop program")?;
    let desktop = Guard(Arc::new(desktop));
    ends.watch_child(&desktop, |good| End::Desktop { good });
    Ok(desktop)
}

/// The usual address, or any free one when somebody else has it.
fn free_address() -> String {
    let port = if TcpListener::bind(("127.0.0.1", PORT)).is_ok() {
        PORT
    } else {
        0
    };
    format!("127.0.0.1:{port}")
}

/// The address in the line by which the server says that it is ready.
fn listening_on(line: &str) -> Option<&str> {
    let address = line.split_once("listening on ")?.1.trim();
    address.starts_with("http://").then_some(address)
}

fn explain(address: &str) {
    let Account { email, password } = TENANT;
    note(&format!(
        r#"
The owner is signed in as {owner} (password {owner_password}).
Her tenant has the same screens in a browser on this computer (Chrome, Edge or Firefox; Safari and phones need https):

  {address}    as {email} (password {password})

Or write to her as the tenant from here:

  cargo xtask say "The radiator is cold again"

or with any HTTP client:

  TOKEN=$(curl -s {address}/api/session -H 'content-type: application/json' \
    -d '{{"email":"{email}","password":"{password}","device_id":"{device}","device_name":"curl"}}' \
    | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s {address}/api/incidents -H "authorization: Bearer $TOKEN"      # the ids
  curl -s {address}/api/incidents/ID/tickets -H "authorization: Bearer $TOKEN" \
    -H 'content-type: application/json' \
    -d "{{\"id\":\"$(cat /proc/sys/kernel/random/uuid)\",\"message\":\"Hello\"}}"
"#,
        owner = OWNER.email,
        owner_password = OWNER.password,
        device = uuid::Uuid::now_v7(),
    ));
}

/// Why the demo ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Ctrl-C, or a polite kill.
    Asked,
    /// The server is gone.
    Server,
    /// The window is gone.
    Desktop { good: bool },
}

/// The first of several things that may end the demo.
struct Ends {
    sender: mpsc::Sender<End>,
    receiver: mpsc::Receiver<End>,
}

impl Ends {
    fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self { sender, receiver }
    }

    fn watch_signals(&self) -> Result<()> {
        let sender = self.sender.clone();
        ctrlc::set_handler(move || {
            let _ = sender.send(End::Asked);
        })
        .context("could not listen for Ctrl-C")
    }

    fn watch_child(&self, child: &Guard, end: impl FnOnce(bool) -> End + Send + 'static) {
        let (child, sender) = (Arc::clone(&child.0), self.sender.clone());
        thread::spawn(move || {
            let good = child.wait().is_ok_and(|status| status.success());
            let _ = sender.send(end(good));
        });
    }

    fn wait(self) -> End {
        // `self` holds a sender, so the channel cannot close.
        let first = self.receiver.recv().unwrap_or(End::Asked);
        // A terminal sends Ctrl-C to our programs too, and their ends may be heard of before it.
        match self.receiver.recv_timeout(Duration::from_millis(200)) {
            Ok(End::Asked) => End::Asked,
            _ => first,
        }
    }
}

/// Ends its program when it goes out of scope, however the demo ends.
pub(crate) struct Guard(Arc<SharedChild>);

impl Drop for Guard {
    fn drop(&mut self) {
        end(&self.0);
    }
}

/// Asks a program to end, and makes it end when it does not.
fn end(child: &SharedChild) {
    #[cfg(unix)]
    {
        use shared_child::unix::SharedChildExt;
        // 15 is SIGTERM everywhere; it lets the server close its database.
        let _ = child.send_signal(15);
        if matches!(child.wait_timeout(END_LIMIT), Ok(Some(_))) {
            return;
        }
    }
    let _ = child.kill();
    let _ = child.wait_timeout(END_LIMIT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_that_says_ready() {
        assert_eq!(
            listening_on("listening on http://127.0.0.1:4750"),
            Some("http://127.0.0.1:4750")
        );
        assert_eq!(listening_on("demo owner: owner@demo.palier.test"), None);
        assert_eq!(listening_on("listening on nothing yet"), None);
    }

    #[cfg(unix)]
    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[cfg(unix)]
    const SERVER: &str = "echo listening on http://127.0.0.1:1; exec sleep 600";

    #[cfg(unix)]
    #[test]
    fn closing_the_window_ends_the_server() {
        let mut address = String::new();
        together(shell(SERVER), Ends::new(), |listening| {
            address = listening.to_owned();
            Ok(Some(shell("exit 0")))
        })
        .unwrap();
        assert_eq!(address, "http://127.0.0.1:1");
    }

    #[cfg(unix)]
    #[test]
    fn a_server_that_dies_ends_the_window() {
        let server = shell("echo listening on http://127.0.0.1:1; exit 3");
        let error =
            together(server, Ends::new(), |_| Ok(Some(shell("exec sleep 600")))).unwrap_err();
        assert!(
            error.to_string().starts_with("the server ended by itself"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_server_that_never_listens_is_not_waited_for() {
        let error = together(shell("echo no room >&2; exit 1"), Ends::new(), |_| Ok(None));
        assert!(
            error
                .unwrap_err()
                .to_string()
                .starts_with("the server ended before it listened")
        );
    }

    #[test]
    fn ctrl_c_is_not_an_error_even_if_the_window_is_gone_first() {
        let ends = Ends::new();
        ends.sender.send(End::Desktop { good: false }).unwrap();
        ends.sender.send(End::Asked).unwrap();
        assert_eq!(ends.wait(), End::Asked);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_ends_with_its_guard() {
        let child = Arc::new(SharedChild::spawn(Command::new("sleep").arg("600")).unwrap());
        drop(Guard(Arc::clone(&child)));
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn a_second_demo_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder(folder.path().join("demo"));
        let _first = folder.lock().unwrap();
        assert!(folder.lock().unwrap_err().is::<Refused>());
    }
}
