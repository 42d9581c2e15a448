//! Serving the built gallery to a browser on this machine.

use anyhow::{Context, Result};
use axum::Router;
use clap::Parser;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// Serves the built gallery.
#[derive(Parser)]
struct Arguments {
    /// The folder that Trunk built it into.
    dist: PathBuf,
    /// The port; 0 for any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Prints the address as its only line, and serves until it is ended.
///
/// # Errors
/// When the port cannot be had.
pub fn run() -> Result<()> {
    let Arguments { dist, port } = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    runtime.block_on(async {
        let listener = listen(port).await?;
        println!("http://{}", listener.local_addr()?);
        serve(listener, &dist).await
    })
}

/// Serves on a port that is free, for as long as the runtime lives.
///
/// # Errors
/// When there is none.
pub async fn start(dist: &Path) -> Result<SocketAddr> {
    let listener = listen(0).await?;
    let address = listener.local_addr()?;
    let dist = dist.to_owned();
    tokio::spawn(async move { serve(listener, &dist).await });
    Ok(address)
}

async fn listen(port: u16) -> Result<TcpListener> {
    let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listening.with_context(|| format!("could not listen on port {port}"))
}

async fn serve(listener: TcpListener, dist: &Path) -> Result<()> {
    let files = Router::new().fallback_service(ServeDir::new(dist));
    axum::serve(listener, files)
        .await
        .context("could not serve")
}
