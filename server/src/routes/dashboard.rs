//! How owners do.

use super::{body::Params, problem::Answer};
use crate::{App, auth::session::Caller, error::Result, views};
use axum::{
    Json as JsonReply,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use palier_domain::{Invalid, InvalidReason, PortfolioId};
use palier_wire::{Dashboard, ProblemKind};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of [`show`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowQuery {
    /// Of which portfolio; all that the caller runs when left out.
    portfolio: Option<PortfolioId>,
    /// The first day that is counted; twelve weeks up to the last one when left out.
    #[param(value_type = Option<NaiveDate>)]
    from: Option<String>,
    /// The last day that is counted; today when left out. At most 1,100 days in all.
    #[param(value_type = Option<NaiveDate>)]
    to: Option<String>,
    /// Where the days are, an IANA name; that of the oldest property when left out.
    #[param(example = "Europe/Paris")]
    time_zone: Option<String>,
}

/// Show how owners do: what is open and unread now, what happened in a period.
#[utoipa::path(
    get, path = "/api/dashboard", tag = "incidents", operation_id = "show_dashboard",
    params(ShowQuery),
    responses((status = OK, description = "The figures.", body = Dashboard)),
    extensions(("x-problems" = json!([ProblemKind::Forbidden, ProblemKind::NotFound]))),
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ShowQuery>,
) -> Answer<Response> {
    let wanted = views::dashboard::Wanted {
        portfolio: query.portfolio,
        from: day("from", query.from.as_deref())?,
        to: day("to", query.to.as_deref())?,
        time_zone: query.time_zone,
    };
    let now = app.config().clock.now();
    let mut read = app.db().read().await?;
    let dashboard = views::dashboard::show(&mut read, caller.user, wanted, now).await?;
    Ok(JsonReply(dashboard).into_response())
}

fn day(field: &str, text: Option<&str>) -> Result<Option<NaiveDate>> {
    let malformed = |_| Invalid::new(field, InvalidReason::Malformed);
    Ok(text
        .map(|text| text.parse().map_err(malformed))
        .transpose()?)
}
