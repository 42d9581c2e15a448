//! `palier-server migrate`

use super::open;
use anyhow::Result;
use palier_server::Config;

#[derive(clap::Args)]
pub struct Migrate {
    #[command(flatten)]
    config: Config,
}

/// Opening the data brings it to this version.
pub async fn run(args: Migrate) -> Result<()> {
    open(args.config).await?.close().await;
    Ok(())
}
