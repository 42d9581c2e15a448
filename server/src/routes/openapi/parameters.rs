//! Parameters as HTTP knows them: absent or there, never null.

use utoipa::openapi::{
    RefOr, Schema,
    path::Operation,
    schema::{SchemaType, Type},
};

/// Takes the null out of optional parameters: an `Option` means a JSON null to the derive.
pub fn mend(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = &mut parameter.schema
        {
            take_null_out(schema);
        }
    }
}

fn take_null_out(schema: &mut RefOr<Schema>) {
    let RefOr::T(inner) = schema else { return };
    match inner {
        Schema::Object(object) => {
            if let SchemaType::Array(types) = &mut object.schema_type {
                types.retain(|it| *it != Type::Null);
            }
            if let SchemaType::Array(types) = &object.schema_type
                && let [only] = types.as_slice()
            {
                object.schema_type = SchemaType::Type(only.clone());
            }
        }
        Schema::OneOf(either) => {
            either.items.retain(|it| !is_null(it));
            if let [only] = either.items.as_slice() {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}
