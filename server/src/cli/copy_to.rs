//! `palier-server copy-to`

use anyhow::{Context, Result, bail};
use palier_server::{
    Config,
    config::Secret,
    ops::{copy_to, lock::Lock},
};

#[derive(clap::Args)]
pub struct CopyTo {
    #[command(flatten)]
    config: Config,
    /// The empty database to move to: postgres://USER:PASSWORD@HOST/DATABASE. With --blobs the files move
    /// into that bucket, else they stay in the data folder.
    #[arg(value_name = "URL")]
    target: String,
}

pub async fn run(args: CopyTo) -> Result<()> {
    if args.config.database_url.is_some() {
        bail!("the data is on PostgreSQL already: say no --database-url, only where to");
    }
    if !args.config.data_dir.join("server.sqlite").is_file() {
        bail!(
            "there is no server.sqlite in {}",
            args.config.data_dir.display()
        );
    }
    let _lock = Lock::take(&args.config.data_dir).context("stop the server first")?;
    let (mut from, mut to) = (args.config.clone(), args.config);
    from.blobs = None;
    to.database_url = Some(Secret::from(args.target));
    let moved = copy_to::run(&from, &to, |table, rows| println!("{table}: {rows}"))
        .await
        .context("nothing was moved")?;
    let rows: u64 = moved.rows.iter().map(|(_, rows)| rows).sum();
    println!(
        "moved {rows} rows and {} files; all was compared and checked",
        moved.files
    );
    println!("go on with --database-url; this folder's database is not served any more");
    Ok(())
}
