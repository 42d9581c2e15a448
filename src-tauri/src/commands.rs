//! What the page can ask: one function per request of `palier-bridge`, each handed on as it is.
//!
//! A command that wants an `if` belongs into `palier-client`, where a plain test reaches it.

use palier_bridge::{CommandError, Request, request};
use palier_client::Client;
use tauri::{State, Wry, ipc::Invoke};

macro_rules! commands {
    ($($name:ident($request:ident))*) => {
        $(
            #[tauri::command]
            async fn $name(
                client: State<'_, Client>,
                request: request::$request,
            ) -> Result<<request::$request as Request>::Reply, CommandError> {
                tracing::debug!(command = stringify!($name), "the page asks");
                client.$name(request).await
            }
        )*

        /// Answers the page's calls.
        pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

palier_bridge::every_command!(commands);
