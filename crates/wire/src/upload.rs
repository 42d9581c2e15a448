//! Resumable uploads: tus 1.0 with the extensions creation, checksum, expiration and termination.
//!
//! `POST /api/uploads` names size, digest, name and the attachment's id; `PATCH` appends; the
//! attachment exists once the last byte arrived and its content was verified.

use base64::{Engine, engine::general_purpose::STANDARD};
use palier_domain::{AttachmentId, Sha256};

/// The protocol version in `Tus-Resumable`.
pub const TUS_VERSION: &str = "1.0.0";
/// Media type of a `PATCH`.
pub const PATCH_MEDIA_TYPE: &str = "application/offset+octet-stream";
/// Largest chunk a client sends, in bytes: 8 MiB.
pub const CHUNK_BYTES: u64 = 8 * 1024 * 1024;
/// Hours after which an unused upload expires.
pub const EXPIRY_HOURS: i64 = 24;

/// What `Upload-Metadata` says about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadMetadata {
    /// The id that the ticket will name.
    pub attachment_id: AttachmentId,
    /// The file's name, not yet parsed.
    pub filename: String,
    /// The digest of the whole file.
    pub sha256: Sha256,
}

/// An `Upload-Metadata` header that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Upload-Metadata lacks a readable {0}")]
pub struct UnreadableMetadata(pub &'static str);

impl UploadMetadata {
    /// As the header's value: `key base64,key base64…`.
    pub fn to_header(&self) -> String {
        let pair = |key: &str, value: &str| format!("{key} {}", STANDARD.encode(value));
        [
            pair("attachment_id", &self.attachment_id.to_string()),
            pair("filename", &self.filename),
            pair("sha256", &self.sha256.to_string()),
        ]
        .join(",")
    }

    /// Reads the header's value; unknown keys are ignored.
    ///
    /// # Errors
    /// The key that is missing or unreadable.
    pub fn from_header(value: &str) -> Result<Self, UnreadableMetadata> {
        let get = |wanted: &'static str| -> Result<String, UnreadableMetadata> {
            value
                .split(',')
                .filter_map(|pair| pair.trim().split_once(' '))
                .find(|(key, _)| *key == wanted)
                .and_then(|(_, text)| STANDARD.decode(text).ok())
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or(UnreadableMetadata(wanted))
        };
        let unreadable = |key| move |_| UnreadableMetadata(key);
        Ok(Self {
            attachment_id: get("attachment_id")?
                .parse()
                .map_err(unreadable("attachment_id"))?,
            filename: get("filename")?,
            sha256: get("sha256")?
                .parse()
                .map_err(|_| UnreadableMetadata("sha256"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_survives_a_round_trip() {
        let metadata = UploadMetadata {
            attachment_id: uuid::Uuid::from_u128(7).into(),
            filename: "été, « photo » 1.jpg".into(),
            sha256: Sha256::of(b"x"),
        };
        assert_eq!(
            UploadMetadata::from_header(&metadata.to_header()),
            Ok(metadata)
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            UploadMetadata::from_header("filename eA=="),
            Err(UnreadableMetadata("attachment_id"))
        );
    }
}
