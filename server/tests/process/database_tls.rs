//! PostgreSQL across a network: by TLS, from a server that proves who it is.

use crate::{
    postgres::Cluster,
    program::{Program, run},
    tls::{CA, FIRST},
};
use sqlx::Connection;
use std::{net::Ipv4Addr, path::Path};
use tempfile::TempDir;
use uuid::Uuid;

/// An address of this machine that nobody else uses.
fn private() -> Ipv4Addr {
    let [a, b, c, ..] = *Uuid::new_v4().as_bytes();
    Ipv4Addr::new(127, a.max(1), b, c.clamp(1, 254))
}

/// The database at `address`, whose server has to be signed for by `authority`, or by the system's.
fn database_url(address: Ipv4Addr, authority: Option<&Path>) -> String {
    let authority = authority.map(|file| format!("&sslrootcert={}", file.display()));
    let authority = authority.unwrap_or_default();
    format!("postgres://palier@{address}/away?sslmode=verify-ca{authority}")
}

#[tokio::test]
async fn a_database_elsewhere_is_spoken_to_by_tls_and_an_impostor_is_not() {
    let mut cluster = Cluster::start();
    let database = cluster.empty_database("away").await;
    let address = private();
    cluster.listen(address, FIRST);
    let folder = TempDir::new().unwrap();

    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, CA).unwrap();
    let url = database_url(address, Some(&authority));
    let program = Program::start("serve", folder.path(), &[("PALIER_DATABASE_URL", &url)]);
    let ready = reqwest::get(format!("{}/readyz", program.url)).await;
    assert!(ready.unwrap().status().is_success());
    let mut connection = database.connect().await;
    let secured: Vec<bool> = sqlx::query_scalar(
        "select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid)
         where a.application_name = 'palier-server'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(
        !secured.is_empty() && secured.iter().all(|it| *it),
        "{secured:?}"
    );
    connection.close().await.unwrap();
    program.stop();

    // The system's authorities know nothing of it.
    let url = database_url(address, None);
    let settings = [("PALIER_DATABASE_URL".to_owned(), url)];
    let data = folder.path().to_str().unwrap();
    let refused = run(&["migrate", "--data-dir", data], &settings).unwrap_err();
    assert!(refused.contains("certificate"), "{refused}");
}
