"""Which rows are most worth a reviewer's time, and a random share by which to judge the rest."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from corpus.pair import Pair

# What one flag adds to a row's doubt, in the percents of score and adequacy.
_FLAG = 20


def draw(pairs: Sequence[Pair], count: int, random_share: float, seed: int) -> list[Pair]:
    """At most `count` rows that nobody has reviewed, in their order, each with `drawn` set.

    `random_share` (0 to 1) of them come by lot from all such rows, `random`; the others are the most doubtful of what is
    left, `doubtful`. The same seed and rows give the same sample.
    """
    open_rows = [i for i, pair in enumerate(pairs) if not pair.status]
    count = min(count, len(open_rows))
    by_lot = set(random.Random(seed).sample(open_rows, round(count * random_share)))
    rest = sorted((i for i in open_rows if i not in by_lot), key=lambda i: (-doubt(pairs[i]), i))
    doubtful = set(rest[: count - len(by_lot)])
    return [
        replace(pair, drawn="random" if i in by_lot else "doubtful")
        for i, pair in enumerate(pairs)
        if i in by_lot or i in doubtful
    ]


def doubt(pair: Pair) -> int:
    """How doubtful a row is: what it lacks to full score or adequacy, the lower of the two, and its flags."""
    measured = [value for value in (pair.score, pair.adequacy) if value is not None]
    return 100 - min(measured, default=50) + _FLAG * len(pair.flags)
