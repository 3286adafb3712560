"""Two lists of sentences to beads: which sentences of one text say what which of the other say.

Each run of one to five sentences of either side has a vector of its meaning (an encoder's) beside one of the words it shares
with the other text (`corpus.runs`). A bead costs the distance of its two runs, held against the distance to runs from anywhere
in the other text (Thompson & Koehn 2019), the disagreement of their lengths and of how they end (`corpus.ends`), and a little
for every sentence beyond one to one. A dynamic program (`corpus.lattice`) finds the cheapest way to line the texts up, and how
likely each of its beads is among all ways. It runs in a band around a coarse alignment (`corpus.band`), so that time and memory
grow with the length of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.band import band
from corpus.encoder import Encoder
from corpus.lattice import Lattice
from corpus.runs import Runs, Settings, Text

__all__ = ["Bead", "Settings", "Text", "align", "order_broken"]


@dataclass(frozen=True)
class Bead:
    """Sentences of the left text that answer sentences of the right one, by number from 0; one side may be empty.

    `chance` is how likely the bead is among all alignments, 0 to 1.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    chance: float


def align(
    left: Text | Sequence[str], right: Text | Sequence[str], encoder: Encoder, settings: Settings | None = None
) -> list[Bead]:
    """The beads of two texts, in order, each sentence in one of them. Deterministic.

    A text is a list of sentences, or a `Text`, which also says how they are parted into paragraphs, and, for the left one, how
    they would read in the right text's language: a translation, by which more words are shared.
    """
    settings = settings or Settings()
    left, right = (text if isinstance(text, Text) else Text(text) for text in (left, right))
    n, m = len(left.sentences), len(right.sentences)
    if not n or not m:
        return [Bead((i,), (), 1.0) for i in range(n)] + [Bead((), (j,), 1.0) for j in range(m)]
    runs = Runs.of(left, right, encoder, settings)
    lattice = Lattice(runs, band(runs.left[0], runs.right[0, :m]), settings)
    return [Bead(*bead) for bead in lattice.best()]


# How near a lone sentence has to be to a lone one elsewhere, as a cosine, to be called its displaced partner.
_DISPLACED = 0.65


def order_broken(beads: Sequence[Bead], left: Sequence[str], right: Sequence[str], encoder: Encoder) -> dict[int, str]:
    """Lone sentences that answer each other out of order: bead numbers, each with the text of its partner."""
    lone = [[(n, bead) for n, bead in enumerate(beads) if not (bead.right if side == 0 else bead.left)] for side in (0, 1)]
    if not lone[0] or not lone[1]:
        return {}
    here = [left[bead.left[0]] for _, bead in lone[0]]
    there = [right[bead.right[0]] for _, bead in lone[1]]
    near = encoder.spans(here, 1)[0] @ encoder.spans(there, 1)[0].T
    found = {}
    for i, j in enumerate(near.argmax(axis=1).tolist()):
        if near[i, j] >= _DISPLACED and near[:, j].argmax() == i:
            found[lone[0][i][0]], found[lone[1][j][0]] = there[j], here[i]
    return found
