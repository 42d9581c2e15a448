# The screens.

## General
app-name = Palier
app-motto = Write it anywhere, it arrives once.
send = Send
cancel = Cancel
close = Close
back = Back
retry = Try again
edit = Edit
discard = Delete
loading = Loading…
you = You

## Opened outside the application
no-backend-title = This page belongs in the Palier application
no-backend-body = You see it in a browser, where it has neither your incidents nor your messages. Open Palier from your computer’s menu.

## The first state could not be read
start-failed-title = Palier could not start

## Signing in
sign-in-title = Welcome
sign-in-subtitle = Sign in to find your incidents.
sign-in-server = Server
sign-in-server-hint = Given to you by whoever runs your installation.
sign-in-email = Mail address
sign-in-password = Password
sign-in-show-password = Show the password
sign-in-hide-password = Hide the password
sign-in-submit = Sign in
sign-in-busy = Signing in…
sign-in-again-title = Sign in again
rescue-what = The journal of this device was damaged.
rescue-saved =
    Saved from it: { $unsent ->
        [0] nothing that waited to be sent
        [one] 1 item that waited to be sent
       *[other] { $unsent } items that waited to be sent
    }, { $drafts ->
        [0] no draft.
        [one] 1 draft.
       *[other] { $drafts } drafts.
    }
rescue-incomplete = Some of it could not be read.
rescue-kept = The damaged file is kept as it was: { $file }
rescue-understood = I understand
crash-what = Something went wrong inside Palier on { $at }.
crash-kept =
    { $waiting ->
        [0] What you wrote is kept: nothing waits to be sent.
        [one] What you wrote is kept: 1 item waits and will be sent.
       *[other] What you wrote is kept: { $waiting } items wait and will be sent.
    }
crash-report = A report without personal data helps to find the cause: { $file }
crash-folder = Open the folder
sign-in-again-body = Your session has ended. Everything can still be read and written here; what waits will leave as soon as you have signed in again.
sign-in-again-action = Sign in again
sign-in-in-memory = This computer has no keyring: you will have to sign in again at the next start.

## Places
nav-main = Main navigation
nav-incidents = Incidents
nav-dashboard = Dashboard
nav-settings = Settings
nav-skip = Skip to content

## The list
list-title = Incidents
list-label = List of incidents
list-width = Width of the list
list-width-hint = Drag to make the list wider or narrower; a double click gives it its usual width
list-find = Search…
list-find-clear = Clear the search
list-new = New incident
list-filter-status = Status
list-filter-active = Under way
list-filter-all = All
list-filter-unread = Unread
list-filter-property = Property
list-filter-every-property = All properties
list-filter-category = Category
list-filter-every-category = All categories
list-filter-priority = Priority
list-filter-every-priority = All priorities
list-filter-of-priority = Priority: { $priority }
list-filter-remove = Remove the filter “{ $filter }”
list-unread =
    { $count ->
        [one] { $count } unread message
       *[other] { $count } unread messages
    }
list-words-of = { $author }: { $words }
list-words-files = Attachment
list-words-none = No messages
list-new-notes =
    { $count ->
        [one] 1 new note
       *[other] { $count } new notes
    }
list-muted = Muted
list-draft = Draft
list-failed = Not sent
list-waiting = Waiting
list-empty-title = No incidents
list-empty-body = When a tenant reports something, you will see it here. You can also open an incident yourself.
list-at-ease-title = Nothing under way
list-at-ease-action = Show all
list-nothing-title = Nothing matches
list-nothing-body =
    { $count ->
        [one] The filter “{ $filters }” hides every incident.
       *[other] Together, these filters hide every incident: { $filters }.
    }
list-nothing-action = Clear the filters
list-failed-title = The list could not be read
list-first-sync =
    { $count ->
        [0] First sync…
        [one] First sync · { $count } item received
       *[other] First sync · { $count } items received
    }

## Searching
search-results = Results
search-incidents = Incidents
search-incidents-all =
    { $count ->
        [one] Show { $count } incident
       *[other] Show all { $count } incidents
    }
search-messages = Messages and files
search-people = People
search-more = Show more
search-nothing-title = Nothing found
search-nothing-body = No incident, message, file or name has “{ $words }”.
search-failed-title = The search did not work
search-person-none = No incident

