"""What a translator makes of one sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Translation:
    """One sentence's English.

    `score` is the model's mean probability of a piece, whole percent, None where no model was asked. `flags` are
    `split` (cut at clause marks because it was too long), `unknown` (holds characters the model has no piece for),
    `failed` (the engine gave nothing), `low` (see `adequacy`) and those of `checks`. `note` says where the memory had a
    hand in it; `adequacy` is `translate.adequacy`'s, whole percent, None where nobody asked.
    """

    target: str
    score: int | None
    flags: tuple[str, ...] = ()
    note: str = ""
    adequacy: int | None = None
