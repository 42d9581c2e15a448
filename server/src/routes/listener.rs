//! Connections that are closed when their peer takes no byte for too long.
//!
//! A reader that went away without a word would else hold a stream's memory until TCP gives up.

use crate::ops::metrics::{Stall, stalled};
use axum::extract::connect_info::Connected;
use axum_server::accept::Accept;
use std::{
    future::{Ready, ready},
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    task::{self, Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

/// Gives connections limited patience.
#[derive(Clone)]
pub struct Patient {
    stall: Duration,
}

impl Patient {
    /// Closes connections that take no byte for `stall`.
    pub fn new(stall: Duration) -> Self {
        Self { stall }
    }
}

impl<S> Accept<TcpStream, S> for Patient {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<io::Result<(Connection, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        // Small frames are the rule here, and people wait for them.
        let _ = stream.set_nodelay(true);
        ready(Ok((Connection::new(stream, self.stall), service)))
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Default for Peer {
    fn default() -> Self {
        Self(Ipv4Addr::UNSPECIFIED.into())
    }
}

impl Connected<SocketAddr> for Peer {
    fn connect_info(address: SocketAddr) -> Self {
        Self(address.ip().to_canonical())
    }
}

/// A TCP connection that fails when a write makes no progress for too long.
pub struct Connection {
    stream: TcpStream,
    stall: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    fn new(stream: TcpStream, stall: Duration) -> Self {
        Self {
            stream,
            stall,
            waiting: None,
        }
    }

    /// Progress ends the wait; none begins it, and its end is an error.
    fn judge<T>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.waiting = None;
            return poll;
        }
        let deadline = Instant::now() + self.stall;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        task::ready!(waiting.as_mut().poll(cx));
        stalled(Stall::Peer);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.judge(cx, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    async fn pair(stall: Duration) -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ours, theirs) = tokio::join!(listener.accept(), TcpStream::connect(address));
        let accepted = Patient::new(stall).accept(ours.unwrap().0, ()).await;
        (accepted.unwrap().0, theirs.unwrap())
    }

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let (mut ours, _theirs) = pair(Duration::from_millis(50)).await;
        let chunk = vec![0; 1 << 20];
        let error = loop {
            if let Err(error) = ours.write_all(&chunk).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_peer_that_takes_little_by_little_is_not() {
        let (mut ours, mut theirs) = pair(Duration::from_secs(10)).await;
        let taking = tokio::spawn(async move {
            let mut taken = 0;
            let mut buffer = [0; 4096];
            while taken < 8 << 20 {
                taken += theirs.read(&mut buffer).await.unwrap();
            }
        });
        ours.write_all(&vec![0; 8 << 20]).await.unwrap();
        taking.await.unwrap();
    }
}
