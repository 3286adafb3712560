"""The command as a user runs it: real processes, real files, the bundled model."""

import csv
import fcntl
import io
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, Run

from corpus.table import read_table
from translate.reading import paragraphs
from translate.sentences import split

COMMAND = Path(sys.executable).with_name("afronte")


def test_a_table_and_a_text_for_each_article(afronte: Run, tmp_path: Path) -> None:
    result = afronte(["translate", SAMPLES, "-o", tmp_path / "out", "--text"])
    assert (result.returncode, result.stdout) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == [
        f"{name}{ending}" for name in ("biblioteca", "ghiacciaio", "traghetto") for ending in (".en.txt", ".tsv")
    ]
    pairs = list(read_table(tmp_path / "out" / "biblioteca.tsv"))
    assert [pair.id for pair in pairs[:3]] == ["biblioteca#p01s01", "biblioteca#p02s01", "biblioteca#p02s02"]
    assert pairs[0].source == "La biblioteca che presta le sementi"
    assert all(pair.target and pair.score is not None and 0 <= pair.score <= 100 for pair in pairs)
    assert all((pair.shape, pair.status, pair.note) == ("1x1", "", "") for pair in pairs)
    english = (tmp_path / "out" / "biblioteca.en.txt").read_text(encoding="utf-8")
    assert english.count("\n\n") + 1 == 9
    assert english.split("\n\n")[0] == pairs[0].target
    assert re.search(r"biblioteca: \d+ sentences, mean score \d+\n", result.stderr)
    assert re.search(r"3 articles, \d+ sentences, [\d.]+ sentences/s\n$", result.stderr)


def test_a_second_run_does_nothing_and_says_so(afronte: Run, tmp_path: Path) -> None:
    arguments = ["translate", SAMPLES / "biblioteca.txt", "-o", tmp_path]
    afronte(arguments)
    table = tmp_path / "biblioteca.tsv"
    table.write_bytes(table.read_bytes().replace(b"\t1x1\t\t\t", b"\t1x1\t\tedited\t", 1))
    edited = table.read_bytes()
    result = afronte(arguments)
    assert (result.returncode, table.read_bytes()) == (0, edited)
    assert result.stderr == "0 articles, 0 sentences; 1 article done before and kept (--force translates again)\n"
    assert afronte([*arguments, "--force"]).returncode == 0
    assert table.read_bytes() != edited


