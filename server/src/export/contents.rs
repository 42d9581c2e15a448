//! What is in the archive, in its order.

use super::{
    archive::Archive,
    rows::{self, PAGE},
};
use crate::{
    App,
    access::{Seat, scopes_of},
    db::Conn,
    error::{Error, Result},
    feed::entities,
    files::serve::{Which, find},
    views::thread,
};
use futures_util::StreamExt as _;
use palier_domain::{AttachmentId, IncidentId, Language, UserId};
use palier_i18n::Localizer;
use palier_wire::{EntityKind, Scope};
use serde_json::{Value, json};
use std::collections::HashSet;
use tokio::runtime::Handle;
use uuid::Uuid;

/// What is on its way to one person.
pub struct Export {
    pub app: App,
    pub user: UserId,
    pub archive: Archive,
    pub handle: Handle,
}

impl Export {
    /// Writes all of it; blocks.
    pub fn run(mut self) -> Result<()> {
        self.about_oneself()?;
        let scopes = self.ask(|read, user| Box::pin(async move { scopes_of(read, user).await }))?;
        self.let_and_rented(&scopes)?;
        let incidents = self.incidents(&scopes)?;
        let files = self.threads(&incidents)?;
        self.files(&files)?;
        let said = [
            ("made_at", json!(self.app.config().clock.now())),
            ("user_id", json!(self.user)),
        ];
        let said = said.map(|(name, value)| (name.to_owned(), value));
        self.archive.finish(said.into_iter().collect())
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
        let account = self.ask(|read, user| Box::pin(rows::account(read, user)))?;
        let language: Language = account["language"]
            .as_str()
            .and_then(|code| code.parse().ok())
            .unwrap_or_default();
        let readme = Localizer::new(language).text("export-readme") + "\n";
        self.archive.whole("README.txt", readme.as_bytes())?;
        self.lines("account.jsonl", &[account])?;
        let sessions = self.ask(|read, user| Box::pin(rows::sessions(read, user)))?;
        self.lines("sessions.jsonl", &sessions)?;
        let memberships = self.ask(|read, user| Box::pin(rows::memberships(read, user)))?;
        self.lines("memberships.jsonl", &memberships)?;
        self.pages("read_marks.jsonl", |read, user, after| {
            Box::pin(rows::read_marks(read, user, after))
        })?;
        self.pages("audit.jsonl", |read, user, after| {
            Box::pin(rows::audit(read, user, after))
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
                        Box::pin(rows::of_scope(read, user, scope, kind, after))
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
            let rows = self.ask(move |read, _| Box::pin(rows::incidents(read, scopes, after)))?;
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
