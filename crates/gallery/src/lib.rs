//! Every screen's states, each at an address of its own, drawn by the real components.
//!
//! What answers behind the screens is a [`backend::FixtureBackend`]: typed replies by command, made
//! up from a clock that stands still. There is no server and no desktop. `cargo xtask gallery`
//! builds and serves it; the tests beside it open every state in a real browser.
//!
//! Start at [`scenes::all`]: a [`scene::Scene`] is one state, with what is answered in it and what
//! is clicked until it shows. Nothing of this is in the application.

pub mod address;
pub mod backend;
pub mod boards;
pub mod director;
pub mod fixtures;
pub mod index;
pub mod renders;
pub mod replies;
pub mod scene;
pub mod scenes;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;
mod stage;

/// Draws what the page's address asks for.
pub fn start() {
    renders::count();
    fixtures::clock::stop();
    stage::set();
}
