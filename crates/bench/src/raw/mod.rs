//! The peer: a web server that writes and reads the rows that the real one would, and asks nothing.
//!
//! No session, no role, no validation, no replay, no epoch: what it needs to know of an incident it
//! looks up once at its start. On SQLite its writer takes what waits as one commit, as the real one
//! does; on PostgreSQL each request has its transaction. Statements are prepared once a connection.

mod postgres;
mod rows;
mod sqlite;

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures_util::{Stream, StreamExt};
use rows::Page;
pub use rows::Pushed;
use std::{convert::Infallible, path::PathBuf, sync::Arc};
use tokio::{net::TcpListener, sync::broadcast};
use tokio_stream::wrappers::BroadcastStream;
use uuid::Uuid;

/// Where its rows are.
#[derive(clap::Args)]
pub struct Arguments {
    /// A folder that the real server made.
    #[arg(long, required_unless_present = "database_url")]
    folder: Option<PathBuf>,
    /// A database that the real server made.
    #[arg(long)]
    database_url: Option<String>,
}

/// What the handlers share.
struct Shared {
    store: Store,
    live: broadcast::Sender<Arc<str>>,
}

/// The database. The two differ in how they take what comes at the same time.
enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

/// Serves until it is killed.
///
/// # Errors
/// When the database cannot be read or no port is free.
pub async fn serve(arguments: Arguments) -> Result<()> {
    let store = match (&arguments.database_url, &arguments.folder) {
        (Some(url), _) => Store::Postgres(postgres::Store::open(url).await?),
        (None, folder) => {
            let folder = folder.clone().unwrap_or_default();
            Store::Sqlite(sqlite::Store::open(&folder.join("server.sqlite")).await?)
        }
    };
    let (live, _) = broadcast::channel(64);
    let router = Router::new()
        .route("/push", post(push))
        .route("/thread/{incident}", get(thread))
        .route("/stream", get(stream))
        .with_state(Arc::new(Shared { store, live }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// What went wrong, as a reply.
struct Failed(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:#}", self.0)).into_response()
    }
}

async fn push(
    State(shared): State<Arc<Shared>>,
    Json(it): Json<Pushed>,
) -> Result<Json<i64>, Failed> {
    let words = Arc::from(serde_json::to_string(&it)?);
    let n = match &shared.store {
        Store::Sqlite(store) => store.push(it).await?,
        Store::Postgres(store) => store.push(it).await?,
    };
    let _ = shared.live.send(words);
    Ok(Json(n))
}

async fn thread(
    State(shared): State<Arc<Shared>>,
    Path(incident): Path<Uuid>,
) -> Result<Json<Page>, Failed> {
    let tickets = match &shared.store {
        Store::Sqlite(store) => store.thread(incident).await?,
        Store::Postgres(store) => store.thread(incident).await?,
    };
    Ok(Json(Page { tickets }))
}

async fn stream(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let lines = BroadcastStream::new(shared.live.subscribe());
    let events = lines.filter_map(async |line| {
        let line = line.ok()?;
        Some(Ok(Event::default().event("changes").data(&*line)))
    });
    Sse::new(Box::pin(events)).keep_alive(KeepAlive::default())
}
