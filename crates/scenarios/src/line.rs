//! The line between a device and the server, on which faults can be laid.
//!
//! A small TCP relay that reads just enough HTTP/1.1 to know which request it carries: one request
//! a connection, so that a reply ends where its connection ends. A stream does not end, so faults on its
//! reply come where one sees them: in its head, after its first event.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

/// Between two pieces of a reply that trickles.
const PAUSE: Duration = Duration::from_millis(3);

/// How long nobody listens after [`Fault::Unplug`].
const UNPLUGGED: Duration = Duration::from_millis(150);

/// Of a stream's lost reply so much comes: less than its first line.
const SCRAP: usize = 12;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before the server sees the request.
    Refuse,
    /// The connection breaks, and for a moment nobody listens: whoever connects is refused.
    Unplug,
    /// The connection breaks before the body of the request (in the middle of its head, where there is
    /// none).
    CutHead,
    /// The connection breaks while the server reads the request's body (or the end of its head, where
    /// there is none).
    CutRequest,
    /// The server does what it is asked; its reply is lost. Of a stream's, a scrap of the head comes.
    LoseReply,
    /// The server does what it is asked; its reply breaks off in the middle, a stream after its first
    /// event.
    CutReply,
    /// The reply comes a few bytes at a time.
    Trickle,
    /// The request reaches the server twice; the second reply counts.
    Twice,
    /// The reply to the last such request that brought something is given again, instead of asking
    /// the server.
    Replay,
    /// A hotel's portal answers with its page and this status.
    Portal(u16),
    /// Nobody answers, and nobody hangs up.
    Hang,
    /// The request is held up until [`Line::release`], long after the device has given it up, and
    /// reaches the server then.
    Delay,
    /// Words in the reply are others, of the same length.
    Rewrite(&'static str, &'static str),
}

/// Which requests a fault is laid on.
struct Rule {
    /// The request line begins so.
    request: &'static str,
    /// Its head or its body holds this.
    holding: &'static str,
    fault: Fault,
    /// How often; none means until [`Line::clear`].
    times: Option<usize>,
}

/// A request that came by.
struct Seen {
    line: String,
    head: String,
    body: Vec<u8>,
    /// A fault was on it.
    met_a_fault: bool,
    /// It went on to the server.
    delivered: bool,
    /// The server has answered it.
    answered: bool,
}

/// The line of one device. Clones are the same line.
#[derive(Clone)]
pub struct Line {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    server: SocketAddr,
    cut: bool,
    /// Cancelled to break what is being carried.
    carried: CancellationToken,
    /// Cancelled to let go what was held up.
    delayed: CancellationToken,
    /// Told when nobody shall listen for a moment.
    unplugged: Arc<Notify>,
    rules: Vec<Rule>,
    /// Requests so far.
    log: Vec<Seen>,
    /// The last reply with changes, per path.
    replies: HashMap<String, Vec<u8>>,
}

