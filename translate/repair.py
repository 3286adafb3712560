"""Damage that scraping leaves in Italian text: found, explained, and mended for the model's eyes alone.

Nothing here changes what was read. `find` proposes repairs of one paragraph; `mend` applies them and can tell, for every
place of the mended text, where it is in the text as read. False alarms cost more than misses: names such as `YouTube` or
`McDonald` stay, and so does whatever word lists cannot decide.

Word frequencies are wordfreq's (Speer 2022), on the Zipf scale: 3 is once in a million words, 6 once in a thousand.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from translate.abbreviations import OPEN, OPEN_BEFORE_NUMBERS, OPENERS


@dataclass(frozen=True)
class Repair:
    """Characters `start` to `end` of a text should read `text`.

    `kind` is the flag: `glued` (run together), `case` (a capital lost or stray), `quote` (a quotation mark without its
    partner), `broken` (a word parted at a line's end), `entity` (HTML or wrongly decoded characters). `reason` is for people.
    """

    start: int
    end: int
    text: str
    kind: str
    reason: str


# Kinds that are worth a flag and not worth mending: with its quotation marks mended the English scored no better
# (scripts/measure_repair.py; NTREX, BLEU 22.7 both ways), where mended boundaries bring 1.1.
FLAGGED_ONLY = frozenset({"quote"})


@dataclass(frozen=True)
class Mended:
    """A text with its repairs applied; `text` is what the model should see."""

    text: str
    repairs: tuple[Repair, ...]
    _starts: tuple[int, ...]
    _origins: tuple[tuple[int, bool], ...]

    def origin(self, at: int) -> int:
        """The place in the text as read of place `at` of the mended text; the start of a repair for a place within it."""
        i = bisect_right(self._starts, at) - 1
        origin, fixed = self._origins[i]
        return origin if fixed else origin + at - self._starts[i]


def mend(text: str, repairs: Iterable[Repair]) -> Mended:
    """`text` with `repairs` applied, the earlier first; of those that overlap only the first."""
    applied: list[Repair] = []
    parts: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, bool]] = []
    at = length = 0

    def add(piece: str, origin: int, fixed: bool) -> None:
        nonlocal length
        starts.append(length)
        origins.append((origin, fixed))
        parts.append(piece)
        length += len(piece)

    for repair in sorted(repairs, key=lambda repair: (repair.start, repair.end)):
        if repair.start < at:
            continue
        add(text[at : repair.start], at, False)
        add(repair.text, repair.start, True)
        at = repair.end
        applied.append(repair)
    add(text[at:], at, False)
    return Mended("".join(parts), tuple(applied), tuple(starts), tuple(origins))


def find(text: str) -> list[Repair]:
    """The repairs that one paragraph needs, in order."""
    found = [repair for finder in _FINDERS for repair in finder(text)]
    return sorted(found, key=lambda repair: (repair.start, repair.end))


# --- words run together -------------------------------------------------------------------------------------------------

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


def _glued_at_a_capital(text: str) -> Iterator[Repair]:
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
    if any(c.isupper() for c in first[1:]) or _zipf(first + second) > 1 or len(first) < 3:
        return True
    before, after, lower = _zipf(first), _zipf(second), second.lower()
    if _zipf(first, "en") > before + 1 or (len(first) == 3 and before < 4.5) or first.lower() in _PREFIXES:
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
            before < 2.5 or after < 3 or len(second) == 2 or _zipf(second, "en") > after + 1.5
        )
    # A name with two capitals is a brand (`LibreOffice`) unless the second part can hardly be one.
    return not (before >= 2.5 and lower in _AFTER_A_NAME)


def _elides(text: str, at: int) -> bool:
    return text[at : at + 1] in ("'", "’") and text[at + 1 : at + 2].isalpha()


def _begins_a_sentence(first: str, second: str) -> bool:
    lower = second.lower()
    if first.lower() in _GOES_ON or lower in _NAMES:
        return False
    return lower in OPENERS or (len(second) > 2 and _zipf(second) >= 4.5 and _zipf(second) > _zipf(second, "en") + 0.7)


def _glued_small(text: str) -> Iterator[Repair]:
    for found in _LONG_WORD.finditer(text):
        word = found[1]
        if _zipf(word) > 0:
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
        if second in _AFTER_A_NAME and _zipf(first) >= (3.3 if named else 3.8):
            # A name that both lists know is a name; `Bellano` is no `Bell|ano`.
            return 0 if _zipf(word, "en") > 0 else cut
    return 0


def _no_blank(text: str) -> Iterator[Repair]:
    for found in _NO_BLANK.finditer(text):
        if _zipf(found[1]) >= 3 and _zipf(found[3]) >= 3:
            yield Repair(found.end(2), found.end(2), " ", "glued", f"no blank after the mark: {found[0]}")


# --- capitals -----------------------------------------------------------------------------------------------------------

# A sentence that begins small after one that ended, or at the start of a text with a capital right after: `quando L’invasione`.
_SMALL_AFTER_STOP = re.compile(r"(?<![\w.])([^\W\d_]*[aeiouàèéìòù])([.!?])\s([a-zà-ÿ]{2,})(?=[\s,’'])")
_SMALL_AT_START = re.compile(r"([a-zà-ÿ]{2,})\s(?:Il|Lo|La|I|Gli|Le|Un|Una|È|Ha|Hanno|L['’]|Un['’])(?=[\s\w])")
# A small word, a blank, and an article or the like with a capital before another small word: `giorni Il progetto`.
_STRAY = re.compile(
    r"(?<![\w'’])([a-zà-ÿ]{3,})\s(Il|Lo|La|Gli|Le|L['’]|Un|Una|Uno|Un['’]|È|Ha|Hanno|Sono|Del|Della|Dei|Nel|Nella|Al|Alla|Che|Per|Con)"
    r"(?:\s|(?<=['’]))([a-zà-ÿ]{3,})"
)
_ABBREVIATIONS = OPEN | OPEN_BEFORE_NUMBERS
# `dell’Ucraina È iniziato`: a verb that a link left with its capital.
_STRAY_VERB = re.compile(r"(?<![\w'’])((?:[\w]+['’])?[A-ZÀ-ÖØ-Þ][a-zà-ÿ]{2,})\s(È|Ha|Hanno)\s([a-zà-ÿ]{3,})")
_BEFORE_A_TITLE = frozenset(
    """su sul sulla sul giornale quotidiano settimanale mensile romanzo film libro opera brano canzone titolo rivista commedia
    programma serie quadro intitolato intitolata chiamato chiamata detto detta nome ristorante trattoria hotel associazione
    lista gruppo testata racconto poesia saggio disco album spettacolo blog sito""".split()
)


def _capitals(text: str) -> Iterator[Repair]:
    start = _SMALL_AT_START.match(text)
    if start and start[1] in OPENERS:
        yield Repair(0, 1, text[0].upper(), "case", f"a sentence begins small: {start[1]}")
    for found in _SMALL_AFTER_STOP.finditer(text):
        if _zipf(found[3]) >= 3.5 and _zipf(found[1]) >= 3 and len(found[1]) > 3 and found[1].lower() not in _ABBREVIATIONS:
            at = found.start(3)
            yield Repair(at, at + 1, text[at].upper(), "case", f"a sentence begins small: {found[0]}")
    for found in _STRAY.finditer(text):
        before = found[1]
        if before in _BEFORE_A_TITLE or _is_quoted(text, found.start(2)) or _zipf(before) < 2.5 or _zipf(found[3]) < 3:
            continue
        yield _lowered(found)
    for found in _STRAY_VERB.finditer(text):
        if not _is_quoted(text, found.start(2)) and _zipf(found[3]) >= 3:
            yield _lowered(found)


def _lowered(found: re.Match[str]) -> Repair:
    word = found[2]
    reason = f"a capital within a sentence: {found[1]} {word}"
    return Repair(found.start(2), found.end(2), word[0].lower() + word[1:], "case", reason)


def _is_quoted(text: str, at: int) -> bool:
    before = text[max(0, at - 300) : at]
    return before.count("“") + before.count("«") > before.count("”") + before.count("»") or before.count('"') % 2 == 1


# --- quotation marks ----------------------------------------------------------------------------------------------------

_QUOTE = re.compile(r"[“”«»]")
_PARTNER = {"“": "”", "«": "»"}
_SENTENCE_START = re.compile(r"[.!?…]['’)]?\s+(?=[^\s])")


def _quotes(text: str) -> Iterator[Repair]:
    """Marks whose partner is missing, by the marks that have a direction; straight ones tell none."""
    waiting: list[re.Match[str]] = []
    for found in _QUOTE.finditer(text):
        mark = found[0]
        if mark in _PARTNER:
            if waiting and waiting[-1][0] == mark and _reopens(text, waiting[-1], found):
                end = len(text[: found.start()].rstrip())
                yield Repair(
                    end, end, _PARTNER[mark], "quote", f"opened twice: {text[waiting.pop().start() : found.start() + 12]}"
                )
            waiting.append(found)
        elif waiting and _PARTNER[waiting[-1][0]] == mark:
            waiting.pop()
        elif not waiting and not _is_apostrophe(text, found) and _may_lack_its_start(text, found.start(), found.end()):
            at = _start_of_sentence(text, found.start())
            opening = "“" if mark == "”" else "«"
            yield Repair(at, at, opening, "quote", f"closed and never opened: {text[max(at, found.start() - 20) : found.end()]}")


def _reopens(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether a mark that opens stands where the one before it should have closed, not where a quotation nests."""
    between = text[first.end() : second.start()]
    return text[second.start() - 1].isspace() and len(between.split()) >= 2 and len(between) < 400


def _may_lack_its_start(text: str, start: int, end: int) -> bool:
    """Whether a mark that closes was never opened: the speaker follows, and no straight mark opens in its place.

    A quotation that runs over several paragraphs may end with a mark and nothing after it.
    """
    return text.count('"', 0, start) % 2 == 0 and bool(re.match(r"\s*,?\s+[a-zà-ÿ]{2}", text[end:]))


def _is_apostrophe(text: str, found: re.Match[str]) -> bool:
    """`5”` for inches or seconds, and marks within a word."""
    return found.start() == 0 or text[found.start() - 1].isdigit() or text[found.end() : found.end() + 1].isalpha()


def _start_of_sentence(text: str, at: int) -> int:
    start = 0
    for found in _SENTENCE_START.finditer(text, max(0, at - 400), max(0, at - 1)):
        start = found.end()
    return start if start or at <= 400 else at - 400


# --- lines, entities ----------------------------------------------------------------------------------------------------

_BROKEN = re.compile(r"(?<![\w-])([^\W\d_]{2,})[-\u00ad]\s*\n\s*([a-zà-ÿ]{2,})")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}\d?);")


