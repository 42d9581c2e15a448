//! `palier-server invite` and `palier-server reset-password`

use super::open;
use anyhow::{Result, bail};
use palier_domain::{Language, LeaseId, PortfolioId};
use palier_server::{
    Config,
    ops::links::{self, Into, Link},
};

#[derive(clap::Args)]
pub struct Invite {
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    into: Given,
    /// Whom: a mail address. Nothing is mailed: pass the link on.
    #[arg(long)]
    email: String,
    /// Language of the new account: fr or en.
    #[arg(long, default_value_t)]
    language: Language,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Given {
    /// The portfolio that a co-owner joins: its id.
    #[arg(long)]
    portfolio: Option<PortfolioId>,
    /// The lease that a tenant joins: its id.
    #[arg(long)]
    lease: Option<LeaseId>,
}

pub async fn run(args: Invite) -> Result<()> {
    let into = match (args.into.portfolio, args.into.lease) {
        (Some(id), _) => Into::Portfolio(id),
        (None, Some(id)) => Into::Lease(id),
        (None, None) => bail!("say into what, by --portfolio or --lease"),
    };
    let app = open(args.config).await?;
    let link = links::invite(&app, into, &args.email, args.language).await;
    app.close().await;
    tell(&link?);
    Ok(())
}

#[derive(clap::Args)]
pub struct ResetPassword {
    #[command(flatten)]
    config: Config,
    /// His mail address.
    #[arg(long)]
    email: String,
}

pub async fn reset_password(args: ResetPassword) -> Result<()> {
    let app = open(args.config).await?;
    let link = links::reset_password(&app, &args.email).await;
    app.close().await;
    tell(&link?);
    Ok(())
}

fn tell(link: &Link) {
    println!("{}", link.link);
    if link.link.starts_with('/') {
        eprintln!("put your server's address before it, or set public_url");
    }
    eprintln!("good for one use until {}", link.expires_at.to_rfc3339());
}
