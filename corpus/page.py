"""The facing page: Italian left, English right, in one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from corpus.files import whole
from corpus.flags import MEANINGS
from corpus.pair import Pair, place

_TEMPLATE = "page.html"


@dataclass(frozen=True)
class Cell:
    """One pair on the page: `number` is its place on the page, `doubts` are sentences for people."""

    number: int
    pair: Pair
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """One article: its name, and its pairs by paragraph."""

    name: str
    paragraphs: tuple[tuple[Cell, ...], ...]


def write_page(path: Path, pairs: Sequence[Pair], title: str) -> None:
    """Write the page of `pairs`, whole or not at all. Raises OSError as the system does."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("corpus", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template(_TEMPLATE)
    with whole(path) as file:
        for part in template.generate(title=title, **_contents(pairs)):
            file.write(part.encode("utf-8", "replace").decode())  # a lone surrogate has no UTF-8


def _contents(pairs: Sequence[Pair]) -> dict[str, Any]:
    scores = [pair.score for pair in pairs if pair.score is not None]
    adequacies = [pair.adequacy for pair in pairs if pair.adequacy is not None]
    flags = Counter(flag for pair in pairs for flag in pair.flags)
    statuses = Counter(pair.status for pair in pairs if pair.status)
    return {
        "texts": list(texts(pairs)),
        "count": len(pairs),
        "flags": [(flag, number, MEANINGS.get(flag, "")) for flag, number in flags.most_common()],
        "statuses": [(status, statuses[status]) for status in ("ok", "edited", "rejected") if statuses[status]],
        "histograms": [
            (name, about, histogram(values), sum(values) / len(values))
            for name, about, values in (
                ("score", "the model's own confidence", scores),
                ("adequacy", "how close the meanings are", adequacies),
            )
            if values
        ],
    }


def histogram(values: Iterable[int]) -> list[tuple[int, int, float]]:
    """Ten bars of whole percents: (lower end, count, share of the highest bar, 0 to 1)."""
    counts = Counter(min(9, max(0, value) // 10) for value in values)
    most = max(counts.values(), default=1)
    return [(10 * bar, counts[bar], counts[bar] / most) for bar in range(10)]


def texts(pairs: Sequence[Pair]) -> Iterator[Text]:
    """The pairs by article and paragraph; rows whose ids tell no paragraph are one each."""
    numbered = ((number, pair) for number, pair in enumerate(pairs, 1))
    for name, members in groupby(numbered, key=lambda entry: entry[1].text):
        paragraphs: list[list[Cell]] = []
        last: int | None = None
        for number, pair in members:
            where = place(pair)
            paragraph = where[0] if where else None
            if paragraph is None or paragraph != last:
                paragraphs.append([])
            last = paragraph
            paragraphs[-1].append(Cell(number, pair, tuple(_doubts(pair))))
        yield Text(name, tuple(tuple(paragraph) for paragraph in paragraphs))


def _doubts(pair: Pair) -> Iterator[str]:
    for flag in pair.flags:
        yield f"{flag}: {MEANINGS[flag]}" if flag in MEANINGS else flag
