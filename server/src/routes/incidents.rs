//! Incidents: the list, one, opening, changing.

use super::{
    body::{Id, Json, Params, limit},
    problem::Answer,
    tickets::{IdempotencyKey, created, idempotency_key, verdict},
};
use crate::{
    App,
    access::Seat,
    auth::session::Caller,
    db::writer::WriteTx,
    error::{Error, Result},
    etag::Seen,
    mutations::{Submission, apply_all},
    routes::filters::words,
    views::{
        self,
        incidents::{Filter, Shown},
    },
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{
    Category, IncidentId, MutationId, PortfolioId, Priority, PropertyId, SearchQuery, Status,
    TicketId, UnitId, UserId,
};
use palier_wire::{
    Payload, ProblemKind, Verdict,
    rest::{IncidentPage, IncidentPatch, IncidentSort, IncidentView, NewIncident},
    sync::{OpenIncident, SetCategory, SetPriority, SetStatus},
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

const USUAL: u32 = 50;
const MOST: u32 = 200;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those that stand so; several words are separated by commas.
    #[param(style = Form, explode = false, value_type = Option<Vec<Status>>)]
    status: Option<String>,
    /// Only those that press so much; several words are separated by commas.
    #[param(style = Form, explode = false, value_type = Option<Vec<Priority>>)]
    priority: Option<String>,
    /// Only those about this; several words are separated by commas.
    #[param(style = Form, explode = false, value_type = Option<Vec<Category>>)]
    category: Option<String>,
    /// Only those in this portfolio.
    portfolio: Option<PortfolioId>,
    /// Only those in this property.
    property: Option<PropertyId>,
    /// Only those in this unit.
    unit: Option<UnitId>,
    /// Only those with something unread, or without; one marked by hand counts as unread.
    unread: Option<bool>,
    /// Only those that have all these words in their title, their description, their thread or the
    /// names of their files, the last one maybe only begun; at most 256 bytes and 16 words.
    #[param(max_length = 256)]
    q: Option<String>,
    /// What the list is sorted by, newest first.
    #[param(inline)]
    sort: Option<IncidentSort>,
    /// `next` of the page before.
    after: Option<String>,
    /// Most incidents of a page; 50 unless said otherwise, never more than 200.
    limit: Option<u32>,
}

impl ListQuery {
    fn filter(&self) -> Result<Filter> {
        let text = self.q.as_deref().map(SearchQuery::parse).transpose()?;
        Ok(Filter {
            status: words("status", self.status.as_deref())?,
            priority: words("priority", self.priority.as_deref())?,
            category: words("category", self.category.as_deref())?,
            portfolio: self.portfolio,
            property: self.property,
            unit: self.unit,
            unread: self.unread,
            text,
        })
    }
}

/// List incidents, newest first.
#[utoipa::path(
    get, path = "/api/incidents", tag = "incidents", operation_id = "list_incidents",
    params(ListQuery),
    responses((status = OK, description = "One page.", body = IncidentPage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Answer {
    let filter = query.filter()?;
    let after = query.after.map(|text| text.parse()).transpose()?;
    let sort = query.sort.unwrap_or_default();
    let limit = limit(query.limit, USUAL, MOST);
    let mut read = app.db().read().await?;
    let page = views::incidents::page(&mut read, caller.user, filter, sort, after, limit).await?;
    Ok(JsonReply(page).into_response())
}

/// Show one incident, with the caller's own numbers.
#[utoipa::path(
    get, path = "/api/incidents/{id}", tag = "incidents", operation_id = "show_incident",
    params(
        ("id" = IncidentId, Path, description = "The incident."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that was seen."),
    ),
    responses(
        (
            status = OK, description = "The incident.", body = IncidentView,
            headers(("ETag" = String, description = "Its state, for `If-Match`.")),
        ),
        (
            status = NOT_MODIFIED, description = "It is as it was seen.",
            headers(("ETag" = String, description = "Its state, for `If-Match`.")),
        ),
    ),
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    headers: HeaderMap,
) -> Answer {
    let (state, reply) = shown(&app, caller.user, incident).await?;
    if Seen::before_reading(&headers).is(&state) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, state)]).into_response());
    }
    Ok(reply)
}

/// The incident as the caller sees it now, and the tag of that state.
async fn shown(app: &App, user: UserId, incident: IncidentId) -> Answer<(String, Response)> {
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let (view, state) = views::incidents::one(&mut read, user, incident, now).await?;
    let state = etag(state);
    let reply = ([(header::ETAG, state.clone())], JsonReply(view)).into_response();
    Ok((state, reply))
}

