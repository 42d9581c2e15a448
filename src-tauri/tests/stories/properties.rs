//! What is let, in the window.

use crate::support::{stage::play, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_adds_a_unit_lets_it_and_gets_a_link_for_her_tenant() {
    play("properties", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let window = stage.window();
        window.click("[data-testid=nav-properties]").await;
        window.find("[data-testid=property]").await;

        // Refused at once, next to its cause.
        window.click("[data-testid=make-unit]").await;
        window.click("[data-testid=letting-submit]").await;
        window.find("[data-testid=letting-error]").await;
        window.fill("[data-testid=letting-first]", "Mansarde").await;
        window.click("[data-testid=letting-submit]").await;
        let attic = |button: &str| {
            format!(
                "[...document.querySelectorAll('[data-testid=home]')]
                    .find(home => home.textContent.includes('Mansarde'))
                    ?.querySelector('[data-testid={button}]')"
            )
        };
        let has = async |button: &str| {
            let there = format!("return Boolean({})", attic(button));
            until("the button is there", async || {
                (window.run(&there).await == true).then_some(())
            })
            .await;
        };
        has("make-lease").await;
        window
            .run(&format!("{}.click()", attic("make-lease")))
            .await;
        // What a calendar of the system puts there.
        let today = "document.querySelector('[data-testid=letting-first]').value =
            new Date().toISOString().slice(0, 10)";
        window.find("[data-testid=letting-second]").await;
        window.run(today).await;
        window.click("[data-testid=letting-submit]").await;
        has("invite-tenant").await;
        window
            .run(&format!("{}.click()", attic("invite-tenant")))
            .await;
        window
            .fill("[data-testid=letting-first]", "lea@exemple.fr")
            .await;
        window.click("[data-testid=letting-submit]").await;
        window.find("[data-testid=invitation-link]").await;
        let link = "return document.querySelector('[data-testid=invitation-link]').value";
        let link = window.run(link).await;
        assert!(
            link.as_str().is_some_and(|it| it.contains("/invitation")),
            "{link}"
        );
        stage.closes_dialog().await;
        let invited = stage.window().text("[data-testid=invited]").await;
        assert!(invited.contains("lea@exemple.fr"), "{invited}");

        // Taken back, it is gone from the page at once.
        stage
            .window()
            .click("[data-testid=invited] .icon-button")
            .await;
        until("nobody is invited", async || {
            let invited = stage.window().look("[data-testid=invited]").await;
            invited.is_none().then_some(())
        })
        .await;

        // Offline it is all there, and nothing can be pressed.
        stage.network.cut();
        stage.sees_link("offline").await;
        let window = stage.window();
        window.find("[data-testid=make-unit]:disabled").await;
    })
    .await;
}
