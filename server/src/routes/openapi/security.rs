//! How a caller says who he is.

use utoipa::openapi::{
    Components,
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

const BEARER: &str = "bearer";

/// Puts the schemes among the components.
pub fn declare(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token of `POST /api/session`."))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
}

/// A session, in any of the ways in which it can be shown.
pub fn session() -> Vec<SecurityRequirement> {
    vec![SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, [])]
}
