"""What is too large to hold is read in steps, and gives what it gives when it is read whole."""

import io
import json
from collections.abc import Iterator

import pytest

from translate import large
from translate.article import Document
from translate.large import read_file
from translate.reading import Fields, Unreadable, read

PARAGRAPHS = [f"Paragrafo {i}: è già così, perché no? “Sì”, dice l’on. Rossi." for i in range(4000)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large is what is larger than 40 kB here, and a step has 10 kB."""
    monkeypatch.setattr(large, "LARGE", 40_000)
    monkeypatch.setattr(large, "_STEP", 10_000)


def documents(data: bytes, suffix: str = "", in_parts: bool = True) -> Iterator[Document]:
    for entry, _ in read_file("standard input", "stdin", io.BytesIO(data), suffix, "auto", Fields(), in_parts):
        assert isinstance(entry, Document), entry
        yield entry


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("between", ["\n\n", "\n", "\r\n\r\n", "\n \n\n"])
def test_the_parts_of_a_text_are_the_text(encoding: str, between: str) -> None:
    data = between.join(PARAGRAPHS).encode(encoding)
    found = list(documents(data))
    assert len(found) > 5
    assert [d.text[a:b] for d in found for a, b in d.paragraphs] == PARAGRAPHS
    firsts = [d.first for d in found]
    assert firsts == [1 + sum(len(d.paragraphs) for d in found[:i]) for i in range(len(found))]
    assert all(len(d.text) < 80_000 for d in found)
    (whole,) = documents(data, in_parts=False)
    assert len(whole.paragraphs) == len(PARAGRAPHS)


def test_a_paragraph_without_end_stays_whole() -> None:
    text = " ".join(PARAGRAPHS)
    (found,) = documents(text.encode())
    assert found.text == text


@pytest.mark.parametrize("in_parts", [True, False])
def test_json_lines_come_one_by_one(in_parts: bool) -> None:
    lines = [json.dumps({"id": f"a{i}", "text": text}) for i, text in enumerate(PARAGRAPHS)]
    lines[7] = "{broken"
    data = "\n".join(lines).encode()
    found = [entry for entry, _ in read_file("x.jsonl", "x", io.BytesIO(data), ".jsonl", "auto", Fields(), in_parts)]
    whole = list(read("x.jsonl", "x", data, ".jsonl", "auto", Fields()))
    assert [str(entry) for entry in found] == [str(entry) for entry in whole]
    assert isinstance(found[7], Unreadable) and "x.jsonl, line 8" in str(found[7])


def test_every_byte_is_counted_once() -> None:
    for data, suffix in (("\n\n".join(PARAGRAPHS).encode(), ".txt"), (b"Ciao.", ".txt")):
        sizes = [size for _, size in read_file("x", "x", io.BytesIO(data), suffix, "auto", Fields(), True)]
        assert sum(sizes) == len(data)


def test_blanks_alone_are_said_however_many() -> None:
    (entry,) = (entry for entry, _ in read_file("x", "x", io.BytesIO(b" \n" * 50_000), ".txt", "auto", Fields(), True))
    assert isinstance(entry, Unreadable) and str(entry) == "x: empty; nothing to translate"
