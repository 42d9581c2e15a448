//! A mail server on a free port that takes mail, refuses it, keeps silent or hangs up, as it is told.

#![allow(dead_code, reason = "each test takes what it needs of it")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// Who signed its certificate.
pub const CA: &str = include_str!("../process/certificates/ca.pem");
const CERTIFICATE: &str = include_str!("../process/certificates/first.pem");
const KEY: &str = include_str!("../process/certificates/first.key");

/// Long enough for anything that is going to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A point of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Auth,
    From,
    To,
    Data,
    /// After the mail's first line.
    Middle,
    /// After the mail's last line.
    End,
}

/// What it does at such a point instead of going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mood {
    Says(&'static str),
    KeepsSilent,
    HangsUp,
}

/// A mail that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
    /// Whether it came through TLS.
    pub private: bool,
    /// What was said to sign in.
    pub login: Option<String>,
}

#[derive(Default)]
struct Desk {
    moods: Vec<(Step, Mood)>,
    /// How often each step was reached.
    steps: Vec<Step>,
}

/// The mail server. It ends with the value.
pub struct PostOffice {
    pub port: u16,
    desk: Arc<Mutex<Desk>>,
    taken: watch::Sender<Vec<Taken>>,
    answering: JoinHandle<()>,
}

/// How it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privacy {
    None,
    AtOnce,
    Offered,
}

impl PostOffice {
    /// Speaks without TLS.
    pub async fn open() -> Self {
        Self::start(Privacy::None).await
    }

    /// Speaks TLS from the first byte.
    pub async fn private() -> Self {
        Self::start(Privacy::AtOnce).await
    }

    /// Offers STARTTLS, and takes nothing before.
    pub async fn offering_tls() -> Self {
        Self::start(Privacy::Offered).await
    }

