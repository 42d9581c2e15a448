//! `palier-server import-legacy`

use anyhow::{Context, Result, anyhow};
use palier_domain::TimeZone;
use palier_server::{
    Config,
    ops::{
        import_legacy::{self, Mapping, Wanted},
        lock::Lock,
    },
};

#[derive(clap::Args)]
pub struct ImportLegacy {
    #[command(flatten)]
    config: Config,
    /// Does everything, says what came of it, and takes it back.
    #[arg(long)]
    dry_run: bool,
    /// What a column is called there: `users.name=full_name`, `incidents.owner_id=landlord_id`.
    #[arg(long, value_name = "TABLE.OURS=THEIRS", value_parser = pair)]
    column: Vec<(String, String)>,
    /// What a word there means: `status.en_cours=acknowledged`.
    #[arg(long, value_name = "LIST.THEIRS=OURS", value_parser = pair)]
    word: Vec<(String, String)>,
    /// Where the homes are, for the days that leases begin on.
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    time_zone: String,
    /// Prints one JSON object instead of lines for people.
    #[arg(long)]
    json: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("it has no =")?;
    if !left.contains('.') || right.is_empty() {
        return Err("it should look like users.name=full_name".into());
    }
    Ok((left.to_owned(), right.to_owned()))
}

pub async fn run(args: ImportLegacy) -> Result<()> {
    let mut mapping = Mapping::default();
    for (ours, theirs) in &args.column {
        mapping = mapping.column(ours, theirs);
    }
    for (theirs, ours) in &args.word {
        mapping = mapping.word(theirs, ours);
    }
    let wanted = Wanted {
        dry_run: args.dry_run,
        mapping,
        time_zone: TimeZone::parse(&args.time_zone).map_err(|why| anyhow!(why))?,
    };
    let _lock = Lock::take(&args.config.data_dir)?;
    let taken = import_legacy::run(&args.config, wanted)
        .await
        .context("nothing was changed")?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&taken)?);
        return Ok(());
    }
    let done = match (taken.before, args.dry_run) {
        (true, _) => "had been taken over before; nothing was changed:",
        (false, true) => "would take over",
        (false, false) => "took over",
    };
    println!(
        "{done} {} people, {} portfolios, {} units, {} leases, {} incidents, {} tickets \
         ({} of them unread)",
        taken.people,
        taken.portfolios,
        taken.units,
        taken.leases,
        taken.incidents,
        taken.tickets,
        taken.unread
    );
    if !taken.columns_filled.is_empty() {
        println!(
            "columns that were missing: {}",
            taken.columns_filled.join(", ")
        );
    }
    Ok(())
}