impl Line {
    /// Lays a line to `server`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn lay(server: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let line = Self {
            address: listener.local_addr()?,
            state: Arc::new(Mutex::new(State {
                server,
                cut: false,
                carried: CancellationToken::new(),
                delayed: CancellationToken::new(),
                unplugged: Arc::default(),
                rules: Vec::new(),
                log: Vec::new(),
                replies: HashMap::new(),
            })),
        };
        tokio::spawn(line.clone().listen(listener));
        Ok(line)
    }

    async fn listen(self, mut listener: TcpListener) {
        let unplugged = self.state().unplugged.clone();
        loop {
            tokio::select! {
                came = listener.accept() => match came {
                    Ok((near, _)) => drop(tokio::spawn(self.clone().carry_or_break(near))),
                    Err(_) => return,
                },
                () = unplugged.notified() => {
                    drop(listener);
                    tokio::time::sleep(UNPLUGGED).await;
                    // Somebody's outgoing connection may have the port for a moment.
                    listener = loop {
                        match TcpListener::bind(self.address).await {
                            Ok(again) => break again,
                            Err(_) => tokio::time::sleep(PAUSE).await,
                        }
                    };
                }
            }
        }
    }

    async fn carry_or_break(self, near: TcpStream) {
        let broken = self.state().carried.clone();
        // A broken connection is what this is for.
        let _ = broken.run_until_cancelled(self.carry(near)).await;
    }

    /// The address that a person types.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks everything that is carried, and carries nothing more.
    pub fn cut(&self) {
        let mut state = self.state();
        state.cut = true;
        std::mem::take(&mut state.carried).cancel();
    }

    /// Carries again.
    pub fn mend(&self) {
        self.state().cut = false;
    }

    /// Breaks everything that is carried now, as a proxy that restarts does.
    pub fn shake(&self) {
        std::mem::take(&mut self.state().carried).cancel();
    }

    /// Lets what was held up reach the server.
    pub fn release(&self) {
        std::mem::take(&mut self.state().delayed).cancel();
    }

    /// Lays a fault on requests that begin so (`POST /api/sync/push`), so many times or until
    /// [`Line::clear`]; rules are asked in the order in which they were laid.
    pub fn lay_fault(&self, request: &'static str, fault: Fault, times: Option<usize>) {
        self.lay_fault_on(request, "", fault, times);
    }

    /// As [`Line::lay_fault`], for requests whose head (names in lower case) or body holds `holding`.
    pub fn lay_fault_on(
        &self,
        request: &'static str,
        holding: &'static str,
        fault: Fault,
        times: Option<usize>,
    ) {
        self.state().rules.push(Rule {
            request,
            holding,
            fault,
            times,
        });
    }

    /// Takes every fault away.
    pub fn clear(&self) {
        self.state().rules.clear();
    }

    /// How many requests that begin so were made.
    pub fn count(&self, request: &str) -> usize {
        let state = self.state();
        let made = state.log.iter().filter(|it| it.line.starts_with(request));
        made.count()
    }

    /// What requests that begin so said in the header `name` (in lower case), in their order.
    pub fn said(&self, request: &str, name: &str) -> Vec<String> {
        let state = self.state();
        let made = state.log.iter().filter(|it| it.line.starts_with(request));
        made.filter_map(|it| header(&it.head, name).map(str::to_owned))
            .collect()
    }

    /// The bodies of requests that begin so, in their order.
    pub fn bodies(&self, request: &str) -> Vec<Vec<u8>> {
        let state = self.state();
        let made = state.log.iter().filter(|it| it.line.starts_with(request));
        made.map(|it| it.body.clone()).collect()
    }

    /// How many requests that begin so met a fault.
    pub fn faults(&self, request: &str) -> usize {
        let state = self.state();
        let met = state
            .log
            .iter()
            .filter(|it| it.met_a_fault && it.line.starts_with(request));
        met.count()
    }

    /// How many requests that begin so and hold this went on to the server.
    pub fn delivered(&self, request: &str, holding: &str) -> usize {
        let state = self.state();
        let made = state.log.iter().filter(|it| {
            it.delivered && it.line.starts_with(request) && contains(&it.body, holding.as_bytes())
        });
        made.count()
    }

    /// How many requests that begin so and hold this the server has answered.
    pub fn answered(&self, request: &str, holding: &str) -> usize {
        let state = self.state();
        let made = state.log.iter().filter(|it| {
            it.answered && it.line.starts_with(request) && contains(&it.body, holding.as_bytes())
        });
        made.count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs a request; gives its place in the log and what happens to it.
    fn fault_for(&self, head: &str, body: &[u8]) -> (usize, Option<Fault>) {
        let line = head.lines().next().unwrap_or_default();
        let mut state = self.state();
        let fault = if state.cut {
            Some(Fault::Refuse)
        } else {
            let rule = state.rules.iter_mut().find(|rule| {
                line.starts_with(rule.request)
                    && rule.times != Some(0)
                    && (head.contains(rule.holding) || contains(body, rule.holding.as_bytes()))
            });
            rule.map(|rule| {
                if let Some(times) = &mut rule.times {
                    *times -= 1;
                }
                rule.fault.clone()
            })
        };
        state.log.push(Seen {
            line: line.to_owned(),
            head: head.to_owned(),
            body: body.to_owned(),
            met_a_fault: fault.is_some(),
            delivered: !matches!(
                fault,
                Some(
                    Fault::Refuse
                        | Fault::Unplug
                        | Fault::CutHead
                        | Fault::CutRequest
                        | Fault::Hang
                        | Fault::Portal(_)
                        | Fault::Replay
                )
            ),
            answered: false,
        });
        (state.log.len() - 1, fault)
    }

    async fn carry(&self, mut near: TcpStream) -> std::io::Result<()> {
        if self.state().cut {
            return Ok(());
        }
        let (head, body) = read_head(&mut near).await?;
        let body = take_body(&mut near, &head, body).await?;
        let request_line = head.lines().next().unwrap_or_default();
        let path = path_of(request_line);
        let (place, fault) = self.fault_for(&head, &body);
        match fault {
            Some(Fault::Refuse) => return Ok(()),
            Some(Fault::Unplug) => {
                self.state().unplugged.notify_one();
                return Ok(());
            }
            Some(Fault::Hang) => {
                let mut sink = [0; 1024];
                while near.read(&mut sink).await? > 0 {}
                return Ok(());
            }
            Some(Fault::Portal(status)) => {
                return near.write_all(portal(status).as_bytes()).await;
            }
            Some(Fault::Replay) => {
                let again = self.state().replies.get(&path).cloned();
                if let Some(again) = again {
                    return near.write_all(&again).await;
                }
            }
            _ => {}
        }
        let (server, delayed) = {
            let state = self.state();
            (state.server, state.delayed.clone())
        };
        if fault == Some(Fault::Delay) {
            delayed.cancelled().await;
        }
        let request = [one_request_a_connection(&head).as_bytes(), &body].concat();
        let mut far = TcpStream::connect(server).await?;
        let mut beside = None;
        match fault {
            Some(Fault::CutHead) => {
                return far
                    .write_all(&request[..head_cut_at(&request, &body)])
                    .await;
            }
            Some(Fault::CutRequest) => {
                return far.write_all(&request[..cut_at(&request, &body)]).await;
            }
            // A stream has no end to be waited for: the first stays open beside the second.
            Some(Fault::Twice) if is_stream(&path) => {
                far.write_all(&request).await?;
                far.peek(&mut [0]).await?;
                beside = Some(far);
                far = TcpStream::connect(server).await?;
            }
            Some(Fault::Twice) => {
                far.write_all(&request).await?;
                far.read_to_end(&mut Vec::new()).await?;
                far = TcpStream::connect(server).await?;
            }
            _ => {}
        }
        far.write_all(&request).await?;
        let first = far.peek(&mut [0]).await?;
        self.state().log[place].answered = first > 0;
        match fault {
            Some(Fault::LoseReply) if is_stream(&path) => {
                let mut scrap = [0; SCRAP];
                far.read_exact(&mut scrap).await?;
                near.write_all(&scrap).await?;
            }
            Some(Fault::CutReply) if is_stream(&path) => one_event(&mut far, &mut near).await?,
            Some(Fault::LoseReply) => {
                far.read_to_end(&mut Vec::new()).await?;
            }
            Some(Fault::CutReply) => {
                let mut reply = Vec::new();
                far.read_to_end(&mut reply).await?;
                near.write_all(&reply[..reply.len() / 2]).await?;
            }
            Some(Fault::Rewrite(from, to)) => {
                let mut reply = Vec::new();
                far.read_to_end(&mut reply).await?;
                rewrite(&mut reply, from.as_bytes(), to.as_bytes());
                near.write_all(&reply).await?;
            }
            Some(Fault::Trickle) => trickle(&mut far, &mut near).await?,
            _ if is_stream(&path) => {
                tokio::io::copy(&mut far, &mut near).await?;
                drop(beside);
            }
            _ => {
                let mut reply = Vec::new();
                far.read_to_end(&mut reply).await?;
                near.write_all(&reply).await?;
                if contains(&reply, b"\"changes\":[{") {
                    self.state().replies.insert(path, reply);
                }
            }
        }
        Ok(())
    }
}

