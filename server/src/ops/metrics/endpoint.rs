//! The address where Prometheus reads the figures: never the public one.

use super::names::{self, Kind};
use crate::{
    App,
    error::{Error, Result},
};
use ::metrics::{counter, gauge};
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    net::SocketAddr,
    time::{Duration, SystemTime},
};
use tokio::net::TcpListener;

/// What Prometheus is told to expect.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// So often the samples of histograms are put into their buckets, whether somebody asks or not.
const TIDY: Duration = Duration::from_secs(5);

/// Begins to count, for the whole process, and answers on `address` until the server stops.
/// Returns where.
///
/// # Errors
/// When the address cannot be taken, or somebody counts in this process already.
pub async fn start(app: &App, address: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(Error::io("listen for Prometheus"))?;
    let address = listener
        .local_addr()
        .map_err(Error::io("listen for Prometheus"))?;
    let figures = record()?;
    names::introduce();
    gauge!(names::STARTED).set(seconds_since_1970());
    gauge!(names::BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
    tokio::spawn(tidy(figures.clone()));
    let routes = Router::new()
        .route("/metrics", get(show))
        .with_state((app.clone(), figures));
    let mut stopping = app.stopping();
    let stopped = async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    tokio::spawn(async move {
        let served = axum::serve(listener, routes).with_graceful_shutdown(stopped);
        if let Err(error) = served.await {
            tracing::error!("figures are not answered any more: {error}");
        }
    });
    Ok(address)
}

fn record() -> Result<PrometheusHandle> {
    let wrong = |error| Error::io("count")(std::io::Error::other(error));
    let mut builder = PrometheusBuilder::new();
    for figure in names::ALL {
        if let Kind::Histogram(buckets) = figure.kind {
            let name = Matcher::Full(figure.name.to_owned());
            builder = builder
                .set_buckets_for_metric(name, buckets)
                .map_err(wrong)?;
        }
    }
    builder.install_recorder().map_err(wrong)
}

async fn tidy(figures: PrometheusHandle) {
    loop {
        tokio::time::sleep(TIDY).await;
        figures.run_upkeep();
    }
}

async fn show(State((app, figures)): State<(App, PrometheusHandle)>) -> impl IntoResponse {
    look(&app).await;
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], figures.render())
}

/// Figures that nobody counts: they are read when somebody asks.
async fn look(app: &App) {
    counter!(names::DATABASE_STATEMENTS).absolute(app.statements());
    let connections = app.db().connections();
    let used = connections.open.saturating_sub(connections.idle);
    gauge!(names::DATABASE_CONNECTIONS, "state" => "used").set(used);
    gauge!(names::DATABASE_CONNECTIONS, "state" => "idle").set(connections.idle);
    gauge!(names::DATABASE_CONNECTIONS_MAX).set(connections.most);
    gauge!(names::EPOCH, "epoch" => app.epoch().to_string()).set(1);
    match app.db().size(&app.config().data_dir).await {
        // Exact up to 9 PB.
        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        Ok(bytes) => gauge!(names::DATABASE_SIZE).set(bytes as f64),
        Err(error) => crate::error::log(&error, "metrics"),
    }
}

fn seconds_since_1970() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}
