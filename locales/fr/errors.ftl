# Why something was refused. One sentence for every code of `CommandError` (error-<code>),
# every rule (denied-<rule>), every refused text (invalid-<reason>, invalid-<field>-<reason>)
# and every refusal of the server (failure-<reason>).

error-wrong-credentials = L’adresse e-mail et le mot de passe ne vont pas ensemble.
error-signed-out = Personne n’est connecté. Connectez-vous pour continuer.
error-too-many-attempts =
    { $seconds ->
        [one] Trop de tentatives. Réessayez dans une seconde.
       *[other] Trop de tentatives. Réessayez dans { $seconds } secondes.
    }
error-bad-server-address = « { $address } » n’est pas l’adresse d’un serveur. Elle ressemble à https://palier.exemple.fr.
error-server-unreachable = Rien ne répond à { $address }. Vérifiez l’adresse et votre connexion, puis réessayez.
error-not-palier = Ce qui répond à { $address } n’est pas un serveur Palier. Vérifiez l’adresse ; sur un réseau Wi-Fi public, ouvrez d’abord sa page d’accueil.
error-no-such-incident = Cet incident n’existe plus, ou il ne vous est plus accessible.
error-no-such-ticket = Ce message a changé entre-temps.
error-too-late-to-undo = Trop tard pour annuler : le message est déjà parti.
error-file-empty = « { $name } » est vide. Choisissez un autre fichier.
error-file-too-large = « { $name } » dépasse { $limit_mib } Mo. Choisissez un fichier plus léger.
error-file-type-refused = « { $name } » n’est pas d’un type accepté : photos, PDF, documents Word, Excel ou OpenDocument, texte ou vidéo MP4.
error-file-type-mismatch = Le contenu de « { $name } » ({ $found }) ne correspond pas à son nom. Renommez-le ou choisissez un autre fichier.
error-file-unreadable = « { $name } » ne peut pas être lu. Vérifiez qu’il existe encore et que vous y avez accès.
error-file-not-here = Ce fichier n’est pas encore sur cet appareil. Il sera disponible dès le retour de la connexion.
error-too-many-files =
    { $limit ->
        [one] Un message porte au plus un fichier. Envoyez les autres dans un second message.
       *[other] Un message porte au plus { $limit } fichiers. Envoyez les autres dans un second message.
    }
error-disk-full = Le disque est plein : rien n’a été changé. Libérez de la place, puis réessayez.
error-gone = Ce n’est plus là : quelqu’un l’a retiré entre-temps.
error-lease-overlap = Ce logement a déjà un bail sur une partie de ces jours.
error-folder-in-use = Un autre programme utilise déjà les données de Palier. Fermez-le, puis réessayez.
error-folder-not-writable = Palier ne peut pas écrire dans son dossier de données. Vérifiez ses droits d’accès.
error-cannot-save-there = « { $name } » ne peut pas être enregistré à cet endroit. Choisissez un autre dossier.
error-no-application = Aucune application de cet ordinateur n’a pu ouvrir « { $name } ».
error-unsent-work =
    { $count ->
        [one] Un message n’est pas encore parti.
       *[other] { $count } messages ne sont pas encore partis.
    }
error-offline = Le serveur ne répond pas. Réessayez une fois la connexion revenue.
error-no-storage = Votre navigateur ne garde rien pour cette page : ce que vous écririez serait perdu. Quittez la navigation privée, ou autorisez les données de ce site, puis rechargez la page.
error-interrupted = L’onglet qui s’en chargeait a été fermé. Regardez si c’est déjà fait avant de recommencer.
error-internal = Quelque chose d’imprévu est arrivé. Rien de ce que vous avez écrit n’est perdu. Référence : { $reference }

denied-owners-only = Seul un propriétaire peut faire cela.
denied-lease-ended = Le bail est terminé : la conversation se lit encore, mais on n’y écrit plus.
denied-impossible-move = Ce statut ne peut pas suivre le statut actuel.
denied-last-owner = Le dernier propriétaire d’un portefeuille ne peut pas le quitter : quelqu’un doit en répondre.
denied-in-use = Cet élément sert déjà et reste en place : on y a créé ou écrit quelque chose.
denied-belongs-to-others = Cette personne n’habite pas ici, ou écrit aussi à d’autres propriétaires : elle seule peut choisir un nouveau mot de passe.

invalid-empty = Ce champ ne peut pas rester vide.
invalid-too-long = Ce texte est trop long ({ $limit } octets au plus).
invalid-too-short = Il faut au moins { $limit } caractères.
invalid-forbidden-character = Ce texte contient un caractère qui n’est pas accepté.
invalid-malformed = Ceci n’a pas la forme attendue.
invalid-too-common = C’est trop facile à deviner.
invalid-too-many = C’est trop ({ $limit } au plus).
invalid-message-empty = Écrivez quelques mots ou joignez un fichier.
invalid-message-too-long = Ce message est trop long. Raccourcissez-le ou envoyez-le en deux fois.
invalid-title-empty = Donnez un titre à l’incident.
invalid-title-too-long = Ce titre est trop long.
invalid-description-empty = Décrivez ce qui se passe.
invalid-email-empty = Entrez votre adresse e-mail.
invalid-email-malformed = Ceci n’est pas une adresse e-mail.
invalid-password-empty = Entrez votre mot de passe.
invalid-current-password-empty = Entrez votre mot de passe actuel.
invalid-server-empty = Entrez l’adresse de votre serveur.
invalid-unit-id-empty = Choisissez le logement.
invalid-to-malformed = Le dernier jour vient avant le premier.
invalid-from-too-many = C’est trop long : choisissez { $limit } jours au plus.
invalid-attachments-too-many = Un message porte au plus { $limit } fichiers.

failure-gone = L’incident n’existe plus, ou il ne vous est plus accessible. Votre texte est conservé ici.
failure-changed-meanwhile = Quelqu’un l’a changé entre-temps.
failure-changed-status = Entre-temps, le statut est passé à « { $now } ».
failure-changed-closed = L’incident a été clos pendant que vous étiez hors ligne.
failure-changed-priority = Entre-temps, la priorité est passée à « { $now } ».
failure-changed-category = Entre-temps, la catégorie est passée à « { $now } ».
failure-file-refused = Le serveur a refusé « { $name } ».
failure-no-room = Il n’y a plus de place pour des fichiers ici. Supprimez-en de ce message, ou parlez-en au propriétaire.
failure-parent-failed = Ce dont ce message dépend n’a pas pu partir.
failure-not-back-yet = L’incident manque sur le serveur. Nouvel essai dès qu’il y revient, et chaque jour pendant 30 jours.
failure-already-delivered = Le message était déjà arrivé.
failure-other = Le serveur a refusé : { $detail }
