//! The mail server, and speaking SMTP with it.
//!
//! lettre writes the commands and reads the answers. The conversation is led here, step by step,
//! because where it breaks off decides what is known: before the mail itself has left nothing was
//! handed over; after that only the mail server can say.

use super::message::{Mailing, Sender};
use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    commands::{Data, Mail, Noop, Rcpt},
    extension::{ClientId, Extension, MailParameter},
};
use percent_encoding::percent_decode_str;
use std::{error::Error as _, fmt, future::Future, str::FromStr, time::Duration};
use url::{Host, Url};

/// A mail server and how to reach it, from `smtp://` or `smtps://`.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, String)>,
}

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything that matters; never without.
    StartTls,
    /// None, unless an authority is named: the bytes do not leave the machine.
    Loopback,
}

impl FromStr for Relay {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "no address such as smtp://user:password@mail.example.org";
        let url: Url = text.parse().map_err(|_| wrong)?;
        let extra = url.query().is_some() || url.fragment().is_some();
        let path = !matches!(url.path(), "" | "/");
        let host = url.host_str().filter(|_| !extra && !path).ok_or(wrong)?;
        // The scheme is none that URLs give a meaning to, so its host was not looked at.
        let host = Host::parse(host).map_err(|_| wrong)?;
        let loopback = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if loopback => (Security::Loopback, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(wrong),
        };
        let decode = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(String::from).map_err(|_| wrong)
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some((decode(user)?, decode(password.unwrap_or_default())?)),
        };
        Ok(Self {
            host: match host {
                Host::Ipv6(address) => address.to_string(),
                host => host.to_string(),
            },
            port: url.port().unwrap_or(port),
            security,
            login,
        })
    }
}

// Without user and password.
impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({:?} {}:{})", self.security, self.host, self.port)
    }
}

/// Why a mail was not handed over.
#[derive(Debug)]
pub enum Failure {
    /// Not now: the mail server is not there, is busy, or does not like us. The same mail may be
    /// handed over later.
    Temporary(Said),
    /// The mail server will never take this mail.
    Refused(Said),
    /// It was handed over, and no answer came.
    Uncertain(Said),
}

/// What was said about a failure.
#[derive(Debug)]
pub struct Said {
    /// The mail server's own words, or ours where it said nothing: for owners, who know the address
    /// anyway. Never for the log.
    pub words: String,
    /// What the log may know: a reply code or what was being done.
    pub summary: String,
}

/// An open conversation.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
}

impl Connection {
    /// Opens one, private and signed in.
    pub async fn open(sender: &Sender) -> Result<Self, Failure> {
        let relay = &sender.relay;
        // Whoever names an authority for a server on this machine wants to see its certificate.
        let private = relay.security != Security::Loopback || sender.ca.is_some();
        let tls = match private {
            true => Some(trust(sender).await?),
            false => None,
        };
        let hello = ClientId::Domain(sender.hello.clone());
        let opened = async {
            let server = (relay.host.as_str(), relay.port);
            let at_once = tls.clone().filter(|_| relay.security == Security::Tls);
            let timeout = Some(sender.timeout);
            let mut smtp =
                AsyncSmtpConnection::connect_tokio1(server, timeout, &hello, at_once, None).await?;
            if let Some(tls) = tls.filter(|_| relay.security != Security::Tls) {
                smtp.starttls(tls, &hello).await?;
            }
            if let Some((user, password)) = &relay.login {
                let credentials = Credentials::new(user.clone(), password.clone());
                let mechanisms = [Mechanism::Plain, Mechanism::Login];
                smtp.auth(&mechanisms, &credentials).await?;
            }
            Ok(smtp)
        };
        // Greeting, hello, TLS, hello again, password: five answers at most.
        let smtp = within(sender.timeout * 5, opened).await;
        let smtp = smtp.map_err(|error| temporary("connect", &error))?;
        Ok(Self {
            smtp,
            timeout: sender.timeout,
        })
    }

    /// Whether the mail server still answers.
    pub async fn is_alive(&mut self) -> bool {
        let asked = within(self.timeout, self.smtp.command(Noop));
        asked.await.is_ok()
    }

