//! Scopes, epochs and cursors: where a reader stands.

use palier_domain::{LeaseId, PortfolioId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt, str::FromStr};
use uuid::Uuid;

/// A set of changes that the same people may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Its owners.
    Portfolio(PortfolioId),
    /// Its tenants.
    Lease(LeaseId),
    /// That user alone.
    User(UserId),
}

/// One unbroken life of the server's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Epoch(pub Uuid);

/// Where a reader stands: the epoch and, per scope, the number of the last change it holds.
///
/// As text: `epoch` or `epoch~scope=number~scope=number…`, scopes in order. It needs no escaping
/// in a query string or an SSE `id:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The life of the data that the numbers belong to.
    pub epoch: Epoch,
    /// Number of the last change held, per scope.
    pub at: BTreeMap<Scope, u64>,
}

/// A cursor, scope or epoch that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a {1}")]
pub struct Unreadable(String, &'static str);

/// Most scopes in a cursor: more than anybody has, few enough to bound the work of reading one.
pub const MAX_CURSOR_SCOPES: usize = 1_000;

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Portfolio(id) => write!(f, "portfolio:{id}"),
            Self::Lease(id) => write!(f, "lease:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable(text.chars().take(80).collect(), "scope");
        let (word, id) = text.split_once(':').ok_or_else(unreadable)?;
        let id: Uuid = id.parse().map_err(|_| unreadable())?;
        match word {
            "portfolio" => Ok(Self::Portfolio(id.into())),
            "lease" => Ok(Self::Lease(id.into())),
            "user" => Ok(Self::User(id.into())),
            _ => Err(unreadable()),
        }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Epoch {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        text.parse()
            .map(Self)
            .map_err(|_| Unreadable(text.chars().take(80).collect(), "epoch"))
    }
}

impl Cursor {
    /// The start of `epoch`: no scope held.
    pub fn start(epoch: Epoch) -> Self {
        Self {
            epoch,
            at: BTreeMap::new(),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.epoch)?;
        for (scope, number) in &self.at {
            write!(f, "~{scope}={number}")?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable(text.chars().take(80).collect(), "cursor");
        let mut parts = text.split('~');
        let epoch = parts
            .next()
            .unwrap_or_default()
            .parse()
            .map_err(|_| unreadable())?;
        let mut at = BTreeMap::new();
        for part in parts {
            let (scope, number) = part.split_once('=').ok_or_else(unreadable)?;
            let number = number.parse().map_err(|_| unreadable())?;
            let scope = scope.parse().map_err(|_| unreadable())?;
            if at.insert(scope, number).is_some() || at.len() > MAX_CURSOR_SCOPES {
                return Err(unreadable());
            }
        }
        Ok(Self { epoch, at })
    }
}

macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(Scope Cursor);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope() -> impl Strategy<Value = Scope> {
        (any::<u128>(), 0..3).prop_map(|(id, kind)| {
            let id = Uuid::from_u128(id);
            match kind {
                0 => Scope::Portfolio(id.into()),
                1 => Scope::Lease(id.into()),
                _ => Scope::User(id.into()),
            }
        })
    }

    proptest! {
        #[test]
        fn a_cursor_survives_a_round_trip(
            epoch in any::<u128>(),
            at in proptest::collection::btree_map(scope(), any::<u64>(), 0..8),
        ) {
            let cursor = Cursor { epoch: Epoch(Uuid::from_u128(epoch)), at };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}") {
            let _ = text.parse::<Cursor>();
        }
    }

    #[test]
    fn a_scope_named_twice_is_refused() {
        let epoch = Uuid::nil();
        let twice = format!("{epoch}~user:{epoch}=1~user:{epoch}=2");
        assert!(twice.parse::<Cursor>().is_err());
    }
}
