//! How each route is asked, and which rule says who may. One row for each `operationId`.

use super::{
    Rule::{self, *},
    Thing::*,
    world::{Ask, Place, World, delete, get, patch, post, put},
};
use crate::support::PASSWORD;
use palier_domain::{Act, Denied, LeaseStanding, Role, Sha256, UserId, may};
use palier_wire::upload::{PATCH_MEDIA_TYPE, UploadMetadata};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

/// Who sees it may.
fn sees(_: Role, _: LeaseStanding) -> Result<(), Denied> {
    Ok(())
}

/// Owners of it.
fn manages(role: Role, standing: LeaseStanding) -> Result<(), Denied> {
    may(role, standing, Act::ManageLetting)
}

pub fn marks(role: Role, standing: LeaseStanding) -> Result<(), Denied> {
    may(role, standing, Act::MarkRead)
}

pub fn notes(role: Role, standing: LeaseStanding) -> Result<(), Denied> {
    may(role, standing, Act::Notes)
}

/// This file, for the test that no row is left over.
pub const ROWS: &str = include_str!("table.rs");

/// The row of an operation: the rule, and a request about `place`. What a request uses up (a unit that
/// is deleted, a session that ends) it makes first.
pub async fn row(
    operation: &str,
    world: &World,
    place: &Place,
    caller: UserId,
) -> Option<(Rule, Ask)> {
    let Place {
        portfolio,
        property,
        unit,
        lease,
        incident,
        attachment,
        ..
    } = *place;
    let id = Uuid::now_v7();
    let tus = |ask: Ask| ask.header("tus-resumable", "1.0.0");
    Some(match operation {
        // Signing in and out.
        "sign_in" => (Public, post("/api/session", world.signing_in())),
        "sign_out" => {
            let mut ask = delete("/api/session");
            ask.session = world.session().await;
            (Own, ask)
        }
        "change_password" => {
            // The same again: it is asked for in each cell.
            let mut ask = put(
                "/api/session/password",
                json!({"current_password": PASSWORD, "password": PASSWORD}),
            );
            ask.session = world.session().await;
            (Own, ask)
        }
        "list_devices" => (Own, get("/api/sessions")),
        "revoke_device" => {
            let device = world.device(place).await;
            (OwnersOwn, delete(format!("/api/sessions/{device}")))
        }

        // Incidents and tickets.
        "list_incidents" => (Own, get("/api/incidents")),
        "open_incident" => (
            At(Unit, |role, standing| {
                may(role, standing, Act::OpenIncident)
            }),
            post(
                "/api/incidents",
                json!({"id": id, "unit_id": unit, "title": "x", "category": "gas"}),
            ),
        ),
        "show_incident" => (
            At(Incident, sees),
            get(format!("/api/incidents/{incident}")),
        ),
        "change_incident" => (
            At(Incident, |role, standing| {
                may(role, standing, Act::SetPriority)
            }),
            patch(
                format!("/api/incidents/{incident}"),
                json!({"priority": "high"}),
            ),
        ),
        "list_tickets" => (
            At(Incident, sees),
            get(format!("/api/incidents/{incident}/tickets")),
        ),
        "add_ticket" => (
            At(Incident, |role, standing| {
                may(role, standing, Act::AddTicket)
            }),
            post(
                format!("/api/incidents/{incident}/tickets"),
                json!({"id": id, "message": "x"}),
            ),
        ),
        "mark_read" => (
            At(Incident, marks),
            put(
                format!("/api/incidents/{incident}/read-marker"),
                json!({"up_to_n": 1}),
            ),
        ),
        "mark_unread" => (
            At(Incident, marks),
            Ask::new(
                Method::PUT,
                format!("/api/incidents/{incident}/unread-flag"),
            ),
        ),
        "clear_unread" => (
            At(Incident, marks),
            delete(format!("/api/incidents/{incident}/unread-flag")),
        ),
        "mute" => (
            At(Incident, |role, standing| may(role, standing, Act::Mute)),
            Ask::new(Method::PUT, format!("/api/incidents/{incident}/mute")),
        ),
        "unmute" => (
            At(Incident, |role, standing| may(role, standing, Act::Mute)),
            delete(format!("/api/incidents/{incident}/mute")),
        ),
        "list_notes" => (
            At(Incident, notes),
            get(format!("/api/incidents/{incident}/notes")),
        ),
        "add_note" => (
            At(Incident, notes),
            post(
                format!("/api/incidents/{incident}/notes"),
                json!({"id": id, "message": "x"}),
            ),
        ),
        "search" => (Own, get("/api/search?q=eau")),
        "show_dashboard" => (
            Owners(|role, standing| may(role, standing, Act::SeeStatistics)),
            get("/api/dashboard"),
        ),

        // What is let.
        "list_portfolios" => (Own, get("/api/portfolios")),
        "make_portfolio" => (Own, post("/api/portfolios", json!({"id": id, "name": "x"}))),
        "show_portfolio" => (
            At(Portfolio, sees),
            get(format!("/api/portfolios/{portfolio}")),
        ),
        "change_portfolio" => (
            At(Portfolio, manages),
            patch(
                format!("/api/portfolios/{portfolio}"),
                json!({"name": id.to_string()}),
            ),
        ),
        "list_members" => (
            At(Portfolio, |role, standing| {
                may(role, standing, Act::SeeMembers)
            }),
            get(format!("/api/portfolios/{portfolio}/members")),
        ),
        "add_member" => {
            let person = world.formerly_an_owner(place).await;
            (
                At(Portfolio, manages),
                post(
                    format!("/api/portfolios/{portfolio}/members"),
                    json!({"user_id": person}),
                ),
            )
        }
        "remove_member" => {
            let person = world.an_owner_more(place).await;
            (
                At(Portfolio, manages),
                delete(format!("/api/portfolios/{portfolio}/members/{person}")),
            )
        }
        "list_properties" => (Own, get("/api/properties")),
        "make_property" => (
            At(Portfolio, manages),
            post(
                "/api/properties",
                json!({"id": id, "portfolio_id": portfolio, "name": "x",
                    "time_zone": "Europe/Paris"}),
            ),
        ),
        "show_property" => (
            At(Property, sees),
            get(format!("/api/properties/{property}")),
        ),
        "change_property" => (
            At(Property, manages),
            patch(
                format!("/api/properties/{property}"),
                json!({"name": id.to_string()}),
            ),
        ),
        "delete_property" => {
            let property = world.unused_property(place).await;
            // Nobody lives there, so no tenant sees it.
            (
                At(OwnersAlone, manages),
                delete(format!("/api/properties/{property}")),
            )
        }
        "list_units" => (Own, get("/api/units")),
        "make_unit" => (
            At(Property, manages),
            post(
                "/api/units",
                json!({"id": id, "property_id": property, "label": "x"}),
            ),
        ),
        "show_unit" => (At(Unit, sees), get(format!("/api/units/{unit}"))),
        "change_unit" => (
            At(Unit, manages),
            patch(
                format!("/api/units/{unit}"),
                json!({"label": id.to_string()}),
            ),
        ),
        "delete_unit" => {
            let unit = world.unused_unit(place).await;
            (
                At(OwnersAlone, manages),
                delete(format!("/api/units/{unit}")),
            )
        }
        "list_leases" => (Own, get("/api/leases")),
        "make_lease" => {
            // A day of its own, so that no two leases meet.
            let day = world.a_day();
            (
                At(Unit, manages),
                post(
                    "/api/leases",
                    json!({"id": id, "unit_id": unit, "starts_on": day, "ends_on": day}),
                ),
            )
        }
        "show_lease" => (At(Lease, sees), get(format!("/api/leases/{lease}"))),
        "change_lease" => (
            At(Lease, manages),
            patch(format!("/api/leases/{lease}"), json!({})),
        ),
        "delete_lease" => {
            let lease = world.unused_lease(place, &[]).await;
            (
                At(OwnersAlone, manages),
                delete(format!("/api/leases/{lease}")),
            )
        }
        "add_tenant" => (
            At(Lease, manages),
            post(
                format!("/api/leases/{lease}/tenants"),
                json!({"user_id": world.house.tenant.id}),
            ),
        ),
        "remove_tenant" => {
            let person = world.house.owner.id;
            let lease = world.unused_lease(place, &[person]).await;
            (
                At(OwnersAlone, manages),
                delete(format!("/api/leases/{lease}/tenants/{person}")),
            )
        }

        "make_password_reset" => {
            let person = world.house.tenant.id;
            let path = format!("/api/leases/{lease}/tenants/{person}/password-reset");
            (At(Lease, manages), Ask::new(Method::POST, path))
        }

        // Links.
        "list_invitations" => (Own, get("/api/invitations")),
        "invite" => (
            At(Portfolio, manages),
            post(
                "/api/invitations",
                json!({"id": id, "portfolio_id": portfolio, "email": "guest@example.test"}),
            ),
        ),
        "revoke_invitation" => {
            let invitation = world.invitation(place).await;
            (
                At(OwnersAlone, manages),
                delete(format!("/api/invitations/{invitation}")),
            )
        }
        "show_invitation" => {
            let token = world.invitation_token().await;
            (Public, get(format!("/api/invitations/{token}/accept")))
        }
        "accept_invitation" => {
            let token = world.invitation_token().await;
            let mut ask = post(
                format!("/api/invitations/{token}/accept"),
                json!({"name": "Guest", "password": PASSWORD}),
            );
            // Else everybody would join, and be somebody else in the next cell.
            ask.session = world.session().await;
            (Public, ask)
        }
        "forgot_password" => (
            Public,
            post(
                "/api/password-reset",
                json!({"email": "nobody@example.test"}),
            ),
        ),
        "show_password_reset" => {
            let token = world.reset_token().await;
            (Public, get(format!("/api/password-reset/{token}")))
        }
        "reset_password" => {
            let token = world.reset_token().await;
            (
                Public,
                post(
                    format!("/api/password-reset/{token}"),
                    json!({"password": PASSWORD}),
                ),
            )
        }

        // The own account.
        "show_account" => (Own, get("/api/account")),
        "change_account" => (Own, patch("/api/account", json!({"language": "fr"}))),
        "fetch_export" => (Own, get("/api/export")),

        // Mail.
        "list_mail_problems" => (Own, get("/api/mail-problems")),
        "retry_mail" => {
            let problem = world.mail_problem(place).await;
            (
                At(OwnersAlone, sees),
                Ask::new(Method::POST, format!("/api/mail-problems/{problem}/retry")),
            )
        }

        // Files.
        "upload_capabilities" => (Public, Ask::new(Method::OPTIONS, "/api/uploads")),
        "upload_capabilities_of_one" => (
            Public,
            Ask::new(Method::OPTIONS, format!("/api/uploads/{id}")),
        ),
        "begin_upload" => {
            let metadata = UploadMetadata {
                attachment_id: id.into(),
                filename: "note.txt".into(),
                sha256: Sha256::of(b"note"),
            };
            let ask = tus(Ask::new(Method::POST, "/api/uploads"))
                .header("upload-length", "4")
                .header("upload-metadata", metadata.to_header());
            (Own, ask)
        }
        "upload_offset" => (
            OwnersOwn,
            tus(Ask::new(Method::HEAD, world.upload(place).await)),
        ),
        "append_to_upload" => {
            let mut ask = tus(Ask::new(Method::PATCH, world.upload(place).await))
                .header("upload-offset", "0")
                .header("content-type", PATCH_MEDIA_TYPE);
            ask.bytes = b"note".into();
            (OwnersOwn, ask)
        }
        "give_up_upload" => (OwnersOwn, tus(delete(world.upload(place).await))),
        "fetch_attachment" => (
            At(Incident, sees),
            get(format!("/api/attachments/{attachment}")),
        ),
        "fetch_thumbnail" => (
            At(Incident, sees),
            get(format!("/api/attachments/{attachment}/thumbnail")),
        ),

        // What the application speaks.
        "push" => (
            Own,
            post(
                "/api/sync/push",
                json!({"user_id": caller, "device_id": id, "mutations": []}),
            )
            .header("palier-epoch", world.house.owner.epoch.clone()),
        ),
        "changes" => (Own, get("/api/sync/changes")),
        "snapshot" => (
            At(OwnersAlone, sees),
            get(format!("/api/sync/snapshot?scope=portfolio:{portfolio}")),
        ),
        "stream" => (
            Own,
            get(format!(
                "/api/sync/stream?cursor={}",
                world.house.owner.epoch
            )),
        ),

        // Operation.
        "alive" => (Public, get("/healthz")),
        "ready" => (Public, get("/readyz")),
        "describe" => (Public, get("/api/openapi.json")),
        _ => return None,
    })
}
