//! What the operating system asks of the process.

use palier_server::App;
use tokio::signal;

/// Done when the process is asked to stop.
pub async fn stopped() {
    let interrupted = async {
        let _ = signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

/// Reads the certificate again whenever SIGHUP comes. Without TLS nothing has to be read, but the
/// signal must not end the process either.
#[cfg(unix)]
pub async fn reload(app: App) {
    let Ok(mut hang_up) = signal::unix::signal(signal::unix::SignalKind::hangup()) else {
        return;
    };
    while hang_up.recv().await.is_some() {
        app.reload();
    }
}

/// There is no such signal here.
#[cfg(not(unix))]
pub async fn reload(_: App) {}
