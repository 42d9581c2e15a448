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
        window
            .fill("[data-testid=letting-first]", "Mansarde")
            .await;
        window.click("[data-testid=letting-submit]").await;
        window.find("[data-testid=home][data-free=true]").await;

        window
            .click("[data-free=true] [data-testid=make-lease]")
            .await;
        // What a calendar of the system puts there.
        let today = "document.querySelector('[data-testid=letting-first]').value =
            new Date().toISOString().slice(0, 10)";
        window.find("[data-testid=letting-second]").await;
        window.run(today).await;
        window.click("[data-testid=letting-submit]").await;
        until("the unit is let", async || {
            let free = "return document.querySelectorAll('[data-free=true]').length";
            (window.run(free).await == 0).then_some(())
        })
        .await;

        let mine = "[...document.querySelectorAll('[data-testid=home]')]
            .find(home => home.textContent.includes('Mansarde'))
            .querySelector('[data-testid=invite-tenant]').click()";
        window.run(mine).await;
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

        // Offline it is all there, and nothing can be pressed.
        stage.network.cut();
        stage.sees_link("offline").await;
        let window = stage.window();
        window.find("[data-testid=make-unit]:disabled").await;
    })
    .await;
}
