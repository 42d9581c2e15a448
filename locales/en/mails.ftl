# Mails that the server sends.

mail-greeting = Hello { $name },
mail-greeting-unknown = Hello,

mail-invitation-subject = { $inviter } invites you to Palier
mail-invitation-home = { $inviter } invites you to follow the incidents of your home, { $home }, with Palier.
mail-invitation-portfolio = { $inviter } invites you to run “{ $portfolio }” together with Palier.
mail-invitation-button = Accept the invitation
mail-invitation-days =
    { $days ->
        [one] This link works once and is valid for one day.
       *[other] This link works once and is valid for { $days } days.
    }
mail-invitation-unexpected = If you did not expect this invitation, ignore this message.

mail-reset-subject = Choose a new password
mail-reset-why = A new password was asked for your Palier account.
mail-reset-button = Choose a new password
mail-reset-minutes =
    { $minutes ->
        [one] This link works once and is valid for one minute.
       *[other] This link works once and is valid for { $minutes } minutes.
    }
mail-reset-unexpected = If it was not you who asked, ignore this message: your password has not changed.

mail-changed-subject = Your password was changed
mail-changed-what = The password of your Palier account has just been changed.
mail-changed-unexpected = If it was not you, ask for a new password at once on the sign-in page.

mail-unread-subject-one = Unread: { $title }
mail-unread-subject-many = { $count } unread messages on { $incidents } incidents
mail-unread-count =
    { $count ->
        [one] One unread message
       *[other] { $count } unread messages
    }
mail-unread-words = { $author }: “{ $words }”
mail-unread-files = { $author } sent files.
mail-unread-open = Read and answer
mail-unread-others =
    { $count ->
        [one] One more incident has unread messages.
       *[other] { $count } more incidents have unread messages.
    }
mail-unread-why =
    { $minutes ->
        [one] This mail is sent when something stays unread for one minute.
       *[other] This mail is sent when something stays unread for { $minutes } minutes.
    }
