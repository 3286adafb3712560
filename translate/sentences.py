"""Italian sentence boundaries, as spans of the text.

Every stop mark (`.` `?` `!` `…`, and `:` `;` where a clause of its own follows, as the Italian treebanks have it) is a
candidate; `_ends` decides by what stands before and after it. Nothing is ever removed: sentences are spans.

What each rule brings, boundary F1 on the development parts of the treebanks ISDT and VIT (running paragraphs of five
sentences); LanguageTool's rules in choppa-srx give .929 and .909:

| rules | ISDT | VIT |
| --- | ---: | ---: |
| all | .985 | .993 |
| without clause ends at `:` and `;` | .946 | .912 |
| without sentences that begin small (`_starts_small`) | .951 | .979 |
| without abbreviations | .974 | .846 |
| without list items | .983 | .989 |
"""

from __future__ import annotations

import re

from translate.abbreviations import OPEN, OPEN_BEFORE_NUMBERS, OPENERS
from translate.article import Article, Document, Paragraph, Sentence
from translate.mending import FLAGGED_ONLY, mend
from translate.repair import find

# A stop mark, what closes right after it, and the blanks that follow (none where a blank got lost).
_CANDIDATE = re.compile(r"""(?P<mark>[.?!…]+|[:;])(?P<close>[»”"'’)\]]*)(?P<gap>\s*)""")
_WORD_BEFORE = re.compile(r"[^\s«»“”\"()\[\]–—/]+$")
_OPENING = r"""[«“"‘'(\[—–-]*\s*"""
_CAPITAL = re.compile(_OPENING + r"(?:[A-ZÀ-ÖØ-Þ]|[0-9]+[^\W\d_]|[0-9])")
_CAPITAL_LETTER = re.compile(_OPENING + r"[A-ZÀ-ÖØ-Þ]")
_NUMBER = re.compile(r"\(?(?:[0-9]|[IVXLCDM]+\b|[A-Za-z]\b[.)]?(?!\s*['’]))")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ENUMERATOR = re.compile(r"\(?(?:[0-9]{1,4}|[A-Za-z]|[IVXLC]+)")
_INITIAL = re.compile(r"(?:[^\W\d_]['’])?[A-ZÀ-ÖØ-Þ](?:[a-zà-ÿ]?\.-?[A-ZÀ-ÖØ-Þ])*")
# A lower-case word before a lost blank; addresses and file names have none of these shapes (`strada.C’è`, not `sito.it`).
_LOST_BLANK_BEFORE = re.compile(r"[a-zà-ÿ]{3}$")
_LOST_BLANK_AFTER = re.compile(r"[«“\"]?[A-ZÀ-ÖØ-Þ](?:[a-zà-ÿ]+(?:\s|['’,])|['’]|\s)")
_NEXT_MARK = re.compile(r"[.?!…:;]")
# Characters; what a colon or semicolon parts is a sentence of its own only from this length on.
_CLAUSE = 33
_PERIOD = 60
# Shorter than this, what stands before a colon is a label (`Foto: Ansa`).
_LABEL = 15
# How far clauses and brackets are looked for, in characters.
_REACH = 400
# The head of a list's item: `a) `, `ii) `, `3. `; `- `.
_ITEM = re.compile(r"\(?(?:(?:[a-z]|[ivx]{1,4}|[0-9]{1,4})\)|[0-9]{1,4}\.)\s+[^\W\d_]")
_DASHED_ITEM = re.compile(r"[-–—•*]\s+[^\W\d_]")
_CLOSING = "»”\")]’'"
_QUOTED_SMALL = re.compile(r"[«“\"][a-zà-ÿ]")
_VOWEL_ENDING = re.compile(r"[^\W\d_]{3}[aeiouàèéìíòóùú]$", re.IGNORECASE)


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end) in `text`, without the blanks around them.

    Every character that is not blank lies in exactly one span. A text of blanks gives no span. Time is linear in the
    length of `text`.
    """
    spans: list[tuple[int, int]] = []
    start = _skip_blanks(text, 0)
    for found in _CANDIDATE.finditer(text):
        end = found.end("close")
        if found.start() >= start and found.end() < len(text) and _ends(text, start, found):
            spans.append((start, end))
            start = found.end()
    end = len(text.rstrip())
    if start < end:
        spans.append((start, end))
    return spans


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether the sentence that began at `start` ends with the mark `found`; more text follows it."""
    mark, after = found["mark"], found.end()
    if mark in ":;":
        return bool(found["gap"]) and _is_clause_end(text, start, found)
    before = text[max(start, found.start() - 40) : found.start()]
    word = _word(before)
    if not found["gap"]:
        return _has_lost_its_blank(text, word, found)
    if not _CAPITAL.match(text, after):
        return _starts_small(text, word, found)
    if mark != "." or found["close"]:
        # `«Basta!» disse Rossi` goes on in lower case and was left above; before a capital all of these end.
        return True
    if found.start() - len(word) == start and _ENUMERATOR.fullmatch(word):
        return False  # `1. Testo`, `b. Testo`, `IV. Testo`
    return not _is_abbreviation(word, text, after)