## The thread
thread-label = Conversation: { $title }
thread-none-title = Choose an incident
thread-none-body = Its messages show here. The arrow keys, or J and K, move between incidents.
thread-failed-title = The conversation could not be read
thread-opened = Opened by { $name } · { $date }
thread-status = Status
thread-priority = Priority
thread-category = Category
thread-with = With { $names }
thread-alone = Nobody else for now
thread-participant = { $name } ({ $role })
thread-unsent = Not on the server yet
thread-older = Older messages…
thread-empty = No messages yet. Write the first one.
thread-unread-divider =
    { $count ->
        [one] { $count } new message
       *[other] { $count } new messages
    }
thread-jump =
    { $count ->
        [0] Go to the end
        [one] { $count } new message
       *[other] { $count } new messages
    }
thread-status-moved = { $name }: { $from } → { $to }
thread-written-earlier = written { $span } earlier
thread-written-exact = Written on { $date }
thread-more = Show more
thread-less = Show less
thread-closed-meanwhile = The incident was closed while you were offline. Reopen it if what you wrote is not settled.
thread-read-only = The lease has ended: this conversation can be read, but not written any more.
thread-mute = Mute this incident
thread-copy-link = Copy the link to the incident
thread-link-copied = Link copied
thread-unmute = Unmute this incident
note-mark = Internal note
thread-mark-unread = Mark as unread
thread-mark-read = Take the unread mark back

## Delivery
delivery-held =
    { $count ->
        [one] Leaves in { $count } s
       *[other] Leaves in { $count } s
    }
delivery-undo = Undo
delivery-send-now = Send now
delivery-waiting = Waiting on this device
delivery-troubled = The server cannot take it: tried again every 6 hours
delivery-uploading = Sending the files · { $percent }%
delivery-cancelling = Being taken back
delivery-sent = Sent
delivery-read = Read by { $name }
delivery-read-at = Read by { $name } · { $time }
delivery-failed = Not sent
delivery-behind-upload = Waiting for the files of the message before
delivery-send-before = Send before it
delivery-apply-anyway = Apply anyway
discard-title = Delete this message?
discard-body = Its text and files will be removed from this device.
discard-attempted = Sending was already tried: Palier will ask the server to cancel it, but it may have arrived.

## Writing
composer-note = Internal note: only owners see it
composer-note-no-files = A note carries no files
composer-note-on = Internal note. Tenants will not see it.
composer-note-placeholder = Write an internal note…
composer-note-send = Add note
composer-label = Your message
composer-placeholder = Write a message…
composer-drop = Drop your files here
composer-attach = Attach files
composer-attach-hint = Attach files ({ $limit } at most, { $size } each)
composer-send-hint-ctrl = Ctrl + Enter to send
composer-send-hint-enter = Enter to send, Shift + Enter for a new line
composer-limits =
    { $limit ->
        [one] { $limit } file at most, { $size } each
       *[other] { $limit } files at most, { $size } each
    }
composer-left =
    { $count ->
        [one] { $count } byte left
       *[other] { $count } bytes left
    }
composer-too-long =
    { $count ->
        [one] { $count } byte too many: shorten the message or send it in two parts.
       *[other] { $count } bytes too many: shorten the message or send it in two parts.
    }
composer-remove = Remove { $name }
composer-files = Attached files
composer-refused-dismiss = Got it

## Files
file-open = Open { $name }
file-coming = Downloading · { $percent }%
file-save = Save { $name }
file-save-short = Save as…
viewer-label = Image { $position } of { $count }: { $name }
viewer-previous = Previous image
viewer-next = Next image
viewer-zoom = Zoom in or out
viewer-failed = The image cannot be shown now.

## The sync pill
sync-signed-out = Signed out
sync-connecting = Connecting…
sync-online = Up to date
sync-online-waiting =
    { $count ->
        [one] Sending · { $count } waiting
       *[other] Sending · { $count } waiting
    }
sync-offline = Offline
sync-offline-waiting =
    { $count ->
        [one] Offline · { $count } message waiting
       *[other] Offline · { $count } messages waiting
    }
