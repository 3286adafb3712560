"""Sentences are spans of the text; nothing gets lost between them."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from translate.article import Document, Sentence
from translate.reading import paragraphs
from translate.sentences import cut, split

CASES = [
    line
    for line in Path(__file__).with_name("boundaries.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("case", CASES)
def test_boundaries(case: str) -> None:
    text = case.replace(" | ", " ").replace("|", "")
    assert [text[a:b] for a, b in split(text)] == [part.strip() for part in case.split("|")]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 93


@given(st.text(alphabet=st.sampled_from("aB è.?!…»«”“'\n\t\u00a0 0123,;:()-—@/<>&€\U0001f600")))
@example("")
@example(" \n\n . \n")
def test_the_pieces_joined_are_the_text(text: str) -> None:
    article = cut(Document("a", text, tuple(paragraphs(text))), "a")
    pieces = list(article.pieces())
    assert "".join(piece.text if isinstance(piece, Sentence) else piece for piece in pieces) == text
    for piece in pieces:
        if isinstance(piece, Sentence):
            assert piece.text == text[piece.start : piece.end] == piece.text.strip() != ""
        else:
            assert piece.isspace()


DEVELOPMENT = Path(__file__).parents[2] / "shared" / "data" / "dev"
SCORER = Path(__file__).parents[2] / "shared" / "tools" / "score_sentences.py"


@pytest.mark.skipif(not SCORER.exists(), reason="the development sets are not beside the checkout")
@pytest.mark.parametrize("treebank", ["isdt", "vit"])
def test_boundaries_of_the_treebanks(treebank: str, tmp_path: Path) -> None:
    gold = DEVELOPMENT / f"sentences-{treebank}-dev.txt"
    run = subprocess.run([sys.executable, SCORER, "--paragraphs", gold], capture_output=True, text=True, check=True)
    paragraphs_ = [line for line in run.stdout.split("\n\n") if line]
    lines = [text[a:b] for text in paragraphs_ for a, b in split(text)]
    (tmp_path / "found").write_text("\n".join(lines) + "\n", encoding="utf-8")
    scored = subprocess.run([sys.executable, SCORER, gold, tmp_path / "found"], capture_output=True, text=True, check=True)
    assert float(scored.stdout.split("f1=")[1].split()[0]) >= 0.985


def test_time_is_linear_in_the_text() -> None:
    text = "Il treno delle 18.30 è in ritardo; nessuno sa perché (forse nevica). “Aspettiamo”, dice l’on. Rossi... "

    def seconds(copies: int) -> float:
        began = time.perf_counter()
        split(text * copies)
        return time.perf_counter() - began

    seconds(100)
    small, large = min(seconds(1000) for _ in range(3)), min(seconds(10_000) for _ in range(2))
    assert large < 20 * small
    assert large < 60 * len(text.encode()) * 10_000 / 20e6  # 20 MB a minute


def test_one_endless_line_without_marks_takes_no_time() -> None:
    began = time.perf_counter()
    assert len(split("parola; " * 200_000 + "(" * 100_000)) >= 1
    assert time.perf_counter() - began < 5


def test_ids_count_paragraphs_and_sentences() -> None:
    text = "Titolo\n\nUno. Due.\n\nTre."
    article = cut(Document("a", text, tuple(paragraphs(text))), "a")
    assert [(s.id, s.text) for s in article.sentences] == [
        ("p01s01", "Titolo"),
        ("p02s01", "Uno."),
        ("p02s02", "Due."),
        ("p03s01", "Tre."),
    ]
