//! What a portfolio's texts are made of: stems and fixed phrases. [`super::words`] makes forms of them.
//!
//! In each list the frequent ones stand first: a word is taken by its place, as words of a language are.

/// A list, several words to a line.
macro_rules! words {
    ($($word:literal),* $(,)?) => { &[$($word),*] };
}

/// What breaks, and what it belongs to; feminine.
pub const FEMININE: &[&str] = words! {
    "chaudière", "fuite", "porte", "fenêtre", "serrure", "clé", "prise", "chasse d’eau", "douche", "baignoire",
    "VMC", "lumière", "vitre", "cave", "cuisine", "salle de bains", "chambre", "ampoule", "tuyauterie",
    "toiture", "gouttière", "plaque de cuisson", "sonnette", "boîte aux lettres", "minuterie", "rampe",
    "poignée", "moisissure", "peinture", "tapisserie", "cloison", "fissure", "plinthe", "moquette", "dalle",
    "terrasse", "véranda", "barrière", "pompe", "vanne", "canalisation", "colonne d’eau", "citerne", "antenne",
    "télécommande", "cheminée", "trappe", "charnière", "gâche", "crémone", "persienne", "jalousie", "applique",
    "rallonge", "multiprise", "résistance", "sonde", "soupape", "turbine", "courroie", "bouche d’aération",
    "grille", "descente", "évacuation", "bonde", "robinetterie", "faïence", "mosaïque", "corniche", "marche",
    "cage d’escalier", "buanderie", "mezzanine", "pelouse", "allée", "clôture", "remise", "cour", "façade",
    "lucarne", "poutre", "solive", "ardoise", "tuile", "laine de verre", "étanchéité", "isolation",
    "ventilation", "climatisation", "alarme", "caméra", "batterie",
};
/// The same; masculine.
pub const MASCULINE: &[&str] = words! {
    "radiateur", "robinet", "évier", "volet", "compteur", "chauffe-eau", "plafond", "interphone",
    "ballon d’eau chaude", "lavabo", "siphon", "joint", "mur", "sol", "parquet", "carrelage", "ascenseur",
    "digicode", "portail", "garage", "disjoncteur", "tableau électrique", "interrupteur", "néon", "thermostat",
    "brûleur", "circulateur", "vase", "manomètre", "mitigeur", "flexible", "receveur", "pommeau", "rideau",
    "store", "lave-linge", "lave-vaisselle", "four", "frigo", "congélateur", "détecteur de fumée", "extincteur",
    "paillasson", "palier", "escalier", "balcon", "garde-corps", "jardin", "local poubelle", "local à vélos",
    "grenier", "placard", "tiroir", "meuble", "miroir", "cadre", "vitrage", "verrou", "barillet", "cylindre",
    "battant", "vantail", "chambranle", "seuil", "linteau", "enduit", "plâtre", "crépi", "ciment", "béton",
    "carreau", "faux plafond", "conduit", "collecteur", "regard", "égout", "drain", "groupe de sécurité",
    "réducteur", "clapet", "filtre", "ventilateur", "moteur", "vérin", "câble", "fusible", "transformateur",
    "détendeur", "raccord", "coude", "manchon", "collier", "écrou", "boulon",
};
/// Adjectives, masculine.
pub const ADJECTIVES: &[&str] = words! {
    "cassé", "froid", "chaud", "bouché", "neuf", "vieux", "humide", "bruyant", "bizarre", "ouvert", "fermé",
    "bloqué", "sec", "mouillé", "rouillé", "dangereux", "lent", "faible", "fort", "énorme", "petit", "grand",
    "gris", "noir", "jaune", "vert", "brun", "collant", "glissant", "branlant", "fendu", "tordu", "usé",
    "moisi", "trempé", "inutilisable", "instable", "défectueux", "provisoire", "définitif", "urgent", "complet",
    "partiel", "entier", "électrique", "mécanique", "étanche", "opaque", "fragile", "solide", "récent",
    "ancien", "conforme", "visible", "profond", "léger", "lourd", "mince", "épais", "court", "long", "rond",
    "carré", "plat", "creux", "propre",
};
/// Verbs in -er, without their ending.
pub const VERBS: &[&str] = words! {
    "coul", "ferm", "march", "chauff", "goutt", "bloqu", "cass", "téléphon", "command", "expédi", "regard",
    "chang", "remplac", "répar", "contrôl", "frott", "débouch", "vérifi", "install", "démont", "remont",
    "visit", "pass", "coup", "purg", "vidang", "branch", "débranch", "rebranch", "resserr", "serr", "graiss",
    "perc", "viss", "déviss", "coll", "décoll", "ponc", "mastiqu", "isol", "calfeutr", "aér", "ventil",
    "éclair", "allum", "déclench", "réarm", "régl", "ajust", "rabot", "taill", "mesur", "not", "photographi",
    "signal", "déclar", "annul", "report", "confirm", "valid", "factur", "chiffr", "évalu", "estim", "rembours",
    "assur", "expertis", "constat", "dérang", "réveill", "gên", "inond", "tach", "gondol", "décolor", "craqu",
    "grinc", "siffl", "vibr", "résonn", "claqu", "tremp", "suint", "dégoutt", "débord", "stagn", "refoul",
    "dégag", "déblay", "balay", "lav", "détartr", "désinfect", "trait", "dératis", "désinsectis", "débarrass",
    "déplac", "emport", "livr", "pos", "dépos", "récupér", "laiss", "sonn", "frapp", "entr",
};
/// Where.
pub const PLACES: &[&str] = words! {
    "dans la cuisine", "dans la salle de bains", "au sous-sol", "dans l’entrée", "sur le palier",
    "au premier étage", "dans la chambre", "derrière le meuble", "sous l’évier", "au plafond", "côté rue",
    "côté cour", "dans le couloir", "au grenier", "dans la cage d’escalier", "près de la fenêtre",
    "au fond du jardin", "dans le garage", "contre le mur mitoyen", "à hauteur du compteur",
    "au deuxième étage", "dans le séjour", "sur le balcon",
};
/// When.
pub const TIMES: &[&str] = words! {
    "depuis hier soir", "ce matin", "depuis lundi", "cette nuit", "depuis trois jours", "de nouveau",
    "tout le temps", "depuis la dernière visite", "par moments", "dès qu’il pleut", "depuis les travaux",
    "après minuit", "quand le voisin se douche", "depuis le week-end", "une fois sur deux",
    "depuis le début du mois", "en continu",
};
/// How something stands, whoever it is.
pub const STATES: &[&str] = words! {
    "ne marche plus", "fuit beaucoup", "fait un bruit bizarre", "goutte sans arrêt", "affiche le code E4",
    "a disjoncté deux fois", "sent le brûlé", "tombe toujours en panne", "reste à mi-hauteur",
    "s’éteint en route", "laisse passer de l’eau", "ne chauffe presque pas", "a des moisissures tout autour",
    "grince très fort",
};
/// What a tenant adds.
pub const ASKS: &[&str] = words! {
    "Merci d’avance.", "Pouvez-vous envoyer quelqu’un ?", "Je suis là toute la journée.", "C’est assez urgent.",
    "Merci de me tenir au courant.", "J’ai mis une bassine dessous.", "Le voisin a le même problème.",
    "Je joins une photo.", "Rappelez-moi au besoin.", "Je peux attendre jusqu’à lundi.", "Bonne journée.",
    "Dois-je couper l’arrivée d’eau ?", "Bonjour, avez-vous des nouvelles ?", "On ne peut plus dormir.",
};
/// What an owner answers.
pub const ANSWERS: &[&str] = words! {
    "Bonjour, c’est noté, je m’en occupe.", "Le plombier passe demain à 9 h.", "J’ai demandé un devis.",
    "L’électricien vous appelle dans l’après-midi.", "La pièce est commandée.", "Est-ce que cela continue ?",
    "L’artisan confirme jeudi.", "Pouvez-vous m’envoyer une photo de la plaque ?", "Merci, je transmets.",
    "L’assurance demande un constat.", "Je reviens vers vous dès que possible.", "Quelqu’un sera-t-il là ?",
};
/// Makes, and what stands on their plates.
pub const MAKES: &[&str] = words! {
    "Norvalis", "Thermelec", "Aquador", "Voltéo", "Cimelux", "Brisac", "Hydrelle", "Fermatec", "Solvane",
    "Oxalis",
};
/// Kinds of streets.
pub const STREETS: &[&str] = words! {
    "rue", "avenue", "boulevard", "place", "impasse", "quai", "chemin", "allée", "cours",
};
/// What streets are called after, beside people.
pub const PLACES_NAMED: &[&str] = words! {
    "de l’Église", "des Lilas", "du Moulin", "de la Fosse", "du Marché", "des Écoliers", "de la Gare",
    "des Tilleuls", "du Lavoir", "de Verdun", "de la République", "des Alliés", "du Port", "de la Fontaine",
    "des Acacias",
};
/// First names.
pub const FIRST: &[&str] = words! {
    "Awa", "Tom", "Inès", "Noël", "Zoé", "Malik", "Chloé", "Étienne", "Léa", "Hugo", "Aïcha", "Jérôme",
    "Maëlle", "Théo", "Fatou", "Anaïs", "Loïc", "Élodie", "Karim", "Manon", "Sacha", "Yasmine", "Gaël", "Lucie",
    "Omar", "Camille", "Nadia", "Bastien", "Rose", "Ibrahim", "Clément", "Solène", "Mehdi", "Agnès", "Victor",
    "Djamila",
};
/// How family names begin.
pub const NAMES_BEGIN: &[&str] = words! {
    "Mar", "Ber", "Dur", "Le", "Rous", "Gar", "Mo", "Cha", "Bel", "Fon", "Per", "La", "Gi", "Bou", "Del", "Vi",
    "Ca", "Du", "Pi", "Sau", "Re", "Col", "Han", "Jac", "Ki", "Tra", "Ou", "Ben", "Nou", "Wal",
};
/// How they go on.
pub const NAMES_END: &[&str] = words! {
    "tin", "nard", "and", "fèvre", "seau", "nier", "reau", "lier", "mont", "taine", "rin", "combe", "rard",
    "cher", "mas", "dal", "zin", "bois", "net", "lin", "vert", "quet", "moud", "lard", "bert", "oré", "diaye",
    "ssa", "rien", "chard", "gnon", "tier", "let", "vel",
};
