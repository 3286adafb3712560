"""How close the meanings of a sentence and its translation are, by a multilingual sentence encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from corpus.similarity import Encoder
from translate.pipeline import Translated
from translate.translator import Translation

# Logistic curve from the cosine to the chance that a translation is right, when right ones and planted errors (neighbours'
# translations, halves, loops, changed digits) come in equal numbers: scripts/calibrate_adequacy.py, every other sentence of
# FLORES dev and NTREX dev.
_SLOPE, _EVEN = 12.3, 0.69
# Under so many percent the meaning is probably another: .5 % of human translations, 97 % of neighbours' translations.
LOW = 10


def percent(cosine: float) -> int:
    """The chance in whole percent; 50 at even odds."""
    return round(100 / (1 + math.exp(-_SLOPE * (cosine - _EVEN))))


def judge(translated: Translated, encoder: Encoder) -> Translated:
    """`translated` with adequacies, and the flag `low` where they are low.

    What has no words, is left in Italian or came from people has none: the encoder has nothing to say of it.
    """
    sentences = [sentence.sound for sentence in translated.article.sentences]
    chosen = [i for i, made in enumerate(translated.translations) if _can_be_judged(made)]
    if not chosen:
        return translated
    found = _percents([sentences[i] for i in chosen], [translated.translations[i].target for i in chosen], encoder)
    results = list(translated.translations)
    for i, adequacy in zip(chosen, found, strict=True):
        flags = {*results[i].flags, "low"} if adequacy < LOW else results[i].flags
        results[i] = replace(results[i], adequacy=adequacy, flags=tuple(sorted(flags)))
    return replace(translated, translations=tuple(results))


def _can_be_judged(made: Translation) -> bool:
    return made.score is not None and bool(made.target) and "copy" not in made.flags


def _percents(sources: Sequence[str], targets: Sequence[str], encoder: Encoder) -> list[int]:
    vectors = encoder.spans([*sources, *targets], 1)[0]
    cosines = (vectors[: len(sources)] * vectors[len(sources) :]).sum(axis=1)
    return [percent(float(cosine)) for cosine in cosines]
