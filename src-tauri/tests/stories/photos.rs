//! Files of messages: shown, looked at, refused.

use crate::support::{
    picker::pick,
    stage::{TENANT, play},
    until,
};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn the_tenants_photo_is_fetched_drawn_and_looked_at() {
    play("tenants_photo", async |stage| {
        let incident = stage.signs_in(TENANT).await.incidents().await[0]
            .incident
            .id;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        let window = stage.window();
        let photo = "[data-testid=ticket] [data-testid=ticket-attachment]";
        window.scroll_to(photo).await;
        until("the photo is drawn", async || {
            let tickets = window.tickets().await;
            tickets.iter().any(|ticket| ticket.drawn == 1).then_some(())
        })
        .await;
        window.click(photo).await;
        until("the viewer shows it whole", async || {
            let drawn = "const image = document.querySelector('[data-testid=viewer] img');
                return !!image && image.complete && image.naturalWidth > 0";
            (window.run(drawn).await == true).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_calls_itself_a_photo_is_refused_before_it_is_sent() {
    play("no_photo", async |stage| {
        let incident = stage.signs_in(TENANT).await.incidents().await[0]
            .incident
            .id;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        let file = stage.desktop.folder().join("photo.jpg");
        fs::write(&file, b"\x7fELF and so on").unwrap();
        let window = stage.window();
        window.write("[data-testid=composer-input]", "Voyez").await;
        window.click("[data-testid=composer-attach]").await;
        pick(&stage.desktop, &stage.say("pick-files-title", &[]), &file).await;
        let said = window.text("[data-testid=composer-error]").await;
        let sentence = stage.say("error-file-type-refused", &[("name", "photo.jpg".into())]);
        assert!(said.contains(&sentence), "{said}");
        window
            .field_says("[data-testid=composer-input]", "Voyez")
            .await;
        assert!(
            window
                .look("[data-testid=draft-attachment]")
                .await
                .is_none()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_from_the_clipboard_is_pasted_and_sent() {
    play("pasted_picture", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        let file = stage.desktop.folder().join("ecran.png");
        image::RgbImage::from_fn(200, 120, |x, y| [(x / 2) as u8, y as u8, 90].into())
            .save(&file)
            .unwrap();
        let copied = stage.desktop.copies_picture(&file);
        let window = stage.window();
        window.write("[data-testid=composer-input]", "Voici ").await;
        // From the keyboard: what a driver types is no real paste.
        let pressed = stage
            .desktop
            .xdotool(&["key", "--clearmodifiers", "ctrl+v"]);
        assert!(pressed.is_some());
        window
            .find("[data-testid=composer] [data-testid=draft-attachment]")
            .await;
        // Words are pasted as ever.
        window
            .field_says("[data-testid=composer-input]", "Voici ")
            .await;
        drop(copied);
    })
    .await;
}
