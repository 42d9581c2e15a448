//! The command line of the server.

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use palier_server::{App, Config, ops};
use std::{
    io::{BufRead, IsTerminal, Write},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};
use tokio::{net::TcpListener, signal};
use tracing_subscriber::EnvFilter;

/// The Palier server: joins owners and tenants.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers until it is stopped.
    Serve(Serve),
    /// Brings the data to this version, and ends.
    Migrate(Data),
    /// Creates a demonstration portfolio where nobody is yet, then answers like `serve`.
    Demo(Serve),
    /// Creates an owner with a portfolio. The password comes from PALIER_PASSWORD or standard input.
    CreateOwner(CreateOwner),
}

#[derive(Args)]
struct Data {
    /// The folder that holds database and files; made when absent.
    #[arg(long, env = "PALIER_SERVER_DATA_DIR", value_name = "DIR")]
    data_dir: PathBuf,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen; port 0 takes a free one.
    #[arg(
        long,
        env = "PALIER_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    listen: SocketAddr,
    /// Seconds between two heartbeats on a live stream.
    #[arg(long, env = "PALIER_HEARTBEAT_SECONDS", value_name = "N", hide = true)]
    heartbeat_seconds: Option<u64>,
    /// Hours that a file may wait for its ticket.
    #[arg(
        long,
        env = "PALIER_UPLOAD_EXPIRY_HOURS",
        value_name = "N",
        hide = true
    )]
    upload_expiry_hours: Option<u64>,
    /// Password hashes computed at once.
    #[arg(long, env = "PALIER_ARGON_PARALLELISM", value_name = "N", hide = true)]
    argon_parallelism: Option<usize>,
}

#[derive(Args)]
struct CreateOwner {
    #[command(flatten)]
    data: Data,
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

#[tokio::main]
async fn main() -> Result<()> {
    let filter = EnvFilter::try_from_env("PALIER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Standard output is for the one line that says where we listen.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people; a log file keeps the escapes.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match Cli::parse().command {
        Command::Serve(args) => serve(args, false).await,
        Command::Demo(args) => serve(args, true).await,
        Command::Migrate(data) => open(Config::new(data.data_dir)).await.map(drop),
        Command::CreateOwner(args) => create_owner(args).await,
    }
}

async fn open(config: Config) -> Result<App> {
    let folder = config.data_dir.display().to_string();
    App::open(config)
        .await
        .with_context(|| format!("could not open the data in {folder}"))
}

async fn serve(args: Serve, demo: bool) -> Result<()> {
    let app = open(config(&args)).await?;
    if demo && ops::demo::create(&app).await?.is_some() {
        tracing::info!(
            "created the demonstration: {} / {}, {} / {}, {} / {}",
            ops::demo::OWNER.0,
            ops::demo::OWNER.1,
            ops::demo::TENANT.0,
            ops::demo::TENANT.1,
            ops::demo::OTHER_TENANT.0,
            ops::demo::OTHER_TENANT.1,
        );
    }
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("could not listen on {}", args.listen))?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    out.flush()?;
    app.serve(listener, stopped()).await?;
    app.close().await;
    Ok(())
}

fn config(args: &Serve) -> Config {
    let mut config = Config::new(&args.data.data_dir);
    if let Some(seconds) = args.heartbeat_seconds {
        config.heartbeat = Duration::from_secs(seconds.max(1));
    }
    if let Some(hours) = args.upload_expiry_hours {
        config.upload_expiry = Duration::from_secs(hours.max(1) * 3600);
    }
    if let Some(count) = args.argon_parallelism {
        config.argon_parallelism = count;
    }
    config
}

/// Done when the process is asked to stop.
async fn stopped() {
    let interrupted = async {
        let _ = signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

async fn create_owner(args: CreateOwner) -> Result<()> {
    let password = password()?;
    let app = open(Config::new(args.data.data_dir)).await?;
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
