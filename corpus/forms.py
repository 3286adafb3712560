"""A review table in whichever form it comes: delimited text, or a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import table, workbook
from corpus.pair import COLUMNS, LATER_COLUMNS, Pair
from corpus.table import TableError

# Backups of merged masters, conflicts and the like are not tables of a folder.
_ASIDE = (".conflicts.tsv",)
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Form:
    """A table as it was read: its rows, and the columns that are not a review table's."""

    path: Path
    pairs: list[Pair]
    others: tuple[str, ...]


def read_form(path: Path) -> Form:
    """The table at `path`. Raises TableError where it is none, OSError where it cannot be read."""
    if is_workbook(path):
        header, rows, ours = workbook.read_cells(path)
        pairs = list(table.pairs_of(header, rows, str(path), escaped=not ours))
    else:
        header, lines = table.read_cells(path)
        pairs = list(table.pairs_of(header, lines, str(path)))
    others = (name for name in table.known(header) if name and name not in (*COLUMNS, *LATER_COLUMNS))
    return Form(path, pairs, tuple(others))


def write_form(path: Path, pairs: Iterable[Pair]) -> int:
    """Write a table in the form that the name's ending says; returns how many texts had to be cut (only in workbooks)."""
    if path.suffix.lower() == ".xlsx":
        return workbook.write_workbook(path, pairs)
    table.write_table(path, pairs)
    return 0


def is_workbook(path: Path) -> bool:
    """By its content, whatever its name: mail programs and people rename."""
    with open(path, "rb") as file:
        return file.read(4) in _WORKBOOK_MARKS


def tables(paths: Iterable[Path]) -> Iterator[Path]:
    """The tables that `paths` name: files as they are, folders searched through for .tsv, sorted.

    Raises TableError where a folder has none.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(entry for entry in path.rglob("*.tsv") if not _is_aside(entry))
            if not found:
                raise TableError(f"{path}: no .tsv table in this folder; name a table, or translate into it first")
            yield from found
        else:
            yield path


def _is_aside(path: Path) -> bool:
    return path.name.startswith(".") or path.name.endswith(_ASIDE)
