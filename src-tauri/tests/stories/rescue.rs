//! The journal broke while the application was closed.

use crate::support::{stage::play, until};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_is_said_until_the_person_knows() {
    play("rescue", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        stage.kill_application().await;
        stage.breaks_the_journals();
        for _ in 0..2 {
            stage.open_window().await;
            let said = stage.window().text("[data-testid=rescue-notice]").await;
            let what = stage.say("rescue-what", &[]);
            assert!(said.contains(&what), "{said}");
            assert!(said.contains("journal.damaged-1.sqlite"), "{said}");
            // Everything else is fetched again, and one works on.
            stage.window().find("[data-testid=incident-row]").await;
            stage.kill_application().await;
        }
        let folder = stage.account_folders().remove(0);
        let kept = fs::read(folder.join("journal.damaged-1.sqlite")).unwrap();
        assert!(kept.starts_with(b"no database"), "it is kept as it was");

        stage.open_window().await;
        let window = stage.window();
        window.click("[data-testid=rescue-notice] button").await;
        until("the notice is gone", async || {
            let notice = window.look("[data-testid=rescue-notice]").await;
            notice.is_none().then_some(())
        })
        .await;
    })
    .await;
}
