"""Bytes of every kind become documents, or one clear line."""

import json
from pathlib import Path

import pytest
from conftest import SAMPLES
from hypothesis import example, given, settings
from hypothesis import strategies as st

from translate.article import Document
from translate.reading import Fields, Format, Source, Unreadable, decode, find, paragraphs, read

ITALIAN = "Perché l’università è così? Già, città e caffè: «qualità», disse Niccolò.\n"


def documents(data: bytes, suffix: str = ".txt", form: Format = "auto", fields: Fields | None = None) -> list[Document]:
    found = list(read("file", "file", data, suffix, form, fields or Fields()))
    assert all(isinstance(entry, Document) for entry in found), found
    return [entry for entry in found if isinstance(entry, Document)]


def problem(data: bytes, suffix: str = ".txt", form: Format = "auto") -> str:
    (found,) = read("file", "file", data, suffix, form, Fields())
    assert isinstance(found, Unreadable)
    return str(found)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("read as utf-16",)),
        ("utf-16-le", ("read as utf-16-le",)),
        ("utf-16-be", ("read as utf-16-be",)),
        ("utf-32", ("read as utf-32",)),
        ("cp1252", ("read as cp1252",)),
    ],
)
def test_encodings_are_told_apart(encoding: str, said: tuple[str, ...]) -> None:
    assert decode(ITALIAN.encode(encoding)) == (ITALIAN, said)


def test_latin_1() -> None:
    text = "Perché l'università è così? Già.\n"
    assert decode(text.encode("latin-1")) == (text, ("read as cp1252",))


def test_mojibake_is_repaired_and_said() -> None:
    text = "Perché l’università è così? La città, già."
    broken = text.encode().decode("cp1252", "replace")
    assert decode(broken.encode())[1] == ("repaired a wrong encoding (such as perchÃ© for perché)",)
    assert "Perché l’università è così?" in decode(broken.encode())[0]


def test_sound_text_with_strange_letters_is_left_alone() -> None:
    text = "São Paulo, Ångström, GARÇÃO e il signor Ã."
    assert decode(text.encode()) == (text, ())


def test_one_bad_byte_does_not_make_it_another_encoding() -> None:
    text = "Perché così è già più in là, città e università.\n" * 4
    data = text.encode().replace(b"Perch\xc3\xa9", b"Perch\xc3", 1)
    assert decode(data) == (text.replace("Perché", "Perch\ufffd", 1), ("1 bytes that are not utf-8 shown as \ufffd",))


def test_control_and_invisible_characters_go_and_line_ends_are_plain() -> None:
    data = "Uno\0 due\x0b tre\u200b.\r\nGover\u00adno\rfine\u2028vera con\u00a0blanco".encode()
    assert decode(data)[0] == "Uno due tre.\nGoverno\nfine\nvera con\u00a0blanco"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf\n", b"\0\0\0\0"])
def test_empty(data: bytes) -> None:
    assert problem(data) == "file: empty; nothing to translate"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 \n", b"PK\x03\x04\x14\0", b"\x89PNG\r\n\x1a\n", bytes(range(256)) * 40, b"\x7fELF\2\1\1\0"]
)
def test_binary(data: bytes) -> None:
    assert problem(data) == "file: not a text file; convert it to plain text or HTML first"


def spans(text: str) -> list[str]:
    return [text[a:b] for a, b in paragraphs(text)]


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert spans("\n Uno\ndue. \n \t\n\nTre.\n\n") == ["Uno\ndue.", "Tre."]


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert spans("Titolo\n  Uno. \nDue.\n\n\n") == ["Titolo", "Uno.", "Due."]


def test_html_gives_the_article_and_not_the_page_around_it() -> None:
    (document,) = documents((SAMPLES / "ghiacciaio.html").read_bytes(), ".html")
    lines = document.text.split("\n\n")
    assert lines[0] == "Il ghiacciaio coperto con i teli: l’estate degli scienziati in quota"
    assert lines[1].startswith("Ogni anno, alla fine di maggio") and lines[-1].endswith("di che cosa soffre».")
    assert len(lines) == 9
    for foreign in ("cookie", "Meteo", "P. IVA", "Leggi anche", "dataLayer"):
        assert foreign not in document.text


