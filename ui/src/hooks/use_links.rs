//! Following links that were opened elsewhere on the computer.

use super::use_app_event;
use crate::{
    context::{Announcement, use_backend},
    routes::Route,
};
use palier_bridge::{AppEvent, request::TakeLink, view::LinkTarget};
use palier_domain::Role;
use yew::{platform::spawn_local, prelude::*};
use yew_router::prelude::*;

/// Goes where a link leads: the one that waited for the page, and each that comes later. What leads nowhere
/// is announced. `nothing_waited` hears that no link waited for the page.
#[hook]
pub fn use_links(role: Role, announce: Callback<Announcement>, nothing_waited: Callback<()>) {
    let backend = use_backend();
    let navigator = use_navigator();
    let follow = Callback::from(move |none: Callback<()>| {
        let (backend, navigator) = (backend.clone(), navigator.clone());
        let announce = announce.clone();
        spawn_local(async move {
            match backend.call(TakeLink {}).await {
                Ok(Some(LinkTarget::Incident { incident_id })) => {
                    if let Some(navigator) = &navigator {
                        navigator.push(&Route::incident(role, incident_id));
                    }
                }
                Ok(Some(LinkTarget::NotHere)) => {
                    announce.emit(Announcement::Sentence("link-not-here"))
                }
                Ok(Some(LinkTarget::Nowhere)) => {
                    announce.emit(Announcement::Sentence("link-nowhere"))
                }
                Ok(None) => none.emit(()),
                Err(error) => announce.emit(Announcement::Error(error)),
            }
        });
    });
    let at_start = follow.clone();
    use_effect_with((), move |()| at_start.emit(nothing_waited));
    use_app_event(move |event| {
        if event == AppEvent::LinkFollowed {
            follow.emit(Callback::noop());
        }
    });
}
