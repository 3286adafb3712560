"""Italian sentence boundaries, as spans of the text.

The rules are LanguageTool's Italian ones, run by `choppa-srx`; a few abbreviations and initials that they do not know
are joined again.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from translate.article import Article, Document, Paragraph, Sentence

# Abbreviations that something always follows: titles, references, measures.
_OPEN_ABBREVIATION = re.compile(
    r"""(?:^|[\s(«“"'’])(?:
        sigg?|sig\.r[ai]|sig\.na|dott|dott\.ss[ae]|dott\.ri|prof|prof\.ss[ae]|proff|avv|ing|arch|geom|rag|on|onn|sen|min|pres|
        mons|don|card|gen|col|magg|cap|ten|serg|mar|amm|comm|cav|gr\.\s?uff|egr|gent|spett|ill|
        artt?|nn?|pagg?|pp?|capp?|voll?|figg?|tabb?|lett|cfr|vd|all|prot|rif|tel|cell|fax|
        ca|max|prov|loc|fraz|p\.zza|v\.le|c\.so|s|ss|st|l|distr
    )\.\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:^|[\s(«“\"'’.])[A-ZÀ-Ý]\.\s*$")
_INSIDE_ABBREVIATION = re.compile(r"(?:^|\W)\w\.$")
# After these a single capital was the end of a sentence (`la vitamina C. Il medico`), not an initial.
_OPENER = re.compile(
    r"(?:Il|Lo|La|I|Gli|Le|L['’]|Un|Uno|Una|Un['’]|E|Ed|Ma|Se|Non|Si|Che|Chi|Come|Dove|Quando|Perché|In|Nel|Nella|Nei|Per|Con|Da|"
    r"Dal|Di|Del|A|Al|Su|Tra|Fra|È|C['’]è|Ci|Anche|Poi|Dopo|Questo|Questa|Quel|Quella|Così|Secondo)\b"
)


@functools.cache
def _rules() -> Any:
    from importlib.resources import files

    from choppa import SrxDocument

    return SrxDocument(ruleset=str(files("choppa") / "data" / "srx" / "languagetool_segment.srx"))


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end) in `text`, without the blanks around them.

    Every character that is not blank lies in exactly one span. A text of blanks gives no span.
    """
    from choppa import SrxTextIterator

    spans: list[tuple[int, int]] = []
    start = end = 0
    for segment in SrxTextIterator(_rules(), "it_two", text):
        end += len(segment)
        if end < len(text) and _goes_on(text[max(start, end - 24) : end], text[end : end + 12]):
            continue
        body = text[start:end].strip()
        if body:
            start += text[start:end].index(body)
            spans.append((start, start + len(body)))
        start = end
    return spans


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on between `before` and `after`, where the library's rules end it."""
    if _OPEN_ABBREVIATION.search(before):
        return True
    if not before[-1].isspace():
        return bool(_INSIDE_ABBREVIATION.search(before))
    return bool(_INITIALS.search(before)) and not _OPENER.match(after)


def cut(document: Document, name: str) -> Article:
    """The document as an article called `name`: its paragraphs, each with its sentences."""
    paragraphs = []
    for number, (start, end) in enumerate(document.paragraphs, 1):
        sentences = tuple(
            Sentence(number, count, start + a, start + b, document.text[start + a : start + b])
            for count, (a, b) in enumerate(split(document.text[start:end]), 1)
        )
        paragraphs.append(Paragraph(number, start, end, sentences))
    return Article(name, document.text, tuple(paragraphs))
