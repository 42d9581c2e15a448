//! What a search found.

use super::Reader;
use crate::words;
use palier_bridge::view::{SearchHit, SearchWhat};
use palier_domain::{Role, SearchQuery, TicketId};
use palier_store::view::{FoundRow, FoundWhat};

impl Reader<'_> {
    /// Something that has the words of `query`.
    pub(crate) fn search_hit(&self, query: &SearchQuery, row: FoundRow) -> SearchHit {
        let place = words::place(row.unit.as_deref(), row.property.as_deref());
        let what = match row.what {
            FoundWhat::Incident { status, category } => SearchWhat::Incident { status, category },
            FoundWhat::Ticket {
                id,
                n,
                mine,
                author,
                author_type,
            } => SearchWhat::Ticket {
                ticket_id: id,
                n,
                author: words::name(&self.words, author, author_type),
                is_mine: mine,
            },
            FoundWhat::Note {
                id,
                after_n,
                mine,
                author,
            } => SearchWhat::Note {
                ticket_id: TicketId(id.0),
                n: after_n,
                author: words::name(&self.words, author, Role::Owner),
                is_mine: mine,
            },
            FoundWhat::File {
                id,
                media_type,
                ticket_id,
                n,
            } => SearchWhat::File {
                attachment_id: id,
                media_type,
                ticket_id,
                n,
            },
            FoundWhat::Person { id } => SearchWhat::Person { user_id: id },
        };
        SearchHit {
            what,
            incident_id: row.incident_id,
            title: row.title,
            place,
            excerpt: query.excerpt(&row.text),
            at: row.at,
            unsent: row.unsent,
        }
    }
}
