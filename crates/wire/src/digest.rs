//! A scope's digest, by which both sides compare what they hold without listing it.

use crate::EntityKind;
use palier_domain::Sha256;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use uuid::Uuid;

/// What the rows of a scope come to: one short hash each, in no order, and their number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeDigest {
    /// The xor of the rows' hashes ([`of_row`]), as 16 hexadecimal digits.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "9e107d9d372bb682"))]
    pub xor: u64,
    /// How many rows there are.
    pub rows: u64,
}

impl ScopeDigest {
    /// Counts a row in.
    pub fn add(&mut self, kind: EntityKind, id: Uuid, rev: u64) {
        self.xor ^= of_row(kind, id, rev);
        self.rows += 1;
    }
}

/// A row's hash: the first 8 bytes of SHA-256(kind ‖ 0x00 ‖ id ‖ rev, big-endian).
pub fn of_row(kind: EntityKind, id: Uuid, rev: u64) -> u64 {
    let mut bytes = kind.as_str().as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&rev.to_be_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::of(&bytes).0[..8]);
    u64::from_be_bytes(first)
}

fn write<S: Serializer>(xor: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    // As text: not every reader's numbers have 64 bits.
    serializer.serialize_str(&format!("{xor:016x}"))
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    u64::from_str_radix(&text, 16).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_may_come_in_any_order_and_a_rev_makes_a_difference() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let of = |rows: &[(Uuid, u64)]| {
            let mut digest = ScopeDigest::default();
            for (id, rev) in rows {
                digest.add(EntityKind::Ticket, *id, *rev);
            }
            digest
        };
        assert_eq!(of(&[(one, 1), (two, 1)]), of(&[(two, 1), (one, 1)]));
        assert_ne!(of(&[(one, 1)]), of(&[(one, 2)]));
        assert_ne!(of(&[(one, 1)]).xor, 0);
    }

    #[test]
    fn it_travels_as_text() {
        let digest = ScopeDigest {
            xor: u64::MAX - 1,
            rows: 3,
        };
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(json, r#"{"xor":"fffffffffffffffe","rows":3}"#);
        assert_eq!(serde_json::from_str::<ScopeDigest>(&json).unwrap(), digest);
    }
}
