//! What a person can do: one type per command, with its name and its reply.

use crate::view::{
    About, AppState, DashboardView, DeviceView, Draft, IncidentFilter, IncidentRow, InvitationLink,
    InvitationView, Invited, LinkTarget, NotificationTest, OutboxItem, PortfolioView, PropertyName,
    RoomView, SearchResults, SettingChange, Settings, SyncView, Thread, ThreadEntry,
};
use chrono::NaiveDate;
use palier_domain::{
    AttachmentId, Category, IncidentId, InvitationId, LeaseId, MutationId, PauseLength,
    PeriodChoice, PortfolioId, Priority, PropertyId, SessionId, Status, TicketId, UnitId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A command: its name, its arguments (the type itself) and its reply.
pub trait Request: Serialize + DeserializeOwned + 'static {
    /// The command's name, the same in the shell and on the wire.
    const COMMAND: &'static str;
    /// What a successful call answers.
    type Reply: Serialize + DeserializeOwned + 'static;
}

macro_rules! requests {
    // `$d` is a dollar: the macro that this makes has one of its own.
    (($d:tt) $($(#[$doc:meta])* $name:ident $command:ident -> $reply:ty { $($(#[$fdoc:meta])* $field:ident: $ty:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            pub struct $name { $($(#[$fdoc])* pub $field: $ty,)* }

            impl Request for $name {
                const COMMAND: &'static str = stringify!($command);
                type Reply = $reply;
            }
        )*

        /// Every command's name.
        pub const COMMANDS: &[&str] = &[$(stringify!($command)),*];

        /// Calls the macro `$then` with every command and its request: `get_app_state(GetAppState) …`. Who
        /// answers requests takes them from here, so that none can be forgotten.
        #[macro_export]
        macro_rules! every_command {
            ($d then:ident) => { $d then! { $($command($name))* } };
        }
    };
}

requests! {
    ($)
    /// Who is signed in, settings, unread total, sync: what a screen needs first.
    GetAppState get_app_state -> AppState {}
    /// The person knows what was saved of a damaged journal.
    ForgetRescue forget_rescue -> () {}
    /// The person knows of the crash of an earlier run.
    ForgetCrash forget_crash -> () {}
    /// What this program is, and whether there is a newer one.
    GetAbout get_about -> About {}
    /// Opens the folder with logs and crash reports.
    OpenLogFolder open_log_folder -> () {}
    /// Signs in and starts the first sync.
    SignIn sign_in -> AppState {
        /// The server's address, for instance `https://palier.exemple.fr`.
        server: String,
        /// Mail address.
        email: String,
        /// Password, as typed.
        password: String,
    }
    /// What an invitation's link invites to. Online only; of the server that is offered in the sign-in form.
    ShowInvitation show_invitation -> Invited {
        /// The link's secret.
        token: String,
    }
    /// Accepts an invitation: whoever is signed in joins, else the account of the invited address, which is made
    /// where there is none, and signed in.
    AcceptInvitation accept_invitation -> AppState {
        /// The link's secret.
        token: String,
        /// Name on screen, for a new account.
        name: Option<String>,
        /// The account's password, or the new account's; none to join as who is signed in.
        password: Option<String>,
    }
    /// Asks for a mail with a link to a new password; false where that server sends no mail.
    ForgotPassword forgot_password -> bool {
        /// The server's address.
        server: String,
        /// Mail address of the account.
        email: String,
    }
    /// Whose password a link sets: a mail address. Online only.
    ShowPasswordReset show_password_reset -> String {
        /// The link's secret.
        token: String,
    }
    /// Sets a new password by a link, which ends all sessions, and signs in with it.
    ResetPassword reset_password -> AppState {
        /// The link's secret.
        token: String,
        /// The new one: 8–128 characters.
        password: String,
    }
    /// The portfolios that the person runs, with everything in them.
    ListPortfolios list_portfolios -> Vec<PortfolioView> {}
    /// The properties of these portfolios, by name: to choose one.
    ListProperties list_properties -> Vec<PropertyName> {}
    /// Invitations that stand. Online only.
    ListInvitations list_invitations -> Vec<InvitationView> {}
    /// Makes a portfolio of the person's own. Online only.
    MakePortfolio make_portfolio -> () {
        /// Its name.
        name: String,
    }
    /// Makes a property. Online only.
    MakeProperty make_property -> () {
        /// In which portfolio.
        portfolio_id: PortfolioId,
        /// Its name.
        name: String,
    }
    /// Makes a unit. Online only.
    MakeUnit make_unit -> () {
        /// In which property.
        property_id: PropertyId,
        /// Its label.
        label: String,
    }
    /// Lets a unit. Online only.
    MakeLease make_lease -> () {
        /// What is let.
        unit_id: UnitId,
        /// First day.
        starts_on: NaiveDate,
        /// Last day; none while it runs on.
        ends_on: Option<NaiveDate>,
    }
    /// Says on which day a lease ends, or that it runs on. Online only.
    EndLease end_lease -> () {
        /// Which.
        lease_id: LeaseId,
        /// Last day.
        ends_on: Option<NaiveDate>,
    }
    /// Invites a tenant into a lease, or a co-owner into a portfolio. Online only.
    Invite invite -> InvitationLink {
        /// The portfolio that a co-owner joins. Either this or `lease_id`.
        portfolio_id: Option<PortfolioId>,
        /// The lease that a tenant joins.
        lease_id: Option<LeaseId>,
        /// Whom.
        email: String,
    }
    /// Takes an invitation back. Online only.
    RevokeInvitation revoke_invitation -> () {
        /// Which.
        id: InvitationId,
    }
    /// Whether the application starts with the computer.
    GetAutostart get_autostart -> bool {}
    /// Makes the application start with the computer, or no longer; answers how it stands.
    SetAutostart set_autostart -> bool {
        /// It shall.
        on: bool,
    }
    /// Where the link leads that was opened last; none when none waits, or nobody is signed in yet.
    TakeLink take_link -> Option<LinkTarget> {}
    /// Shows another of the accounts that are signed in on this device.
    SwitchAccount switch_account -> AppState {
        /// `key` of the account.
        key: String,
    }
    /// Signs out and deletes the local files. Refuses with `unsent_work` unless told to discard.
    SignOut sign_out -> AppState {
        /// Unsent work may be thrown away.
        discard_unsent: bool,
    }
    /// The incident list, newest activity first.
    ListIncidents list_incidents -> Vec<IncidentRow> {
        /// Which incidents.
        filter: IncidentFilter,
        /// At most so many; all without.
        limit: Option<u32>,
    }
    /// Incidents, messages, file names and people with these words, newest first.
    Search search -> SearchResults {
        /// As typed: every word must be there, the last one may be only begun.
        query: String,
        /// `next` of the page before; none for the first.
        after: Option<String>,
    }
    /// The thread of an incident: the page of tickets that ends before `before_n` (the newest one
    /// without), own unsent tickets at the end, and the draft.
    GetThread get_thread -> Thread {
        /// Which incident.
        incident_id: IncidentId,
        /// Tickets with smaller numbers only.
        before_n: Option<u64>,
        /// How many tickets at most (1–200).
        limit: u32,
    }
    /// Keeps the text as typed; survives a crash. Empty text without files removes the draft.
    SaveDraft save_draft -> () {
        /// On which incident.
        incident_id: IncidentId,
        /// The text as typed.
        message: String,
        /// It is a note among owners.
        note: bool,
    }
    /// Opens the system's picker and copies what was picked into the draft.
    PickAttachments pick_attachments -> Draft {
        /// On which incident.
        incident_id: IncidentId,
    }
    /// Copies the files that were dropped on the window last into the draft.
    AttachDropped attach_dropped -> Draft {
        /// On which incident.
        incident_id: IncidentId,
    }
    /// Copies the picture that is in the clipboard into the draft; changes nothing when there is none.
    PasteImage paste_image -> Draft {
        /// On which incident.
        incident_id: IncidentId,
    }
    /// Takes a file out of the draft.
    RemoveAttachment remove_attachment -> Draft {
        /// On which incident.
        incident_id: IncidentId,
        /// Which file.
        attachment_id: AttachmentId,
    }
    /// Queues the text and the draft's files as one ticket and clears the draft.
    SendTicket send_ticket -> ThreadEntry {
        /// On which incident.
        incident_id: IncidentId,
        /// The text as typed.
        message: String,
    }
    /// Queues the text as a note among owners and clears the draft's text.
    AddNote add_note -> ThreadEntry {
        /// On which incident.
        incident_id: IncidentId,
        /// The text as typed.
        message: String,
    }
    /// Takes a ticket or note back within its undo time: it becomes the draft again.
    UndoTicket undo_ticket -> Draft {
        /// Which ticket.
        ticket_id: TicketId,
    }
    /// Ends a ticket's undo time at once.
    SendNow send_now -> () {
        /// Which ticket.
        ticket_id: TicketId,
    }
    /// Takes an unsent or failed ticket back into the draft, to be changed.
    EditTicket edit_ticket -> Draft {
        /// Which ticket.
        ticket_id: TicketId,
    }
    /// Tries an unsent or failed ticket again now.
    RetryTicket retry_ticket -> () {
        /// Which ticket.
        ticket_id: TicketId,
    }
    /// Throws an unsent or failed ticket away; where an attempt was made, the server is asked to
    /// cancel it.
    DiscardTicket discard_ticket -> () {
        /// Which ticket.
        ticket_id: TicketId,
    }
    /// The person has seen every ticket up to `up_to_n`.
    MarkRead mark_read -> () {
        /// On which incident.
        incident_id: IncidentId,
        /// Largest number displayed.
        up_to_n: u64,
    }
    /// The person has seen the notes of an incident up to a number.
    MarkNotesRead mark_notes_read -> () {
        /// On which incident.
        incident_id: IncidentId,
        /// The largest number of a note that was in front of the person.
        up_to_m: u64,
    }
    /// Marks an incident unread by hand, or takes that mark back.
    SetUnreadFlag set_unread_flag -> () {
        /// Which incident.
        incident_id: IncidentId,
        /// Marked or not.
        unread: bool,
    }
    /// Moves the status.
    SetStatus set_status -> () {
        /// Which incident.
        incident_id: IncidentId,
        /// The status the person saw.
        from: Status,
        /// The status wanted.
        to: Status,
    }
    /// Changes the priority.
    SetPriority set_priority -> () {
        /// Which incident.
        incident_id: IncidentId,
        /// The priority the person saw.
        from: Priority,
        /// The priority wanted.
        to: Priority,
    }
    /// Changes the category.
    SetCategory set_category -> () {
        /// Which incident.
        incident_id: IncidentId,
        /// The category the person saw.
        from: Category,
        /// The category wanted.
        to: Category,
    }
    /// Is told of an incident no more, or again; on all devices of the person.
    SetMute set_mute -> () {
        /// Which incident.
        incident_id: IncidentId,
        /// No more.
        muted: bool,
    }
    /// Begins to describe a new incident: files can be attached to it before it is opened.
    BeginIncident begin_incident -> IncidentId {}
    /// Throws a draft away with its files; that of an incident that was only begun, too.
    DiscardDraft discard_draft -> () {
        /// On which incident.
        incident_id: IncidentId,
    }
    /// Opens a new incident; works offline. Files that were attached to it become its first message.
    OpenIncident open_incident -> IncidentId {
        /// The one that was begun, where files were attached.
        incident_id: Option<IncidentId>,
        /// Where.
        unit_id: UnitId,
        /// What it is called.
        title: String,
        /// What happened.
        description: String,
        /// What it is about.
        category: Category,
        /// How much it presses.
        priority: Priority,
    }
    /// Every unit in which an incident can be opened.
    ListUnits list_units -> Vec<crate::view::UnitChoice> {}
    /// What waits to be sent or failed, oldest first.
    ListOutbox list_outbox -> Vec<OutboxItem> {}
    /// Tries something that waits or failed again now; tickets and everything else.
    RetryOutboxItem retry_outbox_item -> () {
        /// What the list named.
        mutation_id: MutationId,
    }
    /// Throws something that waits or failed away; where an attempt was made, the server is asked
    /// to cancel it.
    DiscardOutboxItem discard_outbox_item -> () {
        /// What the list named.
        mutation_id: MutationId,
    }
    /// Does what somebody else's change stood in the way of, seeing now what it changes.
    ApplyAnyway apply_anyway -> () {
        /// What the list named.
        mutation_id: MutationId,
    }
    /// Sends a message before the one that waits for its files.
    SendBefore send_before -> () {
        /// Which message.
        ticket_id: TicketId,
    }
    /// Online or not, what waits.
    GetSync get_sync -> SyncView {}
    /// Tries everything again now.
    SyncNow sync_now -> () {}
    /// Everything that was typed is saved: the answer to [`AppEvent::Leaving`](crate::AppEvent).
    ReadyToLeave ready_to_leave -> () {}
    /// What is in front of the person: nothing about it is notified.
    ReportFocus report_focus -> () {
        /// The window has the keyboard.
        focused: bool,
        /// The thread that is open.
        incident_id: Option<IncidentId>,
        /// Its last ticket is in the viewport.
        at_end: bool,
    }
    /// Opens a file in the system's application (fetching it first).
    OpenAttachment open_attachment -> () {
        /// Which file.
        attachment_id: AttachmentId,
    }
    /// Saves a copy of a file where the person says.
    SaveAttachment save_attachment -> () {
        /// Which file.
        attachment_id: AttachmentId,
    }
    /// Changes one setting; answers all of them.
    UpdateSettings update_settings -> Settings {
        /// Which, and how.
        change: SettingChange,
    }
    /// Holds notifications for a while, or no longer; emergencies pass.
    PauseNotifications pause_notifications -> () {
        /// For how long; none ends the pause.
        length: Option<PauseLength>,
    }
    /// The devices on which the person is signed in. Online only.
    ListDevices list_devices -> Vec<DeviceView> {}
    /// Signs another device out. Online only.
    RevokeDevice revoke_device -> () {
        /// Its session.
        id: SessionId,
    }
    /// Sets another password; signs out everywhere else. Online only.
    ChangePassword change_password -> () {
        /// The present one, as typed.
        current_password: String,
        /// The new one: 8–128 characters.
        password: String,
    }
    /// Saves a copy of everything of the person's where she says; answers where, none when she thought
    /// better of it. Online only.
    ExportData export_data -> Option<String> {}
    /// How much of the disk the account takes.
    GetRoom get_room -> RoomView {}
    /// Deletes the files of others that can be fetched again.
    FreeDownloads free_downloads -> RoomView {}
    /// Raises a notification to see whether they work.
    TestNotifications test_notifications -> NotificationTest {}
    /// The figures of the portfolios that the person runs, from what is on this device.
    GetDashboard get_dashboard -> DashboardView {
        /// Of which days, in the time zone of this device.
        period: PeriodChoice,
        /// Of this property only.
        property_id: Option<PropertyId>,
    }
    /// Saves these figures as a table where the person says; answers the file's name, none when the
    /// person thought better of it.
    SaveDashboard save_dashboard -> Option<String> {
        /// Of which days, in the time zone of this device.
        period: PeriodChoice,
        /// Of this property only.
        property_id: Option<PropertyId>,
    }
}
