//! `palier-server check`

use super::open;
use anyhow::Result;
use palier_server::{
    Config,
    ops::check::{self, Report, Wanted},
};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    config: Config,
    /// Puts right what can be known from the rest. What people wrote is left alone.
    #[arg(long)]
    repair: bool,
    /// Reads every file and compares it with its digest.
    #[arg(long)]
    files: bool,
    /// Prints one JSON object instead of lines for people.
    #[arg(long)]
    json: bool,
}

/// Ends with 1 when something is left that is not as it should be.
pub async fn run(args: Check) -> Result<ExitCode> {
    let app = open(args.config).await?;
    let wanted = Wanted {
        repair: args.repair,
        files: args.files,
    };
    let report = check::run(&app, wanted).await;
    app.close().await;
    let report = report?;
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => tell(&report),
    }
    Ok(match report.is_well() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn tell(report: &Report) {
    for looked in &report.looked_at {
        println!("looked at {} {}", looked.count, looked.at);
    }
    for finding in &report.findings {
        let state = match finding.repaired {
            true => "repaired",
            false => "WRONG",
        };
        println!(
            "{state}: {} ({}): {}",
            finding.what, finding.count, finding.meaning
        );
        for example in &finding.examples {
            println!("    {example}");
        }
        let more = finding.count - finding.examples.len() as u64;
        if more > 0 {
            println!("    and {more} more");
        }
    }
    if report.findings.is_empty() {
        println!("all is well");
    }
}
