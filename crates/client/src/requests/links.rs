//! Links into the application. One waits until a page is there that can follow it: at a cold start the link
//! comes before the page, and somebody may have to sign in first.

use crate::Client;
use palier_bridge::{AppEvent, CommandError, request::TakeLink, view::LinkTarget};
use palier_domain::parse_incident_link;
use std::sync::PoisonError;

impl Client {
    /// A link was opened on this computer. The page is told, and takes it as soon as it can.
    pub fn follow_link(&self, link: &str) {
        let target = parse_incident_link(link);
        let waiting = &self.inner.link;
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
        self.installation().shell.emit(AppEvent::LinkFollowed);
    }

    /// Where the link leads that was opened last. The account whose incident it is is shown from here on.
    ///
    /// # Errors
    /// The data folder.
    pub async fn take_link(&self, _: TakeLink) -> Result<Option<LinkTarget>, CommandError> {
        self.tell(async {
            if self.someone().await?.is_none() {
                return Ok(None);
            }
            let waiting = &self.inner.link;
            let taken = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            Ok(match taken {
                None => None,
                Some(None) => Some(LinkTarget::Nowhere),
                Some(Some(incident_id)) => {
                    match self.show_incident_of_any_account(incident_id).await? {
                        true => Some(LinkTarget::Incident { incident_id }),
                        false => Some(LinkTarget::NotHere),
                    }
                }
            })
        })
        .await
    }
}