def test_html_is_known_without_its_ending() -> None:
    (document,) = documents((SAMPLES / "ghiacciaio.html").read_bytes(), "")
    assert document.text.startswith("Il ghiacciaio coperto")


def test_html_without_an_article() -> None:
    assert problem(b"<html><body><nav><a href='/'>Home</a></nav></body></html>", ".html") == (
        "file: no article text found in this HTML; save the page's text and try again with --format text"
    )


def test_text_that_speaks_of_html_is_text() -> None:
    (document,) = documents(b"Il tag <html> apre la pagina.")
    assert document.text == "Il tag <html> apre la pagina."


def test_json_lines() -> None:
    rows = [{"id": "a/1", "title": "Titolo", "text": "Uno.\n\nDue."}, {"text": "Senza nome."}]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    first, second = documents(data, ".jsonl")
    assert (first.name, first.text) == ("a/1", "Titolo\n\nUno.\n\nDue.")
    assert (second.name, second.text) == ("file-2", "Senza nome.")


def test_json_lines_by_other_names_and_without_an_ending() -> None:
    data = b'{"nr": 7, "corpo": "Testo."}'
    (document,) = documents(data, "", fields=Fields(id="nr", text="corpo"))
    assert (document.name, document.text) == ("7", "Testo.")


def test_bad_json_lines_are_a_line_each_and_the_others_go_on() -> None:
    data = b'{"text": "Uno."}\n{"text": \n{"testo": "Due."}\n[1]\n\n{"text": "Tre."}\n'
    found = list(read("file", "file", data, ".jsonl", "auto", Fields()))
    assert [entry.text for entry in found if isinstance(entry, Document)] == ["Uno.", "Tre."]
    problems = [str(entry) for entry in found if isinstance(entry, Unreadable)]
    assert problems[0].startswith("file, line 2: not JSON (")
    assert problems[1:] == [f'file, line {n}: no text under "text"; name the field with --text-field' for n in (3, 4)]


def test_folders_globs_and_names_that_lead_nowhere(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.html", "a/d.jsonl", "a/e.jpg", ".hidden/f.txt", "g.dat"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "empty").mkdir()

    def names(*inputs: str) -> list[str]:
        found = find([str(tmp_path / name) for name in inputs])
        return [
            str(entry.path.relative_to(tmp_path)) if isinstance(entry, Source) and entry.path else str(entry) for entry in found
        ]

    assert names("") == ["a/c.html", "a/d.jsonl", "b.txt"]
    assert names("**/*.txt", "g.dat", "no.txt") == ["b.txt", "g.dat", "no.txt"]
    assert "no articles in this folder" in names("empty")[0]
    assert "nothing matches this pattern" in names("*.doc")[0]
    assert next(iter(find(["-"]))) == Source(None)


@given(st.binary(max_size=400), st.sampled_from([".txt", ".html", ".jsonl", ""]))
@example(b"<html><body><p>" + b"<div>" * 3000 + b"Un testo lungo abbastanza da essere letto.", ".html")
@example(b"<html><p>&#0;&#x110000;&nbsp;Il testo che resta deve uscire intero, comunque.", ".html")
@example(b'{"text": "\\ud800 spaiato"}', ".jsonl")
@settings(deadline=None)
def test_any_bytes_are_a_document_or_a_line(data: bytes, suffix: str) -> None:
    for entry in read("file", "file", data, suffix, "auto", Fields()):
        if isinstance(entry, Document):
            entry.text.encode("utf-8")
            assert all(entry.text[a:b].strip() == entry.text[a:b] != "" for a, b in entry.paragraphs)
        else:
            assert str(entry).startswith("file") and "\n" not in str(entry)
