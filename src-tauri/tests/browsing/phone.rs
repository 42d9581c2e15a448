//! The pages on a phone, as they are: readable, reachable by a finger, and nothing for axe-core to find.

use crate::support::{
    browser::Browser,
    stage::{TENANT, play},
};

/// Visible controls that a finger misses, and fields at which a phone zooms in.
const TOO_SMALL: &str = "
    const wrong = [];
    const seen = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    for (const field of document.querySelectorAll('input, select, textarea')) {
        const size = parseFloat(getComputedStyle(field).fontSize);
        if (seen(field) && size < 16) wrong.push(`words of ${size} px in ${field.outerHTML.slice(0, 120)}`);
    }
    for (const control of document.querySelectorAll('.button, .icon-button, .rail-place, select')) {
        const { width, height } = control.getBoundingClientRect();
        const least = control.classList.contains('small') ? 36 : 44;
        if (seen(control) && height > 0 && (height < least || width < least)) {
            wrong.push(`${width} x ${height} px: ${control.outerHTML.slice(0, 120)}`);
        }
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the phone');
    return wrong";

/// What is wrong with the page as it is; a picture of it is kept.
async fn faults(browser: &Browser, name: &str) -> Vec<String> {
    browser.paints().await;
    let mut wrong = browser.violations().await;
    wrong.extend(browser.read::<Vec<String>>(TOO_SMALL).await);
    browser.keeps_picture(name).await;
    wrong.iter().map(|it| format!("{name}: {it}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_tenant_is_fit_for_a_phone() {
    play("browser-phone", async |stage| {
        stage.open_browser("/").await;
        let browser = stage.browser();
        let mut wrong = Vec::new();
        browser.is_touched().await;
        browser.find("[data-testid=sign-in]").await;
        wrong.extend(faults(browser, "sign-in").await);
        browser.signs_in(TENANT).await;
        browser.click("[data-testid=incident-row]").await;
        browser.find("[data-testid=ticket]").await;
        wrong.extend(faults(browser, "thread").await);
        browser.go("/tenant/incidents").await;
        browser.find("[data-testid=incident-row]").await;
        wrong.extend(faults(browser, "list").await);
        browser.click("[data-testid=new-incident]").await;
        browser.find("[data-testid=new-name]").await;
        browser
            .choose("[data-testid=new-priority]", "emergency")
            .await;
        let call = browser.find("[data-testid=call-112]").await;
        assert!(call.property("href").await.unwrap().ends_with("tel:112"));
        wrong.extend(faults(browser, "report").await);
        for (path, there) in [
            ("/settings", "[data-testid=about]"),
            ("/dashboard", "[data-testid=dashboard]"),
            ("/guide", "[data-testid=guide]"),
        ] {
            browser.go(path).await;
            browser.find(there).await;
            wrong.extend(faults(browser, &path[1..]).await);
        }
        wrong.extend(browser.complaints().await);
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}
