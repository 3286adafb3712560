"""Italian sentence boundaries, as spans of the text.

The rules are LanguageTool's Italian ones, run by `choppa-srx`.
"""

from __future__ import annotations

import functools
from typing import Any

from translate.article import Article, Document, Paragraph, Sentence


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
    end = 0
    for segment in SrxTextIterator(_rules(), "it_two", text):
        start, end = end, end + len(segment)
        body = segment.strip()
        if body:
            start += segment.index(body)
            spans.append((start, start + len(body)))
    return spans


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
