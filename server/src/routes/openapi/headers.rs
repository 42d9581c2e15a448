//! The headers that the envelope gives to every reply, and those that come with a status.

use utoipa::openapi::{
    Components, Header, Ref, RefOr, Response,
    header::HeaderBuilder,
    path::Operation,
    schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
};

const EPOCH: &str = "Palier-Epoch";
const REQUEST_ID: &str = "X-Request-Id";
const RETRY_AFTER: &str = "Retry-After";
const WWW_AUTHENTICATE: &str = "WWW-Authenticate";

/// Puts their descriptions among the components.
pub fn declare(components: &mut Components) {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let all = [
        (
            EPOCH,
            "The present life of the server's data.",
            text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))),
        ),
        (
            REQUEST_ID,
            "Names the request in the server's log.",
            text().min_length(Some(1)).max_length(Some(100)),
        ),
        (
            RETRY_AFTER,
            "Seconds to wait before trying again.",
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(1)),
        ),
        (WWW_AUTHENTICATE, "How to sign in.", text()),
    ];
    for (name, description, schema) in all {
        let header: Header = HeaderBuilder::new()
            .description(Some(description))
            .schema(Some(schema))
            .build();
        components.headers.insert(name.into(), header.into());
    }
}

/// Adds them to the replies that `operation` itself describes.
pub fn add_all(operation: &mut Operation) {
    for (status, reply) in &mut operation.responses.responses {
        if let RefOr::T(reply) = reply {
            add(status.parse().unwrap_or_default(), reply);
        }
    }
}

/// Adds those that a reply with `status` carries.
pub fn add(status: u16, reply: &mut Response) {
    let more: &[&str] = match status {
        401 => &[WWW_AUTHENTICATE],
        429 | 503 => &[RETRY_AFTER],
        _ => &[],
    };
    for name in [EPOCH, REQUEST_ID].iter().chain(more) {
        let there = Ref::new(format!("#/components/headers/{name}"));
        reply.headers.insert((*name).into(), RefOr::Ref(there));
    }
}
