"""A Ray cluster gives what one machine gives, also when a worker is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_robustness import article

from translate import cluster
from translate.reading import Fields
from translate.run import Job, run

ray = pytest.importorskip("ray")


@pytest.fixture
def two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A job of 240 articles for two workers, in some twenty shards."""
    monkeypatch.setattr(cluster, "_SHARD", 5_000)
    monkeypatch.setenv("AFRONTE_MEMORY", str(tmp_path / "cluster.sqlite"))
    (tmp_path / "in").mkdir()
    for i in range(180):
        (tmp_path / "in" / f"a{i:03}.txt").write_text(article(i), encoding="utf-8")
    # One id twice: the second gets a number, whichever worker has it.
    lines = [json.dumps({"id": f"b{i % 59}", "text": article(1000 + i)}) for i in range(60)]
    lines[5] = json.dumps({"id": "b5", "text": "PerchÃ© il porto Ã¨ chiuso?"}, ensure_ascii=False)
    (tmp_path / "in" / "b.jsonl").write_text("\n".join(lines) + "\n{broken\n", encoding="utf-8")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    yield Job(
        [str(tmp_path / "in")], str(tmp_path / "out"), False, False, "bundled", "ctranslate2", "cpu", "auto", 1, "auto", Fields(),
        cluster="auto", workers=2,
    )  # fmt: skip
    ray.shutdown()


def tables(folder: Path) -> dict[str, bytes]:
    """What a folder holds, hidden manifests aside."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def workers() -> list[int]:
    """Processes that hold a translator."""
    found = subprocess.run(["pgrep", "-f", "^ray::Worker"], capture_output=True, text=True, check=False).stdout
    return [int(pid) for pid in found.split()]


@pytest.mark.slow
def test_a_cluster_with_a_killed_worker_gives_what_one_machine_gives(
    two_workers: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    killed: list[int] = []

    def kill() -> None:
        while len(list((tmp_path / "out").glob("*.tsv"))) < 20:
            time.sleep(0.02)
        killed.append(workers()[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert run(two_workers, level=1) == 1  # for the broken line
    killer.join()
    said = capsys.readouterr().err
    assert killed and killed[0] not in workers()
    assert "by 2 workers with 1 cores each" in said and "b.jsonl, line 61: not JSON" in said
    found = tables(tmp_path / "out")
    assert len(found) == 240 and "b0-2.tsv" in found

    monkeypatch.setenv("AFRONTE_MEMORY", str(tmp_path / "alone.sqlite"))
    assert run(replace(two_workers, output=str(tmp_path / "alone"), cluster=None), level=0) == 1
    assert found == tables(tmp_path / "alone")

    # Again: all shards but the one with the broken line are known to be done, and no table is touched.
    (tmp_path / "out" / "a000.tsv").write_bytes(found["a000.tsv"].replace(b"\t\t\r\n", b"\tok\t\r\n"))
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.tsv")}
    assert run(two_workers, level=1) == 1
    said = capsys.readouterr().err
    assert "\n1 of " in f"\n{said}" and "240 articles done before and kept" in said
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.tsv")} == before


@pytest.mark.parametrize(
    ("output", "inputs", "said"),
    [
        ("-", ["x.txt"], "--cluster writes a table for each article: name a folder"),
        ("out.tsv", ["x.txt"], "--cluster writes a table for each article: name a folder"),
        ("out", ["-"], "--cluster reads files that all machines see, not standard input"),
    ],
)
def test_what_a_cluster_cannot_do_is_one_line(
    output: str, inputs: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.txt").write_text("Ciao.")
    job = Job(
        inputs,
        output,
        False,
        False,
        "bundled",
        "ctranslate2",
        "cpu",
        "auto",
        1,
        "auto",
        Fields(),
        cluster="127.0.0.1:1",
        workers=2,
    )
    assert run(job, level=0) == 1
    assert said in capsys.readouterr().err
