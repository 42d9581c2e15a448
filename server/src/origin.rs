//! Where the present request comes from: what log, audit log and limits call it.
//!
//! It goes along with the request's task (`routes::envelope` begins it) and is handed over to the
//! writer with each piece of work, so that nobody has to pass it through. Outside of a request, in a
//! maintenance command for one, there is none.

use palier_domain::UserId;
use std::{
    future::Future,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

tokio::task_local! {
    static PRESENT: Arc<Origin>;
}

/// A request, as others speak of it.
#[derive(Debug, Default)]
pub struct Origin {
    /// Its id: what a person quotes and the log finds.
    pub reference: String,
    /// The caller's network address.
    pub address: Option<IpAddr>,
    /// The route that takes it, as it is written in the router.
    pub route: String,
    caller: OnceLock<UserId>,
}

impl Origin {
    /// A request of nobody in particular yet.
    pub fn new(reference: String, address: Option<IpAddr>, route: String) -> Arc<Self> {
        Arc::new(Self {
            reference,
            address,
            route,
            caller: OnceLock::new(),
        })
    }

    /// Runs `work` as part of this request.
    pub async fn scope<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        PRESENT.scope(self, work).await
    }

    /// Who calls, once a session told.
    pub fn caller(&self) -> Option<UserId> {
        self.caller.get().copied()
    }
}

/// The present request, when there is one.
pub fn present() -> Option<Arc<Origin>> {
    PRESENT.try_with(Clone::clone).ok()
}

/// Notes who calls.
pub fn is_called_by(user: UserId) {
    if let Some(origin) = present() {
        let _ = origin.caller.set(user);
    }
}
