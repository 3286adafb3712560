"""Corpora that other programs read, and pairs that come from them."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import HOSTILE
from lxml import etree

from corpus.commands import Refused, export, import_foreign
from corpus.export import FORMATS, Filter, select
from corpus.forms import read_form
from corpus.importing import read_foreign
from corpus.pair import Pair
from corpus.table import TableError, write_table

# The rules of TMX 1.4b's document type, for the elements without inline marks.
TMX_RULES = """
<!ELEMENT tmx (header, body)> <!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note | prop | ude)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block | paragraph | sentence | phrase) #REQUIRED o-tmf CDATA #REQUIRED adminlang CDATA #REQUIRED
  srclang CDATA #REQUIRED datatype CDATA #REQUIRED o-encoding CDATA #IMPLIED creationdate CDATA #IMPLIED creationid CDATA #IMPLIED
  changedate CDATA #IMPLIED changeid CDATA #IMPLIED>
<!ELEMENT ude EMPTY> <!ELEMENT body (tu*)>
<!ELEMENT tu ((note | prop)*, tuv+)> <!ATTLIST tu tuid CDATA #IMPLIED srclang CDATA #IMPLIED creationdate CDATA #IMPLIED>
<!ELEMENT tuv ((note | prop)*, seg)> <!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)> <!ELEMENT note (#PCDATA)> <!ATTLIST note xml:lang CDATA #IMPLIED>
<!ELEMENT prop (#PCDATA)> <!ATTLIST prop type CDATA #REQUIRED xml:lang CDATA #IMPLIED>
"""
PAIRS = [
    Pair("a#p01s01", "Sì.", "Yes.", 90, 95, status="ok", note="certo"),
    Pair("a#p01s02", "No.", "Not.", 40, 30, flags=("low",), status="edited", machine="Do not.", reviewer="anna"),
    Pair("a#p02s01", "Forse.", "Perhaps.", 70, 80),
    Pair("a#p02s02", "Boh.", "Bah.", 20, 20, flags=("low", "names")),
    Pair("b#p01s01", "Vuoto.", "", 0, flags=("empty",), status="ok"),
    Pair("b#p01s02", "Male.", "Badly.", 50, status="rejected"),
    Pair("b#p01s03", "Sì. ", "yes.", 88, 91, status=""),
]


def nothing(line: str) -> None:
    """Where nobody reads what is said."""


@pytest.mark.parametrize(
    ("wanted", "ids", "left"),
    [
        (Filter(), ["a#p01s01", "a#p01s02"], {"not reviewed": 3, "one side is empty": 1, "status rejected": 1}),
        (Filter(frozenset({"ok", ""})), ["a#p01s01", "a#p02s01", "a#p02s02", "b#p01s03"], {"status edited": 1}),
        (
            Filter(frozenset({"ok", "edited", ""}), no_flags=True),
            ["a#p01s01", "a#p01s02", "a#p02s01", "b#p01s03"],
            {"flagged": 1},
        ),
        (Filter(frozenset({"ok", ""}), min_adequacy=80), ["a#p01s01", "a#p02s01", "b#p01s03"], {"adequacy under 80": 1}),
        (Filter(frozenset({"rejected"}), min_adequacy=80), [], {"adequacy not measured": 1}),
        (Filter(frozenset({"ok", ""}), dedupe=True), ["a#p01s01", "a#p02s01", "a#p02s02"], {"the same pair again": 1}),
    ],
)
def test_filters_take_what_they_say_and_say_what_they_leave(wanted: Filter, ids: list[str], left: dict[str, int]) -> None:
    taken, reasons = select(PAIRS, wanted)
    assert [pair.id for pair in taken] == ids
    assert left.items() <= reasons.items()
    assert len(taken) + reasons.total() == len(PAIRS)


def hostile() -> list[Pair]:
    return [
        Pair(f"a#p01s{i:02}", t, f"en {t}", 50, flags=("low",), status="ok", note=t) for i, t in enumerate(HOSTILE) if t.strip()
    ]


def test_tmx_keeps_the_rules_and_comes_back(tmp_path: Path) -> None:
    FORMATS["tmx"](tmp_path / "a.tmx", [*PAIRS[:2], *hostile()])
    tree = etree.parse(tmp_path / "a.tmx")
    rules = etree.DTD(io.StringIO(TMX_RULES))
    assert rules.validate(tree), rules.error_log
    unit = tree.getroot().find("body")[1]
    assert etree.tostring(unit, encoding="unicode").strip() == (
        '<tu tuid="a#p01s02"><prop type="x-status">edited</prop><prop type="x-shape">1x1</prop><prop type="x-score">40</prop>'
        '<prop type="x-adequacy">30</prop><prop type="x-flags">low</prop><prop type="x-reviewer">anna</prop>'
        '<prop type="x-machine">Do not.</prop><tuv xml:lang="it"><seg>No.</seg></tuv>\n'
        '<tuv xml:lang="en"><seg>Not.</seg></tuv>\n</tu>'
    )
    found = list(read_foreign(tmp_path / "a.tmx"))
    assert found[:2] == PAIRS[:2]
    # XML has one kind of line end, and no way to write some characters.
    assert [pair.target for pair in found[2:]] == [pair.target.replace("\r\n", "\n") for pair in hostile()]


def test_xliff_2_comes_back(tmp_path: Path) -> None:
    FORMATS["xliff"](tmp_path / "a.xlf", [*PAIRS[:3], *hostile()])
    root = etree.parse(tmp_path / "a.xlf").getroot()
    names = {"x": "urn:oasis:names:tc:xliff:document:2.0"}
    assert (root.tag, root.get("version"), root.get("srcLang"), root.get("trgLang")) == (
        f"{{{names['x']}}}xliff",
        "2.0",
        "it",
        "en",
    )
    ids = root.xpath("//x:unit/@id", namespaces=names)
    assert len(ids) == len(set(ids)) and all(id[1:].isdigit() for id in ids)
    assert root.xpath("//x:segment/@state", namespaces=names)[:3] == ["reviewed", "reviewed", "translated"]
    found = list(read_foreign(tmp_path / "a.xlf"))
    assert found[:3] == PAIRS[:3]
    assert [pair.source for pair in found[3:]] == [pair.source.replace("\r\n", "\n").strip() for pair in hostile()]


def test_moses_and_plain_tsv_keep_one_sentence_a_line(tmp_path: Path) -> None:
    FORMATS["moses"](tmp_path / "corpus", hostile())
    FORMATS["tsv"](tmp_path / "a.tsv", hostile())
    italian, english = ((tmp_path / f"corpus.{side}").read_text(encoding="utf-8").split("\n") for side in ("it", "en"))
    plain = (tmp_path / "a.tsv").read_text(encoding="utf-8").split("\n")
    assert italian == [" ".join(pair.source.split()) for pair in hostile()] + [""]
    assert [f"{it}\t{en}" for it, en in zip(italian, english, strict=True)][:-1] == plain[:-1]


def test_json_lines_and_parquet_hold_all_columns(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    FORMATS["jsonl"](tmp_path / "a.jsonl", PAIRS)
    FORMATS["parquet"](tmp_path / "a.parquet", PAIRS)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[1] == {
        "id": "a#p01s02", "it": "No.", "en": "Not.", "score": 40, "adequacy": 30, "shape": "1x1", "flags": ["low"],
        "status": "edited", "note": "", "machine": "Do not.", "reviewer": "anna",
    }  # fmt: skip
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == lines


def test_an_export_that_would_harm_or_be_empty_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path / "a.tsv", PAIRS[2:4])
    with pytest.raises(
        Refused, match=r"none of 2 pairs passes, so nothing was written; review some rows first, or .* --status any"
    ):
        export([tmp_path / "a.tsv"], tmp_path / "b.tmx", None, Filter(), False, nothing)
    assert not (tmp_path / "b.tmx").exists()
    with pytest.raises(Refused, match="is there already and is kept"):
        export([tmp_path / "a.tsv"], tmp_path / "a.tsv", None, Filter(frozenset({""})), False, nothing)
    with pytest.raises(Refused, match="is one of the tables to export"):
        export([tmp_path / "a.tsv"], tmp_path / "a.tsv", None, Filter(frozenset({""})), True, nothing)
    with pytest.raises(Refused, match=r"name a format with --format \(tmx"):
        export([tmp_path / "a.tsv"], tmp_path / "a.doc", None, Filter(frozenset({""})), False, nothing)


XLIFF_12 = """<?xml version="1.0"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="x.html" source-language="it" target-language="en" datatype="html"><body><trans-unit id="7">
<source>Il <g id="1">gatto</g><x id="2"/> nero</source><target state="final">The black <g id="1">cat</g></target>
<note>animale</note></trans-unit></body></file></xliff>"""
OMEGAT = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tmx SYSTEM "tmx11.dtd"><tmx version="1.1">
<header creationtool="OmegaT" segtype="sentence" o-tmf="OmegaT TMX" adminlang="EN-US" srclang="IT-IT" datatype="plaintext"
creationtoolversion="1"/><body><tu><tuv lang="IT-IT"><seg>Ciao &lt;b&gt;a tutti&lt;/b&gt;</seg></tuv>
<tuv lang="EN-US"><seg>Hi <bpt i="1">[b]</bpt>all<ept i="1">[/b]</ept></seg></tuv></tu>
<tu><tuv lang="FR"><seg>Oui</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.xlf", XLIFF_12, Pair("a#7", "Il gatto nero", "The black cat", status="ok", note="animale")),
        ("a.tmx", OMEGAT, Pair("a#b0001", "Ciao <b>a tutti</b>", "Hi all")),
        ("a.csv", "Inglese;Italiano;note\nYes;Sì;;\n", Pair("a#b0001", "Sì", "Yes")),
        ("a.txt", "Sì\tYes\n", Pair("a#b0001", "Sì", "Yes")),
        ("a.tsv", "it\ten\tscore\nSì\tYes\t80\n", Pair("a#b0001", "Sì", "Yes", 80)),
    ],
)
def test_files_of_other_tools_come_in(name: str, text: str, expected: Pair, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(read_foreign(tmp_path / name)) == [expected]


def test_what_holds_no_pairs_says_so_and_reads_nothing_from_outside(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("uno,due,tre\n1,2,3\n")
    with pytest.raises(TableError, match="no columns for Italian and English among uno, due, tre; call them it and en"):
        list(read_foreign(tmp_path / "a.csv"))
    (tmp_path / "a.tmx").write_text("<tmx><body><tu>")
    with pytest.raises(TableError, match="damaged XML"):
        list(read_foreign(tmp_path / "a.tmx"))
    (tmp_path / "secret").write_text("SEGRETO")
    attack = f'<!DOCTYPE tmx [<!ENTITY s SYSTEM "{(tmp_path / "secret").as_uri()}">]>' + (
        '<tmx><body><tu><tuv xml:lang="it"><seg>a &s;</seg></tuv><tuv xml:lang="en"><seg>b</seg></tuv></tu></body></tmx>'
    )
    (tmp_path / "b.tmx").write_text(attack)
    assert "SEGRETO" not in str(list(read_foreign(tmp_path / "b.tmx")))


def test_several_files_become_one_table_without_ids_twice(tmp_path: Path) -> None:
    write_table(tmp_path / "a.tsv", PAIRS[:2])
    write_table(tmp_path / "b.tsv", [replace(pair, target="x") for pair in PAIRS[:2]])
    import_foreign([tmp_path / "a.tsv", tmp_path / "b.tsv"], tmp_path / "c.xlsx", False, nothing)
    assert [pair.id for pair in read_form(tmp_path / "c.xlsx").pairs] == ["a#p01s01", "a#p01s02", "a#p01s01-2", "a#p01s02-2"]