def _broken(text: str) -> Iterator[Repair]:
    for found in _BROKEN.finditer(text):
        whole = found[1] + found[2]
        if _zipf(whole) > 0 and _zipf(whole) >= min(_zipf(found[1]), _zipf(found[2])) - 3:
            yield Repair(found.start(), found.end(), whole, "broken", f"parted at a line's end: {found[1]}-{found[2]}")


def _entities(text: str) -> Iterator[Repair]:
    for found in _ENTITY.finditer(text):
        plain = html.unescape(found[0])
        if plain != found[0]:
            yield Repair(found.start(), found.end(), plain, "entity", f"HTML left over: {found[0]}")


def _wrongly_decoded(text: str) -> Iterator[Repair]:
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if is_bad(text):
        for found in re.finditer(r"\S+", text):
            if is_bad(found[0]):
                plain = fix_encoding(found[0])
                if plain != found[0]:
                    yield Repair(found.start(), found.end(), plain, "entity", f"wrongly decoded: {found[0]}")


# --- parts of the page that are no text -----------------------------------------------------------------------------------

_FURNITURE = re.compile(
    r"""\s*(?:leggi\s(?:anche|pure|tutto|di\spiù|l['’]articolo)|continua\sa\sleggere|guarda\s(?:anche|il\svideo|le\sfoto)|vedi\sanche
    |per\sapprofondire\s?[:→»]|iscriviti\salla\s(?:nostra\s)?newsletter|abbonati\s(?:a|ora|per)\b|©?\s?riproduzione\sriservata
    |©\s(?:copyright|tutti\si\sdiritti)|seguici\ssu|condividi\s(?:su|questo|l['’]articolo)|pubblicità\s*$|articolo\sriservato
    |accetta\s(?:tutti\s)?i\scookie|torna\sa(?:lla|l|ll['’])\s?home|ultimo\saggiornamento\s?:|tempo\sdi\slettura
    |articoli\scorrelati\s*$|commenta\s*$|(?:ti\s)?potrebbe(?:ro)?\sinteressar(?:ti|vi)|foto\s?gallery\s*$)""",
    re.IGNORECASE | re.VERBOSE,
)


def _furniture(text: str) -> Iterator[Repair]:
    found = _FURNITURE.match(text)
    if found and len(text) < 300:
        yield Repair(0, 0, "", "furniture", f"part of the page: {found[0].strip()}")


_FINDERS: tuple[Callable[[str], Iterator[Repair]], ...] = (
    _entities,
    _wrongly_decoded,
    _broken,
    _glued_at_a_capital,
    _glued_small,
    _no_blank,
    _capitals,
    _quotes,
    _furniture,
)


@cache
def _frequencies(language: str) -> dict[str, float]:
    from wordfreq import get_frequency_dict

    found: dict[str, float] = get_frequency_dict(language, wordlist="large")
    return found


@cache
def _zipf(word: str, language: str = "it") -> float:
    """How common a word is, 0 where it is unknown."""
    import math

    frequency = _frequencies(language).get(word.lower().replace("’", "'"), 0.0)
    return round(math.log10(frequency) + 9, 2) if frequency else 0.0
