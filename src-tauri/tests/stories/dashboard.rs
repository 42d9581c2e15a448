//! The dashboard in the window: figures that lead to lists, bars by keyboard, the export.

use crate::support::{picker::pick, stage::play, until};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_follows_a_figure_and_a_bar_to_their_lists_and_saves_the_table() {
    play("dashboard", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let window = stage.window();
        window.click("[data-testid=nav-dashboard]").await;
        let bars = async |chart: &str| {
            let count = format!(
                "return document.querySelectorAll('[data-testid={chart}] [data-testid=bar]').length"
            );
            until(&format!("{chart} has bars"), async || {
                window.run(&count).await.as_u64().filter(|count| *count > 0)
            })
            .await
        };
        assert_eq!(bars("by-week").await, 12);
        assert_eq!(bars("by-property").await, 2);
        bars("by-category").await;

        // As many as the figure says.
        let open: usize = window.text("[data-testid=open] .figure-count").await.parse().unwrap();
        assert!(open > 0);
        window.click("[data-testid=open]").await;
        window.find("[data-testid=narrowing]").await;
        until("the list has as many rows as the figure said", async || {
            (window.rows().await.len() == open).then_some(())
        })
        .await;
        // Taken away, the whole list is there again.
        window.click("[data-testid=narrowing]").await;
        window.gone("[data-testid=narrowing]").await;
        until("the whole list is there", async || {
            (window.rows().await.len() > open).then_some(())
        })
        .await;

        // By keyboard: one bar of a chart takes it, the arrows lead to the others.
        window.click("[data-testid=nav-dashboard]").await;
        bars("by-category").await;
        let first = "document.querySelector('[data-testid=by-category] [data-testid=bar]').focus()";
        window.run(first).await;
        let pressed = |key: &str| assert!(stage.desktop.xdotool(&["key", key]).is_some());
        pressed("Down");
        let second = "const bars = [...document.querySelectorAll('[data-testid=by-category] [data-testid=bar]')];
            return bars.indexOf(document.activeElement) === 1 && bars.every(
                (bar, at) => bar.tabIndex === (at === 1 ? 0 : -1))";
        until("the second bar has the keyboard", async || {
            (window.run(second).await == true).then_some(())
        })
        .await;
        let name = "return document.activeElement.getAttribute('aria-label')";
        let name = window.run(name).await.as_str().unwrap().to_owned();
        let category = name.split(" – ").next().unwrap().to_owned();
        pressed("Return");
        until("the list is narrowed to that category", async || {
            let chosen = "return document.querySelector('[data-testid=category-filter]')
                ?.selectedOptions[0].textContent";
            (window.run(chosen).await == category.as_str()).then_some(())
        })
        .await;

        window.click("[data-testid=nav-dashboard]").await;
        bars("by-week").await;
        window.choose("[data-testid=dashboard-period]", "this-year").await;
        until("this year has other weeks", async || {
            (bars("by-week").await != 12).then_some(())
        })
        .await;
        let file = stage.desktop.folder().join("chiffres.csv");
        window.click("[data-testid=dashboard-export]").await;
        pick(&stage.desktop, &stage.say("save-table-title", &[]), &file).await;
        let table = until("the table is on the disk", async || fs::read_to_string(&file).ok()).await;
        assert!(table.starts_with('\u{feff}'), "{table}");
        assert!(table.contains("12 rue des Lilas;"), "{table}");
        until("its name is said", async || {
            let said = window.text("[data-testid=dashboard-saved]").await;
            said.contains("chiffres.csv").then_some(())
        })
        .await;

        // Days that run backwards are refused next to where they are chosen.
        window.choose("[data-testid=dashboard-period]", "days").await;
        window.find("[data-testid=dashboard-to]").await;
        let backwards = "const day = document.querySelector('[data-testid=dashboard-to]');
            day.value = '2001-01-01';
            day.dispatchEvent(new Event('change', { bubbles: true }))";
        window.run(backwards).await;
        window.find("[data-testid=dashboard-error]").await;
        window.find("[data-testid=dashboard-export]:disabled").await;
        window.choose("[data-testid=dashboard-period]", "twelve-weeks").await;
        window.gone("[data-testid=dashboard-error]").await;

        // All of it without a network.
        stage.network.cut();
        stage.sees_link("offline").await;
        window.choose("[data-testid=dashboard-period]", "four-weeks").await;
        until("four weeks are shown", async || {
            (bars("by-week").await == 4).then_some(())
        })
        .await;
    })
    .await;
}
