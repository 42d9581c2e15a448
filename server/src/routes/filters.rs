//! Query parameters that hold several words, separated by commas: `status=open,planned`.

use crate::error::Result;
use palier_domain::{Invalid, InvalidReason};
use std::str::FromStr;

/// The words of the parameter `field`; none when it is absent, which means any.
///
/// # Errors
/// The field, when one of its words is none of the list, or it is there and empty.
pub fn words<T: FromStr>(field: &str, text: Option<&str>) -> Result<Option<Vec<T>>> {
    let malformed = |_| Invalid::new(field, InvalidReason::Malformed);
    text.map(|text| {
        text.split(',')
            .map(|word| word.trim().parse().map_err(malformed))
            .collect::<Result<Vec<T>, Invalid>>()
    })
    .transpose()
    .map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_domain::Status;

    #[test]
    fn several_words_are_separated_by_commas() {
        let read = |text| words::<Status>("status", text);
        assert_eq!(read(None).unwrap(), None);
        let two = vec![Status::Open, Status::Planned];
        assert_eq!(read(Some("open, planned")).unwrap(), Some(two));
        for wrong in ["", "open,", "lost", "open'--"] {
            assert!(read(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
