//! A line as phones have it: so many bytes a second for everything together, and so long on the way.

use anyhow::Result;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Mutex, mpsc},
    time::{Instant, sleep, sleep_until},
};

/// Bytes that are carried at a time.
const PIECE: usize = 4 * 1024;

/// How a line is.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Bytes a second towards the phone, all connections together.
    pub down: u64,
    /// Bytes a second from it.
    pub up: u64,
    /// There and back.
    pub round_trip: Duration,
}

/// “Slow 4G” as Lighthouse has it: 1.6 Mbit/s down, 0.75 up, 150 ms there and back.
pub const SLOW_4G: Line = Line {
    down: 1_600_000 / 8,
    up: 750_000 / 8,
    round_trip: Duration::from_millis(150),
};

/// Lays one to a server, and tells the address at its other end.
///
/// # Errors
/// No address is free.
pub async fn lay(line: Line, server: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (down, up) = (Arc::default(), Arc::default());
    tokio::spawn(async move {
        while let Ok((phone, _)) = listener.accept().await {
            let (down, up) = (Arc::clone(&down), Arc::clone(&up));
            tokio::spawn(async move {
                // A connection takes a way there and back.
                sleep(line.round_trip).await;
                let Ok(server) = TcpStream::connect(server).await else {
                    return;
                };
                let (from_phone, to_phone) = phone.into_split();
                let (from_server, to_server) = server.into_split();
                let way = line.round_trip / 2;
                tokio::join!(
                    carry(from_phone, to_server, line.up, up, way),
                    carry(from_server, to_phone, line.down, down, way)
                );
            });
        }
    });
    Ok(address)
}

/// Carries one way; `taken` is the line, which takes one piece after the other.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    rate: u64,
    taken: Arc<Mutex<()>>,
    way: Duration,
) {
    let (send, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(1024);
    let arriving = async move {
        while let Some((at, piece)) = under_way.recv().await {
            sleep_until(at).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    };
    let leaving = async move {
        let mut piece = vec![0; PIECE];
        while let Ok(count) = from.read(&mut piece).await {
            if count == 0 {
                return;
            }
            {
                let _mine = taken.lock().await;
                sleep(Duration::from_secs_f64(count as f64 / rate as f64)).await;
            }
            let at = Instant::now() + way;
            if send.send((at, piece[..count].to_vec())).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(arriving, leaving);
}
