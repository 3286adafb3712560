"""All alignments of two texts at once: the likeliest one, and how likely each of its beads is among all.

A place (i, j) is reached when i left and j right sentences are used up. Row i holds the places (i, low[i]) to (i, high[i]) of
the band. From a place a bead of a left and b right sentences leads to (i + a, j + b), a lone one to (i + 1, j) or (i, j + 1).
"""

from __future__ import annotations

import numpy as np

from corpus.band import Band
from corpus.runs import Array, Runs, Settings

_NEVER = -1e12
# Left and right sentences of a bead, and its chance.
Found = tuple[tuple[int, ...], tuple[int, ...], float]


class Lattice:
    """The lattice of two texts within a band."""

    def __init__(self, runs: Runs, band: Band, settings: Settings) -> None:
        self._runs, self._settings = runs, settings
        self._low, self._high = (side.tolist() for side in band)
        self._n, self._m = len(runs.left[0]), len(runs.right_skip)
        self._shapes = settings.shapes
        # Leaving right sentences alone costs the difference of two of these.
        self._skipped = np.concatenate([[0.0], np.cumsum(runs.right_skip)])
        self._impossible = _NEVER * np.array([
            [a + b > settings.most for b in range(1, settings.longest + 1)] for a in range(1, settings.longest + 1)
        ])[:, :, None]  # fmt: skip
        self._odds = [self._beads_from(i) for i in range(self._n)]

    def _beads_from(self, i: int) -> Array:
        """Log-odds of all beads that begin in row i: float32 (left sentences - 1, right sentences - 1, places)."""
        runs, settings = self._runs, self._settings
        low, high = self._low[i], self._high[i] + 1
        most = min(settings.longest, self._n - i)
        sizes = np.arange(1, settings.longest + 1)
        left = np.stack([runs.left[k][i] for k in range(most)])
        near = np.moveaxis(runs.right[:, low:high] @ left.T, 2, 0)
        far = (runs.right_far[None, :, low:high] + np.array([runs.left_far[k][i] for k in range(most)])[:, None, None]) / 2
        distance = (runs.whole - near) / np.maximum(far, 1e-3)
        lengths = np.array([runs.left_length[k][i] for k in range(most)])[:, None, None]
        unequal = np.abs(np.log((runs.right_length[None, :, low:high] + 5) / (lengths + 5)))
        cost = distance + settings.length * np.minimum(unequal, 2) ** 2
        cost *= np.sqrt(np.multiply.outer(sizes[:most], sizes))[:, :, None]
        cost += settings.more * (np.add.outer(sizes[:most], sizes) - 2)[:, :, None]
        after = np.add.outer(sizes, np.arange(low, high))
        for ours, theirs in ((runs.left_weak, runs.right_weak), (runs.left_paragraph, runs.right_paragraph)):
            cost += np.abs(theirs[np.minimum(after, self._m)] - ours[i + sizes[:most], None, None])
        odds = np.where(after > self._m, _NEVER, self._impossible[:most] - cost / settings.heat)
        return odds.astype(np.float32)

    def _sums(self, over: np.ufunc) -> list[Array]:
        """For each place what all ways to it come to, `over` them: their sum (logaddexp) or the best of them (maximum)."""
        rows: list[Array] = []
        for i in range(self._n + 1):
            low, high = self._low[i], self._high[i]
            ways = np.full((len(self._shapes) + 1, high - low + 1), _NEVER)
            if i == 0:
                ways[-1, 0] = 0
            else:
                self._move(ways[-1], low, rows[i - 1] - self._runs.left_skip[i - 1], self._low[i - 1])
            for way, (a, b) in zip(ways, self._shapes, strict=False):
                if a <= i:
                    self._move(way, low, rows[i - a] + self._odds[i - a][a - 1, b - 1], self._low[i - a] + b)
            steps = self._skipped[low : high + 1]
            rows.append(over.accumulate(over.reduce(ways) + steps) - steps)
        return rows

    def _sums_from(self) -> list[Array]:
        """For each place the sum of all ways from it to the end."""
        rows: list[Array] = [np.zeros(0)] * (self._n + 1)
        for i in range(self._n, -1, -1):
            low, high = self._low[i], self._high[i]
            ways = np.full((len(self._shapes) + 1, high - low + 1), _NEVER)
            if i == self._n:
                ways[-1, -1] = 0
            else:
                self._move(ways[-1], low, rows[i + 1] - self._runs.left_skip[i], self._low[i + 1])
            for way, (a, b) in zip(ways, self._shapes, strict=False):
                if i + a <= self._n:
                    self._move(way, low, rows[i + a], self._low[i + a] - b)
                    way += self._odds[i][a - 1, b - 1]
            steps = self._skipped[low : high + 1]
            rows[i] = np.logaddexp.accumulate((np.logaddexp.reduce(ways) - steps)[::-1])[::-1] + steps
        return rows

    @staticmethod
    def _move(to: Array, at: int, values: Array, first: int) -> None:
        """Put `values`, the first of them at place `first`, into `to`, which begins at place `at`; what lies outside is lost."""
        start, stop = max(first, at), min(first + len(values), at + len(to))
        if start < stop:
            to[start - at : stop - at] = values[start - first : stop - first]

    def best(self) -> list[Found]:
        """The beads of the likeliest alignment, in order."""
        forward, backward, best = self._sums(np.logaddexp), self._sums_from(), self._sums(np.maximum)
        total = float(forward[-1][-1])
        lone_right = self._lone_right(forward, backward, total)
        found: list[Found] = []
        i, j = self._n, self._m
        while i or j:
            a, b = self._last(best, i, j)
            left, right = tuple(range(i - a, i)), tuple(range(j - b, j))
            i, j = i - a, j - b
            if not a:
                chance = lone_right[j]
            elif not b:
                chance = self._lone_left(forward, backward, total, i)
            else:
                at = j - self._low[i]
                odds = float(self._odds[i][a - 1, b - 1, at])
                chance = _exp(forward[i][at] + odds + backward[i + a][j + b - self._low[i + a]] - total)
            found.append((left, right, min(1.0, float(chance))))
        return found[::-1]

    def _last(self, best: list[Array], i: int, j: int) -> tuple[int, int]:
        """The sentences of the last step of the best way to (i, j): of a bead, or of a lone one."""
        ways = [(value, step) for step in [*self._shapes, (1, 0), (0, 1)] if (value := self._way(best, i, j, *step)) > _NEVER / 2]
        return max(ways, key=lambda way: way[0])[1]

    def _way(self, best: list[Array], i: int, j: int, a: int, b: int) -> float:
        """What the best way to (i, j) comes to that ends in a step of a left and b right sentences."""
        if a > i or not self._low[i - a] <= j - b <= self._high[i - a]:
            return _NEVER
        at = j - b - self._low[i - a]
        if a and b:
            gain = float(self._odds[i - a][a - 1, b - 1, at])
        else:
            gain = -float(self._runs.left_skip[i - 1] if a else self._runs.right_skip[j - 1])
        return float(best[i - a][at]) + gain

    def _lone_left(self, forward: list[Array], backward: list[Array], total: float, i: int) -> float:
        """The chance that left sentence i answers nothing, over all ways."""
        after = np.full(len(forward[i]), _NEVER)
        self._move(after, self._low[i], backward[i + 1], self._low[i + 1])
        return float(_exp(forward[i] + after - self._runs.left_skip[i] - total).sum())

    def _lone_right(self, forward: list[Array], backward: list[Array], total: float) -> Array:
        """The chance of each right sentence that it answers nothing: (m)."""
        chances = np.zeros(self._m)
        for low, ahead, behind in zip(self._low, forward, backward, strict=True):
            stop = low + len(ahead) - 1
            chances[low:stop] += _exp(ahead[:-1] + behind[1:] - self._runs.right_skip[low:stop] - total)
        return chances


def _exp(logarithm: Array | float) -> Array:
    chances: Array = np.exp(np.minimum(0, logarithm))
    return chances
