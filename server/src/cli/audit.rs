//! `palier-server audit`

use super::open;
use anyhow::Result;
use palier_server::{Config, ops};
use std::io::Write;

#[derive(clap::Args)]
pub struct Audit {
    #[command(flatten)]
    config: Config,
    /// How many lines, counted from the newest.
    #[arg(long, default_value = "100", value_name = "N")]
    last: u32,
}

pub async fn run(args: Audit) -> Result<()> {
    let app = open(args.config).await?;
    let lines = ops::audit::last(&app, args.last).await?;
    app.close().await;
    let mut out = std::io::stdout().lock();
    for line in lines {
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}
