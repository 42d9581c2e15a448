# The screens.

## General
app-name = Palier
app-motto = Écrivez où que vous soyez, cela arrive une fois.
send = Envoyer
cancel = Annuler
close = Fermer
back = Retour
retry = Réessayer
edit = Modifier
discard = Supprimer
loading = Chargement…
you = Vous

## Opened outside the application
no-backend-title = Cette page s’ouvre dans l’application Palier
no-backend-body = Vous la voyez dans un navigateur, où elle n’a ni vos incidents ni vos messages. Ouvrez Palier depuis le menu de votre ordinateur.

## The first state could not be read
start-failed-title = Palier n’a pas pu démarrer

## Signing in
sign-in-title = Bienvenue
sign-in-subtitle = Connectez-vous pour retrouver vos incidents.
sign-in-server = Serveur
sign-in-server-hint = Donné par la personne qui gère votre installation.
sign-in-email = Adresse e-mail
sign-in-password = Mot de passe
sign-in-show-password = Afficher le mot de passe
sign-in-hide-password = Masquer le mot de passe
sign-in-submit = Se connecter
sign-in-busy = Connexion…
sign-in-again-title = Reconnectez-vous
rescue-what = Le journal de cet appareil était endommagé.
rescue-saved =
    Sauvés de ce journal : { $unsent ->
        [0] aucun envoi en attente
        [one] 1 envoi en attente
       *[other] { $unsent } envois en attente
    }, { $drafts ->
        [0] aucun brouillon.
        [one] 1 brouillon.
       *[other] { $drafts } brouillons.
    }
rescue-incomplete = Une partie n’a pas pu être lue.
rescue-kept = Le fichier endommagé est conservé tel quel : { $file }
rescue-understood = J’ai compris
crash-what = Palier a rencontré une panne le { $at }.
crash-kept =
    { $waiting ->
        [0] Ce que vous avez écrit est conservé : rien n’attend d’envoi.
        [one] Ce que vous avez écrit est conservé : 1 envoi en attente partira.
       *[other] Ce que vous avez écrit est conservé : { $waiting } envois en attente partiront.
    }
crash-report = Un rapport sans données personnelles aide à trouver la cause : { $file }
crash-folder = Ouvrir le dossier
sign-in-again-body = Votre session est terminée. Tout reste lisible et modifiable ici ; ce qui attend partira dès que vous serez reconnecté.
sign-in-again-action = Se reconnecter
sign-in-in-memory = Cet ordinateur n’a pas de trousseau : il faudra vous reconnecter au prochain démarrage.

## Places
nav-main = Navigation principale
nav-incidents = Incidents
nav-dashboard = Tableau
nav-settings = Réglages
nav-skip = Aller au contenu

## The list
list-title = Incidents
list-label = Liste des incidents
list-width = Largeur de la liste
list-width-hint = Glisser pour élargir ou rétrécir la liste ; un double clic lui rend sa largeur habituelle
list-find = Rechercher…
list-find-clear = Effacer la recherche
list-new = Nouvel incident
list-filter-status = Statut
list-filter-active = En cours
list-filter-all = Tous
list-filter-unread = Non lus
list-filter-property = Bien
list-filter-every-property = Tous les biens
list-filter-category = Catégorie
list-filter-every-category = Toute catégorie
list-filter-priority = Priorité
list-filter-every-priority = Toute priorité
list-filter-of-priority = Priorité : { $priority }
list-filter-remove = Retirer le filtre « { $filter } »
list-unread =
    { $count ->
        [one] { $count } message non lu
       *[other] { $count } messages non lus
    }
list-words-of = { $author } : { $words }
list-words-files = Pièce jointe
list-words-none = Aucun message
list-new-notes =
    { $count ->
        [one] 1 nouvelle note
       *[other] { $count } nouvelles notes
    }
