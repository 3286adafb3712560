"""What an alignment is decided on: the runs of sentences of two texts, as vectors, lengths and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.encoder import Encoder, Matrix
from corpus.ends import paragraph_ends, scraps, weak_ends
from corpus.similarity import shared_words

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, int]
# So many sentences of no meaning at all stand beside each text when its means are taken.
_FEW = 5
# Sentences of each text, spread evenly over it, that runs of the other are held against.
_SAMPLE = 400
# Numbers that a sentence's shared words are written in, for most texts and for long ones (memory).
_WIDTHS, _LONG = (512, 256), 3000


@dataclass(frozen=True)
class Settings:
    """What the costs are made of; the defaults were chosen on Text+Berg's development article and Italian-English beds.

    `words` is the weight of shared words beside meaning, `floor` how much has to be shared to count in full, `spread` the
    share of their weight that any two runs are taken to lack, `ngram` and `commonest` as in `shared_words`, `centre` how far
    each text's mean meaning is taken away, `length` the weight of lengths that disagree, `ends` the cost of ending where one
    text seems to go on and the other does not, `paragraphs` that of ending a paragraph of one text within one of the other,
    `more` the cost of each sentence beyond one to one, `skip` that of a sentence left alone, `scrap` the share of it that a
    sentence of hardly a letter costs, `cut` what is added where it seems to go on from the one before, `heat` what costs are
    divided by to be log-odds. `longest` bounds the sentences on a side of a bead, `most` those on both.
    """

    words: float = 0.16
    floor: float = 0.77
    spread: float = 0.37
    ngram: int = 3
    commonest: float = 0.02
    centre: float = 1.0
    length: float = 0.53
    ends: float = 0.04
    paragraphs: float = 0.04
    more: float = 0.215
    skip: float = 0.424
    scrap: float = 0.7
    cut: float = 0.3
    heat: float = 0.05
    longest: int = 5
    most: int = 8

    @property
    def shapes(self) -> list[Shape]:
        """The shapes of beads with both sides, one to one first."""
        sizes = range(1, self.longest + 1)
        return sorted(((a, b) for a in sizes for b in sizes if a + b <= self.most), key=lambda shape: (sum(shape), shape))


@dataclass(frozen=True)
class Text:
    """Sentences; `paragraphs` has the number of each one's paragraph, `translated` how each reads in the other language."""

    sentences: Sequence[str]
    paragraphs: Sequence[int] | None = None
    translated: Sequence[str] | None = None

    def __post_init__(self) -> None:
        for known in (self.paragraphs, self.translated):
            if known is not None and len(known) != len(self.sentences):
                raise ValueError(f"{len(self.sentences)} sentences, but {len(known)} paragraph numbers or translations")


@dataclass(frozen=True)
class Runs:
    """All runs of sentences of a left and a right text, of n and m sentences.

    Vectors of runs of k sentences, by their first: `left[k - 1]` is float32 (n - k + 1, width), `right` float32 (longest,
    m + longest, width), zero where no run begins. `*_far` is each run's mean distance from the other text, `*_length` its
    characters (the left ones as many as the right text would take), `*_weak` and `*_paragraph` what each place between
    sentences is like, `*_skip` what leaving each sentence alone costs. `whole` is the distance of runs that share nothing.
    """

    left: list[Matrix]
    right: Matrix
    left_far: list[Array]
    right_far: Array
    left_length: list[Array]
    right_length: Array
    left_weak: Array
    right_weak: Array
    left_paragraph: Array
    right_paragraph: Array
    left_skip: Array
    right_skip: Array
    whole: float

    @classmethod
    def of(cls, left: Text, right: Text, encoder: Encoder, settings: Settings) -> Runs:
        """Encode both texts. The weights of `settings` are worked in already."""
        vectors = _vectors(left, right, encoder, settings)
        whole = 1 + settings.words * settings.spread
        # Held against a sample of the other text, the same one each time.
        samples = [side[0][np.linspace(0, len(side[0]) - 1, min(_SAMPLE, len(side[0]))).astype(int)] for side in vectors]
        far = [
            [whole - (m @ other.T).sum(axis=1) / (len(other) + _FEW) for m in side]
            for side, other in zip(vectors, reversed(samples), strict=True)
        ]
        lengths = [_lengths(text.sentences, settings.longest) for text in (left, right)]
        # Where much is missing on one side the totals say nothing about the languages.
        ratio = min(1.33, max(0.75, float(lengths[1][0].sum()) / max(1.0, float(lengths[0][0].sum()))))
        weak = [weak_ends(text.sentences) for text in (left, right)]
        paragraphs = [paragraph_ends(text.paragraphs or [0] * len(text.sentences)) for text in (left, right)]
        # A text with a paragraph for every sentence says nothing about one that has few: what counts is what both could have.
        few, many = sorted(float(ends.sum()) for ends in paragraphs)
        broken = settings.paragraphs * few / max(1, many)
        m = len(right.sentences) + settings.longest
        return cls(
            left=vectors[0], left_far=far[0], left_length=[ratio * length for length in lengths[0]],
            left_weak=settings.ends * weak[0], left_paragraph=broken * paragraphs[0], left_skip=_skips(left, weak[0], settings),
            right=_stacked(vectors[1], m), right_far=_stacked(far[1], m), right_length=_stacked(lengths[1], m),
            right_weak=settings.ends * weak[1], right_paragraph=broken * paragraphs[1],
            right_skip=_skips(right, weak[1], settings), whole=whole,
        )  # fmt: skip


def _vectors(left: Text, right: Text, encoder: Encoder, settings: Settings) -> list[list[Matrix]]:
    width = _WIDTHS[max(len(left.sentences), len(right.sentences)) >= _LONG]
    words = shared_words(left.translated or left.sentences, right.sentences, settings.ngram, width, settings.commonest)
    vectors = []
    for text, sums in zip((left, right), words, strict=True):
        meanings = list(encoder.spans(text.sentences, settings.longest))
        # The mean of a few sentences is those sentences: it counts the more, the more there are.
        n = len(text.sentences)
        centre = settings.centre * n / (n + _FEW) * meanings[0].mean(axis=0)
        made: list[Matrix] = []
        while meanings:  # each let go of when it is used: they are large
            meaning, k = meanings.pop(0), len(made) + 1
            made.append(np.hstack([unit(meaning - centre), settings.words**0.5 * _words(sums, k, settings.floor)]))
        vectors.append(made)
    return vectors


def unit(vectors: Matrix) -> Matrix:
    """Rows of length 1."""
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


def _stacked(parts: Sequence[Array], length: int) -> Array:
    """Arrays of falling length as one, zero beyond their ends: (parts, length, ...)."""
    stacked = np.zeros((len(parts), length, *parts[0].shape[1:]), np.float32)
    for row, part in zip(stacked, parts, strict=True):
        row[: len(part)] = part
    return stacked


def _skips(text: Text, weak: Array, settings: Settings) -> Array:
    base = np.where(scraps(text.sentences), settings.scrap, 1.0) * settings.skip
    skips: Array = (base + settings.cut * weak[:-1]) / settings.heat
    return skips
