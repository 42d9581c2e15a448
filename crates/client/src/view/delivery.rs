//! How far an own ticket has come, and why it did not.

use super::Reader;
use crate::words;
use palier_bridge::view::{ChangedTo, Delivery, FailureReason};
use palier_domain::{OutboxState, Role};
use palier_store::view::{FileRow, PersonRow, UnsentRow, UnsentWhat};
use palier_wire::{Problem, ProblemKind};
use serde::de::DeserializeOwned;
use serde_json::Value;

impl Reader<'_> {
    /// How far something unsent has come.
    pub(super) fn unsent_delivery(&self, row: &UnsentRow) -> Delivery {
        match row.state {
            OutboxState::Held => Delivery::Held {
                remaining_ms: self
                    .account
                    .shared
                    .remaining_ms(row.mutation_id)
                    .unwrap_or(row.hold_ms),
            },
            OutboxState::Waiting if row.is_parked() => Delivery::Failed {
                reason: FailureReason::NotBackYet,
            },
            OutboxState::Uploading
            | OutboxState::Queued
            | OutboxState::Sending
            | OutboxState::Waiting
            | OutboxState::SignedOut => Delivery::Waiting {
                upload_percent: self.upload_percent(row),
                attempted: row.attempts > 0,
                behind_upload: row.behind_upload,
                troubled: row.troubled,
            },
            OutboxState::Cancelling => Delivery::Cancelling,
            OutboxState::Done => Delivery::Sent,
            OutboxState::Failed => Delivery::Failed {
                reason: reason(row.problem.as_ref(), &row.what, &row.files),
            },
            OutboxState::Blocked => Delivery::Failed {
                reason: FailureReason::ParentFailed,
            },
        }
    }

    /// How much of its files is on the server; none when nothing has to be uploaded.
    fn upload_percent(&self, row: &UnsentRow) -> Option<u8> {
        let total = row.files.len() as u64;
        if row.state != OutboxState::Uploading || total == 0 {
            return None;
        }
        let whole = total.saturating_sub(u64::from(row.files_missing)) * 100;
        let partly: u64 = row
            .files
            .iter()
            .filter_map(|file| self.account.shared.progress(file.id))
            .map(u64::from)
            .sum();
        u8::try_from(((whole + partly) / total).min(100)).ok()
    }

    /// How far a ticket on the server has come: whether somebody of the other role has read it.
    pub(super) fn sent_delivery(&self, n: u64, my_role: Role, people: &[PersonRow]) -> Delivery {
        people
            .iter()
            .filter(|person| person.role == my_role.other() && person.read_n >= n)
            .min_by_key(|person| person.read_at)
            .map_or(Delivery::Sent, |reader| Delivery::Read {
                by: words::name(&self.words, reader.name.clone(), reader.role),
                at: reader.read_at,
            })
    }
}

/// What a refusal means to a person.
fn reason(problem: Option<&Problem>, what: &UnsentWhat, files: &[FileRow]) -> FailureReason {
    let Some(problem) = problem else {
        return FailureReason::Other {
            detail: String::new(),
        };
    };
    let file = || {
        files
            .iter()
            .find(|file| problem.ids.contains(&file.id.0))
            .or(files.first())
            .map(|file| FailureReason::FileRefused {
                name: file.name.clone(),
            })
    };
    let said = match problem.kind {
        ProblemKind::Forbidden => problem.denied.map(|rule| FailureReason::Denied { rule }),
        ProblemKind::Invalid => problem
            .invalid
            .clone()
            .map(|invalid| FailureReason::Invalid { invalid }),
        ProblemKind::NotFound => Some(FailureReason::Gone),
        ProblemKind::ChangedMeanwhile => Some(FailureReason::ChangedMeanwhile {
            now: changed_to(problem, what),
        }),
        ProblemKind::UnsupportedFile | ProblemKind::TooLarge | ProblemKind::ChecksumMismatch => {
            file()
        }
        ProblemKind::QuotaExceeded => Some(FailureReason::NoRoom),
        ProblemKind::ParentFailed | ProblemKind::ParentMissing => Some(FailureReason::ParentFailed),
        _ => None,
    };
    said.unwrap_or_else(|| FailureReason::Other {
        detail: problem.detail.clone(),
    })
}

/// What the incident had instead, when the server refused a change of it.
fn changed_to(problem: &Problem, what: &UnsentWhat) -> Option<ChangedTo> {
    let current = problem.current.as_ref()?;
    match what {
        UnsentWhat::Status(_) => field(current, "status").map(ChangedTo::Status),
        UnsentWhat::Priority { .. } => field(current, "priority").map(ChangedTo::Priority),
        UnsentWhat::Category { .. } => field(current, "category").map(ChangedTo::Category),
        UnsentWhat::Ticket { .. }
        | UnsentWhat::Note { .. }
        | UnsentWhat::Mute { .. }
        | UnsentWhat::Incident { .. } => None,
    }
}

fn field<T: DeserializeOwned>(row: &Value, name: &str) -> Option<T> {
    serde_json::from_value(row.get(name)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_domain::{Denied, Invalid, InvalidReason, MediaType, Sha256};
    use uuid::Uuid;

    const WORDS: UnsentWhat = UnsentWhat::Ticket {
        message: String::new(),
    };

    fn file(id: u128, name: &str) -> FileRow {
        FileRow {
            id: Uuid::from_u128(id).into(),
            name: name.into(),
            media_type: MediaType::Jpeg,
            size: 1,
            sha256: Sha256::of(b"x"),
            has_thumbnail: false,
        }
    }

    #[test]
    fn a_refusal_keeps_the_rule_the_value_or_the_file_it_is_about() {
        let denied = Problem::from(Denied::LeaseEnded);
        assert_eq!(
            reason(Some(&denied), &WORDS, &[]),
            FailureReason::Denied {
                rule: Denied::LeaseEnded
            }
        );
        let invalid = Invalid::new("message", InvalidReason::Empty);
        assert_eq!(
            reason(Some(&invalid.clone().into()), &WORDS, &[]),
            FailureReason::Invalid { invalid }
        );
        let mut refused = Problem::new(ProblemKind::UnsupportedFile, "");
        refused.ids = vec![Uuid::from_u128(2)];
        assert_eq!(
            reason(
                Some(&refused),
                &WORDS,
                &[file(1, "a.jpg"), file(2, "b.jpg")]
            ),
            FailureReason::FileRefused {
                name: "b.jpg".into()
            }
        );
    }

    #[test]
    fn a_refusal_without_a_sentence_shows_the_servers_words() {
        let odd = Problem::new(ProblemKind::IdTaken, "the id belongs to another ticket");
        assert_eq!(
            reason(Some(&odd), &WORDS, &[]),
            FailureReason::Other {
                detail: "the id belongs to another ticket".into()
            }
        );
    }
}
