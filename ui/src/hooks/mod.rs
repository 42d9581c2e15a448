//! Hooks: where state lives. Each is named after the thing and returns a handle with verbs.

mod draft_saver;
mod serial_queue;
mod use_app_event;
mod use_draft;
mod use_focus_report;
mod use_hotkey;
mod use_incident_ticketing;
mod use_kept_keyboard;
mod use_last_incident;
mod use_leaving;
mod use_licences;
mod use_links;
mod use_list_filters;
mod use_list_window;
mod use_modal;
mod use_more_hits;
mod use_now;
mod use_photos;
mod use_query;
mod use_read_marker;
mod use_send;
mod use_stored;
mod use_styles;
mod use_thread_scroll;
mod use_width;
mod use_window_focus;
mod use_zoom;

pub use serial_queue::SerialQueue;
pub use use_app_event::use_app_event;
pub use use_draft::{DraftHandle, DraftSlot, use_draft};
pub use use_focus_report::{FocusReport, use_focus_report};
pub use use_hotkey::{HELP, is_typing, use_hotkey};
pub use use_incident_ticketing::{
    IncidentTicketingHandle, IncidentTicketingOptions, use_incident_ticketing,
};
pub use use_kept_keyboard::{has_the_keyboard, keyboard_is_lost, use_kept_keyboard};
pub use use_last_incident::use_last_incident;
pub use use_leaving::use_leaving;
pub use use_licences::{Licence, Licences, use_licences};
pub use use_links::use_links;
pub use use_list_filters::{UseListFilters, use_go_to_list, use_list_filters};
pub use use_list_window::{ListWindow, use_list_window};
pub use use_modal::use_modal;
pub use use_more_hits::use_more_hits;
pub use use_now::{use_countdown, use_now};
pub use use_photos::{Photos, PhotosFrom, use_photos};
pub use use_query::{Query, use_current_query, use_query};
pub use use_read_marker::use_read_marker;
pub use use_send::{use_send, use_send_or};
pub use use_stored::{UseStored, forget_stored, use_account_stored, use_stored};
pub use use_styles::use_styles;
pub use use_thread_scroll::{ThreadScroll, use_thread_scroll};
pub use use_width::use_width;
pub use use_window_focus::use_window_focus;
pub use use_zoom::use_zoom;