/// Where a request breaks off: in the middle of its body, or just before the end of its head where it has
/// none.
fn cut_at(request: &[u8], body: &[u8]) -> usize {
    match body.len() {
        0 => request.len() - 2,
        length => request.len() - length.div_ceil(2),
    }
}

/// Where a request breaks off before its body; in the middle of its head where it has none.
fn head_cut_at(request: &[u8], body: &[u8]) -> usize {
    match body.len() {
        0 => request.len() / 2,
        length => request.len() - length,
    }
}

/// Hands a stream on up to the end of its first event.
async fn one_event(far: &mut TcpStream, near: &mut TcpStream) -> std::io::Result<()> {
    let (mut came, mut chunk) = (Vec::new(), [0; 1024]);
    loop {
        let read = far.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        near.write_all(&chunk[..read]).await?;
        came.extend_from_slice(&chunk[..read]);
        let events = find(&came, b"\r\n\r\n").map(|head| &came[head + 4..]);
        if events.is_some_and(|events| contains(events, b"\n\n")) {
            return Ok(());
        }
    }
}

/// Hands a reply on a few bytes at a time.
async fn trickle(far: &mut TcpStream, near: &mut TcpStream) -> std::io::Result<()> {
    // A reply of some kilobytes takes longer than a client waits for its first byte, yet no pause is
    // as long.
    let mut piece = [0; 24];
    loop {
        let read = far.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        near.write_all(&piece[..read]).await?;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads to the end of the head; what came of the body is given as well.
async fn read_head(near: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8 * 1024];
    loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), body));
        }
        let read = near.read(&mut chunk).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
}

/// Reads the rest of a body whose length the head says.
async fn take_body(
    near: &mut TcpStream,
    head: &str,
    mut body: Vec<u8>,
) -> std::io::Result<Vec<u8>> {
    let length = header(head, "content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    let mut chunk = [0; 64 * 1024];
    while body.len() < length {
        let read = near.read(&mut chunk).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        body.extend_from_slice(&chunk[..read]);
    }
    Ok(body)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(it, _)| it.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn one_request_a_connection(head: &str) -> String {
    let mut lines: Vec<&str> = head
        .trim_end()
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    lines.push("connection: close");
    lines.join("\r\n") + "\r\n\r\n"
}

fn path_of(request_line: &str) -> String {
    let target = request_line.split(' ').nth(1).unwrap_or_default();
    target.split('?').next().unwrap_or_default().to_owned()
}

fn is_stream(path: &str) -> bool {
    path.ends_with("/stream")
}

fn portal(status: u16) -> String {
    let page = "<!doctype html><title>Hôtel du Palier</title><p>Veuillez accepter nos conditions.";
    format!(
        "HTTP/1.1 {status} Portal\r\ncontent-type: text/html; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    )
}

fn rewrite(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len(), "the reply's length is in its head");
    let mut start = 0;
    while let Some(at) = find(&bytes[start..], from) {
        bytes[start + at..start + at + to.len()].copy_from_slice(to);
        start += at + to.len();
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    bytes.windows(part.len()).position(|window| window == part)
}
