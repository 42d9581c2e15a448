//! The thread as it is drawn: separators of days, the unread divider, runs of one author.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use palier_bridge::view::ThreadEntry;
use palier_domain::TicketKind;
use std::rc::Rc;

/// One thing that is drawn in a thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Reading stopped here the last time.
    Unread,
    /// The server says something: a status moved.
    System(Rc<ThreadEntry>),
    /// Messages that one person wrote one after the other.
    Run(Vec<Rc<ThreadEntry>>),
}

/// Two messages of one author stand apart when so much time lies between them.
const RUN_GAP: TimeDelta = TimeDelta::minutes(15);

/// Groups entries for drawing, day by day. `divider` is the number after which the unread divider
/// stands, none where there is nothing unread; `local` tells the time where the person is.
pub fn days(
    entries: &[Rc<ThreadEntry>],
    divider: Option<u64>,
    local: impl Fn(&ThreadEntry) -> NaiveDateTime,
) -> Vec<(NaiveDate, Vec<Block>)> {
    let mut days: Vec<(NaiveDate, Vec<Block>)> = Vec::new();
    let mut divider = divider;
    let mut before: Option<NaiveDateTime> = None;
    for entry in entries {
        let at = local(entry);
        if days.last().is_none_or(|(day, _)| *day != at.date()) {
            days.push((at.date(), Vec::new()));
        }
        let Some((_, blocks)) = days.last_mut() else {
            continue;
        };
        let past_divider = divider.is_some_and(|read_n| entry.n.is_some_and(|n| n > read_n));
        if past_divider && !entry.is_mine && entry.kind == TicketKind::Message {
            blocks.push(Block::Unread);
            divider = None;
        }
        let near = before.is_some_and(|before| at - before < RUN_GAP);
        match (entry.kind, blocks.last_mut()) {
            (TicketKind::System, _) => blocks.push(Block::System(entry.clone())),
            (TicketKind::Message, Some(Block::Run(run)))
                if near
                    && run.last().is_some_and(|last| {
                        last.author_id == entry.author_id && last.note == entry.note
                    }) =>
            {
                run.push(entry.clone());
            }
            (TicketKind::Message, _) => blocks.push(Block::Run(vec![entry.clone()])),
        }
        before = Some(at);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::display::tests::entry;
    use chrono::{DateTime, Utc};
    use palier_domain::UserId;

    fn said(n: u64, author: u128, at: &str) -> Rc<ThreadEntry> {
        let mut entry = entry(n);
        entry.author_id = UserId(uuid::Uuid::from_u128(author));
        entry.at = format!("2026-11-{at}:00Z")
            .parse::<DateTime<Utc>>()
            .unwrap();
        Rc::new(entry)
    }

    fn drawn(entries: &[Rc<ThreadEntry>], divider: Option<u64>) -> Vec<String> {
        let mut drawn = Vec::new();
        for (day, blocks) in days(entries, divider, |entry| entry.at.naive_utc()) {
            drawn.push(format!("day {}", day.format("%d")));
            drawn.extend(blocks.iter().map(|block| match block {
                Block::Unread => "unread".to_owned(),
                Block::System(entry) => format!("system {}", entry.n.unwrap()),
                Block::Run(run) => {
                    let numbers: Vec<_> = run.iter().map(|e| e.n.unwrap().to_string()).collect();
                    format!("run {}", numbers.join(" "))
                }
            }));
        }
        drawn
    }

    #[test]
    fn one_authors_messages_stand_together() {
        let entries = [
            said(1, 1, "12T10:00"),
            said(2, 1, "12T10:05"),
            said(3, 2, "12T10:06"),
            said(4, 2, "12T11:30"),
            said(5, 2, "13T00:01"),
        ];
        assert_eq!(
            drawn(&entries, None),
            ["day 12", "run 1 2", "run 3", "run 4", "day 13", "run 5"]
        );
    }

    #[test]
    fn the_divider_stands_before_the_first_unread_message_of_others() {
        let mut mine = (*said(3, 9, "12T10:02")).clone();
        mine.is_mine = true;
        let entries = [
            said(1, 1, "12T10:00"),
            said(2, 1, "12T10:01"),
            Rc::new(mine),
            said(4, 1, "12T10:03"),
            said(5, 1, "12T10:04"),
        ];
        assert_eq!(
            drawn(&entries, Some(2)),
            ["day 12", "run 1 2", "run 3", "unread", "run 4 5"]
        );
        assert_eq!(
            drawn(&entries[..3], Some(2)),
            ["day 12", "run 1 2", "run 3"]
        );
    }

    #[test]
    fn a_status_move_breaks_a_run() {
        let mut system = (*said(2, 1, "12T10:01")).clone();
        system.kind = TicketKind::System;
        let entries = [
            said(1, 1, "12T10:00"),
            Rc::new(system),
            said(3, 1, "12T10:02"),
        ];
        assert_eq!(
            drawn(&entries, Some(1)),
            ["day 12", "run 1", "system 2", "unread", "run 3"]
        );
    }
}