def _starts_small(text: str, word: str, found: re.Match[str]) -> bool:
    """Whether a sentence ends here although the next one begins without a capital, as scraped text has it.

    Italian words end in vowels and abbreviations hardly ever do.
    """
    if found["close"]:
        return False  # `«Davvero?» chiese`
    if _ITEM.match(text, found.end()) or _QUOTED_SMALL.match(text, found.end()):
        return not _is_abbreviation(word, text, found.end())
    if found["mark"] != "." or not text[found.end()].isalpha():
        return False
    if text[found.start() - 1] in _CLOSING:
        return True
    return bool(_VOWEL_ENDING.search(word)) and not _is_abbreviation(word, text, found.end())


def _word(before: str) -> str:
    found = _WORD_BEFORE.search(before)
    return found[0] if found else ""


def _is_abbreviation(word: str, text: str, after: int) -> bool:
    """Whether the stop after `word` belongs to it, given that a capital or a figure follows at `after`."""
    bare = re.sub(r"^[^\W\d_]{1,6}['’]", "", word).lstrip("‘'’")  # l’on., dell’art.
    key = bare.lower()
    if key in OPEN:
        return True
    if key in OPEN_BEFORE_NUMBERS and _NUMBER.match(text, after):
        return True
    if not _INITIAL.fullmatch(bare) or not _CAPITAL_LETTER.match(text, after):
        return False
    following = _FIRST_WORD.search(text, after)
    # A single capital is an initial before a name; several (S.p.A., a.C., U.S.A.) may well end a sentence.
    return "." not in bare and (following is None or following[0].lower() not in OPENERS)


def _has_lost_its_blank(text: str, word: str, found: re.Match[str]) -> bool:
    """Whether two sentences are glued here: `finita.La`, `“sì”.Poi`."""
    if "@" in word or "www" in word or "." in word.strip("."):
        return False
    if not word and text[found.start() - 1] not in _CLOSING:
        return False
    return bool(not word or found["close"] or _LOST_BLANK_BEFORE.search(word)) and bool(
        _LOST_BLANK_AFTER.match(text, found.end())
    )


def _is_clause_end(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a colon or semicolon parts two clauses that stand by themselves."""
    after = found.end()
    if _is_bracketed(text, start, found.start()):
        return False
    if _ITEM.match(text, after) or _DASHED_ITEM.match(text, after):
        return True
    if text[after].isdigit():
        return False
    following = _NEXT_MARK.search(text, after, after + _REACH)
    length = (following.start() if following else min(len(text), after + _REACH)) - after
    before = found.start() - max(start, text.rfind(";", max(start, after - _REACH), found.start()))
    if found["mark"] == ";":
        return before >= _CLAUSE and length >= _CLAUSE
    if text[after].isupper():
        return before >= _LABEL
    return text[after].islower() and before >= _PERIOD and length >= _PERIOD


def _is_bracketed(text: str, start: int, end: int) -> bool:
    """Whether a bracket is open at `end`; only the last _REACH characters are looked at, so that time stays linear."""
    start = max(start, end - _REACH)
    return max(text.rfind("(", start, end), text.rfind("[", start, end)) > max(
        text.rfind(")", start, end), text.rfind("]", start, end)
    )


def cut(document: Document, name: str, repairing: bool = True) -> Article:
    """The document as an article called `name`: its paragraphs, each with its sentences.

    With `repairing`, boundaries are those of the mended text, and sentences carry what was mended in them; their spans
    are those of the text as read all the same.
    """
    paragraphs = []
    for number, (start, end) in enumerate(document.paragraphs, document.first):
        text = document.text[start:end]
        found = find(text) if repairing else []
        mended = mend(text, [repair for repair in found if repair.kind not in FLAGGED_ONLY])
        sentences: list[Sentence] = []
        for a, b in split(mended.text):
            first, last = mended.origin(a), mended.origin(b)
            kinds = {repair.kind for repair in found if first <= repair.start and repair.end <= last}
            read = text[first:last]
            better = mended.text[a:b] if mended.text[a:b] != read else ""
            sentences.append(
                Sentence(number, len(sentences) + 1, start + first, start + last, read, better, tuple(sorted(kinds)))
            )
        paragraphs.append(Paragraph(number, start, end, tuple(sentences)))
    return Article(name, document.text, tuple(paragraphs))
