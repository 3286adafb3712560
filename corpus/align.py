"""Two lists of sentences to beads: which sentences of one text say what which of the other say.

Each run of one to four sentences of either side has a vector of its meaning (an encoder's) beside one of the words it shares
with the other text. A bead costs the distance of its two runs, held against the distance to runs from anywhere in the
other text (Thompson & Koehn 2019), the disagreement of their lengths, and a little for every sentence beyond one to one. A
dynamic program finds the cheapest way to line the texts up, and how likely each of its beads is among all ways. It runs in a band
around a coarse alignment, so that time and memory grow with the length of the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.encoder import Encoder, Matrix
from corpus.similarity import shared_words

Array = NDArray[Any]
Shape = tuple[int, int]
_NEVER = -1e12
# So many sentences of no meaning at all stand beside each text when its means are taken.
_FEW = 5
# How a place was reached other than by a bead of two sides.
_LONE_LEFT, _LONE_RIGHT = -1, -2
# For each row the beads that begin there: shape, first place, a value for that place and each one after.
_Odds: TypeAlias = "list[list[tuple[Shape, int, Array]]]"


@dataclass(frozen=True)
class Settings:
    """What the costs are made of; the defaults were chosen on Text+Berg's development article and Italian-English beds.

    `words` is the weight of shared words beside meaning, `floor` how much has to be shared to count in full, `spread` the
    share of their weight that any two runs are taken to lack, `ngram` and `commonest` as in `shared_words`, `centre` how far
    each text's mean meaning is taken away, `length` the weight of lengths that disagree, `more` the cost of each sentence
    beyond one to one, `skip` that of a sentence left alone, `heat` what costs are divided by to be log-odds. `longest`
    bounds the sentences on a side of a bead, `most` those on both.
    """

    words: float = 0.2
    floor: float = 0.77
    spread: float = 0.37
    ngram: int = 3
    commonest: float = 0.02
    centre: float = 1.0
    length: float = 0.53
    more: float = 0.215
    skip: float = 0.424
    heat: float = 0.05
    longest: int = 4
    most: int = 6

    @property
    def shapes(self) -> list[Shape]:
        """The shapes of beads with both sides, one to one first."""
        sizes = range(1, self.longest + 1)
        return sorted(((a, b) for a in sizes for b in sizes if a + b <= self.most), key=lambda shape: (sum(shape), shape))


@dataclass(frozen=True)
class Bead:
    """Sentences of the left text that answer sentences of the right one, by number from 0; one side may be empty.

    `chance` is how likely the bead is among all alignments, 0 to 1.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    chance: float


def align(
    left: Sequence[str],
    right: Sequence[str],
    encoder: Encoder,
    settings: Settings | None = None,
    left_words: Sequence[str] | None = None,
) -> list[Bead]:
    """The beads of two texts, in order, each sentence in one of them. Deterministic.

    `left_words`, where given, are the left sentences as they would read in the right text's language: a translation, by
    which more words are shared.
    """
    settings = settings or Settings()
    if not left or not right:
        return [Bead((i,), (), 1.0) for i in range(len(left))] + [Bead((), (j,), 1.0) for j in range(len(right))]
    sides = _Sides.of(left, right, left_words or left, encoder, settings)
    band = _band(sides)
    table = _Table(sides, band, settings)
    return list(table.beads())


