//! From a link on a phone to a report with two photos.

use crate::support::{
    rest::Person,
    stage::{OWNER, play, play_in},
    until,
};
use image::{Rgb, RgbImage};
use palier_domain::{InvitationId, LeaseId};
use palier_i18n::Language;
use palier_wire::{
    invitation::{LinkMade, NewInvitation},
    letting::LeasePage,
};
use uuid::Uuid;

const GUEST: &str = "nadia@exemple.fr";
const PASSWORD: &str = "quatre mots au hasard";

/// The path of a link that invites `GUEST` into a home.
async fn invite(owner: &Person) -> String {
    let leases: LeasePage = owner.get("/api/leases?limit=100").await;
    let running = leases.leases.iter().find(|it| it.ends_on.is_none());
    let lease: LeaseId = running.expect("a home is let").id;
    let invitation = NewInvitation {
        id: InvitationId(Uuid::now_v7()),
        portfolio_id: None,
        lease_id: Some(lease),
        email: GUEST.into(),
        language: Default::default(),
    };
    let made: LinkMade = owner.post("/api/invitations", &invitation).await;
    let link = made.link.expect("the demonstration sends no mail");
    let (_, path) = link.split_once("/invitation").unwrap();
    format!("/invitation{path}")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_chooses_a_password_and_reports_with_two_photos() {
    play("browser-invitation", async |stage| {
        let owner = stage.signs_in(OWNER).await;
        let link = invite(&owner).await;
        stage.open_browser(&link).await;
        let browser = stage.browser();

        // What is refused is said, and nothing is used up.
        browser.fill("[data-testid=join-name]", "Nadia Benali").await;
        browser.fill("[data-testid=join-password]", "court").await;
        browser.click("[data-testid=join-submit]").await;
        browser.find("[data-testid=entrance-error]").await;
        browser.fill("[data-testid=join-password]", PASSWORD).await;
        browser.click("[data-testid=join-submit]").await;
        browser.find("[data-testid=incident-list]").await;
        browser.is_at("/tenant/incidents").await;

        let photos = ["fuite.png", "plafond.png"].map(|name| {
            let photo = stage.desktop.folder().join(name);
            let brown = RgbImage::from_pixel(640, 480, Rgb([120, 90, 60]));
            brown.save(&photo).unwrap();
            photo
        });
        browser.click("[data-testid=new-incident]").await;
        browser.fill("[data-testid=new-name]", "Fuite au plafond").await;
        browser
            .fill("[data-testid=new-description]", "L’eau goutte depuis ce matin.")
            .await;
        let photos: Vec<_> = photos.iter().map(|it| it.as_path()).collect();
        browser.picks("[data-testid=new-attach]", &photos).await;
        until("both photos are there", async || {
            let there = browser
                .run("return document.querySelectorAll('dialog [data-testid=draft-attachment]').length")
                .await;
            (there == 2).then_some(())
        })
        .await;
        browser.click("[data-testid=new-submit]").await;

        until("the owner has the incident and its photos", async || {
            let incidents = owner.incidents().await;
            let it = incidents.iter().find(|it| it.incident.title == "Fuite au plafond")?;
            let thread = owner.thread(it.incident.id).await;
            let files: usize = thread.iter().map(|it| it.attachments.len()).sum();
            (files == 2).then_some(())
        })
        .await;
        assert_eq!(browser.complaints().await, [""; 0]);

        // The link is good for one.
        browser.go(&link).await;
        browser.run("location.reload()").await;
        browser.find("[data-testid=entrance-leave]").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_in_the_language_of_the_browser() {
    play_in(Language::En, "browser-invitation-english", async |stage| {
        let owner = stage.signs_in(OWNER).await;
        let link = invite(&owner).await;
        stage.open_browser(&link).await;
        let title = stage.say("entrance-title", &[]);
        assert_eq!(title, "You are invited");
        let browser = stage.browser();
        browser.find("[data-testid=join]").await;
        assert_eq!(browser.text("h1").await, title);
    })
    .await;
}
