//! Identifiers: one type per kind of thing, so that a ticket's id cannot stand where an
//! incident's is meant.
//!
//! Incidents, tickets, attachments, mutations and devices get their UUIDv7 from the client
//! that makes them, and keep it for ever: there are no temporary ids. The time inside a v7
//! id is never trusted and never used for order.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id as its 16 bytes, as the databases store it.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// One case in a unit.
    IncidentId
    /// One message on an incident: a row of `incident_responses`.
    TicketId
    /// One internal remark of owners on an incident.
    NoteId
    /// One file of a ticket.
    AttachmentId
    /// One wish to change something, sent at least once and applied at most once.
    MutationId
    /// One installation of the application, or one browser profile.
    DeviceId
    /// One login.
    UserId
    /// What one landlord or agency lets.
    PortfolioId
    /// A building or house.
    PropertyId
    /// A flat, house or shop that is let as one.
    UnitId
    /// The tenants of a unit, each from–to.
    LeaseId
    /// One signed-in device.
    SessionId
    /// One link by which somebody joins a portfolio or a lease.
    InvitationId
}
