//! `palier-server create-owner`

use super::open;
use anyhow::{Result, bail};
use palier_server::{Config, ops};
use std::io::{BufRead, IsTerminal};

#[derive(clap::Args)]
pub struct CreateOwner {
    #[command(flatten)]
    config: Config,
    /// Mail address to sign in with.
    #[arg(long)]
    email: String,
    /// Name on screen.
    #[arg(long)]
    name: String,
    /// Name of the portfolio.
    #[arg(long)]
    portfolio: String,
}

pub async fn run(args: CreateOwner) -> Result<()> {
    let password = password()?;
    let app = open(args.config).await?;
    let owner = ops::seed::create_user(&app, &args.email, &args.name, &password).await?;
    ops::seed::create_portfolio(&app, owner, &args.portfolio).await?;
    app.close().await;
    println!(
        "created {} with the portfolio {}",
        args.email, args.portfolio
    );
    Ok(())
}

/// Never an argument: those are seen by everybody on the machine.
fn password() -> Result<String> {
    if let Ok(password) = std::env::var("PALIER_PASSWORD") {
        return Ok(password);
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Password (shown while you type): ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("a password is needed, on standard input or in PALIER_PASSWORD");
    }
    Ok(password.to_owned())
}
