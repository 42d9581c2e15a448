# Why something was refused. One sentence for every code of `CommandError` (error-<code>),
# every rule (denied-<rule>), every refused text (invalid-<reason>, invalid-<field>-<reason>)
# and every refusal of the server (failure-<reason>).

error-wrong-credentials = The mail address and the password do not belong together.
error-signed-out = Nobody is signed in. Sign in to go on.
error-too-many-attempts =
    { $seconds ->
        [one] Too many attempts. Try again in one second.
       *[other] Too many attempts. Try again in { $seconds } seconds.
    }
error-bad-server-address = “{ $address }” is not a server’s address. It looks like https://palier.example.com.
error-server-unreachable = Nothing answers at { $address }. Check the address and your connection, then try again.
error-not-palier = What answers at { $address } is not a Palier server. Check the address; on a public Wi-Fi, open its welcome page first.
error-no-such-incident = This incident does not exist any more, or you can no longer see it.
error-no-such-ticket = This message has changed meanwhile.
error-too-late-to-undo = Too late to undo: the message has already left.
error-file-empty = “{ $name }” is empty. Choose another file.
error-file-too-large = “{ $name }” is larger than { $limit_mib } MB. Choose a smaller file.
error-file-type-refused = “{ $name }” is not of an accepted type: photos, PDF, Word, Excel or OpenDocument documents, text or MP4 video.
error-file-type-mismatch = What is in “{ $name }” ({ $found }) does not match its name. Rename it or choose another file.
error-file-unreadable = “{ $name }” cannot be read. Check that it still exists and that you may open it.
error-file-not-here = This file is not on this device yet. It will be as soon as the connection is back.
error-too-many-files =
    { $limit ->
        [one] A message carries at most one file. Send the others in a second message.
       *[other] A message carries at most { $limit } files. Send the others in a second message.
    }
error-disk-full = The disk is full: nothing was changed. Free some space, then try again.
error-gone = It is no longer there: somebody took it away meanwhile.
error-lease-overlap = This unit already has a lease on some of these days.
error-folder-in-use = Another program is using Palier’s data. Close it, then try again.
error-folder-not-writable = Palier’s data folder cannot be written. Check its permissions.
error-cannot-save-there = “{ $name }” cannot be saved there. Choose another folder.
error-no-application = No application on this computer could open “{ $name }”.
error-unsent-work =
    { $count ->
        [one] One message has not left yet.
       *[other] { $count } messages have not left yet.
    }
error-offline = The server does not answer. Try again once the connection is back.
error-no-storage = Your browser keeps nothing for this page: what you write would be lost. Leave private browsing, or allow this site to store data, then reload the page.
error-interrupted = The tab that was doing it was closed. Look whether it is already done before you try again.
error-internal = Something unforeseen happened. Nothing that you wrote is lost. Reference: { $reference }

denied-owners-only = Only an owner may do this.
denied-lease-ended = The lease has ended: the conversation can be read, but not written any more.
denied-impossible-move = This status cannot follow the present one.
denied-last-owner = The last owner of a portfolio cannot leave it: somebody has to answer for it.
denied-in-use = It is in use and stays: something was made in it or written about it.
denied-belongs-to-others = This person does not live here, or also writes to other owners: nobody else may choose a new password for them.

invalid-empty = This field cannot stay empty.
invalid-too-long = This text is too long ({ $limit } bytes at most).
invalid-too-short = At least { $limit } characters are needed.
invalid-forbidden-character = This text holds a character that is not accepted.
invalid-malformed = This does not look as expected.
invalid-too-common = This is too easy to guess.
invalid-too-many = This is too many ({ $limit } at most).
invalid-message-empty = Write a few words or attach a file.
invalid-message-too-long = This message is too long. Shorten it or send it in two parts.
invalid-title-empty = Give the incident a title.
invalid-title-too-long = This title is too long.
invalid-description-empty = Describe what is happening.
invalid-email-empty = Enter your mail address.
invalid-email-malformed = This is not a mail address.
invalid-password-empty = Enter your password.
invalid-current-password-empty = Enter your present password.
invalid-server-empty = Enter the address of your server.
invalid-unit-id-empty = Choose the home.
invalid-to-malformed = The last day comes before the first.
invalid-from-too-many = That is too long: choose { $limit } days at most.
invalid-attachments-too-many = A message carries at most { $limit } files.

failure-gone = The incident does not exist any more, or you can no longer see it. Your text is kept here.
failure-changed-meanwhile = Somebody changed it meanwhile.
failure-changed-status = Meanwhile the status became “{ $now }”.
failure-changed-closed = The incident was closed while you were offline.
failure-changed-priority = Meanwhile the priority became “{ $now }”.
failure-changed-category = Meanwhile the category became “{ $now }”.
failure-file-refused = The server refused “{ $name }”.
failure-no-room = There is no more room for files here. Take some off this message, or ask the owner.
failure-parent-failed = What this message depends on could not be sent.
failure-not-back-yet = The incident is missing on the server. It is tried again as soon as it is back, and every day for 30 days.
failure-already-delivered = The message had already arrived.
failure-other = The server refused: { $detail }
