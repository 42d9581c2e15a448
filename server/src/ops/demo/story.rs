//! What happened in the demonstration's homes.

use super::{Demo, picture};
use crate::{
    App,
    error::{Error, Result},
    files::upload,
    ops::seed,
};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, NoteId, Priority, Sha256, Status, TicketId, UnitId, UserId,
};
use palier_wire::{
    Payload, Verdict,
    sync::{AddNote, AddTicket, MarkRead, OpenIncident, SetMute, SetStatus},
    upload::UploadMetadata,
};
use uuid::Uuid;

/// Somebody does something, some hours before now.
struct Teller<'a> {
    app: &'a App,
}

/// An incident as the story goes on about it.
struct Case {
    id: IncidentId,
    last_n: u64,
    status: Status,
}

pub async fn tell(app: &App, demo: &Demo) -> Result<()> {
    let teller = Teller { app };
    boiler(&teller, demo).await?;
    leak(&teller, demo).await?;
    mould(&teller, demo).await?;
    lock(&teller, demo).await?;
    socket(&teller, demo).await?;
    shutter(&teller, demo).await?;
    common_light(&teller, demo).await?;
    Ok(())
}

/// With a photo, and an answer of the tenant that the owner has not read.
async fn boiler(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            50,
            d.awa,
            d.unit_3b,
            ("Plus d’eau chaude depuis ce matin", "La chaudière s’est mise en sécurité cette nuit. Le chauffage fonctionne encore un peu, mais l’eau reste froide."),
            (Category::Heating, Priority::High),
        )
        .await?;
    let photo = t
        .uploads(49, d.awa, "chaudière.jpg", picture::boiler_display()?)
        .await?;
    t.writes(49, d.awa, &mut case, "Voici ce qu’affiche la chaudière : code E133. J’ai essayé de la redémarrer deux fois, sans succès.", &[photo]).await?;
    t.reads(47, d.claire, &case).await?;
    t.moves(47, d.claire, &mut case, Status::Acknowledged)
        .await?;
    t.writes(47, d.claire, &mut case, "Bonjour Awa, merci pour la photo. E133, c’est un défaut d’allumage. J’appelle le chauffagiste tout de suite.", &[]).await?;
    t.reads(46, d.awa, &case).await?;
    t.writes(
        45,
        d.claire,
        &mut case,
        "M. Perrin peut passer demain entre 9 h et 11 h. Est-ce que quelqu’un sera là ?",
        &[],
    )
    .await?;
    t.moves(45, d.claire, &mut case, Status::Planned).await?;
    t.reads(44, d.awa, &case).await?;
    t.writes(
        44,
        d.awa,
        &mut case,
        "Oui, je serai à la maison jusqu’à midi. Merci !",
        &[],
    )
    .await?;
    t.reads(40, d.claire, &case).await?;
    t.notes(
        40,
        d.claire,
        &case,
        "Chaudière de 2009, troisième panne cette année : demander un devis de remplacement.",
    )
    .await?;
    t.notes(
        39,
        d.marc,
        &case,
        "Le devis de l’an dernier (3 200 €) est dans le classeur. On en parle dimanche ?",
    )
    .await?;
    t.reads_notes(38, d.claire, &case, 2).await?;
    t.writes(2, d.awa, &mut case, "Le chauffagiste est passé : il a remplacé l’électrode d’allumage. L’eau est tiède, il dit d’attendre une heure.", &[]).await?;
    t.writes(
        1,
        d.awa,
        &mut case,
        "Toujours tiède… Est-ce que c’est normal ?",
        &[],
    )
    .await
}

/// New, urgent, unread.
async fn leak(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            3,
            d.tom,
            d.unit_2a,
            (
                "Fuite sous l’évier de la cuisine",
                "L’eau coule le long du siphon dès que j’ouvre le robinet. J’ai mis une bassine.",
            ),
            (Category::Plumbing, Priority::Emergency),
        )
        .await?;
    t.writes(
        3,
        d.tom,
        &mut case,
        "La bassine se remplit en une heure. J’ai coupé l’arrivée d’eau sous l’évier en attendant.",
        &[],
    )
    .await
}

