"""Which words of an English sentence stand for which of its Italian one, by where the model looks when it writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from translate.engine import POSITIONS, Loaded
from translate.punctuation import normalise

# Share of its attention that an English word must give an Italian one to be linked with it; chosen by scripts/measure_words.py.
LEAST = 0.35
# Pieces in one batch, both sides counted.
_BATCH = 4096


class Linker:
    """Links words with the attention of one model: its last decoder layer's first head, which the bundled one trained for it."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def links(self, sources: Sequence[str], targets: Sequence[str], least: float = LEAST) -> list[str]:
        """Pharaoh links (`0-0 2-1`: Italian word, English word, from 0, parted at blanks) of each source with its target.

        The target is taken as it stands, whoever wrote it; `least` as in `linked`. Blank where a side is blank, or too long
        for the model.
        """
        tokenizer = self._loaded.tokenizer
        sides = [
            (_by_words(source, tokenizer.encode), _by_words(target, tokenizer.encode_target))
            for source, target in zip(sources, targets, strict=True)
        ]
        found = [""] * len(sides)
        fitting = [i for i, (s, t) in enumerate(sides) if 0 < len(s[0]) < POSITIONS - 1 and 0 < len(t[0]) < POSITIONS - 1]
        waiting = []
        for batch in _batches(fitting, [(len(s[0]), len(t[0])) for s, t in sides]):
            pieces = [sides[i][0][0] for i in batch], [sides[i][1][0] for i in batch]
            waiting.append((batch, self._loaded.engine.attend(*pieces)))
        for batch, result in waiting:
            for i, attention in zip(batch, result(), strict=True):
                found[i] = " ".join(f"{a}-{b}" for a, b in linked(attention, sides[i][0][1], sides[i][1][1], least))
        return found


def linked(
    attention: NDArray[np.float32], source: Sequence[int], target: Sequence[int], least: float = LEAST
) -> list[tuple[int, int]]:
    """Pairs (source word, target word) in order.

    `attention` is (target pieces, source pieces or more), a row's sum at most 1; `source` and `target` name each piece's word.
    Words are linked from `least` on. A target word's attention is the mean of its pieces', a source word has the sum of its own.
    """
    words = np.zeros((max(target) + 1, max(source) + 1))
    np.add.at(
        words, (np.repeat(target, len(source)), np.tile(source, len(target))), attention[: len(target), : len(source)].ravel()
    )
    words /= np.maximum(np.bincount(target, minlength=len(words)), 1)[:, None]
    return sorted((int(a), int(b)) for b, a in np.argwhere(words >= least))


def _by_words(text: str, encode: Callable[[str], list[str]]) -> tuple[list[str], list[int]]:
    """The pieces of `text`, encoded word by word (pieces never span a blank), and the number of each one's word."""
    pieces: list[str] = []
    owners: list[int] = []
    for number, word in enumerate(text.split()):
        made = encode(normalise(word))
        pieces += made
        owners += [number] * len(made)
    return pieces, owners


def _batches(chosen: Sequence[int], sizes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """`chosen` in batches of one size on both sides: without padding a sentence's links do not depend on its neighbours."""
    for size, group in groupby(sorted(chosen, key=lambda i: (sizes[i], i)), key=lambda i: sizes[i]):
        members, most = list(group), max(1, _BATCH // sum(size))
        yield from (members[at : at + most] for at in range(0, len(members), most))
