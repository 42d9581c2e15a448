//! Logs that a person can send, and what the next start says of a crash.

use crate::support::{
    stage::{OWNER, Stage, TENANT, play},
    until,
};
use std::{fs, path::PathBuf};

/// A word that nobody else says.
const CANARY: &str = "kanarienvogel";

#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_nothing_that_anybody_wrote() {
    play("discreet_logs", async |stage| {
        // A library's own part may be asked for as well.
        stage.desktop.log = "trace,sqlx::query=trace,hyper_util::client=trace,h2::codec=trace";
        stage.open_window().await;
        let window = stage.window();
        window.fill("[data-testid=email]", OWNER.0).await;
        window.fill("[data-testid=password]", CANARY).await;
        window.click("[data-testid=sign-in-submit]").await;
        window.find("[data-testid=sign-in-error]").await;
        stage.owner_signs_in().await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.opens(incident).await;

        // Written here with a file, and sent from elsewhere while nobody looks.
        let file = stage.desktop.folder().join(format!("{CANARY}.jpg"));
        image::RgbImage::new(40, 30).save(&file).unwrap();
        stage.attaches(&file).await;
        let words = format!("Voici {CANARY}");
        let window = stage.window();
        window.write("[data-testid=composer-input]", &words).await;
        window.send_at_once(&words).await;
        window.ticket_is(&words, "sent").await;
        stage.minimises().await;
        tenant.writes(incident, &format!("Merci {CANARY}")).await;
        until("the person is told", async || {
            let shown = stage.desktop.notifications.all();
            shown
                .iter()
                .any(|one| one.body.contains(CANARY))
                .then_some(())
        })
        .await;
        stage.network.cut();
        stage.sees_link("offline").await;

        let logs = stage.logs();
        assert!(
            logs.contains("the person is told"),
            "it is the log of this run: {logs}"
        );
        let names = ["demo.palier.test", OWNER.1, "Dubois", "Diallo", "bearer"];
        for secret in names.iter().chain([&CANARY]) {
            let secret = secret.to_lowercase();
            let said = logs
                .lines()
                .find(|line| line.to_lowercase().contains(&secret));
            assert_eq!(said, None, "{secret} is in the log");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_told_at_the_next_start_until_the_person_knows() {
    play("crash", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.kill_application().await;
        // As the hook leaves it; src/crash.rs has its test.
        let report = stage
            .log_folder()
            .join("crash-2026-11-27T08-30-00.000Z.new.txt");
        fs::write(&report, "Palier 0.1.0 on linux").unwrap();
        for _ in 0..2 {
            stage.open_window().await;
            let said = stage.window().text("[data-testid=crash-notice]").await;
            assert!(said.contains(report.to_str().unwrap()), "{said}");
            let kept = stage.say("crash-kept", &[("waiting", 0_u64.into())]);
            assert!(said.contains(&kept), "{said}");
            stage.kill_application().await;
        }
        stage.open_window().await;
        let window = stage.window();
        window.click("[data-testid=crash-folder]").await;
        let folder = stage.log_folder().display().to_string();
        until("the folder is opened", async || {
            stage.desktop.opened().contains(&folder).then_some(())
        })
        .await;
        window.click("[data-testid=crash-understood]").await;
        window.gone("[data-testid=crash-notice]").await;
        assert!(
            stage
                .log_folder()
                .join("crash-2026-11-27T08-30-00.000Z.txt")
                .exists()
        );
        stage.kill_application().await;
        stage.open_window().await;
        stage.window().find("[data-testid=incident-row]").await;
        assert!(
            stage
                .window()
                .look("[data-testid=crash-notice]")
                .await
                .is_none()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_breaks_down_leaves_a_report_and_what_was_unsent_is_sent_after_the_next_start()
 {
    play("breaks_down", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.desktop.breaks_at = Some("desktop: on the main thread");
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.opens(incident).await;
        stage.network.cut();
        stage.sees_link("offline").await;
        let words = format!("Je viens demain {CANARY}");
        let window = stage.window();
        window.write("[data-testid=composer-input]", &words).await;
        window.send_at_once(&words).await;
        window.ticket_is(&words, "waiting").await;
        window
            .write("[data-testid=composer-input]", "Et apportez")
            .await;
        until("the draft is kept", async || {
            let row = format!("[data-incident-id='{incident}'] [data-mark=draft]");
            window.look(&row).await.map(drop)
        })
        .await;

        // A real panic, where nothing catches it: the process is gone.
        let open = stage.tray_entry(&stage.say("tray-open", &[])).await;
        stage.desktop.tray.press(open).await;
        stage.application_ends().await;
        let reports = stage.reports();
        let [report] = &reports[..] else {
            panic!("{reports:?}");
        };
        let written = fs::read_to_string(report).unwrap();
        assert!(written.contains("thread: main"), "{written}");
        assert!(written.contains("a mistake, for a test"), "{written}");
        assert!(!written.contains(CANARY), "{written}");

        stage.desktop.breaks_at = None;
        stage.open_window().await;
        let said = stage.window().text("[data-testid=crash-notice]").await;
        let kept = stage.say("crash-kept", &[("waiting", 1_u64.into())]);
        assert!(said.contains(&kept), "{said}");
        assert!(said.contains(report.to_str().unwrap()), "{said}");
        stage.opens(incident).await;
        let window = stage.window();
        window
            .field_says("[data-testid=composer-input]", "Et apportez")
            .await;
        window.ticket_is(&words, "waiting").await;
        stage.network.lead_to(stage.server_address());
        stage.tries_again().await;
        window.ticket_is(&words, "sent").await;
        let said = tenant.thread(incident).await;
        let arrived = said.iter().filter(|it| it.message == words).count();
        assert_eq!(arrived, 1);
        window.click("[data-testid=crash-understood]").await;
        window.gone("[data-testid=crash-notice]").await;
    })
    .await;
}

impl Stage {
    /// Reports of crashes.
    fn reports(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.log_folder()).unwrap();
        let crash = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("crash-")
        };
        files
            .map(|file| file.unwrap().path())
            .filter(crash)
            .collect()
    }

    fn log_folder(&self) -> PathBuf {
        self.desktop.folder().join("data/logs")
    }

    /// All logs of the application.
    fn logs(&self) -> String {
        let files = fs::read_dir(self.log_folder()).unwrap();
        files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }
}
