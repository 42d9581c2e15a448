//! What opens over the window, and gives the keyboard back when it goes.

use crate::support::{
    stage::{TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_comes_back_to_what_opened_a_dialog() {
    play("dialogs", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_window().await;
        stage.owner_signs_in().await;

        // The sheet of keys, from a row.
        // Whoever clicks is shown no ring; the first Tab tells that somebody uses the keyboard.
        stage.presses("Tab").await;
        stage.presses("j").await;
        stage.keyboard_comes_to("incident-row").await;
        stage.presses("question").await;
        stage.window().find("dialog[open]").await;
        stage.presses("Escape").await;
        stage.window().gone("dialog").await;
        stage.keyboard_comes_to("incident-row").await;

        // A picture, from the thread.
        stage.opens(incident).await;
        let photo = "[data-testid=ticket] [data-testid=ticket-attachment]";
        stage.window().scroll_to(photo).await;
        let focus = format!("document.querySelector('{photo}').closest('button, a').focus()");
        stage.window().run(&focus).await;
        let before = stage.keyboard_at().await;
        stage.presses("Return").await;
        stage.window().find("[data-testid=viewer]").await;
        stage.presses("Escape").await;
        stage.window().gone("[data-testid=viewer]").await;
        until("the keyboard is back at the picture", async || {
            let at = stage.keyboard_at().await;
            (!at.is_empty() && at == before).then_some(())
        })
        .await;

        // Signing out, which one thinks better of.
        stage.window().click("[data-testid=nav-settings]").await;
        stage.window().find("[data-testid=settings]").await;
        stage.tabs_to("sign-out").await;
        stage.presses("Return").await;
        stage.window().find("[data-testid=sign-out-dialog]").await;
        stage.presses("Escape").await;
        stage.window().gone("[data-testid=sign-out-dialog]").await;
        stage.keyboard_comes_to("sign-out").await;
    })
    .await;
}
