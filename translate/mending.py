"""Repairs of a text, and the text with its repairs applied, place by place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Repair:
    """Characters `start` to `end` of a text should read `text`.

    `kind` is the flag: `glued` (run together), `case` (a capital lost or stray), `quote` (a quotation mark without its
    partner), `broken` (a word parted at a line's end), `entity` (HTML or wrongly decoded characters). `reason` is for people.
    """

    start: int
    end: int
    text: str
    kind: str
    reason: str


# Kinds that are worth a flag and not worth mending: with its quotation marks mended the English scored no better
# (scripts/measure_repair.py; NTREX, BLEU 22.7 both ways), where mended boundaries bring 1.1.
FLAGGED_ONLY = frozenset({"quote"})


@dataclass(frozen=True)
class Mended:
    """A text with its repairs applied; `text` is what the model should see."""

    text: str
    repairs: tuple[Repair, ...]
    _starts: tuple[int, ...]
    _origins: tuple[tuple[int, bool], ...]

    def origin(self, at: int) -> int:
        """The place in the text as read of place `at` of the mended text; the start of a repair for a place within it."""
        i = bisect_right(self._starts, at) - 1
        origin, fixed = self._origins[i]
        return origin if fixed else origin + at - self._starts[i]


def mend(text: str, repairs: Iterable[Repair]) -> Mended:
    """`text` with `repairs` applied, the earlier first; of those that overlap only the first."""
    applied: list[Repair] = []
    parts: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, bool]] = []
    at = length = 0

    def add(piece: str, origin: int, fixed: bool) -> None:
        nonlocal length
        starts.append(length)
        origins.append((origin, fixed))
        parts.append(piece)
        length += len(piece)

    for repair in sorted(repairs, key=lambda repair: (repair.start, repair.end)):
        if repair.start < at:
            continue
        add(text[at : repair.start], at, False)
        add(repair.text, repair.start, True)
        at = repair.end
        applied.append(repair)
    add(text[at:], at, False)
    return Mended("".join(parts), tuple(applied), tuple(starts), tuple(origins))
