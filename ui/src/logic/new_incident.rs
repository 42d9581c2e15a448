//! What is filled in about a new incident.

use palier_bridge::{CommandError, view::UnitChoice};
use palier_domain::{
    Category, IncidentTitle, Invalid, InvalidReason, Priority, TicketText, UnitId,
};
use serde::{Deserialize, Serialize};

/// The form, as it is kept until the incident is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewIncident {
    /// The word of the unit; empty while none is chosen.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// What happened.
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it presses.
    pub priority: Priority,
}

impl Default for NewIncident {
    fn default() -> Self {
        Self {
            unit: String::new(),
            title: String::new(),
            description: String::new(),
            category: Category::Plumbing,
            priority: Priority::Normal,
        }
    }
}

impl NewIncident {
    /// Somebody would have to type it again.
    pub fn has_words(&self) -> bool {
        ![&self.title, &self.description]
            .iter()
            .all(|words| words.trim().is_empty())
    }

    /// Refuses here what can be refused here.
    ///
    /// # Errors
    /// `Invalid`, with the field that asks for something else.
    pub fn check(&self) -> Result<UnitId, CommandError> {
        let unit_id = self
            .unit
            .parse()
            .map_err(|_| Invalid::new("unit_id", InvalidReason::Empty))?;
        IncidentTitle::parse(&self.title)?;
        TicketText::parse(&self.description, 0)
            .map_err(|invalid| Invalid::new("description", invalid.reason))?;
        Ok(unit_id)
    }
}

/// The unit, where there is one only.
pub fn only_one(units: Option<&Vec<UnitChoice>>) -> Option<UnitId> {
    match units.map(Vec::as_slice) {
        Some([only]) => Some(only.id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(unit: &str, title: &str, description: &str) -> NewIncident {
        NewIncident {
            unit: unit.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            ..NewIncident::default()
        }
    }

    const UNIT: &str = "01936b3e-7d1a-7000-8000-000000000001";

    #[test]
    fn each_missing_part_is_named() {
        let field = |form: NewIncident| match form.check() {
            Err(CommandError::Invalid(invalid)) => invalid.field,
            other => format!("{other:?}"),
        };
        assert_eq!(field(form("", "Fuite", "Ça coule")), "unit_id");
        assert_eq!(field(form(UNIT, " ", "Ça coule")), "title");
        assert_eq!(field(form(UNIT, "Fuite", " \n")), "description");
        assert!(form(UNIT, "Fuite", "Ça coule").check().is_ok());
    }

    #[test]
    fn what_was_typed_survives_being_kept_and_a_choice_alone_is_no_words() {
        let typed = NewIncident {
            category: Category::Gas,
            priority: Priority::Emergency,
            ..form(UNIT, "Odeur de gaz", "Dans l’entrée")
        };
        let kept = serde_json::to_string(&typed).unwrap();
        assert_eq!(serde_json::from_str::<NewIncident>(&kept).unwrap(), typed);
        assert!(typed.has_words());
        assert!(!form(UNIT, " ", "").has_words());
        let older = r#"{"title":"Fuite"}"#;
        assert!(
            serde_json::from_str::<NewIncident>(older)
                .unwrap()
                .has_words()
        );
    }
}
