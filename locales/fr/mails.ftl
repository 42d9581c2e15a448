# Mails that the server sends.

mail-greeting = Bonjour { $name },
mail-greeting-unknown = Bonjour,

mail-invitation-subject = { $inviter } vous invite sur Palier
mail-invitation-home = { $inviter } vous invite à suivre avec Palier les incidents de votre logement, { $home }.
mail-invitation-portfolio = { $inviter } vous invite à gérer ensemble « { $portfolio } » avec Palier.
mail-invitation-button = Accepter l’invitation
mail-invitation-days =
    { $days ->
        [one] Ce lien ne sert qu’une fois et reste valable un jour.
       *[other] Ce lien ne sert qu’une fois et reste valable { $days } jours.
    }
mail-invitation-unexpected = Si vous n’attendiez pas cette invitation, ne tenez pas compte de ce message.

mail-reset-subject = Choisir un nouveau mot de passe
mail-reset-why = Un nouveau mot de passe a été demandé pour votre compte Palier.
mail-reset-button = Choisir un nouveau mot de passe
mail-reset-minutes =
    { $minutes ->
        [one] Ce lien ne sert qu’une fois et reste valable une minute.
       *[other] Ce lien ne sert qu’une fois et reste valable { $minutes } minutes.
    }
mail-reset-unexpected = Si la demande ne vient pas de vous, ne tenez pas compte de ce message : votre mot de passe n’a pas changé.

mail-changed-subject = Votre mot de passe a été changé
mail-changed-what = Le mot de passe de votre compte Palier vient d’être changé.
mail-changed-unexpected = Si ce n’était pas vous, demandez tout de suite un nouveau mot de passe sur la page de connexion.

mail-unread-subject-one = Non lu : { $title }
mail-unread-subject-many = { $count } messages non lus sur { $incidents } incidents
mail-unread-count =
    { $count ->
        [one] Un message non lu
       *[other] { $count } messages non lus
    }
mail-unread-words = { $author } : « { $words } »
mail-unread-files = { $author } a envoyé des fichiers.
mail-unread-open = Lire et répondre
mail-unread-others =
    { $count ->
        [one] Un autre incident a des messages non lus.
       *[other] { $count } autres incidents ont des messages non lus.
    }
mail-unread-why =
    { $minutes ->
        [one] Ce message part quand quelque chose reste non lu pendant une minute.
       *[other] Ce message part quand quelque chose reste non lu pendant { $minutes } minutes.
    }
