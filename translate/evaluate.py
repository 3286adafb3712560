"""BLEU and chrF of translations against references, by sacrebleu, with confidence intervals and signatures."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = 1000


class TestSetError(Exception):
    """A test set that cannot be used; the message says why and what would mend it."""


@dataclass(frozen=True)
class Score:
    """One metric's value for one system, 0 to 100.

    `margin` is half of the 95 % confidence interval over SAMPLES bootstrap samples; `p` the chance that the difference
    to the first system is an accident (paired bootstrap, Koehn 2004), None for the first. `signature` is sacrebleu's: it
    reproduces the score.
    """

    system: str
    metric: str
    value: float
    margin: float
    p: float | None
    signature: str


def read_set(source: Path, reference: Path | None) -> tuple[list[str], list[str]]:
    """(Italian, English) lines: of two plain files, one sentence a line, or of a table with columns `it` and `en`.

    Raises TestSetError where they do not fit together, OSError where they cannot be read.
    """
    if reference is not None:
        lines = [path.read_text(encoding="utf-8-sig").splitlines() for path in (source, reference)]
        if len(lines[0]) != len(lines[1]):
            raise TestSetError(
                f"{source} has {len(lines[0])} lines and {reference} {len(lines[1])}; both need one sentence a line"
            )
        return lines[0], lines[1]
    csv.field_size_limit(sys.maxsize)
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or not {"it", "en"} <= set(rows[0]):
        raise TestSetError(f"{source}: no columns it and en; name a second file with the references, or a table that has both")
    return [row["it"] or "" for row in rows], [row["en"] or "" for row in rows]


def read_named_set(name: str) -> tuple[list[str], list[str]]:
    """As `read_set`, of a name that is a table, or what PREFIX.it and PREFIX.en have in common."""
    path = Path(name)
    return read_set(path, None) if path.is_file() else read_set(Path(f"{name}.it"), Path(f"{name}.en"))


def score(systems: Sequence[tuple[str, Sequence[str]]], references: Sequence[str]) -> Iterator[Score]:
    """BLEU and chrF of each system, a name and its hypotheses; all but the first are held against it.

    Raises TestSetError where there is nothing to score.
    """
    from sacrebleu import BLEU, CHRF
    from sacrebleu.significance import PairedTest

    if not references:
        raise TestSetError("the test set is empty")
    metrics: dict[str, Any] = {"BLEU": BLEU(), "chrF": CHRF()}
    if len(systems) == 1:
        name, hypotheses = systems[0]
        for metric, scorer in metrics.items():
            found: Any = scorer.corpus_score(list(hypotheses), [list(references)], n_bootstrap=SAMPLES)
            yield Score(name, metric, found.score, found._ci, None, str(scorer.get_signature()))
        return
    test = PairedTest([(name, list(lines)) for name, lines in systems], metrics, [list(references)], "bs", SAMPLES)
    signatures, scores = test()
    # Its keys carry the metrics' parameters (`chrF2`); they come in the order of `metrics`, after the systems' names.
    for metric, key in zip(metrics, list(scores)[1:], strict=True):
        for (name, _), result in zip(systems, scores[key], strict=True):
            found = result
            yield Score(name, metric, found.score, found.ci or 0.0, found.p_value, str(signatures[key]))
