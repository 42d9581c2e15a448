//! One's own data as a ZIP file, made while it is sent.
//!
//! A task of its own reads page by page and writes into the archive, whose bytes go through a short
//! channel: whoever downloads slowly slows the task down, and neither rows nor files are ever whole
//! in memory. What is in it is asked for as everywhere: the scopes that the person belongs to now
//! say which incidents, `files::serve` which file.
//!
//! Every page is a snapshot of its own, so that a slow download holds no version of the database
//! back; what changes meanwhile is in it as it was when its page was read.
//!
//! Start at [`begin`].

use crate::{
    App,
    access::{Seat, scopes_of},
    config::Config,
    db::{Conn, Stamp, query_as, query_scalar},
    error::{Error, Result},
    feed::entities,
    files::serve::{Which, find},
    views::thread,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use palier_domain::{AttachmentId, IncidentId, Language, Sha256, UserId};
use palier_i18n::Localizer;
use palier_wire::{EntityKind, Scope};
use serde_json::{Value, json};
use sha2::{Digest, Sha256 as Hasher};
use std::{
    collections::HashSet,
    io::{self, BufWriter, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc};
use uuid::Uuid;
use zip::{CompressionMethod, DateTime as ZipTime, ZipWriter, write::SimpleFileOptions};

/// Pieces that wait for a slow reader, of [`PIECE`] bytes at most.
const WAITING: usize = 4;
const PIECE: usize = 64 * 1024;
/// Rows of one page.
const PAGE: u32 = 200;

/// How soon somebody may ask again who has another export under way.
const ANOTHER: Duration = Duration::from_secs(60);

/// Who is fetching his data just now, and how often he did.
#[derive(Clone)]
pub struct Exports(Arc<Inner>);

struct Inner {
    busy: Mutex<HashSet<UserId>>,
    often: DefaultKeyedRateLimiter<UserId>,
}

/// The right to be the only export of a person, until it is dropped.
pub struct Turn {
    exports: Exports,
    user: UserId,
}

impl Exports {
    /// The limit that `config` sets.
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(Inner {
            busy: Mutex::default(),
            often: RateLimiter::keyed(Quota::per_hour(config.exports_per_hour)),
        }))
    }

    /// The turn of `user`; else how long he has to wait: one at a time, and not too often.
    pub fn turn(&self, user: UserId) -> Result<Turn, Duration> {
        let mut busy = self.busy();
        if busy.contains(&user) {
            return Err(ANOTHER);
        }
        let clock = governor::clock::DefaultClock::default();
        let allowed = self.0.often.check_key(&user);
        allowed.map_err(|not_until| not_until.wait_time_from(clock.now()))?;
        busy.insert(user);
        Ok(Turn {
            exports: self.clone(),
            user,
        })
    }

    // The set is whole after every statement, so a panic elsewhere does not spoil it.
    fn busy(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.exports.busy().remove(&self.user);
    }
}

/// Begins to make the archive of the person whose `turn` it is; its bytes come as they are made. The
/// last is an error when it could not be finished.
pub fn begin(app: App, turn: Turn) -> mpsc::Receiver<io::Result<Bytes>> {
    let (pieces, made) = mpsc::channel(WAITING);
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || {
        let user = turn.user;
        let out = Pieces(pieces.clone());
        let archive = Archive::new(out);
        let export = Export {
            app,
            user,
            archive,
            handle,
        };
        if let Err(error) = export.run() {
            crate::error::log(&error, "export");
            // Without it the reader would take the rest for the end.
            let broken = io::Error::other("the export broke off");
            let _ = pieces.blocking_send(Err(broken));
        }
        drop(turn);
    });
    made
}

/// The sending end of the archive.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that remembers what it holds.
struct Archive {
    zip: ZipWriter<zip::write::StreamWriter<BufWriter<Pieces>>>,
    manifest: Vec<Value>,
}

impl Archive {
    fn new(out: Pieces) -> Self {
        Self {
            zip: ZipWriter::new_stream(BufWriter::with_capacity(PIECE, out)),
            manifest: Vec::new(),
        }
    }

    /// Begins a file; [`Archive::end`] must follow. Pictures are packed already.
    fn open(&mut self, path: &str, packed: bool) -> Result<Open> {
        let method = match packed {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(ZipTime::default())
            .unix_permissions(0o600);
        self.zip.start_file(path, options).map_err(broken)?;
        Ok(Open {
            path: path.to_owned(),
            hasher: Hasher::new(),
            size: 0,
        })
    }

    fn write(&mut self, open: &mut Open, bytes: &[u8]) -> Result<()> {
        self.zip
            .write_all(bytes)
            .map_err(Error::io("send an export"))?;
        open.hasher.update(bytes);
        open.size += bytes.len() as u64;
        Ok(())
    }

    fn end(&mut self, open: Open) {
        let sha256 = Sha256(open.hasher.finalize().into());
        self.manifest
            .push(json!({"path": open.path, "size": open.size, "sha256": sha256}));
    }

    fn whole(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut open = self.open(path, false)?;
        self.write(&mut open, bytes)?;
        self.end(open);
        Ok(())
    }

    fn line(&mut self, open: &mut Open, value: &Value) -> Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.write(open, &line)
    }
}

