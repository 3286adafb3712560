"""Which English is wanted for Italian terms: a table of two columns, checked in every translation and put in where it can be.

Where a term's English is missing there are two ways to get it, both tried after the ordinary search and kept only where they
bring no other trouble: the English term stands in the Italian sentence in place of the Italian one, and the model, which
leaves most words that it does not know as they are, translates around it; or what the model says for the term by itself is
found in its translation of the sentence, and replaced there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from translate.punctuation import normalise
from translate.reading import Unreadable, decode

_HEADERS = frozenset(
    {"it", "ita", "italian", "italiano", "source", "en", "eng", "english", "inglese", "target", "term", "termine"}
)
# How alike two wordings of a term are at the least, 0 to 100 (rapidfuzz's ratio): `urban variant`, `urbanist variant`.
_ALIKE = 85
_ARTICLE = re.compile(r"^(?:the|an?|some)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """An Italian term and the English that is wanted for it, the first of `english` best."""

    italian: str
    english: tuple[str, ...]

    @cached_property
    def _in_italian(self) -> re.Pattern[str]:
        return _words(self.italian, "")

    @cached_property
    def _in_english(self) -> re.Pattern[str]:
        return re.compile("|".join(_words(english, "(?:s|es|'s)?").pattern for english in self.english), re.IGNORECASE)

    def concerns(self, italian: str) -> bool:
        """Whether the term stands in `italian`, in whatever case."""
        return bool(self._in_italian.search(italian))

    def is_kept(self, english: str) -> bool:
        """Whether `english` has the term, or its plural."""
        return bool(self._in_english.search(english))

    def alone(self, italian: str) -> list[str]:
        """The term by itself, and with the word before it in `italian`: what a model may say for it in the sentence."""
        found = re.search(r"(\w+(?:\s|['’]\s?))" + self._in_italian.pattern, italian, re.IGNORECASE)
        return [self.italian, *([found[0], found[0].capitalize() + "."] if found else [])]

    def into_italian(self, italian: str) -> str:
        """`italian` with the English term in place of the Italian one."""
        return self._in_italian.sub(lambda found: _cased(self.english[0], found[0]), italian)

    def into_english(self, english: str, rendering: str) -> str:
        """`english` with the term in place of `rendering`, which is what a model says for the term by itself.

        `english` as it is where it does not hold `rendering`, or something very like it, exactly once.
        """
        plain = _ARTICLE.sub("", normalise(rendering).rstrip(".!?")).lower()
        words = list(re.finditer(r"\w+(?:['’-]\w+)*", english))
        size = len(plain.split())
        spans = [(words[i].start(), words[i + size - 1].end()) for i in range(len(words) - size + 1)] if size else []
        found = [(a, b) for a, b in spans if english[a:b].lower() == plain] or [
            (a, b) for a, b in spans if _alike(english[a:b].lower(), plain)
        ]
        if len(found) != 1:
            return english
        before, old, after = english[: found[0][0]], english[slice(*found[0])], english[found[0][1] :]
        term = _cased(self.english[0], old)
        article = re.search(r"\b(a|an)\s+$", before, re.IGNORECASE)
        if article:
            right = "an" if term[0].lower() in "aeiou" else "a"
            before = before[: article.start()] + _cased(right, article[1]) + " "
        return before + term + after


class Glossary:
    """Terms, and the digest of them by which a memory tells translations made with one glossary from those with another."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self.digest = hashlib.sha256("\n".join(f"{t.italian}\t{'|'.join(t.english)}" for t in self.terms).encode()).hexdigest()
        # By the first word, so that a sentence is held against few of many terms.
        self._by_word: dict[str, list[Term]] = {}
        for term in self.terms:
            self._by_word.setdefault(_first_words(term.italian)[0], []).append(term)

    @classmethod
    def read(cls, path: Path) -> Glossary:
        """The glossary in a file of two columns, Italian and English, parted by tabs, semicolons or commas.

        Several wordings of one English term are parted by `|`; a header and lines that begin with `#` are passed over.
        Raises Unreadable, with the mend, where the file is not of this form.
        """
        try:
            text, _ = decode(path.read_bytes())
        except OSError as problem:
            raise Unreadable(f"{path}: cannot be read ({problem.strerror}); check the name and the permissions") from problem
        except Unreadable as problem:
            raise Unreadable(f"{path}: {problem}") from problem
        lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
        parting = next((mark for mark in "\t;," if lines and all(mark in line for line in lines)), "\t")
        terms = []
        for number, row in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=parting)):
            cells = [normalise(cell) for cell in row]
            if number == 0 and all(cell.lower() in _HEADERS for cell in cells[:2]):
                continue
            english = tuple(filter(None, (wording.strip() for wording in cells[1].split("|")))) if len(cells) > 1 else ()
            if not english or not _first_words(cells[0]):
                raise Unreadable(
                    f"{path}: not a glossary at {lines[number]!r}; an Italian and an English term a line, a tab between"
                )
            terms.append(Term(cells[0], english))
        if not terms:
            raise Unreadable(f"{path}: no terms in it; an Italian and an English term a line, a tab between")
        return cls(terms)

    def concerned(self, italian: str) -> list[Term]:
        """The terms that stand in `italian`, none that lies within a longer one."""
        candidates = {term for word in _first_words(italian) for term in self._by_word.get(word, ()) if term.concerns(italian)}
        found: list[Term] = []
        for term in sorted(candidates, key=lambda term: (-len(term.italian), term.italian)):
            if term.concerns(italian):
                found.append(term)
                italian = term._in_italian.sub(" ", italian)
        return found

    def missing(self, italian: str, english: str) -> list[Term]:
        """The terms of `italian` whose English is not in `english`."""
        return [term for term in self.concerned(italian) if not term.is_kept(english)]


def _alike(first: str, second: str) -> bool:
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(first, second) >= _ALIKE)


def _words(text: str, ending: str) -> re.Pattern[str]:
    """`text` as whole words, in whatever case and with whatever blanks; `ending` is a pattern that may follow."""
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, text.split())) + ending + r"(?!\w)", re.IGNORECASE)


def _first_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _cased(term: str, like: str) -> str:
    """`term` with a capital where `like` has one and is no name in capitals throughout."""
    return term[0].upper() + term[1:] if like[:1].isupper() and not term[:1].isupper() else term
