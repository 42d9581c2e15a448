//! What is said outside the screens, in the person's language.

use crate::{Notification, NotificationAct, NotificationAction, PickFiles};
use palier_domain::{MediaType, Priority, Role};
use palier_engine::notify::Summary;
use palier_i18n::Localizer;
use palier_store::view::CandidateRow;

/// Unit and property, as people say it; empty where neither is known.
pub(crate) fn place(unit: Option<&str>, property: Option<&str>) -> String {
    [unit, property]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A name, or the role where the name is not known.
pub(crate) fn name(words: &Localizer, name: Option<String>, role: Role) -> String {
    name.unwrap_or_else(|| words.role(role))
}

/// The notification of a ticket, which stands for `count` of its incident.
pub(crate) fn notification(
    words: &Localizer,
    row: &CandidateRow,
    count: usize,
    sound: bool,
) -> Notification {
    let place = row
        .unit
        .clone()
        .unwrap_or_else(|| row.incident_title.clone());
    let title = match &row.author {
        Some(author) => words.format(
            "notification-title",
            &[("author", author.clone().into()), ("place", place.into())],
        ),
        None => place,
    };
    let said = match (&row.status_change, row.words.is_empty()) {
        (Some(change), _) => words.format(
            "notification-status",
            &[
                ("title", row.incident_title.clone().into()),
                ("status", words.status(change.to).into()),
            ],
        ),
        (None, true) => words.format("notification-body-files", &[("count", row.files.into())]),
        (None, false) => row.words.clone(),
    };
    let body = if count > 1 {
        format!("({count}) {said}")
    } else {
        said
    };
    Notification {
        incident_id: Some(row.candidate.incident_id),
        ticket_id: Some(row.candidate.ticket_id),
        title,
        body,
        urgent: row.candidate.priority == Priority::Emergency,
        sound,
        actions: vec![
            NotificationAction {
                act: NotificationAct::Reply,
                label: words.text("notification-reply"),
            },
            NotificationAction {
                act: NotificationAct::MarkRead,
                label: words.text("notification-mark-read"),
            },
        ],
    }
}

/// One notification instead of many.
pub(crate) fn summary(words: &Localizer, summary: Summary, sound: bool) -> Notification {
    let body = words.format(
        "notification-summary",
        &[
            ("count", summary.tickets.into()),
            ("incidents", summary.incidents.into()),
        ],
    );
    Notification {
        urgent: summary.urgent,
        ..of_the_program("Palier".to_owned(), body, sound)
    }
}

/// The one that shows that they work.
pub(crate) fn test(words: &Localizer, sound: bool) -> Notification {
    let title = words.text("notification-test-title");
    of_the_program(title, words.text("notification-test-body"), sound)
}

/// A notification that is about no incident in particular.
fn of_the_program(title: String, body: String, sound: bool) -> Notification {
    Notification {
        incident_id: None,
        ticket_id: None,
        title,
        body,
        urgent: false,
        sound,
        actions: Vec::new(),
    }
}

/// The picker for files of a ticket.
pub(crate) fn pick_files(words: &Localizer) -> PickFiles {
    PickFiles {
        title: words.text("pick-files-title"),
        filter_name: words.text("pick-files-filter"),
        extensions: MediaType::ALL
            .iter()
            .flat_map(|(_, _, extensions)| extensions.iter().map(|it| (*it).to_owned()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_engine::notify::Candidate;
    use palier_i18n::Language;
    use uuid::Uuid;

    fn row() -> CandidateRow {
        CandidateRow {
            candidate: Candidate {
                incident_id: Uuid::from_u128(1).into(),
                ticket_id: Uuid::from_u128(2).into(),
                n: 3,
                priority: Priority::Emergency,
                muted: false,
            },
            incident_title: "Fuite".into(),
            unit: Some("3B".into()),
            property: Some("12 rue des Lilas".into()),
            author: Some("Awa".into()),
            words: "Ça coule".into(),
            files: 0,
            status_change: None,
        }
    }

    #[test]
    fn a_notification_says_who_where_and_what() {
        let french = Localizer::new(Language::Fr);
        let shown = notification(&french, &row(), 1, true);
        assert_eq!(
            (shown.title.as_str(), shown.body.as_str()),
            ("Awa · 3B", "Ça coule")
        );
        assert!(shown.urgent);
        assert_eq!(notification(&french, &row(), 3, true).body, "(3) Ça coule");
    }

    #[test]
    fn files_alone_and_status_moves_have_words_too() {
        let french = Localizer::new(Language::Fr);
        let files = CandidateRow {
            words: String::new(),
            files: 2,
            ..row()
        };
        assert!(notification(&french, &files, 1, true).body.contains('2'));
        let moved = CandidateRow {
            status_change: Some(palier_wire::StatusChange {
                from: palier_domain::Status::Open,
                to: palier_domain::Status::Planned,
            }),
            ..row()
        };
        let body = notification(&french, &moved, 1, true).body;
        assert!(body.starts_with("Fuite"), "{body}");
    }

    #[test]
    fn a_place_is_said_as_far_as_it_is_known() {
        assert_eq!(
            place(Some("3B"), Some("12 rue des Lilas")),
            "3B, 12 rue des Lilas"
        );
        assert_eq!(place(None, Some("12 rue des Lilas")), "12 rue des Lilas");
        assert_eq!(place(None, None), "");
    }
}
