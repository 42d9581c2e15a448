//! HTTP: reads a request, asks the part that knows, writes the reply.
//!
//! Every reply passes [`envelope`] (epoch, request id, problems for what broke down); every refusal
//! is `application/problem+json` ([`problem`]). Start at [`router`].

mod attachments;
pub mod body;
mod caller;
mod envelope;
mod health;
mod incidents;
pub mod listener;
mod markers;
mod problem;
mod session;
mod sync;
mod tickets;
mod uploads;

use crate::App;
use axum::{
    Router, middleware,
    routing::{get, options, post, put},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// All routes.
pub fn router(app: App) -> Router {
    let talk = Router::new()
        .route(
            "/api/session",
            post(session::sign_in).delete(session::sign_out),
        )
        .route("/api/incidents", get(incidents::list).post(incidents::open))
        .route(
            "/api/incidents/{id}",
            get(incidents::show).patch(incidents::change),
        )
        .route(
            "/api/incidents/{id}/tickets",
            get(tickets::list).post(tickets::write),
        )
        .route("/api/incidents/{id}/read-marker", put(markers::mark_read))
        .route(
            "/api/incidents/{id}/unread-flag",
            put(markers::mark_unread).delete(markers::clear_unread),
        )
        .route("/api/sync/push", post(sync::push))
        .route("/api/sync/changes", get(sync::changes))
        .route("/api/sync/snapshot", get(sync::snapshot))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(CompressionLayer::new());
    // Not compressed: streams have to leave at once, and files are compressed already.
    let carry = Router::new()
        .route("/api/sync/stream", get(sync::stream))
        .route(
            "/api/uploads",
            options(uploads::capabilities).post(uploads::create),
        )
        .route(
            "/api/uploads/{id}",
            options(uploads::capabilities)
                .head(uploads::offset)
                .patch(uploads::append)
                .delete(uploads::give_up),
        )
        .route("/api/attachments/{id}", get(attachments::file))
        .route(
            "/api/attachments/{id}/thumbnail",
            get(attachments::thumbnail),
        );
    talk.merge(carry)
        .fallback(envelope::nothing_here)
        .method_not_allowed_fallback(envelope::wrong_method)
        .layer(CatchPanicLayer::custom(envelope::Panicked))
        .layer(middleware::from_fn_with_state(app.clone(), envelope::seal))
        .with_state(app)
}
