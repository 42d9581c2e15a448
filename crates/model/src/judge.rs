//! What must hold when the world has healed.

use crate::{World, act::words_of, device::Device, host::temporary, ledger::Fate};
use anyhow::{Context, Result, ensure};
use palier_domain::{OutboxState, TicketId};
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// What a device's cache holds, as lines that can be compared.
type Rows = BTreeSet<String>;

/// A ticket on the server.
struct Sent {
    incident: Uuid,
    n: i64,
    message: String,
}

impl World {
    /// Holds the healed world against what everybody wrote.
    ///
    /// # Errors
    /// The first promise that is broken.
    pub async fn judge(&mut self) -> Result<()> {
        let mut fresh = BTreeMap::new();
        for index in 0..self.devices.len() {
            let person = self.devices[index].person.id;
            let like = match fresh.remove(&person) {
                Some(like) => like,
                None => self.fresh(index).await?,
            };
            self.compare(index, &like).await?;
            fresh.insert(person, like);
        }
        let claire = fresh.get(&self.house.claire.id).context("Claire's view")?;
        let sent = tickets(&cache_of(claire)?).await?;
        numbers_have_no_gaps(&sent)?;
        notes_have_no_gaps(&notes(&cache_of(claire)?).await?)?;
        self.words_are_where_they_belong(claire, &sent).await?;
        for ticket in self.ledger.cancelled() {
            ensure!(
                !sent.contains_key(&ticket),
                "{ticket} was called cancelled and is on the server"
            );
        }
        let report = self.host.check().await?;
        ensure!(report.is_well(), "the server's check finds {report:?}");
        Ok(())
    }

    /// What must hold at the server in the middle of a life, too, whatever is under way: threads and notes are
    /// numbered without gaps.
    ///
    /// # Errors
    /// The thread that is not.
    pub async fn glance(&self) -> Result<()> {
        let mut server = open(&self.host.database()).await?;
        let odd: Vec<(Uuid, i64, i64)> = sqlx::query_as(
            "select incident_id, count(*), max(n) from incident_responses
             group by incident_id having count(*) <> max(n) or count(distinct n) <> max(n)
             union all
             select incident_id, count(*), max(m) from incident_notes
             group by incident_id having count(*) <> max(m) or count(distinct m) <> max(m)",
        )
        .fetch_all(&mut server)
        .await?;
        ensure!(odd.is_empty(), "incident, rows, last number: {odd:?}");
        Ok(())
    }

    /// A device of the same person that has fetched everything just now.
    async fn fresh(&mut self, like: usize) -> Result<Device> {
        let person = self.devices[like].person.clone();
        let token = person.secrets.first().cloned().into_iter().collect();
        let mut device = Device::new("a fresh device", person, token, temporary()?);
        device.start(self.now, 0).await?;
        self.devices.push(device);
        let index = self.devices.len() - 1;
        for _ in 0..100 {
            self.flush(index, 100).await?;
            if self.devices[index].is_quiet() {
                break;
            }
            let next = self.devices[index].alarm().unwrap_or(self.now);
            let now = self.now.max(next);
            self.devices[index].tick(now).await?;
        }
        let device = self.devices.pop().context("the fresh device")?;
        ensure!(device.is_quiet(), "{}", device.standing());
        Ok(device)
    }

    /// A device that has lived holds what a fresh one holds.
    async fn compare(&self, index: usize, fresh: &Device) -> Result<()> {
        let device = &self.devices[index];
        if device.token.is_none() {
            return Ok(());
        }
        let (held, wanted) = (
            dump(&cache_of(device)?).await?,
            dump(&cache_of(fresh)?).await?,
        );
        let lacks: Vec<&String> = wanted.difference(&held).collect();
        ensure!(lacks.is_empty(), "{} lacks {lacks:#?}", device.name);
        let owner = [self.house.claire.id, self.house.paul.id].contains(&device.person.id);
        let note = held.iter().find(|row| row.starts_with("note"));
        ensure!(
            owner || note.is_none(),
            "{} holds {note:?}, which only owners may see",
            device.name
        );
        let keeps: Vec<&String> = held.difference(&wanted).collect();
        ensure!(keeps.is_empty(), "{} keeps {keeps:#?}", device.name);
        let (shown, counted) = (
            self.store(index)?.unread_total().await?,
            fresh
                .store()
                .context("a fresh store")?
                .unread_total()
                .await?,
        );
        ensure!(
            shown == counted,
            "{} shows {shown} unread, there are {counted}",
            device.name
        );
        Ok(())
    }

