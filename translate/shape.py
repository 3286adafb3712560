"""The outer shape of a sentence, taken off before the model sees it and put back on its English: capitals, list marks.

Models are trained on sentences: `SOPA DI PISELLI` is noise to them where `sopa di piselli` is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from translate.abbreviations import OPENERS
from translate.names import EXONYMS

# `1)`, `a.`, `iv)`, `- `, `• ` before the text of a list's item.
_MARK = re.compile(r"(?:\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{2,4})[.)]|[-–—•*·▪])\s+(?=\S)")
_WORD = re.compile(r"[^\W\d_]+")
# Acronyms that a headline in capitals does not hide.
_ACRONYMS = frozenset("ue onu usa ia bce fmi oms nato aids dna pil iva tv ong".split())


@dataclass(frozen=True)
class Shape:
    """What was taken off: a list's mark; whether all of the text was in capitals; whether it stood in quotation marks."""

    mark: str
    capitals: bool
    quoted: bool = False

    def restore(self, english: str) -> str:
        """`english` in this shape."""
        english = english.upper() if self.capitals else english
        return self.mark + (f'"{english}"' if self.quoted else english)


def take_off(italian: str) -> tuple[str, Shape]:
    """The sentence as a model knows sentences, and its shape."""
    found = _MARK.match(italian)
    mark = found[0] if found and len(italian) > len(found[0]) + 3 else ""
    text = italian[len(mark) :]
    words = _WORD.findall(text)
    long = [word for word in words if len(word) > 1]
    if len(long) >= 2 and sum(map(len, long)) >= 8 and all(word.isupper() for word in long):
        return _sentence_case(text), Shape(mark, True)
    # Names in a row have no article among them.
    titled = len(long) >= 4 and all(word[0].isupper() for word in words) and not any(word.isupper() for word in long)
    if titled and any(word.lower() in OPENERS for word in words[1:]):
        return _sentence_case(text), Shape(mark, False)
    return text, Shape(mark, False)


def _sentence_case(text: str) -> str:
    """Small letters, but for the first, for acronyms, and for names that are known."""

    def small(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in _ACRONYMS:
            return word.upper()
        first = not _WORD.search(text, 0, found.start())
        # A word that is a name and nothing else: `londra`, not `monaco`, `reno`, `uniti`.
        return word.capitalize() if first or (word in EXONYMS and word not in _ALSO_WORDS) else word

    return _WORD.sub(small, text)


_ALSO_WORDS = frozenset(
    "stati uniti unito regno nuova vicino medio oriente colonia il paesi natale cesare reno manica papa dio".split()
)
