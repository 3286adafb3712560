"""Inputs too large to hold: JSON lines one by one, plain text some paragraphs at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from translate.article import Document
from translate.reading import (
    Fields,
    Format,
    Unreadable,
    clean,
    decoded_anew,
    encoding_of,
    format_of,
    paragraphs_by,
    parting_of,
    read,
    read_json_line,
)

# Bytes; an input of no more is read whole, and of a larger one so much tells its encoding and format.
LARGE = 1 << 20
_STEP = 1 << 18


def read_file(
    label: str, name: str, file: BinaryIO, suffix: str, form: Format, fields: Fields, in_parts: bool
) -> Iterator[tuple[Document | Unreadable, int]]:
    """The documents in `file`, as `translate.reading.read` gives them, each with how many bytes were read for it.

    Large JSON lines are held a line at a time. With `in_parts` a large plain text comes as several documents of one name.
    """
    head = file.read(LARGE)
    large = len(head) == LARGE
    sample = head[: head.rfind(b"\n") + 1] or head
    if large:
        encoding = encoding_of(sample)
        start = clean(sample.decode(encoding, "replace"))
        form = format_of(start, suffix) if form == "auto" else form
        if start.count("\ufffd") * 20 < len(start) and (form == "jsonl" or (form == "text" and in_parts)):
            text = _text(head, file, encoding)
            yield from _lines(label, name, text, fields) if form == "jsonl" else _parts(label, name, text, encoding, start)
            return
    data = head + file.read() if large else head
    size = len(data)
    for entry in read(label, name, data, suffix, form, fields):
        yield entry, size
        size = 0


def _text(head: bytes, file: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    """The text of `head` and of what follows it in `file`, in steps that end at a line's end, with their bytes."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    data, held, size = head, "", 0
    while True:
        held += decoder.decode(data, final=not data)
        size += len(data)
        end = max(held.rfind("\n"), held.rfind("\r", 0, len(held) - 1)) + 1 if data else len(held)
        if end:
            yield held[:end], size
            held, size = held[end:], 0
        if not data:
            return
        data = file.read(_STEP)


def _lines(label: str, name: str, text: Iterator[tuple[str, int]], fields: Fields) -> Iterator[tuple[Document | Unreadable, int]]:
    number = 0
    for step, size in text:
        for line in clean(decoded_anew(step)).removesuffix("\n").split("\n"):
            number += 1
            if line.strip():
                yield read_json_line(f"{label}, line {number}", f"{name}-{number}", line, (), fields), size
                size = 0


def _parts(
    label: str, name: str, text: Iterator[tuple[str, int]], encoding: str, start: str
) -> Iterator[tuple[Document | Unreadable, int]]:
    parting = parting_of(start)
    said = () if encoding.startswith("utf-8") else (f"read as {encoding}",)
    held, first, size = "", 1, 0
    for step, more in chain(text, [("", 0)]):
        held, size = held + clean(decoded_anew(step)), size + more
        # The last paragraph may go on in the next step; one that never ends is held whole.
        gaps = list(parting.finditer(held, max(0, len(held) - _STEP // 2)))
        end = len(held) if not step else gaps[-1].start() + 1 if gaps else 0
        spans = paragraphs_by(parting, held[:end])
        if spans:
            yield Document(name, held[:end], tuple(spans), said, first), size
            first, size, said = first + len(spans), 0, ()
        held = held[end:]
    if first == 1:
        yield Unreadable(f"{label}: empty; nothing to translate"), size
