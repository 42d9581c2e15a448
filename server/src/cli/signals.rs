//! What the operating system asks of the process.

use palier_server::App;
use tokio::signal;

/// The wish that the process stops. Heard from the moment that the value is made: whoever was told
/// that we listen may ask at once.
pub struct Stop {
    #[cfg(unix)]
    terminated: Option<signal::unix::Signal>,
    #[cfg(unix)]
    interrupted: Option<signal::unix::Signal>,
}

impl Stop {
    /// Begins to listen for it.
    #[cfg(unix)]
    pub fn listen() -> Self {
        use signal::unix::SignalKind;
        Self {
            terminated: signal::unix::signal(SignalKind::terminate()).ok(),
            interrupted: signal::unix::signal(SignalKind::interrupt()).ok(),
        }
    }

    /// Begins to listen for it.
    #[cfg(not(unix))]
    pub fn listen() -> Self {
        Self {}
    }

    /// Done when the process is asked to stop.
    #[cfg(unix)]
    pub async fn asked(self) {
        tokio::select! {
            () = heard(self.terminated) => {}
            () = heard(self.interrupted) => {}
        }
    }

    /// Done when the process is asked to stop.
    #[cfg(not(unix))]
    pub async fn asked(self) {
        let _ = signal::ctrl_c().await;
    }
}

#[cfg(unix)]
async fn heard(signal: Option<signal::unix::Signal>) {
    match signal {
        Some(mut signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
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
