"""The two texts that `afronte align` lines up: read from files, standard input or two columns, and cut into sentences."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.align import Text
from translate.article import Sentence
from translate.output import safe_name
from translate.reading import Fields, Unreadable, decode, read
from translate.sentences import cut

_LANGUAGE = re.compile(r"[-_. ]?(?:ita?|en|eng|italian[oa]?|english|inglese)$", re.IGNORECASE)


class CannotAlign(Exception):
    """Two texts that cannot be lined up; the message says why and what would mend it."""


@dataclass(frozen=True)
class Side:
    """One text of a pair, cut into sentences; at `breaks`, numbers of sentences, begin sections that lie side by side."""

    name: str
    sentences: tuple[Sentence, ...]
    breaks: tuple[int, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The sentences on one line each, without the damage that was found in them."""
        return [" ".join(sentence.sound.split()) for sentence in self.sentences]

    def section(self, start: int, stop: int, translated: Callable[[list[str]], list[str]] | None = None) -> Text:
        """Sentences `start` to `stop` as `corpus.align` takes them; `translated` gives how they read in the other language."""
        texts = self.texts[start:stop]
        paragraphs = [sentence.paragraph for sentence in self.sentences[start:stop]]
        return Text(texts, paragraphs, translated(texts) if translated else None)


def read_side(path: Path, lines: bool) -> Side:
    """The sentences of one file; `-` is standard input. Both languages are cut by the same rules."""
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    name = "stdin" if str(path) == "-" else text_name(path)
    if lines:
        text = decode(data)[0]
        return Side(name, tuple(_lines(text)))
    for found in read(str(path), name, data, path.suffix, "auto", Fields("id", "title", "text")):
        if isinstance(found, Unreadable):
            raise found
        return Side(name, cut(found, name).sentences)
    raise CannotAlign(f"{path}: holds no text")


def parted(side: Side, mark: str | None) -> Side:
    """`side` without the sentences that are nothing but `mark`, and with a break in place of each."""
    if mark is None:
        return side
    kept: list[Sentence] = []
    breaks = []
    for sentence in side.sentences:
        if sentence.text.strip() == mark.strip():
            breaks.append(len(kept))
        else:
            kept.append(sentence)
    return Side(side.name, tuple(kept), tuple(breaks))


def of_columns(path: Path, columns: tuple[str, str]) -> tuple[Side, Side]:
    """Two columns of one table, a sentence a cell."""
    from corpus import table, workbook
    from corpus.forms import is_workbook

    header, rows = workbook.read_cells(path)[:2] if is_workbook(path) else table.read_cells(path)
    names = table.known(header)
    missing = [column for column in columns if column.lower() not in names]
    if missing:
        raise CannotAlign(f"{path}: no column {', '.join(missing)}; it has {', '.join(names)}")
    cells = list(rows)
    sides = []
    for column in columns:
        at = names.index(column.lower())
        texts = [row[at] for row in cells if at < len(row) and row[at].strip()]
        sides.append(Side(text_name(path), tuple(Sentence(1, n, 0, len(text), text) for n, text in enumerate(texts, 1))))
    return sides[0], sides[1]


def _lines(text: str) -> Iterator[Sentence]:
    at = 0
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        yield Sentence(1, number, at, at + len(line), line)
        at += len(line) + 1


def text_name(path: Path) -> str:
    """The name of a text: its file's, without endings and without the language."""
    stem = path.name.partition(".")[0]
    return safe_name(_LANGUAGE.sub("", stem) or stem)
