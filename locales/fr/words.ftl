# What `domain` names.

status-open = Ouvert
status-acknowledged = Pris en compte
status-planned = Planifié
status-resolved = Résolu
status-closed = Clos

priority-low = Basse
priority-normal = Normale
priority-high = Haute
priority-emergency = Urgence

category-plumbing = Plomberie
category-heating = Chauffage
category-electricity = Électricité
category-gas = Gaz
category-damp = Humidité
category-lock = Serrurerie
category-appliance = Appareil
category-pest = Nuisibles
category-common-parts = Parties communes
category-other = Autre

role-owner = Propriétaire
role-tenant = Locataire

media-jpg = photo JPEG
media-png = image PNG
media-webp = image WebP
media-heic = photo HEIC
media-pdf = document PDF
media-txt = texte
media-docx = document Word
media-xlsx = classeur Excel
media-odt = document OpenDocument
media-mp4 = vidéo MP4
