//! HTTP: reads a request, asks the part that knows, writes the reply.
//!
//! Every reply passes [`envelope`] (epoch, request id, problems for what broke down); every refusal
//! is `application/problem+json` ([`problem`]); every route is described ([`openapi`]). Start at
//! [`router`].

mod account;
mod attachments;
pub mod body;
mod caller;
mod cookies;
mod dashboard;
mod devices;
mod envelope;
mod export;
mod filters;
mod forwarded;
pub mod health;
mod incidents;
mod invitations;
mod letting;
mod links;
pub mod listener;
mod mail_problems;
mod markers;
mod notes;
mod openapi;
mod pages;
mod password;
mod password_reset;
mod problem;
mod search;
mod session;
mod sync;
mod tickets;
mod uploads;

use crate::App;
use axum::{Router, middleware};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes.
pub fn router(app: App) -> Router {
    dress(described().into(), app)
}

/// All routes with their descriptions: a route that is not described does not exist.
fn described() -> OpenApiRouter<App> {
    let talk = OpenApiRouter::with_openapi(openapi::introduction())
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(password::change))
        .routes(routes!(password_reset::ask))
        .routes(routes!(password_reset::show, password_reset::set))
        .routes(routes!(devices::list))
        .routes(routes!(devices::revoke))
        .routes(routes!(incidents::list, incidents::open))
        .routes(routes!(incidents::show, incidents::change))
        .routes(routes!(tickets::list, tickets::write))
        .routes(routes!(markers::mark_read))
        .routes(routes!(markers::mark_unread, markers::clear_unread))
        .routes(routes!(markers::mute, markers::unmute))
        .routes(routes!(notes::list, notes::write))
        .merge(letting())
        .routes(routes!(account::show, account::change))
        .routes(routes!(mail_problems::list))
        .routes(routes!(mail_problems::retry))
        .routes(routes!(search::find))
        .routes(routes!(dashboard::show))
        .routes(routes!(sync::push))
        .routes(routes!(sync::changes))
        .routes(routes!(sync::snapshot))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::document))
        .layer(CompressionLayer::new());
    // Not compressed: streams have to leave at once, and files are compressed already.
    let carry = OpenApiRouter::new()
        .routes(routes!(sync::stream))
        .routes(routes!(uploads::capabilities, uploads::create))
        .routes(routes!(
            uploads::capabilities_of_one,
            uploads::offset,
            uploads::append,
            uploads::give_up
        ))
        .routes(routes!(export::fetch))
        .routes(routes!(attachments::file))
        .routes(routes!(attachments::thumbnail));
    talk.merge(carry)
}

/// What is let, by whom, to whom.
fn letting() -> OpenApiRouter<App> {
    use letting::{leases, members, portfolios, properties, units};
    OpenApiRouter::new()
        .routes(routes!(portfolios::list, portfolios::make))
        .routes(routes!(portfolios::show, portfolios::change))
        .routes(routes!(members::list, members::add))
        .routes(routes!(members::remove))
        .routes(routes!(properties::list, properties::make))
        .routes(routes!(
            properties::show,
            properties::change,
            properties::delete
        ))
        .routes(routes!(units::list, units::make))
        .routes(routes!(units::show, units::change, units::delete))
        .routes(routes!(leases::list, leases::make))
        .routes(routes!(leases::show, leases::change, leases::delete))
        .routes(routes!(leases::add_tenant))
        .routes(routes!(leases::remove_tenant))
        .routes(routes!(password_reset::make))
        .routes(routes!(invitations::list, invitations::invite))
        .routes(routes!(invitations::revoke))
        .routes(routes!(invitations::show, invitations::accept))
}

/// What all routes have in common, whatever they are.
fn dress(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(pages::serve)
        .method_not_allowed_fallback(envelope::wrong_method)
        .layer(CatchPanicLayer::custom(envelope::Panicked))
        .layer(middleware::from_fn_with_state(app.clone(), envelope::seal))
        // Outermost: whoever wants to know the caller's address looks after it.
        .layer(middleware::from_fn_with_state(
            app.clone(),
            forwarded::see_through,
        ))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use axum::{body::Body, http::Request, routing::get};
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
