"""Pairs to and from the review table: tab-separated, one header line, cells that a spreadsheet leaves as they are."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from corpus.files import whole
from corpus.pair import COLUMNS, Pair

# Text that begins so is a formula to a spreadsheet; a leading apostrophe is its own escape.
_ESCAPED = ("=", "+", "-", "@", "'", "\t", "\r")


class TableError(Exception):
    """A table that cannot be read; the message says why and what would mend it."""


def escape(text: str) -> str:
    """`text` as a cell: with a leading `'` where a spreadsheet would take it for a formula, or drop its own `'`."""
    return f"'{text}" if text.startswith(_ESCAPED) else text


def unescape(cell: str) -> str:
    """The text of a cell that `escape` wrote."""
    return cell[1:] if cell.startswith("'") else cell


class Writer:
    """Writes pairs to an open text file, the header line first."""

    def __init__(self, file: TextIO) -> None:
        # Cells with quotation marks, tabs or line ends are quoted in full: an open `"` would swallow rows in Excel.
        self._csv = csv.writer(file, delimiter="\t", lineterminator="\n")
        self._csv.writerow(COLUMNS)

    def write(self, pair: Pair) -> None:
        """One row."""
        self._csv.writerow(
            [
                escape(pair.id),
                escape(pair.source),
                escape(pair.target),
                "" if pair.score is None else pair.score,
                "" if pair.adequacy is None else pair.adequacy,
                pair.shape,
                " ".join(sorted(pair.flags)),
                pair.status,
                escape(pair.note),
            ]
        )


def write_table(path: Path, pairs: Iterable[Pair]) -> None:
    """The table at `path`, whole or not at all, with the byte-order mark by which Excel knows UTF-8."""
    with whole(path, byte_order_mark=True) as file:
        writer = Writer(file)
        for pair in pairs:
            writer.write(pair)


def read_table(path: Path) -> Iterator[Pair]:
    """The pairs of a table that `write_table` wrote.

    Raises TableError where `path` is no such table, OSError where it cannot be read.
    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        try:
            missing = [column for column in ("id", "source", "target") if column not in (rows.fieldnames or ())]
            if missing:
                raise TableError(f"{path}: no column {', '.join(missing)}; a review table has {' '.join(COLUMNS)}")
            for row in rows:
                yield _pair(row)
        except (csv.Error, UnicodeDecodeError) as problem:
            raise TableError(f"{path}: not a review table ({problem})") from problem


def _pair(row: dict[str, str | None]) -> Pair:
    def cell(name: str) -> str:
        return row.get(name) or ""

    def percent(name: str) -> int | None:
        text = cell(name).strip()
        return int(text) if text.isdigit() else None

    return Pair(
        id=unescape(cell("id")), source=unescape(cell("source")), target=unescape(cell("target")),
        score=percent("score"), adequacy=percent("adequacy"), shape=cell("shape") or "1x1",
        flags=tuple(cell("flags").split()), status=cell("status").strip(), note=unescape(cell("note")),
    )  # fmt: skip
