"""Scores of models and tables on test sets, as sacrebleu gives them."""

from pathlib import Path

import pytest
import sacrebleu
from conftest import Run

from corpus.pair import Pair
from corpus.table import write_table
from translate.evaluate import score

ENGLISH = ["The government has decided to wait.", "The train leaves at six.", "Nobody knows why the door is open."]
OTHER = ["The government decided to wait.", "The train starts at six.", "Nobody knows why this door is open."]


def test_scores_are_sacrebleus_own() -> None:
    bleu, chrf = score([("a", OTHER)], ENGLISH)
    assert bleu.value == sacrebleu.corpus_bleu(OTHER, [ENGLISH]).score
    assert chrf.value == sacrebleu.corpus_chrf(OTHER, [ENGLISH]).score
    assert bleu.margin > 0 and bleu.p is None
    assert "tok:13a" in bleu.signature and "nc:6" in chrf.signature


def test_a_second_system_is_held_against_the_first() -> None:
    scores = {(s.system, s.metric): s for s in score([("a", OTHER * 20), ("b", ENGLISH * 20)], ENGLISH * 20)}
    assert scores["b", "BLEU"].value == pytest.approx(100)
    assert scores["a", "BLEU"].p is None
    assert (scores["b", "BLEU"].p or 0) < 0.05


def test_the_command_scores_models_and_tables(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "a.it").write_text("Il governo ha deciso.\nIl treno parte alle sei.\n", encoding="utf-8")
    (tmp_path / "a.en").write_text("The government has decided.\nThe train leaves at six.\n", encoding="utf-8")
    result = afronte(["evaluate", tmp_path / "a.it", tmp_path / "a.en", "--beam", "1"])
    lines = result.stdout.splitlines()
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in lines] == ["BLEU", "chrF", "BLEU", "chrF"]
    assert "bundled" in lines[0] and "tok:13a" in lines[2]
    (tmp_path / "a.tsv").write_text("it\ten\nIl governo ha deciso.\tThe government has decided.\n", encoding="utf-8")
    write_table(tmp_path / "t.tsv", [Pair("a#p01s01", "Il governo ha deciso.", "The government has decided.")])
    table = afronte(["evaluate", tmp_path / "a.tsv", "--table", tmp_path / "t.tsv"])
    assert table.stdout.startswith("BLEU  100.0")


def test_what_does_not_fit_is_one_line(afronte: Run, tmp_path: Path) -> None:
    (tmp_path / "a.it").write_text("Uno.\nDue.\n")
    (tmp_path / "a.en").write_text("One.\n")
    uneven = afronte(["evaluate", tmp_path / "a.it", tmp_path / "a.en"])
    assert uneven.returncode == 1 and "has 2 lines and" in uneven.stderr and "Traceback" not in uneven.stderr
    assert "no columns it and en" in afronte(["evaluate", tmp_path / "a.it"]).stderr
    assert afronte(["evaluate", tmp_path / "none"]).returncode == 2
