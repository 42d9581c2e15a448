//! What the page cannot do: leave, open windows, run or load what is not its own.

use crate::support::{
    stage::{Stage, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn links_open_outside_after_a_check_and_the_window_stays() {
    play("links_outside", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        for (script, link) in [
            ("location.href = 'LINK'", "https://example.org/a?b=c"),
            ("location.assign('LINK')", "mailto:awa@example.org"),
            ("location.assign('LINK')", "tel:+33123456789"),
        ] {
            stage.tries(script, link).await;
            stage.opens_outside(link).await;
        }
        // As a message's link would be clicked on: in this window, and for a new one.
        for (target, link) in [
            ("", "https://example.org/same"),
            ("_blank", "http://example.org/new"),
        ] {
            stage.clicks_on_a_link(link, target).await;
            stage.opens_outside(link).await;
        }
        let opened = stage.desktop.opened().len();
        for link in [
            "file:///etc/passwd",
            "smb://example.org/share",
            "ms-settings:privacy",
            "data:text/html,<h1>moved</h1>",
            "palier-file://localhost/x",
        ] {
            stage.tries("location.href = 'LINK'", link).await;
            stage.clicks_on_a_link(link, "_blank").await;
        }
        // Those before it were refused, or this one would not be next.
        let last = "https://example.org/last";
        stage.tries("location.href = 'LINK'", last).await;
        stage.opens_outside(last).await;
        assert_eq!(
            stage.desktop.opened().len(),
            opened + 1,
            "{:?}",
            stage.desktop.opened()
        );

        // It is still the application, in its one window.
        stage.window().find("[data-testid=incident-row]").await;
        let at = stage.window().run("return location.protocol").await;
        assert_eq!(at, "tauri:");
        let windows = stage.desktop.windows_of(stage.window().application());
        assert_eq!(windows.len(), 1, "{windows:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_and_loads_nothing_but_its_own() {
    play("policy", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let elsewhere = format!("http://{}/planted", stage.network.address);
        let script = format!(
            "window.refused = [];
            addEventListener('securitypolicyviolation', event => window.refused.push(event.effectiveDirective));
            const add = (name, set) => document.head.append(Object.assign(document.createElement(name), set));
            add('script', {{ textContent: 'window.planted = true' }});
            add('script', {{ src: '{elsewhere}.js' }});
            add('style', {{ textContent: 'body {{ display: none }}' }});
            add('img', {{ src: '{elsewhere}.png' }});
            fetch('{elsewhere}').catch(() => 0);
            setTimeout('window.planted = true', 0);"
        );
        let window = stage.window();
        window.run(&script).await;
        let expected = ["connect-src", "img-src", "script-src-elem", "style-src-elem"];
        until("all of it is refused", async || {
            let refused = window.run("return window.refused").await;
            let refused = refused.as_array()?.clone();
            expected.iter().all(|one| refused.iter().any(|it| it == one)).then_some(())
        })
        .await;
        assert_eq!(window.run("return window.planted ?? null").await, serde_json::Value::Null);
        let hidden = window.run("return getComputedStyle(document.body).display === 'none'").await;
        assert_eq!(hidden, false, "a planted style is not applied");
        let asked = stage.network.requests();
        assert!(!asked.iter().any(|line| line.contains("planted")), "{asked:?}");
        assert_eq!(window.run("return '__TAURI__' in window").await, false);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_may_ask_tauri_for_nothing_but_events() {
    play("permissions", async |stage| {
        stage.open_window().await;
        for command in [
            "plugin:opener|open_path",
            "plugin:opener|open_url",
            "plugin:dialog|open",
            "plugin:event|emit",
            "plugin:window|close",
            "plugin:webview|create_webview_window",
            "plugin:app|version",
        ] {
            let answer = stage.window().is_refused(command).await;
            assert!(answer.contains("not allowed"), "{command}: {answer}");
        }
    })
    .await;
}

impl Stage {
    /// Runs a script with a link in it, and waits until the page has answered again.
    async fn tries(&self, script: &str, link: &str) {
        let script = script.replace("LINK", link);
        // Some are exceptions in the page already.
        self.window()
            .run(&format!("try {{ {script} }} catch {{}}"))
            .await;
        self.window().find("[data-testid=rail-account]").await;
    }

    /// Puts a link over the page, and clicks on it.
    async fn clicks_on_a_link(&self, link: &str, target: &str) {
        let script = format!(
            "document.getElementById('planted')?.remove();
            const link = Object.assign(document.createElement('a'), {{ id: 'planted', href: '{link}', target: '{target}', textContent: 'planted' }});
            Object.assign(link.style, {{ position: 'fixed', inset: '0 auto auto 0', zIndex: 99 }});
            document.body.append(link)"
        );
        self.window().run(&script).await;
        self.window().click("#planted").await;
    }

    async fn opens_outside(&self, link: &str) {
        let what = format!("{link} opens outside");
        until(&what, async || {
            let opened = self.desktop.opened();
            opened.contains(&link.to_owned()).then_some(())
        })
        .await;
    }
}
