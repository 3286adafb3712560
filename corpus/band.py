"""Where to look for an alignment: a band around a coarse one, so that work grows with the length of the texts."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.encoder import Matrix
from corpus.runs import unit

# For each number of left sentences used up (0 to n), the lowest and the highest number of right ones to consider.
Band: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
# Sentences on a side up to which all of the plane is looked at, the most groups of sentences of the coarse plane, and the
# width of the band, in sentences each way.
_SMALL = 100
_COARSE = 600
_REACH = 30


def band(left: Matrix, right: Matrix) -> Band:
    """The band for texts whose sentences have the vectors `left` (n, width) and `right` (m, width)."""
    n, m = len(left), len(right)
    if max(n, m) <= _SMALL:
        return np.zeros(n + 1, np.int64), np.full(n + 1, m, np.int64)
    # Groups of sentences instead of sentences: a small plane, gone through whole.
    step = -(-max(n, m) // _COARSE)
    groups = [unit(np.add.reduceat(side, np.arange(0, len(side), step), axis=0)) for side in (left, right)]
    path = _path(*groups) * step
    reach = _REACH + 2 * step
    low, high = np.full(n + 1, m, np.int64), np.zeros(n + 1, np.int64)
    for (i, j), (k, last) in pairwise(path):
        rows = slice(max(0, i - reach), min(n, k + reach) + 1)
        low[rows] = np.minimum(low[rows], max(0, j - reach))
        high[rows] = np.maximum(high[rows], min(m, last + reach))
    low[0], high[-1] = 0, m
    return np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high)


def _path(left: Matrix, right: Matrix) -> NDArray[np.int64]:
    """Points (left, right) of the cheapest way through groups of sentences, one to one or skipped."""
    near = left @ right.T
    background = (near.mean(axis=1)[:, None] + near.mean(axis=0)[None]) / 2
    gain = near - background
    # What a chance pair gains is nothing: a step has to be worth more than its spread.
    gain = gain - gain.std()
    n, m = gain.shape
    best = np.zeros((n + 1, m + 1), np.float32)
    for i in range(1, n + 1):
        row = best[i - 1].copy()
        row[1:] = np.maximum(row[1:], best[i - 1, :-1] + gain[i - 1])
        best[i] = np.maximum.accumulate(row)
    i, j = n, m
    points = [(n, m)]
    while i and j:
        if best[i, j] == best[i, j - 1]:
            j -= 1
        elif best[i, j] == best[i - 1, j]:
            i -= 1
        else:
            i, j = i - 1, j - 1
        points.append((i, j))
    points.append((0, 0))
    return np.array(points[::-1], np.int64)
