//! Which tickets a person is told about, natively.
//!
//! Asked when a pull reached its end. Everything decided on is recorded by the driver (shown or
//! suppressed) *before* the desktop is called, so a ticket is announced at most once.

use palier_domain::{IncidentId, Priority, TicketId};

/// More than so many incidents at once become one summary.
pub const SUMMARY_ABOVE: usize = 5;

/// So many emergencies at once are told one by one, whatever else is summed up.
pub const EMERGENCIES_EACH: usize = 5;

/// A foreign ticket above `notify_after_n` and above what the person has read, that was never
/// decided on. The driver reads these from journal and cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// On which incident.
    pub incident_id: IncidentId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its place in the thread.
    pub n: u64,
    /// How much the incident presses.
    pub priority: Priority,
    /// The person wants to hear no more of the incident.
    pub muted: bool,
}

/// What is in front of the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Focus {
    /// The window has the keyboard.
    pub focused: bool,
    /// The thread that is open.
    pub incident_id: Option<IncidentId>,
    /// Its last ticket is in the viewport.
    pub at_end: bool,
}

impl Focus {
    /// Whether the person sees new tickets of `incident_id` as they come.
    pub fn shows(&self, incident_id: IncidentId) -> bool {
        self.focused && self.at_end && self.incident_id == Some(incident_id)
    }
}

/// What the person wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// Native notifications are on.
    pub native: bool,
    /// Whether the person wants quiet.
    pub hours: Hours,
}

/// Whether the person wants quiet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hours {
    /// No.
    #[default]
    Usual,
    /// Only emergencies may make a noise; the rest is held.
    Quiet,
    /// The quiet hours are over: what was held is told, in one notification.
    JustEnded,
}

/// What to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// One native notification per incident: its newest candidate, and how many there are.
    pub native: Vec<(Candidate, usize)>,
    /// One native summary of what is not told one by one.
    pub summary: Option<Summary>,
    /// Toasts in the page: the window is focused on something else.
    pub toasts: Vec<(Candidate, usize)>,
    /// Every candidate that was decided on, to be recorded, with whether it was shown.
    pub decided: Vec<(TicketId, bool)>,
    /// How many candidates wait for the end of the quiet hours. Nothing is recorded of them: they are
    /// candidates again next time, unless they were read meanwhile.
    pub held: usize,
}

/// A count instead of many notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// How many tickets.
    pub tickets: usize,
    /// On how many incidents.
    pub incidents: usize,
    /// Emergencies are among them: there were more than [`EMERGENCIES_EACH`].
    pub urgent: bool,
}

/// Decides about all candidates. `first` is the first pull after a bootstrap: everything in it is
/// history and ends in one summary. No emergency is lost in one. Quiet hours are about noise: a person at the window is told there.
pub fn decide(candidates: &[Candidate], focus: Focus, wishes: Wishes, first: bool) -> Decision {
    let mut decision = Decision::default();
    let mut groups: Vec<(Candidate, usize)> = Vec::new();
    for candidate in candidates {
        // Decided on all the same: an end of the silence announces nothing of the time before.
        let suppressed = candidate.muted || focus.shows(candidate.incident_id);
        let shown = !suppressed && (focus.focused || wishes.native);
        let loud = focus.focused || presses(candidate);
        if shown && !loud && wishes.hours == Hours::Quiet {
            decision.held += 1;
            continue;
        }
        decision.decided.push((candidate.ticket_id, shown));
        if !shown {
            continue;
        }
        match groups
            .iter_mut()
            .find(|(newest, _)| newest.incident_id == candidate.incident_id)
        {
            Some((newest, count)) => {
                *count += 1;
                if candidate.n > newest.n {
                    *newest = candidate.clone();
                }
            }
            None => groups.push((candidate.clone(), 1)),
        }
    }
    let above = match wishes.hours {
        Hours::JustEnded if !focus.focused => 1,
        _ => SUMMARY_ABOVE,
    };
    let (mut each, mut rest): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|(newest, _)| presses(newest));
    let too_many = each.split_off(each.len().min(EMERGENCIES_EACH));
    if !first && rest.len() <= above {
        each.append(&mut rest);
    }
    rest.extend(too_many);
    if !rest.is_empty() {
        decision.summary = Some(Summary {
            tickets: rest.iter().map(|(_, count)| count).sum(),
            incidents: rest.len(),
            urgent: rest.iter().any(|(newest, _)| presses(newest)),
        });
    }
    if focus.focused {
        decision.toasts = each;
    } else {
        decision.native = each;
    }
    decision
}

fn presses(candidate: &Candidate) -> bool {
    candidate.priority == Priority::Emergency
}
