"""Second tries: other ways to translate a sentence whose translation looks wrong, and which result to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from translate.plan import Plan, Planner
from translate.search import Attempt
from translate.translation import Translation

# What a flag weighs where two translations of a sentence are compared: nobody can use the first kind, the others need a look.
_HEAVY = frozenset({"copy", "empty", "failed", "loop", "low"})
_LIGHT = frozenset({"brackets", "brief", "names", "numbers", "quotes", "term", "urls", "wordy"})


@dataclass(frozen=True)
class Try:
    """One other way: for translations with one of `flags`; `vary` gives another plan, None where the way leads nowhere."""

    flags: frozenset[str]
    vary: Callable[[Planner, Plan], Plan | None]
    wider: int = 1
    no_repeat: int = 0

    def attempt(self, beam: int) -> Attempt:
        """The search to do where the ordinary one has a beam of `beam`."""
        return Attempt(self.wider * beam, self.no_repeat)


# Rounds of tries: a round's are done together, the next round only where flags are left that it suits.
ROUNDS: tuple[tuple[Try, ...], ...] = (
    (
        Try(frozenset({"brief", "copy", "empty", "loop", "low", "wordy"}), Planner.same, wider=2),
        Try(frozenset({"brief", "empty", "loop", "low", "names", "numbers"}), Planner.by_clauses),
        Try(frozenset({"brief", "copy", "empty", "loop", "low"}), Planner.without_quotes),
        Try(frozenset({"copy", "empty", "loop", "low", "unknown"}), Planner.in_small_letters),
    ),
    (Try(frozenset({"loop", "wordy"}), Planner.same, no_repeat=3),),
)


def trouble(translation: Translation) -> int:
    """How much is wrong with a translation as far as its flags tell; 0 is nothing."""
    return sum(2 * (flag in _HEAVY) + (flag in _LIGHT) for flag in translation.flags)


def better(first: Translation, second: Translation) -> Translation:
    """The one with less trouble; of equals the one with the higher adequacy, the first where none is known."""
    troubles = trouble(first), trouble(second)
    if troubles[0] != troubles[1]:
        return first if troubles[0] < troubles[1] else second
    return second if (second.adequacy or 0) > (first.adequacy or 0) else first


def cleaner(first: Translation, second: Translation) -> Translation:
    """The second only where it has less trouble."""
    return second if trouble(second) < trouble(first) else first
