"""Killed, starved and fed with rubbish, the command loses nothing and says what happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.table import read_table
from translate.reading import Fields, Unreadable, decode
from translate.record import Record
from translate.run import Job, run

COMMAND = str(Path(sys.executable).with_name("afronte"))
PLACES = "Bari Lecce Matera Potenza Cosenza Trapani Nuoro Rieti Terni Fermo Asti Biella Lodi Como Imola".split()
THINGS = "ponte mercato teatro cantiere museo porto archivio giardino tribunale vivaio acquedotto faro mulino".split()
ENDS = ("ha riaperto dopo {n} giorni", "resta chiuso fino al {n} marzo", "costa {n} euro in più", "ha {n} visitatori al giorno")


def article(number: int) -> str:
    """Six sentences that stand in no other article."""
    lot = random.Random(number)
    lines = [
        f"Il {lot.choice(THINGS)} di {lot.choice(PLACES)} {lot.choice(ENDS).format(n=6 * number + i + 2)}." for i in range(6)
    ]
    return "\n\n".join((" ".join(lines[:3]), " ".join(lines[3:])))


@pytest.mark.slow
def test_killed_ten_times_the_results_are_those_of_an_undisturbed_run(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for i in range(300):
        (tmp_path / "in" / f"a{i:03}.txt").write_text(article(i), encoding="utf-8")

    def arguments(out: str) -> list[str | Path]:
        return ["translate", tmp_path / "in", "-o", tmp_path / out, "--beam", "1", "-q"]

    assert afronte(arguments("whole"), env={"AFRONTE_MEMORY": str(tmp_path / "whole.sqlite")}).returncode == 0
    expected = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir() if path.is_file()}
    assert len(expected) == 300
    memory = tmp_path / "memory.sqlite"
    env = {**os.environ, "AFRONTE_MEMORY": str(memory)}
    afronte(["memory"], env=env)  # makes the file
    with sqlite3.connect(memory) as watched:
        watched.execute("CREATE TABLE stored(key BLOB)")
        watched.execute("CREATE TRIGGER watch AFTER INSERT ON translations BEGIN INSERT INTO stored VALUES (new.key); END")
    lot, killed = random.Random(7), 0
    for _ in range(10):
        process = subprocess.Popen([COMMAND, *map(str, arguments("out"))], env=env, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=lot.uniform(0.3, 5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        found = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.tsv")}
        assert found.items() <= expected.items()  # whole or not there
    assert killed >= 3
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "out" / ".a299.tsv-4194305-left.part").write_text("half")  # as a killed process of long ago leaves it
    assert afronte(arguments("out"), env=env).returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()} == expected
    with sqlite3.connect(memory) as watched:
        keys = [key for (key,) in watched.execute("SELECT key FROM stored")]
    assert len(keys) == len(set(keys)) == 1800  # no sentence that was stored was translated again
    again = afronte(["translate", tmp_path / "in", "-o", tmp_path / "out", "--beam", "1"], env=env)
    assert "300 articles done before and kept" in again.stderr and again.returncode == 0


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(afronte: Run, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.name != "posix"
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True).returncode
    ):
        pytest.skip("needs leave to mount a small disk")
    try:
        (tmp_path / "in").mkdir()
        for i in range(40):
            (tmp_path / "in" / f"a{i:02}.txt").write_text(article(i), encoding="utf-8")
        full = afronte(["translate", tmp_path / "in", "-o", disk / "out", "--beam", "1", "-q"])
        assert full.returncode == 1
        assert full.stderr == f"error: cannot write to {disk / 'out'}: No space left on device; " + (
            "free some space or name another place with -o\n"
        )
        assert all(len(list(read_table(table))) == 6 for table in (disk / "out").glob("*.tsv"))
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        assert afronte(["translate", tmp_path / "in", "-o", disk / "out", "--beam", "1", "-q"]).returncode == 0
        assert len(list((disk / "out").glob("*.tsv"))) == 40
    finally:
        subprocess.run(["umount", disk], check=True)


def test_an_input_that_changed_is_done_again(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Il treno parte alle otto.", encoding="utf-8")
    arguments = ["translate", tmp_path / "a.txt", "-o", tmp_path / "out", "--text"]
    afronte(arguments)
    (tmp_path / "a.txt").write_text("Il treno parte alle nove.", encoding="utf-8")
    changed = afronte(arguments)
    assert changed.returncode == 0
    assert "a: the text has changed; its table, which nobody has edited, is made anew\n" in changed.stderr
    [pair] = read_table(tmp_path / "out" / "a.tsv")
    assert pair.source == "Il treno parte alle nove." and ("9" in pair.target or "nine" in pair.target)
    assert (tmp_path / "out" / "a.en.txt").read_text(encoding="utf-8").strip() == pair.target
    assert "1 article done before and kept" in afronte(arguments).stderr


@pytest.mark.parametrize("touched", ["a.tsv", "a.en.txt", ".afronte"])
def test_an_input_that_changed_does_not_cost_a_table_that_somebody_touched(afronte: Run, tmp_path: Path, touched: str) -> None:
    (tmp_path / "a.txt").write_text("Il treno parte alle otto.", encoding="utf-8")
    arguments = ["translate", tmp_path / "a.txt", "-o", tmp_path / "out", "-q", "--text"]
    afronte(arguments)
    if touched == ".afronte":
        shutil.rmtree(tmp_path / "out" / touched)  # nothing is known of what stands there
    else:
        with (tmp_path / "out" / touched).open("a", encoding="utf-8") as file:
            file.write("a reviewer's remark")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}
    (tmp_path / "a.txt").write_text("Il treno parte alle nove.", encoding="utf-8")
    changed = afronte(arguments)
    assert changed.returncode == 1
    assert "a.tsv holds another text under this name, or an edited one, and is kept" in changed.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()} == before
    assert afronte([*arguments, "--force"]).returncode == 0
    assert [pair.source for pair in read_table(tmp_path / "out" / "a.tsv")] == ["Il treno parte alle nove."]


def test_a_record_that_a_kill_cut_short_is_gone_on_with(tmp_path: Path) -> None:
    table = tmp_path / "sub" / "a.tsv"
    table.parent.mkdir()
    table.write_text("id\tsource\n", encoding="utf-8")
    Record(tmp_path).note([table])
    [file] = (tmp_path / ".afronte" / "written").iterdir()
    with file.open("a", encoding="utf-8") as lines:
        lines.write("0a1b2c sub/")
    assert Record(tmp_path).untouched([table])
    table.write_text("id\tsource\ttarget\n", encoding="utf-8")
    assert not Record(tmp_path).untouched([table])
    Record(tmp_path).note([table])
    assert Record(tmp_path).untouched([table])


NASTY = [
    "</s>", ">>en<<", "<pad> <unk>", "\x00\x00", " " * 500, "\u202eoidar\u202c", "😀👨\u200d👩", "«“\"'", "&nbsp;&egrave;",
    "1.000.000,50", "...", "-" * 60, "Это предложение.", "这是一个测试。", "هذه جملة.", "The house is big.", "perchÃ©",
    "a\u0301e\u0300", "\ufeff", "\u2028", "\r\n\r\n", "\n\n", "\t", "SOPRATTUTTO TUTTO MAIUSCOLO", "Il sindaco ha firmato.",
    "la strada è chiusaIl ponte no.", "x" * 400, "=SUM(A1)", "(Foto: Ansa)", "- a) iv)",
]  # fmt: skip


def _without_blanks(text: str) -> str:
    return "".join(text.replace("&nbsp;", " ").split())


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=40)), min_size=1, max_size=12).map(" ".join),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_any_text_goes_through_and_nothing_of_it_is_lost(text: str, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.txt"), Path(folder, "a.tsv")
        data = text.encode(encoding, "surrogatepass")
        source.write_bytes(data)
        job = Job([str(source)], str(target), False, False, "bundled", "ctranslate2", "cpu", "auto", 1, "text", Fields())
        code = run(job, level=0)
        try:
            read, _ = decode(data)
        except Unreadable:
            read = ""
        if not read.strip():
            assert code == 1 and not target.exists()
            return
        assert code == 0
        rows = list(read_table(target))
        assert "".join(map(_without_blanks, (row.source for row in rows))) == _without_blanks(read)
        assert all(row.target or "empty" in row.flags for row in rows if any(c.isalpha() for c in row.source))


@pytest.mark.slow
def test_a_folder_of_nasty_files_is_done_or_said(tmp_path: Path) -> None:
    sample = (SAMPLES / "biblioteca.txt").read_text(encoding="utf-8")
    words = list(dict.fromkeys(word for word in sample.split() if word.isalpha()))[:60]
    nasty: dict[str, bytes] = {
        "line.txt": (" ".join(sample.split()) * (10_000_000 // len(sample.encode()))).encode(),
        "words.txt": "\n".join(words[i % len(words)] for i in range(100_000)).encode(),
        "deep.html": b"<html><body>" + b"<div>" * 20_000 + sample.encode() + b"</div>" * 20_000,
        "broken.txt": sample.encode()[:400] + b"\xff\xfe\xc3" + sample.encode()[400:],
        "blanks.txt": b"Il mare" + b" " * 5_000 + "è calmo.".encode(),
        "nul.txt": "Il mare è\0 calmo.\0\0".encode(),
        "empty.txt": b"",
        "spaces.txt": b" \n\t\n" * 1_000,
        "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "tokens.txt": b">>en<< Il tag </s> chiude la riga. <pad><unk>",
        "left.txt": "\u202eIl mare è calmo.\u202c \u200fEcco.".encode(),
        "tongues.txt": "\n\n".join(text for text in NASTY if "." in text or "。" in text).encode(),
        "lines.jsonl": b'{"text": "Il mare \\ud800 calmo."}\n{"text": 3}\n[[[\n{"id": {"a": 1}, "text": "Uno."}\n'
        + b"[" * 100_000,
    }
    (tmp_path / "in").mkdir()
    for name, data in nasty.items():
        (tmp_path / "in" / name).write_bytes(data)
    # A small process between, since a child's peak begins with its parent's memory.
    shim = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    command = [sys.executable, "-c", shim, COMMAND, "translate", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--beam", "1"]
    result = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    said = result.stderr.decode()
    assert result.returncode == 1 and "Traceback" not in said, said
    for name in nasty:
        stem = name.split(".")[0]
        done = list((tmp_path / "out").glob(f"{stem}*.tsv"))
        assert done or f"{name}: " in said or f"{name}, line" in said, name
    assert int(result.stdout) < 1_000_000 or sys.platform == "darwin"  # KiB
    rows = list(read_table(tmp_path / "out" / "line.tsv"))
    assert "".join("".join(row.source.split()) for row in rows) == "".join(nasty["line.txt"].decode().split())
    assert len(list(read_table(tmp_path / "out" / "words.tsv"))) == 100_000
    shutil.rmtree(tmp_path / "out")
