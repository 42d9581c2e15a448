//! A photo on a weak network.

use super::session::opens_first_incident;
use crate::support::stage::{TENANT, play};
use image::RgbImage;
use std::fs;

const WRITTEN: &str = "La photo est grande.";

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_cut_goes_on_where_it_was() {
    play("browser-upload", async |stage| {
        let incident = opens_first_incident(stage).await;
        // Noise does not become smaller.
        let mut rng = fastrand::Rng::with_seed(7);
        let mut noise = RgbImage::new(640, 640);
        rng.fill(&mut noise);
        let photo = stage.desktop.folder().join("bruit.png");
        noise.save(&photo).unwrap();
        let size = fs::metadata(&photo).unwrap().len();
        assert!(size > 3 * 256 * 1024, "{size}");

        let cut = stage.network.cut_before("upload-offset: 262144");
        let browser = stage.browser();
        browser.write("[data-testid=composer-input]", WRITTEN).await;
        browser
            .picks("[data-testid=composer-attach]", &[&photo])
            .await;
        browser.find("[data-testid=draft-attachment]").await;
        browser.send_at_once(WRITTEN).await;
        cut.await.unwrap();
        let server = stage.server_address();
        stage.network.lead_to(server);
        stage.browser().ticket_is(WRITTEN, "sent").await;

        let patches = stage.network.requests();
        let patches = patches
            .iter()
            .filter(|it| it.starts_with("PATCH /api/uploads/"));
        let parts = usize::try_from(size.div_ceil(256 * 1024)).unwrap();
        assert_eq!(patches.count(), parts, "no part twice");
        let tenant = stage.signs_in(TENANT).await;
        let thread = tenant.thread(incident).await;
        let arrived: Vec<_> = thread.iter().filter(|it| it.message == WRITTEN).collect();
        assert_eq!(arrived.len(), 1);
        let bytes = tenant.file(arrived[0].attachments[0]).await;
        let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(picture, noise, "every pixel");
    })
    .await;
}