@dataclass(frozen=True)
class _Sides:
    """Vectors of all runs of both texts, their mean distance from anything in the other text, and their lengths.

    Entry k-1 of each list is about runs of k sentences, by their first.
    """

    left: list[Matrix]
    right: list[Matrix]
    left_far: list[Array]
    right_far: list[Array]
    left_length: list[Array]
    right_length: list[Array]
    whole: float

    @classmethod
    def of(
        cls, left: Sequence[str], right: Sequence[str], left_words: Sequence[str], encoder: Encoder, settings: Settings
    ) -> _Sides:
        width = 512 if max(len(left), len(right)) < 3000 else 256
        shared = shared_words(left_words, right, settings.ngram, width, settings.commonest)
        runs = []
        for side, words in zip((left, right), shared, strict=True):
            meanings = encoder.spans(side, settings.longest)
            # The mean of a few sentences is those sentences: it counts the more, the more there are.
            centre = settings.centre * len(side) / (len(side) + _FEW) * meanings[0].mean(axis=0)
            runs.append([np.hstack([_unit(m - centre), settings.words**0.5 * _words(words, k, settings.floor)])
                         for k, m in enumerate(meanings, 1)])  # fmt: skip
        whole = 1 + settings.words * settings.spread
        # Held against a sample of the other text, the same one each time.
        samples = [side[0][np.linspace(0, len(side[0]) - 1, min(400, len(side[0]))).astype(int)] for side in runs]
        far = [
            [whole - (m @ other.T).sum(axis=1) / (len(other) + _FEW) for m in side]
            for side, other in zip(runs, reversed(samples), strict=True)
        ]
        lengths = [_lengths(side, settings.longest) for side in (left, right)]
        # Where much is missing on one side the totals say nothing about the languages.
        ratio = min(1.33, max(0.75, float(lengths[1][0].sum()) / max(1.0, float(lengths[0][0].sum()))))
        return cls(runs[0], runs[1], far[0], far[1], [ratio * length for length in lengths[0]], lengths[1], whole)


def _unit(vectors: Matrix) -> Matrix:
    found: Matrix = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return found


def _words(vectors: Matrix, k: int, floor: float) -> Matrix:
    """Sums over runs of k sentences, nearly of length 1 where there is much to share."""
    n = len(vectors) - k + 1
    if n <= 0:
        return vectors[:0]
    total = sum(vectors[i : n + i] for i in range(k))
    found: Matrix = total / (np.linalg.norm(total, axis=1, keepdims=True) + floor)
    return found.astype(np.float32)


def _lengths(sentences: Sequence[str], longest: int) -> list[Array]:
    """Characters of runs of 1 to `longest` sentences."""
    total = np.concatenate([[0], np.cumsum([len(sentence) for sentence in sentences])]).astype(np.float32)
    return [total[k:] - total[:-k] for k in range(1, longest + 1)]


# --- where to look --------------------------------------------------------------------------------------------------------

# Sentences on a side up to which all of the plane is looked at, and the width of the band beyond, in sentences each way.
_SMALL = 1000
_COARSE = 600
_REACH = 30