sync-needs-sign-in = Session ended
sync-update-required = Update needed
sync-not-put-back =
    { $count ->
        [one] 1 item not put back
       *[other] { $count } items not put back
    }
sync-failed =
    { $count ->
        [one] { $count } refused
       *[other] { $count } refused
    }
sync-up-to-date-at = Up to date as of { $date }
sync-open = See what waits

## What waits
outbox-put-back = Not put back on the server
outbox-put-back-why = The server’s data come from an older copy. Palier sends again what it had received from this device; these could not be put back.
outbox-title = Waiting to be sent
outbox-empty = Nothing waits: everything has arrived.
outbox-offline = The server does not answer. Everything is kept on this device and will leave as soon as it can.
outbox-update = The server asks for a newer version of Palier. Everything is kept; update the application for it to leave.
outbox-update-browser = The server asks for a newer version of Palier. Everything is kept; reload the page for it to leave.
outbox-retry-now = Try again now
outbox-incident = New incident
outbox-status = Status: { $to }
outbox-priority = Priority: { $to }
outbox-category = Category: { $to }
outbox-note = Note: { $words }
outbox-mute = Muting
outbox-unmute = Unmuting
outbox-cancel = Taking something back

## A new incident
new-title = New incident
new-unit = Home
new-unit-choose = Choose…
new-unit-with = { $place } · { $tenants }
new-name = Title
new-name-example = No hot water
new-category = Category
new-priority = Priority
new-description = What is happening?
new-description-example = Since when, where exactly, what was already tried…
new-discard = Discard
new-submit = Open the incident
new-photos = Photos and files
new-no-units = No home is known on this device yet.
new-emergency = Immediate danger, gas or fire? Call the emergency services first.
new-emergency-call = Call 112
new-emergency-fire = Call 18 (fire brigade)
new-emergency-what = Emergency: danger, a leak that cannot be stopped, no heating in winter, a door that no longer closes.

## The dashboard
dashboard-title = Dashboard
dashboard-subtitle = From what is on this device.
dashboard-incomplete = Your incidents are still arriving: the figures are not complete.
dashboard-choice = Period and property
dashboard-period = Period
dashboard-period-four-weeks = Last 4 weeks
dashboard-period-twelve-weeks = Last 12 weeks
dashboard-period-this-year = This year
dashboard-period-last-year = Last year
dashboard-period-days = From… to…
dashboard-from = From
dashboard-to = to
dashboard-property = Property
dashboard-every-property = All properties
dashboard-export = Export
dashboard-saved = Saved: { $name }
dashboard-empty-title = Nothing to count yet
dashboard-empty-body = The figures are about the properties that you let.
dashboard-empty-action = Add a property
dashboard-now = Right now
dashboard-days = from { $from } to { $to }
dashboard-day = on { $from }
dashboard-open = Under way
dashboard-open-hint =
    { $count ->
        [0] All were acknowledged
        [one] { $count } of them not acknowledged yet
       *[other] { $count } of them not acknowledged yet
    }
dashboard-unread = Unread messages
dashboard-unread-hint =
    { $count ->
        [0] You have read everything
        [one] In { $count } incident
       *[other] In { $count } incidents
    }
dashboard-waiting-owner = Waiting for your answer
dashboard-waiting-owner-hint = The last message is the tenant’s
dashboard-waiting-tenant = Waiting for the tenant
dashboard-waiting-tenant-hint = The last message is yours
dashboard-opened = Opened
dashboard-opened-hint = New incidents
dashboard-resolved = Resolved
dashboard-resolved-hint = Moved to resolved or closed
dashboard-reopened = Reopened
dashboard-reopened-hint = The problem came back
dashboard-response = First response
dashboard-response-hint =
    { $unanswered ->
        [0] Median. 9 of 10: { $p90 } at most
        [one] Median. 9 of 10: { $p90 } at most. { $unanswered } unanswered
       *[other] Median. 9 of 10: { $p90 } at most. { $unanswered } unanswered
    }
dashboard-response-none =
    { $unanswered ->
        [0] No response to measure
        [one] { $unanswered } incident unanswered
       *[other] { $unanswered } incidents unanswered
    }
