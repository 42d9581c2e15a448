//! What the settings say of the program itself.

use crate::support::stage::play;

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_tell_version_formats_licences_and_a_newer_version() {
    play("about", async |stage| {
        stage.stop_server().await;
        stage.newest_client = Some("99.1.0");
        stage.start_server().await;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let window = stage.window();
        window.click("[data-testid=nav-settings]").await;
        let said = window.text("[data-testid=about]").await;
        assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
        let formats = [("journal", 3_u64.into()), ("wire", 1_u64.into())];
        let formats = stage.say("settings-formats", &formats);
        assert_eq!(window.text("[data-testid=formats]").await, formats);
        let newer = stage.say("settings-update", &[("version", "99.1.0".into())]);
        let told = window.text("[data-testid=update-available]").await;
        assert!(told.contains(&newer), "{told}");

        window.click("[data-testid=open-licences]").await;
        window.find("[data-testid=licences] li").await;
        let names = window.run("return [...document.querySelectorAll('[data-testid=licences] strong')].map(it => it.textContent)").await;
        let names = names.as_array().unwrap();
        for name in ["tauri", "sqlx", "yew"] {
            assert!(names.iter().any(|it| it == name), "{name} is missing");
        }
        window.click("[data-testid=licences] summary").await;
        let text = window.text("[data-testid=licences] pre").await;
        assert!(text.len() > 100, "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_no_newer_version_says_nothing() {
    play("no_update", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        stage.window().click("[data-testid=nav-settings]").await;
        stage.window().find("[data-testid=formats]").await;
        assert!(
            stage
                .window()
                .look("[data-testid=update-available]")
                .await
                .is_none()
        );
    })
    .await;
}
