//! The window itself: its size, its place, how large everything is in it, and starts without it.

use crate::support::{
    stage::{OWNER, Stage, TENANT, play},
    until,
    window::application,
};
use serde_json::json;
use std::{fs, path::PathBuf};

#[tokio::test(flavor = "multi_thread")]
async fn zoom_by_keys_is_kept_and_can_be_chosen() {
    play("zoom", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let usual = stage.width_of_the_page().await;
        stage.presses("ctrl+plus").await;
        stage.page_becomes(usual / 1.10).await;
        stage.presses("ctrl+plus").await;
        stage.page_becomes(usual / 1.25).await;
        stage.kill_application().await;
        stage.open_window().await;
        stage.window().find("[data-testid=incident-row]").await;
        stage.page_becomes(usual / 1.25).await;

        // The driver clicks at places of an unzoomed page.
        stage.presses("ctrl+0").await;
        stage.page_becomes(usual).await;
        stage.window().click("[data-testid=nav-settings]").await;
        let select = "[data-testid=zoom-select]";
        stage.window().field_says(select, "100").await;
        stage.window().choose(select, "80").await;
        stage.page_becomes(usual / 0.80).await;
        stage.presses("ctrl+minus").await;
        stage.page_becomes(usual / 0.67).await;
        stage.window().field_says(select, "67").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_with_the_computer_is_a_file_and_starts_without_a_window() {
    play("autostart", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        assert!(!stage.autostart_file().exists(), "it is off at first");
        stage.window().click("[data-testid=nav-settings]").await;
        stage.switches_autostart(true).await;
        let entry = fs::read_to_string(stage.autostart_file()).unwrap();
        let command = entry
            .lines()
            .find_map(|line| line.strip_prefix("Exec="))
            .unwrap();
        let words: Vec<&str> = command
            .split(' ')
            .map(|word| word.trim_matches('"'))
            .collect();
        assert_eq!(words[0], application());
        assert_eq!(words[1], "--hidden");

        // As the desktop starts it after the person has signed in to the computer.
        stage.kill_application().await;
        stage.open_window_with(&words[1..]).await;
        stage.window().find("[data-testid=incident-row]").await;
        let open = stage.say("tray-open", &[]);
        let number = until("the tray is there", async || {
            let menu = stage.desktop.tray.menu().await?;
            menu.into_iter().find(|(_, label)| *label == open)
        })
        .await
        .0;
        assert_eq!(stage.has_no_window().await, Some(()));
        stage.desktop.tray.press(number).await;
        stage.window_on_screen().await;

        stage.window().click("[data-testid=nav-settings]").await;
        stage.switches_autostart(false).await;
        assert!(!stage.autostart_file().exists());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_left_on_a_larger_screen_comes_back_on_this_one() {
    play("other_screen", async |stage| {
        let folder = stage
            .desktop
            .folder()
            .join("home/.config/org.palier.desktop");
        fs::create_dir_all(&folder).unwrap();
        let left = json!({ "main": {
            "width": 3000, "height": 2000, "x": 5000, "y": 300, "prev_x": 5000, "prev_y": 300,
            "maximized": false, "visible": true, "decorated": true, "fullscreen": false
        }});
        fs::write(folder.join(".window-state.json"), left.to_string()).unwrap();
        stage.open_window().await;
        let id = stage.window_on_screen().await;
        let fits = until("the window is on the screen", async || {
            let said = stage
                .desktop
                .xdotool(&["getwindowgeometry", "--shell", &id])?;
            let number = |name: &str| -> Option<i32> {
                let line = said.lines().find_map(|line| line.strip_prefix(name))?;
                line.strip_prefix('=')?.parse().ok()
            };
            let (x, y) = (number("X")?, number("Y")?);
            let (width, height) = (number("WIDTH")?, number("HEIGHT")?);
            let inside = (0..1400).contains(&x) && (0..900).contains(&y);
            (inside && width <= 1400 && height <= 900).then_some((width, height))
        })
        .await;
        assert!(fits.0 > 1000, "as large as there is room: {fits:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_border_between_list_and_thread_and_the_last_incident_are_there_at_the_next_start() {
    play("split", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let rows = until("two incidents are listed", async || {
            let rows = stage.window().rows().await;
            (rows.len() >= 2).then_some(rows)
        })
        .await;
        let second = rows[1].id.parse().unwrap();
        stage.opens(second).await;

        // By the pointer.
        let usual = stage.width_of_the_list().await;
        stage.drags_the_border(usual, usual + 90.0).await;
        stage.list_becomes(usual + 90.0).await;
        // By keys.
        assert_eq!(stage.keyboard_at().await, "list-split");
        stage.presses("Left").await;
        stage.list_becomes(usual + 74.0).await;
        stage.presses("Home").await;
        stage.list_becomes(280.0).await;
        stage.presses("Right").await;
        stage.list_becomes(296.0).await;

        let emergencies = "[data-testid=priority-filter]";
        stage.window().choose(emergencies, "emergency").await;
        stage.page_has_kept("emergency").await;
        stage.chooses_in_tray("tray-quit").await;
        stage.application_ends().await;
        stage.open_window().await;
        stage.sees_thread_of(second).await;
        stage.list_becomes(296.0).await;
        stage.window().field_says(emergencies, "emergency").await;

        // Another account has filters of its own.
        let window = stage.window();
        window.click("[data-testid=nav-settings]").await;
        stage.adds_account(TENANT).await;
        let shown = |who: &str| format!("[data-testid=rail-account][title='{who}']");
        window.find(&shown(TENANT.0)).await;
        window.click("[data-testid=nav-incidents]").await;
        window.field_says(emergencies, "").await;

        // Whoever signs out leaves neither incident nor filter behind; the window stays as it was.
        window.click("[data-testid=nav-settings]").await;
        window.click("[data-testid=switch-account]").await;
        window.find(&shown(OWNER.0)).await;
        window.click("[data-testid=sign-out]").await;
        window.click("[data-testid=sign-out-confirm]").await;
        window.find(&shown(TENANT.0)).await;
        let kept = stage.window().run("return Object.keys(localStorage)").await;
        assert_eq!(kept, json!(["list-width"]));
    })
    .await;
}

impl Stage {
    async fn width_of_the_list(&self) -> f64 {
        let width =
            "return document.querySelector('.incidents-list').getBoundingClientRect().width";
        self.window().run(width).await.as_f64().unwrap()
    }

    async fn list_becomes(&self, width: f64) {
        let what = format!("the list is {width} wide");
        until(&what, async || {
            let now = self.width_of_the_list().await;
            ((now - width).abs() < 3.0).then_some(())
        })
        .await;
    }

    /// With the display's own pointer, from one width of the list to another.
    async fn drags_the_border(&self, from: f64, to: f64) {
        let left = "return document.querySelector('.incidents-list').getBoundingClientRect().left";
        let left = self.window().run(left).await.as_f64().unwrap();
        let id = self.window_on_screen().await;
        let at = |width: f64| format!("{:.0}", left + width);
        let (from, to) = (at(from), at(to));
        let (grab, drop) = (
            ["mousemove", "--window", &id, &from, "400"],
            ["mousemove", "--window", &id, &to, "410"],
        );
        let steps = [&grab[..], &["mousedown", "1"], &drop[..], &["mouseup", "1"]];
        for step in steps {
            assert!(self.desktop.xdotool(step).is_some(), "{step:?}");
        }
    }

    async fn width_of_the_page(&self) -> f64 {
        self.window()
            .run("return innerWidth")
            .await
            .as_f64()
            .unwrap()
    }

    async fn page_becomes(&self, width: f64) {
        let what = format!("the page is about {width} wide");
        until(&what, async || {
            let now = self.width_of_the_page().await;
            ((now - width).abs() < 4.0).then_some(())
        })
        .await;
    }

    fn autostart_file(&self) -> PathBuf {
        let home = self.desktop.folder().join("home");
        home.join(".config/autostart/org.palier.desktop.desktop")
    }

    async fn switches_autostart(&self, on: bool) {
        self.window().click("[data-testid=autostart]").await;
        until("the file follows", async || {
            (self.autostart_file().exists() == on).then_some(())
        })
        .await;
    }
}