dashboard-response-p90 = Response, 9 of 10
dashboard-resolution = Resolution
dashboard-resolution-hint = Median. 9 of 10: { $p90 } at most
dashboard-resolution-none = Nothing resolved to measure
dashboard-resolution-p90 = Resolution, 9 of 10
dashboard-unanswered-short = Unanswered
dashboard-p90 = 9 of 10: { $p90 } at most
dashboard-nothing = Nothing happened in this period.
dashboard-by-week = Incidents by week
dashboard-by-property = Incidents opened by property
dashboard-by-category = Incidents opened by category
dashboard-of-week = Week
dashboard-of-property = Property
dashboard-of-category = Category
dashboard-week = Week of { $date }
dashboard-chart-label = { $title }. Arrow keys walk from bar to bar, Enter opens the list.
dashboard-bar = { $name } – opened: { $opened }, resolved: { $resolved }, first response: { $response }
dashboard-bar-unanswered = { $name } – opened: { $opened }, resolved: { $resolved }
dashboard-table = See the table
dashboard-table-more = {" "}({ $count } more)
dashboard-behind-opened = Opened { $days }
dashboard-behind-answered = Opened { $days } and answered
dashboard-behind-unanswered = Opened { $days }, unanswered
dashboard-behind-mended = Opened { $days } and resolved
dashboard-behind-resolved = Resolved { $days }
dashboard-behind-reopened = Reopened { $days }
dashboard-recent = Recent activity
dashboard-see = See the list

## Settings
settings-title = Settings
settings-appearance = Appearance
settings-language = Language
settings-language-system = As the system
settings-theme = Theme
settings-theme-system = As the system
settings-theme-light = Light
settings-theme-dark = Dark
settings-writing = Writing
settings-undo = Time to undo
settings-undo-hint = How long a sent message can be taken back.
settings-undo-value =
    { $count ->
        [0] None
        [one] { $count } second
       *[other] { $count } seconds
    }
settings-enter = Enter sends
settings-enter-hint = Shift + Enter then makes a new line. Otherwise, Ctrl + Enter sends.
settings-desktop = Computer
settings-notifications = Notifications
settings-notify = Tell me of new messages
settings-notify-hint = When Palier is not in front of you.
settings-sound = Sound
settings-sound-hint = The one your computer plays for messages.
settings-sound-hint-browser = The one your device plays for notifications.
settings-quiet = Quiet hours
settings-quiet-hint = Only emergencies are announced; the rest is told at once at their end.
settings-quiet-when = Every day
settings-quiet-from = Start of the quiet hours
settings-quiet-to = End of the quiet hours
settings-pause = Pause
settings-pause-hint = Only emergencies are announced meanwhile.
settings-pause-hour = One hour
settings-pause-morning = Until tomorrow morning
settings-paused = Paused until { $until }: only emergencies are announced.
settings-pause-resume = Resume
settings-test = Check
settings-test-hint = Shows a notification and says whether anything is in its way.
settings-test-button = Test my notifications
settings-test-shown = The computer took the notification. If you do not see it, check in its settings that Palier is allowed and that “Do not disturb” is off.
settings-test-shown-browser = Your browser took the notification. If you do not see it, check in your device’s settings that the browser is allowed and that “Do not disturb” is off.
settings-test-shown-by = “{ $name }” took the notification. If you do not see it, check in the computer’s settings that Palier is allowed and that “Do not disturb” is off.
settings-test-but-off = In Palier they are off: turn them on above.
settings-test-but-paused = They are paused: only emergencies are announced now.
settings-test-but-quiet = These are the quiet hours: only emergencies are announced now.
settings-test-paused = The computer is in “Do not disturb” mode: turn it off to see notifications.
settings-test-paused-by = “{ $name }” is in “Do not disturb” mode: turn it off to see notifications.
settings-test-no-bus = This session has no message bus (D-Bus), so notifications cannot pass. Start Palier from your desktop rather than from a remote terminal.
settings-test-no-service = No program shows notifications on this desktop. Install one, for instance “dunst” or “mako”, and try again.
settings-test-no-service-browser = This browser shows no notifications for Palier. On an iPhone, first add Palier to the home screen and open it from there.
settings-test-not-allowed = The computer does not allow Palier to show notifications. Allow it in its settings and try again.
settings-test-not-allowed-browser = Your browser does not allow Palier to show notifications. Allow them for this site (next to its address) and try again.
settings-test-failed = The notification could not be shown. The computer answered: { $reason }
settings-test-failed-browser = The notification could not be shown. The browser answered: { $reason }
settings-muted = Muted incidents
settings-unmute = Unmute
settings-unmute-one = Unmute “{ $title }”
settings-close = When the window is closed
settings-close-ask = Ask
settings-close-keep = Keep running
settings-close-quit = Quit
settings-window = Window
settings-zoom = Size of everything
settings-zoom-hint = Also by Ctrl +, Ctrl − and Ctrl 0.
settings-zoom-value = { $percent }%
settings-autostart = Start with the computer
settings-autostart-hint = Palier then opens in the background, beside the clock, and tells you of new messages.
settings-account = Accounts
settings-switch-account = Switch to this account
settings-add-account = Add an account
settings-add-account-hint = All accounts stay active: what is written in them leaves, and their messages are announced.
settings-account-ended = The session has ended: switch to this account to sign in again.
settings-account-shut = Cannot be opened now: switch to this account to try again.
settings-account-well = Nothing waits.
settings-account-unsent =
    { $count ->
        [one] { $count } item waits to be sent
       *[other] { $count } items wait to be sent
    }
