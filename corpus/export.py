"""Reviewed pairs out of the table: which of them, and as TMX, XLIFF, Moses, JSON lines, Parquet or plain TSV."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import XMLGenerator

from corpus.files import whole
from corpus.pair import Pair

# What XML 1.0 has no way to write (section 2.2), among it lone surrogates.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RANK = {"edited": 0, "ok": 1, "": 2, "rejected": 3}


@dataclass(frozen=True)
class Filter:
    """Which pairs an export takes: with these statuses, an adequacy and a score of at least so much, without flags."""

    statuses: frozenset[str] = frozenset({"ok", "edited"})
    min_adequacy: int | None = None
    min_score: int | None = None
    no_flags: bool = False
    dedupe: bool = False


def select(pairs: Iterable[Pair], wanted: Filter) -> tuple[list[Pair], Counter[str]]:
    """The pairs that pass, in order, and how many were left out for which reason (the first that holds).

    Pairs with an empty side are never taken. With `dedupe` pairs of equal texts (blanks and case apart) come once, the
    reviewed one before the others.
    """
    taken: list[Pair] = []
    left: Counter[str] = Counter()
    for pair in pairs:
        reason = _reason(pair, wanted)
        if reason:
            left[reason] += 1
        else:
            taken.append(pair)
    if wanted.dedupe:
        best: dict[tuple[str, str], Pair] = {}
        for pair in taken:
            key = (_folded(pair.source), _folded(pair.target))
            if key not in best or _RANK.get(pair.status, 2) < _RANK.get(best[key].status, 2):
                best[key] = pair
        kept = {id(pair) for pair in best.values()}
        left.update({"the same pair again": len(taken) - len(kept)} if len(kept) < len(taken) else {})
        taken = [pair for pair in taken if id(pair) in kept]
    return taken, left


def _reason(pair: Pair, wanted: Filter) -> str:
    if not pair.source.strip() or not pair.target.strip():
        return "one side is empty"
    if pair.status not in wanted.statuses:
        return f"status {pair.status}" if pair.status else "not reviewed"
    for name, value, least in (("adequacy", pair.adequacy, wanted.min_adequacy), ("score", pair.score, wanted.min_score)):
        if least is not None and (value is None or value < least):
            return f"{name} under {least}" if value is not None else f"{name} not measured"
    # A reviewer who edited the row, or called it right, has answered its flags.
    if wanted.no_flags and pair.flags and not pair.status:
        return "flagged"
    return ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _line(text: str) -> str:
    """`text` on one line without tabs, as formats of one sentence a line need it."""
    return " ".join(text.split())


def _tmx(path: Path, pairs: Iterable[Pair]) -> None:
    """TMX 1.4b (LISA, 2005): the form that translation memories are traded in."""
    with _xml(path) as xml:
        xml.ignorableWhitespace('<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n')
        with _element(xml, "tmx", version="1.4"):
            now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
            header = {
                "creationtool": "afronte", "creationtoolversion": _version(), "segtype": "sentence", "o-tmf": "afronte",
                "adminlang": "en", "srclang": "it", "datatype": "plaintext", "creationdate": now,
            }  # fmt: skip
            with _element(xml, "header", **header):
                pass
            with _element(xml, "body"):
                for pair in pairs:
                    with _element(xml, "tu", tuid=pair.id):
                        _texts(xml, "note", [pair.note] if pair.note else [])
                        for name, value in _properties(pair):
                            with _element(xml, "prop", type=f"x-{name}"):
                                xml.characters(_xml_text(value))
                        for language, text in (("it", pair.source), ("en", pair.target)):
                            with _element(xml, "tuv", **{"xml:lang": language}):
                                _texts(xml, "seg", [text])


def _xliff(path: Path, pairs: Iterable[Pair]) -> None:
    """XLIFF 2.0 (OASIS, 2014), with the metadata module for scores."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.text, []).append(pair)
    roots = {
        "xmlns": "urn:oasis:names:tc:xliff:document:2.0", "xmlns:mda": "urn:oasis:names:tc:xliff:metadata:2.0",
        "version": "2.0", "srcLang": "it", "trgLang": "en",
    }  # fmt: skip
    with _xml(path) as xml, _element(xml, "xliff", **roots):
        for number, (text, members) in enumerate(groups.items(), 1):
            with _element(xml, "file", id=f"f{number}", original=text):
                for count, pair in enumerate(members, 1):
                    with _element(xml, "unit", id=f"u{count}", name=pair.id):
                        with _element(xml, "mda:metadata"), _element(xml, "mda:metaGroup", category="afronte"):
                            for name, value in _properties(pair):
                                with _element(xml, "mda:meta", type=name):
                                    xml.characters(_xml_text(value))
                        if pair.note:
                            with _element(xml, "notes"):
                                _texts(xml, "note", [pair.note])
                        state = "reviewed" if pair.status in ("ok", "edited") else "translated"
                        with _element(xml, "segment", state=state):
                            _texts(xml, "source", [pair.source])
                            _texts(xml, "target", [pair.target])


