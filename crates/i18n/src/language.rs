//! The files of each language.

use palier_domain::Language;
use unic_langid::{LanguageIdentifier, langid};

pub fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::Fr => langid!("fr-FR"),
        Language::En => langid!("en-GB"),
    }
}

/// The Fluent files, each with its name for messages about mistakes in it.
pub fn sources(language: Language) -> [(&'static str, &'static str); 7] {
    macro_rules! files {
        ($folder:literal) => {
            [
                (
                    "desktop",
                    include_str!(concat!("../../../locales/", $folder, "/desktop.ftl")),
                ),
                (
                    "errors",
                    include_str!(concat!("../../../locales/", $folder, "/errors.ftl")),
                ),
                (
                    "mails",
                    include_str!(concat!("../../../locales/", $folder, "/mails.ftl")),
                ),
                (
                    "screens",
                    include_str!(concat!("../../../locales/", $folder, "/screens.ftl")),
                ),
                (
                    "server",
                    include_str!(concat!("../../../locales/", $folder, "/server.ftl")),
                ),
                (
                    "time",
                    include_str!(concat!("../../../locales/", $folder, "/time.ftl")),
                ),
                (
                    "words",
                    include_str!(concat!("../../../locales/", $folder, "/words.ftl")),
                ),
            ]
        };
    }
    match language {
        Language::Fr => files!("fr"),
        Language::En => files!("en"),
    }
}
