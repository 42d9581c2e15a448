//! The database of the system that came before is taken over, and served.

use crate::{
    postgres::Cluster,
    program::{Person, Program, command},
};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, SaltString},
};
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection,
    sqlite::SqliteConnectOptions,
};
use std::path::Path;
use tempfile::TempDir;

const PASSWORD: &str = "un vieux secret bien long";

/// 1 owner, 5 tenants, 500 incidents, 100 tickets each, of which the last 10 are not read. Neither
/// author_name nor author_type, attachments or updated_at; names of columns and words of its own.
fn tables(hash: &str, text: &str, numbers: &str, flag: &str) -> String {
    format!(
        "create table users ({text} primary key, email text, full_name text, pw text);
         create table incidents ({text} primary key, title text, landlord_id {id},
             tenant_id {id}, status text, building text, created_at {time});
         create table incident_responses ({text} primary key, incident_id {id}, author_id {id},
             message text not null, is_read {flag}, created_at {time});
         insert into users {numbers_6} select {user_x}, 'u' || x || '@old.test', 'Person ' || x,
             '{hash}' from numbers;
         insert into incidents {numbers_500} select {incident_x}, 'Fuite ' || x, {user_1},
             {tenant_x}, 'Chez le plombier', 'Rue Haute', '2024-01-01 08:00:00' from numbers;
         insert into incident_responses {numbers_50000} select {ticket_x}, {incident_of_x},
             case when x % 2 = 0 then {user_1} else {tenant_of_x} end,
             'message ' || x, {unread}, {at_x} from numbers;",
        id = text.trim_start_matches("id "),
        time = if flag == "boolean" {
            "timestamp"
        } else {
            "text"
        },
        numbers_6 = numbers.replace("MOST", "6"),
        numbers_500 = numbers.replace("MOST", "500"),
        numbers_50000 = numbers.replace("MOST", "50000"),
        user_x = uuid(flag, 1, "x"),
        user_1 = uuid(flag, 1, "1"),
        incident_x = uuid(flag, 2, "x"),
        incident_of_x = uuid(flag, 2, "(x - 1) / 100 + 1"),
        tenant_x = uuid(flag, 1, "x % 5 + 2"),
        tenant_of_x = uuid(flag, 1, "((x - 1) / 100 + 1) % 5 + 2"),
        ticket_x = uuid(flag, 3, "x"),
        unread = "(x - 1) % 100 < 90",
        at_x = if flag == "boolean" {
            "timestamp '2024-02-01 08:00:00' + x * interval '1 second'"
        } else {
            "datetime('2024-02-01 08:00:00', '+' || x || ' seconds')"
        },
    )
}

/// An id made of a number, in the words of either database.
fn uuid(flag: &str, kind: u32, number: &str) -> String {
    if flag == "boolean" {
        format!("('0000000{kind}-0000-4000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid")
    } else {
        format!("printf('0000000{kind}-0000-4000-8000-%012x', {number})")
    }
}

fn hash() -> String {
    let salt = SaltString::encode_b64(b"sixteen bytes ok").unwrap();
    let hash = Argon2::default().hash_password(PASSWORD.as_bytes(), &salt);
    hash.unwrap().to_string()
}

/// Where the data is, as variables of the environment.
struct Place<'a> {
    folder: &'a Path,
    url: Option<String>,
}

