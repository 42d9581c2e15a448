//! Files that are really dragged onto the window.

use crate::support::{
    stage::{TENANT, play},
    until,
};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn files_dropped_on_the_window_are_attached_to_the_open_thread_and_sent() {
    play("dropped", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        let window = stage.window();
        window
            .write("[data-testid=composer-input]", "Les deux photos")
            .await;
        let address = window.run("return location.href").await;
        let folder = stage.desktop.folder();
        let photos = ["côté cour.jpg", "100 % humide.jpg"].map(|name| folder.join(name));
        for (photo, red) in photos.iter().zip([40, 180]) {
            let picture = image::RgbImage::from_fn(120, 80, |x, y| [red, x as u8, y as u8].into());
            picture.save(photo).unwrap();
        }
        let program = folder.join("photo.exe");
        fs::write(&program, b"MZ and so on").unwrap();
        let on_screen = stage.window_on_screen().await;

        // Carried over it and away again, nothing comes of it.
        let mut carried = stage.desktop.drags(&[&photos[0]]);
        carried.over(&on_screen, 700, 400).await;
        window.find("[data-testid=composer][data-over=true]").await;
        carried.leaves(&on_screen);
        window.find("[data-testid=composer][data-over=false]").await;

        let dropped = [&*photos[0], &*photos[1], &*program];
        let mut drag = stage.desktop.drags(&dropped);
        drag.over(&on_screen, 700, 400).await;
        drag.lets_go(&on_screen).await;
        until("the photos are attached", async || {
            let count = "return document.querySelectorAll('[data-testid=draft-attachment]').length";
            (window.run(count).await == 2).then_some(())
        })
        .await;
        let said = window.text("[data-testid=composer-error]").await;
        assert!(said.contains("photo.exe"), "{said}");
        // Neither the paths in the text nor another page in the window: WebKitGTK has done both.
        window
            .field_says("[data-testid=composer-input]", "Les deux photos")
            .await;
        assert_eq!(window.run("return location.href").await, address);

        window.send_at_once("Les deux photos").await;
        let sent = window.ticket_is("Les deux photos", "sent").await;
        assert_eq!(sent.files, 2);
    })
    .await;
}
