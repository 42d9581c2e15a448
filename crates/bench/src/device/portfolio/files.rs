//! Files of a made-up portfolio: photos of what broke, offers and bills.
//!
//! They are rows with a digest that no file has, but for the first few: those have bytes, so that there is
//! something in the folder of files.

use super::{
    Maker, put,
    words::{family_name, place},
};
use anyhow::{Context, Result};
use image::{ImageFormat, Rgb, RgbImage};
use palier_domain::{AttachmentId, IncidentId, MediaType, Sha256, TicketId};
use palier_wire::{Attachment, EntityKind};
use std::io::Cursor;

/// So many files have bytes.
pub const WITH_BYTES: usize = 24;

/// What a file is called at random, and how large it is.
struct Plan {
    name: String,
    media_type: MediaType,
    size: u64,
}

impl Maker {
    /// The files of a ticket; most have none.
    pub(super) fn files(
        &mut self,
        incident_id: IncidentId,
        ticket: TicketId,
        first: bool,
    ) -> Vec<Attachment> {
        let luck = self.rng.u8(..100);
        let count = match first {
            true if luck < 35 => 1 + place(&mut self.rng, 4),
            false if luck < 6 => 1,
            _ => 0,
        };
        (0..count)
            .map(|_| self.file(incident_id, ticket, first))
            .collect()
    }

    fn file(&mut self, incident_id: IncidentId, ticket_id: TicketId, photo: bool) -> Attachment {
        let plan = match photo || self.rng.u8(..5) < 3 {
            true => self.photo(),
            false => self.document(),
        };
        let id = AttachmentId(self.id());
        let mut digest = [0; 32];
        self.rng.fill(&mut digest);
        let (mut size, mut sha256) = (plan.size, Sha256(digest));
        if self.made.bytes.len() < WITH_BYTES
            && let Ok(bytes) = bytes_of(plan.media_type, self.made.bytes.len())
        {
            (size, sha256) = (bytes.len() as u64, Sha256::of(&bytes));
            self.made.bytes.push((id, bytes));
        }
        Attachment {
            id,
            incident_id,
            ticket_id,
            name: plan.name,
            media_type: plan.media_type,
            size,
            sha256,
            shared_size: size,
            shared_sha256: sha256,
            has_thumbnail: plan.media_type == MediaType::Jpeg,
        }
    }

    fn photo(&mut self) -> Plan {
        Plan {
            name: format!("IMG_{}.jpg", self.now.format("%Y%m%d_%H%M%S")),
            media_type: MediaType::Jpeg,
            size: self.rng.u64(600_000..4_500_000),
        }
    }

    fn document(&mut self) -> Plan {
        let what = ["Devis", "Facture", "Constat", "Attestation", "Compte rendu"];
        let what = what[place(&mut self.rng, what.len())];
        let (firm, number) = (family_name(&mut self.rng), self.rng.u32(100..100_000));
        Plan {
            name: format!("{what} {firm} {number}.pdf"),
            media_type: MediaType::Pdf,
            size: self.rng.u64(40_000..700_000),
        }
    }

    /// Puts the rows of files behind their ticket.
    pub(super) fn put_files(&mut self, files: &[Attachment]) {
        let rows = files
            .iter()
            .map(|file| put(EntityKind::Attachment, file.id.0, 1, file));
        self.made.threaded.extend(rows);
    }
}

/// A small file of this type that no other number has.
fn bytes_of(media_type: MediaType, number: usize) -> Result<Vec<u8>> {
    if media_type == MediaType::Pdf {
        return Ok(format!("%PDF-1.4\n% {number}\n%%EOF\n").into_bytes());
    }
    let shade = u8::try_from(number * 10 % 256).context("a shade")?;
    let picture = RgbImage::from_fn(96, 64, |x, y| Rgb([shade, (x * 2) as u8, (y * 3) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}