/// A file of the archive that is being written.
struct Open {
    path: String,
    hasher: Hasher,
    size: u64,
}

fn broken(error: zip::result::ZipError) -> Error {
    Error::io("write an archive")(io::Error::other(error))
}

/// What is on its way to one person.
struct Export {
    app: App,
    user: UserId,
    archive: Archive,
    handle: Handle,
}

impl Export {
    fn run(mut self) -> Result<()> {
        self.about_oneself()?;
        let scopes = self.ask(|read, user| Box::pin(async move { scopes_of(read, user).await }))?;
        self.let_and_rented(&scopes)?;
        let incidents = self.incidents(&scopes)?;
        let files = self.threads(&incidents)?;
        self.files(&files)?;
        let manifest = json!({
            "made_at": self.app.config().clock.now(),
            "user_id": self.user,
            "files": self.archive.manifest,
        });
        let manifest = serde_json::to_vec_pretty(&manifest)?;
        self.archive.whole("manifest.json", &manifest)?;
        let mut out = self.archive.zip.finish().map_err(broken)?.into_inner();
        out.flush().map_err(Error::io("send an export"))
    }

    /// A question to the database, in a snapshot of its own.
    fn ask<T>(
        &self,
        question: impl for<'c> FnOnce(
            &'c mut Conn,
            UserId,
        ) -> futures_util::future::BoxFuture<'c, Result<T>>,
    ) -> Result<T> {
        self.handle.block_on(async {
            let mut read = self.app.db().read().await?;
            question(&mut read, self.user).await
        })
    }

    fn lines(&mut self, path: &str, values: &[Value]) -> Result<()> {
        let mut open = self.archive.open(path, false)?;
        for value in values {
            self.archive.line(&mut open, value)?;
        }
        self.archive.end(open);
        Ok(())
    }

    fn about_oneself(&mut self) -> Result<()> {
        let account = self.ask(|read, user| Box::pin(account(read, user)))?;
        let language: Language = account["language"]
            .as_str()
            .and_then(|code| code.parse().ok())
            .unwrap_or_default();
        let readme = Localizer::new(language).text("export-readme") + "\n";
        self.archive.whole("README.txt", readme.as_bytes())?;
        self.lines("account.jsonl", &[account])?;
        let sessions = self.ask(|read, user| Box::pin(sessions(read, user)))?;
        self.lines("sessions.jsonl", &sessions)?;
        let memberships = self.ask(|read, user| Box::pin(memberships(read, user)))?;
        self.lines("memberships.jsonl", &memberships)?;
        self.pages("read_marks.jsonl", |read, user, after| {
            Box::pin(read_marks(read, user, after))
        })?;
        self.pages("audit.jsonl", |read, user, after| {
            Box::pin(audit(read, user, after))
        })
    }

    /// A file of rows that are read page by page.
    fn pages(
        &mut self,
        path: &str,
        page: impl for<'c> Fn(
            &'c mut Conn,
            UserId,
            i64,
        ) -> futures_util::future::BoxFuture<'c, Result<Vec<Value>>>,
    ) -> Result<()> {
        let mut open = self.archive.open(path, false)?;
        let mut after = 0;
        loop {
            let rows = self.ask(|read, user| page(read, user, after))?;
            for row in &rows {
                self.archive.line(&mut open, row)?;
            }
            after += rows.len() as i64;
            if rows.len() < PAGE as usize {
                break;
            }
        }
        self.archive.end(open);
        Ok(())
    }

    fn let_and_rented(&mut self, scopes: &[Scope]) -> Result<()> {
        for (path, kind) in [
            ("portfolios.jsonl", EntityKind::Portfolio),
            ("properties.jsonl", EntityKind::Property),
            ("units.jsonl", EntityKind::Unit),
            ("leases.jsonl", EntityKind::Lease),
            ("people.jsonl", EntityKind::UserCard),
            ("notes.jsonl", EntityKind::Note),
        ] {
            let mut open = self.archive.open(path, false)?;
            // Who is in two scopes sees some rows twice.
            let mut seen = HashSet::new();
            for scope in scopes {
                let mut after = 0;
                loop {
                    let scope = *scope;
                    let (rows, last) = self.ask(move |read, user| {
                        Box::pin(of_scope(read, user, scope, kind, after))
                    })?;
                    for (id, row) in rows {
                        if seen.insert(id) {
                            self.archive.line(&mut open, &row)?;
                        }
                    }
                    match last {
                        Some(last) => after = last,
                        None => break,
                    }
                }
            }
            self.archive.end(open);
        }
        Ok(())
    }

    fn incidents(&mut self, scopes: &[Scope]) -> Result<Vec<IncidentId>> {
        let mut open = self.archive.open("incidents.jsonl", false)?;
        let mut all = Vec::new();
        let mut after = Uuid::nil();
        loop {
            let scopes = scopes.to_vec();
            let rows = self.ask(move |read, _| Box::pin(incidents(read, scopes, after)))?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            for (id, row) in &rows {
                self.archive.line(&mut open, row)?;
                all.push(IncidentId(*id));
            }
        }
        self.archive.end(open);
        Ok(all)
    }

    /// The tickets of `incidents`; returns the files on them.
    fn threads(&mut self, incidents: &[IncidentId]) -> Result<Vec<AttachmentId>> {
        let mut open = self.archive.open("tickets.jsonl", false)?;
        let mut files = Vec::new();
        for incident in incidents {
            let mut after = 0;
            loop {
                let incident = *incident;
                let now = self.app.config().clock.now();
                let page = self.ask(move |read, user| {
                    Box::pin(async move {
                        Seat::take(read, user, incident, now).await?;
                        thread::page(read, incident, thread::Part::After(after), PAGE).await
                    })
                });
                let page = match page {
                    // The right to see it ended since the list was read.
                    Err(Error::Refused(_)) => break,
                    page => page?,
                };
                for ticket in &page.tickets {
                    let row = serde_json::to_value(ticket)?;
                    self.archive.line(&mut open, &row)?;
                    files.extend(ticket.attachments.iter().copied());
                    after = ticket.n;
                }
                if !page.more {
                    break;
                }
            }
        }
        self.archive.end(open);
        Ok(files)
    }

    /// The files themselves: his own as he sent them, those of others as he may see them.
    fn files(&mut self, files: &[AttachmentId]) -> Result<()> {
        let mut rows = self.archive.open("attachments.jsonl", false)?;
        for page in files.chunks(PAGE as usize) {
            let ids: Vec<_> = page.iter().map(|id| id.0).collect();
            let loaded = self.ask(move |read, user| {
                Box::pin(
                    async move { entities::load(read, EntityKind::Attachment, &ids, user).await },
                )
            })?;
            for id in page {
                if let Some(row) = loaded.get(&id.0) {
                    self.archive.line(&mut rows, &row.row)?;
                }
            }
        }
        self.archive.end(rows);
        for file in files {
            self.file(*file)?;
        }
        Ok(())
    }

    fn file(&mut self, file: AttachmentId) -> Result<()> {
        let app = self.app.clone();
        let found = self.ask(move |read, user| {
            Box::pin(async move { find(app.files(), read, user, file, Which::Whole).await })
        });
        let given = match found {
            Ok(given) => given,
            // It went, or the right to see it did, since its row was read.
            Err(Error::Refused(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let path = format!("files/{file}/{}", given.name.as_str());
        let packed = given.media_type.as_str() != "text/plain";
        let mut open = self.archive.open(&path, packed)?;
        let handle = self.handle.clone();
        let mut content = handle.block_on(given.open(None))?;
        while let Some(bytes) = handle.block_on(content.next()) {
            let bytes = bytes.map_err(|error| Error::Files(Box::new(error)))?;
            self.archive.write(&mut open, &bytes)?;
        }
        self.archive.end(open);
        Ok(())
    }
}

async fn account(read: &mut Conn, user: UserId) -> Result<Value> {
    let row: (String, String, String, i64, Stamp) = query_as(
        "select email, name, language, unread_mail_minutes, created_at from users where id = $1",
    )
    .bind(user.0)
    .fetch_one(read)
    .await?;
    let (email, name, language, minutes, created_at) = row;
    Ok(json!({
        "id": user, "email": email, "name": name, "language": language,
        "unread_mail_minutes": minutes, "created_at": created_at.0,
    }))
}

async fn sessions(read: &mut Conn, user: UserId) -> Result<Vec<Value>> {
    let rows: Vec<(Uuid, Uuid, String, Stamp, Stamp, Stamp)> = query_as(
        "select id, device_id, device_name, created_at, used_at, expires_at from sessions
         where user_id = $1 order by created_at",
    )
    .bind(user.0)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, device, name, created_at, used_at, expires_at)| {
            json!({
                "id": id, "device_id": device, "device_name": name, "created_at": created_at.0,
                "used_at": used_at.0, "expires_at": expires_at.0,
            })
        })
        .collect())
}

