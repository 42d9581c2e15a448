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
