//! What people do on their devices, noted in the ledger.

use crate::{
    Act, World,
    device::{cut, is_full},
    ledger::Fate,
    request::{self, Ask},
};
use anyhow::{Result, ensure};
use chrono::TimeDelta;
use palier_domain::{AttachmentId, Category, IncidentId, OutboxState, Priority, Status};
use palier_engine::Event;
use palier_store::{
    ActError, LaneChange, Store, StoreError,
    act::NewIncident,
    view::{OutboxRow, UnsentRow, UnsentWhat},
};
use palier_wire::PushRequest;
use std::{collections::BTreeSet, path::PathBuf};

/// The undo time, in milliseconds.
const UNDO: u64 = 5_000;

impl World {
    pub(crate) async fn act(&mut self, index: usize, act: &Act) -> Result<()> {
        let several = matches!(
            act,
            Act::Undo(_) | Act::Edit(..) | Act::Discard(_) | Act::SignOut(_)
        );
        // What is several acts of the application would have to be noted act by act.
        if several && self.devices[index].full {
            self.devices[index].make_room().await;
        }
        match self.attempt(index, act).await {
            Err(error) if self.devices[index].full && is_full(&error) => {
                self.ledger.tally.count("act without room");
                Ok(())
            }
            done => done,
        }
    }

