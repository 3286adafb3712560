"""`Pair`: one row of the review table."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("id", "source", "target", "score", "adequacy", "shape", "flags", "status", "note")
STATUSES = ("", "ok", "edited", "rejected")


@dataclass(frozen=True)
class Pair:
    """An Italian sentence and its English, or one bead of an alignment.

    `id` is the row's only key. `score` (the model's confidence) and `adequacy` (how close the meanings are) are whole
    percents, None where nobody measured. `shape` counts the sentences on each side. `status` is the reviewer's, one of
    STATUSES, and `note` are the reviewer's own words.
    """

    id: str
    source: str
    target: str
    score: int | None = None
    adequacy: int | None = None
    shape: str = "1x1"
    flags: tuple[str, ...] = ()
    status: str = ""
    note: str = ""
