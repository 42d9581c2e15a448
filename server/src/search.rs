//! What both databases are asked when somebody looks for words.
//!
//! The index is kept by the database itself (migration 0031): one entry for each ticket, incident,
//! file and tenant, with the words of its text and one word for each scope that may see it. So the
//! scopes of the caller are part of what is looked for, and a search for a common word on a large
//! server costs what the caller's own houses cost. [`Words::of`] is the only place that puts such a
//! question together.

use crate::{access, db::Conn, error::Result};
use palier_domain::{SearchQuery, UserId};
use palier_wire::Scope;

/// A question in the language of each database, for one caller.
// Both are made only of letters, digits and what stands here: a word has nothing else in it.
pub struct Words {
    /// For FTS5's `match`.
    pub sqlite: String,
    /// For `to_tsquery('simple', …)`.
    pub postgres: String,
}

impl Words {
    /// What `reader` may see of `query`, at the time of `conn`'s snapshot.
    pub async fn of(conn: &mut Conn, reader: UserId, query: &SearchQuery) -> Result<Self> {
        let scopes = access::scopes_of(conn, reader).await?;
        Ok(Self::within(&scopes, query))
    }

    fn within(scopes: &[Scope], query: &SearchQuery) -> Self {
        let scopes: Vec<String> = scopes.iter().map(scope_word).collect();
        let words = query.whole_words();
        let sqlite: Vec<String> = words
            .iter()
            .map(|word| format!("\"{word}\""))
            .chain(query.beginning().map(|word| format!("\"{word}\" *")))
            .collect();
        let postgres: Vec<String> = words
            .iter()
            .map(|word| format!("'{word}':D"))
            .chain(query.beginning().map(|word| format!("'{word}':*D")))
            .collect();
        Self {
            sqlite: format!(
                "{{scopes}} : ({}) AND {{words}} : ({})",
                scopes.join(" OR "),
                sqlite.join(" AND ")
            ),
            postgres: format!("({}:A) & {}", scopes.join(":A | "), postgres.join(" & ")),
        }
    }
}

/// The word that stands for a scope. A user's own is in no entry; it is there so that the list is
/// never empty.
fn scope_word(scope: &Scope) -> String {
    match scope {
        Scope::Portfolio(id) => format!("p{}", id.0.simple()),
        Scope::Lease(id) => format!("l{}", id.0.simple()),
        Scope::User(id) => format!("u{}", id.0.simple()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_domain::LeaseId;
    use uuid::Uuid;

    #[test]
    fn nothing_that_is_typed_gets_a_meaning_beyond_its_words() {
        let scopes = [
            Scope::User(UserId(Uuid::nil())),
            Scope::Lease(LeaseId(Uuid::max())),
        ];
        let query = SearchQuery::parse("\"Fuite\" OR scopes:* ) évi").unwrap();
        let words = Words::within(&scopes, &query);
        let (user, lease) = (
            "u".to_owned() + &"0".repeat(32),
            "l".to_owned() + &"f".repeat(32),
        );
        assert_eq!(
            words.sqlite,
            format!(
                "{{scopes}} : ({user} OR {lease}) AND \
                 {{words}} : (\"fuite\" AND \"or\" AND \"scopes\" AND \"evi\" *)"
            )
        );
        assert_eq!(
            words.postgres,
            format!("({user}:A | {lease}:A) & 'fuite':D & 'or':D & 'scopes':D & 'evi':*D")
        );
    }
}
