//! A running `palier-server`, and people with curl.

use palier_domain::Sha256;
use palier_server::ops::demo;
use palier_wire::{
    ChangesPage, Cursor, SessionCreated,
    rest::IncidentPage,
    upload::{PATCH_MEDIA_TYPE, TUS_VERSION, UploadMetadata},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};
use tempfile::TempDir;
use uuid::Uuid;

/// Long enough for anything that is going to happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The program with these arguments, and nothing of our environment.
pub fn command(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_palier-server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PALIER_") {
            program.env_remove(name);
        }
    }
    program.args(args);
    program
}

/// Runs a command to its end; says what it printed, or what it complained of.
pub fn run(args: &[&str], settings: &[(String, String)]) -> Result<String, String> {
    let mut program = command(args);
    let output = program.envs(settings.iter().cloned()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// A process. It ends with the value at the latest.
pub struct Program {
    child: Child,
    /// `http://127.0.0.1:port`
    pub url: String,
    log: Arc<Mutex<String>>,
    logging: Option<JoinHandle<()>>,
}

impl Program {
    /// Starts it on a port of its own.
    pub fn start(command: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = self::command(&[command])
            .arg("--data-dir")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0"])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let logging = collect(child.stderr.take().unwrap(), log.clone());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.strip_prefix("listening on ");
        let url = url.unwrap_or_else(|| panic!("{line} {}", log.lock().unwrap()));
        child.stdout = Some(out.into_inner());
        Self {
            url: url.trim_end().to_owned(),
            child,
            log,
            logging: Some(logging),
        }
    }

    /// The demonstration, on a folder of its own.
    pub fn demo(settings: &[(&str, &str)]) -> (Self, TempDir) {
        let folder = TempDir::new().unwrap();
        (Self::start("demo", folder.path(), settings), folder)
    }

    /// What it says when it does not start.
    pub async fn refused(command: &str, folder: &Path) -> String {
        let mut program = self::command(&[command, "--listen", "127.0.0.1:0", "--data-dir"]);
        program.arg(folder);
        let ended = tokio::task::spawn_blocking(move || program.output().unwrap());
        let output = tokio::time::timeout(PATIENCE, ended)
            .await
            .unwrap()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// The most memory that it ever held, in KiB.
    pub fn memory_peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kib.parse().unwrap()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until it has logged a line with this in it, and gives the line.
    pub async fn logs(&self, words: &str) -> String {
        let line = async {
            loop {
                let log = self.log();
                if let Some(line) = log.lines().find(|line| line.contains(words)) {
                    return line.to_owned();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let line = tokio::time::timeout(PATIENCE, line).await;
        line.unwrap_or_else(|_| panic!("no {words} in {}", self.log()))
    }

    /// Asks it to stop, and waits for its end. Gives everything it wrote.
    pub fn stop(mut self) -> String {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success(), "{}", self.log());
        let mut all = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut all).unwrap();
        self.logging.take().unwrap().join().unwrap();
        all + &self.log()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn tenant(&self) -> Person {
        Person::sign_in(&self.url, demo::TENANT).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(from: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut log = into.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    })
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Person {
    pub http: Client,
    pub url: String,
    pub token: String,
    pub user: Uuid,
}

impl Person {
    /// Opens a session; as every client, again where the server says that it is not ready: a
    /// database that was just restarted costs each of its connections one request.
    pub async fn sign_in(url: &str, (email, password): (&str, &str)) -> Self {
        let http = Client::new();
        let signed_in = async {
            loop {
                let reply = tries_to_sign_in(&http, url, email, password).await;
                if reply.status() != StatusCode::SERVICE_UNAVAILABLE {
                    return reply;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let reply = tokio::time::timeout(PATIENCE, signed_in).await.unwrap();
        let session: SessionCreated = reply.json().await.unwrap();
        Self {
            http,
            url: url.to_owned(),
            token: session.token,
            user: session.user_id.0,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.url);
        self.http.request(method, url).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// An incident that this person sees.
    pub async fn incident(&self) -> String {
        let page: IncidentPage = self.get("/api/incidents").await.json().await.unwrap();
        page.incidents[0].incident.id.to_string()
    }

    /// The id of the new ticket, or why there is none.
    pub async fn writes(&self, incident: &str, message: &str) -> reqwest::Result<Uuid> {
        let id = Uuid::now_v7();
        let body = json!({"id": id, "message": message});
        let path = format!("/api/incidents/{incident}/tickets");
        let reply = self.request(Method::POST, &path).json(&body).send().await?;
        reply.error_for_status().map(|_| id)
    }

    /// The ids of everything in a thread.
    pub async fn thread(&self, incident: &str) -> Vec<Uuid> {
        let mut ids = Vec::new();
        let mut after = 0;
        loop {
            let path = format!("/api/incidents/{incident}/tickets?limit=200&after_n={after}");
            let page: Value = self.get(&path).await.json().await.unwrap();
            let tickets = page["tickets"].as_array().unwrap();
            let Some(last) = tickets.last() else {
                return ids;
            };
            after = last["n"].as_u64().unwrap();
            let id = |ticket: &Value| ticket["id"].as_str().unwrap().parse::<Uuid>().unwrap();
            ids.extend(tickets.iter().map(id));
        }
    }

    /// Uploads a file as a whole; what the server said to its last byte.
    pub async fn uploads(&self, name: &str, bytes: Vec<u8>) -> Response {
        let upload = Upload::begin(self, name, &bytes).await;
        upload.sends(self, 0, &bytes).await
    }

    /// A live stream of everything that this person sees.
    pub async fn stream(&self) -> Response {
        let page: ChangesPage = self.get("/api/sync/changes").await.json().await.unwrap();
        let mut cursor = Cursor::start(page.to.epoch);
        cursor.at = page.scopes.iter().map(|scope| (*scope, 0)).collect();
        let reply = self.get(&format!("/api/sync/stream?cursor={cursor}")).await;
        assert_eq!(reply.status(), 200);
        reply
    }
}

/// An upload that was begun.
pub struct Upload {
    pub attachment: Uuid,
    place: String,
}

impl Upload {
    pub async fn begin(person: &Person, name: &str, bytes: &[u8]) -> Self {
        let attachment = Uuid::now_v7();
        let metadata = UploadMetadata {
            attachment_id: attachment.into(),
            filename: name.into(),
            sha256: Sha256::of(bytes),
        };
        let begin = person
            .request(Method::POST, "/api/uploads")
            .header("tus-resumable", TUS_VERSION)
            .header("upload-length", bytes.len())
            .header("upload-metadata", metadata.to_header());
        let begun = begin.send().await.unwrap();
        assert_eq!(begun.status(), 201);
        let place = begun.headers()["location"].to_str().unwrap().to_owned();
        Self { attachment, place }
    }

    /// Sends a piece, wherever `person` is.
    pub async fn sends(&self, person: &Person, offset: u64, bytes: &[u8]) -> Response {
        let patch = person
            .request(Method::PATCH, &self.place)
            .header("tus-resumable", TUS_VERSION)
            .header("upload-offset", offset)
            .header("content-type", PATCH_MEDIA_TYPE)
            .body(bytes.to_vec());
        patch.send().await.unwrap()
    }
}

pub async fn tries_to_sign_in(http: &Client, url: &str, email: &str, password: &str) -> Response {
    let body = json!({"email": email, "password": password, "device_id": Uuid::now_v7()});
    let request = http.post(format!("{url}/api/session")).json(&body);
    request.send().await.unwrap()
}
