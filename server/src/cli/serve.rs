//! `palier-server serve`, and `demo`, which fills an empty server first.

use super::{open, signals};
use anyhow::{Context, Result, anyhow};
use palier_server::{Config, ops};
use std::io::Write;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub struct Serve {
    #[command(flatten)]
    config: Config,
}

pub async fn run(args: Serve, demo: bool) -> Result<()> {
    args.config.check().map_err(|wrong| anyhow!(wrong))?;
    let listen = args.config.listen;
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
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("could not listen on {listen}"))?;
    // The one line on standard output: the log goes to standard error.
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    out.flush()?;
    app.serve(listener, signals::stopped()).await?;
    app.close().await;
    Ok(())
}
