//! Which refusals an operation knows, and how they look.
//!
//! Those that come from its shape: a session, a JSON body, a query, an id in the path. Those of its
//! own: the handler lists kinds under `x-problems`, as a pair where a protocol asks for another
//! status than the kind's. Operations that refuse alike share one reply among the components.

use super::headers;
use palier_wire::{Problem, ProblemKind, problem::MEDIA_TYPE};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema,
        example::ExampleBuilder,
        path::{Operation, ParameterIn},
        schema::{AllOfBuilder, ObjectBuilder, SchemaType},
    },
};

/// Where a handler lists its own refusals.
const OWN: &str = "x-problems";

/// A refusal and the status it travels with.
type Refusal = (ProblemKind, u16);

/// Puts the schema and an example of every refusal among the components.
pub fn declare(components: &mut Components) {
    let mut schemas = vec![(Problem::name().into(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for kind in ProblemKind::ALL {
        let value = json!({
            "type": kind.urn(),
            "status": kind.status(),
            "detail": kind.meaning(),
            "instance": "0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01",
        });
        let example = ExampleBuilder::new().value(Some(value)).into();
        components.examples.insert(slug(*kind).into(), example);
    }
}

/// Adds every refusal that `operation` knows, one reply for each status.
pub fn add(components: &mut Components, operation: &mut Operation, changes: bool) {
    let mut by_status: BTreeMap<u16, Vec<ProblemKind>> = BTreeMap::new();
    for (kind, status) in of_shape(operation, changes)
        .into_iter()
        .chain(of_its_own(operation))
    {
        by_status.entry(status).or_default().push(kind);
    }
    for (status, mut kinds) in by_status {
        kinds.sort_by_key(|kind| kind.urn());
        kinds.dedup();
        let slugs: Vec<_> = kinds.iter().map(|kind| slug(*kind)).collect();
        let name = format!("{status}.{}", slugs.join("."));
        let there = Ref::from_response_name(&name);
        let reply = || reply(status, &kinds).into();
        components.responses.entry(name).or_insert_with(reply);
        let replies = &mut operation.responses.responses;
        replies.insert(status.to_string(), there.into());
    }
}

fn of_shape(operation: &Operation, changes: bool) -> Vec<Refusal> {
    use ProblemKind::*;
    let has_parameter = |wanted: ParameterIn| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|it| matches!(it, RefOr::T(it) if it.parameter_in == wanted))
    };
    let takes_json = matches!(&operation.request_body, Some(RefOr::T(body))
        if body.content.contains_key("application/json"));
    let mut kinds = vec![EpochChanged, Internal, Unavailable];
    if operation.security.is_none() {
        kinds.push(Unauthenticated);
        if changes {
            kinds.push(ForeignOrigin);
        }
    }
    if takes_json {
        kinds.extend([Unreadable, TooLarge, Invalid]);
    }
    if has_parameter(ParameterIn::Query) {
        kinds.push(Invalid);
    }
    if has_parameter(ParameterIn::Path) {
        kinds.push(NotFound);
    }
    kinds
        .into_iter()
        .map(|kind| (kind, kind.status()))
        .collect()
}

fn of_its_own(operation: &mut Operation) -> Vec<Refusal> {
    let listed = operation
        .extensions
        .as_mut()
        .and_then(|extensions| extensions.remove(OWN));
    operation.extensions.take_if(|left| left.is_empty());
    let read = |entry: Value| -> Option<Refusal> {
        let (kind, status) = match entry {
            Value::Array(pair) => (pair.first()?.clone(), pair.get(1)?.as_u64()),
            kind => (kind, None),
        };
        let kind: ProblemKind = serde_json::from_value(kind).ok()?;
        let status = status.and_then(|status| u16::try_from(status).ok());
        Some((kind, status.unwrap_or(kind.status())))
    };
    match listed {
        Some(Value::Array(listed)) => listed.into_iter().filter_map(read).collect(),
        _ => Vec::new(),
    }
}

fn reply(status: u16, kinds: &[ProblemKind]) -> Response {
    let any = || ObjectBuilder::new().schema_type(SchemaType::AnyValue);
    let narrowed = any()
        .property(
            "type",
            any().enum_values(Some(kinds.iter().map(|it| it.urn()))),
        )
        .property("status", any().enum_values(Some([status])));
    let schema: RefOr<Schema> = AllOfBuilder::new()
        .item(Ref::from_schema_name(Problem::name()))
        .item(narrowed)
        .into();
    let examples = kinds.iter().map(|kind| {
        let there = Ref::new(format!("#/components/examples/{}", slug(*kind)));
        (slug(*kind), RefOr::Ref(there))
    });
    let content = ContentBuilder::new()
        .schema(Some(schema))
        .examples_from_iter(examples)
        .build();
    let meanings: Vec<_> = kinds
        .iter()
        .map(|kind| format!("- `{}`: {}", slug(*kind), kind.meaning()))
        .collect();
    let mut reply = ResponseBuilder::new()
        .description(meanings.join("\n"))
        .content(MEDIA_TYPE, content)
        .build();
    headers::add(status, &mut reply);
    reply
}

fn slug(kind: ProblemKind) -> &'static str {
    kind.urn().rsplit(':').next().unwrap_or_default()
}
