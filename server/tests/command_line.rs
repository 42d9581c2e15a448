//! The program as an operator starts and stops it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use reqwest::StatusCode;
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

fn palier(args: &[&str], folder: &Path) -> Command {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut command = Command::new(env!("CARGO_BIN_EXE_palier-server"));
    // What the person who runs the tests has set is not meant for them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PALIER_") {
            command.env_remove(name);
        }
    }
    command
        .args(args)
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Starts a server and waits for the line that says where it listens.
fn start(command: &str, folder: &Path) -> (Child, String) {
    let args = [command, "--listen", "127.0.0.1:0"];
    let mut server = palier(&args, folder).spawn().unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let url = line
        .strip_prefix("listening on ")
        .unwrap()
        .trim_end()
        .to_owned();
    assert!(url.starts_with("http://127.0.0.1:"));
    server.stdout = Some(out.into_inner());
    (server, url)
}

/// Stops a server with a signal; gives what else it wrote to standard output.
fn stop(mut server: Child, signal: &str) -> String {
    let kill = Command::new("kill")
        .args([signal, &server.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert!(
        server.wait().unwrap().success(),
        "{signal} ends it in order"
    );
    let mut rest = String::new();
    server
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut rest)
        .unwrap();
    rest
}

async fn sign_in(url: &str, email: &str, password: &str) -> StatusCode {
    let body = json!({"email": email, "password": password,
                      "device_id": "00000000-0000-7000-8000-000000000000"});
    let request = reqwest::Client::new()
        .post(format!("{url}/api/session"))
        .json(&body);
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn the_demonstration_starts_says_where_and_ends_when_asked() {
    let folder = TempDir::new().unwrap();
    let (server, url) = start("demo", folder.path());
    let status = sign_in(&url, "owner@demo.palier.test", "palier-demo-owner").await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(
        stop(server, "-TERM"),
        "",
        "one line on standard output, no more"
    );
    assert!(
        !folder.path().join("server.sqlite-wal").exists(),
        "the files are closed"
    );

    let (server, url) = start("demo", folder.path());
    let status = sign_in(&url, "tenant@demo.palier.test", "palier-demo-tenant").await;
    assert_eq!(status, StatusCode::CREATED);
    stop(server, "-INT");
}

#[tokio::test]
async fn an_owner_is_created_with_a_password_from_standard_input() {
    let folder = TempDir::new().unwrap();
    assert!(
        palier(&["migrate"], folder.path())
            .status()
            .unwrap()
            .success()
    );
    let create = |password: &str| {
        let args = [
            "create-owner",
            "--email",
            "ada@example.test",
            "--name",
            "Ada",
            "--portfolio",
            "Rue Haute",
        ];
        let mut child = palier(&args, folder.path()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(password.as_bytes())
            .unwrap();
        child.wait().unwrap().success()
    };
    assert!(!create("azerty123\n"), "a password that everybody tries");
    assert!(!create("\n"));
    assert!(create("a long enough secret\n"));
    assert!(
        !create("a long enough secret\n"),
        "the address has an account"
    );
    let (server, url) = start("serve", folder.path());
    let status = sign_in(&url, "ada@example.test", "a long enough secret").await;
    assert_eq!(status, StatusCode::CREATED);
    stop(server, "-TERM");
}

/// What a program that ends by itself says: exit code, standard output, standard error.
fn ended(command: &mut Command) -> (i32, String, String) {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("palier.toml");
    let text = "heartbeat = \"11s\"\nread_stall = \"12s\"\nwrite_stall = \"13s\"\nlog = \"warn\"";
    std::fs::write(&file, text).unwrap();
    let mut command = palier(&["config", "--heartbeat", "31s"], folder.path());
    command
        .env("PALIER_CONFIG", &file)
        .env("PALIER_READ_STALL", "22s")
        .env("PALIER_HEARTBEAT", "21s");
    let (code, out, err) = ended(&mut command);
    assert_eq!(code, 0, "{err}");
    let file_name = file.display();
    for line in [
        "heartbeat = \"31s\"  # from the command line".to_owned(),
        "read_stall = \"22s\"  # from PALIER_READ_STALL".to_owned(),
        format!("write_stall = \"13s\"  # from {file_name}"),
        format!("log = \"warn\"  # from {file_name}"),
        "farewell = \"10s\"  # default".to_owned(),
    ] {
        assert!(out.contains(&line), "{line} is not in\n{out}");
    }

    // What it prints is a configuration file itself.
    let again = folder.path().join("again.toml");
    std::fs::write(&again, out).unwrap();
    let mut command = palier(&["config"], folder.path());
    let (code, out, err) = ended(command.env("PALIER_CONFIG", again));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("heartbeat = \"31s\""), "{out}");
}

#[test]
fn wrong_settings_are_refused_at_the_start_with_their_name_and_source() {
    let folder = TempDir::new().unwrap();
    let refused = |args: &[&str], variable: Option<(&str, &str)>| {
        let mut command = palier(args, folder.path());
        command.envs(variable);
        let (code, out, err) = ended(&mut command);
        assert_ne!(code, 0);
        assert_eq!(out, "", "it never listened");
        err
    };
    let said = refused(&["serve", "--heartbeat", "soon"], None);
    assert!(said.contains("--heartbeat"), "{said}");
    let said = refused(&["serve"], Some(("PALIER_LISTEN", "here")));
    assert!(said.contains("variable PALIER_LISTEN"), "{said}");
    let said = refused(&["serve", "--heartbeat", "2m"], None);
    assert!(said.contains("heartbeat is longer"), "{said}");
    let said = refused(&["serve"], Some(("PALIER_CONFIG", "/nowhere.toml")));
    assert!(said.contains("could not read /nowhere.toml"), "{said}");
    let said = refused(&["serve"], Some(("PALIER_LOG", "=,=")));
    assert!(said.contains("PALIER_LOG"), "{said}");
}
