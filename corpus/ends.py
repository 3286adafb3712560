"""Where a text may be cut: which ends of sentences look like ends, and which sentences are hardly any.

Splitters cut at colons, within brackets and after initials, each in its own places. A bead that ends where one text looks
whole and the other cut through is less likely than one that ends where both look alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Closing marks that may follow the mark that ends a sentence, and opening ones before its first letter.
_CLOSING = " \"'»”’)]"
_OPENING = " \"'«“‘([-–—"
_INITIAL = re.compile(r"(?:^|\W)[A-Z] ?\.$")
# Letters under which a sentence is a scrap: a rule of dots, a page number, what is left of a picture.
_SCRAP = 5


def weak_ends(sentences: Sequence[str]) -> NDArray[np.float32]:
    """For each place before, between and after `sentences` 1 where the text seems to go on, else 0: float32 (n + 1).

    It goes on after a comma, a colon, a semicolon or an initial, before a small letter, and within brackets.
    """
    weak = np.zeros(len(sentences) + 1, np.float32)
    deep = 0
    for place in range(1, len(sentences)):
        before, after = sentences[place - 1].strip(), sentences[place].strip()
        opened, closed = (sum(before.count(mark) for mark in marks) for marks in ("([", ")]"))
        # A bracket that nothing closes is forgotten with the first sentence that has none.
        deep = max(0, min(deep, 1) + opened - closed) if opened or closed else 0
        weak[place] = (
            deep > 0
            or before.rstrip(_CLOSING)[-1:] in (*":;,-–—",)
            or after.lstrip(_OPENING)[:1].islower()
            or _INITIAL.search(before) is not None
        )
    return weak


def paragraph_ends(paragraphs: Sequence[int]) -> NDArray[np.float32]:
    """For each place before, between and after sentences 1 where their paragraphs' numbers change: float32 (n + 1)."""
    numbers = np.asarray(paragraphs)
    return np.concatenate([[0], numbers[1:] != numbers[:-1], [0]]).astype(np.float32) if len(numbers) else np.zeros(1, np.float32)


def scraps(sentences: Sequence[str]) -> NDArray[np.bool_]:
    """Which sentences have hardly a letter: bool (n)."""
    return np.array([sum(map(str.isalpha, sentence)) < _SCRAP for sentence in sentences], bool)