    async fn attempt(&mut self, index: usize, act: &Act) -> Result<()> {
        let now = self.now;
        let device = &mut self.devices[index];
        let Some(store) = device.store() else {
            return Ok(());
        };
        let wall = device.wall(now);
        match *act {
            Act::Open(unit) => self.open(index, &store, unit).await,
            Act::Send {
                incident,
                files,
                held,
                cut,
            } => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                for _ in 0..files {
                    self.attach(&store, incident).await?;
                }
                let hold = if held { UNDO } else { 0 };
                self.send(index, &store, incident, hold, cut).await
            }
            Act::Note(incident, held) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let word = self.ledger.word();
                let draft = store.draft(incident).await?.message;
                let message = format!("{draft} {word}");
                let hold = if held { UNDO } else { 0 };
                match store.add_note(incident, message.trim(), hold, wall).await {
                    Ok(noted) => {
                        self.ledger.wrote(&word, index, Fate::Sent);
                        self.devices[index].acted(now, noted.lane).await
                    }
                    Err(error) => refused(error),
                }
            }
            Act::Mute(incident, muted) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let lane = store.set_mute(incident, muted, wall).await;
                self.told(index, lane).await
            }
            Act::Before(which) => {
                let row = waiting_at(&store, which).await?;
                let Some((row, ticket)) = row.and_then(|row| Some((row.clone(), row.ticket_id?)))
                else {
                    return Ok(());
                };
                self.ledger.out_of_turn(words_of(&row));
                let lane = store.send_before(ticket).await;
                self.told(index, lane).await
            }
            Act::Anyway(which) => {
                let Some(row) = waiting_at(&store, which).await? else {
                    return Ok(());
                };
                let lane = store.apply_anyway(row.mutation_id, wall).await;
                self.told(index, lane).await
            }
            Act::Undo(which) => {
                let Some(row) = waiting_at(&store, which).await? else {
                    return Ok(());
                };
                let Some(ticket) = row.ticket_id else {
                    return Ok(());
                };
                match store.undo(ticket, wall).await {
                    Ok(back) => {
                        self.ledger.becomes(words_of(&row), Fate::Gone);
                        self.empty_draft(&store, back.incident_id).await?;
                        self.devices[index].acted(now, back.lane).await
                    }
                    Err(error) => refused(error),
                }
            }
            Act::Edit(which, again) => self.edit(index, &store, which, again).await,
            Act::Discard(which) => self.discard(index, &store, which).await,
            Act::Retry(which) => {
                let Some(row) = waiting_at(&store, which).await? else {
                    return Ok(());
                };
                self.ledger.out_of_turn(words_of(&row));
                let lane = store.retry(row.mutation_id).await;
                self.told(index, lane).await
            }
            Act::SendNow(which) => {
                let row = waiting_at(&store, which).await?;
                let Some(ticket) = row.and_then(|row| row.ticket_id) else {
                    return Ok(());
                };
                let lane = store.send_now(ticket).await;
                self.told(index, lane).await
            }
            Act::Status(incident, to) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let from = store.incident(incident).await?.map(|head| head.status);
                let to = Status::ALL[usize::from(to) % Status::ALL.len()];
                let Some(from) = from.filter(|from| *from != to) else {
                    return Ok(());
                };
                let lane = store.set_status(incident, from, to, wall).await;
                self.told(index, lane).await
            }
            Act::Priority(incident, to) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let from = store.incident(incident).await?.map(|head| head.priority);
                let to = Priority::ALL[usize::from(to) % Priority::ALL.len()];
                let Some(from) = from.filter(|from| *from != to) else {
                    return Ok(());
                };
                let lane = store.set_priority(incident, from, to, wall).await;
                self.told(index, lane).await
            }
            Act::Category(incident, to) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let from = store.incident(incident).await?.map(|head| head.category);
                let to = Category::ALL[usize::from(to) % Category::ALL.len()];
                let Some(from) = from.filter(|from| *from != to) else {
                    return Ok(());
                };
                let lane = store.set_category(incident, from, to, wall).await;
                self.told(index, lane).await
            }
            Act::Read(incident, back) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let thread = store.thread(incident, None, 50).await?;
                let last = thread.and_then(|thread| thread.tickets.last().map(|it| it.n));
                let Some(last) = last else { return Ok(()) };
                let up_to = last.saturating_sub(back.into());
                let may = reachable(&store, incident, up_to).await?;
                let lane = store.mark_read(incident, up_to, wall).await?;
                let head = store.incident(incident).await?;
                let read = head.map_or(0, |head| head.read_n);
                ensure!(read <= may, "read up to {read}, over a hole after {may}");
                self.devices[index].acted(now, lane).await
            }
            Act::Fetch(incident, which) => self.fetch(index, &store, incident, which).await,
            Act::Flag(incident, flag) => {
                let Some(incident) = incident_at(&store, incident).await? else {
                    return Ok(());
                };
                let lane = store.set_unread_flag(incident, flag, wall).await?;
                self.devices[index].acted(now, lane).await
            }
            Act::Nudge => device.happened(now, Event::Nudge).await,
            Act::SignIn => match device.take_a_session() {
                true => device.happened(now, Event::SignedIn).await,
                false => Ok(()),
            },
            Act::ClockJump(years) => {
                device.skew = TimeDelta::days(i64::from(years) * 365);
                Ok(())
            }
            Act::SignOut(online) => self.sign_out(index, &store, online).await,
        }
    }

    async fn open(&mut self, index: usize, store: &Store, unit: u8) -> Result<()> {
        let wall = self.devices[index].wall(self.now);
        let units = store.units(wall.date_naive()).await?;
        if units.is_empty() {
            return Ok(());
        }
        let unit = &units[usize::from(unit) % units.len()];
        let word = self.ledger.word();
        let new = NewIncident {
            id: None,
            unit_id: unit.id,
            title: word.clone(),
            description: String::new(),
            category: Category::Heating,
            priority: Priority::Normal,
        };
        match store.open_incident(new, wall).await {
            Ok((_, lane)) => {
                self.ledger.wrote(&word, index, Fate::Sent);
                self.devices[index].acted(self.now, lane).await
            }
            Err(error) => refused(error),
        }
    }

    /// Sends what the draft holds and one word more.
    async fn send(
        &mut self,
        index: usize,
        store: &Store,
        incident: IncidentId,
        hold: u64,
        moments: Option<u8>,
    ) -> Result<()> {
        let wall = self.devices[index].wall(self.now);
        let word = self.ledger.word();
        let draft = store.draft(incident).await?.message;
        let message = format!("{draft} {word}");
        let sending = store.send_ticket(incident, message.trim(), hold, wall);
        let Some(moments) = moments else {
            return match sending.await {
                Ok(sent) => {
                    self.ledger.wrote(&word, index, Fate::Sent);
                    self.devices[index].acted(self.now, sent.lane).await
                }
                Err(error) => refused(error),
            };
        };
        // The program dies while it writes: perhaps it is in the journal.
        self.ledger.wrote(&word, index, Fate::Unsure);
        cut(sending, moments).await;
        self.devices[index].crash();
        Ok(())
    }

    async fn attach(&mut self, store: &Store, incident: IncidentId) -> Result<()> {
        let name = self.ledger.word();
        let folder = crate::host::temporary()?;
        let path: PathBuf = folder.path().join(format!("{name}.txt"));
        std::fs::write(&path, format!("Relevé {name}\n"))?;
        // Refused when the draft is full.
        let _ = store.add_draft_file(incident, &path, wall_of(self)).await;
        Ok(())
    }

    async fn edit(&mut self, index: usize, store: &Store, which: u8, again: bool) -> Result<()> {
        let wall = self.devices[index].wall(self.now);
        let Some(row) = waiting_at(store, which).await? else {
            return Ok(());
        };
        let Some(ticket) = row.ticket_id else {
            return Ok(());
        };
        let back = match store.edit(ticket, wall).await {
            Ok(back) => back,
            Err(error) => return refused(error),
        };
        self.ledger.becomes(words_of(&row), taken_back(&row));
        self.empty_draft(store, back.incident_id).await?;
        self.devices[index].acted(self.now, back.lane).await?;
        if again && let Some(store) = self.devices[index].store() {
            self.send(index, &store, row.incident_id, 0, None).await?;
        }
        Ok(())
    }

    async fn discard(&mut self, index: usize, store: &Store, which: u8) -> Result<()> {
        let wall = self.devices[index].wall(self.now);
        let Some(row) = waiting_at(store, which).await? else {
            return Ok(());
        };
        let before = store.outbox().await?;
        match store.discard(row.mutation_id, wall).await {
            Ok(lane) => {
                for OutboxRow { entry, .. } in &before {
                    if lane.removed.contains(&entry.mutation_id) {
                        self.ledger.becomes(words_of(entry), taken_back(entry));
                    }
                }
                self.devices[index].acted(self.now, lane).await
            }
            Err(error) => refused(error),
        }
    }

    async fn fetch(&mut self, index: usize, store: &Store, incident: u8, which: u8) -> Result<()> {
        let Some(incident) = incident_at(store, incident).await? else {
            return Ok(());
        };
        let thread = store.thread(incident, None, 50).await?;
        let tickets = thread.into_iter().flat_map(|thread| thread.tickets);
        let files: Vec<AttachmentId> = tickets
            .flat_map(|ticket| ticket.files)
            .map(|file| file.id)
            .collect();
        let (false, Some(token)) = (files.is_empty(), &self.devices[index].token) else {
            return Ok(());
        };
        let id = files[usize::from(which) % files.len()];
        let Some(bytes) = request::download(self.host.router(), token, id).await? else {
            return Ok(());
        };
        let mut received = store.blobs().receive().await?;
        received.write(&bytes).await?;
        // Refused where the attachment is no longer here, or the bytes are another epoch's.
        let _ = store.keep_download(id, received).await;
        Ok(())
    }

    /// The person throws the draft away, whatever stands in it.
    async fn empty_draft(&mut self, store: &Store, incident: IncidentId) -> Result<()> {
        let draft = store.draft(incident).await?;
        for word in crate::Ledger::of(&draft.message) {
            if self
                .ledger
                .words
                .get(word)
                .is_some_and(|it| it.fate == Fate::Sent)
            {
                self.ledger.becomes(word, Fate::Unsure);
            }
        }
        for file in &draft.files {
            store.remove_draft_file(incident, file.id).await?;
        }
        store.save_draft(incident, "", wall_of(self)).await?;
        Ok(())
    }

    /// As the application does: takes back what may have left, ends the session, leaves nothing behind.
    async fn sign_out(&mut self, index: usize, store: &Store, online: bool) -> Result<()> {
        let wall = self.devices[index].wall(self.now);
        let epoch = self.devices[index].running().and_then(|it| it.epoch());
        let rows: Vec<UnsentRow> = store
            .outbox()
            .await?
            .into_iter()
            .map(|it| it.entry)
            .collect();
        let drafts = self.drafts(index).await?;
        let mut cancels = Vec::new();
        for row in rows.iter().filter(|row| row.attempts > 0) {
            // Refused where it went along with another one.
            if let Ok(lane) = store.discard(row.mutation_id, wall).await {
                cancels.extend(lane.enqueued.iter().map(|entry| entry.mutation_id));
            }
        }
        let cancels = store.mark_sending(&cancels).await?;
        let request = PushRequest {
            user_id: store.user_id(),
            device_id: store.device_id(),
            mutations: store.payloads(&cancels).await?,
        };
        let token = self.devices[index].token.clone().filter(|_| online);
        if let (Some(token), Some(epoch)) = (token, epoch) {
            if !request.mutations.is_empty() {
                self.carry(index, &Ask::Push(epoch, request)).await?;
            }
            request::sign_out(self.host.router(), &token).await?;
        }
        for row in &rows {
            let cancelled = row.ticket_id.is_some_and(|id| self.ledger.is_cancelled(id));
            let fate = match row.attempts {
                0 => Fate::Gone,
                _ if cancelled => Fate::Gone,
                _ => Fate::Unsure,
            };
            self.ledger.becomes(words_of(row), fate);
        }
        for draft in drafts {
            self.ledger.becomes(&draft, Fate::Unsure);
        }
        self.ledger.lost_its_journal(index);
        self.devices[index].forget().await?;
        self.start(index).await
    }

    async fn told(&mut self, index: usize, lane: Result<LaneChange, ActError>) -> Result<()> {
        match lane {
            Ok(lane) => self.devices[index].acted(self.now, lane).await,
            Err(error) => refused(error),
        }
    }
}

