# What the desktop says outside the screens: notifications, tray, pickers.

notification-title = { $author } · { $place }
notification-body-files =
    { $count ->
        [one] Une pièce jointe
       *[other] { $count } pièces jointes
    }
notification-summary =
    { $incidents ->
        [one]
            { $count ->
                [one] Un nouveau message
               *[other] { $count } nouveaux messages
            }
       *[other] { $count } nouveaux messages sur { $incidents } incidents
    }
notification-status = { $title } : { $status }
notification-reply = Répondre
notification-mark-read = Marquer comme lu
notification-test-title = Palier
notification-test-body = Les notifications fonctionnent.

tray-tooltip =
    { $count ->
        [0] Palier
        [one] Palier · { $count } message non lu
       *[other] Palier · { $count } messages non lus
    }
tray-open = Ouvrir Palier
tray-new-incident = Nouvel incident…
tray-incident = { $title } ({ $count })
tray-incident-at = { $title } · { $place } ({ $count })
tray-pause-hour = Suspendre les notifications une heure
tray-pause-morning = Suspendre les notifications jusqu’à demain matin
tray-resume = Reprendre les notifications (en pause jusqu’à { $until })
tray-quit = Quitter

close-to-tray-title = Fermer la fenêtre
close-to-tray-question = Garder Palier ouvert en arrière-plan ? Les nouveaux messages vous seront signalés et ce qui attend partira dès que possible.
close-to-tray-keep = Garder en arrière-plan
close-to-tray-quit = Quitter

paste-name = image collée
pick-files-title = Joindre des fichiers
pick-files-filter = Photos et documents
pick-files-filter-images = Photos
export-title = Enregistrer une copie de vos données
save-file-title = Enregistrer le fichier

folder-in-use-title = Palier est déjà ouvert
folder-in-use-body = Un autre programme utilise déjà les données de Palier. Fermez-le, puis recommencez.

already-delivered-draft = Votre message était déjà parti. Voici le texte modifié, à envoyer comme un nouveau message :

save-table-title = Exporter les chiffres
table-file = palier-tableau
table-part = Partie
table-name = Nom
table-whole = Ensemble
table-week = Semaine
table-property = Bien
table-category = Catégorie
table-opened = Ouverts
table-resolved = Résolus
table-reopened = Rouverts
table-unanswered = Sans réponse
table-responses = Premières réponses
table-response-median = Première réponse, médiane (h)
table-response-p90 = Première réponse, 9 sur 10 (h)
table-resolutions = Résolutions
table-resolution-median = Résolution, médiane (h)
table-resolution-p90 = Résolution, 9 sur 10 (h)
