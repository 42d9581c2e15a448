//! Who is calling, from `Authorization: Bearer`.

use super::problem::Failed;
use crate::{
    App,
    auth::session::{Caller, recognise, unauthenticated},
    origin,
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

impl FromRequestParts<App> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failed> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(unauthenticated)?;
        let caller = recognise(app.db(), token, app.config().clock.now()).await?;
        origin::is_called_by(caller.user);
        Ok(caller)
    }
}
