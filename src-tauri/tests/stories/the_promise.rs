//! The whole promise, in one afternoon.

use crate::support::{
    START,
    stage::{Stage, TENANT, play},
    until,
};
use image::{Rgb, RgbImage};
use palier_domain::{IncidentId, TicketId};
use palier_wire::rest::IncidentResponse;
use tokio::time::timeout;

const ANSWER: &str = "Le chauffagiste revient demain à 8 h. Voici la pièce qu’il apporte.";
const HALF_TYPED: &str = "Et pour la facture, je";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_without_a_server_arrives_once_and_the_answer_is_told_once() {
    play("story", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        let before = tenant.thread(incident).await;
        stage.opens(incident).await;

        // Written while the server is down.
        stage.stop_server().await;
        let photo = stage.desktop.folder().join("electrode.jpg");
        RgbImage::from_pixel(640, 480, Rgb([180, 120, 60]))
            .save(&photo)
            .unwrap();
        let window = stage.window();
        window.write("[data-testid=composer-input]", ANSWER).await;
        stage.attaches(&photo).await;
        window.send_at_once(ANSWER).await;
        let waiting = window.ticket_is(ANSWER, "waiting").await;
        assert_eq!((waiting.n, waiting.files), (None, 1));

        // Killed while something else is half typed.
        window
            .write("[data-testid=composer-input]", HALF_TYPED)
            .await;
        window
            .find("[data-testid=incident-row] [data-mark=draft]")
            .await;
        stage.kill_application().await;
        stage.open_window().await;
        stage.opens(incident).await;
        let window = stage.window();
        let still = window.ticket_is(ANSWER, "waiting").await;
        assert_eq!((&still.id, still.files), (&waiting.id, 1));
        window
            .field_says("[data-testid=composer-input]", HALF_TYPED)
            .await;
        until("the photo is drawn", async || {
            let ticket = window.ticket(ANSWER).await;
            (ticket.drawn == 1).then_some(())
        })
        .await;

        // The server comes back, and dies between the photo and the message.
        let sprung = stage.network.cut_before("add_ticket");
        stage.start_server().await;
        stage.tries_again().await;
        timeout(START, sprung)
            .await
            .expect("the message is about to leave")
            .unwrap();
        let requests = stage.network.requests();
        assert!(
            requests
                .iter()
                .any(|line| line.starts_with("PATCH /api/uploads/"))
        );
        stage.kill_server().await;
        stage.start_server().await;
        stage.tries_again().await;
        let sent = stage.window().ticket_is(ANSWER, "sent").await;
        assert_eq!(sent.id, waiting.id);

        let tenant = tenant.at(stage.server_address());
        let thread = tenant.thread(incident).await;
        let numbers: Vec<u64> = thread.iter().map(|ticket| ticket.n).collect();
        assert_eq!(numbers, (1..=before.len() as u64 + 1).collect::<Vec<_>>());
        let ids = |thread: &[IncidentResponse]| -> Vec<TicketId> {
            thread.iter().map(|ticket| ticket.id).collect()
        };
        assert_eq!(
            ids(&thread[..before.len()]),
            ids(&before),
            "after all the others"
        );
        let arrived = &thread[before.len()];
        assert_eq!(arrived.message, ANSWER);
        assert_eq!(arrived.attachments.len(), 1);
        let seen = image::load_from_memory(&tenant.file(arrived.attachments[0]).await).unwrap();
        assert_eq!((seen.width(), seen.height()), (640, 480));

        // The tenant answers: in the open thread it just appears.
        tenant.writes(incident, "Parfait, je serai là.").await;
        assert_eq!(
            stage.window().ticket("Parfait, je serai là.").await.state,
            "foreign"
        );
        stage.sees_unread(incident, 0).await;

        // With another thread open and nobody looking, the desktop tells it, once.
        let other = other_incident(stage, incident).await;
        stage.opens(other).await;
        stage.minimises().await;
        tenant
            .writes(incident, "Il peut sonner <deux fois> & attendre.")
            .await;
        let told = until("the desktop tells it", async || {
            stage.desktop.notifications.with("sonner").pop()
        })
        .await;
        assert_eq!(
            told.body,
            "Il peut sonner &lt;deux fois&gt; &amp; attendre."
        );
        assert!(told.title.contains("Awa Diallo"), "{told:?}");
        assert_eq!(told.program, "Palier");

        // A restart does not tell it again; what comes later is told.
        stage.kill_application().await;
        stage.open_window().await;
        stage.opens(other).await;
        stage.minimises().await;
        tenant.writes(incident, "La clé est chez le gardien.").await;
        let later = until("the desktop tells what came later", async || {
            stage.desktop.notifications.with("gardien").pop()
        })
        .await;
        stage.sees_unread(incident, 2).await;

        // A click opens the incident; what is seen there is read, here and for the tenant.
        stage.desktop.notifications.click(&later).await;
        stage.window_on_screen().await;
        stage.sees_thread_of(incident).await;
        stage.window().ticket("La clé est chez le gardien.").await;
        stage.sees_unread(incident, 0).await;
        until("the tenant sees that it was read", async || {
            let thread = tenant.thread(incident).await;
            let own = thread.iter().rev().take(3);
            own.map(|ticket| ticket.is_read)
                .all(|read| read)
                .then_some(())
        })
        .await;
        assert_eq!(
            stage.desktop.notifications.with("Parfait").len(),
            0,
            "she was looking"
        );
        assert_eq!(stage.desktop.notifications.with("sonner").len(), 1);
        assert_eq!(stage.desktop.notifications.with("gardien").len(), 1);
    })
    .await;
}

/// Another incident of the list.
async fn other_incident(stage: &Stage, than: IncidentId) -> IncidentId {
    let rows = stage.window().rows().await;
    let other = rows.iter().find(|row| row.id != than.to_string());
    other
        .expect("there is another incident")
        .id
        .parse()
        .unwrap()
}
