//! Links that open an incident in the application: `palier://incident/<id>`.

use crate::IncidentId;

/// The scheme that the desktop registers.
pub const LINK_SCHEME: &str = "palier";

/// The link to an incident. It names the incident and nothing of it: whoever may not see the incident learns
/// nothing from the link.
#[must_use]
pub fn incident_link(id: IncidentId) -> String {
    format!("{LINK_SCHEME}://incident/{id}")
}

/// The incident that a link leads to; none when it is no such link. What programs on the way like to add (a
/// slash at the end, a query, another case of the scheme) changes nothing.
#[must_use]
pub fn parse_incident_link(link: &str) -> Option<IncidentId> {
    let (scheme, rest) = link.trim().split_once("://")?;
    if !scheme.eq_ignore_ascii_case(LINK_SCHEME) {
        return None;
    }
    let path = rest.split(['?', '#']).next()?;
    let (what, id) = path.trim_end_matches('/').split_once('/')?;
    if !what.eq_ignore_ascii_case("incident") {
        return None;
    }
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01936b3e-7d1a-7000-8000-000000000001";

    #[test]
    fn a_link_leads_to_the_incident_that_it_was_made_for() {
        let id: IncidentId = ID.parse().unwrap();
        assert_eq!(incident_link(id), format!("palier://incident/{ID}"));
        let upper = ID.to_uppercase();
        for link in [
            incident_link(id),
            format!(" palier://incident/{ID}/\n"),
            format!("PALIER://Incident/{upper}"),
            format!("palier://incident/{ID}?from=mail#top"),
        ] {
            assert_eq!(parse_incident_link(&link), Some(id), "{link}");
        }
    }

    #[test]
    fn other_links_lead_nowhere() {
        for link in [
            "",
            "palier://incident/",
            "palier://incident/7",
            &format!("palier://incident/{ID}/../x"),
            &format!("palier://lease/{ID}"),
            &format!("https://incident/{ID}"),
            &format!("palier:incident/{ID}"),
            ID,
        ] {
            assert_eq!(parse_incident_link(link), None, "{link}");
        }
    }
}
