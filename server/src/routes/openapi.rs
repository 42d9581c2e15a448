//! The API's description (OpenAPI 3.1), generated from the handlers.
//!
//! A handler says with `#[utoipa::path]` what is its own: parameters, body, replies, and under
//! `x-problems` the refusals that its work knows. What follows from a route's shape is added here:
//! [`refusals`] that the extractors and the envelope give, [`headers`] that every reply carries,
//! and the [`security`] of every operation that does not say `security(())`.
//!
//! Start at [`complete`]. docs/openapi.json is the golden file of the result.

mod headers;
mod integers;
mod parameters;
mod refusals;
mod security;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use palier_wire::Epoch;
use std::sync::LazyLock;
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        OpenApi as Document, PathItem, RefOr, Schema,
        path::Operation,
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
    },
};

/// Bytes of any kind, for descriptions: a `Vec<u8>` would be described as a list of numbers.
pub struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .into()
    }
}

impl ToSchema for Bytes {}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palier",
        description = include_str!("openapi/introduction.md"),
        license(name = "MIT OR Apache-2.0"),
    ),
    components(schemas(Epoch)),
    tags(
        (name = "session", description = "Signing in and out."),
        (name = "incidents", description = "One case in a unit: the list, one, opening, changing."),
        (name = "tickets", description = "The messages on an incident."),
        (name = "notes", description = "Internal remarks of owners on an incident."),
        (name = "read markers", description = "How far somebody has read."),
        (name = "letting", description = "What is let, by whom, to whom."),
        (name = "files", description = "Files of tickets: resumable upload (tus 1.0), download."),
        (name = "mail", description = "Mail that does not reach somebody."),
        (name = "sync", description = "What the application speaks; docs/sync.md is the protocol."),
        (name = "operation", description = "Whether the server lives, and this description."),
    ),
)]
struct Introduction;

/// What every description begins with.
pub fn introduction() -> Document {
    Introduction::openapi()
}

/// The description as it is served.
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut document = super::described().into_openapi();
        complete(&mut document);
        // Plain data with text as keys: this cannot fail.
        let mut text = document.to_pretty_json().unwrap_or_default();
        text.push('\n');
        // Descriptions are Rust documentation, whose links lead nowhere here.
        text.replace("[`", "`").replace("`]", "`")
    });
    &TEXT
}

/// Adds what follows from the shape of each route.
fn complete(document: &mut Document) {
    let mut components = document.components.take().unwrap_or_default();
    refusals::declare(&mut components);
    headers::declare(&mut components);
    security::declare(&mut components);
    for item in document.paths.paths.values_mut() {
        for (operation, changes) in operations(item) {
            parameters::mend(operation);
            integers::mend(operation);
            headers::add_all(operation);
            refusals::add(&mut components, operation, changes);
        }
    }
    integers::mend_all(&mut components);
    document.components = Some(components);
    document.security = Some(security::session());
}

/// The operations of a path, and whether each changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reads = [item.get.as_mut(), item.options.as_mut(), item.head.as_mut()];
    let changes = [
        item.put.as_mut(),
        item.post.as_mut(),
        item.delete.as_mut(),
        item.patch.as_mut(),
    ];
    let with = |changes| move |operation| (operation, changes);
    let reads = reads.into_iter().flatten().map(with(false));
    reads.chain(changes.into_iter().flatten().map(with(true)))
}

/// This description.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "operation", operation_id = "describe", security(()),
    responses((status = OK, description = "OpenAPI 3.1.", body = Object)),
)]
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}