    async fn words_are_where_they_belong(
        &self,
        claire: &Device,
        sent: &BTreeMap<TicketId, Sent>,
    ) -> Result<()> {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        let mut place: BTreeMap<&str, (Uuid, i64)> = BTreeMap::new();
        for ticket in sent.values() {
            for word in crate::Ledger::of(&ticket.message) {
                *count.entry(word).or_default() += 1;
                place.insert(word, (ticket.incident, ticket.n));
            }
        }
        for (_, _, note) in notes(&cache_of(claire)?).await? {
            for word in crate::Ledger::of(&note) {
                let word = self.ledger.words.get_key_value(word);
                *count.entry(word.map_or("", |(word, _)| word)).or_default() += 1;
            }
        }
        let titles: Vec<String> = claire
            .store()
            .context("Claire's view")?
            .incidents(&[], false)
            .await?
            .into_iter()
            .map(|row| row.title)
            .collect();
        for title in &titles {
            *count.entry(title).or_default() += 1;
        }
        let mut kept = Vec::new();
        let mut told = Vec::new();
        for index in 0..self.devices.len() {
            kept.push(self.kept(index).await?);
            told.push(self.delivered(index).await?);
        }
        let mut last: BTreeMap<(usize, Uuid), (i64, &str)> = BTreeMap::new();
        let mut words: Vec<_> = self.ledger.words.iter().collect();
        words.sort_by_key(|(word, _)| word[1..].parse::<u32>().unwrap_or(0));
        for (word, known) in words {
            let count = count.get(word.as_str()).copied().unwrap_or(0);
            let author = self.devices[known.device].name;
            ensure!(
                count <= 1,
                "{word} of {author} is on the server {count} times"
            );
            match known.fate {
                Fate::Gone => ensure!(
                    count == 0,
                    "{word} of {author} was taken back and is on the server"
                ),
                Fate::Sent => ensure!(
                    count == 1
                        || kept[known.device].contains(word)
                        || (known.journal_gone && self.ledger.restored),
                    "{word} of {author} is lost"
                ),
                Fate::TakenBack => ensure!(
                    count == 0 || told[known.device].contains(word),
                    "{word} of {author} was taken back, is on the server, and nobody was told"
                ),
                Fate::Unsure => {}
            }
            // An older copy brings back what was written later before what is sent again.
            let in_turn = known.fate == Fate::Sent && !known.out_of_turn && !self.ledger.restored;
            if let (true, Some((incident, n))) = (in_turn, place.get(word.as_str())) {
                let key = (known.device, *incident);
                if let Some((before, earlier)) = last.insert(key, (*n, word)) {
                    ensure!(
                        before < *n,
                        "{word} of {author} stands before {earlier}, which was written earlier"
                    );
                }
            }
        }
        Ok(())
    }

    /// What stands in a device's drafts.
    pub(crate) async fn drafts(&self, index: usize) -> Result<Vec<String>> {
        let mut conn = open(&self.devices[index].folder().join("journal.sqlite")).await?;
        Ok(sqlx::query_scalar("select message from drafts")
            .fetch_all(&mut conn)
            .await?)
    }

    /// Words that a device knows to be on the server.
    async fn delivered(&self, index: usize) -> Result<BTreeSet<String>> {
        let query = "select coalesce(payload ->> 'message', payload ->> 'title', '') from
             (select payload from sent_log union all
              select payload from outbox where state = 'done')";
        self.journal(index, query).await
    }

    /// The words of texts in a device's journal.
    async fn journal(&self, index: usize, query: &'static str) -> Result<BTreeSet<String>> {
        let mut conn = open(&self.devices[index].folder().join("journal.sqlite")).await?;
        let texts: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut conn).await?;
        let words = texts.iter().flat_map(|text| crate::Ledger::of(text));
        Ok(words.map(str::to_owned).collect())
    }

    /// Words that a device still shows as not sent, with the reason, or as a draft.
    async fn kept(&self, index: usize) -> Result<BTreeSet<String>> {
        let store = self.store(index)?;
        let mut kept = BTreeSet::new();
        for row in store.outbox().await? {
            let shown = match row.entry.state {
                OutboxState::Failed => row.entry.problem.is_some(),
                OutboxState::Blocked => true,
                OutboxState::Waiting if row.entry.is_parked() => true,
                // Nobody is signed in any more.
                _ => self.devices[index].token.is_none(),
            };
            if shown {
                kept.extend(crate::Ledger::of(words_of(&row.entry)).map(str::to_owned));
            }
        }
        kept.extend(self.journal(index, "select message from drafts").await?);
        Ok(kept)
    }
}

