//! Refusals on their way to the audit log.
//!
//! Whoever wants to can be refused as often as he likes. So within a minute the same refusal
//! (action, person, address, subject, details) is written once, and what came again as one more row
//! with its number, `times`, at the minute's end. Different ones are written up to a number for each
//! address and a number altogether; what exceeds these is counted without its particulars. What
//! remains is the same for an attack of any size: a few hundred rows a minute.

use super::{Entry, Record, Subject, insert};
use crate::{
    App,
    db::Db,
    error::{Result, log},
    origin,
};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use palier_domain::{AuditAction, UserId};
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// How long the same refusal counts as the same.
const WINDOW: Duration = Duration::from_secs(60);
/// Different refusals of one address within a window.
const PER_ADDRESS: usize = 20;
/// Different refusals within a window.
const IN_ALL: usize = 100;

/// Refusals that wait to be written.
#[derive(Default)]
pub struct Refusals {
    window: Mutex<Window>,
    woken: Notify,
    // Whoever waits for it afterwards finds written what was under way.
    writing: tokio::sync::Mutex<()>,
}

impl Refusals {
    /// Records `entry` soon, unless there are too many of its like.
    pub fn note(&self, entry: Entry, at: DateTime<Utc>) {
        let origin = origin::present();
        let mut record = Record::new(entry, at, origin.as_deref());
        if let Some(origin) = origin {
            let details = &mut record.entry.details;
            details.insert("route".into(), origin.route.clone().into());
        }
        self.window().take(record, Instant::now());
        self.woken.notify_one();
    }

    /// Writes what waits; with what was only counted when `all` is asked for.
    pub async fn write(&self, db: &Db, all: bool) -> Result<()> {
        let _turn = self.writing.lock().await;
        let due = self.window().due(all, Instant::now());
        if due.is_empty() {
            return Ok(());
        }
        db.write(move |tx| {
            async move {
                for record in due {
                    insert(tx, record).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// How long until what was only counted is due; none when there is nothing.
    fn patience(&self) -> Option<Duration> {
        let window = self.window();
        let counted = window.seen.values().any(|seen| seen.times > 0);
        let left = WINDOW.saturating_sub(window.begun?.elapsed());
        counted.then_some(left)
    }

    // The window is whole after every statement, so a panic elsewhere does not spoil it.
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes refusals as they come, until the server stops.
pub async fn run(app: App) {
    let mut stopping = app.stopping();
    let mut all = false;
    loop {
        // What cannot be written is lost, not kept: the number of what waits has to stay bounded.
        if let Err(error) = app.refusals().write(app.db(), all).await {
            log(&error, "audit log");
        }
        let patience = app.refusals().patience();
        let window_ends = async {
            match patience {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = app.refusals().woken.notified() => {}
            () = window_ends => {}
            _ = stopping.wait_for(|stop| *stop) => {
                if all {
                    return;
                }
                all = true;
            }
        }
    }
}

/// What makes two refusals the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    action: AuditAction,
    actor: Option<UserId>,
    address: Option<String>,
    subject: Option<Subject>,
    details: String,
}

/// A refusal that was seen in this window.
struct Seen {
    record: Record,
    /// How often it came again.
    times: u64,
}

#[derive(Default)]
struct Window {
    begun: Option<Instant>,
    seen: HashMap<Key, Seen>,
    of_address: HashMap<Option<String>, usize>,
    due: Vec<Record>,
}

impl Window {
    fn take(&mut self, record: Record, now: Instant) {
        self.roll(false, now);
        self.begun.get_or_insert(now);
        let exact = key(&record);
        if self.again(&exact) {
            return;
        }
        let of_address = self.of_address.get(&record.address).copied();
        if self.seen.len() < IN_ALL && of_address.unwrap_or_default() < PER_ADDRESS {
            *self.of_address.entry(record.address.clone()).or_default() += 1;
            self.due.push(record.clone());
            self.seen.insert(exact, Seen { record, times: 0 });
            return;
        }
        // Whose address has its share is counted by address as long as there is room, then without.
        let known = of_address.is_some();
        let address = record.address.clone().filter(|_| known);
        let more = Record {
            at: record.at,
            entry: Entry::new(record.entry.action).with("others", true),
            address,
            request: None,
        };
        let seen = self.seen.entry(key(&more));
        seen.or_insert(Seen {
            record: more,
            times: 0,
        })
        .times += 1;
    }

    fn again(&mut self, key: &Key) -> bool {
        let seen = self.seen.get_mut(key);
        seen.map(|seen| seen.times += 1).is_some()
    }

    /// Ends the window when its time is over, or when `early`: what was counted becomes due.
    fn roll(&mut self, early: bool, now: Instant) {
        let over = |begun: Instant| early || now.duration_since(begun) >= WINDOW;
        if !self.begun.is_some_and(over) {
            return;
        }
        self.begun = None;
        self.of_address.clear();
        let counted = mem::take(&mut self.seen).into_values();
        let counted = counted.filter(|seen| seen.times > 0);
        self.due.extend(counted.map(|seen| {
            let Seen { mut record, times } = seen;
            record.entry = record.entry.with("times", times);
            record
        }));
    }

    fn due(&mut self, all: bool, now: Instant) -> Vec<Record> {
        self.roll(all, now);
        mem::take(&mut self.due)
    }
}

fn key(record: &Record) -> Key {
    Key {
        action: record.entry.action,
        actor: record.entry.actor,
        address: record.address.clone(),
        subject: record.entry.subject,
        details: serde_json::Value::from(record.entry.details.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn refused(address: u32, user: u128) -> Record {
        let entry = Entry::new(AuditAction::Refused).by(Uuid::from_u128(user).into());
        Record {
            at: DateTime::UNIX_EPOCH,
            entry,
            address: Some(address.to_string()),
            request: Some("r1".into()),
        }
    }

    fn times(record: &Record) -> u64 {
        let times = record.entry.details.get("times");
        times.map_or(1, |times| times.as_u64().unwrap())
    }

    #[test]
    fn the_first_is_written_at_once_and_the_others_are_counted() {
        let (mut window, now) = (Window::default(), Instant::now());
        for _ in 0..1000 {
            window.take(refused(1, 1), now);
        }
        assert_eq!(window.due(false, now).len(), 1);
        let late = now + WINDOW;
        let due = window.due(false, late);
        assert_eq!(due.iter().map(times).collect::<Vec<_>>(), [999]);
        assert!(window.due(true, late).is_empty());
    }

    #[test]
    fn an_attack_of_any_size_leaves_a_few_rows_that_count_it() {
        let (mut window, now) = (Window::default(), Instant::now());
        for at in 0..50_000 {
            window.take(refused(at % 997, u128::from(at)), now);
        }
        assert!(window.seen.len() <= 2 * IN_ALL + 1);
        let due = window.due(true, now);
        assert!(due.len() <= 3 * IN_ALL + 1, "{} rows", due.len());
        assert_eq!(due.iter().map(times).sum::<u64>(), 50_000);
    }

    #[test]
    fn one_address_does_not_take_the_place_of_the_others() {
        let (mut window, now) = (Window::default(), Instant::now());
        for at in 0..10_000 {
            window.take(refused(1, at), now);
        }
        window.take(refused(2, 1), now);
        let due = window.due(false, now);
        assert_eq!(due.len(), PER_ADDRESS + 1);
        assert_eq!(due[PER_ADDRESS].address.as_deref(), Some("2"));
    }
}
