//! The pages and their main dialogs by what assistive technology is told of them: roles and names, in both languages.

use crate::support::stage::{OWNER, Stage, play_in};
use palier_i18n::Language;

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_found_by_roles_and_french_names() {
    play_in(Language::Fr, "by_french_names", every_screen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_found_by_roles_and_english_names() {
    play_in(Language::En, "by_english_names", every_screen).await;
}

async fn every_screen(stage: &mut Stage) {
    stage.open_window().await;
    signs_in(stage).await;
    writes_on_an_incident(stage).await;
    opens_an_incident(stage).await;
    finds_it(stage).await;
    reads_the_figures(stage).await;
    looks_at_homes(stage).await;
    looks_at_settings(stage).await;
    reads_the_sheet_of_keys(stage).await;
}

impl Stage {
    async fn picks(&self, role: &str, key: &str) {
        self.window().presses_named(role, &self.say(key, &[])).await;
    }

    async fn has(&self, role: &str, key: &str) {
        self.window().named(role, &self.say(key, &[])).await;
    }

    async fn writes(&self, role: &str, key: &str, text: &str) {
        let name = self.say(key, &[]);
        self.window().writes_named(role, &name, text).await;
    }
}

async fn signs_in(stage: &Stage) {
    stage.has("heading", "sign-in-title").await;
    stage.has("textbox", "sign-in-server").await;
    stage.writes("textbox", "sign-in-email", OWNER.0).await;
    stage.has("button", "sign-in-show-password").await;
    stage.writes("textbox", "sign-in-password", OWNER.1).await;
    stage.picks("button", "sign-in-submit").await;
    stage.has("navigation", "nav-main").await;
    stage.has("region", "list-title").await;
}

async fn writes_on_an_incident(stage: &Stage) {
    let incident = stage.signs_in(OWNER).await.incidents().await.remove(0);
    let window = stage.window();
    let title = &incident.incident.title;
    // The row says more than its title.
    let row = window.named_with("link", title).await;
    row.click().await.unwrap();
    window.named("heading", title).await;
    for choice in ["thread-status", "thread-priority", "thread-category"] {
        stage.has("combobox", choice).await;
    }
    for button in ["composer-attach", "composer-note", "thread-mute"] {
        stage.has("button", button).await;
    }
    let words = "Le chauffagiste passe jeudi.";
    stage.writes("textbox", "composer-label", words).await;
    stage.picks("button", "send").await;
    window.ticket(words).await;
}

async fn opens_an_incident(stage: &Stage) {
    stage.picks("button", "list-new").await;
    stage.has("dialog", "new-title").await;
    for choice in ["new-unit", "new-category", "new-priority"] {
        stage.has("combobox", choice).await;
    }
    let (name, description) = ("Volet bloqué", "Il ne remonte plus.");
    stage.writes("textbox", "new-name", name).await;
    stage
        .writes("textbox", "new-description", description)
        .await;
    stage.has("button", "composer-attach").await;
    stage
        .window()
        .click("[data-testid=new-unit] option:not([value=''])")
        .await;
    stage.picks("button", "new-submit").await;
    stage.window().named("heading", name).await;
}

async fn finds_it(stage: &Stage) {
    stage.writes("textbox", "list-find", "volet").await;
    stage.has("region", "search-results").await;
    stage.has("heading", "search-incidents").await;
    stage.window().named_with("link", "Volet bloqué").await;
    stage.picks("button", "list-find-clear").await;
    stage.has("button", "list-new").await;
}

async fn reads_the_figures(stage: &Stage) {
    stage.picks("link", "nav-dashboard").await;
    stage.has("heading", "dashboard-title").await;
    stage.has("combobox", "dashboard-period").await;
    stage.has("button", "dashboard-export").await;
    stage.has("heading", "dashboard-recent").await;
}

async fn looks_at_homes(stage: &Stage) {
    stage.picks("link", "nav-properties").await;
    stage.has("heading", "letting-title").await;
    stage.picks("button", "letting-make-property").await;
    stage.has("dialog", "letting-property-title").await;
    stage.has("textbox", "letting-property-field").await;
    stage.picks("button", "cancel").await;
}

async fn looks_at_settings(stage: &Stage) {
    stage.picks("link", "nav-settings").await;
    stage.has("heading", "settings-title").await;
    stage.has("combobox", "settings-language").await;
    stage.has("combobox", "settings-theme").await;
    stage.has("slider", "settings-undo").await;
    stage.has("button", "settings-test-button").await;
    stage.picks("link", "settings-guide").await;
    stage.has("navigation", "guide-contents").await;
}

async fn reads_the_sheet_of_keys(stage: &Stage) {
    stage.picks("link", "nav-settings").await;
    stage.picks("button", "settings-keys").await;
    stage.has("dialog", "keys-title").await;
    stage.picks("button", "close").await;
}
