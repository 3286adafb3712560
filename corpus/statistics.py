"""How far a review has come, what reviewers changed, and how good the machine's text is by their verdicts."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.pair import Pair


@dataclass(frozen=True)
class Tally:
    """Counts of rows by the reviewers' verdicts."""

    rows: int
    ok: int
    edited: int
    rejected: int

    @property
    def reviewed(self) -> int:
        """Rows with any verdict."""
        return self.ok + self.edited + self.rejected

    @property
    def faulty(self) -> float | None:
        """Share of the reviewed rows that were not right as they stood, 0 to 1."""
        return (self.edited + self.rejected) / self.reviewed if self.reviewed else None


@dataclass(frozen=True)
class Effort:
    """How much editing the edited rows took: means over them.

    `distance` is the word edit distance (insertions, deletions, substitutions) over the words of the final text, 0 to 1
    and more; `chrf` the machine's text against the final one, 0 to 100.
    """

    rows: int
    distance: float
    chrf: float


def tally(pairs: Iterable[Pair]) -> Tally:
    """Counts by status."""
    statuses = [pair.status for pair in pairs]
    return Tally(len(statuses), *(statuses.count(status) for status in ("ok", "edited", "rejected")))


def by_flag(pairs: Iterable[Pair]) -> dict[str, Tally]:
    """A tally for each flag, the commonest first, and one for the rows without any (``): which flags earn their keep."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for flag in pair.flags or ("",):
            groups[flag].append(pair)
    return {flag: tally(groups[flag]) for flag in sorted(groups, key=lambda flag: (not flag, -len(groups[flag]), flag))}


def effort(pairs: Iterable[Pair]) -> Effort | None:
    """How much the reviewers changed the rows that they edited; None where there are none."""
    from rapidfuzz.distance import Levenshtein
    from sacrebleu.metrics.chrf import CHRF

    edited = [pair for pair in pairs if pair.status == "edited" and pair.draft != pair.target and pair.target]
    if not edited:
        return None
    distance = sum(Levenshtein.distance(pair.draft.split(), pair.target.split()) / len(pair.target.split()) for pair in edited)
    chrf = CHRF().corpus_score([pair.draft for pair in edited], [[pair.target for pair in edited]]).score
    return Effort(len(edited), distance / len(edited), chrf)


@dataclass(frozen=True)
class Estimate:
    """Share of rows that are right as the machine wrote them, from a random sample, with its 95 % interval; all 0 to 1."""

    rows: int
    share: float
    low: float
    high: float


def estimate(pairs: Iterable[Pair]) -> Estimate | None:
    """The quality of the whole table by its reviewed rows that were drawn at random; None where there are none.

    The interval is Wilson's (1927), which holds for small samples and shares near 0 and 1.
    """
    verdicts = [pair.status == "ok" for pair in pairs if pair.drawn == "random" and pair.status]
    if not verdicts:
        return None
    n, share, z = len(verdicts), sum(verdicts) / len(verdicts), 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(n, share, max(0.0, middle - reach), min(1.0, middle + reach))


def words_changed(before: str, after: str, mark: Callable[[str, str], str]) -> str:
    """`after` with what became of `before`: `mark` gets "-" or "+" and the words that went or came."""
    old, new = _tokens(before), _tokens(after)
    parts: list[str] = []
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts.append("".join(new[k:m]))
            continue
        for sign, words in (("-", old[i:j]), ("+", new[k:m])):
            if words:
                text = "".join(words)
                parts.append(mark(sign, text.rstrip()) + text[len(text.rstrip()) :])
    return "".join(parts)


def _tokens(text: str) -> list[str]:
    """Words and marks, each with the blanks after it."""
    return re.findall(r"(?:\d[\d.,]*\d|[\w'’]+|[^\w\s])\s*|^\s+", text)
