//! Schemas of what travels as text, for the server's OpenAPI. Where a type's derive says enough, it
//! stands beside the type.

use crate::{
    Cursor, Payload, ProblemKind, Scope,
    sync::{
        AddNote, AddTicket, Cancel, ClearUnread, MarkRead, MarkUnread, OpenIncident, SetCategory,
        SetMute, SetPriority, SetStatus,
    },
};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr, Schema,
        schema::{AnyOfBuilder, ObjectBuilder, SchemaType, Type},
    },
};

const UUID: &str = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/// Descriptions of texts that people type: a pattern, and at most `MAX` characters, as JSON Schema
/// counts. The limits of the server are bytes of UTF-8, which no schema can say.
macro_rules! typed_texts {
    ($($(#[doc = $doc:literal])* $name:ident($at_least:literal, $pattern:expr);)*) => {$(
        $(#[doc = $doc])*
        pub(crate) struct $name<const MAX: usize>;

        impl<const MAX: usize> ToSchema for $name<MAX> {
            fn name() -> Cow<'static, str> {
                format!("{}{MAX}", stringify!($name)).into()
            }
        }

        impl<const MAX: usize> PartialSchema for $name<MAX> {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),*).trim()))
                    .min_length(($at_least > 0).then_some($at_least))
                    .max_length(Some(MAX))
                    .pattern(Some($pattern))
                    .into()
            }
        }
    )*};
}

/// Control characters, and those but tab and line ends.
const CONTROL: &str = r"\x00-\x1f\x7f-\x9f";
const CONTROL_IN_LINES: &str = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f";
/// What makes a name look like another.
const DIRECTION: &str = r"\u202a-\u202e\u2066-\u2069";
/// What cannot be seen.
const INVISIBLE: &str = r"\s\u00ad\u200b-\u200f\u2060\u3164\ufeff";

/// Any number of characters that are not of `without`, one of them not of `blank` either.
fn something(without: &str, blank: &str) -> String {
    format!("^[^{without}]*[^{without}{blank}][^{without}]*$")
}

typed_texts! {
    /// Some lines, or nothing.
    Lines(0, format!("^[^{CONTROL_IN_LINES}]*$"));
    /// Some lines with something in them.
    Text(1, something(CONTROL_IN_LINES, r"\s"));
    /// One line with something in it.
    Line(1, something(CONTROL, r"\s"));
    /// One line with something to be seen in it.
    Name(1, something(&format!("{CONTROL}{DIRECTION}"), INVISIBLE));
    /// Nothing, or some lines with something to be seen in them.
    Address(0, format!(
        r"^\s*$|{}",
        something(&format!("{CONTROL_IN_LINES}{DIRECTION}"), INVISIBLE)
    ));
}

fn text(description: &str, pattern: String, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .examples([example])
        .into()
}

impl ToSchema for Scope {
    fn name() -> Cow<'static, str> {
        "Scope".into()
    }
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        text(
            "A set of changes that the same people may see.",
            format!("^(portfolio|lease|user):{UUID}$"),
            "lease:0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01",
        )
    }
}

impl ToSchema for Cursor {
    fn name() -> Cow<'static, str> {
        "Cursor".into()
    }
}

impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        text(
            "Where a reader stands: the epoch and, per scope, the number of the last change it \
             holds. Opaque to most: send back what a page's `to` said.",
            format!("^{UUID}(~(portfolio|lease|user):{UUID}=[0-9]{{1,18}})*$"),
            "5f0c2a52-3a34-4a4e-8f0e-0d7f1c2b3a49~lease:0198c1f0-5a0e-7d3a-9f3e-2b1c5d7e9f01=17",
        )
    }
}

impl ToSchema for ProblemKind {
    fn name() -> Cow<'static, str> {
        "ProblemKind".into()
    }
}

impl PartialSchema for ProblemKind {
    fn schema() -> RefOr<Schema> {
        let meanings: String = Self::ALL
            .iter()
            .map(|kind| {
                format!(
                    "\n- `{}` ({}): {}",
                    kind.urn(),
                    kind.status(),
                    kind.meaning()
                )
            })
            .collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!("The stable `type` of a problem.\n{meanings}")))
            .enum_values(Some(Self::ALL.iter().map(|kind| kind.urn())))
            .into()
    }
}

/// What a mutation of each kind carries.
macro_rules! payloads {
    ($($name:ident)*) => {
        impl ToSchema for Payload {
            fn name() -> Cow<'static, str> {
                "Payload".into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $(
                    schemas.push(($name::name().into(), $name::schema()));
                    $name::schemas(schemas);
                )*
            }
        }

        impl PartialSchema for Payload {
            fn schema() -> RefOr<Schema> {
                AnyOfBuilder::new()
                    .description(Some(
                        "What the mutation's `kind` in snake case names. What this version cannot \
                         read is no fault of the push: that mutation alone is rejected.",
                    ))
                    $(.item(Ref::from_schema_name($name::name())))*
                    .item(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
                    .into()
            }
        }
    };
}

payloads! {
    OpenIncident AddTicket SetStatus SetPriority SetCategory MarkRead MarkUnread ClearUnread Cancel
    AddNote SetMute
}
