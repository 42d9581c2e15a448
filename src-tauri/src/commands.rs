//! What the page can ask: one function per request of `palier-bridge`, each handed on as it is.
//!
//! A command that wants an `if` belongs into `palier-client`, where a plain test reaches it.

use palier_bridge::{CommandError, Request, request};
use palier_client::Client;
use tauri::{State, Wry, ipc::Invoke};

macro_rules! commands {
    ($($name:ident($request:ident))*) => {
        $(
            #[tauri::command]
            async fn $name(
                client: State<'_, Client>,
                request: request::$request,
            ) -> Result<<request::$request as Request>::Reply, CommandError> {
                tracing::debug!(command = stringify!($name), "the page asks");
                client.$name(request).await
            }
        )*

        /// Answers the page's calls.
        pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }

        #[cfg(test)]
        const HANDLED: &[(&str, &str)] =
            &[$((stringify!($name), <request::$request as Request>::COMMAND)),*];
    };
}

commands! {
    get_app_state(GetAppState)
    forget_rescue(ForgetRescue)
    forget_crash(ForgetCrash)
    open_log_folder(OpenLogFolder)
    get_about(GetAbout)
    sign_in(SignIn)
    get_autostart(GetAutostart)
    set_autostart(SetAutostart)
    take_link(TakeLink)
    switch_account(SwitchAccount)
    sign_out(SignOut)
    list_incidents(ListIncidents)
    search(Search)
    get_thread(GetThread)
    save_draft(SaveDraft)
    pick_attachments(PickAttachments)
    attach_dropped(AttachDropped)
    paste_image(PasteImage)
    remove_attachment(RemoveAttachment)
    send_ticket(SendTicket)
    add_note(AddNote)
    undo_ticket(UndoTicket)
    send_now(SendNow)
    edit_ticket(EditTicket)
    retry_ticket(RetryTicket)
    discard_ticket(DiscardTicket)
    mark_read(MarkRead)
    mark_notes_read(MarkNotesRead)
    set_unread_flag(SetUnreadFlag)
    set_status(SetStatus)
    set_priority(SetPriority)
    set_category(SetCategory)
    set_mute(SetMute)
    begin_incident(BeginIncident)
    discard_draft(DiscardDraft)
    open_incident(OpenIncident)
    list_units(ListUnits)
    list_portfolios(ListPortfolios)
    list_invitations(ListInvitations)
    make_portfolio(MakePortfolio)
    make_property(MakeProperty)
    make_unit(MakeUnit)
    make_lease(MakeLease)
    end_lease(EndLease)
    invite(Invite)
    revoke_invitation(RevokeInvitation)
    list_outbox(ListOutbox)
    retry_outbox_item(RetryOutboxItem)
    discard_outbox_item(DiscardOutboxItem)
    apply_anyway(ApplyAnyway)
    send_before(SendBefore)
    get_sync(GetSync)
    sync_now(SyncNow)
    report_focus(ReportFocus)
    ready_to_leave(ReadyToLeave)
    open_attachment(OpenAttachment)
    save_attachment(SaveAttachment)
    update_settings(UpdateSettings)
    pause_notifications(PauseNotifications)
    list_devices(ListDevices)
    revoke_device(RevokeDevice)
    change_password(ChangePassword)
    export_data(ExportData)
    get_room(GetRoom)
    free_downloads(FreeDownloads)
    test_notifications(TestNotifications)
    get_dashboard(GetDashboard)
    save_dashboard(SaveDashboard)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_request_has_its_command_and_every_command_its_request() {
        let handled: BTreeSet<&str> = HANDLED.iter().map(|(name, _)| *name).collect();
        let requests: BTreeSet<&str> = request::COMMANDS.iter().copied().collect();
        assert_eq!(handled, requests);
    }

    #[test]
    fn a_command_takes_the_request_of_its_name() {
        for (name, command) in HANDLED {
            assert_eq!(name, command);
        }
    }
}
