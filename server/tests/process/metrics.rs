//! Prometheus reads figures of a server at work.

use crate::{
    post_office::{Mood, PostOffice, Step},
    program::{PATIENCE, Person, Program, tries_to_sign_in},
};
use palier_server::ops::{
    demo,
    metrics::names::{self, Kind},
};
use reqwest::Client;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What one reading gave.
pub struct Reading {
    /// The text as it came.
    pub text: String,
    samples: BTreeMap<String, f64>,
    types: BTreeMap<String, String>,
    helps: BTreeSet<String>,
}

impl Reading {
    /// Reads the figures of `program`, which was started with `PALIER_METRICS`.
    pub async fn of(program: &Program) -> Self {
        let line = program.logs("figures on http").await;
        let (_, url) = line.split_once("figures on ").unwrap();
        let url = url.split(['"', ' ']).next().unwrap();
        let reply = reqwest::get(url).await.unwrap();
        assert_eq!(reply.status(), 200);
        let media_type = reply.headers()["content-type"].to_str().unwrap();
        assert!(media_type.starts_with("text/plain; version=0.0.4"));
        Self::parse(reply.text().await.unwrap())
    }

    fn parse(text: String) -> Self {
        let (mut samples, mut types) = (BTreeMap::new(), BTreeMap::new());
        let mut helps = BTreeSet::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                let before = types.insert(name.to_owned(), kind.to_owned());
                assert_eq!(before, None, "{name} is introduced once");
            } else if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap();
                assert!(!help.is_empty());
                helps.insert(name.to_owned());
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let value = value.parse().unwrap_or_else(|_| panic!("{line}"));
                let before = samples.insert(series.to_owned(), value);
                assert_eq!(before, None, "{series} is there once");
            }
        }
        Self {
            text,
            samples,
            types,
            helps,
        }
    }

    /// The value of a series; nothing counted is zero.
    fn at(&self, series: &str) -> f64 {
        self.samples.get(series).copied().unwrap_or_default()
    }

    /// The series whose name begins so.
    fn sum(&self, name: &str) -> f64 {
        let of_name = |series: &&String| {
            let rest = series.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
        };
        let series = self.samples.keys().filter(of_name);
        series.map(|series| self.at(series)).sum()
    }

    /// Waits until `enough`.
    async fn when(program: &Program, enough: impl Fn(&Self) -> bool) -> Self {
        let wait = async {
            loop {
                let reading = Self::of(program).await;
                if enough(&reading) {
                    return reading;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap()
    }
}

const FIGURES: (&str, &str) = ("PALIER_METRICS", "127.0.0.1:0");

#[tokio::test]
async fn what_people_do_moves_the_figures() {
    let (program, _folder) = Program::demo(&[FIGURES]);
    let before = Reading::of(&program).await;
    let tenant = program.tenant().await;
    let incident = tenant.incident().await;
    let mut stream = tenant.stream().await;
    let open = Reading::when(&program, |now| now.at("palier_streams_open") >= 1.0).await;
    assert_eq!(open.at("palier_streams_open"), 1.0);

    // One ticket by REST; by push another, the same again, and one for an incident that is not there.
    tenant.writes(&incident, "Bonjour").await.unwrap();
    let ticket = |id: Uuid, incident: &str| {
        json!({"mutation_id": id, "schema": 1, "kind": "add_ticket", "payload": {
            "ticket_id": id, "incident_id": incident, "message": "Encore", "attachments": [],
            "written_at": "2026-01-01T00:00:00Z"}})
    };
    let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
    let mutations = [
        ticket(id, &incident),
        ticket(id, &incident),
        ticket(other, &Uuid::now_v7().to_string()),
    ];
    push(&tenant, &mutations).await;
    tries_to_sign_in(&Client::new(), &program.url, demo::TENANT.0, "wrong").await;
    // What the stream brings was counted when it left.
    stream.chunk().await.unwrap().unwrap();

    let lag = "palier_feed_lag_seconds_count";
    let after = Reading::when(&program, |now| now.at(lag) > 0.0).await;
    let grown = |series: &str| after.at(series) - before.at(series);
    let mutation = |verdict: &str| {
        grown(&format!(
            "palier_mutations_total{{kind=\"add_ticket\",verdict=\"{verdict}\"}}"
        ))
    };
    assert_eq!(mutation("applied"), 2.0, "{}", after.text);
    assert_eq!(mutation("duplicate"), 1.0);
    assert_eq!(mutation("rejected"), 1.0);
    let pushes = r#"palier_http_requests_total{route="/api/sync/push",method="POST",status="200"}"#;
    assert_eq!(grown(pushes), 1.0, "{}", after.text);
    let took =
        r#"palier_http_request_duration_seconds_count{route="/api/sync/push",method="POST"}"#;
    assert_eq!(grown(took), 1.0);
    assert_eq!(
        grown(r#"palier_sign_ins_refused_total{problem="wrong-credentials"}"#),
        1.0
    );
    for commits in [
        "palier_writer_group_pieces_count",
        "palier_writer_commit_duration_seconds_count",
        "palier_writer_write_duration_seconds_count",
        "palier_database_statements_total",
    ] {
        assert!(grown(commits) > 0.0, "{commits}");
    }
    assert!(after.at("palier_database_size_bytes") > 100_000.0);
    assert_eq!(after.sum("palier_stalls_total"), 0.0);
    assert_eq!(after.sum("palier_database_errors_total"), 0.0);
    drop(stream);
    Reading::when(&program, |now| now.at("palier_streams_open") == 0.0).await;
}

async fn push(person: &Person, mutations: &[serde_json::Value]) {
    let reply = person.get("/healthz").await;
    let epoch = reply.headers()["palier-epoch"].clone();
    let body = json!({"user_id": person.user, "device_id": Uuid::now_v7(), "mutations": mutations});
    let request = person.request(reqwest::Method::POST, "/api/sync/push");
    let reply = request.header("palier-epoch", epoch).json(&body).send();
    assert_eq!(reply.await.unwrap().status(), 200);
}

#[tokio::test]
async fn mails_are_counted_by_what_became_of_them() {
    let office = PostOffice::open().await;
    office.at(Step::Greeting, Mood::HangsUp);
    let relay = office.url("smtp");
    let (program, _folder) = Program::demo(&[
        FIGURES,
        ("PALIER_SMTP_URL", relay.as_str()),
        ("PALIER_MAIL_FROM", "Palier <palier@example.test>"),
        ("PALIER_PUBLIC_URL", "https://palier.example.test"),
    ]);
    let asks = async || {
        let url = format!("{}/api/password-reset", program.url);
        let request = Client::new().post(url);
        let reply = request.json(&json!({"email": demo::TENANT.0})).send().await;
        assert_eq!(reply.unwrap().status(), 202);
    };
    let counted = |reading: &Reading, outcome: &str| {
        reading.at(&format!("palier_mails_total{{outcome=\"{outcome}\"}}"))
    };
    asks().await;
    let away = Reading::when(&program, |now| counted(now, "later") >= 1.0).await;
    assert_eq!(counted(&away, "sent"), 0.0);
    office.takes_everything();
    // The one that waits is not due yet; another link's is.
    asks().await;
    let back = Reading::when(&program, |now| counted(now, "sent") >= 1.0).await;
    assert_eq!(counted(&back, "gave-up"), 0.0);
    office.takes(1).await;
}

#[tokio::test]
async fn every_figure_is_introduced_by_its_name_and_help_and_nothing_else_is_there() {
    let (program, _folder) = Program::demo(&[FIGURES]);
    program.tenant().await;
    let reading = Reading::of(&program).await;
    let mut known = BTreeSet::new();
    for figure in names::ALL {
        let kind = match figure.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let there = reading.types.get(figure.name).map(String::as_str);
        assert!(
            there == Some(kind) || there.is_none() && figure.name == names::MUTATIONS,
            "{} is a {kind}, not {there:?}",
            figure.name
        );
        known.insert(figure.name);
    }
    for name in reading.types.keys() {
        assert!(known.contains(name.as_str()), "{name} is not in the list");
        assert!(reading.helps.contains(name), "{name} has no help");
        assert!(name.starts_with("palier_") || name.starts_with("process_"));
    }
    let version = env!("CARGO_PKG_VERSION");
    let build = format!("palier_build_info{{version=\"{version}\"}}");
    assert_eq!(reading.at(&build), 1.0);
    assert_eq!(reading.sum("palier_epoch_info"), 1.0);
}

#[tokio::test]
async fn the_public_address_has_no_figures_and_without_the_setting_nobody_has() {
    let (program, folder) = Program::demo(&[FIGURES]);
    Reading::of(&program).await;
    let public = reqwest::get(format!("{}/metrics", program.url)).await;
    assert_eq!(public.unwrap().status(), 404);
    program.stop();
    let program = Program::start("serve", folder.path(), &[]);
    assert!(!program.stop().contains("figures on"));
}

/// Dashboard and alerts speak of figures that a server has.
#[test]
fn what_deploy_asks_for_is_a_figure() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    for (file, least) in [
        ("grafana/palier.dashboard.json", 18),
        ("prometheus/palier.rules.yml", 11),
    ] {
        let text = std::fs::read_to_string(deploy.join(file)).unwrap();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = text.split(|c| !is_name(c));
        let asked: BTreeSet<&str> = words
            .filter(|word| word.starts_with("palier_") || word.starts_with("process_"))
            .collect();
        assert!(asked.len() >= least, "{file} asks for {}", asked.len());
        for word in asked {
            let known = names::ALL.iter().any(|figure| match figure.kind {
                Kind::Histogram(_) => ["_bucket", "_sum", "_count"]
                    .iter()
                    .any(|part| word.strip_suffix(part) == Some(figure.name)),
                _ => word == figure.name,
            });
            assert!(known, "{file} asks for {word}, which no server has");
        }
    }
}
