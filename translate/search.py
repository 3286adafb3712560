"""Parts of sentences to hypotheses: batches of one length for an engine, which may break on any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from translate.engine import Engine, Hypothesis
from translate.plan import Part

Done = Callable[[int], None]
Found = dict[Part, "Hypothesis | None"]


@dataclass(frozen=True)
class Attempt:
    """How to search: the beam's size, and from how many pieces on a phrase may not come twice (0: it may)."""

    beam: int
    no_repeat: int = 0


class Search:
    """Searches with one engine, in batches of at most `batch_pieces`; smaller ones from when it ran out of memory."""

    def __init__(self, engine: Engine, batch_pieces: int) -> None:
        self.engine = engine
        self.batch_pieces = batch_pieces

    def begin(self, parts: Iterable[Part], attempt: Attempt) -> Callable[[Done], Found]:
        """Hand `parts` to the engine; the callable waits for the best hypothesis of each, None where the engine breaks on it.

        It tells its argument after every batch how many parts are ready. Each different part is searched once.
        """
        different = sorted(set(parts), key=lambda part: (-len(part), part))
        running = [(batch, self._submit(batch, attempt)) for batch in self._batches(different)]

        def collect(done: Done) -> Found:
            found: Found = {}
            for batch, result in running:
                found.update(zip(batch, self._result(batch, result, attempt), strict=True))
                done(len(batch))
            return found

        return collect

    def _batches(self, parts: list[Part]) -> Iterator[list[Part]]:
        """`parts`, longest first, in batches of one length and at most `batch_pieces` pieces.

        Padding changes sums in their last bits, and in int8 now and then a translation: without it a sentence comes out
        the same whatever it is translated with, which resuming relies on. It costs no time in windows of some hundreds.
        """
        batch: list[Part] = []
        for part in parts:
            if batch and (len(batch[0]) != len(part) or (len(part) + 1) * (len(batch) + 1) > self.batch_pieces):
                yield batch
                batch = []
            batch.append(part)
        if batch:
            yield batch

    def _submit(self, batch: Sequence[Part], attempt: Attempt) -> Callable[[], list[Hypothesis]]:
        # Three pieces out for one in, and some to spare: past that only loops go on.
        longest = min(500, 3 * len(batch[0]) + 24)
        try:
            return self.engine.submit(batch, attempt.beam, longest, attempt.no_repeat)
        except (RuntimeError, ValueError, IndexError) as problem:
            return _raising(problem)

    def _result(self, batch: list[Part], result: Callable[[], list[Hypothesis]], attempt: Attempt) -> Sequence[Hypothesis | None]:
        """What the engine found; where it broke, what it finds for either half alone, down to single parts."""
        try:
            return result()
        except (RuntimeError, ValueError, IndexError) as problem:
            if len(batch) == 1:
                return [None]
            middle = len(batch) // 2
            if "out of memory" in str(problem).lower():
                self.batch_pieces = min(self.batch_pieces, max(64, middle * (len(batch[0]) + 1)))
            halves = (batch[:middle], batch[middle:])
            return [found for half in halves for found in self._result(half, self._submit(half, attempt), attempt)]


def _raising(problem: Exception) -> Callable[[], list[Hypothesis]]:
    def result() -> list[Hypothesis]:
        raise problem

    return result
