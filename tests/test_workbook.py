"""Tables go through the real LibreOffice, in every form that people save, and come back with nothing lost."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import HOSTILE

from corpus.forms import is_workbook, read_form, tables, write_form
from corpus.mangling import LONGEST_CELL
from corpus.pair import Pair
from corpus.review import Copy, merge
from corpus.table import TableError, escape, write_table
from corpus.workbook import read_workbook, write_workbook

PAIRS = [Pair(f"prova#p01s{i:02}", text, text, score=i % 100, flags=("split",), note=text[:20]) for i, text in enumerate(HOSTILE)]
XLSX = "xlsx:Calc MS Excel 2007 XML"
CSV = "csv:Text - txt - csv (StarCalc)"
TABS = "CSV:9,34,76,1"
Convert = Callable[..., Path]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Opens a file in LibreOffice, headless, and saves it in another form."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def run(source: Path, form: str, read_as: str | None = None) -> Path:
        out = tmp_path_factory.mktemp("converted")
        options = [f"--infilter={read_as}"] if read_as else []
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", *options, "--convert-to", form]
        subprocess.run([*command, "--outdir", out, source], check=True, capture_output=True, timeout=180)
        (made,) = out.iterdir()
        return made

    return run


def test_a_workbook_comes_back_as_it_was(tmp_path: Path) -> None:
    cut = write_workbook(tmp_path / "a.xlsx", PAIRS)
    expected = [replace(p, source=p.source[:LONGEST_CELL], target=p.target[:LONGEST_CELL]) for p in PAIRS]
    found = list(read_workbook(tmp_path / "a.xlsx"))
    # XLSX has one kind of line end.
    assert [replace(p, source=p.source.replace("\r\n", "\n"), target=p.target.replace("\r\n", "\n")) for p in expected] == [
        replace(p, source=p.source.replace("\r\n", "\n"), target=p.target.replace("\r\n", "\n")) for p in found
    ]
    assert cut == 2 * sum(len(text) > LONGEST_CELL for text in HOSTILE) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "form", "read_as"),
    [
        ("xlsx", XLSX, None), ("xlsx", "ods", None), ("xlsx", f"{CSV}:59,34,76,1", None), ("xlsx", f"{CSV}:59,34,1,1", None),
        ("xlsx", f"{CSV}:9,34,65535,1", None), ("tsv", XLSX, TABS), ("tsv", "ods", TABS), ("tsv", "ods", f"{TABS},,1040"),
        ("tsv", f"{CSV}:44,34,76,1", TABS), ("tsv", f"{CSV}:59,34,1,1", f"{TABS},,1040"), ("tsv", f"{CSV}:9,34,65535,1", TABS),
    ],
)  # fmt: skip
def test_nothing_a_spreadsheet_does_passes_for_an_edit(
    start: str, form: str, read_as: str | None, tmp_path: Path, convert: Convert
) -> None:
    write_form(tmp_path / f"m.{start}", PAIRS)
    saved = read_form(convert(tmp_path / f"m.{start}", form, read_as))
    assert [pair.id for pair in saved.pairs] == [pair.id for pair in PAIRS]
    merged = merge(PAIRS, [Copy("anna", saved.pairs)])
    assert (merged.pairs, merged.changed, merged.conflicts) == (PAIRS, [], {})
    # What came back different is undone, and said with its row.
    said = " ".join(merged.remarks)
    different = [pair.id for pair, back in zip(PAIRS, saved.pairs, strict=True) if back.target != pair.target]
    assert [id for id in different if id not in said] == []
    assert "source differs" not in said


@pytest.mark.slow
@pytest.mark.parametrize("form", [XLSX, "ods", f"{CSV}:59,34,1,1", f"{CSV}:9,34,65535,1"])
def test_edits_survive_sorting_moved_and_added_columns_lost_and_doubled_rows(form: str, tmp_path: Path, convert: Convert) -> None:
    edited = [replace(pair, target=f"{pair.target} reviewed" if i % 3 else pair.target) for i, pair in enumerate(PAIRS[:40])]
    rows = sorted(edited, key=lambda pair: pair.target)
    lines = ["\t".join(("dubbi", "note", "target", "source", "status", "id"))]
    quoted = [
        [f'"{cell}"' for cell in (escape(c).replace('"', '""') for c in ("?", "", p.target, p.source, "", p.id))] for p in rows
    ]
    lines += ["\t".join(cells) for cells in (*quoted[:-1], quoted[0])]
    (tmp_path / "anna.tsv").write_text("\n".join(lines), encoding="utf-8", newline="")
    saved = read_form(convert(tmp_path / "anna.tsv", form, TABS))
    merged = merge(PAIRS, [Copy("anna", saved.pairs)])
    lost = {pair.id for pair in PAIRS} - {pair.id for pair in rows[:-1]}
    for before, wanted, after in zip(PAIRS, [*edited, *PAIRS[40:]], merged.pairs, strict=True):
        changed = wanted.target != before.target and before.id not in lost
        assert (after.target != before.target, after.status) == (changed, "edited" if changed else ""), before.id
    assert saved.others == ("dubbi",)
    assert all(any(id in remark and "not in the copy" in remark for remark in merged.remarks) for id in sorted(lost)[:30])


@pytest.mark.slow
def test_the_workbook_looks_as_it_should_in_libreoffice(tmp_path: Path, convert: Convert) -> None:
    pairs = [
        Pair("a#p01s01", "Una frase.", "A sentence.", 91, 40, flags=("names", "numbers"), status="ok"),
        Pair("a#p01s02", "Due.", "Two.", 30),
    ]
    write_workbook(tmp_path / "a.xlsx", pairs)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert '<pane xSplit="1" ySplit="1"' in archive.read("xl/worksheets/sheet1.xml").decode()
    flat = convert(tmp_path / "a.xlsx", "fods").read_text(encoding="utf-8")
    for expected in (
        "names: a name or an acronym of the Italian is not in the English",  # the comment on a flagged row
        'table:protected="true"',
        'cell-content-is-in-list(&quot;ok&quot;;&quot;edited&quot;;&quot;rejected&quot;)',
        "calcext:color-scale",
        'table:display-filter-buttons="true"',
        "Come si rivede",
    ):  # fmt: skip
        assert expected in flat, expected
    assert convert(tmp_path / "a.xlsx", "pdf").read_bytes().startswith(b"%PDF")


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", PAIRS[:3])
    (tmp_path / "a.xlsx").rename(tmp_path / "a.tsv")
    assert is_workbook(tmp_path / "a.tsv")
    assert [pair.id for pair in read_form(tmp_path / "a.tsv").pairs] == [pair.id for pair in PAIRS[:3]]


def test_what_is_no_workbook_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(TableError, match=r"not a workbook that can be read .* save it as \.xlsx, \.ods or \.csv"):
        read_form(tmp_path / "a.xlsx")
    with pytest.raises(TableError, match=r"no \.tsv table in this folder"):
        list(tables([tmp_path]))
    write_table(tmp_path / "b.tsv", PAIRS[:1])
    (tmp_path / "b.tsv.bak").write_text("old")
    write_table(tmp_path / "b.conflicts.tsv", PAIRS[:1])
    assert list(tables([tmp_path])) == [tmp_path / "b.tsv"]
