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
    dress(talk.merge(carry), app)
}

/// What all routes have in common, whatever they are.
fn dress(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(envelope::nothing_here)
        .method_not_allowed_fallback(envelope::wrong_method)
        .layer(CatchPanicLayer::custom(envelope::Panicked))
        .layer(middleware::from_fn_with_state(app.clone(), envelope::seal))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use axum::{body::Body, http::Request};
    use palier_wire::{Problem, ProblemKind};
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_handler_that_panics_is_a_problem_with_epoch_and_request_id() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        async fn trips() {
            panic!("over a stone");
        }
        let router = dress(Router::new().route("/trips", get(trips)), app.clone());
        let request = Request::get("/trips")
            .header("x-request-id", "r1")
            .body(Body::empty());
        let reply = router.oneshot(request.unwrap()).await.unwrap();
        assert_eq!(reply.headers()["palier-epoch"], app.epoch().to_string());
        let body = axum::body::to_bytes(reply.into_body(), 10_000)
            .await
            .unwrap();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.kind, ProblemKind::Internal);
        assert_eq!(problem.instance.as_deref(), Some("r1"));
        assert!(!problem.detail.contains("stone"));
    }
}
