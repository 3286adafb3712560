"""What two texts share whatever they mean: figures, names, words of one origin."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from corpus.encoder import Matrix

_WORD = re.compile(r"[^\W_]+")


def shared_words(left: Sequence[str], right: Sequence[str], ngram: int, width: int, commonest: float) -> tuple[Matrix, Matrix]:
    """Sentences as sums of what both texts have in common: figures, names, words of one origin.

    Each figure and each run of `ngram` letters that both texts have gets a random vector of signs (Achlioptas 2003), weighted
    by its rarity, so that the product of two sentences' vectors is about the weight of what they share. What stands in more
    than `commonest` of the sentences tells nothing. float32 (sentences, width) for each side; deterministic.
    """
    sides = [[_shreds(sentence, ngram) for sentence in side] for side in (left, right)]
    counts = [Counter(shred for sentence in side for shred in sentence) for side in sides]
    most = [max(2.0, commonest * len(side)) for side in sides]
    both = sorted(s for s in counts[0] if s in counts[1] and counts[0][s] <= most[0] and counts[1][s] <= most[1])
    weights = [np.log(1 + (len(left) + len(right)) / (counts[0][s] + counts[1][s])) for s in both]
    signs = np.random.default_rng(0).integers(0, 2, (len(both), width), dtype=np.int8).astype(np.float32) * 2 - 1
    signs *= np.sqrt(np.array(weights, np.float32) / width).reshape(-1, 1)
    place = {shred: i for i, shred in enumerate(both)}
    results = []
    for side in sides:
        vectors = np.zeros((len(side), width), np.float32)
        for row, sentence in enumerate(side):
            known = [(place[shred], weight) for shred, weight in sentence.items() if shred in place]
            if known:
                vectors[row] = np.array([w for _, w in known], np.float32) @ signs[[i for i, _ in known]]
        results.append(vectors)
    return results[0], results[1]


def _shreds(sentence: str, ngram: int) -> dict[str, float]:
    """Figures and short words whole, longer words in runs of letters, with their weights: a word's runs weigh as one."""
    found: dict[str, float] = {}
    for word in _WORD.findall(_fold(sentence)):
        if word.isdigit() or len(word) <= ngram:
            pieces = [f"={word}"]
        else:
            pieces = [word[i : i + ngram] for i in range(len(word) - ngram + 1)]
        for piece in pieces:
            found[piece] = found.get(piece, 0.0) + len(pieces) ** -0.5
    return found


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
