"""Pairs to and from the review table: tab-separated, one header line, cells that a spreadsheet leaves as they are."""

from __future__ import annotations

import codecs
import csv
import io
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
    """The pairs of a review table as `write_table` or a spreadsheet wrote it.

    UTF-8 and UTF-16 with or without a byte-order mark or cp1252; parted by tabs, semicolons or commas; columns in any
    order, unknown ones passed over; percents as whole numbers or decimals. Raises TableError where `path` is no such
    table, OSError where it cannot be read.
    """
    csv.field_size_limit(sys.maxsize)
    text = _decode(path.read_bytes())
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        missing = [column for column in ("id", "source", "target") if column not in (rows.fieldnames or ())]
        if missing:
            raise TableError(f"{path}: no column {', '.join(missing)}; a review table has {' '.join(COLUMNS)}")
        for row in rows:
            yield _pair(row)
    except csv.Error as problem:
        raise TableError(f"{path}: not a review table ({problem}); export it again as tab-separated text") from problem


def _decode(data: bytes) -> str:
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
    """The mark that parts the most known columns in the header line."""
    header = text.split("\n", 1)[0]
    return max("\t;,", key=lambda mark: sum(cell.strip(' "\r') in COLUMNS for cell in header.split(mark)))


def _pair(row: dict[str, str | None]) -> Pair:
    def cell(name: str) -> str:
        return row.get(name) or ""

    def percent(name: str) -> int | None:
        text = cell(name).strip().rstrip("%").replace(",", ".")
        try:
            return round(float(text)) if text else None
        except (ValueError, OverflowError):
            return None

    return Pair(
        id=unescape(cell("id")), source=unescape(cell("source")), target=unescape(cell("target")),
        score=percent("score"), adequacy=percent("adequacy"), shape=cell("shape") or "1x1",
        flags=tuple(cell("flags").split()), status=cell("status").strip(), note=unescape(cell("note")),
    )  # fmt: skip