list-muted = Silencieux
list-draft = Brouillon
list-failed = Non envoyé
list-waiting = En attente
list-empty-title = Aucun incident
list-empty-body = Quand un locataire signalera quelque chose, vous le verrez ici. Vous pouvez aussi ouvrir un incident vous-même.
list-at-ease-title = Rien en cours
list-at-ease-action = Tout afficher
list-nothing-title = Rien ne correspond
list-nothing-body =
    { $count ->
        [one] Le filtre « { $filters } » cache tous les incidents.
       *[other] Ces filtres ensemble cachent tous les incidents : { $filters }.
    }
list-nothing-action = Effacer les filtres
list-failed-title = La liste n’a pas pu être lue
list-first-sync =
    { $count ->
        [0] Première synchronisation…
        [one] Première synchronisation · { $count } élément reçu
       *[other] Première synchronisation · { $count } éléments reçus
    }

## Searching
search-results = Résultats
search-incidents = Incidents
search-incidents-all =
    { $count ->
        [one] Afficher { $count } incident
       *[other] Afficher les { $count } incidents
    }
search-messages = Messages et fichiers
search-people = Personnes
search-more = Afficher la suite
search-nothing-title = Rien trouvé
search-nothing-body = Aucun incident, message, fichier ni nom ne contient « { $words } ».
search-failed-title = La recherche n’a pas abouti
search-person-none = Aucun incident

## The thread
thread-label = Conversation : { $title }
thread-none-title = Choisissez un incident
thread-none-body = Ses messages s’affichent ici. Les flèches ou J et K passent d’un incident à l’autre.
thread-failed-title = La conversation n’a pas pu être lue
thread-opened = Ouvert par { $name } · { $date }
thread-status = Statut
thread-priority = Priorité
thread-category = Catégorie
thread-with = Avec { $names }
thread-alone = Personne d’autre pour l’instant
thread-participant = { $name } ({ $role })
thread-unsent = Pas encore sur le serveur
thread-older = Messages plus anciens…
thread-empty = Pas encore de message. Écrivez le premier.
thread-unread-divider =
    { $count ->
        [one] { $count } nouveau message
       *[other] { $count } nouveaux messages
    }
thread-jump =
    { $count ->
        [0] Aller à la fin
        [one] { $count } nouveau message
       *[other] { $count } nouveaux messages
    }
thread-status-moved = { $name } : { $from } → { $to }
thread-written-earlier = écrit { $span } plus tôt
thread-written-exact = Écrit le { $date }
thread-more = Afficher la suite
thread-less = Réduire
thread-closed-meanwhile = L’incident a été clos pendant que vous étiez hors ligne. Rouvrez-le si ce que vous avez écrit n’est pas réglé.
thread-read-only = Le bail est terminé : cette conversation se lit, mais on n’y écrit plus.
thread-mute = Ne plus être prévenu de cet incident
thread-copy-link = Copier le lien de l’incident
thread-link-copied = Lien copié
thread-unmute = Être de nouveau prévenu de cet incident
note-mark = Note interne
thread-mark-unread = Marquer comme non lu
thread-mark-read = Retirer la marque « non lu »

## Delivery
delivery-held =
    { $count ->
        [one] Part dans { $count } s
       *[other] Part dans { $count } s
    }
delivery-undo = Annuler
delivery-send-now = Envoyer maintenant
delivery-waiting = En attente sur cet appareil
delivery-troubled = Le serveur n’y arrive pas : nouvel essai toutes les 6 heures
delivery-uploading = Envoi des fichiers · { $percent } %
delivery-cancelling = Annulation en cours
delivery-sent = Envoyé
delivery-read = Lu par { $name }
delivery-read-at = Lu par { $name } · { $time }
delivery-failed = Non envoyé
delivery-behind-upload = Attend les fichiers du message précédent
delivery-send-before = Envoyer avant
delivery-apply-anyway = Appliquer quand même
discard-title = Supprimer ce message ?
discard-body = Son texte et ses fichiers seront effacés de cet appareil.
discard-attempted = Un envoi a déjà été tenté : Palier demandera au serveur de l’annuler, mais il est peut-être arrivé.