def test_two_inputs_of_one_name_do_not_overwrite_each_other(afronte: Run, tmp_path: Path) -> None:
    for folder, text in (("roma", "Piove."), ("milano", "Nevica.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "meteo.txt").write_text(text)
    (tmp_path / "roma" / "meteo.md").write_text("Grandina.")
    result = afronte(["translate", *sorted(tmp_path.glob("*/meteo.*")), "-o", tmp_path / "out", "-q"])
    assert (result.returncode, result.stderr) == (0, "")
    found = {path.name: next(read_table(path)).source for path in (tmp_path / "out").glob("[!.]*")}
    assert found == {"milano-meteo-txt.tsv": "Nevica.", "roma-meteo-txt.tsv": "Piove.", "roma-meteo-md.tsv": "Grandina."}


def test_subfolders_are_kept(afronte: Run, tmp_path: Path) -> None:
    for name in ("cronaca/oggi.txt", "sport/oggi.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text("Oggi piove.")
    afronte(["translate", tmp_path / "in", "-o", tmp_path / "out"])
    assert next(read_table(tmp_path / "out" / "cronaca" / "oggi.tsv")).id == "cronaca/oggi#p01s01"
    assert (tmp_path / "out" / "sport" / "oggi.tsv").exists()


def test_standard_input_to_standard_output(afronte: Run) -> None:
    result = afronte(["translate", "-"], stdin="Il treno parte alle 18.30. “Arriva”, dice.\n".encode())
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t"))
    assert result.returncode == 0 and not result.stdout.startswith("\ufeff")
    assert [(row["id"], row["source"]) for row in rows] == [
        ("stdin#p01s01", "Il treno parte alle 18.30."),
        ("stdin#p01s02", "“Arriva”, dice."),
    ]


def test_english_alone_by_pipe(afronte: Run) -> None:
    result = afronte(["translate", "-", "--text", "-q"], stdin="Buongiorno.\n\nBuonasera.".encode("utf-16"))
    assert len(result.stdout.split("\n\n")) == 2 and result.stdout.endswith("\n")


def test_one_table_for_all_articles_of_json_lines(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "x", "text": "Uno."}\n{"id": "x", "text": "Due."}\n{"id": "../y", "text": "Tre."}\n'
    )
    assert afronte(["translate", tmp_path / "a.jsonl", "-o", tmp_path / "all.tsv", "--text"]).returncode == 0
    assert [pair.id for pair in read_table(tmp_path / "all.tsv")] == ["x#p01s01", "x-2#p01s01", "y#p01s01"]
    assert len((tmp_path / "all.en.txt").read_text().split("\n\n")) == 3
    before = (tmp_path / "all.tsv").read_bytes()
    again = afronte(["translate", tmp_path / "a.jsonl", "-o", tmp_path / "all.tsv"])
    assert again.returncode == 1 and "all.tsv is there already and is kept" in again.stderr
    assert (tmp_path / "all.tsv").read_bytes() == before
    afronte(["translate", tmp_path / "a.jsonl", "-o", tmp_path / "out"])
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["x-2.tsv", "x.tsv", "y.tsv"]


def test_bad_inputs_are_a_line_each_and_cost_the_others_nothing(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Buongiorno.")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "latin.txt").write_bytes("Perché no?".encode("latin-1"))
    (tmp_path / "folder").mkdir()
    names = ["empty.txt", "missing.txt", "binary.txt", "folder", "good.txt", "latin.txt"]
    result = afronte(["translate", *(tmp_path / name for name in names), "-o", tmp_path / "out"])
    assert result.returncode == 1 and "Traceback" not in result.stderr
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert [line.replace(str(tmp_path) + os.sep, "") for line in errors] == [
        "error: folder: no articles in this folder (looked for .txt .text .md .html .htm .xhtml .jsonl .ndjson); "
        "name files of other endings one by one",
        "error: empty.txt: empty; nothing to translate",
        "error: missing.txt: cannot be read (No such file or directory); check the name and the permissions",
        "error: binary.txt: not a text file; convert it to plain text or HTML first",
    ]
    assert f"{tmp_path}/latin.txt: read as cp1252" in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["good.tsv", "latin.tsv"]
    assert "; 4 inputs failed, see above" in result.stderr


def test_sentences_alone_by_line_and_as_a_table(afronte: Run, tmp_path: Path) -> None:
    text = "Il treno parte alle 18.30. “Arriva”, dice\nl’on. Rossi.\n\nFine."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    lines = afronte(["segment", tmp_path / "a.txt", tmp_path / "none.txt"])
    assert lines.stdout == "Il treno parte alle 18.30.\n“Arriva”, dice l’on. Rossi.\n\nFine.\n\n"
    assert lines.returncode == 1 and "none.txt: cannot be read" in lines.stderr
    rows = [line.split("\t") for line in afronte(["segment", "--table", tmp_path / "a.txt"]).stdout.splitlines()]
    assert rows[0] == ["id", "start", "end", "sentence", "mended", "flags"]
    assert [text[int(start) : int(end)] for _, start, end, *_ in rows[1:]] == [
        "Il treno parte alle 18.30.",
        "“Arriva”, dice\nl’on. Rossi.",
        "Fine.",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["translate"], "Missing argument 'INPUT...'"),
        (["translate", "x", "--beam", "0"], "0 is not in the range 1<=x<=32"),
        (["translate", "x", "-o", "x.xlsx"], "afronte writes .tsv tables"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], said: str, afronte: Run) -> None:
    result = afronte(arguments)
    assert result.returncode == 2 and said in result.stderr


def test_a_folder_that_cannot_be_written_is_one_line(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = afronte(["translate", SAMPLES / "biblioteca.txt", "-o", tmp_path / "file" / "out"])
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert f"error: cannot write to {tmp_path}/file/out" in result.stderr


def test_the_users_config_gives_defaults(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('model = "./nowhere"\n')
    env = {"AFRONTE_CONFIG": str(tmp_path / "config.toml")}
    assert "error: ./nowhere: no such folder" in afronte(["translate", "-"], stdin=b"Ciao.", env=env).stderr
    assert afronte(["translate", "-", "--model", "bundled"], stdin=b"Ciao.", env=env).returncode == 0
    assert afronte(["translate", "-"], stdin=b"Ciao.", env={**env, "AFRONTE_MODEL": "bundled"}).returncode == 0
    (tmp_path / "config.toml").write_text("model = \n")
    broken = afronte(["translate", "-"], stdin=b"Ciao.", env=env)
    assert broken.returncode == 2 and "mend the file or move it away" in broken.stderr


def test_help_is_quick_and_shows_an_example(afronte: Run) -> None:
    assert "afronte translate articles/ -o out/" in afronte(["translate", "--help"]).stdout
    times = []
    for _ in range(5):
        began = time.perf_counter()
        afronte(["--help"])
        times.append(time.perf_counter() - began)
    assert min(times) < 0.2


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_torch_is_imported_by_the_reference_engine_alone(engine: str, tmp_path: Path) -> None:
    code = (
        "import sys; from translate.translator import Translator; t = Translator(engine=sys.argv[1]); t.translate('Ciao.');"
        "print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, "ctranslate2"], check=True, capture_output=True, cwd=ROOT)  # converts
    result = subprocess.run([sys.executable, "-c", code, engine], check=True, capture_output=True, text=True, cwd=ROOT)
    assert result.stdout == ("False False\n" if engine == "ctranslate2" else "True True\n")


@pytest.mark.slow
def test_ctrl_c_ends_soon_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    text = (SAMPLES / "biblioteca.txt").read_text(encoding="utf-8")
    sentences = sum(len(split(text[a:b])) for a, b in paragraphs(text))
    lines = "".join(f'{{"id": "a{i}", "text": {json_string(text)}}}\n' for i in range(800))
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    process = subprocess.Popen(
        [COMMAND, "translate", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out"), "--beam", "1"],
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        time.sleep(0.1)
        if len(list((tmp_path / "out").glob("*.tsv"))) > 3:
            break
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - began < 4  # within two seconds on a machine that does nothing else
    assert process.returncode == 130
    assert said.endswith("interrupted: finished articles are kept, and the same command goes on from there\n")
    assert not list((tmp_path / "out").glob(".*.part"))
    assert all(len(list(read_table(table))) == sentences for table in (tmp_path / "out").glob("*.tsv"))


def json_string(text: str) -> str:
    """`text` as a JSON string."""
    import json

    return json.dumps(text, ensure_ascii=False)


def test_on_a_terminal_there_is_a_bar(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = subprocess.Popen([COMMAND, "translate", str(SAMPLES), "-o", str(tmp_path)], stderr=theirs, close_fds=True)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    assert process.wait() == 0
    assert re.search(rb"\d+%\|.*\|.*<.*sentences/s", shown)
    assert b"3 articles" in shown