async fn mould(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            24 * 9,
            d.tom,
            d.unit_2a,
            ("Moisissures dans la salle de bain", "Des taches noires reviennent au plafond, au-dessus de la douche, malgré l’aération."),
            (Category::Damp, Priority::Normal),
        )
        .await?;
    t.reads(24 * 8, d.claire, &case).await?;
    t.moves(24 * 8, d.claire, &mut case, Status::Acknowledged)
        .await?;
    t.writes(24 * 8, d.claire, &mut case, "Bonjour Tom, est-ce que la VMC tire encore ? Une feuille de papier doit tenir contre la bouche.", &[]).await?;
    t.reads(24 * 8 - 5, d.tom, &case).await?;
    t.writes(
        24 * 8 - 5,
        d.tom,
        &mut case,
        "Non, la feuille tombe. Je n’entends plus le moteur non plus.",
        &[],
    )
    .await?;
    t.reads(24 * 7, d.claire, &case).await?;
    t.writes(
        24 * 7,
        d.claire,
        &mut case,
        "Alors c’est le moteur de la VMC. Un électricien vient le changer jeudi matin.",
        &[],
    )
    .await?;
    t.moves(24 * 7, d.claire, &mut case, Status::Planned).await
}

/// Settled by both sides.
async fn lock(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            24 * 21,
            d.ines,
            d.quay,
            (
                "La serrure de l’entrée accroche",
                "Il faut tirer la porte très fort pour tourner la clé.",
            ),
            (Category::Lock, Priority::Normal),
        )
        .await?;
    t.reads(24 * 20, d.claire, &case).await?;
    t.writes(
        24 * 20,
        d.claire,
        &mut case,
        "Le serrurier passe mercredi après-midi.",
        &[],
    )
    .await?;
    t.moves(24 * 20, d.claire, &mut case, Status::Planned)
        .await?;
    t.reads(24 * 19, d.ines, &case).await?;
    t.moves(24 * 18, d.claire, &mut case, Status::Resolved)
        .await?;
    t.writes(
        24 * 18,
        d.ines,
        &mut case,
        "Parfait, la clé tourne toute seule. Merci beaucoup.",
        &[],
    )
    .await?;
    t.moves(24 * 18, d.ines, &mut case, Status::Closed).await?;
    t.reads(24 * 17, d.claire, &case).await
}

/// Said to be mended, and not.
async fn socket(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            24 * 14,
            d.awa,
            d.unit_3b,
            (
                "Une prise du salon ne marche plus",
                "Celle à gauche de la fenêtre. Les autres fonctionnent.",
            ),
            (Category::Electricity, Priority::Normal),
        )
        .await?;
    t.reads(24 * 13, d.claire, &case).await?;
    t.moves(24 * 12, d.claire, &mut case, Status::Resolved)
        .await?;
    t.writes(
        24 * 12,
        d.claire,
        &mut case,
        "L’électricien a resserré les fils ce matin.",
        &[],
    )
    .await?;
    t.reads(24 * 12 - 4, d.awa, &case).await?;
    t.moves(24 * 11, d.awa, &mut case, Status::Open).await?;
    t.writes(
        24 * 11,
        d.awa,
        &mut case,
        "Elle a marché deux heures, puis plus rien. Le disjoncteur n’a pas sauté.",
        &[],
    )
    .await?;
    t.reads(24 * 10, d.claire, &case).await?;
    t.writes(
        24 * 10,
        d.claire,
        &mut case,
        "Je lui demande de revenir avec une prise neuve. Merci de ne rien y brancher d’ici là.",
        &[],
    )
    .await?;
    t.moves(24 * 10, d.claire, &mut case, Status::Acknowledged)
        .await?;
    t.reads(24 * 9, d.awa, &case).await
}

/// In a unit where nobody lives.
async fn shutter(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            24 * 6,
            d.claire,
            d.vacant,
            (
                "Volet roulant bloqué avant relocation",
                "À réparer avant les visites : le volet de la chambre reste à mi-hauteur.",
            ),
            (Category::Other, Priority::Low),
        )
        .await?;
    t.writes(
        24 * 5,
        d.claire,
        &mut case,
        "Devis demandé à deux entreprises.",
        &[],
    )
    .await?;
    t.mutes(24 * 5, d.marc, &case).await
}

async fn common_light(t: &Teller<'_>, d: &Demo) -> Result<()> {
    let mut case = t
        .opens(
            30,
            d.ines,
            d.quay,
            (
                "La lumière du hall s’éteint trop vite",
                "On n’a pas le temps d’arriver à l’escalier avec les courses.",
            ),
            (Category::CommonParts, Priority::Low),
        )
        .await?;
    t.reads(26, d.claire, &case).await?;
    t.writes(
        26,
        d.claire,
        &mut case,
        "Vous avez raison. Je fais régler la minuterie sur trois minutes.",
        &[],
    )
    .await?;
    t.reads(25, d.ines, &case).await?;
    t.moves(8, d.claire, &mut case, Status::Resolved).await?;
    t.writes(5, d.ines, &mut case, "C’est beaucoup mieux, merci !", &[])
        .await
}

