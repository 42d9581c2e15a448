//! Who is calling, from `Authorization: Bearer` or a browser's cookie.

use super::{cookies, problem::Failed};
use crate::{
    App,
    auth::session::{Caller, recognise, unauthenticated},
    origin,
};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use palier_wire::header::USER;

impl FromRequestParts<App> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failed> {
        let caller =
            <Self as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?;
        caller.ok_or_else(|| unauthenticated().into())
    }
}

/// Who calls where a session is not needed: a request without one has none, a bad token is refused. A browser adds the
/// cookie of a session that has ended by itself, which is nobody.
impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Failed> {
        let bearer = bearer(&parts.headers);
        let named = bearer.is_some();
        let Some(token) = bearer.or_else(|| cookies::token(&parts.headers)) else {
            return Ok(None);
        };
        if !named && !parts.method.is_safe() {
            cookies::must_be_ours(&parts.headers, &parts.uri, app.config())?;
        }
        let known = recognise(app.db(), &token, app.config().clock.now()).await?;
        let Some(caller) = known else {
            return match named {
                true => Err(unauthenticated().into()),
                false => Ok(None),
            };
        };
        if is_meant_for_another(&parts.headers, &caller) {
            return Err(unauthenticated().into());
        }
        origin::is_called_by(caller.user);
        Ok(Some(caller))
    }
}

/// A browser adds its cookie by itself: somebody else may have signed in there since the page was opened.
fn is_meant_for_another(headers: &HeaderMap, caller: &Caller) -> bool {
    let named = headers.get(USER);
    named.is_some_and(|user| user.as_bytes() != caller.user.to_string().as_bytes())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
