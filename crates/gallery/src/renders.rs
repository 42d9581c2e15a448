//! Counting how often components are drawn.
//!
//! Yew opens a span named `render` for each drawing of a component, whichever it is, also when
//! nothing on the page changes by it. The count is `window.palierRenders`.

use js_sys::Reflect;
use std::sync::atomic::{AtomicU32, Ordering};
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

/// Where the page keeps the count.
pub const NAME: &str = "palierRenders";

struct Renders(AtomicU32);

/// Begins to count.
pub fn count() {
    // Refused where somebody else listens already; then there is no count, and the test says so.
    let _ = tracing::subscriber::set_global_default(Renders(AtomicU32::new(0)));
}

impl Subscriber for Renders {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "render" && metadata.target().starts_with("yew")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let _ = Reflect::set(&gloo::utils::window(), &NAME.into(), &count.into());
        Id::from_u64(u64::from(count))
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
