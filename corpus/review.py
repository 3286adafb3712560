"""Reviewed copies into their master, by the rows' ids: three-way, nothing chosen silently, nothing overwritten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.mangling import LONGEST_CELL, mangling
from corpus.pair import STATUSES, Pair

# In the column `drawn` of a table of conflicts: the row is one side of a dispute, and kept alone its solution.
CONFLICT = "conflict"
# How people spell the statuses, beside their own names.
_SPELLINGS = {
    "okay": "ok", "o.k.": "ok", "yes": "ok", "sì": "ok", "si": "ok", "x": "ok", "✓": "ok", "good": "ok", "accepted": "ok",
    "accettato": "ok", "edit": "edited", "modificato": "edited", "corretto": "edited", "corrected": "edited",
    "reject": "rejected", "no": "rejected", "rifiutato": "rejected", "scartato": "rejected", "bad": "rejected",
}  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """One reviewed copy: who reviewed it, and its rows."""

    reviewer: str
    pairs: Sequence[Pair]


@dataclass(frozen=True)
class Verdict:
    """What one reviewer says of one row. `fresh` where the copy was made after the master's present verdict."""

    reviewer: str
    target: str
    status: str
    fresh: bool


@dataclass
class Merged:
    """What merging gives: the new master, and what people must know, each with the ids of the rows.

    `conflicts` holds for each disputed row the verdicts on it; such a row stays as it was in the master. `remarks` are
    one line each, by reviewer.
    """

    pairs: list[Pair]
    changed: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    conflicts: dict[str, list[Verdict]] = field(default_factory=dict)
    agreed: int = 0
    disputed: int = 0
    remarks: list[str] = field(default_factory=list)


def merge(master: Sequence[Pair], copies: Iterable[Copy]) -> Merged:
    """`master` with what the reviewers of `copies` decided.

    Of a copy only target, status and note count, and only where they differ from the master's and from the machine's
    text; a target that a spreadsheet alone may have changed is no edit. A changed target is `edited`, unless its reviewer
    rejects it. Where two reviewers of a row differ, or one differs from a verdict that the master has from another, the
    row is a conflict. Merging the same copies again changes nothing.
    """
    rows = {pair.id: pair for pair in master}
    result = Merged([])
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    notes: dict[str, list[str]] = defaultdict(list)
    drawn: dict[str, str] = {}
    for copy in copies:
        for pair, verdict in _verdicts(rows, copy, result):
            if verdict is not None:
                verdicts[pair.id].append(verdict)
            if pair.note.strip():
                notes[pair.id].append(pair.note.strip())
            if pair.drawn and pair.drawn != CONFLICT:
                drawn[pair.id] = pair.drawn
    for pair in master:
        found = verdicts.get(pair.id, [])
        new = replace(pair, note=_joined(pair.note, notes.get(pair.id, [])), drawn=pair.drawn or drawn.get(pair.id, ""))
        if len({v.reviewer for v in found}) > 1:
            together = len({(v.target, v.status) for v in found}) == 1
            result.agreed += together
            result.disputed += not together
        decided = _decided(pair, found)
        if decided is None:
            result.conflicts[pair.id] = [*_standing(pair), *found]
        elif decided:
            new = _with(new, decided)
        if new != pair:
            result.changed.append(pair.id)
        result.statuses[new.status] += 1
        result.pairs.append(new)
    return result


def _decided(pair: Pair, found: list[Verdict]) -> list[Verdict] | None:
    """The verdicts to follow, all of them alike; empty where there is nothing new, None where they conflict."""
    news = [v for v in found if (v.target, v.status) != (pair.target, pair.status)]
    if not news:
        return [v for v in found if pair.status and v.reviewer not in _names(pair.reviewer)]
    if len({(v.target, v.status) for v in news}) > 1 or (len(news) < len(found) and pair.status):
        return None
    theirs = {v.reviewer for v in news}
    if pair.status and not all(v.fresh for v in news) and not set(_names(pair.reviewer)) <= theirs:
        return None
    return news


def _standing(pair: Pair) -> list[Verdict]:
    """The master's own verdict on a row, as one side of a conflict."""
    return [Verdict(pair.reviewer or "master", pair.target, pair.status, True)] if pair.status else []


def _with(pair: Pair, verdicts: list[Verdict]) -> Pair:
    target, status = verdicts[0].target, verdicts[0].status
    names = dict.fromkeys(v.reviewer for v in verdicts)
    if (target, status) == (pair.target, pair.status):
        names = dict.fromkeys([*_names(pair.reviewer), *names])
    machine = None if target == pair.draft else pair.draft
    return replace(pair, target=target, status=status, machine=machine, reviewer=", ".join(names))


def _names(reviewers: str) -> list[str]:
    return [name for name in reviewers.split(", ") if name]


