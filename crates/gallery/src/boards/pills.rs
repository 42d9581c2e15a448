//! The sync pill.

use crate::fixtures::clock::minutes_ago;
use palier_bridge::view::{Link, SyncView};
use palier_ui::components::SyncPill;
use yew::prelude::*;

/// Every link, with nothing waiting, with something waiting, with something refused.
#[component]
pub fn Pills() -> Html {
    let links = [
        Link::SignedOut,
        Link::Connecting,
        Link::Online,
        Link::Offline,
        Link::NeedsSignIn,
        Link::UpdateRequired,
    ];
    let counts = [(0, 0, 0), (1, 0, 0), (128, 0, 0), (2, 1, 0), (0, 0, 3)];
    let pill = |link: Link, (waiting, failed, not_put_back): (u32, u32, u32)| {
        let sync = SyncView {
            link,
            waiting,
            failed,
            not_put_back,
            first_sync_rows: None,
            up_to_date_at: Some(minutes_ago(52)),
        };
        html! { <div class="board-pill"><SyncPill {sync} onclick={Callback::noop()} /></div> }
    };
    html! {
        <>
            { for links.map(|link| html! {
                <>
                    <h2>{ format!("{link:?}") }</h2>
                    <div class="board-row">{ for counts.map(|count| pill(link, count)) }</div>
                </>
            }) }
        </>
    }
}
