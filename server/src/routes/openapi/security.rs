//! How a caller says who he is.

use crate::routes::cookies;
use utoipa::openapi::{
    Components,
    security::{
        ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
    },
};

const BEARER: &str = "bearer";
const COOKIE: &str = "cookie";

/// Puts the schemes among the components.
pub fn declare(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token of `POST /api/session`."))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(
        cookies::NAME,
        "A browser's session: `POST /api/session` with `cookie` sets it. What changes something needs an \
         `Origin` of the server's own.",
    );
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
}

/// A session, in any of the ways in which it can be shown.
pub fn session() -> Vec<SecurityRequirement> {
    let by = |name| SecurityRequirement::new::<_, [&str; 0], &str>(name, []);
    vec![by(BEARER), by(COOKIE)]
}
