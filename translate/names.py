"""Names and acronyms of an Italian sentence that its English lacks, with the names that English spells its own way."""

from __future__ import annotations

import re
import unicodedata

# Italian names whose English is another word; those that are alike need no entry.
EXONYMS = {
    "londra": "london", "parigi": "paris", "mosca": "moscow", "firenze": "florence", "genova": "genoa",
    "livorno": "leghorn livorno", "monaco": "munich monaco", "baviera": "bavaria munich", "francoforte": "frankfurt",
    "colonia": "cologne colony", "dresda": "dresden", "lipsia": "leipzig", "magonza": "mainz", "treviri": "trier",
    "aquisgrana": "aachen", "vienna": "vienna", "zurigo": "zurich", "ginevra": "geneva", "basilea": "basel basle",
    "berna": "bern berne", "losanna": "lausanne", "bruxelles": "brussels", "anversa": "antwerp", "gand": "ghent",
    "bruges": "bruges", "aia": "hague", "nimega": "nijmegen", "lione": "lyon lyons",
    "marsiglia": "marseille marseilles", "nizza": "nice", "tolosa": "toulouse", "strasburgo": "strasbourg",
    "siviglia": "seville sevilla", "saragozza": "zaragoza saragossa", "lisbona": "lisbon", "edimburgo": "edinburgh",
    "dublino": "dublin", "copenaghen": "copenhagen", "stoccolma": "stockholm", "varsavia": "warsaw",
    "cracovia": "krakow cracow", "danzica": "gdansk danzig", "praga": "prague", "budapest": "budapest",
    "bucarest": "bucharest", "belgrado": "belgrade", "zagabria": "zagreb", "lubiana": "ljubljana", "atene": "athens",
    "salonicco": "thessaloniki", "leopoli": "lviv", "kiev": "kyiv kiev", "pechino": "beijing peking",
    "nanchino": "nanjing nanking", "shanghai": "shanghai", "il cairo": "cairo", "alessandria": "alexandria",
    "tunisi": "tunis", "algeri": "algiers", "gerusalemme": "jerusalem", "betlemme": "bethlehem", "damasco": "damascus",
    "aleppo": "aleppo", "giappone": "japan japanese", "cina": "china chinese", "spagna": "spain spanish",
    "germania": "germany german", "svizzera": "switzerland swiss", "svezia": "sweden swedish",
    "norvegia": "norway norwegian", "danimarca": "denmark danish", "olanda": "holland netherlands dutch",
    "paesi bassi": "netherlands", "belgio": "belgium belgian", "grecia": "greece greek",
    "ungheria": "hungary hungarian", "turchia": "turkey turkish", "inghilterra": "england english",
    "scozia": "scotland scottish", "galles": "wales welsh", "irlanda": "ireland irish", "regno": "kingdom uk",
    "stati": "states us usa american america", "tv": "tv television", "capodanno": "new", "caraibi": "caribbean",
    "venere": "venus", "bibbia": "bible", "artù": "arthur", "rmn": "mri nmr", "dott": "dr doctor",
    "uniti": "united us usa american america", "unito": "united uk", "croazia": "croatia", "giordania": "jordan",
    "libano": "lebanon", "egitto": "egypt egyptian", "marocco": "morocco", "etiopia": "ethiopia",
    "sudafrica": "south africa", "messico": "mexico mexican", "brasile": "brazil", "cile": "chile chilean",
    "perù": "peru", "filippine": "philippines", "nuova": "new", "zelanda": "zealand", "ucraina": "ukraine",
    "polonia": "poland polish", "francia": "france french", "islanda": "iceland", "cipro": "cyprus",
    "lettonia": "latvia", "estonia": "estonia", "tamigi": "thames", "reno": "rhine", "danubio": "danube",
    "tevere": "tiber", "senna": "seine", "rodano": "rhone", "nilo": "nile", "alpi": "alps alpine",
    "appennini": "apennines", "mediterraneo": "mediterranean", "manica": "channel", "egeo": "aegean",
    "ue": "eu european", "onu": "un united nations", "usa": "us usa u.s american america states", "urss": "ussr soviet",
    "oms": "who health", "fmi": "imf monetary", "bce": "ecb european", "pil": "gdp", "iva": "vat", "aids": "aids",
    "dna": "dna", "ong": "ngo ngos", "ia": "ai", "opec": "opec", "otan": "nato", "cee": "eec european", "ocse": "oecd",
    "ddr": "gdr", "covid": "covid", "papa": "pope", "gesù": "jesus", "cristo": "christ", "dio": "god",
    "madonna": "madonna our lady mary", "maometto": "muhammad mohammed mohammad", "aristotele": "aristotle",
    "platone": "plato", "omero": "homer", "virgilio": "virgil", "cesare": "caesar", "augusto": "augustus",
    "nerone": "nero", "giulio": "julius", "colombo": "columbus", "cristoforo": "christopher", "napoleone": "napoleon",
    "elisabetta": "elizabeth", "carlo": "charles", "filippo": "philip", "guglielmo": "william", "enrico": "henry",
    "giorgio": "george", "giovanni": "john", "paolo": "paul paulo", "pietro": "peter", "francesco": "francis",
    "giacomo": "james", "luigi": "louis", "caterina": "catherine", "anna": "anne anna", "gennaio": "january",
    "natale": "christmas", "pasqua": "easter", "pentecoste": "pentecost", "medioevo": "middle ages",
    "rinascimento": "renaissance", "ottocento": "nineteenth 19th 1800s", "novecento": "twentieth 20th 1900s",
    "settecento": "eighteenth 18th 1700s", "corea": "korea korean", "coree": "koreas korea", "arabia": "arabia arab",
    "saudita": "saudi", "emirati": "emirates", "vicino": "near", "medio": "middle", "oriente": "east",
}  # fmt: skip
# A capital not at the start of a sentence or a quotation, or an acronym anywhere.
_NAME = re.compile(r"(?<=[a-zà-ÿ,;] )[A-ZÀ-ÖØ-Þ][\w’'-]*[^\W\d_](?![\w])|(?<!\w)[A-Z]{2,6}(?!\w)")
_ARTICLE = re.compile(r"^(?:[a-z]{1,5}|[LDU]|Dell|All|Nell|Dall|Sull|Quell)['’]", re.IGNORECASE)
_ROMAN = re.compile(r"[IVXLCDM]+")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
# How like one another two spellings of a name are at the least, 0 to 100 (rapidfuzz's ratio).
_ALIKE = 65
# A word with a capital that is commoner than this (Zipf scale) is a title or an institution, and is translated.
_COMMON = 4.3


