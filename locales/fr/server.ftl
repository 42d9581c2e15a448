# What the server writes, apart from mails.

erased-person = Personne effacée

export-readme =
    Vos données sur Palier, telles qu’elles étaient au moment où vous les avez demandées.

    account.jsonl : votre compte
    sessions.jsonl : vos appareils connectés
    memberships.jsonl : depuis quand, et jusqu’à quand, vous gérez ou louez
    portfolios.jsonl, properties.jsonl, units.jsonl, leases.jsonl, people.jsonl : ce que vous gérez ou louez, et avec qui
    incidents.jsonl, tickets.jsonl : les incidents que vous voyez et leurs messages
    attachments.jsonl et le dossier files : les fichiers joints ; les vôtres tels que vous les avez envoyés, ceux des autres tels que vous pouvez les voir
    read_marks.jsonl : ce que vous avez lu, et quand
    audit.jsonl : ce que le serveur a noté de vos connexions et de vos actes

    Chaque ligne d’un fichier .jsonl est un objet JSON. manifest.json donne la taille et l’empreinte SHA-256 de tous les autres fichiers.