## Writing
composer-note = Note interne : seuls les propriétaires la voient
composer-note-no-files = Une note ne porte pas de fichiers
composer-note-on = Note interne. Les locataires ne la verront pas.
composer-note-placeholder = Écrire une note interne…
composer-note-send = Noter
composer-label = Votre message
composer-placeholder = Écrire un message…
composer-drop = Déposez vos fichiers ici
composer-attach = Joindre des fichiers
composer-attach-hint = Joindre des fichiers ({ $limit } au plus, { $size } chacun)
composer-send-hint-ctrl = Ctrl + Entrée pour envoyer
composer-send-hint-enter = Entrée pour envoyer, Maj + Entrée pour aller à la ligne
composer-limits =
    { $limit ->
        [one] { $limit } fichier au plus, { $size } chacun
       *[other] { $limit } fichiers au plus, { $size } chacun
    }
composer-left =
    { $count ->
        [one] Encore { $count } octet
       *[other] Encore { $count } octets
    }
composer-too-long =
    { $count ->
        [one] { $count } octet de trop : raccourcissez le message ou envoyez-le en deux fois.
       *[other] { $count } octets de trop : raccourcissez le message ou envoyez-le en deux fois.
    }
composer-remove = Retirer { $name }
composer-files = Fichiers joints
composer-refused-dismiss = Compris

## Files
file-open = Ouvrir { $name }
file-coming = Téléchargement · { $percent } %
file-save = Enregistrer { $name }
file-save-short = Enregistrer sous…
viewer-label = Image { $position } sur { $count } : { $name }
viewer-previous = Image précédente
viewer-next = Image suivante
viewer-zoom = Agrandir ou réduire
viewer-failed = L’image ne peut pas être affichée maintenant.

## The sync pill
sync-signed-out = Déconnecté
sync-connecting = Connexion…
sync-online = À jour
sync-online-waiting =
    { $count ->
        [one] Envoi · { $count } en attente
       *[other] Envoi · { $count } en attente
    }
sync-offline = Hors ligne
sync-offline-waiting =
    { $count ->
        [one] Hors ligne · { $count } message en attente
       *[other] Hors ligne · { $count } messages en attente
    }
sync-needs-sign-in = Session terminée
sync-update-required = Mise à jour nécessaire
sync-not-put-back =
    { $count ->
        [one] 1 élément pas remis
       *[other] { $count } éléments pas remis
    }
sync-failed =
    { $count ->
        [one] { $count } envoi refusé
       *[other] { $count } envois refusés
    }
sync-up-to-date-at = À jour au { $date }
sync-open = Voir ce qui attend

## What waits
outbox-put-back = Pas remis sur le serveur
outbox-put-back-why = Les données du serveur viennent d’une copie plus ancienne. Palier lui renvoie ce qu’il avait reçu de cet appareil ; ceci n’a pas pu l’être.
outbox-title = En attente d’envoi
outbox-empty = Rien n’attend : tout est arrivé.
outbox-offline = Le serveur ne répond pas. Tout est conservé sur cet appareil et partira dès que possible.
outbox-update = Le serveur demande une version plus récente de Palier. Tout est conservé ; mettez l’application à jour pour que cela parte.
outbox-update-browser = Le serveur demande une version plus récente de Palier. Tout est conservé ; rechargez la page pour que cela parte.
outbox-retry-now = Réessayer maintenant
outbox-incident = Nouvel incident
outbox-status = Statut : { $to }
outbox-priority = Priorité : { $to }
outbox-category = Catégorie : { $to }
outbox-note = Note : { $words }
outbox-mute = Ne plus être prévenu
outbox-unmute = Être de nouveau prévenu
outbox-cancel = Annulation d’un envoi

