//! `palier-server erase-user`

use super::open;
use anyhow::{Result, bail};
use palier_domain::UserId;
use palier_server::{
    Config,
    ops::erase::{self, Person, Whom},
};
use std::io::{BufRead, IsTerminal};

#[derive(clap::Args)]
pub struct EraseUser {
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    whom: Given,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Given {
    /// His mail address.
    #[arg(long)]
    email: Option<String>,
    /// His id.
    #[arg(long)]
    id: Option<UserId>,
}

pub async fn run(args: EraseUser) -> Result<()> {
    let whom = match (args.whom.email, args.whom.id) {
        (Some(email), _) => Whom::Email(email),
        (None, Some(id)) => Whom::Id(id),
        (None, None) => bail!("say whom, by --email or --id"),
    };
    let app = open(args.config).await?;
    let person = erase::find(&app, whom).await?;
    if !args.yes {
        ask(&person)?;
    }
    let done = erase::erase(&app, &person).await?;
    app.close().await;
    println!("erased {}", person.id);
    println!("  called “{}” from now on", done.name);
    println!("  {} tickets stay, under that name", done.tickets);
    println!("  {} sessions ended", done.sessions);
    println!("  {} portfolios and leases left", done.memberships);
    println!("  {} mails deleted", done.mails);
    println!("  {} unused uploads deleted", done.uploads);
    println!(
        "  {} lines of the audit log without their network address",
        done.audit_lines
    );
    for portfolio in &person.alone {
        println!("  nobody runs the portfolio “{portfolio}” any more");
    }
    println!("backups and logs of before still know the name");
    Ok(())
}

/// Shows whom it is about, and wants to read `yes`.
fn ask(person: &Person) -> Result<()> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        bail!("nothing was done: say --yes, where nobody can be asked");
    }
    eprintln!(
        "{} <{}>, {} tickets. There is no way back.",
        person.name, person.email, person.tickets
    );
    for portfolio in &person.alone {
        eprintln!("Nobody else runs the portfolio “{portfolio}”.");
    }
    eprint!("Erase this person? Type yes: ");
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    if line.trim() != "yes" {
        bail!("nothing was done");
    }
    Ok(())
}