impl Place<'_> {
    fn run(&self, args: &[&str]) -> Result<String, String> {
        let mut program = command(args);
        program.arg("--data-dir").arg(self.folder);
        if let Some(url) = &self.url {
            program.env("PALIER_DATABASE_URL", url);
        }
        let output = program.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }

    fn import(&self, more: &[&str]) -> Result<String, String> {
        let usual = [
            "import-legacy",
            "--column=users.name=full_name",
            "--column=users.password_hash=pw",
            "--column=incidents.owner_id=landlord_id",
            "--column=incidents.property=building",
        ];
        self.run(&[&usual, more].concat())
    }

    /// The whole story, on either database.
    async fn is_taken_over(&self) {
        let unknown = self.import(&[]).unwrap_err();
        assert!(unknown.contains("nothing was changed"), "{unknown}");
        assert!(
            unknown.contains("status.chez le plombier") || unknown.contains("Chez le plombier")
        );
        let word = "--word=status.Chez le plombier=planned";
        let dry = self.import(&[word, "--dry-run"]).unwrap();
        let counts = "6 people, 1 portfolios, 5 units, 5 leases, 500 incidents, 50000 tickets \
                      (5000 of them unread)";
        assert!(dry.contains(&format!("would take over {counts}")), "{dry}");
        let filled = "author_name, author_type, attachments, updated_at";
        assert!(dry.contains(filled), "{dry}");
        let done = self.import(&[word]).unwrap();
        assert!(done.contains(&format!("took over {counts}")), "{done}");
        let again = self.import(&[word]).unwrap();
        assert!(again.contains("nothing was changed"), "{again}");
        assert!(again.contains(counts), "{again}");
        let check = self.run(&["check"]).unwrap();
        assert!(check.contains("all is well"), "{check}");

        let url = self.url.clone().unwrap_or_default();
        let settings = [("PALIER_DATABASE_URL", url.as_str())];
        let settings = if url.is_empty() {
            &settings[..0]
        } else {
            &settings[..]
        };
        let program = Program::start("serve", self.folder, settings);
        // Who wrote the odd tickets of incident 3.
        let tenant = Person::sign_in(&program.url, ("u5@old.test", PASSWORD)).await;
        let incident = "00000002-0000-4000-8000-000000000003";
        let path = format!("/api/incidents/{incident}/tickets?limit=200");
        let page: Value = tenant.get(&path).await.json().await.unwrap();
        let tickets = page["tickets"].as_array().unwrap();
        assert_eq!(tickets.len(), 100);
        for (at, ticket) in tickets.iter().enumerate() {
            assert_eq!(ticket["n"], at + 1);
            assert_eq!(ticket["message"], format!("message {}", 200 + at + 1));
            let (role, name) = match (200 + at + 1) % 2 {
                0 => ("owner", "Person 1"),
                _ => ("tenant", "Person 5"),
            };
            assert_eq!(ticket["author_type"], role);
            assert_eq!(ticket["author_name"], name);
            assert_eq!(ticket["is_read"], at < 90);
            assert_eq!(ticket["updated_at"], ticket["created_at"]);
        }
        // The first ticket of the owner that the tenant has not read is 92; five are not.
        let shown: Value = tenant
            .get(&format!("/api/incidents/{incident}"))
            .await
            .json()
            .await
            .unwrap();
        let text = shown.to_string();
        assert!(text.contains("\"read_n\":91"), "{text}");
        assert!(text.contains("\"unread\":5"), "{text}");
        assert!(text.contains("\"planned\""), "{text}");
        let words: Value = tenant
            .get("/api/search?q=message%20250")
            .await
            .json()
            .await
            .unwrap();
        assert!(words.to_string().contains("message"), "{words}");

        let new = tenant.writes(incident, "Et maintenant ?").await.unwrap();
        assert_eq!(tenant.thread(incident).await.last(), Some(&new));
        // By sync: the last page of the stream's beginning is a page of changes like any other's.
        let changes: Value = tenant.get("/api/sync/changes").await.json().await.unwrap();
        let scopes = changes["scopes"].as_array().unwrap();
        let lease = scopes
            .iter()
            .find(|it| it.as_str().unwrap().starts_with("lease:"));
        let lease = lease.unwrap().as_str().unwrap();
        let mut cursor = format!(
            "{}~{lease}=0",
            tenant.get("/healthz").await.headers()["palier-epoch"]
                .to_str()
                .unwrap()
        );
        let mut seen = 0;
        loop {
            let path = format!("/api/sync/changes?cursor={cursor}");
            let page: Value = tenant.get(&path).await.json().await.unwrap();
            let changes = page["changes"].as_array().unwrap();
            seen += changes.iter().filter(|it| it["kind"] == "ticket").count();
            cursor = page["to"].as_str().unwrap().to_owned();
            if page["more"] == false {
                break;
            }
        }
        assert_eq!(
            seen,
            100 * 100 + 1,
            "a hundred incidents of his, and the new ticket"
        );
        program.stop();
        let check = self.run(&["check"]).unwrap();
        assert!(check.contains("all is well"), "{check}");
    }
}

#[tokio::test]
async fn an_older_sqlite_database_is_taken_over_in_place_and_served() {
    let folder = TempDir::new().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("server.sqlite"))
        .create_if_missing(true);
    let mut old = SqliteConnection::connect_with(&options).await.unwrap();
    let numbers = "with recursive numbers (x) as
        (select 1 union all select x + 1 from numbers where x < MOST)";
    let made = tables(&hash(), "id text", numbers, "integer");
    old.execute(AssertSqlSafe(made)).await.unwrap();
    old.close().await.unwrap();
    let place = Place {
        folder: folder.path(),
        url: None,
    };
    place.is_taken_over().await;
}

#[tokio::test]
async fn an_older_postgresql_database_is_taken_over_in_place_and_served() {
    let folder = TempDir::new().unwrap();
    let cluster = Cluster::start();
    let database = cluster.empty_database("older").await;
    let mut old: PgConnection = database.connect().await;
    let numbers = "with numbers (x) as (select generate_series(1, MOST))";
    let made = tables(&hash(), "id uuid", numbers, "boolean");
    old.execute(AssertSqlSafe(made)).await.unwrap();
    old.close().await.unwrap();
    let place = Place {
        folder: folder.path(),
        url: Some(database.url()),
    };
    place.is_taken_over().await;
}

#[tokio::test]
async fn what_is_no_older_database_is_refused() {
    let (program, folder) = Program::demo(&[]);
    program.stop();
    let place = Place {
        folder: folder.path(),
        url: None,
    };
    let refused = place.import(&[]).unwrap_err();
    assert!(refused.contains("Palier's own already"), "{refused}");
}