settings-signed-in = { $email } on { $server }
settings-sign-out = Sign out
settings-devices = Devices and password
settings-device-unnamed = Device without a name
settings-device-this = This device
settings-device-used = Last active
settings-device-sign-out = Sign out
settings-device-sign-out-one = Sign out “{ $name }”
settings-password = Password
settings-password-hint = Changing it signs your other devices out.
settings-password-change = Change password
password-title = Change password
password-present = Present password
password-new = New password
password-hint = 8 to 128 characters. A sentence that only you know is easy to remember.
password-again = New password, once more
password-submit = Change
password-changed = The password is changed. Your other devices are signed out.
password-differs = The two new passwords are not the same.
password-not-the-present = This is not the present password.
settings-data = Your data
settings-export = A copy of your data
settings-export-hint = A ZIP file: your incidents, messages, notes and files.
settings-export-button = Save a copy
settings-export-progress = { $size } received…
settings-export-saved = Saved: { $place }
settings-export-saved-browser = Saved among your downloads: { $name }
settings-room = Room taken on this device
settings-room-value = { $total }, of which { $downloads } are received files that can be fetched again (at most { $limit }).
settings-room-free = Free up
settings-about = About
settings-version = Palier { $version }
settings-guide = Guide
guide-contents = Contents
settings-formats = Journal format: { $journal } · exchange format: { $wire }
settings-update = Version { $version } is available. Ask the person who runs your installation for it.
settings-update-browser = Version { $version } is available. Reload the page to get it.
settings-licences = Licences
settings-licences-hint = The free components that Palier is built on, and their terms.
settings-licences-open = Read the licences
licences-count =
    { $count ->
        [one] { $count } component
       *[other] { $count } components
    }
licences-missing = This build of Palier was made without the list of its components.
settings-keys = Keyboard shortcuts
settings-logs = Technical logs
settings-logs-hint = To send along when you report a problem. Your messages and files are not in them.
settings-logs-open = Open the log folder

## Signing out
sign-out-title = Sign out?
sign-out-body = The local copies of your incidents will be removed from this computer. They stay on the server.
sign-out-body-browser = The local copies of your incidents will be removed from this browser. They stay on the server.
sign-out-unsent =
    { $count ->
        [one] One message has not left yet. If you sign out now, it will be lost.
       *[other] { $count } messages have not left yet. If you sign out now, they will be lost.
    }
sign-out-confirm = Sign out
sign-out-discard = Give up and sign out
sign-out-stay = Stay signed in

## Notifications in the page
toast-dismiss = Close
toast-region = Announcements
link-not-here = This link leads to an incident that is not on this device: it has not arrived yet, or you have no access to it.
link-nowhere = This link leads nowhere in Palier.

## Keys
keys-title = Keyboard shortcuts
keys-move = Next, previous incident
keys-open = Open the incident
keys-new = New incident
keys-reply = Reply
keys-unread = Mark as unread
keys-find = Search
keys-zoom = Larger, smaller, usual size
keys-back = Back, close
keys-sheet = This sheet
keys-guide = Guide to Palier
keys-enter = Enter

