"""Words that scraping ran together, with a capital in the middle (`KazakistanHanno`) or without (`governoha`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from translate.abbreviations import OPENERS
from translate.frequencies import zipf
from translate.mending import Repair

# A word that goes on with a capital: `KazakistanHanno`, `PutinR.`, `governoMeloni`.
_CAPITAL_INSIDE = re.compile(
    r"(?<![\w@#/.&-])(?<![^\w\s]['’])([^\W\d_]*[a-zà-ÿ]{2})([A-ZÀ-ÖØ-Þ][a-zà-ÿ]*)(?=[^\w@/-]|$)(?!\.[a-z]{2})"
)
# A whole word of small letters, or with one capital at its start.
_LONG_WORD = re.compile(r"(?<![\w@#/.'’-])([^\W\d_][a-zà-ÿ]{6,})(?![\w@/-])(?!\.[a-z]{2})")
# A mark without the blank after it, between words: `finita,poi`.
_NO_BLANK = re.compile(r"(?<![\w@#/.])([^\W\d_]*[a-zà-ÿ]{3})([,;:])([^\W\d_]{2,})(?=[\s,;:!?]|[.](?:\s|$)|$)")
# Names with which a glued second part may begin although they are as common as any word.
_NAMES = frozenset(
    """italia roma milano napoli torino venezia firenze bologna genova palermo europa francia germania spagna america
    stati usa cina russia inghilterra londra parigi new san santa maria dio ue uniti juventus inter milan twitter facebook
    google youtube apple microsoft amazon office windows online web italy news live star love day time""".split()
)
# What a sentence cannot end with: before it a capital is a name.
_GOES_ON = frozenset(
    """di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai dagli
    dalle nel nello nella nei negli nelle sul sullo sulla sui sugli sulle il lo la i gli le un uno una e ed o che come
    ex neo san santa don""".split()
)
_PREFIXES = frozenset("mac fitz della dello degli delle dalla dalle vander".split())
_ENDS_AS_WORDS_DO = re.compile(r"[aeiouàèéìíòóùú]$")
# Words that follow a name where its link ended; a name may end in the shorter ones by itself.
_AFTER_A_NAME = frozenset(
    """
    secondo hanno della dello degli delle dalla dalle dagli dallo nella nelle negli nello sulla sulle sugli
    dopo prima durante mentre quando perché anche contro senza verso sono erano aveva avevano stato stata
    stati dove quindi invece ancora sempre oggi ieri domani quale quali questo questa questi queste quello
    quella dice disse detto come nonostante affinché alla alle allo agli alcuni potrebbe potrebbero dovrebbe
    dovrebbero deve devono possono potrà potranno abbiamo avrà avranno sarà saranno stanno spiega spiegano
    afferma affermano annuncia chiede chiedono vuole vogliono resta rimane mostra giovedì venerdì sabato
    domenica lunedì martedì mercoledì
    """.split()
)


def glued_at_a_capital(text: str) -> Iterator[Repair]:
    for found in _CAPITAL_INSIDE.finditer(text):
        first, second = found[1], found[2]
        if _is_camel_case(first, second, text, found.end()):
            continue
        at = found.end(1)
        if _begins_a_sentence(first, second):
            yield Repair(at, at, ". ", "glued", f"two sentences run together: {first}|{second}")
        else:
            yield Repair(at, at, " ", "glued", f"two words run together: {first}|{second}")


def _is_camel_case(first: str, second: str, text: str, end: int) -> bool:
    """Whether a word with a capital inside may be a name as it stands."""
    if any(c.isupper() for c in first[1:]) or zipf(first + second) > 1 or len(first) < 3:
        return True
    before, after, lower = zipf(first), zipf(second), second.lower()
    if zipf(first, "en") > before + 1 or (len(first) == 3 and before < 4.5) or first.lower() in _PREFIXES:
        return True
    if _elides(text, end) and lower in OPENERS:
        return False  # `deposizioneL’azienda`
    if len(second) == 1:
        if second in "ÈIE":
            # `minutiÈ partito`; `classeE` and `vitaminaC` end in a blank, too, but what follows them is no sentence.
            return not (first[0].islower() and before >= 3 and re.match(r"\s[a-zà-ÿ]{3}", text[end:]))
        # An initial, as in `PutinR., in lacrime`; not `SpaceX`.
        return not (text.startswith(".", end) and first[0].isupper() and before >= 3)
    if lower in OPENERS and len(first) > 3:
        return not (_ENDS_AS_WORDS_DO.search(first) or before >= 2)
    if first[0].islower():
        # A common word, and a name or word that is none of English's: `accantoGendon`, not `dotCom`.
        return not (before >= 4 and len(first) > 3 and len(second) > 3) and (
            before < 2.5 or after < 3 or len(second) == 2 or zipf(second, "en") > after + 1.5
        )
    # A name with two capitals is a brand (`LibreOffice`) unless the second part can hardly be one.
    return not (before >= 2.5 and lower in _AFTER_A_NAME)


def _elides(text: str, at: int) -> bool:
    return text[at : at + 1] in ("'", "’") and text[at + 1 : at + 2].isalpha()


def _begins_a_sentence(first: str, second: str) -> bool:
    lower = second.lower()
    if first.lower() in _GOES_ON or lower in _NAMES:
        return False
    return lower in OPENERS or (len(second) > 2 and zipf(second) >= 4.5 and zipf(second) > zipf(second, "en") + 0.7)


def glued_small(text: str) -> Iterator[Repair]:
    for found in _LONG_WORD.finditer(text):
        word = found[1]
        if zipf(word) > 0:
            continue
        cut = _joint(word)
        if cut:
            at = found.start() + cut
            yield Repair(at, at, " ", "glued", f"two words run together: {word[:cut]}|{word[cut:]}")


def _joint(word: str) -> int:
    """Where an unknown word is two known ones, the second of them one that often follows; 0 where it is not."""
    named = word[0].isupper()
    for cut in range(4, len(word) - 3):
        first, second = word[:cut], word[cut:]
        if second in _AFTER_A_NAME and zipf(first) >= (3.3 if named else 3.8):
            # A name that both lists know is a name; `Bellano` is no `Bell|ano`.
            return 0 if zipf(word, "en") > 0 else cut
    return 0


def no_blank(text: str) -> Iterator[Repair]:
    for found in _NO_BLANK.finditer(text):
        if zipf(found[1]) >= 3 and zipf(found[3]) >= 3:
            yield Repair(found.end(2), found.end(2), " ", "glued", f"no blank after the mark: {found[0]}")
