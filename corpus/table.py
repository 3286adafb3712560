"""Pairs to and from the review table: tab-separated, one header line, cells that a spreadsheet leaves as they are."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from corpus.files import whole
from corpus.pair import COLUMNS, LATER_COLUMNS, Pair

# Text that begins so is a formula to a spreadsheet; a leading apostrophe is its own escape.
_ESCAPED = ("=", "+", "-", "@", "'", "\t", "\r")
# In the column `machine`: the machine wrote nothing.
NOTHING = "∅"


class TableError(Exception):
    """A table that cannot be read; the message says why and what would mend it."""


def escape(text: str) -> str:
    """`text` as a cell: with a leading `'` where a spreadsheet would take it for a formula, or drop its own `'`."""
    return f"'{text}" if text.startswith(_ESCAPED) else text


def unescape(cell: str) -> str:
    """The text of a cell that `escape` wrote."""
    return cell[1:] if cell.startswith("'") else cell


class Writer:
    """Writes pairs to an open text file, the header line first; with `later` the columns that merging fills, too."""

    def __init__(self, file: TextIO, later: bool = False) -> None:
        # Cells with quotation marks, tabs or line ends are quoted in full: an open `"` would swallow rows in Excel.
        self._csv = csv.writer(file, delimiter="\t", lineterminator="\n")
        self._later = later
        self._csv.writerow((*COLUMNS, *LATER_COLUMNS) if later else COLUMNS)

    def write(self, pair: Pair) -> None:
        """One row."""
        row = cells(pair)
        self._csv.writerow(
            [cell if isinstance(cell, int) else escape(cell) for cell in (row if self._later else row[: len(COLUMNS)])]
        )


def cells(pair: Pair) -> list[str | int]:
    """The row's cells in the order of COLUMNS and LATER_COLUMNS; percents as numbers, blank where there is none."""
    return [
        pair.id, pair.source, pair.target, "" if pair.score is None else pair.score,
        "" if pair.adequacy is None else pair.adequacy, pair.shape, " ".join(sorted(pair.flags)), pair.status, pair.note,
        "" if pair.machine is None else pair.machine or NOTHING, pair.reviewer, pair.drawn, pair.places, pair.words,
    ]  # fmt: skip


def has_later(pair: Pair) -> bool:
    """Whether the row says something in the later columns."""
    return pair.machine is not None or bool(pair.reviewer or pair.drawn or pair.places or pair.words)


def write_table(path: Path, pairs: Iterable[Pair]) -> None:
    """The table at `path`, whole or not at all, with the byte-order mark by which Excel knows UTF-8.

    Has the later columns where a row needs them.
    """
    pairs = list(pairs)
    with whole(path, byte_order_mark=True) as file:
        writer = Writer(file, later=any(map(has_later, pairs)))
        for pair in pairs:
            writer.write(pair)


def read_table(path: Path) -> Iterator[Pair]:
    """The pairs of a review table as `write_table` or a spreadsheet wrote it.

    UTF-8 and UTF-16 with or without a byte-order mark or cp1252; parted by tabs, semicolons or commas; columns in any
    order, unknown ones passed over; percents as whole numbers or decimals. Raises TableError where `path` is no such
    table, OSError where it cannot be read.
    """
    header, rows = read_cells(path)
    return pairs_of(header, rows, str(path))


def read_cells(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows of delimited text, in any of the forms that `read_table` names."""
    csv.field_size_limit(sys.maxsize)
    text = decode(path.read_bytes())
    if text[:4].lower() == "sep=":  # a line by which Excel is told the delimiter
        text = text.partition("\n")[2]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))

    def guarded() -> Iterator[list[str]]:
        try:
            yield from rows
        except csv.Error as problem:
            raise TableError(f"{path}: not a review table ({problem}); export it again as tab-separated text") from problem

    lines = guarded()
    return next(lines, []), lines


def pairs_of(header: Sequence[str], rows: Iterable[Sequence[str]], label: str, escaped: bool = True) -> Iterator[Pair]:
    """The pairs of a table's cells; `escaped` where text that a formula begins like carries its `'`.

    Rows without an id and a text are passed over. Raises TableError where a needed column is missing.
    """
    names = known(header)
    missing = [column for column in ("id", "source", "target") if column not in names]
    if missing:
        raise TableError(f"{label}: no column {', '.join(missing)}; a review table has {' '.join(COLUMNS)}")
    places = {name: names.index(name) for name in (*COLUMNS, *LATER_COLUMNS) if name in names}
    plain = unescape if escaped else str
    for row in rows:
        found = {name: plain(row[at]) for name, at in places.items() if at < len(row)}
        if any(found.get(name, "").strip() for name in ("id", "source", "target")):
            yield _pair(found)


def known(header: Sequence[str]) -> list[str]:
    """The header's names as this module spells them."""
    return [name.strip(" \ufeff\xa0").lower() for name in header]


def decode(data: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8, UTF-16 in either order, cp1252."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if data[:200].count(0) > len(data[:200]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The mark that parts the most known columns in the header line; of strangers' tables, the one that is there most."""
    header = text.split("\n", 1)[0]

    def fit(mark: str) -> tuple[int, int]:
        return sum(cell.strip(' "\r').lower() in COLUMNS for cell in header.split(mark)), header.count(mark)

    return max("\t;,", key=fit)


def _pair(cell: dict[str, str]) -> Pair:
    def percent(name: str) -> int | None:
        text = cell.get(name, "").strip().rstrip("%").replace(",", ".")
        try:
            return round(float(text)) if text else None
        except (ValueError, OverflowError):
            return None

    machine = cell.get("machine", "")
    return Pair(
        id=cell.get("id", "").strip(), source=cell.get("source", ""), target=cell.get("target", ""),
        score=percent("score"), adequacy=percent("adequacy"), shape=cell.get("shape", "") or "1x1",
        flags=tuple(cell.get("flags", "").split()), status=cell.get("status", "").strip(), note=cell.get("note", ""),
        machine=("" if machine == NOTHING else machine) if machine else None,
        reviewer=cell.get("reviewer", "").strip(), drawn=cell.get("drawn", "").strip(), places=cell.get("places", "").strip(),
        words=cell.get("words", "").strip(),
    )  # fmt: skip
