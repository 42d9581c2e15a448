//! Incidents: one case in a unit, and how its status moves.

use crate::{
    access::{Denied, LeaseStanding, Role, UnknownWord},
    text::{Invalid, line},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! words {
    ($(#[doc = $doc_text:literal])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $doc_text])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in the order in which a person is offered them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that SQL and JSON use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        // By hand: the derive cannot read a rename that comes through a macro.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!($($doc_text),*).trim_ascii()))
                    .enum_values(Some(Self::ALL.iter().map(|it| it.as_str())))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    other => Err(UnknownWord(other.to_owned())),
                }
            }
        }
    };
}

words! {
    /// Where a case stands. The order is the order of the work.
    Status {
        /// Reported; nobody has reacted.
        Open = "open",
        /// An owner has seen it.
        Acknowledged = "acknowledged",
        /// Somebody will come.
        Planned = "planned",
        /// The owner says it is mended.
        Resolved = "resolved",
        /// Both sides are done.
        Closed = "closed",
    }
}

impl Status {
    /// Resolved or closed: nobody has to do anything.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

/// Whether a list of what is under way shows an incident: also a done one that still asks for the person, with
/// something unread, unsent or half written, for a badge must lead somewhere.
pub fn is_in_sight(status: Status, asks: bool) -> bool {
    !status.is_done() || asks
}

words! {
    /// How much it presses.
    Priority {
        /// Whenever somebody comes by.
        Low = "low",
        /// The usual.
        Normal = "normal",
        /// Soon.
        High = "high",
        /// Now: water, gas, fire. Passes quiet hours.
        Emergency = "emergency",
    }
}

words! {
    /// What it is about.
    Category {
        /// Water in, water out.
        Plumbing = "plumbing",
        /// Heating and hot water.
        Heating = "heating",
        /// Electricity.
        Electricity = "electricity",
        /// Gas.
        Gas = "gas",
        /// Damp and mould.
        Damp = "damp",
        /// Doors, locks, keys.
        Lock = "lock",
        /// An appliance that belongs to the unit.
        Appliance = "appliance",
        /// Insects, mice.
        Pest = "pest",
        /// Stairs, lift, yard.
        CommonParts = "common_parts",
        /// Everything else.
        Other = "other",
    }
}

/// A status move that was judged allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusMove {
    /// The status before.
    pub from: Status,
    /// The status after.
    pub to: Status,
    /// Whether the case comes back to life, which is counted.
    pub reopens: bool,
}

impl StatusMove {
    /// Whether somebody of `role` may move an incident from `from` to `to`.
    ///
    /// Owners move forward, skipping allowed, and reopen; tenants confirm a repair
    /// (resolved → closed) and reopen what was resolved or closed. This is the one table of it.
    ///
    /// # Errors
    /// The rule that refused.
    pub fn judge(
        role: Role,
        standing: LeaseStanding,
        from: Status,
        to: Status,
    ) -> Result<Self, Denied> {
        if role == Role::Tenant && standing != LeaseStanding::Running {
            return Err(Denied::LeaseEnded);
        }
        let reopens = from.is_done() && to == Status::Open;
        let allowed = match role {
            Role::Owner => reopens || to > from,
            Role::Tenant => reopens || (from, to) == (Status::Resolved, Status::Closed),
        };
        if allowed {
            Ok(Self { from, to, reopens })
        } else {
            Err(Denied::ImpossibleMove)
        }
    }

    /// The statuses that `role` may choose next, in the order of the work.
    pub fn choices(role: Role, standing: LeaseStanding, from: Status) -> Vec<Status> {
        Status::ALL
            .iter()
            .copied()
            .filter(|to| Self::judge(role, standing, from, *to).is_ok())
            .collect()
    }
}

/// What an incident is called in a list: one line, 1–200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentTitle(String);

impl IncidentTitle {
    /// Largest title, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 200;

    /// Reads a title.
    ///
    /// # Errors
    /// `title` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        line("title", text, Self::MAX_BYTES).map(Self)
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::*;

    fn choices(role: Role, from: Status) -> Vec<Status> {
        StatusMove::choices(role, LeaseStanding::Running, from)
    }

    #[test]
    fn owners_move_forward_and_reopen() {
        assert_eq!(
            choices(Role::Owner, Open),
            [Acknowledged, Planned, Resolved, Closed]
        );
        assert_eq!(choices(Role::Owner, Planned), [Resolved, Closed]);
        assert_eq!(choices(Role::Owner, Resolved), [Open, Closed]);
        assert_eq!(choices(Role::Owner, Closed), [Open]);
    }

    #[test]
    fn tenants_confirm_a_repair_or_say_that_it_is_still_broken() {
        assert_eq!(choices(Role::Tenant, Open), []);
        assert_eq!(choices(Role::Tenant, Planned), []);
        assert_eq!(choices(Role::Tenant, Resolved), [Open, Closed]);
        assert_eq!(choices(Role::Tenant, Closed), [Open]);
    }

    #[test]
    fn a_former_tenant_moves_nothing() {
        assert_eq!(
            StatusMove::judge(Role::Tenant, LeaseStanding::Grace, Resolved, Closed),
            Err(Denied::LeaseEnded)
        );
    }

    #[test]
    fn only_coming_back_to_open_reopens() {
        let judge = |from, to| StatusMove::judge(Role::Owner, LeaseStanding::Running, from, to);
        assert!(judge(Closed, Open).unwrap().reopens);
        assert!(!judge(Open, Closed).unwrap().reopens);
        assert!(judge(Open, Open).is_err());
    }

    #[test]
    fn words_survive_a_round_trip() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse::<Category>().unwrap(), *category);
            let json = serde_json::to_string(category).unwrap();
            assert_eq!(json, format!("\"{category}\""));
        }
        assert!("urgent".parse::<Priority>().is_err());
    }
}
