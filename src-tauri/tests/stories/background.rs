//! Without a window: closing it, the tray, a second start.

use crate::support::{
    process::{has_ended, signal},
    stage::{Stage, TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn closing_asks_once_whether_to_stay_and_a_second_start_brings_the_window_back() {
    play("closing", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;

        let question = stage.say("close-to-tray-title", &[]);
        let asked = || stage.desktop.windows_named(&question);
        stage.closes_window(async || asked().pop()).await;
        stage.desktop.agrees(asked).await;
        until("the window goes away", async || stage.has_no_window().await).await;
        assert!(!has_ended(stage.window().application()));

        let mut second = stage.application();
        let code = second.status().unwrap().code();
        assert_eq!(code, Some(0), "a second start is no mistake");
        stage.window_on_screen().await;

        // The answer was kept.
        stage
            .closes_window(async || stage.has_no_window().await)
            .await;
        assert_eq!(asked(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_panel_for_icons_a_closed_window_is_minimised_and_not_out_of_reach() {
    play("no_panel", async |stage| {
        stage.desktop.tray.goes().await;
        stage.open_window().await;
        stage.owner_signs_in().await;
        let id = stage.window_on_screen().await;
        stage.closes_to_stay().await;
        assert!(!has_ended(stage.window().application()));
        // As a list of windows does: it reaches no window that is hidden.
        stage.desktop.xdotool(&["windowactivate", &id]);
        stage.window_on_screen().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_was_put_away_comes_back_where_it_was_however_the_program_ended() {
    play("same_place", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.is_placed([1010, 640], [150, 90]).await;
        stage.closes_to_stay().await;
        stage.kill_application().await;

        stage.open_window().await;
        stage.comes_back([1010, 640], [150, 90]).await;
        stage.is_placed([940, 700], [60, 120]).await;
        // As at the end of the desktop's session.
        signal("TERM", &stage.window().application().to_string());
        stage.application_ends().await;

        stage.open_window().await;
        stage.comes_back([940, 700], [60, 120]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_counts_what_is_unread_and_leads_back_and_out() {
    play("tray", async |stage| {
        stage.open_window().await;
        let tray = stage.desktop.tray.clone();
        until("the tray has an icon", async || tray.is_marked().await).await;
        stage.owner_signs_in().await;
        until("the icon has a mark", async || {
            tray.is_marked().await.filter(|&marked| marked)
        })
        .await;

        stage.minimises().await;
        tray.press(entry(stage, "tray-open").await).await;
        stage.window_on_screen().await;

        tray.press(entry(stage, "tray-quit").await).await;
        stage.application_ends().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_in_the_moment_of_quitting_is_there_at_the_next_start() {
    play("typed_last", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let incident = stage.signs_in(TENANT).await.incidents().await[0]
            .incident
            .id;
        stage.opens(incident).await;
        let quit = entry(stage, "tray-quit").await;
        let words = "Je vous rappelle dès que";
        let window = stage.window();
        window.write("[data-testid=composer-input]", words).await;
        // Sooner than the pause after which it would be saved by itself.
        stage.desktop.tray.press(quit).await;
        stage.application_ends().await;

        stage.open_window().await;
        stage.opens(incident).await;
        let window = stage.window();
        window
            .field_says("[data-testid=composer-input]", words)
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_speaks_the_language_that_was_chosen() {
    play("tray_language", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        entry(stage, "tray-quit").await;
        let window = stage.window();
        window.click("[data-testid=nav-settings]").await;
        window.choose("[data-testid=language-select]", "en").await;
        labelled(stage, "Quit").await;
        window.find("html[lang=en]").await;
    })
    .await;
}

impl Stage {
    /// Closes the window for the first time, and agrees to stay in the background.
    async fn closes_to_stay(&self) {
        let question = self.say("close-to-tray-title", &[]);
        let asked = || self.desktop.windows_named(&question);
        self.closes_window(async || asked().pop()).await;
        self.desktop.agrees(asked).await;
        until("the window goes away", async || self.has_no_window().await).await;
    }

    /// Makes the window so large, and moves it there.
    async fn is_placed(&self, size: [i32; 2], place: [i32; 2]) {
        let id = self.window_on_screen().await;
        let [width, height] = size.map(|it| it.to_string());
        let [x, y] = place.map(|it| it.to_string());
        self.desktop.xdotool(&["windowsize", &id, &width, &height]);
        self.desktop.xdotool(&["windowmove", &id, &x, &y]);
        self.comes_back(size, place).await;
    }

    /// Waits until the window is so large, and stands there but for its frame.
    async fn comes_back(&self, size: [i32; 2], place: [i32; 2]) {
        let id = self.window_on_screen().await;
        let what = format!("the window is {size:?} large and at {place:?}");
        until(&what, async || {
            let geometry = ["getwindowgeometry", "--shell", &id];
            let said = self.desktop.xdotool(&geometry)?;
            let number = |name: &str| -> Option<i32> {
                let line = said.lines().find_map(|line| line.strip_prefix(name))?;
                line.strip_prefix('=')?.parse().ok()
            };
            let near = |name, wanted: i32| Some((number(name)? - wanted).abs() <= 40);
            let there = near("X", place[0])? && near("Y", place[1])?;
            let as_large = [number("WIDTH")?, number("HEIGHT")?] == size;
            (there && as_large).then_some(())
        })
        .await;
    }
}

/// The number of the tray's entry with this sentence.
async fn entry(stage: &Stage, key: &str) -> i32 {
    labelled(stage, &stage.say(key, &[])).await
}

async fn labelled(stage: &Stage, label: &str) -> i32 {
    let what = format!("the tray offers “{label}”");
    until(&what, async || {
        let menu = stage.desktop.tray.menu().await?;
        let found = menu.iter().find(|(_, said)| said == label);
        found.map(|(number, _)| *number)
    })
    .await
}
