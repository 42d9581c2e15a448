//! Doing in the page what a scene says, and telling when it is reached.
//!
//! The root element then has `data-gallery="ready"`; or `failed` with the reason, when something
//! that was to be clicked on never came.

use crate::scene::{Scene, Step};
use gloo::{
    timers::future::TimeoutFuture,
    utils::{document, document_element},
};
use js_sys::Reflect;
use palier_ui::backend::EventHub;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Between two looks for an element.
const AGAIN_MS: u32 = 20;

/// So many looks, then it will not come.
const LOOKS: u32 = 250;

/// Performs the steps one after the other, waits for what the scene shows, and marks the page.
pub async fn direct(scene: Scene, steps: Vec<Step>, hub: EventHub) {
    let reached = async {
        for step in steps {
            perform(step, &hub).await?;
            // What it leads to is drawn before the next one.
            TimeoutFuture::new(0).await;
        }
        appears(scene.shows).await
    };
    let mark = match reached.await {
        Ok(_) => "ready".to_owned(),
        Err(selector) => format!("failed: {selector} is not there"),
    };
    // Effects come after the drawing, and one of them names the page after what is unread.
    TimeoutFuture::new(AGAIN_MS).await;
    document().set_title(&format!("{} · gallery", scene.title));
    let _ = document_element().set_attribute("data-gallery", &mark);
}

async fn perform(step: Step, hub: &EventHub) -> Result<(), &'static str> {
    match step {
        Step::Click(css) => {
            let element = appears(css).await?;
            element.dyn_into::<HtmlElement>().map_err(|_| css)?.click();
        }
        Step::Fill(css, text) => {
            let field = appears(css).await?;
            let _ = Reflect::set(&field, &"value".into(), &text.into());
            for name in ["input", "change"] {
                let event = Event::new(name).map_err(|_| css)?;
                event.init_event_with_bubbles(name, true);
                let _ = field.dispatch_event(&event);
            }
        }
        Step::See(css) => drop(appears(css).await?),
        Step::Scroll(css, part) => {
            let element = appears(css).await?;
            // After it has found its own place.
            TimeoutFuture::new(2 * AGAIN_MS).await;
            element.set_scroll_top((f64::from(element.scroll_height()) * part) as i32);
        }
        Step::Hear(event) => {
            // Whoever listens does so from the effect after the first drawing.
            TimeoutFuture::new(5 * AGAIN_MS).await;
            hub.emit(&event);
        }
    }
    Ok(())
}

async fn appears(css: &'static str) -> Result<Element, &'static str> {
    for _ in 0..LOOKS {
        if let Ok(Some(element)) = document().query_selector(css) {
            return Ok(element);
        }
        TimeoutFuture::new(AGAIN_MS).await;
    }
    Err(css)
}
