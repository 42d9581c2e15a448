//! Connections: how long they may take, how they begin, how they end.
//!
//! Whoever holds a connection open without saying anything, or says it byte by byte, is let go:
//! the first request's head has `Config::head_time`, a later one `Config::idle_time` (an idle
//! connection is one whose next head does not come), a body has to keep coming
//! (`routes::body::Pace`), and a peer has to take what it asked for (`routes::listener`).

use crate::{
    App,
    error::{Error, Result},
    routes::listener::{Patient, Peer},
    tls::Tls,
};
use axum_server::{Handle, Server, tls_rustls::RustlsAcceptor};
use std::{future::Future, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// Largest head of a request: cursors are in it.
const HEAD_BYTES: usize = 64 * 1024;
/// Requests at once on one HTTP/2 connection.
const CONCURRENT: u32 = 128;
/// An idle HTTP/2 connection is asked so often whether anybody is there.
const PING: Duration = Duration::from_secs(20);

/// Answers on `listener` until `shutdown` is done and what was under way has ended.
pub async fn run(
    app: &App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let tls = Tls::read(app.config()).await?;
    let (head_time, idle_time) = (app.config().head_time, app.config().idle_time);
    let handle = Handle::<SocketAddr>::new();
    let mut server = Server::from_listener(listener)
        .handle(handle.clone())
        .first_request_timeout(head_time)
        .accept_error_handler(|_, error| tracing::debug!("a connection did not begin: {error}"));
    let http = server.http_builder();
    http.http1()
        .header_read_timeout(idle_time)
        .max_buf_size(HEAD_BYTES);
    http.http2()
        .max_concurrent_streams(CONCURRENT)
        .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX))
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);

    let stopping = app.clone();
    let farewell = tokio::spawn(async move {
        shutdown.await;
        stopping.begin_to_stop();
        handle.graceful_shutdown(Some(stopping.config().farewell));
    });
    let service = app.router().into_make_service_with_connect_info::<Peer>();
    let patient = Patient::new(app.config().write_stall);
    let outcome = match tls {
        None => server.acceptor(patient).serve(service).await,
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls.active())
                .handshake_timeout(head_time)
                .acceptor(patient);
            tokio::select! {
                outcome = server.acceptor(acceptor).serve(service) => outcome,
                () = tls.follow(app.reload_asked()) => Ok(()),
            }
        }
    };
    farewell.abort();
    outcome.map_err(Error::io("serve"))
}
