# What the desktop says outside the screens: notifications, tray, pickers.

notification-title = { $author } · { $place }
notification-body-files =
    { $count ->
        [one] One attachment
       *[other] { $count } attachments
    }
notification-summary =
    { $incidents ->
        [one]
            { $count ->
                [one] One new message
               *[other] { $count } new messages
            }
       *[other] { $count } new messages on { $incidents } incidents
    }
notification-status = { $title }: { $status }
notification-reply = Reply
notification-mark-read = Mark as read
notification-test-title = Palier
notification-test-body = Notifications work.

tray-tooltip =
    { $count ->
        [0] Palier
        [one] Palier · { $count } unread message
       *[other] Palier · { $count } unread messages
    }
tray-open = Open Palier
tray-new-incident = New incident…
tray-incident = { $title } ({ $count })
tray-incident-at = { $title } · { $place } ({ $count })
tray-pause-hour = Pause notifications for an hour
tray-pause-morning = Pause notifications until tomorrow morning
tray-resume = Resume notifications (paused until { $until })
tray-quit = Quit

close-to-tray-title = Close the window
close-to-tray-question = Keep Palier running in the background? You will be told of new messages, and what waits will leave as soon as it can.
close-to-tray-keep = Keep running
close-to-tray-quit = Quit

paste-name = pasted image
pick-files-title = Attach files
pick-files-filter = Photos and documents
pick-files-filter-images = Photos
export-title = Save a copy of your data
save-file-title = Save the file

folder-in-use-title = Palier is already open
folder-in-use-body = Another program is using Palier’s data. Close it, then try again.

already-delivered-draft = Your message had already left. Here is the changed text, to be sent as a new message:

save-table-title = Export the figures
table-file = palier-dashboard
table-part = Part
table-name = Name
table-whole = Whole
table-week = Week
table-property = Property
table-category = Category
table-opened = Opened
table-resolved = Resolved
table-reopened = Reopened
table-unanswered = Unanswered
table-responses = First responses
table-response-median = First response, median (h)
table-response-p90 = First response, 9 of 10 (h)
table-resolutions = Resolutions
table-resolution-median = Resolution, median (h)
table-resolution-p90 = Resolution, 9 of 10 (h)