async fn memberships(read: &mut Conn, user: UserId) -> Result<Vec<Value>> {
    type Row = (Uuid, Stamp, Option<Stamp>);
    let owned: Vec<Row> = query_as(
        "select portfolio_id, joined_at, left_at from portfolio_members where user_id = $1",
    )
    .bind(user.0)
    .fetch_all(&mut *read)
    .await?;
    let rented: Vec<Row> =
        query_as("select lease_id, joined_at, left_at from lease_tenants where user_id = $1")
            .bind(user.0)
            .fetch_all(read)
            .await?;
    let row = |kind: &str, (id, joined_at, left_at): Row| {
        let left_at: Option<DateTime<Utc>> = left_at.map(|at| at.0);
        json!({"role": kind, "id": id, "joined_at": joined_at.0, "left_at": left_at})
    };
    let owned = owned.into_iter().map(|it| row("owner", it));
    let rented = rented.into_iter().map(|it| row("tenant", it));
    Ok(owned.chain(rented).collect())
}

async fn read_marks(read: &mut Conn, user: UserId, after: i64) -> Result<Vec<Value>> {
    let rows: Vec<(Uuid, i64, Stamp)> = query_as(
        "select incident_id, n, at from read_marks where user_id = $1
         order by at, incident_id, n limit $2 offset $3",
    )
    .bind(user.0)
    .bind(PAGE)
    .bind(after)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(incident, n, at)| json!({"incident_id": incident, "n": n, "at": at.0}))
        .collect())
}

