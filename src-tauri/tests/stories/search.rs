//! Looking for words.

use crate::support::{
    stage::{TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_long_ago_is_found_and_opens_where_it_was_said() {
    play("search", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        let old = tenant.writes(incident, "Le numéro du chauffagiste est sur la porte").await;
        for n in 0..120 {
            tenant.writes(incident, &format!("Toujours froid ({n})")).await;
        }
        stage.open_window().await;
        stage.owner_signs_in().await;
        let window = stage.window();
        until("everything is here", async || {
            let rows = window.rows().await;
            rows.iter().any(|row| row.unread > 120).then_some(())
        })
        .await;
        // From another page, by the keyboard alone.
        window.click("[data-testid=nav-dashboard]").await;
        window.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))").await;
        window.find("[data-testid=find]:focus").await;
        window.write("[data-testid=find]", "CHAUFFAGISTE num").await;
        let hit = "[data-testid=search-hit][data-what=ticket]";
        window.find("[data-testid=find]").await;
        window.fill("[data-testid=find]", "chauffagiste numer").await;
        until("both words are marked", async || {
            let marks = "return [...document.querySelectorAll('[data-testid=search-hit] mark')].map(it => it.textContent)";
            (window.run(marks).await == serde_json::json!(["numéro", "chauffagiste"])).then_some(())
        })
        .await;
        window.click(hit).await;
        stage.sees_thread_of(incident).await;
        let window = stage.window();
        let there = format!("[data-ticket-id=\"{}\"].is-pointed-at", old.id);
        window.find(&there).await;
        until("it is in sight", async || {
            let seen = format!(
                "const it = document.querySelector('{there}')?.getBoundingClientRect();
                return !!it && it.top > 0 && it.bottom < innerHeight"
            );
            (window.run(&seen).await == true).then_some(())
        })
        .await;
        window.fill("[data-testid=find]", "introuvable").await;
        let nothing = stage.say("search-nothing-title", &[]);
        let empty = window.text(".incident-list .empty").await;
        assert!(empty.contains(&nothing), "{empty}");
    })
    .await;
}
