//! Opening an incident.

use crate::support::{
    picker::pick,
    stage::{TENANT, play},
    until,
};
use image::RgbImage;

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_described_offline_takes_its_photo_along() {
    play("new_incident", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        stage.network.cut();
        stage.sees_link("offline").await;
        let photo = stage.desktop.folder().join("mur.jpg");
        let wall = RgbImage::from_fn(320, 240, |x, y| [200, (x / 3) as u8, (y / 2) as u8].into());
        wall.save(&photo).unwrap();
        let window = stage.window();
        window.click("[data-testid=new-incident]").await;
        let unit = until("the homes are known", async || {
            let home =
                "const home = [...document.querySelectorAll('[data-testid=new-unit] option')]
                    .find(it => it.textContent.includes('Awa'));
                return home ? home.value : null";
            window.run(home).await.as_str().map(str::to_owned)
        })
        .await;
        window.choose("[data-testid=new-unit]", &unit).await;
        window.write("[data-testid=new-name]", "Mur humide").await;
        window
            .write("[data-testid=new-description]", "Derrière l’armoire")
            .await;
        window.click("[data-testid=new-attach]").await;
        pick(&stage.desktop, &stage.say("pick-files-title", &[]), &photo).await;
        window
            .find("dialog[open] [data-testid=draft-attachment]")
            .await;
        window.click("[data-testid=new-submit]").await;
        window
            .find("[data-testid=thread] [data-testid=ticket-attachment]")
            .await;
        stage.network.lead_to(stage.server_address());
        stage.tries_again().await;
        until("the tenant has the incident with its photo", async || {
            let incidents = tenant.incidents().await;
            let new = incidents
                .iter()
                .find(|it| it.incident.title == "Mur humide")?;
            let thread = tenant.thread(new.incident.id).await;
            (thread.first()?.attachments.len() == 1).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_in_is_there_after_esc_and_its_words_after_a_restart() {
    play("new_kept", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let photo = stage.desktop.folder().join("mur.jpg");
        RgbImage::from_pixel(32, 24, [200, 120, 60].into())
            .save(&photo)
            .unwrap();
        let (name, words) = ("[data-testid=new-name]", "[data-testid=new-description]");
        let window = stage.window();
        window.click("[data-testid=new-incident]").await;
        window.write(name, "Mur humide").await;
        window.write(words, "Derrière l’armoire").await;
        window.click("[data-testid=new-attach]").await;
        pick(&stage.desktop, &stage.say("pick-files-title", &[]), &photo).await;
        window
            .find("dialog[open] [data-testid=draft-attachment]")
            .await;

        // A press beside it is no answer; Esc closes, and keeps.
        let beside = "document.querySelector('[data-testid=new-incident-dialog]')
            .dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))";
        window.run(beside).await;
        window.find("[data-testid=new-incident-dialog]").await;
        stage.presses("Escape").await;
        window.gone("[data-testid=new-incident-dialog]").await;
        window.click("[data-testid=new-incident]").await;
        window.field_says(name, "Mur humide").await;
        window.field_says(words, "Derrière l’armoire").await;
        window
            .find("dialog[open] [data-testid=draft-attachment]")
            .await;

        stage.page_has_kept("Mur humide").await;
        stage.chooses_in_tray("tray-quit").await;
        stage.application_ends().await;
        stage.open_window().await;
        let window = stage.window();
        window.click("[data-testid=new-incident]").await;
        window.field_says(name, "Mur humide").await;
        window.field_says(words, "Derrière l’armoire").await;

        // Thrown away is thrown away.
        window.click("[data-testid=new-discard]").await;
        window.gone("[data-testid=new-incident-dialog]").await;
        window.click("[data-testid=new-incident]").await;
        window.find("[data-testid=new-incident-dialog]").await;
        window.field_says(name, "").await;
    })
    .await;
}
