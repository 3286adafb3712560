"""What a model is given for a sentence, and the sentence's English from what it gives back.

A sentence is given in parts where it is too long, or where another try cuts it; the parts' English is stitched together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from translate import checks
from translate.credits import credit
from translate.engine import Hypothesis
from translate.punctuation import normalise
from translate.shape import Shape, take_off
from translate.tokenizer import Tokenizer
from translate.translation import Translation

# Longest source in pieces: training saw hardly any longer, and quality falls before the model's 512 positions end.
LONGEST = 180
# Clause marks to cut an over-long sentence at, the strongest first; then any blank.
_CUTS = tuple(re.compile(pattern) for pattern in (r"(?<=;)\s+", r"(?<=:)\s+", r"(?<=,)\s+|\s+(?=[—–]\s)", r"\s+"))
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+|\s+(?=[—–]\s)")
# Words; a clause of fewer says too little to be translated by itself.
_CLAUSE_WORDS = 5
_CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{5,}\b")
_MARKS = ",;:.!?…—–"

Part = tuple[str, ...]
_PLAIN = Shape("", False)


@dataclass(frozen=True)
class Plan:
    """What has to be translated for one sentence: its parts as pieces; no parts where `text` passes through, with `flags`.

    `bare` is `text` without its `shape`, which goes back on the English; `clauses` are the parts as text, one each.
    """

    text: str
    parts: tuple[Part, ...]
    flags: tuple[str, ...] = ()
    bare: str = ""
    shape: Shape = _PLAIN
    clauses: tuple[str, ...] = ()


class Planner:
    """Makes plans for the model of one tokenizer, and composes its hypotheses."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def plan(self, text: str) -> Plan:
        """The plan for one sentence: as a whole where it fits."""
        text = normalise(text)
        if not any(character.isalnum() for character in text):
            return Plan(text, ())
        carried = credit(text)
        if carried is not None:
            return Plan(carried, (), ("credit",))
        bare, shape = take_off(text)
        return self._cut(Plan(text, (), bare=bare, shape=shape), [bare])

    def same(self, plan: Plan) -> Plan:
        """The plan as it is, for another search."""
        return plan

    def by_clauses(self, plan: Plan) -> Plan | None:
        """The sentence cut at its clause marks; None where that gives one part."""
        clauses: list[str] = []
        for clause in _CLAUSE_END.split(plan.bare):
            if clauses and min(len(clauses[-1].split()), len(clause.split())) < _CLAUSE_WORDS:
                clauses[-1] += " " + clause
            else:
                clauses.append(clause)
        return self._cut(plan, clauses) if len(clauses) > max(1, len(plan.parts)) else None

    def without_quotes(self, plan: Plan) -> Plan | None:
        """The sentence without its quotation marks; those around the whole of it go back on the English."""
        if '"' not in plan.bare:
            return None
        bare = plan.bare.replace('"', "").strip()
        around = plan.bare.count('"') == 2 and plan.bare.startswith('"') and plan.bare.endswith('"')
        return self._cut(replace(plan, shape=replace(plan.shape, quoted=around)), [bare]) if bare else None

    def in_small_letters(self, plan: Plan) -> Plan | None:
        """The sentence with its words in capitals as ordinary words; None where it has none."""
        bare = _CAPITALS.sub(lambda found: found[0].capitalize(), plan.bare)
        return self._cut(plan, [bare]) if bare != plan.bare else None

    def with_text(self, plan: Plan, bare: str) -> Plan:
        """The plan for `bare` in place of the sentence's own words."""
        return self._cut(plan, [bare])

    def _cut(self, plan: Plan, clauses: Sequence[str]) -> Plan:
        fitting = [found for clause in clauses for found in self._fitting(clause, 0)]
        return replace(plan, parts=tuple(tuple(pieces) for _, pieces in fitting), clauses=tuple(clause for clause, _ in fitting))

    def _fitting(self, text: str, level: int) -> Iterator[tuple[str, list[str]]]:
        """`text` in parts of at most LONGEST pieces, cut at the strongest clause marks that do: text and pieces."""
        pieces = self.tokenizer.encode(text)
        if len(pieces) <= LONGEST:
            if pieces:
                yield text, pieces
            return
        if level == len(_CUTS):
            for start in range(0, len(pieces), LONGEST):
                part = pieces[start : start + LONGEST]
                yield self.tokenizer.decode(part), part
            return
        part_text, size = "", 0
        for clause in _CUTS[level].split(text):
            more = len(self.tokenizer.encode(clause))  # pieces do not reach over blanks: counts add up
            if part_text and size + more > LONGEST:
                yield from self._fitting(part_text, level + 1)
                part_text, size = clause, more
            else:
                part_text, size = f"{part_text} {clause}" if part_text else clause, size + more
        yield from self._fitting(part_text, level + 1)

    def compose(self, plan: Plan, hypotheses: Sequence[Hypothesis | None]) -> Translation:
        """The sentence's English from its parts' hypotheses, None where the engine broke; with flags."""
        if not plan.parts:
            return Translation(plan.text, None, plan.flags)
        flags = []
        if sum(map(len, plan.parts)) > LONGEST:
            flags.append("split")
        if None in hypotheses:
            flags.append("failed")
        made = [hypothesis for hypothesis in hypotheses if hypothesis is not None]
        english = ["" if found is None else self.tokenizer.decode(found.pieces) for found in hypotheses]
        target = stitch(plan.clauses, english)
        if target:
            target = plan.shape.restore(target)
        if not all(self.tokenizer.knows(part) for part in plan.parts) and self._lost(plan.text, target):
            flags.append("unknown")
        pieces = sum(len(hypothesis.pieces) + 1 for hypothesis in made)
        mean = sum(hypothesis.score * (len(hypothesis.pieces) + 1) for hypothesis in made) / pieces if made else -math.inf
        return Translation(target, round(100 * math.exp(min(0.0, mean))) if made else None, self.flags(plan, target, flags))

    def _lost(self, text: str, target: str) -> set[str]:
        """The characters of `text` that the model has no piece for, without those that came through byte by byte."""
        # Marks of ordinals become letters: `1° maggio`, 1st of May.
        foreign = {
            character for character in text if not character.isascii() and character not in target and character not in "°ºª"
        }
        return {character for character in foreign if not self.tokenizer.knows(self.tokenizer.encode(character))}

    def flags(self, plan: Plan, target: str, others: Iterable[str]) -> tuple[str, ...]:
        """The flags of all checks on `target`, and those of `others` that come from elsewhere."""
        found = (flag for flag in others if flag not in checks.CHECKS and flag not in ("low", "term"))
        return tuple(sorted({*found, *checks.flags(plan.text, target)}))


def stitch(italian: Sequence[str], english: Sequence[str]) -> str:
    """Parts' English as one sentence's: what a model adds to a part that it takes for a sentence goes off again.

    That is a full stop where the Italian part ends otherwise, and a capital where the Italian part begins small.
    """
    parts: list[str] = []
    for number, (clause, part) in enumerate(zip(italian, english, strict=True)):
        if not part:
            continue
        if number and clause[:1].islower() and not _begins_with_name(clause, part):
            part = part[0].lower() + part[1:]
        last = clause[-1:]
        if number + 1 < len(italian) and last not in ".!?…":
            part = part.rstrip(".") if last not in _MARKS else part.rstrip(_MARKS) + last
        parts.append(part)
    return " ".join(parts)


def _begins_with_name(clause: str, english: str) -> bool:
    first = re.match(r"[^\W\d_]+", english)
    if first is None or first[0] == "I" or (len(first[0]) > 1 and first[0].isupper()):
        return True
    # Names look alike in both languages; `Londra` and `London` share their beginning.
    return any(word[0] == first[0][0] for word in re.findall(r"\b[A-ZÀ-ÖØ-Þ][^\W\d_]+", clause))