impl Teller<'_> {
    async fn opens(
        &self,
        hours_ago: i64,
        by: UserId,
        unit: UnitId,
        (title, description): (&str, &str),
        (category, priority): (Category, Priority),
    ) -> Result<Case> {
        let id = IncidentId(Uuid::now_v7());
        let payload = Payload::OpenIncident(OpenIncident {
            incident_id: id,
            unit_id: unit,
            title: title.into(),
            description: description.into(),
            category,
            priority,
            written_at: at(hours_ago),
        });
        self.submit(hours_ago, by, payload).await?;
        Ok(Case {
            id,
            last_n: 0,
            status: Status::Open,
        })
    }

    async fn writes(
        &self,
        hours_ago: i64,
        by: UserId,
        case: &mut Case,
        message: &str,
        attachments: &[AttachmentId],
    ) -> Result<()> {
        let payload = Payload::AddTicket(AddTicket {
            ticket_id: TicketId(Uuid::now_v7()),
            incident_id: case.id,
            message: message.into(),
            attachments: attachments.to_vec(),
            written_at: at(hours_ago),
        });
        case.last_n += 1;
        self.submit(hours_ago, by, payload).await
    }

    async fn moves(&self, hours_ago: i64, by: UserId, case: &mut Case, to: Status) -> Result<()> {
        let payload = Payload::SetStatus(SetStatus {
            incident_id: case.id,
            ticket_id: TicketId(Uuid::now_v7()),
            from: case.status,
            to,
            written_at: at(hours_ago),
        });
        case.status = to;
        case.last_n += 1;
        self.submit(hours_ago, by, payload).await
    }

    async fn reads(&self, hours_ago: i64, by: UserId, case: &Case) -> Result<()> {
        let payload = Payload::MarkRead(MarkRead {
            up_to_m: None,
            incident_id: case.id,
            up_to_n: Some(case.last_n),
            seen_flag: None,
        });
        self.submit(hours_ago, by, payload).await
    }

    async fn notes(&self, hours_ago: i64, by: UserId, case: &Case, message: &str) -> Result<()> {
        let payload = Payload::AddNote(AddNote {
            note_id: NoteId(Uuid::now_v7()),
            incident_id: case.id,
            message: message.into(),
            written_at: at(hours_ago),
        });
        self.submit(hours_ago, by, payload).await
    }

    async fn reads_notes(&self, hours_ago: i64, by: UserId, case: &Case, m: u64) -> Result<()> {
        let payload = Payload::MarkRead(MarkRead {
            incident_id: case.id,
            up_to_n: None,
            up_to_m: Some(m),
            seen_flag: None,
        });
        self.submit(hours_ago, by, payload).await
    }

    async fn mutes(&self, hours_ago: i64, by: UserId, case: &Case) -> Result<()> {
        let payload = Payload::SetMute(SetMute {
            incident_id: case.id,
            muted: true,
        });
        self.submit(hours_ago, by, payload).await
    }

    async fn uploads(
        &self,
        hours_ago: i64,
        by: UserId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<AttachmentId> {
        self.set_clock(hours_ago);
        let metadata = UploadMetadata {
            attachment_id: AttachmentId(Uuid::now_v7()),
            filename: name.into(),
            sha256: Sha256::of(&bytes),
        };
        let id = metadata.attachment_id;
        upload::whole(self.app.files(), self.app.db(), by, metadata, bytes).await?;
        Ok(id)
    }

    async fn submit(&self, hours_ago: i64, by: UserId, payload: Payload) -> Result<()> {
        self.set_clock(hours_ago);
        for result in seed::submit(self.app, by, vec![payload]).await? {
            if result.status != Verdict::Applied {
                let problem = result.problem.map(Error::from);
                return Err(problem.unwrap_or_else(Error::unavailable));
            }
        }
        Ok(())
    }

    fn set_clock(&self, hours_ago: i64) {
        let clock = &self.app.config().clock;
        clock.reset();
        clock.advance(-TimeDelta::hours(hours_ago));
    }
}

fn at(hours_ago: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::hours(hours_ago)
}
