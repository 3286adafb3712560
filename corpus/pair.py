"""`Pair`: one row of the review table."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("id", "source", "target", "score", "adequacy", "shape", "flags", "status", "note")
# Columns that a table has only where a row has something to say there.
LATER_COLUMNS = ("machine", "reviewer", "drawn", "places", "words")
STATUSES = ("", "ok", "edited", "rejected")


@dataclass(frozen=True)
class Pair:
    """An Italian sentence and its English, or one bead of an alignment.

    `id` is the row's only key. `score` (the model's confidence) and `adequacy` (how close the meanings are) are whole
    percents, None where nobody measured. `shape` counts the sentences on each side. `status` is the reviewer's, one of
    STATUSES, and `note` are the reviewer's own words.

    `machine` is the target as the machine wrote it, where a reviewer changed it, None elsewhere; `reviewer` names who
    gave the status, several parted by `, `; `drawn` says why the row is in a sample: `doubtful` or `random`; `places` of a
    bead has the sentences' ids and offsets in both texts, `p01s02 120-185 | p01s02 98-160`; `words` links the
    source's words to the target's, `0-0 2-1`, both from 0 and parted at blanks.
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
    machine: str | None = None
    reviewer: str = ""
    drawn: str = ""
    places: str = ""
    words: str = ""

    @property
    def draft(self) -> str:
        """The target before any reviewer touched it."""
        return self.target if self.machine is None else self.machine

    @property
    def text(self) -> str:
        """The name of the text that the row is from: its id up to the `#`."""
        return self.id.rpartition("#")[0]


def place(pair: Pair) -> tuple[int, int] | None:
    """Paragraph and sentence of a row with an id such as `almaty#p03s02`, None for other ids."""
    last = pair.id.rpartition("#")[2]
    paragraph, parted, sentence = last.removeprefix("p").partition("s")
    if last.startswith("p") and parted and paragraph.isdecimal() and sentence.isdecimal():
        return int(paragraph), int(sentence)
    return None
