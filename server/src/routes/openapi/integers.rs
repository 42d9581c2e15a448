//! Bounds of unsigned integers: what the server's types hold, no more and no less.
//!
//! The derive calls an unsigned type by the signed format of the same width, which allows too little
//! above and says so to every generator of clients. The registry of formats has names of their own.

use utoipa::{
    Number,
    openapi::{
        Components, RefOr, Schema,
        path::Operation,
        schema::{AdditionalProperties, ArrayItems, KnownFormat, Object, SchemaFormat},
    },
};

/// Mends the parameters of an operation and the headers of its replies.
pub fn mend(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = &mut parameter.schema
        {
            bound(schema);
        }
    }
    for reply in operation.responses.responses.values_mut() {
        let RefOr::T(reply) = reply else { continue };
        for header in reply.headers.values_mut() {
            if let RefOr::T(header) = header
                && let Some(schema) = &mut header.schema
            {
                bound(schema);
            }
        }
    }
}

/// Mends the bodies.
pub fn mend_all(components: &mut Components) {
    components.schemas.values_mut().for_each(bound);
}

fn bound(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => bound_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items);
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(bound),
        Schema::AllOf(all) => all.items.iter_mut().for_each(bound),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn bound_object(object: &mut Object) {
    object.properties.values_mut().for_each(bound);
    if let Some(more) = &mut object.additional_properties
        && let AdditionalProperties::RefOr(more) = &mut **more
    {
        bound(more);
    }
    if object.minimum != Some(Number::UInt(0)) && object.minimum != Some(Number::Float(0.0)) {
        return;
    }
    let (name, most) = match object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Int32)) => ("uint32", u32::MAX as usize),
        Some(SchemaFormat::KnownFormat(KnownFormat::Int64)) => ("uint64", usize::MAX),
        _ => return,
    };
    object.format = Some(SchemaFormat::Custom(name.into()));
    object.maximum.get_or_insert(Number::UInt(most));
}