def missing_names(source: str, target: str) -> list[str]:
    """The names and acronyms of `source` that nothing in `target` answers."""
    from rapidfuzz import fuzz, process

    names = list(dict.fromkeys(_ARTICLE.sub("", found[0]) for found in _NAME.finditer(source)))
    if not names:
        return []
    words = re.findall(r"[a-z0-9]+", _INITIALS.sub(lambda found: found[0].replace(".", ""), _fold(target)))
    whole = "".join(words)
    lost = []
    for name in names:
        folded = re.sub(r"[^a-z0-9]", "", _fold(name))
        known = EXONYMS.get(name.lower())
        if (
            len(folded) < 2
            or _ROMAN.fullmatch(name)
            or folded in whole
            or (known and any(word in words for word in known.split()))
        ):
            continue
        if known is None and (_is_common(name) or process.extractOne(folded, words, scorer=fuzz.ratio, score_cutoff=_ALIKE)):
            continue
        lost.append(name)
    return lost


def _is_common(name: str) -> bool:
    if name.isupper() and len(name) > 1:
        return False
    from wordfreq import zipf_frequency

    italian, english = (zipf_frequency(name, language) for language in ("it", "en"))
    # Names are about as common in both languages; what Italian alone knows is a word with a capital.
    return (italian > _COMMON and italian > english + 0.3) or (italian >= 3 and italian > english + 0.8)


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
