//! Sizes of files.

use crate::Language;

/// A size as people read it: `812 octets`, `340 Ko`, `1,5 Mo`.
pub fn format_bytes(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::Fr => ["octets", "Ko", "Mo", "Go"],
        Language::En => ["bytes", "KB", "MB", "GB"],
    };
    // Narrow no-break space, so that number and unit stay on one line.
    let say = |number: String, unit: &str| {
        let number = match language {
            Language::Fr => number.replace('.', ","),
            Language::En => number,
        };
        format!("{number}\u{202f}{unit}")
    };
    if bytes < 1024 {
        let unit = match (bytes, language) {
            (0 | 1, Language::Fr) => "octet",
            (1, Language::En) => "byte",
            _ => units[0],
        };
        return say(bytes.to_string(), unit);
    }
    let (mut value, mut unit) = (bytes as f64 / 1024.0, 1);
    while value >= 1023.5 && unit < 3 {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(value < 10.0 && (value * 10.0).round() % 10.0 != 0.0);
    say(format!("{value:.digits$}"), units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_read_them() {
        let say = |bytes| format_bytes(Language::Fr, bytes).replace('\u{202f}', " ");
        assert_eq!(say(0), "0 octet");
        assert_eq!(say(812), "812 octets");
        assert_eq!(say(1024), "1 Ko");
        assert_eq!(say(1536), "1,5 Ko");
        assert_eq!(say(348_160), "340 Ko");
        assert_eq!(say(1024 * 1024 - 1), "1 Mo");
        assert_eq!(say(25 * 1024 * 1024), "25 Mo");
        assert_eq!(format_bytes(Language::En, 1_572_864), "1.5\u{202f}MB");
    }
}
