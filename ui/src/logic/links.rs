//! Finding links in what people write. Text stays text: nothing here makes HTML.

use linkify::{LinkFinder, LinkKind};

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Plain words.
    Plain(String),
    /// A link: what was written, and where it leads.
    Link {
        /// As written.
        text: String,
        /// `https:`, `http:` or `mailto:`.
        href: String,
    },
}

/// Cuts a message into plain words and links. Only web and mail addresses become links.
pub fn stretches(message: &str) -> Vec<Stretch> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    finder
        .spans(message)
        .map(|span| {
            let text = span.as_str().to_owned();
            let lower = text.to_ascii_lowercase();
            let href = match span.kind() {
                Some(LinkKind::Email) => Some(format!("mailto:{text}")),
                Some(LinkKind::Url)
                    if lower.starts_with("https://") || lower.starts_with("http://") =>
                {
                    Some(text.clone())
                }
                _ => None,
            };
            match href {
                Some(href) => Stretch::Link { text, href },
                None => Stretch::Plain(text),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(message: &str) -> Vec<String> {
        stretches(message)
            .into_iter()
            .filter_map(|stretch| match stretch {
                Stretch::Link { href, .. } => Some(href),
                Stretch::Plain(_) => None,
            })
            .collect()
    }

    #[test]
    fn web_and_mail_addresses_become_links() {
        assert_eq!(
            links("Voir https://exemple.fr/a_(b), ou écrire à awa@exemple.fr."),
            ["https://exemple.fr/a_(b)", "mailto:awa@exemple.fr"]
        );
    }

    #[test]
    fn nothing_else_becomes_a_link() {
        assert_eq!(
            links("javascript:alert(1) ftp://x.fr data:text/html,<b>").len(),
            0
        );
    }

    #[test]
    fn the_words_stay_as_written() {
        let message = "<b>a</b>\n  https://x.fr ?";
        let joined: String = stretches(message)
            .into_iter()
            .map(|stretch| match stretch {
                Stretch::Plain(text) | Stretch::Link { text, .. } => text,
            })
            .collect();
        assert_eq!(joined, message);
    }
}
