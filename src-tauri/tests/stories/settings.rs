//! The settings, in the window and on the desktop.

use crate::support::{
    stage::{TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_tried_out_and_answered_where_they_stand() {
    play("settings", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let tenant = stage.signs_in(TENANT).await;
        stage.window().find("[data-testid=incident-row]").await;
        let incident = stage.window().rows().await[0].id.parse().unwrap();

        // Tried out, it is on the desktop, and the page says who shows it.
        stage.window().click("[data-testid=nav-settings]").await;
        stage
            .window()
            .click("[data-testid=test-notifications]")
            .await;
        let said = stage.window().text("[data-testid=notification-test]").await;
        let by = [("name", "test".into())];
        assert_eq!(said, stage.say("settings-test-shown-by", &by));
        let words = stage.say("notification-test-body", &[]);
        assert_eq!(stage.desktop.notifications.with(&words).len(), 1);

        // Read where it stands: the window stays away, nothing is unread any more.
        stage.minimises().await;
        let read = stage.say("notification-mark-read", &[]);
        tenant.writes(incident, "Le courant est revenu.").await;
        let told = until("it is told", async || {
            stage.desktop.notifications.with("courant").pop()
        })
        .await;
        assert!(told.actions.contains(&read), "{told:?}");
        stage.desktop.notifications.press(&told, "mark-read").await;
        until("it is withdrawn", async || {
            let told = stage.desktop.notifications.with("courant").pop()?;
            told.withdrawn.then_some(())
        })
        .await;
        assert_eq!(stage.has_no_window().await, Some(()));

        // Answered: the keyboard is where the answer is written.
        tenant.writes(incident, "Et maintenant le four.").await;
        let told = until("it is told too", async || {
            stage.desktop.notifications.with("four").pop()
        })
        .await;
        stage.desktop.notifications.press(&told, "reply").await;
        stage.window_on_screen().await;
        stage.sees_thread_of(incident).await;
        until("the keyboard is in the composer", async || {
            let script = "return document.activeElement?.dataset.testid ?? ''";
            let at = stage.window().run(script).await;
            (at == "composer-input").then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_daemon_that_was_started_anew_is_told_and_heard_as_before() {
    play("daemon", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = stage.window().rows().await[0].id.parse().unwrap();
        let told = async |words: &str| {
            tenant
                .writes(incident, &format!("Le courant {words}."))
                .await;
            until("it is told", async || {
                stage.desktop.notifications.with(words).pop()
            })
            .await
        };
        stage.minimises().await;
        told("est coupé").await;
        assert!(told("saute encore").await.updated);
        stage.desktop.notifications.restarts().await;
        let anew = told("est revenu").await;
        assert!(!anew.updated, "the new one knows no older number: {anew:?}");
        stage.desktop.notifications.click(&anew).await;
        stage.window_on_screen().await;
        stage.sees_thread_of(incident).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_devices_and_the_password_are_in_the_settings() {
    play("settings-account", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let window = stage.window();
        window.click("[data-testid=nav-settings]").await;

        window.click("[data-testid=quiet-hours]").await;
        window.find("[data-testid=quiet-from]").await;
        window.choose("[data-testid=quiet-from]", "21:30").await;
        until("the hour is kept", async || {
            let state = window.ask("get_app_state").await;
            let from = state["settings"]["quiet_hours"]["from"].clone();
            (from == "21:30:00").then_some(())
        })
        .await;

        let device = window.text("[data-testid=device]").await;
        assert!(
            device.contains(&stage.say("settings-device-this", &[])),
            "{device}"
        );

        window.click("[data-testid=change-password]").await;
        window
            .fill("[data-testid=password-present]", "pas celui-ci")
            .await;
        window
            .fill("[data-testid=password-new]", "une phrase que je connais")
            .await;
        window
            .fill("[data-testid=password-again]", "une phrase")
            .await;
        window.click("[data-testid=password-submit]").await;
        let error = window.text("[data-testid=password-error]").await;
        assert_eq!(error, stage.say("password-differs", &[]));
        window
            .fill("[data-testid=password-again]", "une phrase que je connais")
            .await;
        window.click("[data-testid=password-submit]").await;
        let wrong = stage.say("password-not-the-present", &[]);
        until("the server says no", async || {
            (window.text("[data-testid=password-error]").await == wrong).then_some(())
        })
        .await;
        stage.closes_dialog().await;

        // Offline, what needs the server cannot be pressed.
        stage.network.cut();
        stage.sees_link("offline").await;
        stage
            .window()
            .find("[data-testid=change-password]:disabled")
            .await;
        stage.window().find("[data-testid=export]:disabled").await;
    })
    .await;
}