    async fn start(privacy: Privacy) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk = Arc::<Mutex<Desk>>::default();
        let taken = watch::Sender::new(Vec::new());
        let answering = {
            let (desk, taken) = (desk.clone(), taken.clone());
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let clerk = Clerk {
                        desk: desk.clone(),
                        taken: taken.clone(),
                        private: false,
                    };
                    tokio::spawn(clerk.receive(stream, privacy));
                }
            })
        };
        Self {
            port,
            desk,
            taken,
            answering,
        }
    }

    /// Its address for `smtp_url`.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.port)
    }

    /// From now on it does this at that step, and nothing else out of the ordinary.
    pub fn at(&self, step: Step, mood: Mood) {
        self.desk.lock().unwrap().moods = vec![(step, mood)];
    }

    /// From now on it takes everything.
    pub fn takes_everything(&self) {
        self.desk.lock().unwrap().moods.clear();
    }

    /// How often a conversation got to `step`.
    pub fn times(&self, step: Step) -> usize {
        let desk = self.desk.lock().unwrap();
        desk.steps.iter().filter(|it| **it == step).count()
    }

    /// All the mails it has taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.borrow().clone()
    }

    /// Waits until it has taken so many, and gives the last.
    pub async fn takes(&self, count: usize) -> Taken {
        let mut taken = self.taken.subscribe();
        let enough = taken.wait_for(|taken| taken.len() >= count);
        let enough = tokio::time::timeout(PATIENCE, enough).await;
        let taken = enough.expect("the mail comes").unwrap();
        assert_eq!(taken.len(), count);
        taken[count - 1].clone()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

impl Taken {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{}: ", name.to_lowercase());
        head.lines()
            .find(|line| line.to_lowercase().starts_with(&prefix))
            .map(|line| line[prefix.len()..].to_owned())
    }

    /// The readable text of both alternatives, decoded.
    pub fn readable(&self) -> String {
        let mut all = String::new();
        for part in self.text.split("Content-Type: text/").skip(1) {
            let (head, body) = part.split_once("\r\n\r\n").unwrap();
            let body = body.split("\r\n--").next().unwrap();
            let quoted = head.contains("quoted-printable");
            let base64 = head.contains("base64");
            all.push_str(&match () {
                () if quoted => unquoted(body),
                () if base64 => unbased(body),
                () => body.to_owned(),
            });
            all.push('\n');
        }
        all
    }

    /// The first link that begins with `base`.
    pub fn link(&self, base: &str) -> String {
        let text = self.readable();
        let from = text.find(base).expect("a link");
        let link = text[from..].split(['\r', '\n', '"', ' ']).next().unwrap();
        link.to_owned()
    }
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let bytes = joined.as_bytes();
    let (mut plain, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'=' {
            plain.push(u8::from_str_radix(&joined[at + 1..at + 3], 16).unwrap());
            at += 3;
        } else {
            plain.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(plain).unwrap()
}

fn unbased(body: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let packed: String = body.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(packed).unwrap()).unwrap()
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}
type Wire = BufReader<Box<dyn Line>>;

/// One conversation.
struct Clerk {
    desk: Arc<Mutex<Desk>>,
    taken: watch::Sender<Vec<Taken>>,
    private: bool,
}

impl Clerk {
    async fn receive(mut self, stream: TcpStream, privacy: Privacy) {
        let mut stream: Box<dyn Line> = Box::new(stream);
        if privacy == Privacy::AtOnce {
            let Some(wrapped) = wrap(stream).await else {
                return;
            };
            (stream, self.private) = (wrapped, true);
        }
        let mut wire = BufReader::new(stream);
        if !self
            .go_on(&mut wire, Step::Greeting, "220 post office")
            .await
        {
            return;
        }
        let (mut from, mut to, mut login) = (String::new(), Vec::new(), None);
        while let Some(command) = hear(&mut wire).await {
            let upper = command.to_uppercase();
            let needs_tls = privacy == Privacy::Offered && !self.private;
            let went_on = if upper.starts_with("EHLO") {
                let tls = if needs_tls { "250-STARTTLS\r\n" } else { "" };
                let hello = format!("250-post office\r\n{tls}250-SMTPUTF8\r\n250 AUTH PLAIN");
                say(&mut wire, &hello).await
            } else if upper == "STARTTLS" {
                say(&mut wire, "220 go on").await;
                let Some(wrapped) = wrap(wire.into_inner()).await else {
                    return;
                };
                (wire, self.private) = (BufReader::new(wrapped), true);
                true
            } else if upper == "QUIT" {
                say(&mut wire, "221 bye").await;
                return;
            } else if needs_tls {
                say(&mut wire, "530 TLS first").await
            } else if let Some(said) = upper.strip_prefix("AUTH ").map(|_| &command[5..]) {
                login = Some(said.to_owned());
                self.go_on(&mut wire, Step::Auth, "235 welcome").await
            } else if upper.starts_with("MAIL FROM:") {
                (from, to) = (command[10..].to_owned(), Vec::new());
                self.go_on(&mut wire, Step::From, "250 ok").await
            } else if upper.starts_with("RCPT TO:") {
                to.push(command[8..].to_owned());
                self.go_on(&mut wire, Step::To, "250 ok").await
            } else if upper == "DATA" {
                self.go_on(&mut wire, Step::Data, "354 go on").await
                    && self.mail(&mut wire, &from, &to, &login).await
            } else {
                say(&mut wire, "250 ok").await
            };
            if !went_on {
                return;
            }
        }
    }

    /// Listens to the mail itself, if it was invited to, and takes it.
    async fn mail(
        &self,
        wire: &mut Wire,
        from: &str,
        to: &[String],
        login: &Option<String>,
    ) -> bool {
        if self.mood(Step::Data).is_some() {
            return true;
        }
        let mut text = String::new();
        while let Some(line) = hear(wire).await {
            if text.is_empty() && !self.go_on(wire, Step::Middle, "").await {
                return false;
            }
            if line == "." {
                if self.mood(Step::End).is_none() {
                    let mail = Taken {
                        from: from.to_owned(),
                        to: to.to_vec(),
                        text,
                        private: self.private,
                        login: login.clone(),
                    };
                    self.taken.send_modify(|taken| taken.push(mail));
                }
                return self.go_on(wire, Step::End, "250 taken").await;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push_str("\r\n");
        }
        false
    }

    fn mood(&self, step: Step) -> Option<Mood> {
        let desk = self.desk.lock().unwrap();
        let mood = desk.moods.iter().find(|(at, _)| *at == step);
        mood.map(|(_, mood)| mood.clone())
    }

    /// Answers `usual` unless it is in the mood for something else; false when that was the end.
    async fn go_on(&self, wire: &mut Wire, step: Step, usual: &str) -> bool {
        self.desk.lock().unwrap().steps.push(step);
        match self.mood(step) {
            None if usual.is_empty() => true,
            None => say(wire, usual).await,
            Some(Mood::Says(reply)) => say(wire, reply).await,
            Some(Mood::HangsUp) => false,
            Some(Mood::KeepsSilent) => {
                // Until the other side gives up.
                while hear(wire).await.is_some() {}
                false
            }
        }
    }
}

async fn hear(wire: &mut Wire) -> Option<String> {
    let mut line = Vec::new();
    let read = wire.read_until(b'\n', &mut line).await.ok()?;
    let line = String::from_utf8_lossy(&line).into_owned();
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn say(wire: &mut Wire, reply: &str) -> bool {
    let reply = format!("{reply}\r\n");
    wire.write_all(reply.as_bytes()).await.is_ok() && wire.flush().await.is_ok()
}

async fn wrap(stream: Box<dyn Line>) -> Option<Box<dyn Line>> {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let stream = acceptor.accept(stream).await.ok()?;
    Some(Box::new(stream))
}
