//! A mail as it travels: headers, plain text, and the same in simple HTML.
//!
//! Headers are written by lettre, which encodes what is not ASCII and lets nothing end a line; the
//! HTML holds nothing but escaped text and links of our own.

use super::{
    content::{Part, Words},
    relay::Relay,
};
use crate::{
    config::Config,
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{Mailbox, MultiPart, header},
};
use std::{path::PathBuf, time::Duration};
use url::Host;
use uuid::Uuid;

/// What is the same in all mails of this server, and where they are handed over.
pub struct Sender {
    /// The mail server.
    pub relay: Relay,
    /// Certificates that it may be signed by, besides the system's.
    pub ca: Option<PathBuf>,
    /// How long it may take for one answer.
    pub timeout: Duration,
    /// How this server calls itself.
    pub hello: String,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// Who reads a mail.
pub struct Reader {
    /// His address.
    pub address: String,
    /// How he is called, if he has an account.
    pub name: Option<String>,
}

/// A mail to be handed over.
pub struct Mailing {
    /// Who sends, who gets it.
    pub envelope: Envelope,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Sender {
    /// The sender that `config` describes; none without a mail server.
    pub fn new(config: &Config) -> Option<Self> {
        Some(Self {
            relay: config.smtp_url.clone()?,
            ca: config.smtp_ca.clone(),
            timeout: config.smtp_timeout,
            hello: config.public_url.as_ref()?.host_str()?.to_owned(),
            from: config.mail_from.clone()?,
            reply_to: config.mail_reply_to.clone(),
        })
    }

    /// The mail `id`, always the same bytes but for its date.
    ///
    /// # Errors
    /// An address that no mail can go to.
    pub fn mail(
        &self,
        id: Uuid,
        date: DateTime<Utc>,
        reader: &Reader,
        words: &Words,
    ) -> Result<Mailing> {
        let to = address(&reader.address).ok_or(Error::Corrupt("mail address"))?;
        let name = reader.name.as_deref().map(super::content::line);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to))
            .subject(super::content::line(&words.subject))
            .date(date.into())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentLanguage(words.language.code().to_owned()))
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let body = MultiPart::alternative_plain_html(plain(words), html(words));
        let message = builder.multipart(body).map_err(Error::Mail)?;
        Ok(Mailing {
            envelope: message.envelope().clone(),
            bytes: message.formatted(),
        })
    }
}

/// An address as SMTP takes it: a host name that is not ASCII in its ASCII form (IDNA).
fn address(text: &str) -> Option<Address> {
    let (local, host) = text.rsplit_once('@')?;
    let host = Host::parse(host).ok()?.to_string();
    Address::new(local, host).ok()
}

/// The words as plain text.
fn plain(words: &Words) -> String {
    let parts: Vec<_> = words
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Link(label, link) => format!("{label}\n{link}"),
        })
        .collect();
    parts.join("\n\n") + "\n"
}

/// The words as HTML without styles, pictures or scripts.
fn html(words: &Words) -> String {
    let parts: String = words
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => format!("<p>{}</p>\n", escaped(text)),
            Part::Link(label, link) => format!(
                "<p><a href=\"{}\">{}</a></p>\n",
                escaped(link),
                escaped(label)
            ),
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body>\n{parts}</body>\n</html>\n",
        words.language,
        escaped(&words.subject)
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A header whose value this program chose.
macro_rules! headers {
    ($($(#[$doc:meta])* $name:ident $(($field:ident))? = $header:literal, $value:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        struct $name $(($field))?;

        impl header::Header for $name {
            fn name() -> header::HeaderName {
                header::HeaderName::new_from_ascii_str($header)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Err("only ever written".into())
            }

            fn display(&self) -> header::HeaderValue {
                let value: fn(&Self) -> String = $value;
                header::HeaderValue::new(Self::name(), value(self))
            }
        }
    )*};
}

headers! {
    /// RFC 3834: nobody's holiday answers this.
    AutoSubmitted = "Auto-Submitted", |_| "auto-generated".to_owned();
    /// RFC 3282.
    ContentLanguage(String) = "Content-Language", |it| it.0.clone();
}