## A new incident
new-title = Nouvel incident
new-unit = Logement
new-unit-choose = Choisissez…
new-unit-with = { $place } · { $tenants }
new-name = Titre
new-name-example = Plus d’eau chaude
new-category = Catégorie
new-priority = Priorité
new-description = Que se passe-t-il ?
new-description-example = Depuis quand, où exactement, ce qui a déjà été essayé…
new-discard = Abandonner
new-submit = Ouvrir l’incident
new-photos = Photos et fichiers
new-no-units = Aucun logement n’est connu sur cet appareil pour l’instant.
new-emergency = Danger immédiat, gaz ou incendie ? Appelez d’abord les secours.
new-emergency-call = Appeler le 112
new-emergency-fire = Appeler le 18 (pompiers)
new-emergency-what = Urgence : un danger, une fuite d’eau qu’on ne peut arrêter, plus de chauffage en hiver, une porte qui ne ferme plus.

## The dashboard
dashboard-title = Tableau
dashboard-subtitle = D’après ce qui est sur cet appareil.
dashboard-incomplete = Vos incidents arrivent encore : les chiffres ne sont pas complets.
dashboard-choice = Période et bien
dashboard-period = Période
dashboard-period-four-weeks = 4 dernières semaines
dashboard-period-twelve-weeks = 12 dernières semaines
dashboard-period-this-year = Cette année
dashboard-period-last-year = L’année dernière
dashboard-period-days = Du… au…
dashboard-from = Du
dashboard-to = au
dashboard-property = Bien
dashboard-every-property = Tous les biens
dashboard-export = Exporter
dashboard-saved = Enregistré : { $name }
dashboard-empty-title = Rien à compter pour l’instant
dashboard-empty-body = Les chiffres concernent les biens que vous louez.
dashboard-empty-action = Ajouter un bien
dashboard-now = En ce moment
dashboard-days = du { $from } au { $to }
dashboard-day = le { $from }
dashboard-open = En cours
dashboard-open-hint =
    { $count ->
        [0] Tous ont été pris en compte
        [one] Dont { $count } pas encore pris en compte
       *[other] Dont { $count } pas encore pris en compte
    }
dashboard-unread = Messages non lus
dashboard-unread-hint =
    { $count ->
        [0] Vous avez tout lu
        [one] Sur { $count } incident
       *[other] Sur { $count } incidents
    }
dashboard-waiting-owner = Attendent votre réponse
dashboard-waiting-owner-hint = Le dernier message vient du locataire
dashboard-waiting-tenant = Attendent le locataire
dashboard-waiting-tenant-hint = Le dernier message vient de vous
dashboard-opened = Ouverts
dashboard-opened-hint = Nouveaux incidents
dashboard-resolved = Résolus
dashboard-resolved-hint = Passés à résolu ou clos
dashboard-reopened = Rouverts
dashboard-reopened-hint = Le problème est revenu
dashboard-response = Première réponse
dashboard-response-hint =
    { $unanswered ->
        [0] Médiane. 9 sur 10 : { $p90 } au plus
        [one] Médiane. 9 sur 10 : { $p90 } au plus. { $unanswered } sans réponse
       *[other] Médiane. 9 sur 10 : { $p90 } au plus. { $unanswered } sans réponse
    }
dashboard-response-none =
    { $unanswered ->
        [0] Aucune réponse à mesurer
        [one] { $unanswered } incident sans réponse
       *[other] { $unanswered } incidents sans réponse
    }
