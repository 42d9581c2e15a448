//! Telling the core what is in front of the person, so that nothing about it is notified.

use super::use_window_focus;
use crate::context::use_backend;
use palier_bridge::request::ReportFocus;
use palier_domain::IncidentId;
use std::{cell::RefCell, rc::Rc};
use yew::{platform::spawn_local, prelude::*};

/// Where a thread says that it is open. The newest one counts: a thread that closes late does not
/// take back what its successor said.
#[derive(Clone)]
pub struct FocusReport {
    in_front: Rc<RefCell<Option<(IncidentId, bool)>>>,
    changed: Callback<()>,
}

impl FocusReport {
    /// This thread is open, its end in the viewport or not.
    pub fn shows(&self, incident_id: IncidentId, at_end: bool) {
        let now = Some((incident_id, at_end));
        if self.in_front.replace(now) != now {
            self.changed.emit(());
        }
    }

    /// This thread is closed.
    pub fn leaves(&self, incident_id: IncidentId) {
        let mine = self
            .in_front
            .borrow()
            .is_some_and(|(open, _)| open == incident_id);
        if mine {
            self.in_front.take();
            self.changed.emit(());
        }
    }
}

impl PartialEq for FocusReport {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.in_front, &other.in_front)
    }
}

/// Sends a report whenever window or thread change. Used once, by the main window.
#[hook]
pub fn use_focus_report() -> FocusReport {
    let backend = use_backend();
    let focused = use_window_focus();
    let in_front = use_mut_ref(|| None::<(IncidentId, bool)>);
    let sent = use_mut_ref(|| None::<ReportFocus>);
    let focused_now = use_mut_ref(|| focused);
    *focused_now.borrow_mut() = focused;
    let send = {
        let in_front = in_front.clone();
        use_callback(backend, move |(), backend| {
            let open = *in_front.borrow();
            let report = ReportFocus {
                focused: *focused_now.borrow(),
                incident_id: open.map(|(incident_id, _)| incident_id),
                at_end: open.is_some_and(|(_, at_end)| at_end),
            };
            if sent.borrow_mut().replace(report.clone()).as_ref() != Some(&report) {
                let backend = backend.clone();
                // A report that is refused is overtaken by the next one.
                spawn_local(async move {
                    let _ = backend.call(report).await;
                });
            }
        })
    };
    {
        let send = send.clone();
        use_effect_with(focused, move |_| send.emit(()));
    }
    FocusReport {
        in_front,
        changed: send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_thread_that_closes_late_does_not_speak_for_its_successor() {
        let told = Rc::new(Cell::new(0));
        let counting = {
            let told = told.clone();
            Callback::from(move |()| told.set(told.get() + 1))
        };
        let report = FocusReport {
            in_front: Rc::default(),
            changed: counting,
        };
        let [a, b] = [1, 2].map(|id| IncidentId(uuid::Uuid::from_u128(id)));
        report.shows(a, false);
        report.shows(b, true);
        report.leaves(a);
        report.shows(b, true);
        assert_eq!(*report.in_front.borrow(), Some((b, true)));
        assert_eq!(told.get(), 2);
        report.leaves(b);
        assert_eq!(*report.in_front.borrow(), None);
    }
}
