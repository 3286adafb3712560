"""How common words are: wordfreq's frequencies (Speer 2022) on the Zipf scale; 3 is once in a million words."""

from __future__ import annotations

import math
from functools import cache


@cache
def _frequencies(language: str) -> dict[str, float]:
    from wordfreq import get_frequency_dict

    found: dict[str, float] = get_frequency_dict(language, wordlist="large")
    return found


@cache
def zipf(word: str, language: str = "it") -> float:
    """How common a word is in `language` ("it", "en"), 0 where it is unknown."""
    frequency = _frequencies(language).get(word.lower().replace("’", "'"), 0.0)
    return round(math.log10(frequency) + 9, 2) if frequency else 0.0
