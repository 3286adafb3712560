"""Pairs from other tools' files: TMX, XLIFF 1.2 and 2, workbooks and delimited text with an Italian and an English column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus import table, workbook
from corpus.forms import is_workbook
from corpus.pair import COLUMNS, Pair
from corpus.table import TableError

_ITALIAN = ("it", "ita", "it-it", "italian", "italiano", "source", "src", "sorgente", "originale")
_ENGLISH = ("en", "eng", "en-gb", "en-us", "english", "inglese", "target", "trg", "tgt", "traduzione", "translation")
_XLIFF_STATES = {"reviewed": "ok", "final": "ok", "signed-off": "ok"}


def read_foreign(path: Path) -> Iterator[Pair]:
    """The pairs of `path`, with ids `NAME#b0001` and on where the file has none of its own.

    A review table comes as it is. Raises TableError where the file holds no Italian and English, OSError where it cannot
    be read.
    """
    suffix = path.suffix.lower()
    if suffix in (".tmx", ".xlf", ".xliff", ".sdlxliff", ".mxliff", ".mqxliff"):
        found = _read_xml(path)
    else:
        header, rows, escaped = _cells(path)
        if {"id", "source", "target"} <= set(table.known(header)):
            yield from table.pairs_of(header, rows, str(path), escaped)
            return
        found = _columns(path, header, rows)
    name = path.name.partition(".")[0] or "import"
    taken: set[str] = set()
    count = 0
    for pair in found:
        count += 1
        own = pair.id if pair.id and pair.id not in taken else f"{name}#b{count:04}"
        taken.add(own)
        yield replace(pair, id=own if "#" in own else f"{name}#{own}")
    if not count:
        raise TableError(f"{path}: holds no pair of an Italian and an English text")


def _cells(path: Path) -> tuple[list[str], Sequence[Sequence[str]], bool]:
    if is_workbook(path):
        header, rows, ours = workbook.read_cells(path)
        return header, rows, not ours
    header, lines = table.read_cells(path)
    return header, list(lines), True


def _columns(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Pair]:
    """Pairs of two columns called as people call them; or of the first two, where there is no header at all."""
    names = table.known(header)
    at = [next((names.index(name) for name in wanted if name in names), None) for wanted in (_ITALIAN, _ENGLISH)]
    lines: Sequence[Sequence[str]] = rows
    if at == [None, None] and len(header) == 2:
        at, lines = [0, 1], [header, *rows]
    italian, english = at
    if italian is None or english is None:
        raise TableError(
            f"{path}: no columns for Italian and English among {', '.join(header[:8]) or 'none'}; call them it and en"
        )
    extra = [(name, names.index(name)) for name in COLUMNS if name in names and name not in ("source", "target", "id")]
    for row in lines:
        if max(italian, english) < len(row) and (row[italian].strip() or row[english].strip()):
            cells = {name: row[place] for name, place in extra if place < len(row)}
            first = table.pairs_of(
                ["id", "source", "target", *cells], [["-", row[italian], row[english], *cells.values()]], str(path), False
            )
            yield from (replace(pair, id="") for pair in first)


def _read_xml(path: Path) -> Iterator[Pair]:
    from lxml import etree

    try:
        # No entities from outside, no network, whatever the file says.
        parsed = etree.iterparse(str(path), events=("end",), resolve_entities=False, no_network=True, load_dtd=False,
                                 huge_tree=True, tag=("{*}tu", "{*}trans-unit", "{*}unit"))  # fmt: skip
        for _, element in parsed:
            tag = etree.QName(element).localname
            pair = _tu(element) if tag == "tu" else _unit(element, tag)
            if pair is not None:
                yield pair
            element.clear(keep_tail=False)
    except etree.XMLSyntaxError as problem:
        raise TableError(f"{path}: damaged XML ({problem.msg}); export it again from the tool it is from") from problem


def _tu(element: Any) -> Pair | None:
    texts: dict[str, str] = {}
    for variant in element.iterfind("{*}tuv"):
        language = (variant.get("{http://www.w3.org/XML/1998/namespace}lang") or variant.get("lang") or "").lower()[:2]
        segment = variant.find("{*}seg")
        if segment is not None:
            texts.setdefault(language, _inner(segment))
    if "it" not in texts or "en" not in texts:
        return None
    values = {prop.get("type", "").removeprefix("x-"): (prop.text or "") for prop in element.iterfind("{*}prop")}
    note = " / ".join(filter(None, (note.text for note in element.iterfind("{*}note"))))
    return _pair(element.get("tuid", ""), texts["it"], texts["en"], values, note)


def _unit(element: Any, tag: str) -> Pair | None:
    segments = [element] if tag == "trans-unit" else list(element.iterfind("{*}segment"))
    sources = [segment.find("{*}source") for segment in segments]
    targets = [segment.find("{*}target") for segment in segments]
    source = " ".join(_inner(part) for part in sources if part is not None).strip()
    target = " ".join(_inner(part) for part in targets if part is not None).strip()
    if not source and not target:
        return None
    values = {meta.get("type", ""): (meta.text or "") for meta in element.iter("{*}meta")}
    state = next((s.get("state") for s in [*targets, *segments] if s is not None and s.get("state")), "")
    values.setdefault("status", _XLIFF_STATES.get(state, ""))
    note = " / ".join(filter(None, (note.text for note in element.iter("{*}note"))))
    return _pair(element.get("name") or element.get("resname") or element.get("id") or "", source, target, values, note)


def _pair(id: str, source: str, target: str, values: dict[str, str], note: str) -> Pair:
    def percent(name: str) -> int | None:
        text = values.get(name, "")
        return int(text) if text.isdecimal() and int(text) <= 100 else None

    status = values.get("status", "")
    return Pair(
        id=id, source=source, target=target, score=percent("score"), adequacy=percent("adequacy"),
        shape=values.get("shape") or "1x1", flags=tuple(values.get("flags", "").split()),
        status=status if status in ("ok", "edited", "rejected") else "", note=note, machine=values.get("machine"),
        reviewer=values.get("reviewer", ""),
    )  # fmt: skip


def _inner(element: Any) -> str:
    """The text of a segment; of inline marks (`bpt`, `ept`, `ph`, `it`, `ut`) only what a reader sees."""
    hidden = {"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex"}
    from lxml import etree

    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname not in hidden:
            parts.append(_inner(child))
        parts.append(child.tail or "")
    return "".join(parts)