    /// Everything before the mail itself: afterwards the mail server waits for its bytes.
    ///
    /// A sender that is refused is our own trouble, a receiver that is refused is his.
    pub async fn announce(&mut self, mail: &Mailing) -> Result<(), Failure> {
        let mut options = Vec::new();
        let addresses = mail.envelope.to().iter().chain(mail.envelope.from());
        if addresses.into_iter().any(|it| !it.to_string().is_ascii()) {
            if !self
                .smtp
                .server_info()
                .supports_feature(Extension::SmtpUtfEight)
            {
                return Err(Failure::Refused(Said {
                    words: "The mail server takes no addresses with such letters.".into(),
                    summary: "no SMTPUTF8".into(),
                }));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let from = Mail::new(mail.envelope.from().cloned(), options);
        let sent = within(self.timeout, self.smtp.command(from)).await;
        sent.map_err(|error| temporary("name the sender", &error))?;
        for to in mail.envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            let sent = within(self.timeout, self.smtp.command(to)).await;
            sent.map_err(|error| verdict("name the receiver", &error))?;
        }
        let sent = within(self.timeout, self.smtp.command(Data)).await;
        sent.map_err(|error| verdict("begin the mail", &error))?;
        Ok(())
    }

    /// The mail itself, after [`Connection::announce`].
    pub async fn hand_over(&mut self, mail: &Mailing) -> Result<(), Failure> {
        let sent = within(self.timeout, self.smtp.message(&mail.bytes)).await;
        sent.map(|_| ()).map_err(|error| match error {
            Broken::Smtp(ref smtp) if smtp.status().is_some() => verdict("hand it over", &error),
            error => Failure::Uncertain(error.said("hand it over")),
        })
    }

    /// Takes leave, however it is taken.
    pub async fn close(mut self) {
        let _ = within(Duration::from_secs(5), self.smtp.quit()).await;
    }
}

/// Whose certificates are believed.
async fn trust(sender: &Sender) -> Result<TlsParameters, Failure> {
    let (host, ca) = (sender.relay.host.clone(), sender.ca.clone());
    // The system's certificates are files.
    let read = tokio::task::spawn_blocking(move || {
        let mut builder = TlsParameters::builder(host);
        if let Some(file) = ca {
            let pem = std::fs::read(&file).map_err(|error| format!("smtp_ca: {error}"))?;
            let ca = Certificate::from_pem(&pem).map_err(|error| format!("smtp_ca: {error}"))?;
            builder = builder.add_root_certificate(ca);
        }
        builder.build_rustls().map_err(|error| error.to_string())
    });
    let read = read.await.unwrap_or_else(|error| Err(error.to_string()));
    read.map_err(|wrong| {
        Failure::Temporary(Said {
            words: "The mail server's certificate cannot be checked.".into(),
            summary: wrong,
        })
    })
}

/// What went wrong with one step.
enum Broken {
    Smtp(SmtpError),
    TimeOut,
}

impl Broken {
    fn said(&self, doing: &str) -> Said {
        match self {
            Self::TimeOut => Said {
                words: "The mail server did not answer in time.".into(),
                summary: format!("{doing}: no answer in time"),
            },
            Self::Smtp(error) => match error.status() {
                Some(code) => Said {
                    words: format!("{code} {}", words_of(error)),
                    summary: format!("{doing}: {code}"),
                },
                None => Said {
                    words: "The connection to the mail server was lost.".into(),
                    // Ours and the operating system's words: no address is in them.
                    summary: format!("{doing}: {error}"),
                },
            },
        }
    }
}

/// What the mail server said, short enough to be shown.
fn words_of(error: &SmtpError) -> String {
    let said = error.source().map(ToString::to_string);
    let said = super::content::line(&said.unwrap_or_default());
    said.chars().take(300).collect()
}

async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Broken> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done.map_err(Broken::Smtp),
        Err(_) => Err(Broken::TimeOut),
    }
}

fn temporary(doing: &str, broken: &Broken) -> Failure {
    Failure::Temporary(broken.said(doing))
}

/// A 5yz is for ever (RFC 5321 § 4.2.1), everything else for now.
fn verdict(doing: &str, broken: &Broken) -> Failure {
    let said = broken.said(doing);
    match broken {
        Broken::Smtp(error) if error.is_permanent() => Failure::Refused(said),
        _ => Failure::Temporary(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(text: &str) -> Relay {
        text.parse().unwrap()
    }

    #[test]
    fn the_scheme_says_how_private_and_only_loopback_goes_without() {
        let tls = relay("smtps://mail.example.org");
        assert_eq!((tls.security, tls.port), (Security::Tls, 465));
        let start = relay("smtp://mail.example.org:2525/");
        assert_eq!((start.security, start.port), (Security::StartTls, 2525));
        for local in ["smtp://localhost", "smtp://127.0.0.1", "smtp://[::1]"] {
            let local = relay(local);
            assert_eq!((local.security, local.port), (Security::Loopback, 25));
        }
        assert_eq!(relay("smtp://[::1]").host, "::1");
        assert_eq!(relay("smtp://10.0.0.1").security, Security::StartTls);
    }

    #[test]
    fn a_password_is_decoded_and_never_shown() {
        let relay = relay("smtp://palier%40example.org:p%40ss%3Aword@mail.example.org");
        let login = Some(("palier@example.org".to_owned(), "p@ss:word".to_owned()));
        assert_eq!(relay.login, login);
        assert!(!format!("{relay:?}").contains("word"));
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for wrong in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://mail.example.org/inbox",
            "smtp://mail.example.org?tls=none",
        ] {
            assert!(wrong.parse::<Relay>().is_err(), "{wrong}");
        }
    }
}