def _band(sides: _Sides) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each number of left sentences used up (0 to n), the lowest and highest number of right ones to consider."""
    n, m = len(sides.left[0]), len(sides.right[0])
    if max(n, m) <= _SMALL:
        return np.zeros(n + 1, np.int64), np.full(n + 1, m, np.int64)
    # Groups of sentences instead of sentences: a small plane, gone through whole.
    step = -(-max(n, m) // _COARSE)
    left, right = (
        _unit(np.add.reduceat(side[0], np.arange(0, len(side[0]), step), axis=0)) for side in (sides.left, sides.right)
    )
    path = _coarse_path(left, right) * step
    reach = _REACH + 2 * step
    low, high = np.full(n + 1, m, np.int64), np.zeros(n + 1, np.int64)
    for (i, j), (k, last) in pairwise(path):
        rows = slice(max(0, i - reach), min(n, k + reach) + 1)
        low[rows] = np.minimum(low[rows], max(0, j - reach))
        high[rows] = np.maximum(high[rows], min(m, last + reach))
    low[0], high[-1] = 0, m
    return np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high)


def _coarse_path(left: Matrix, right: Matrix) -> NDArray[np.int64]:
    """Points (left, right) of the cheapest way through groups of sentences, one to one or skipped."""
    near = left @ right.T
    background = (near.mean(axis=1)[:, None] + near.mean(axis=0)[None]) / 2
    gain = near - background
    # What a chance pair gains is nothing; twice its spread is worth a step.
    gain = gain - 1.0 * gain.std()
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


# --- the dynamic program --------------------------------------------------------------------------------------------------


class _Table:
    """Costs, chances and the best way, in a band; row i holds places (i, low[i]) to (i, high[i])."""

    def __init__(self, sides: _Sides, band: tuple[NDArray[np.int64], NDArray[np.int64]], settings: Settings) -> None:
        self.sides, self.settings = sides, settings
        self.low, self.high = band
        self.n, self.m = len(sides.left[0]), len(sides.right[0])
        self.shapes = [(a, b) for a, b in settings.shapes if a <= self.n and b <= self.m]

    def _costs(self, i: int) -> Iterator[tuple[Shape, int, Array]]:
        """For each shape that fits at row i: the first place j, and the log-odds of beads that begin at (i, j), (i, j+1)…"""
        for a, b in self.shapes:
            if i + a > self.n:
                continue
            # Both ends of the bead have to lie in the band.
            start = max(self.low[i], self.low[i + a] - b)
            stop = min(self.high[i], self.high[i + a] - b, self.m - b) + 1
            if start < stop:
                yield (a, b), int(start), self._odds(i, a, b, int(start), int(stop))

    def _odds(self, i: int, a: int, b: int, start: int, stop: int) -> Array:
        sides, settings = self.sides, self.settings
        near = sides.right[b - 1][start:stop] @ sides.left[a - 1][i]
        far = (sides.right_far[b - 1][start:stop] + sides.left_far[a - 1][i]) / 2
        distance = (sides.whole - near) / np.maximum(far, 1e-3)
        unequal = np.abs(np.log((sides.right_length[b - 1][start:stop] + 5) / (sides.left_length[a - 1][i] + 5)))
        cost = (a * b) ** 0.5 * (distance + settings.length * np.minimum(unequal, 2) ** 2) + settings.more * (a + b - 2)
        odds: Array = -cost / settings.heat
        return odds.astype(np.float32)

    def _row(self, i: int) -> Array:
        return np.full(int(self.high[i] - self.low[i]) + 1, _NEVER)

    def _chances(self, odds: _Odds) -> tuple[_Odds, Array, Array]:
        """Forward and backward sums over all alignments, and from them the chance of each bead and of each lone sentence."""
        skip = self.settings.skip / self.settings.heat
        forward = [self._row(i) for i in range(self.n + 1)]
        forward[0][0] = 0
        for i in range(self.n + 1):
            row = forward[i]
            if i:
                self._add(row, i, int(self.low[i - 1]), forward[i - 1] - skip)
            steps = skip * np.arange(len(row))
            row[:] = np.logaddexp.accumulate(row + steps) - steps
            for (a, b), start, values in odds[i]:
                at = start - int(self.low[i])
                self._add(forward[i + a], i + a, start + b, row[at : at + len(values)] + values)
        backward = [self._row(i) for i in range(self.n + 1)]
        backward[-1][-1] = 0
        for i in range(self.n, -1, -1):
            row = backward[i]
            if i < self.n:
                self._add(row, i, int(self.low[i + 1]), backward[i + 1] - skip)
            for (a, b), start, values in odds[i]:
                at = start + b - int(self.low[i + a])
                self._add(row, i, start, backward[i + a][at : at + len(values)] + values)
            steps = skip * np.arange(len(row))
            row[:] = (np.logaddexp.accumulate(row[::-1] + steps) - steps)[::-1]
        total = forward[-1][-1]
        chances = []
        lone_left, lone_right = np.zeros(self.n), np.zeros(self.m)
        for i in range(self.n + 1):
            low, row = int(self.low[i]), forward[i]
            made = []
            for (a, b), start, values in odds[i]:
                after = backward[i + a][start + b - int(self.low[i + a]) :][: len(values)]
                made.append(((a, b), start, np.exp(np.minimum(0, row[start - low :][: len(values)] + values + after - total))))
            chances.append(made)
            if i < self.n:
                start, stop = max(low, int(self.low[i + 1])), min(int(self.high[i]), int(self.high[i + 1])) + 1
                both = row[start - low : stop - low] + backward[i + 1][start - int(self.low[i + 1]) :][: max(0, stop - start)]
                lone_left[i] = np.exp(np.minimum(0, both - skip - total)).sum()
            lone_right[low : low + len(row) - 1] += np.exp(np.minimum(0, row[:-1] + backward[i][1:] - skip - total))
        return chances, lone_left, lone_right

    def _add(self, row: Array, i: int, first: int, values: Array) -> None:
        """Add `values`, the first of them at right place `first`, to the sums of row i where the band holds them."""
        low, high = int(self.low[i]), int(self.high[i])
        start, stop = max(first, low), min(first + len(values), high + 1)
        if start < stop:
            part = row[start - low : stop - low]
            np.logaddexp(part, values[start - first : stop - first], out=part)

    def beads(self) -> Iterator[Bead]:
        """The likeliest alignment."""
        odds = [list(self._costs(i)) for i in range(self.n + 1)]
        chances, lone_left, lone_right = self._chances(odds)
        skip = self.settings.skip / self.settings.heat
        best = [self._row(i) for i in range(self.n + 1)]
        back = [np.zeros(len(row), np.int8) for row in best]
        best[0][0] = 0
        codes = {shape: number for number, shape in enumerate(self.shapes, 1)}
        for i in range(self.n + 1):
            low, row = int(self.low[i]), best[i]
            if i:
                self._raise(row, back[i], i, int(self.low[i - 1]), best[i - 1] - skip, _LONE_LEFT)
            steps = skip * np.arange(len(row))
            reached = np.maximum.accumulate(row + steps) - steps
            back[i][reached > row + 1e-9] = _LONE_RIGHT
            np.maximum(row, reached, out=row)
            for (a, b), start, values in odds[i]:
                moved = row[start - low : start - low + len(values)] + values
                self._raise(best[i + a], back[i + a], i + a, start + b, moved, codes[a, b])
        yield from self._trace(back, chances, lone_left, lone_right)

    def _raise(self, row: Array, back: NDArray[np.int8], i: int, first: int, values: Array, code: int) -> None:
        low, high = int(self.low[i]), int(self.high[i])
        start, stop = max(first, low), min(first + len(values), high + 1)
        if start < stop:
            part, offered = row[start - low : stop - low], values[start - first : stop - first]
            better = offered > part
            back[start - low : stop - low][better] = code
            np.maximum(part, offered, out=part)

    def _trace(self, back: list[NDArray[np.int8]], chances: _Odds, lone_left: Array, lone_right: Array) -> Iterator[Bead]:
        i, j = self.n, self.m
        beads = []
        while i or j:
            code = int(back[i][j - int(self.low[i])])
            if code == _LONE_LEFT:
                i -= 1
                beads.append(Bead((i,), (), float(min(1, lone_left[i]))))
            elif code == _LONE_RIGHT:
                j -= 1
                beads.append(Bead((), (j,), float(min(1, lone_right[j]))))
            else:
                a, b = self.shapes[code - 1]
                i, j = i - a, j - b
                chance = next(float(values[j - start]) for shape, start, values in chances[i] if shape == (a, b))
                beads.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b)), chance))
        return iter(beads[::-1])


# How near a lone sentence has to be to a lone one elsewhere, as a cosine, to be called its displaced partner.
_DISPLACED = 0.65


def order_broken(beads: Sequence[Bead], left: Sequence[str], right: Sequence[str], encoder: Encoder) -> dict[int, str]:
    """Lone sentences that answer each other out of order: bead numbers, each with the text of its partner."""
    lone = [[(n, bead) for n, bead in enumerate(beads) if not (bead.right if side == 0 else bead.left)] for side in (0, 1)]
    if not lone[0] or not lone[1]:
        return {}
    here = [left[bead.left[0]] for _, bead in lone[0]]
    there = [right[bead.right[0]] for _, bead in lone[1]]
    near = encoder.spans(here, 1)[0] @ encoder.spans(there, 1)[0].T
    found = {}
    for i, j in enumerate(near.argmax(axis=1).tolist()):
        if near[i, j] >= _DISPLACED and near[:, j].argmax() == i:
            found[lone[0][i][0]], found[lone[1][j][0]] = there[j], here[i]
    return found
