"""Pairs to and from spreadsheet workbooks: XLSX out with colours, locks and a drop-down; XLSX, ODS and XLS back in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from corpus.flags import MEANINGS
from corpus.mangling import LONGEST_CELL
from corpus.pair import COLUMNS, LATER_COLUMNS, STATUSES, Pair
from corpus.table import TableError, cells, has_later, known, pairs_of

SUFFIXES = (".xlsx", ".xlsm", ".ods", ".xls")
_GUIDE = "How to review"
# Rows of a sheet, by the XLSX format; Excel opens no more.
_MOST_ROWS = 1_048_575
_WIDTHS = {"id": 22, "source": 60, "target": 60, "score": 8, "adequacy": 10, "shape": 7, "flags": 18, "status": 11,
           "note": 34, "machine": 40, "reviewer": 14, "drawn": 11, "places": 30, "words": 30}  # fmt: skip
_GUIDE_LINES = (
    ("How to review", "Come si rivede"),
    (
        "Read the Italian (source) and the English (target) of each row. Write in the columns target, status and note; the "
        "others are locked.",
        "Leggi l'italiano (source) e l'inglese (target) di ogni riga. Scrivi nelle colonne target, status e note; le altre "
        "sono bloccate.",
    ),
    ("status ok: the English is right as it stands.", "status ok: l'inglese va bene così com'è."),
    (
        "To correct a sentence, write over it in target; merging sets status to edited by itself.",
        "Per correggere una frase riscrivila in target; lo status edited viene messo da solo al momento della fusione.",
    ),
    (
        "status rejected: the pair should not enter the corpus (not a sentence, wrong Italian, beyond repair).",
        "status rejected: la coppia non deve entrare nel corpus (non è una frase, italiano guasto, irrecuperabile).",
    ),
    ("note: whatever a colleague should know.", "note: quello che un collega deve sapere."),
    (
        "Coloured rows carry a doubt of the program's own: point at the cell in flags to read which. Red to green are score "
        "(the model's confidence) and adequacy (how close the meanings are), in percent.",
        "Le righe colorate portano un dubbio del programma: passa sulla cella flags per leggere quale. Dal rosso al verde: "
        "score (la sicurezza del modello) e adequacy (quanto i significati sono vicini), in percento.",
    ),
    (
        "Filter with the arrows of the header line. To sort, lift the protection first (no password): rows may be sorted, "
        "moved or deleted, because each is known by its id.",
        "Filtra con le frecce dell'intestazione. Per ordinare togli prima la protezione (senza password): le righe si "
        "possono ordinare, spostare o cancellare, perché ognuna è riconosciuta dal suo id.",
    ),
    (
        "Save in any form (xlsx, ods, csv) and bring it back with: afronte review merge MASTER.tsv THIS-FILE",
        "Salva in qualsiasi formato (xlsx, ods, csv) e riporta tutto con: afronte review merge MASTER.tsv QUESTO-FILE",
    ),
)


def write_workbook(path: Path, pairs: Iterable[Pair]) -> int:
    """Write the pairs as an XLSX workbook for review, whole or not at all; returns how many texts were cut.

    A cell holds LONGEST_CELL characters at most.
    Raises TableError where a sheet cannot hold so many rows, OSError as the system does.
    """
    import xlsxwriter

    pairs = list(pairs)
    if len(pairs) > _MOST_ROWS:
        raise TableError(f"{path}: a sheet holds {_MOST_ROWS:,} rows and this table has {len(pairs):,}; write .tsv instead")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-{os.getpid()}-", suffix=".part", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        # Text stays text: no cell is ever guessed to be a number, a formula or a link.
        with xlsxwriter.Workbook(
            aside, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            cut = _review_sheet(book, pairs)
            _guide_sheet(book)
        aside.chmod(0o644)
        aside.replace(path)
    except xlsxwriter.exceptions.FileCreateError as problem:
        raise OSError(0, str(problem), str(path)) from problem
    finally:
        aside.unlink(missing_ok=True)
    return cut


def _review_sheet(book: Any, pairs: list[Pair]) -> int:
    names = (*COLUMNS, *LATER_COLUMNS) if any(map(has_later, pairs)) else COLUMNS
    sheet = book.add_worksheet("Review")
    sheet.freeze_panes(1, 1)
    header = book.add_format({"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "valign": "vcenter", "border": 1})
    base = {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#D9D9D9"}
    tint = {"bg_color": "#FFF3D6"}
    formats = {
        (open_cell, flagged): book.add_format({**base, **(tint if flagged else {}), "locked": not open_cell})
        for open_cell in (True, False)
        for flagged in (True, False)
    }
    percent = {"num_format": "0", "align": "center"}
    number = {flagged: book.add_format({**base, **(tint if flagged else {}), **percent}) for flagged in (True, False)}
    for column, name in enumerate(names):
        sheet.set_column(column, column, _WIDTHS[name])
        sheet.write_string(0, column, name, header)
    sheet.set_row(0, 22)
    cut = 0
    for row, pair in enumerate(pairs, 1):
        flagged = bool(pair.flags)
        sheet.set_row(row, _height(pair))
        for column, (name, cell) in enumerate(zip(names, cells(pair), strict=False)):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell, number[flagged])
            else:
                cut += len(cell) > LONGEST_CELL
                sheet.write_string(row, column, cell[:LONGEST_CELL], formats[name in ("target", "status", "note"), flagged])
        if flagged:
            text = "\n".join(f"{flag}: {MEANINGS.get(flag, '')}".rstrip(": ") for flag in sorted(pair.flags))
            sheet.write_comment(row, names.index("flags"), text, {"x_scale": 2, "author": "afronte"})
    last = max(1, len(pairs))
    for name in ("score", "adequacy"):
        column = names.index(name)
        # Fixed ends, so that a colour means the same in every table.
        sheet.conditional_format(1, column, last, column, {
            "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 20, "mid_value": 55,
            "max_value": 90, "min_color": "#F4A6A0", "mid_color": "#FFE9A8", "max_color": "#A8D8A0",
        })  # fmt: skip
    status = names.index("status")
    sheet.data_validation(1, status, last, status, {
        "validate": "list", "source": list(STATUSES[1:]), "ignore_blank": True, "error_title": "status",
        "error_message": "ok, edited, rejected, or nothing", "input_title": "status", "input_message": "ok / edited / rejected",
    })  # fmt: skip
    sheet.autofilter(0, 0, last, len(names) - 1)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True, "format_cells": True,
                       "delete_rows": True})  # fmt: skip
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:M{last + 1}", "formula_differs": f"A1:M{last + 1}"})
    return cut


def _height(pair: Pair) -> float:
    """The row's height in points, 409 at most (Excel's limit): programs that convert do not fit rows to wrapped text."""
    texts = (("source", pair.source), ("target", pair.target), ("note", pair.note), ("id", pair.id))
    lines = max(sum(1 + len(line) // int(1.02 * _WIDTHS[name]) for line in text.split("\n")) for name, text in texts)
    return min(409.0, 15.0 * lines + 2)


def _guide_sheet(book: Any) -> None:
    sheet = book.add_worksheet(_GUIDE)
    title = book.add_format({"bold": True, "font_size": 14, "valign": "top", "bottom": 1})
    line = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 60)
    for row, texts in enumerate(_GUIDE_LINES):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, line if row else title)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def read_workbook(path: Path) -> Iterator[Pair]:
    """The pairs of a workbook: of the first sheet that has the columns of a review table.

    XLSX, ODS and XLS. Raises TableError where no sheet is a review table, OSError where the file cannot be read.
    """
    header, rows, ours = read_cells(path)
    return pairs_of(header, rows, str(path), escaped=not ours)


def read_cells(path: Path) -> tuple[list[str], list[list[str]], bool]:
    """Header and rows of the sheet that looks most like a table of pairs, and whether afronte made the workbook."""
    from python_calamine import CalamineError, load_workbook

    data = path.read_bytes()  # so that a missing file is an OSError
    if not data:
        raise TableError(f"{path}: is empty; save the workbook again")
    try:
        book = load_workbook(path)
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError) as problem:
        raise TableError(f"{path}: not a workbook that can be read ({problem}); save it as .xlsx, .ods or .csv") from problem
    best: list[list[Any]] = max((rows for _, rows in sheets), key=lambda rows: _resemblance(rows[0] if rows else []), default=[])
    texts = [[_text(cell) for cell in row] for row in best]
    return (texts[0] if texts else []), texts[1:], any(name == _GUIDE for name, _ in sheets)


def _resemblance(header: list[Any]) -> int:
    names = known([_text(cell) for cell in header])
    return sum(name in names for name in COLUMNS) * 100 + len([name for name in names if name])


def _text(cell: object) -> str:
    """A cell as the person at the spreadsheet saw it, near enough for `mangling` to know it again."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return str(cell)
