"""Damage that scraping leaves in Italian text: found, explained, and mended for the model's eyes alone.

Nothing here changes what was read. `find` proposes repairs of one paragraph; `translate.mending` applies them and can tell, for
every place of the mended text, where it is in the text as read. False alarms cost more than misses: names such as `YouTube` or
`McDonald` stay, and so does whatever word lists cannot decide.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from translate.abbreviations import OPEN, OPEN_BEFORE_NUMBERS, OPENERS
from translate.frequencies import zipf
from translate.glued import glued_at_a_capital, glued_small, no_blank
from translate.mending import Repair


def find(text: str) -> list[Repair]:
    """The repairs that one paragraph needs, in order."""
    found = [repair for finder in _FINDERS for repair in finder(text)]
    return sorted(found, key=lambda repair: (repair.start, repair.end))


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
        if zipf(found[3]) >= 3.5 and zipf(found[1]) >= 3 and len(found[1]) > 3 and found[1].lower() not in _ABBREVIATIONS:
            at = found.start(3)
            yield Repair(at, at + 1, text[at].upper(), "case", f"a sentence begins small: {found[0]}")
    for found in _STRAY.finditer(text):
        before = found[1]
        if before in _BEFORE_A_TITLE or _is_quoted(text, found.start(2)) or zipf(before) < 2.5 or zipf(found[3]) < 3:
            continue
        yield _lowered(found)
    for found in _STRAY_VERB.finditer(text):
        if not _is_quoted(text, found.start(2)) and zipf(found[3]) >= 3:
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
        if zipf(whole) > 0 and zipf(whole) >= min(zipf(found[1]), zipf(found[2])) - 3:
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
    glued_at_a_capital,
    glued_small,
    no_blank,
    _capitals,
    _quotes,
    _furniture,
)
