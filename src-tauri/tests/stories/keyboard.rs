//! A whole day without a mouse.

use crate::support::{
    stage::{OWNER, TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_day_is_done_by_keys_alone() {
    play("keyboard", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_window().await;

        // The form waits for what is not known yet.
        stage.keyboard_comes_to("email").await;
        stage.types(OWNER.0);
        assert_eq!(stage.tabs_to("password").await, Vec::<String>::new());
        stage.types(OWNER.1);
        stage.presses("Return").await;
        let window = stage.window();
        window.find("[data-testid=incident-row]").await;
        stage.sees_link("online").await;

        // Down the list, and in.
        stage.presses("j").await;
        stage.keyboard_comes_to("incident-row").await;
        let rows = window.rows().await;
        for row in &rows {
            until("the next incident has the keyboard", async || {
                let at = "return document.activeElement?.dataset.incidentId ?? ''";
                (window.run(at).await == row.id.as_str()).then_some(())
            })
            .await;
            if row.id == incident.to_string() {
                break;
            }
            stage.presses("Down").await;
        }
        stage.presses("Return").await;
        stage.sees_thread_of(incident).await;

        // Written, sent, taken back, and sent for good.
        let words = "Le plombier passe demain matin";
        window.find("[data-testid=composer-input]").await;
        stage.presses("r").await;
        stage.keyboard_comes_to("composer-input").await;
        stage.types(words);
        stage.presses("ctrl+Return").await;
        window.ticket_is(words, "held").await;
        stage.keyboard_comes_to("composer-input").await;
        let passed = stage.tabs_back_to("undo").await;
        assert!(passed.len() <= 4, "undo is near: {passed:?}");
        stage.presses("Return").await;
        window
            .field_says("[data-testid=composer-input]", words)
            .await;
        stage.keyboard_comes_to("composer-input").await;
        stage.presses("End").await;
        stage.types(", vers 9 h");
        stage.presses("ctrl+Return").await;
        window.ticket_is("vers 9 h", "held").await;
        stage.tabs_back_to("send-now").await;
        stage.presses("space").await;
        window.ticket_is("vers 9 h", "sent").await;
        // The button is gone with what it was for.
        stage.keyboard_comes_to("composer-input").await;
        until("it has arrived", async || {
            let said = tenant.thread(incident).await;
            let arrived = said.iter().any(|it| it.message.contains("vers 9 h"));
            arrived.then_some(())
        })
        .await;

        // Found again from somewhere else.
        stage.presses("Escape").await;
        stage.presses("ctrl+k").await;
        stage.keyboard_comes_to("find").await;
        stage.types("plombier passe");
        window.find("[data-testid=search-hit]").await;
        stage.presses("Down").await;
        stage.presses("Return").await;
        stage.sees_thread_of(incident).await;

        // Its status, by the letters and arrows of the system's own list.
        stage.presses("r").await;
        stage.keyboard_comes_to("composer-input").await;
        let order = stage.tabs_back_to("status-select").await;
        let tools = [
            "button Marquer comme non lu",
            "button Ne plus être prévenu de cet incident",
            "button Copier le lien de l’incident",
            "select Priorité",
        ];
        assert!(order.ends_with(&tools.map(str::to_owned)), "{order:#?}");
        let from = window.run("return document.activeElement.value").await;
        stage.presses("Down").await;
        until("the status is another", async || {
            let now = window
                .run("return document.querySelector('[data-testid=status-select]')?.value")
                .await;
            (now != from && !now.is_null()).then_some(())
        })
        .await;
        window.find("[data-kind=system]").await;
        stage.keyboard_comes_to("status-select").await;

        // To the settings, and out.
        stage.tabs_back_to("nav-settings").await;
        stage.presses("Return").await;
        window.find("[data-testid=settings]").await;
        let order = stage.tabs_to("sign-out").await;
        let at = |begin: &str| {
            let at = order.iter().position(|name| name.starts_with(begin));
            at.unwrap_or_else(|| panic!("{begin}: {order:#?}"))
        };
        let down = [
            "select Langue",
            "input Délai",
            "button Une heure",
            "select Taille",
        ]
        .map(at);
        assert!(down.is_sorted(), "{order:#?}");
        stage.presses("Return").await;
        window.find("[data-testid=sign-out-dialog]").await;
        stage.tabs_to("sign-out-confirm").await;
        stage.presses("Return").await;
        window.find("[data-testid=sign-in]").await;
        stage.keyboard_comes_to("email").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arrows_scroll_a_thread_that_has_the_keyboard() {
    play("arrows", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        tenant
            .writes(incident, &"Encore une ligne.\n".repeat(60))
            .await;
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        let window = stage.window();
        window.ticket("Encore une ligne.").await;
        let at = "return document.querySelector('.thread-scroll').scrollTop";
        let begin = "const thread = document.querySelector('.thread-scroll');
            thread.scrollTop = 0;
            thread.focus();
            return thread.scrollTop";
        assert_eq!(window.run(begin).await, 0);
        stage.presses("Down").await;
        stage.presses("Down").await;
        until("the thread scrolls", async || {
            (window.run(at).await.as_f64()? > 0.0).then_some(())
        })
        .await;
        let stays = "return document.activeElement.className";
        assert_eq!(window.run(stays).await, "thread-scroll");
        stage.sees_thread_of(incident).await;
    })
    .await;
}
