//! A scope's digest: the xor of one short hash per live row, so that both sides can compare what
//! they hold without listing it.

use palier_wire::EntityKind;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The first 8 bytes of SHA-256(kind ‖ 0x00 ‖ id ‖ rev, big-endian).
pub fn of_row(kind: EntityKind, id: Uuid, rev: u64) -> u64 {
    let hash = Sha256::new()
        .chain_update(kind.as_str())
        .chain_update([0])
        .chain_update(id.as_bytes())
        .chain_update(rev.to_be_bytes())
        .finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(first)
}