def _properties(pair: Pair) -> Iterator[tuple[str, str]]:
    """What a format with named properties says of a pair beside its texts."""
    yield "status", pair.status or "machine"
    yield "shape", pair.shape
    for name, value in (("score", pair.score), ("adequacy", pair.adequacy)):
        if value is not None:
            yield name, str(value)
    if pair.flags:
        yield "flags", " ".join(pair.flags)
    if pair.reviewer:
        yield "reviewer", pair.reviewer
    if pair.machine is not None:
        yield "machine", pair.machine


@contextlib.contextmanager
def _xml(path: Path) -> Iterator[XMLGenerator]:
    with whole(path) as file:
        xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)  # type: ignore[arg-type]
        xml.startDocument()
        yield xml
        xml.endDocument()
        file.write("\n")


@contextlib.contextmanager
def _element(xml: XMLGenerator, tag: str, **attributes: str) -> Iterator[None]:
    xml.startElement(tag, {name: _xml_text(value) for name, value in attributes.items()})  # type: ignore[arg-type]
    yield
    xml.endElement(tag)
    if tag not in ("prop", "seg", "source", "target", "note", "mda:meta"):
        xml.ignorableWhitespace("\n")


def _texts(xml: XMLGenerator, tag: str, texts: Iterable[str]) -> None:
    for text in texts:
        with _element(xml, tag):
            xml.characters(_xml_text(text))


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("afronte")
    except PackageNotFoundError:
        return "unknown"


def moses_paths(path: Path) -> tuple[Path, Path]:
    """The two files of a Moses export named `path`: PREFIX.it and PREFIX.en."""
    prefix = path.with_suffix("") if path.suffix in (".moses", ".it", ".en") else path
    return prefix.with_name(prefix.name + ".it"), prefix.with_name(prefix.name + ".en")


def _moses(path: Path, pairs: Iterable[Pair]) -> None:
    """Two files, one sentence a line, line by line each other's translation."""
    italian, english = moses_paths(path)
    with whole(italian) as source, whole(english) as target:
        for pair in pairs:
            source.write(_line(pair.source) + "\n")
            target.write(_line(pair.target) + "\n")


def _records(pairs: Iterable[Pair]) -> Iterator[dict[str, object]]:
    for pair in pairs:
        yield {
            "id": pair.id, "it": pair.source, "en": pair.target, "score": pair.score, "adequacy": pair.adequacy,
            "shape": pair.shape, "flags": list(pair.flags), "status": pair.status, "note": pair.note,
            "machine": pair.machine, "reviewer": pair.reviewer,
        }  # fmt: skip


def _jsonl(path: Path, pairs: Iterable[Pair]) -> None:
    with whole(path) as file:
        for record in _records(pairs):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _parquet(path: Path, pairs: Iterable[Pair]) -> None:
    """One row group of typed columns. Raises ImportError where pyarrow is not installed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, number = pa.string(), pa.int16()
    types = {"id": text, "it": text, "en": text, "score": number, "adequacy": number, "shape": text, "flags": pa.list_(text),
             "status": text, "note": text, "machine": text, "reviewer": text}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        pq.write_table(pa.Table.from_pylist(list(_records(pairs)), schema=pa.schema(types.items())), aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _plain(path: Path, pairs: Iterable[Pair]) -> None:
    """Italian, tab, English: no header, no quoting, no escapes, for machines."""
    with whole(path) as file:
        _plain_lines(file, pairs)


def _plain_lines(file: TextIO, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        file.write(f"{_line(pair.source)}\t{_line(pair.target)}\n")


FORMATS: dict[str, Callable[[Path, Iterable[Pair]], None]] = {
    "tmx": _tmx,
    "xliff": _xliff,
    "moses": _moses,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "tsv": _plain,
}
SUFFIXES = {".tmx": "tmx", ".xlf": "xliff", ".xliff": "xliff", ".moses": "moses", ".jsonl": "jsonl", ".ndjson": "jsonl",
            ".parquet": "parquet", ".tsv": "tsv", ".txt": "tsv"}  # fmt: skip