dashboard-response-p90 = Réponse, 9 sur 10
dashboard-resolution = Résolution
dashboard-resolution-hint = Médiane. 9 sur 10 : { $p90 } au plus
dashboard-resolution-none = Rien de résolu à mesurer
dashboard-resolution-p90 = Résolution, 9 sur 10
dashboard-unanswered-short = Sans réponse
dashboard-p90 = 9 sur 10 : { $p90 } au plus
dashboard-nothing = Rien ne s’est passé sur cette période.
dashboard-by-week = Incidents par semaine
dashboard-by-property = Incidents ouverts par bien
dashboard-by-category = Incidents ouverts par catégorie
dashboard-of-week = Semaine
dashboard-of-property = Bien
dashboard-of-category = Catégorie
dashboard-week = Semaine du { $date }
dashboard-chart-label = { $title }. Les flèches du clavier passent d’une barre à l’autre, Entrée ouvre la liste.
dashboard-bar = { $name } – ouverts : { $opened }, résolus : { $resolved }, première réponse : { $response }
dashboard-bar-unanswered = { $name } – ouverts : { $opened }, résolus : { $resolved }
dashboard-table = Voir le tableau
dashboard-table-more = {" "}({ $count } de plus)
dashboard-behind-opened = Ouverts { $days }
dashboard-behind-answered = Ouverts { $days } et répondus
dashboard-behind-unanswered = Ouverts { $days }, sans réponse
dashboard-behind-mended = Ouverts { $days } et résolus
dashboard-behind-resolved = Résolus { $days }
dashboard-behind-reopened = Rouverts { $days }
dashboard-recent = Activité récente
dashboard-see = Voir la liste

## Settings
settings-title = Réglages
settings-appearance = Apparence
settings-language = Langue
settings-language-system = Comme le système
settings-theme = Thème
settings-theme-system = Comme le système
settings-theme-light = Clair
settings-theme-dark = Sombre
settings-writing = Écriture
settings-undo = Délai d’annulation
settings-undo-hint = Le temps pendant lequel un message envoyé peut être repris.
settings-undo-value =
    { $count ->
        [0] Aucun
        [one] { $count } seconde
       *[other] { $count } secondes
    }