fn wall_of(world: &World) -> chrono::DateTime<chrono::Utc> {
    world.devices[0].wall(world.now)
}

/// What an act may be refused with is part of a life; a disk that fails is not.
fn refused(error: ActError) -> Result<()> {
    match error {
        ActError::Store(error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether something that is taken back surely never reaches anybody.
fn taken_back(row: &UnsentRow) -> Fate {
    match row.state {
        OutboxState::Failed if row.attempts <= 1 => Fate::Gone,
        OutboxState::Sending | OutboxState::Cancelling => Fate::TakenBack,
        _ if row.attempts == 0 => Fate::Gone,
        _ => Fate::TakenBack,
    }
}

/// The words of what waits.
pub(crate) fn words_of(row: &UnsentRow) -> &str {
    match &row.what {
        UnsentWhat::Ticket { message } | UnsentWhat::Note { message } => message,
        UnsentWhat::Incident { title } => title,
        _ => "",
    }
}

/// How far somebody may have read who has seen everything up to `to` that is here.
async fn reachable(store: &Store, incident: IncidentId, to: u64) -> Result<u64> {
    let Some(thread) = store.thread(incident, None, 1_000).await? else {
        return Ok(0);
    };
    let numbers: BTreeSet<u64> = thread.tickets.iter().map(|ticket| ticket.n).collect();
    let mut reached = thread.head.read_n;
    while reached < to && numbers.contains(&(reached + 1)) {
        reached += 1;
    }
    Ok(reached)
}

async fn incident_at(store: &Store, which: u8) -> Result<Option<IncidentId>, StoreError> {
    let mut ids: Vec<IncidentId> = store
        .incidents(&[], false)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    ids.sort();
    Ok(match ids.len() {
        0 => None,
        count => Some(ids[usize::from(which) % count]),
    })
}

async fn waiting_at(store: &Store, which: u8) -> Result<Option<UnsentRow>, StoreError> {
    let mut rows = store.outbox().await?;
    Ok(match rows.len() {
        0 => None,
        count => Some(rows.swap_remove(usize::from(which) % count).entry),
    })
}
