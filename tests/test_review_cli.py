"""The commands on tables, as people give them: the walk-through of docs/review.md, and what goes wrong."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, Run

from corpus.forms import read_form
from corpus.pair import Pair
from corpus.table import read_table, write_table
from corpus.workbook import write_workbook

PAIRS = [Pair(f"a#p01s{i:02}", f"Frase {i}.", f"Sentence {i}.", 40 + i) for i in range(1, 6)]


@pytest.mark.slow
def test_every_command_of_the_walk_through_does_what_it_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    commands = [line[2:] for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert len(commands) > 8
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    said: dict[str, str] = {}
    env = {
        **os.environ,
        "AFRONTE_MEMORY": str(tmp_path / "memory.sqlite"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for command in commands:
        result = subprocess.run(shlex.split(command), cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        assert result.returncode == 0, (command, result.stderr)
        said[command] = result.stdout + result.stderr
        if " workbook " in command:
            # Anna at work.
            copy = tmp_path / "ghiacciaio-anna.xlsx"
            rows = read_form(copy).pairs
            rows[2] = replace(rows[2], target="Anna's own words, 1.000 of them.")
            rows[3] = replace(rows[3], status="ok")
            rows[4] = replace(rows[4], status="rejected", note="didascalia")
            write_workbook(copy, [*reversed(rows)])
    assert "(anna)" in said["afronte review diff out/ghiacciaio.tsv ghiacciaio-anna.xlsx"]
    assert "{+Anna's own words" in said["afronte review diff out/ghiacciaio.tsv ghiacciaio-anna.xlsx"]
    merge = "afronte review merge out/ghiacciaio.tsv ghiacciaio-anna.xlsx"
    assert "3 rows changed; now 1 edited, 1 ok, 1 rejected" in said[merge]
    assert "2 reviewed sentences new in the translation memory" in said[merge]
    assert "dry run: nothing was written" in said[f"{merge} --dry-run"]
    assert (tmp_path / "ghiacciaio.tmx").read_text(encoding="utf-8").count("<tu ") == 2
    assert "2 corrections" in said["afronte memory"]
    merged = list(read_table(tmp_path / "out" / "ghiacciaio.tsv"))
    assert (merged[2].status, merged[2].reviewer, merged[2].target) == ("edited", "anna", "Anna's own words, 1.000 of them.")
    assert len((tmp_path / "parallel.it").read_text(encoding="utf-8").splitlines()) > 10
    # The next time the same sentence comes, it is Anna's.
    again = subprocess.run(
        ["afronte", "translate", SAMPLES / "ghiacciaio.html", "-o", "again"], cwd=tmp_path, env=env,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    found = list(read_table(tmp_path / "again" / "ghiacciaio.tsv"))[2]
    assert (found.target, found.note) == ("Anna's own words, 1.000 of them.", f"memory: {found.id}")


def test_a_translated_table_that_was_merged_is_kept_by_a_second_run(tmp_path: Path, afronte: Run) -> None:
    (tmp_path / "a.txt").write_text("Il governo ha deciso.")
    assert afronte(["translate", tmp_path / "a.txt", "-o", tmp_path / "out"]).returncode == 0
    (pair,) = read_table(tmp_path / "out" / "a.tsv")
    write_table(tmp_path / "anna.tsv", [replace(pair, target="It is decided.")])
    assert afronte(["review", "merge", tmp_path / "out" / "a.tsv", tmp_path / "anna.tsv"]).returncode == 0
    before = (tmp_path / "out" / "a.tsv").read_bytes()
    result = afronte(["translate", tmp_path / "a.txt", "-o", tmp_path / "out"])
    assert "1 article done before and kept" in result.stderr
    assert (tmp_path / "out" / "a.tsv").read_bytes() == before


def test_merging_backs_up_and_a_second_time_writes_nothing(tmp_path: Path, afronte: Run) -> None:
    write_table(tmp_path / "a.tsv", PAIRS)
    original = (tmp_path / "a.tsv").read_bytes()
    write_table(tmp_path / "a-anna.tsv", [replace(PAIRS[0], target="One."), *PAIRS[1:]])
    write_table(tmp_path / "a-bruno.tsv", [replace(PAIRS[0], target="Uno."), replace(PAIRS[1], status="ok"), *PAIRS[2:]])
    command = ["review", "merge", tmp_path / "a.tsv", tmp_path / "a-anna.tsv", tmp_path / "a-bruno.tsv", "--no-memory"]
    first = afronte(command)
    assert first.stdout == (
        "1 row changed; now 0 edited, 1 ok, 0 rejected, 4 not reviewed\n"
        "of 1 row that several reviewed they agree on 0 (0 %)\n"
        f"{tmp_path}/a.tsv: written; as it was: a.tsv.bak\n"
        "1 row left unchanged because verdicts differ: a.conflicts.tsv has all sides; "
        "keep one row for each id there and merge that table\n"
    )
    assert (tmp_path / "a.tsv.bak").read_bytes() == original
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "0 rows changed" in afronte(command).stdout
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == after
    conflicts = list(read_table(tmp_path / "a.conflicts.tsv"))
    assert [pair.reviewer for pair in conflicts] == ["anna", "bruno"]
    # Somebody at work in the table of conflicts loses nothing to the next merge.
    write_table(tmp_path / "a.conflicts.tsv", conflicts[:1])
    afronte(command)
    assert (tmp_path / "a.conflicts.tsv").exists() and (tmp_path / "a2.conflicts.tsv").exists()
    solved = afronte(["review", "merge", tmp_path / "a.tsv", tmp_path / "a.conflicts.tsv", "--no-memory"])
    assert "1 row changed; now 1 edited, 1 ok" in solved.stdout
    assert next(read_table(tmp_path / "a.tsv")).reviewer == "anna"


def test_a_folder_is_a_master_too(tmp_path: Path, afronte: Run) -> None:
    (tmp_path / "out").mkdir()
    other = [replace(pair, id=pair.id.replace("a#", "b#")) for pair in PAIRS]
    write_table(tmp_path / "out" / "a.tsv", PAIRS)
    write_table(tmp_path / "out" / "b.tsv", other)
    write_workbook(tmp_path / "anna.xlsx", [*PAIRS, *other[:2], replace(other[2], status="ok"), *other[3:]])
    result = afronte(["review", "merge", tmp_path / "out", tmp_path / "anna.xlsx", "--no-memory"])
    assert "1 row changed" in result.stdout and "b.tsv.bak" in result.stdout and "a.tsv.bak" not in result.stdout
    status = afronte(["review", "status", tmp_path / "out"]).stdout.splitlines()
    assert status[0].split() == ["table", "rows", "reviewed", "ok", "edited", "rejected"]
    assert status[2].split() == ["b.tsv", "5", "1", "(20", "%)", "1", "0", "0"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["review", "merge", "a.tsv", "a.tsv"], "error: a.tsv is the master itself; name the reviewed copy"),
        (["review", "merge", "twice.tsv", "a.tsv"], "error: twice.tsv: the id a#p01s01 is there 2 times; every row"),
        (["review", "merge", "a.tsv", "text.txt"], "error: text.txt: no column id, source, target; a review table has"),
        (["review", "sample", "done.tsv", "-o", "s.tsv"], "error: every row has been reviewed: there is nothing left to draw"),
        (["review", "workbook", "a.tsv", "-o", "there.xlsx"], "error: there.xlsx is there already and is kept: name another"),
        (["page", "a.tsv", "-o", "a.pdf"], "error: -o a.pdf: a page is an .html file"),
        (["export", "a.tsv", "-o", "/proc/x.tmx", "--status", "any"], "error: /proc"),
        (["import", "text.txt", "-o", "b.tsv"], "error: text.txt: no columns for Italian and English among Solo testo."),
        (["page", "empty", "-o", "a.html"], "error: empty: no .tsv table in this folder; name a table, or"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, afronte: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    write_table(Path("a.tsv"), PAIRS)
    write_table(Path("twice.tsv"), [PAIRS[0], PAIRS[0]])
    write_table(Path("done.tsv"), [replace(PAIRS[0], status="ok")])
    Path("text.txt").write_text("Solo testo.\n")
    Path("there.xlsx").write_text("edits")
    Path("empty").mkdir()
    result = afronte(arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(line) and result.stderr.count("\n") == 1, result.stderr
    assert Path("there.xlsx").read_text() == "edits"


def test_the_memory_command_sees_prunes_exports_and_imports(tmp_path: Path, afronte: Run) -> None:
    env = {"AFRONTE_MEMORY": str(tmp_path / "m.sqlite")}
    write_table(tmp_path / "a.tsv", [replace(PAIRS[0], status="ok"), replace(PAIRS[1], status="rejected"), *PAIRS[2:]])
    assert afronte(["memory", "import", tmp_path / "a.tsv"], env=env).stdout == "1 of 1 pairs were new\n"
    (tmp_path / "b.csv").write_text("it;en\nCiao.;Hullo.\n")
    assert afronte(["memory", "import", tmp_path / "b.csv"], env=env).stdout == "1 of 1 pairs were new\n"
    assert "0 translations, 2 corrections" in afronte(["memory"], env=env).stdout
    afronte(["translate", "-", "--text"], stdin=b"Ciao. Buongiorno a tutti.", env=env)
    assert "1 translations, 2 corrections" in afronte(["memory"], env=env).stdout
    assert afronte(["memory", "prune"], env=env).stdout.startswith("1 translations dropped")
    afronte(["memory", "export", "-o", tmp_path / "c.tsv"], env=env)
    assert (tmp_path / "c.tsv").read_text(encoding="utf-8") == "Frase 1.\tSentence 1.\nCiao.\tHullo.\n"
    assert afronte(["translate", "-", "--text"], stdin=b"Ciao.", env=env).stdout == "Hullo.\n"
    assert afronte(["translate", "-", "--text", "--no-memory"], stdin=b"Ciao.", env=env).stdout != "Hullo.\n"