async fn audit(read: &mut Conn, user: UserId, after: i64) -> Result<Vec<Value>> {
    type Row = (Stamp, String, Option<String>, Option<Uuid>, Option<String>);
    let rows: Vec<Row> = query_as(
        "select at, action, subject_kind, subject_id, address from audit_log
         where actor = $1 or (subject_kind = 'user' and subject_id = $1)
         order by at, id limit $2 offset $3",
    )
    .bind(user.0)
    .bind(PAGE)
    .bind(after)
    .fetch_all(read)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(at, action, kind, subject, address)| {
            json!({
                "at": at.0, "action": action, "subject_kind": kind, "subject_id": subject,
                "address": address,
            })
        })
        .collect())
}

/// The rows of `kind` in `scope` after the number `after`, and the last number while there are more.
async fn of_scope(
    read: &mut Conn,
    user: UserId,
    scope: Scope,
    kind: EntityKind,
    after: i64,
) -> Result<(Vec<(Uuid, Value)>, Option<i64>)> {
    // Asked again for each page: the right to see it may have ended.
    if !scopes_of(read, user).await?.contains(&scope) {
        return Ok((Vec::new(), None));
    }
    let rows: Vec<(Uuid, i64)> = query_as(
        "select f.entity_id, f.seq from feed f join feed_head h on h.id = f.head_id
         where h.scope = $1 and f.kind = $2 and f.op = 'put' and f.seq > $3
         order by f.seq limit $4",
    )
    .bind(scope.to_string())
    .bind(kind.as_str())
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut *read)
    .await?;
    let last = rows.last().map(|row| row.1);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let mut loaded = entities::load(read, kind, &ids, user).await?;
    let rows = ids
        .into_iter()
        .filter_map(|id| loaded.remove(&id).map(|row| (id, row.row)))
        .collect();
    Ok((rows, last))
}

/// The incidents of `scopes` whose id is above `after`, in that order.
async fn incidents(read: &mut Conn, scopes: Vec<Scope>, after: Uuid) -> Result<Vec<(Uuid, Value)>> {
    let portfolios = scopes.iter().filter_map(|scope| match scope {
        Scope::Portfolio(id) => Some(id.0),
        _ => None,
    });
    let leases = scopes.iter().filter_map(|scope| match scope {
        Scope::Lease(id) => Some(id.0),
        _ => None,
    });
    let ids: Vec<Uuid> = query_scalar(sql!(
        "select id from incidents where portfolio_id " {ids "$1"} " and id > $3
         union
         select id from incidents where lease_id " {ids "$2"} " and id > $3
         order by id limit $4"
    ))
    .bind_ids(portfolios)
    .bind_ids(leases)
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut *read)
    .await?;
    let mut loaded = entities::incidents::many(read, &ids).await?;
    loaded.sort_by_key(|incident| incident.row.id.0);
    loaded
        .into_iter()
        .map(|incident| Ok((incident.row.id.0, serde_json::to_value(incident.row)?)))
        .collect()
}
