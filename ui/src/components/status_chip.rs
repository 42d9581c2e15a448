//! Where an incident stands.

use super::Glyph;
use crate::context::use_i18n;
use icondata_core::Icon;
use icondata_lu::{LuArchive, LuCalendarClock, LuCircleCheckBig, LuCircleDot, LuEye};
use palier_domain::Status;
use yew::prelude::*;

/// Properties of [`StatusChip`].
#[derive(PartialEq, Properties)]
pub struct StatusChipProps {
    /// Which status.
    pub status: Status,
}

/// The icon of a status.
pub(crate) fn status_icon(status: Status) -> Icon {
    match status {
        Status::Open => LuCircleDot,
        Status::Acknowledged => LuEye,
        Status::Planned => LuCalendarClock,
        Status::Resolved => LuCircleCheckBig,
        Status::Closed => LuArchive,
    }
}

/// A status as icon and word.
#[component]
pub fn StatusChip(props: &StatusChipProps) -> Html {
    let i18n = use_i18n();
    let status = props.status;
    html! {
        <span class="chip" data-status={status.as_str()}>
            <Glyph icon={status_icon(status)} size={13} />
            { i18n.status(status) }
        </span>
    }
}