settings-enter = La touche Entrée envoie
settings-enter-hint = Maj + Entrée va alors à la ligne. Sinon, Ctrl + Entrée envoie.
settings-desktop = Ordinateur
settings-notifications = Notifications
settings-notify = Signaler les nouveaux messages
settings-notify-hint = Quand Palier n’est pas devant vous.
settings-sound = Son
settings-sound-hint = Celui que l’ordinateur associe aux messages.
settings-sound-hint-browser = Celui que votre appareil associe aux notifications.
settings-quiet = Heures calmes
settings-quiet-hint = Seules les urgences sont signalées ; le reste l’est en une fois à la fin.
settings-quiet-when = Tous les jours
settings-quiet-from = Début des heures calmes
settings-quiet-to = Fin des heures calmes
settings-pause = Pause
settings-pause-hint = Seules les urgences sont signalées pendant ce temps.
settings-pause-hour = Une heure
settings-pause-morning = Jusqu’à demain matin
settings-paused = En pause jusqu’à { $until } : seules les urgences sont signalées.
settings-pause-resume = Reprendre
settings-test = Vérifier
settings-test-hint = Affiche une notification et dit si quelque chose l’empêche.
settings-test-button = Tester mes notifications
settings-test-shown = L’ordinateur a accepté la notification. Si vous ne la voyez pas, vérifiez dans ses réglages que Palier y est autorisé et que le mode « Ne pas déranger » est éteint.
settings-test-shown-browser = Votre navigateur a accepté la notification. Si vous ne la voyez pas, vérifiez dans les réglages de votre appareil que le navigateur y est autorisé et que le mode « Ne pas déranger » est éteint.
settings-test-shown-by = « { $name } » a accepté la notification. Si vous ne la voyez pas, vérifiez dans les réglages de l’ordinateur que Palier y est autorisé et que le mode « Ne pas déranger » est éteint.
settings-test-but-off = Dans Palier, elles sont éteintes : rallumez-les ci-dessus.
settings-test-but-paused = Elles sont en pause : en ce moment, seules les urgences sont signalées.
settings-test-but-quiet = Ce sont les heures calmes : en ce moment, seules les urgences sont signalées.
settings-test-paused = L’ordinateur est en mode « Ne pas déranger » : éteignez-le pour voir les notifications.
settings-test-paused-by = « { $name } » est en mode « Ne pas déranger » : éteignez-le pour voir les notifications.
settings-test-no-bus = Cette session n’a pas de bus de messages (D-Bus) : les notifications ne peuvent pas passer. Ouvrez Palier depuis votre bureau plutôt que depuis un terminal distant.
settings-test-no-service = Aucun programme n’affiche les notifications sur ce bureau. Installez-en un, par exemple « dunst » ou « mako », puis réessayez.
settings-test-no-service-browser = Ce navigateur n’affiche pas de notifications pour Palier. Sur iPhone, ajoutez d’abord Palier à l’écran d’accueil et ouvrez-le de là.
settings-test-not-allowed = L’ordinateur n’autorise pas Palier à afficher des notifications. Autorisez-le dans ses réglages, puis réessayez.
settings-test-not-allowed-browser = Votre navigateur n’autorise pas Palier à afficher des notifications. Autorisez-les pour ce site (à côté de l’adresse), puis réessayez.
settings-test-failed = La notification n’a pas pu être affichée. L’ordinateur a répondu : { $reason }
settings-test-failed-browser = La notification n’a pas pu être affichée. Le navigateur a répondu : { $reason }
settings-muted = Incidents en sourdine
settings-unmute = Rétablir
settings-unmute-one = Rétablir les notifications de « { $title } »
settings-close = À la fermeture de la fenêtre
settings-close-ask = Demander
settings-close-keep = Garder en arrière-plan
settings-close-quit = Quitter
settings-window = Fenêtre
settings-zoom = Taille de l’affichage
settings-zoom-hint = Aussi par Ctrl +, Ctrl − et Ctrl 0.
settings-zoom-value = { $percent } %
settings-autostart = Démarrer avec l’ordinateur
settings-autostart-hint = Palier s’ouvre alors en arrière-plan, à côté de l’horloge, et vous signale les nouveaux messages.
settings-account = Comptes
settings-switch-account = Passer à ce compte
settings-add-account = Ajouter un compte
settings-add-account-hint = Tous les comptes restent actifs : ce qui y est écrit part, et leurs messages sont signalés.
settings-account-ended = Session terminée : passez à ce compte pour vous reconnecter.
settings-account-shut = Ne peut pas être ouvert pour l’instant : passez à ce compte pour réessayer.
settings-account-well = Rien n’attend.
settings-account-unsent =
    { $count ->
        [one] { $count } envoi en attente
       *[other] { $count } envois en attente
    }
settings-signed-in = { $email } sur { $server }
settings-sign-out = Se déconnecter
settings-devices = Appareils et mot de passe
settings-device-unnamed = Appareil sans nom
settings-device-this = Cet appareil
settings-device-used = Dernière activité
settings-device-sign-out = Déconnecter
settings-device-sign-out-one = Déconnecter « { $name } »
settings-password = Mot de passe
settings-password-hint = En changer déconnecte les autres appareils.
settings-password-change = Changer de mot de passe
password-title = Changer de mot de passe
password-present = Mot de passe actuel
password-new = Nouveau mot de passe
password-hint = De 8 à 128 caractères. Une phrase que vous seul connaissez est facile à retenir.
password-again = Nouveau mot de passe, encore une fois
password-submit = Changer
password-changed = Le mot de passe est changé. Les autres appareils sont déconnectés.
password-differs = Les deux nouveaux mots de passe ne sont pas les mêmes.
password-not-the-present = Ce n’est pas le mot de passe actuel.
settings-data = Vos données
settings-export = Copie de vos données
settings-export-hint = Un fichier ZIP : vos incidents, messages, notes et fichiers.
settings-export-button = Enregistrer une copie
settings-export-progress = { $size } reçus…
settings-export-saved = Enregistrée : { $place }
settings-export-saved-browser = Enregistrée dans vos téléchargements : { $name }
settings-room = Place occupée sur cet appareil
settings-room-value = { $total }, dont { $downloads } de fichiers reçus qui peuvent être téléchargés de nouveau ({ $limit } au plus).
settings-room-free = Libérer
settings-about = À propos
settings-version = Palier { $version }
settings-guide = Guide
guide-contents = Sommaire
settings-formats = Format du journal : { $journal } · format des échanges : { $wire }
settings-update = La version { $version } est disponible. Demandez-la à la personne qui gère votre installation.
settings-update-browser = La version { $version } est disponible. Rechargez la page pour l’avoir.
settings-licences = Licences
settings-licences-hint = Les composants libres sur lesquels Palier est bâti, et leurs conditions.
settings-licences-open = Lire les licences
licences-count =
    { $count ->
        [one] { $count } composant
       *[other] { $count } composants
    }
