//! The network between window and server: it can be cut, and it can stop at a chosen moment.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
};

/// A fixed address that leads to the server, wherever it listens just now.
#[derive(Clone)]
pub struct Network {
    /// What the window is told.
    pub address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    server: watch::Sender<Option<SocketAddr>>,
    seen: Mutex<Vec<String>>,
    trap: Mutex<Option<Trap>>,
}

/// Stops everything before bytes that contain `needle` reach the server.
struct Trap {
    needle: &'static [u8],
    sprung: oneshot::Sender<()>,
}

impl Network {
    /// A network that leads nowhere yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::new(Inner {
                server: watch::Sender::new(None),
                seen: Mutex::default(),
                trap: Mutex::default(),
            }),
        };
        let inner = Arc::clone(&network.inner);
        tokio::spawn(async move {
            while let Ok((window, _)) = listener.accept().await {
                tokio::spawn(carry(Arc::clone(&inner), window));
            }
        });
        network
    }

    /// Leads to a server from now on; open connections break.
    pub fn lead_to(&self, server: SocketAddr) {
        self.inner.server.send_replace(Some(server));
    }

    /// Leads nowhere from now on; open connections break.
    pub fn cut(&self) {
        self.inner.server.send_replace(None);
    }

    /// Cuts at the moment when bytes with `needle` are about to reach the server, which never sees
    /// them. Answers when that happened.
    pub fn cut_before(&self, needle: &'static str) -> oneshot::Receiver<()> {
        let (sprung, answer) = oneshot::channel();
        *self.inner.trap.lock().unwrap() = Some(Trap {
            needle: needle.as_bytes(),
            sprung,
        });
        answer
    }

    /// The first lines of all requests that passed, oldest first.
    pub fn requests(&self) -> Vec<String> {
        self.inner.seen.lock().unwrap().clone()
    }
}

impl Inner {
    /// Whether `bytes` may pass.
    fn lets_pass(&self, bytes: &[u8]) -> bool {
        let mut trap = self.trap.lock().unwrap();
        let holds = |trap: &Trap| {
            bytes
                .windows(trap.needle.len())
                .any(|part| part == trap.needle)
        };
        if trap.as_ref().is_some_and(holds) {
            if let Some(trap) = trap.take() {
                self.server.send_replace(None);
                let _ = trap.sprung.send(());
            }
            return false;
        }
        let head = bytes
            .split(|&byte| byte == b'\r')
            .next()
            .unwrap_or_default();
        if let Ok(line) = std::str::from_utf8(head)
            && line.ends_with("HTTP/1.1")
        {
            self.seen.lock().unwrap().push(line.to_owned());
        }
        true
    }
}

async fn carry(inner: Arc<Inner>, mut window: TcpStream) {
    let mut route = inner.server.subscribe();
    let Some(address) = *route.borrow_and_update() else {
        return;
    };
    let Ok(mut server) = TcpStream::connect(address).await else {
        return;
    };
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            _ = route.changed() => return,
            read = window.read(&mut asked) => match read {
                Ok(count) if count > 0 && inner.lets_pass(&asked[..count]) => {
                    if server.write_all(&asked[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut answered) => match read {
                Ok(count) if count > 0 => {
                    if window.write_all(&answered[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
