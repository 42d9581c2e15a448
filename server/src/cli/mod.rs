//! The command line: one file for each subcommand.
//!
//! A new subcommand is a file here with `Args` and `run`, an entry of [`Command`] with its help,
//! and an arm in [`Command::run`]. One that opens the data flattens [`Config`] into its `Args` and
//! calls [`open`]; its help then shows only where the data is, while flags, variables and the
//! configuration file mean the same everywhere. A new setting is a field of [`Config`].

mod audit;
mod backup;
mod check;
mod config;
mod copy_to;
mod create_owner;
mod erase_user;
mod import_legacy;
mod invite;
mod layers;
mod log;
mod migrate;
mod restore;
mod serve;
mod signals;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, builder::ArgPredicate};
use layers::Layers;
use palier_server::{App, Config};
use std::{path::PathBuf, process::ExitCode};

/// The Palier server: joins owners and tenants.
///
/// Every setting is a flag, an environment variable or a line of the configuration file, and the
/// first of these that names it wins.
#[derive(Parser)]
#[command(name = "palier-server", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    everywhere: Everywhere,
}

/// What can be said to every subcommand.
#[derive(Args)]
struct Everywhere {
    /// A TOML file with settings: `listen = "127.0.0.1:8080"`.
    #[arg(
        long,
        global = true,
        env = "PALIER_CONFIG",
        value_name = "FILE",
        help_heading = layers::HEADING
    )]
    config: Option<PathBuf>,
    #[command(flatten)]
    log: log::Log,
}

#[derive(Subcommand)]
enum Command {
    /// Answers until it is stopped.
    Serve(serve::Serve),
    /// Creates a demonstration portfolio where nobody is yet, then answers like `serve`.
    Demo(serve::Serve),
    /// Prints the settings as a configuration file, with where each comes from, and ends.
    ///
    /// Fails with the reason when `serve` would. Secrets are not printed.
    Config(config::Show),
    /// Brings the data to this version, and ends.
    Migrate(migrate::Migrate),
    /// Creates an owner with a portfolio. The password comes from PALIER_PASSWORD or standard input.
    CreateOwner(create_owner::CreateOwner),
    /// Makes a link by which a co-owner joins a portfolio or a tenant a lease, and prints it.
    Invite(invite::Invite),
    /// Makes a link by which somebody chooses a new password, and prints it.
    ResetPassword(invite::ResetPassword),
    /// Takes a person's name, address and sessions off the data; what he wrote stays.
    EraseUser(erase_user::EraseUser),
    /// Prints the last lines of the audit log, one JSON object each, and ends.
    Audit(audit::Audit),
    /// Looks whether the data is what it should be; ends with 1 when it is not.
    Check(check::Check),
    /// Saves database and files to a new folder, while the server works.
    Backup(backup::Backup),
    /// Puts a backup into the data folder, with a new epoch.
    Restore(restore::Restore),
    /// Takes over the database of the system that came before, in place and in one transaction.
    ImportLegacy(import_legacy::ImportLegacy),
    /// Moves the data of a stopped server from SQLite to an empty PostgreSQL, with everything in it.
    CopyTo(copy_to::CopyTo),
    /// Begins a new epoch, after the database was brought back to an older state by other means.
    NewEpoch(restore::NewEpoch),
}

/// The subcommands whose help shows every setting.
const SERVING: &[&str] = &["serve", "demo", "config"];

impl Command {
    async fn run(self, layers: Layers) -> Result<ExitCode> {
        let done = match self {
            Self::Check(args) => return check::run(args).await,
            Self::Serve(args) => serve::run(args, false).await,
            Self::Demo(args) => serve::run(args, true).await,
            Self::Config(args) => config::run(&args, &layers),
            Self::Migrate(args) => migrate::run(args).await,
            Self::CreateOwner(args) => create_owner::run(args).await,
            Self::Invite(args) => invite::run(args).await,
            Self::ResetPassword(args) => invite::reset_password(args).await,
            Self::EraseUser(args) => erase_user::run(args).await,
            Self::Audit(args) => audit::run(args).await,
            Self::Backup(args) => backup::run(args).await,
            Self::Restore(args) => restore::run(args).await,
            Self::ImportLegacy(args) => import_legacy::run(args).await,
            Self::CopyTo(args) => copy_to::run(args).await,
            Self::NewEpoch(args) => restore::new_epoch(args).await,
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

/// Reads the command line and does what it says.
pub async fn run() -> ExitCode {
    let (cli, layers) = match read() {
        Ok(read) => read,
        Err(refusal) => return refusal.tell(),
    };
    cli.everywhere.log.start();
    // One for the whole process; it is there already where an embedding program chose another.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match cli.command.run(layers).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn read() -> Result<(Cli, Layers), layers::Refusal> {
    let (matches, layers) = Layers::read(command(), layers::settings(), std::env::args_os())?;
    let cli = Cli::from_arg_matches(&matches)?;
    Ok((cli, layers))
}

fn command() -> clap::Command {
    Cli::command().mut_subcommands(|mut subcommand| {
        if subcommand.get_name() == "backup" {
            // A backup is looked at where no data folder is.
            subcommand = subcommand.mut_arg("data_dir", |arg| {
                arg.required(false)
                    .default_value_if("verify", ArgPredicate::IsPresent, ".")
                    .required_unless_present("verify")
            });
        }
        if SERVING.contains(&subcommand.get_name()) {
            return subcommand;
        }
        subcommand.mut_args(|arg| {
            let other = layers::is_setting(&arg)
                && arg.get_help_heading() != Some(palier_server::config::DATA);
            if other { arg.hide(true) } else { arg }
        })
    })
}

/// Opens the data, saying which when it cannot.
async fn open(config: Config) -> Result<App> {
    let folder = config.data_dir.display().to_string();
    App::open(config)
        .await
        .with_context(|| format!("could not open the data in {folder}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn maintenance_commands_show_the_data_settings_only() {
        let mut command = command();
        let migrate = command.find_subcommand_mut("migrate").unwrap();
        let help = migrate.render_long_help().to_string();
        assert!(help.contains("--data-dir"), "{help}");
        assert!(!help.contains("--heartbeat"), "{help}");
        let serve = command.find_subcommand_mut("serve").unwrap();
        let help = serve.render_long_help().to_string();
        assert!(help.starts_with("Answers until"), "{help}");
        assert!(help.contains("--heartbeat"), "{help}");
    }
}
