//! `palier-server restore`, and `new-epoch` for databases that are restored by other means.

use super::{backup::summary, open};
use anyhow::Result;
use palier_server::{
    Config,
    ops::{
        self,
        backup::restore::{self, Wanted},
    },
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Restore {
    #[command(flatten)]
    config: Config,
    /// The backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Puts it in place of what is in the data folder, which is moved aside.
    #[arg(long)]
    replace: bool,
    /// Leaves people signed in. Without it sessions end, because an older state knows nothing of
    /// those that were ended since.
    #[arg(long)]
    keep_sessions: bool,
}

pub async fn run(args: Restore) -> Result<()> {
    let wanted = Wanted {
        replace: args.replace,
        keep_sessions: args.keep_sessions,
    };
    let restored = restore::run(&args.from, &args.config, wanted).await?;
    println!(
        "restored {}; epoch {}; {} sessions ended",
        summary(&restored.manifest),
        restored.epoch,
        restored.sessions_ended
    );
    if let Some(aside) = restored.aside {
        println!("what was there is in {}", aside.display());
    }
    let lost = restored.manifest.missing.len() + restored.manifest.damaged.len();
    if lost > 0 {
        println!("{lost} files were lost before the backup; its manifest names them");
    }
    Ok(())
}

#[derive(clap::Args)]
pub struct NewEpoch {
    #[command(flatten)]
    config: Config,
    /// Leaves people signed in.
    #[arg(long)]
    keep_sessions: bool,
}

pub async fn new_epoch(args: NewEpoch) -> Result<()> {
    let app = open(args.config).await?;
    let begun = ops::epoch::renew(&app, args.keep_sessions).await;
    app.close().await;
    let (epoch, ended) = begun?;
    println!("epoch {epoch}; {ended} sessions ended");
    Ok(())
}