licences-missing = Cette version de Palier a été construite sans la liste de ses composants.
settings-keys = Raccourcis clavier
settings-logs = Journaux techniques
settings-logs-hint = À joindre quand vous signalez un problème. Ils ne contiennent ni vos messages ni vos fichiers.
settings-logs-open = Ouvrir le dossier des journaux

## Signing out
sign-out-title = Se déconnecter ?
sign-out-body = Les copies locales de vos incidents seront effacées de cet ordinateur. Elles restent sur le serveur.
sign-out-body-browser = Les copies locales de vos incidents seront effacées de ce navigateur. Elles restent sur le serveur.
sign-out-unsent =
    { $count ->
        [one] Un message n’est pas encore parti. Si vous vous déconnectez maintenant, il sera perdu.
       *[other] { $count } messages ne sont pas encore partis. Si vous vous déconnectez maintenant, ils seront perdus.
    }
sign-out-confirm = Se déconnecter
sign-out-discard = Abandonner et se déconnecter
sign-out-stay = Rester connecté

## Notifications in the page
toast-dismiss = Fermer
toast-region = Annonces
link-not-here = Ce lien mène à un incident qui n’est pas sur cet appareil : il n’y est pas encore arrivé, ou vous n’y avez pas accès.
link-nowhere = Ce lien ne mène à rien dans Palier.

## Keys
keys-title = Raccourcis clavier
keys-move = Incident suivant, précédent
keys-open = Ouvrir l’incident
keys-new = Nouvel incident
keys-reply = Répondre
keys-unread = Marquer comme non lu
keys-find = Rechercher
keys-zoom = Agrandir, réduire, taille normale
keys-back = Revenir, fermer
keys-sheet = Cette fiche
keys-guide = Guide de Palier
keys-enter = Entrée

## What is let

nav-properties = Biens
letting-title = Biens
letting-offline = Les biens se consultent hors ligne ; pour les modifier, il faut une connexion au serveur.
letting-none-title = Aucun bien pour l’instant
letting-none-body = Créez votre parc, puis ses biens et ses logements. Vous pourrez alors inviter vos locataires.
letting-make-portfolio = Créer mon parc
letting-make-property = Ajouter un bien
letting-make-unit = Ajouter un logement
letting-make-lease = Louer
letting-empty-title = Ce parc est encore vide
letting-empty-body = Un bien est un immeuble ou une maison ; chacun a un ou plusieurs logements.
letting-no-units = Pas encore de logement dans ce bien.
letting-invite-owner = Inviter un copropriétaire
letting-owner-invited = { $email } est invité à gérer ce parc avec vous.
letting-invite-tenant = Inviter un locataire
letting-end = Fin du bail
letting-free = Libre
letting-nobody-yet = Personne n’a encore rejoint ce bail.
letting-to-come = Bail à venir
letting-since = Depuis le { $from }
letting-from-to = Du { $from } au { $to }
letting-invited = { $email } est invité
letting-revoke = Annuler l’invitation
letting-active =
    { $count ->
        [one] 1 incident en cours
       *[other] { $count } incidents en cours
    }
