//! Looking for words.

use crate::{Client, error::ClientError, view};
use palier_bridge::{CommandError, request::Search, view::SearchResults};
use palier_domain::SearchQuery;

/// Results on one page.
const PAGE: u32 = 50;

impl Client {
    /// Incidents, messages, file names and people with these words, newest first.
    ///
    /// # Errors
    /// No word, too many or too long; nobody is signed in; the data folder.
    pub async fn search(&self, request: Search) -> Result<SearchResults, CommandError> {
        self.tell(async {
            let query = SearchQuery::parse(&request.query)?;
            let after = match request.after.as_deref().map(str::parse) {
                Some(Err(_)) => return Ok(SearchResults::default()),
                Some(Ok(after)) => Some(after),
                None => None,
            };
            let account = self.account().await?;
            let page = account.store.search(&query, after, PAGE).await?;
            let reader = view::Reader::new(self.installation(), &account);
            let hits = page.hits.into_iter();
            Ok::<_, ClientError>(SearchResults {
                hits: hits.map(|row| reader.search_hit(&query, row)).collect(),
                next: page.next.map(|next| next.to_string()),
            })
        })
        .await
    }
}
