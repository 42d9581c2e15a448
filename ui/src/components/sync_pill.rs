//! How the connection stands, quietly.

use super::Glyph;
use crate::{
    clock::local,
    context::use_i18n,
    logic::display::{link_word, pill_key},
};
use icondata_core::Icon;
use icondata_lu::{
    LuCheck, LuCloudAlert, LuCloudOff, LuCloudUpload, LuDownload, LuKeyRound, LuLoaderCircle,
};
use palier_bridge::view::{Link, SyncView};
use yew::prelude::*;

/// Properties of [`SyncPill`].
#[derive(PartialEq, Properties)]
pub struct SyncPillProps {
    /// The connection.
    pub sync: SyncView,
    /// It was pressed.
    pub onclick: Callback<()>,
}

fn icon(sync: &SyncView) -> Icon {
    match sync.link {
        Link::Online | Link::Connecting if sync.first_sync_rows.is_some() => LuLoaderCircle,
        Link::SignedOut | Link::NeedsSignIn => LuKeyRound,
        Link::UpdateRequired => LuDownload,
        Link::Offline => LuCloudOff,
        Link::Connecting | Link::Online if sync.failed > 0 => LuCloudAlert,
        Link::Connecting => LuLoaderCircle,
        Link::Online if sync.waiting > 0 => LuCloudUpload,
        Link::Online if sync.not_put_back > 0 => LuCloudAlert,
        Link::Online => LuCheck,
    }
}

/// A pill that says whether everything has arrived; pressed, it shows what has not.
#[component]
pub fn SyncPill(props: &SyncPillProps) -> Html {
    let i18n = use_i18n();
    let sync = &props.sync;
    let key = pill_key(sync);
    let count = match key {
        "sync-failed" => sync.failed,
        "sync-not-put-back" => sync.not_put_back,
        _ => sync.waiting,
    };
    let words = match sync.first_sync_rows {
        Some(rows) => i18n.format("list-first-sync", &[("count", rows.into())]),
        None => i18n.format(key, &[("count", count.into())]),
    };
    let known = sync.up_to_date_at.map(|at| {
        let date = i18n.exact(local(at));
        i18n.format("sync-up-to-date-at", &[("date", date.into())])
    });
    // Nothing to say: where room is short, the icon says it.
    let well = key == "sync-online" && sync.first_sync_rows.is_none();
    let onclick = props.onclick.reform(|_| ());
    html! {
        <>
        <button
            type="button" class="pill" {onclick}
            data-testid="sync-pill"
            data-link={link_word(sync.link)}
            data-waiting={sync.waiting.to_string()}
            data-failed={sync.failed.to_string()}
            data-well={well.to_string()}
            title={known.unwrap_or_else(|| i18n.text("sync-open"))}
        >
            <Glyph icon={icon(sync)} size={15} />
            <span>{ &words }</span>
        </button>
        // Beside it: what is within a button is its name, and is not read out when it changes.
        <span class="sr-only" role="status">{ words }</span>
        </>
    }
}
