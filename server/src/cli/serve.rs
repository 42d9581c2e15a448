//! `palier-server serve`, and `demo`, which fills an empty server first.

use super::{open, signals};
use anyhow::{Context, Result, anyhow};
use palier_server::{
    Config,
    ops::{self, lock::Lock},
};
use sd_notify::NotifyState;
use std::io::Write;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub struct Serve {
    #[command(flatten)]
    config: Config,
}

pub async fn run(args: Serve, demo: bool) -> Result<()> {
    args.config.check().map_err(|wrong| anyhow!(wrong))?;
    let (listen, figures) = (args.config.listen, args.config.metrics);
    let scheme = match args.config.tls_cert {
        Some(_) => "https",
        None => "http",
    };
    std::fs::create_dir_all(&args.config.data_dir).context("could not make the data folder")?;
    // Where PostgreSQL has the data, several servers may share a folder.
    let _lock = match args.config.database_url {
        None => Some(Lock::take(&args.config.data_dir)?),
        Some(_) => None,
    };
    let app = open(args.config).await?;
    if demo && ops::demo::create(&app).await?.is_some() {
        tracing::info!(
            "created the demonstration: {} / {}, {} / {}, {} / {}",
            ops::demo::OWNER.0,
            ops::demo::OWNER.1,
            ops::demo::TENANT.0,
            ops::demo::TENANT.1,
            ops::demo::OTHER_TENANT.0,
            ops::demo::OTHER_TENANT.1,
        );
    }
    if let Some(address) = figures {
        let address = ops::metrics::endpoint::start(&app, address)
            .await
            .with_context(|| format!("could not give figures on {address}"))?;
        tracing::info!("figures on http://{address}/metrics");
    }
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("could not listen on {listen}"))?;
    let stop = signals::Stop::listen();
    // The one line on standard output: the log goes to standard error.
    let mut out = std::io::stdout();
    writeln!(out, "listening on {scheme}://{}", listener.local_addr()?)?;
    out.flush()?;
    tell_the_service_manager(NotifyState::Ready);
    let reloading = tokio::spawn(signals::reload(app.clone()));
    let stopped = async {
        stop.asked().await;
        tell_the_service_manager(NotifyState::Stopping);
    };
    let outcome = app.serve(listener, stopped).await;
    reloading.abort();
    app.close().await;
    outcome.context("could not go on answering")
}

/// Says to systemd how it goes; without one, nothing happens.
fn tell_the_service_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!("could not tell the service manager: {error}");
    }
}
