"""The review table comes back as it was written, from this program and from a spreadsheet."""

import csv
import subprocess
from pathlib import Path
from shutil import which

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from corpus.files import whole
from corpus.mangling import LONGEST_CELL
from corpus.pair import COLUMNS, Pair
from corpus.table import TableError, escape, read_table, unescape, write_table

PAIRS = [
    Pair(f"prova#p01s{i:02}", text, f"{text} (en)" if i % 2 else text, score=i, flags=("split", "a"), note=text)
    for i, text in enumerate(HOSTILE)
    if len(text) < LONGEST_CELL
]


@given(st.text())
def test_escaping_is_reversible_and_leaves_no_formula(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@"))


def test_a_table_comes_back_whole(tmp_path: Path) -> None:
    write_table(tmp_path / "prova.tsv", PAIRS)
    expected = [Pair(p.id, p.source, p.target, p.score, None, "1x1", ("a", "split"), "", p.note) for p in PAIRS]
    assert list(read_table(tmp_path / "prova.tsv")) == expected


def test_the_file_as_a_stranger_sees_it(tmp_path: Path) -> None:
    write_table(tmp_path / "a.tsv", [Pair("a#p01s01", "=1+1 “no”", 'It is "no"', score=71, flags=("split",))])
    assert (tmp_path / "a.tsv").read_bytes().decode() == (
        "\ufeffid\tsource\ttarget\tscore\tadequacy\tshape\tflags\tstatus\tnote\n"
        'a#p01s01\t\'=1+1 “no”\t"It is ""no"""\t71\t\t1x1\tsplit\t\t\n'
    )


def test_what_is_no_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("uno\tdue\n1\t2\n")
    with pytest.raises(TableError, match="no column id, source, target; a review table has id source target"):
        list(read_table(tmp_path / "a.tsv"))
    (tmp_path / "b.tsv").write_bytes(bytes(range(256)) * 4)
    with pytest.raises(TableError, match="no column"):
        list(read_table(tmp_path / "b.tsv"))


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", "\t"), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16-le", "\t"), ("utf-16-be", ";"), ("cp1252", ";")],
)
def test_a_table_as_other_programs_save_it(encoding: str, delimiter: str, tmp_path: Path) -> None:
    """Columns moved and added, rows in another order, Windows line ends, an Italian Excel's decimal comma."""
    rows = [
        ["flags", "target", "mio", "id", "source", "status", "score"],
        ["loop split", 'He said, "no"; then left', "x", "a#p01s02", "Perché «no»;\tdisse", "edited", "87,0"],
        ["", "'=1", "", "'-b#p01s01", "'=1", "", "50%"],
    ]
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    assert list(read_table(tmp_path / "a.csv")) == [
        Pair("a#p01s02", "Perché «no»;\tdisse", 'He said, "no"; then left', 87, flags=("loop", "split"), status="edited"),
        Pair("-b#p01s01", "=1", "=1", 50),
    ]


def test_a_file_that_breaks_off_does_not_appear(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("edits")
    with pytest.raises(RuntimeError), whole(tmp_path / "a.tsv") as file:
        file.write("half")
        raise RuntimeError
    assert (tmp_path / "a.tsv").read_text() == "edits"
    assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_every_cell(tmp_path: Path) -> None:
    """As a person opens it: tabs as separators, UTF-8, columns as text; written out again as CSV."""
    write_table(tmp_path / "prova.tsv", PAIRS)
    columns = "/".join(f"{i}/2" for i in range(1, len(COLUMNS) + 1))
    command = [
        "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true",
        f"--infilter=CSV:9,34,76,1,{columns},0,false,false", "--outdir", str(tmp_path / "out"), str(tmp_path / "prova.tsv"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with (tmp_path / "out" / "prova.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    with (tmp_path / "prova.tsv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file, delimiter="\t"))
    # LibreOffice knows one kind of line end.
    assert found == [[cell.replace("\r\n", "\n") for cell in row] for row in written]
    assert len(found) == len(PAIRS) + 1