def _joined(note: str, others: list[str]) -> str:
    """The master's note with what the copies' notes add, parted by ` / `."""
    for other in others:
        if not note.strip():
            note = other
        elif mangling(note, other) is None and other not in note:
            # The copy's note may be the master's, gone on with.
            note = other if note.strip() in other else f"{note} / {other}"
    return note


def _verdicts(rows: dict[str, Pair], copy: Copy, result: Merged) -> Iterator[tuple[Pair, Verdict | None]]:
    """The copy's rows that the master has, with the verdict where there is one; what is odd goes into the remarks."""
    strange: dict[str, list[str]] = defaultdict(list)
    seen: dict[str, Pair] = {}
    for pair in copy.pairs:
        master = rows.get(pair.id)
        if master is None:
            strange["not in the master and passed over"].append(pair.id or f"(no id) {pair.source[:30]}")
            continue
        if mangling(master.source, pair.source) is None:
            strange["source differs from the master's, which stays"].append(pair.id)
        earlier = seen.get(pair.id)
        if earlier is not None and (earlier.target, earlier.status, earlier.note) == (pair.target, pair.status, pair.note):
            strange["there twice, alike"].append(pair.id)
            continue
        seen[pair.id] = pair
        if earlier is not None:
            strange["there twice with differences: both count"].append(pair.id)
        yield pair, _verdict(master, pair, copy.reviewer, strange)
    lost = [id for id in _expected(rows, seen) if id not in seen]
    if lost:
        strange["not in the copy; the master's rows stay"] = lost
    for what, ids in strange.items():
        result.remarks.append(f"{copy.reviewer}: {_listed(ids)}: {what}")


def _verdict(master: Pair, pair: Pair, reviewer: str, strange: dict[str, list[str]]) -> Verdict | None:
    target = _target(master, pair, strange)
    status = _SPELLINGS.get(pair.status.strip().lower(), pair.status.strip().lower())
    if status not in STATUSES:
        strange[f"status '{pair.status}' is none of ok, edited, rejected and passed over"].append(pair.id)
        status = ""
    if target != master.target and target != master.draft:
        status = "rejected" if status == "rejected" else "edited"
    elif not status:
        # Nobody reviewed this row here, or it was reviewed before the copy was made and left.
        return None
    elif status == "edited" and target == master.draft:
        strange["status is edited but the target is as the machine wrote it; taken as ok"].append(pair.id)
        status = "ok"
    if pair.drawn == CONFLICT:
        return Verdict(pair.reviewer or reviewer, target, status, True)
    # A copy made of the merged master carries the master's verdict along: a change to it is meant, the same is no opinion.
    fresh = bool(pair.reviewer) and pair.reviewer == master.reviewer
    if fresh and (target, status) == (master.target, master.status):
        return None
    return Verdict(reviewer, target, status, fresh)


def _target(master: Pair, pair: Pair, strange: dict[str, list[str]]) -> str:
    """The target that the copy's reviewer means: a spreadsheet's doing is undone."""
    for known in (master.target, master.draft):
        if known == pair.target:
            return known
    for known in (master.target, master.draft):
        how = mangling(known, pair.target)
        if how is not None:
            strange[f"target changed by the spreadsheet alone ({how}) and undone"].append(pair.id)
            return known
    if len(master.target) > LONGEST_CELL:
        strange["target is too long for a spreadsheet's cell, so its edit is not taken; correct it in the master"].append(pair.id)
        return master.target
    if not pair.target.strip() and master.target.strip():
        strange["target is empty: taken for no edit; to drop a pair set its status to rejected"].append(pair.id)
        return master.target
    return pair.target


def _expected(rows: dict[str, Pair], seen: dict[str, Pair]) -> Iterator[str]:
    """The master's rows that a copy should hold: those of the texts that it has any row of."""
    if any(pair.drawn for pair in seen.values()):
        return  # a sample leaves rows out on purpose
    texts = {pair.text for pair in seen.values()}
    for pair in rows.values():
        if pair.text in texts:
            yield pair.id


def conflict_rows(master: Iterable[Pair], conflicts: dict[str, list[Verdict]]) -> Iterator[Pair]:
    """A row for each side of each dispute, with its reviewer; who deletes all but one and merges the rest has solved it."""
    for pair in master:
        for verdict in conflicts.get(pair.id, ()):
            yield replace(
                pair, target=verdict.target, status=verdict.status, reviewer=verdict.reviewer, drawn=CONFLICT,
                machine=None if verdict.target == pair.draft else pair.draft,
            )  # fmt: skip


def _listed(ids: list[str], most: int = 40) -> str:
    shown = ", ".join(ids[:most])
    return f"{shown} and {len(ids) - most:,} more" if len(ids) > most else shown