/// The tag of a state. Its first number is the incident's; the second moves with the caller's own
/// marker and does not stand in the way of a change.
fn etag(state: Shown) -> String {
    format!("\"{}-{}\"", state.rev, state.marker)
}

/// Open an incident in a unit, for the lease that runs there.
#[utoipa::path(
    post, path = "/api/incidents", tag = "incidents", operation_id = "open_incident",
    params(IdempotencyKey),
    request_body = NewIncident,
    responses(
        (
            status = CREATED, description = "Opened.", body = IncidentView,
            headers(
                ("Location" = String, description = "The incident."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
        (
            status = OK, description = "It had been opened before.", body = IncidentView,
            headers(
                ("Location" = String, description = "The incident."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::NotFound, ProblemKind::Forbidden, ProblemKind::IdTaken,
        ProblemKind::MutationIdReused, ProblemKind::Cancelled,
    ]))),
)]
pub async fn open(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewIncident>,
) -> Answer<Response> {
    let payload = Payload::OpenIncident(OpenIncident {
        incident_id: body.id,
        unit_id: body.unit_id,
        title: body.title.clone(),
        description: body.description.clone(),
        category: body.category,
        priority: body.priority.unwrap_or(Priority::Normal),
        written_at: app.config().clock.now(),
    });
    let id = idempotency_key(&headers, body.id.0)?;
    let submission = Submission::requested(id, &body, payload)?;
    let verdict = verdict(&app, caller.user, submission).await?;
    let (_, reply) = shown(&app, caller.user, body.id).await?;
    let location = format!("/api/incidents/{}", body.id);
    Ok(created(verdict, &location, reply))
}

/// Change status, priority or category: all of it or nothing.
///
/// A move of the status leaves a system ticket. `If-Match` names the state that the caller saw.
#[utoipa::path(
    patch, path = "/api/incidents/{id}", tag = "incidents", operation_id = "change_incident",
    params(
        ("id" = IncidentId, Path, description = "The incident."),
        ("If-Match" = String, Header, description = "The `ETag` that was seen, or `*`; 428 without.", example = "*"),
    ),
    request_body = IncidentPatch,
    responses((
        status = OK, description = "The incident as it is now.", body = IncidentView,
        headers(("ETag" = String, description = "Its state, for `If-Match`.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::PreconditionRequired, ProblemKind::PreconditionFailed,
        ProblemKind::ChangedMeanwhile,
    ]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    headers: HeaderMap,
    Json(patch): Json<IncidentPatch>,
) -> Answer {
    let seen = Seen::before_change(&headers);
    let user = caller.user;
    app.db()
        .write(move |tx| patch_incident(tx, user, incident, seen, patch).boxed())
        .await?;
    Ok(shown(&app, user, incident).await?.1)
}

/// All of a patch or nothing of it, as the mutations that it stands for.
async fn patch_incident(
    tx: &mut WriteTx,
    user: UserId,
    incident: IncidentId,
    seen: Seen,
    patch: IncidentPatch,
) -> Result<()> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, incident, now).await?;
    seen.must_be(seat.incident.rev)?;
    let row = &seat.incident.row;
    let status = patch.status.filter(|to| *to != row.status).map(|to| {
        Payload::SetStatus(SetStatus {
            incident_id: incident,
            ticket_id: TicketId(Uuid::now_v7()),
            from: row.status,
            to,
            written_at: now,
        })
    });
    let priority = patch.priority.map(|to| {
        Payload::SetPriority(SetPriority {
            incident_id: incident,
            from: row.priority,
            to,
        })
    });
    let category = patch.category.map(|to| {
        Payload::SetCategory(SetCategory {
            incident_id: incident,
            from: row.category,
            to,
        })
    });
    let submissions: Result<Vec<_>> = [status, priority, category]
        .into_iter()
        .flatten()
        .map(|payload| Submission::requested(MutationId(Uuid::now_v7()), &patch, payload))
        .collect();
    for result in apply_all(tx, user, submissions?).await? {
        match (result.status, result.problem) {
            (Verdict::Applied | Verdict::Duplicate, _) => {}
            (_, Some(problem)) => return Err(problem.into()),
            (_, None) => return Err(Error::unavailable()),
        }
    }
    Ok(())
}
