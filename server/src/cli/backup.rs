//! `palier-server backup`

use anyhow::{Result, bail};
use palier_server::{Config, ops::backup};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Backup {
    #[command(flatten)]
    config: Config,
    /// A new folder for the backup. On the same file system its files are second names, not copies.
    #[arg(long, value_name = "DIR", required_unless_present = "verify")]
    to: Option<PathBuf>,
    /// Looks whether the backup in this folder is whole, and takes none.
    #[arg(long, value_name = "DIR", conflicts_with = "to")]
    verify: Option<PathBuf>,
}

pub async fn run(args: Backup) -> Result<()> {
    if let Some(folder) = args.verify {
        let manifest = backup::verify(&folder).await?;
        println!("{} is whole: {}", folder.display(), summary(&manifest));
        return Ok(());
    }
    if args.config.database_url.is_some() {
        bail!("PostgreSQL is saved with pg_dump: docs/operations.md, Backup and restore, says how");
    }
    let to = args.to.unwrap_or_default();
    let manifest = backup::take(&args.config, &to).await?;
    println!("saved to {}: {}", to.display(), summary(&manifest));
    if !manifest.missing.is_empty() || !manifest.damaged.is_empty() {
        bail!(
            "the data folder itself lacks {} files and has {} damaged ones; the manifest names them",
            manifest.missing.len(),
            manifest.damaged.len()
        );
    }
    Ok(())
}

/// What is in a backup, for people.
pub fn summary(manifest: &backup::manifest::Manifest) -> String {
    let counts = &manifest.counts;
    let bytes: u64 = manifest.files.iter().map(|file| file.size).sum();
    format!(
        "{} people, {} incidents, {} tickets, {} attachments, {} MiB, of {}",
        counts.users,
        counts.incidents,
        counts.tickets,
        counts.attachments,
        bytes.div_ceil(1 << 20),
        manifest.taken_at.format("%Y-%m-%d %H:%M:%S UTC"),
    )
}