## What is let

nav-properties = Properties
letting-title = Properties
letting-offline = Properties can be read offline; changing them needs a connection to the server.
letting-none-title = Nothing is let yet
letting-none-body = Create your portfolio, then its properties and units. Then you can invite your tenants.
letting-make-portfolio = Create my portfolio
letting-make-property = Add a property
letting-make-unit = Add a unit
letting-make-lease = Let
letting-empty-title = This portfolio is still empty
letting-empty-body = A property is a building or a house; each has one or several units.
letting-no-units = No unit in this property yet.
letting-invite-owner = Invite a co-owner
letting-owner-invited = { $email } is invited to run this portfolio with you.
letting-invite-tenant = Invite a tenant
letting-end = End of lease
letting-free = Free
letting-nobody-yet = Nobody has joined this lease yet.
letting-to-come = Lease to come
letting-since = Since { $from }
letting-from-to = From { $from } to { $to }
letting-invited = { $email } is invited
letting-revoke = Take the invitation back
letting-active =
    { $count ->
        [one] 1 active incident
       *[other] { $count } active incidents
    }
letting-portfolio-title = Create my portfolio
letting-portfolio-field = Name of the portfolio
letting-portfolio-hint = For instance “Dubois Residences”. Only you and your co-owners see it.
letting-portfolio-submit = Create
letting-property-title = Add a property
letting-property-field = Name of the property
letting-property-hint = As you call it, for instance “12 rue des Lilas”.
letting-property-submit = Add
letting-unit-title = Add a unit
letting-unit-field = Unit
letting-unit-hint = For instance “3B” or “House”.
letting-unit-submit = Add
letting-lease-title = Let this unit
letting-lease-field = First day of the lease
letting-lease-hint = Tenants are invited afterwards, one by one.
letting-lease-submit = Create the lease
letting-end-title = End of lease
letting-end-field = Last day
letting-end-hint = Empty: the lease runs on. After that day tenants still read, and may write for 14 days.
letting-end-submit = Save
letting-tenant-title = Invite a tenant
letting-tenant-field = Mail address
letting-tenant-hint = The invitation link stands for 7 days and works once.
letting-tenant-submit = Invite
letting-owner-title = Invite a co-owner
letting-owner-field = Mail address
letting-owner-hint = He or she will see and run all of this portfolio as you do, notes included.
letting-owner-submit = Invite
letting-link = This server sends no mail: pass this link on to { $email } yourself. It is shown once and stands until { $date }.
letting-link-label = Invitation link
letting-copy = Copy
letting-copied = Copied
letting-mailed = The invitation is on its way to { $email }. It stands until { $date }.

entrance-loading = One moment…
entrance-title = You are invited
entrance-tenant = { $inviter } invites you to follow the incidents of your home, { $home }, here: you report them, you talk by messages, and nothing is lost.
entrance-owner = { $inviter } invites you to run “{ $portfolio }” together.
entrance-name = Your name
entrance-name-hint = As others will see it.
entrance-password = Choose a password
entrance-join = Join
entrance-busy = One moment…
entrance-other = The invitation is for { $email }.
entrance-join-as = Join as { $name } ({ $email })
entrance-sign-out = Sign out and use another account
entrance-gone-title = This link is no longer good
entrance-gone-body = It was used already, is too old, or was taken back. Ask whoever gave it to you for a new one. If you have an account already, sign in.
entrance-to-sign-in = Sign in
entrance-reset-title = New password
entrance-reset-body = It replaces the old one, and all your devices are signed out.
entrance-reset = Save and sign in

repair-question = The owner says that it is repaired. Is it?
repair-yes = Yes, it is repaired
repair-no = No, still not

notify-offer = Be told here when somebody answers?
notify-accept = Yes, tell me
notify-decline = No thanks
sign-in-forgotten = Forgot your password?
forgotten-title = Forgotten password
forgotten-submit = Get a link
forgotten-mailed = If there is an account of this address, a link has just left by mail. It is good for an hour.
forgotten-no-mail = This server sends no mail. Ask your landlord for a link, or whoever runs the server.
