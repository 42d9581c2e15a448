# What the server writes, apart from mails.

erased-person = Erased person

export-readme =
    Your data on Palier, as it was when you asked for it.

    account.jsonl: your account
    sessions.jsonl: your devices that are signed in
    memberships.jsonl: since when, and until when, you let or rent
    portfolios.jsonl, properties.jsonl, units.jsonl, leases.jsonl, people.jsonl: what you let or rent, and with whom
    incidents.jsonl, tickets.jsonl: the incidents that you see, and their messages
    attachments.jsonl and the folder files: attached files; your own as you sent them, those of others as you may see them
    read_marks.jsonl: what you have read, and when
    audit.jsonl: what the server noted of your sign-ins and acts

    Each line of a .jsonl file is a JSON object. manifest.json has the size and the SHA-256 of all the other files.