fn numbers_have_no_gaps(sent: &BTreeMap<TicketId, Sent>) -> Result<()> {
    let mut threads: BTreeMap<Uuid, BTreeSet<i64>> = BTreeMap::new();
    for ticket in sent.values() {
        let new = threads.entry(ticket.incident).or_default().insert(ticket.n);
        ensure!(
            new,
            "two tickets of {} are number {}",
            ticket.incident,
            ticket.n
        );
    }
    for (incident, numbers) in threads {
        let whole = numbers.iter().copied().eq(1..=numbers.len() as i64);
        ensure!(whole, "the numbers of {incident} have gaps: {numbers:?}");
    }
    Ok(())
}

fn notes_have_no_gaps(notes: &[(Uuid, i64, String)]) -> Result<()> {
    let mut threads: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for (incident, m, _) in notes {
        threads.entry(*incident).or_default().push(*m);
    }
    for (incident, mut numbers) in threads {
        numbers.sort_unstable();
        let whole = numbers.iter().copied().eq(1..=numbers.len() as i64);
        ensure!(whole, "the notes of {incident} are numbered {numbers:?}");
    }
    Ok(())
}

fn cache_of(device: &Device) -> Result<PathBuf> {
    let store = device.store().context("the program runs")?;
    Ok(store.shown_cache())
}

async fn open(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    Ok(options.connect().await?)
}

async fn tickets(file: &Path) -> Result<BTreeMap<TicketId, Sent>> {
    let mut conn = open(file).await?;
    let rows: Vec<(Uuid, Uuid, i64, String)> =
        sqlx::query_as("select id, incident_id, n, message from ticket")
            .fetch_all(&mut conn)
            .await?;
    let sent = |(id, incident, n, message)| {
        (
            TicketId(id),
            Sent {
                incident,
                n,
                message,
            },
        )
    };
    Ok(rows.into_iter().map(sent).collect())
}

/// Incident, number and words of every note.
async fn notes(file: &Path) -> Result<Vec<(Uuid, i64, String)>> {
    let mut conn = open(file).await?;
    Ok(sqlx::query_as("select incident_id, m, message from note")
        .fetch_all(&mut conn)
        .await?)
}

/// The scopes whose rows a cache holds, by their names; those that are still fetched are left out.
pub(crate) async fn scopes_of(cache: &Path) -> Result<BTreeSet<String>> {
    let held: Vec<String> = sqlx::query_scalar(
        "select s.name from scope s where s.number is not null
         and exists (select 1 from held h where h.scope = s.id)",
    )
    .fetch_all(&mut open(cache).await?)
    .await?;
    Ok(held.into_iter().collect())
}

/// Every row of the cache that says something about the server.
async fn dump(file: &Path) -> Result<Rows> {
    const TABLES: [&str; 14] = [
        "portfolio",
        "property",
        "unit",
        "lease",
        "user_card",
        "membership",
        "incident",
        "ticket",
        "attachment",
        "participant",
        "mine",
        "note",
        "note_marker",
        "mute",
    ];
    let mut conn = open(file).await?;
    let mut rows = Rows::new();
    for table in TABLES {
        let columns: Vec<String> =
            sqlx::query_scalar("select 'quote(' || name || ')' from pragma_table_info(?1)")
                .bind(table)
                .fetch_all(&mut conn)
                .await?;
        let values = columns.join(" || ', ' || ");
        // Safe SQL: names of tables and columns come from this file and from the schema.
        let query = AssertSqlSafe(format!("select '{table}: ' || {values} from {table}"));
        rows.extend(
            sqlx::query_scalar::<_, String>(query)
                .fetch_all(&mut conn)
                .await?,
        );
    }
    let held: Vec<String> = sqlx::query_scalar(
        "select 'held: ' || kind || ' ' || hex(h.id) || ' in ' || s.name
         from held h join scope s on s.id = h.scope",
    )
    .fetch_all(&mut conn)
    .await?;
    rows.extend(held);
    Ok(rows)
}