letting-portfolio-title = Créer mon parc
letting-portfolio-field = Nom du parc
letting-portfolio-hint = Par exemple « Résidences Dubois ». Vous seul le voyez, avec vos copropriétaires.
letting-portfolio-submit = Créer
letting-property-title = Ajouter un bien
letting-property-field = Nom du bien
letting-property-hint = Comme vous l’appelez, par exemple « 12 rue des Lilas ».
letting-property-submit = Ajouter
letting-unit-title = Ajouter un logement
letting-unit-field = Logement
letting-unit-hint = Par exemple « 3B » ou « Maison ».
letting-unit-submit = Ajouter
letting-lease-title = Louer ce logement
letting-lease-field = Premier jour du bail
letting-lease-hint = Les locataires s’invitent ensuite, un par un.
letting-lease-submit = Créer le bail
letting-end-title = Fin du bail
letting-end-field = Dernier jour
letting-end-hint = Vide : le bail continue. Après ce jour, les locataires lisent encore, et peuvent écrire pendant 14 jours.
letting-end-submit = Enregistrer
letting-tenant-title = Inviter un locataire
letting-tenant-field = Adresse électronique
letting-tenant-hint = Le lien d’invitation vaut 7 jours et ne sert qu’une fois.
letting-tenant-submit = Inviter
letting-owner-title = Inviter un copropriétaire
letting-owner-field = Adresse électronique
letting-owner-hint = Il verra et gérera tout ce parc comme vous, notes comprises.
letting-owner-submit = Inviter
letting-link = Ce serveur n’envoie pas de courriel : transmettez vous-même ce lien à { $email }. Il n’est montré qu’une fois et vaut jusqu’au { $date }.
letting-link-label = Lien d’invitation
letting-copy = Copier
letting-copied = Copié
letting-mailed = L’invitation est partie à { $email }. Elle vaut jusqu’au { $date }.

entrance-loading = Un instant…
entrance-title = Vous êtes invité
entrance-tenant = { $inviter } vous invite à suivre ici les incidents de votre logement, { $home } : vous les signalez, vous échangez par messages, et rien ne se perd.
entrance-owner = { $inviter } vous invite à gérer « { $portfolio } » ensemble.
entrance-name = Votre nom
entrance-name-hint = Tel que les autres le verront.
entrance-password = Choisissez un mot de passe
entrance-join = Rejoindre
entrance-busy = Un instant…
entrance-other = L’invitation est pour { $email }.
entrance-join-as = Rejoindre en tant que { $name } ({ $email })
entrance-sign-out = Me déconnecter et utiliser un autre compte
entrance-gone-title = Ce lien n’est plus valable
entrance-gone-body = Il a déjà servi, il est trop ancien, ou il a été repris. Demandez-en un nouveau à la personne qui vous l’a donné. Si vous avez déjà un compte, connectez-vous.
entrance-to-sign-in = Se connecter
entrance-reset-title = Nouveau mot de passe
entrance-reset-body = Il remplace l’ancien, et tous vos appareils seront déconnectés.
entrance-reset = Enregistrer et se connecter

repair-question = Le propriétaire dit que c’est réparé. Est-ce le cas ?
repair-yes = Oui, c’est réparé
repair-no = Non, toujours pas

notify-offer = Être prévenu ici quand on vous répond ?
notify-accept = Oui, me prévenir
notify-decline = Non merci
sign-in-forgotten = Mot de passe oublié ?
forgotten-title = Mot de passe oublié
forgotten-submit = Recevoir un lien
forgotten-mailed = Si un compte porte cette adresse, un lien vient de partir par e-mail. Il vaut une heure.
forgotten-no-mail = Ce serveur n’envoie pas d’e-mails. Demandez un lien à votre propriétaire, ou à la personne qui gère le serveur.
