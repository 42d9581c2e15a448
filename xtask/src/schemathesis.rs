//! `cargo xtask schemathesis`: every route called with good and bad values, made from the server's own
//! description of its API.
//!
//! A real server with the demo's data for each role, a sign-in, then the program `schemathesis` on
//! `/api/openapi.json`. What a reply is held to, and why some checks are told more, is in
//! `xtask/schemathesis/schemathesis.toml`; what no description can say is in `hooks.py` beside it.
//! Everything it wrote is in `target/schemathesis/ROLE`, the server's log too.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::Command,
    thread,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    cache::Cache,
    demo::{Account, Guard, OWNER, TENANT, start_server},
    process::describe,
    progress::note,
    setup::python,
    workspace::Workspace,
};

/// The seed of the checks: what they found once they find again.
pub const SEED: u64 = 7;

/// How much is tried.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Random requests an operation, beside those at the borders of what the description says.
    pub examples: u32,
    /// Which ones.
    pub seed: u64,
}

/// Runs it as owner and as tenant, side by side.
///
/// The server's program has to be built already.
pub fn run(workspace: &Workspace, effort: Effort) -> Result<()> {
    let program = python::program(&Cache::find()?, "schemathesis")?;
    let roles = [("owner", OWNER), ("tenant", TENANT)];
    let results: Vec<(&str, Result<()>)> = thread::scope(|scope| {
        let running: Vec<_> = roles
            .into_iter()
            .map(|(role, account)| {
                let program = program.clone();
                let work = scope.spawn(move || as_role(workspace, program, role, account, effort));
                (role, work)
            })
            .collect();
        running
            .into_iter()
            .map(|(role, work)| (role, work.join().unwrap_or_else(|_| bail!("it panicked"))))
            .collect()
    });
    let mut wrong = Vec::new();
    for (role, result) in results {
        if let Err(error) = result {
            note(&format!("as {role}: {error:#}"));
            wrong.push(role);
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        bail!("something was found as {}", wrong.join(" and as "))
    }
}

fn as_role(
    workspace: &Workspace,
    program: PathBuf,
    role: &str,
    account: Account,
    effort: Effort,
) -> Result<()> {
    let folder = workspace.target().join("schemathesis").join(role);
    if folder.exists() {
        fs::remove_dir_all(&folder).context("could not remove what the last run left")?;
    }
    fs::create_dir_all(&folder).context("could not make the folder for the run")?;
    let (_server, url) = start(workspace, &folder)?;
    let session = Session::begin(&url, account)?;

    let configuration = workspace.root().join("xtask/schemathesis");
    let said = folder.join("said.txt");
    let output = File::create(&said)?;
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(configuration.join("schemathesis.toml"))
        .args(["run", &format!("{url}/api/openapi.json")])
        .args(["--max-examples", &effort.examples.to_string()])
        .args(["--seed", &effort.seed.to_string()])
        .env("SCHEMATHESIS_HOOKS", configuration.join("hooks.py"))
        .env("PALIER_URL", &url)
        .env("PALIER_EMAIL", account.email)
        .env("PALIER_PASSWORD", account.password)
        .env("PALIER_TOKEN", &session.token)
        .env("PALIER_EPOCH", &session.epoch)
        // Its database of examples would make one run depend on the one before.
        .current_dir(&folder)
        .stdout(output.try_clone()?)
        .stderr(output);
    let line = describe(&command);
    let status = command
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    let text = fs::read_to_string(&said).context("could not read what it said")?;
    if !status.success() {
        bail!("{text}\n(also in {})", said.display());
    }
    // From then on every reply would have been a 401, and every check content with it.
    if !session.stands(&url)? {
        bail!("the session ended during the run, so much of it tried nothing");
    }
    for line in text.lines().filter(|line| line.contains(" generated, ")) {
        note(&format!("  as {role}: {}", line.trim()));
    }
    Ok(())
}

/// A server with the demo's data whose limits are out of the way: they are tested elsewhere, and here
/// they would answer in the place of everything else.
fn start(workspace: &Workspace, folder: &std::path::Path) -> Result<(Guard, String)> {
    let log = File::create(folder.join("server.log")).context("could not make the server's log")?;
    let mut server = Command::new(workspace.program("palier-server"));
    server
        .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.join("data"))
        .args(["--sign-ins-per-account", "1000000"])
        .args(["--sign-ins-per-address", "1000000"])
        .args(["--heartbeat", "1s"])
        .stderr(log);
    start_server(server, |_| {})
}

/// A session of the account that calls.
struct Session {
    token: String,
    epoch: String,
}

impl Session {
    fn begin(url: &str, account: Account) -> Result<Self> {
        let Account { email, password } = account;
        let device = uuid::Uuid::now_v7();
        let mut reply = ureq::post(format!("{url}/api/session"))
            .send_json(json!({"email": email, "password": password, "device_id": device}))
            .context("could not sign in")?;
        let epoch = reply
            .headers()
            .get("palier-epoch")
            .and_then(|value| value.to_str().ok())
            .context("the reply names no epoch")?
            .to_owned();
        let body: Value = reply.body_mut().read_json()?;
        let token = body["token"].as_str().context("the reply has no token")?;
        Ok(Self {
            token: token.to_owned(),
            epoch,
        })
    }

    fn stands(&self, url: &str) -> Result<bool> {
        let reply = ureq::get(format!("{url}/api/incidents"))
            .config()
            .http_status_as_error(false)
            .build()
            .header("authorization", format!("Bearer {}", self.token))
            .call()
            .context("the server does not answer any more")?;
        Ok(reply.status() == 200)
    }
}
