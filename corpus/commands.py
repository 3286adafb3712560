"""What `afronte review`, `export`, `import` and `page` do: tables in, files out, lines for people.

Each function returns the command's exit code: 0, or 1 where something could not be done. `say` gets messages, `show` results.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import export as exporting
from corpus import statistics
from corpus.flags import MEANINGS
from corpus.forms import Form, read_form, tables, write_form
from corpus.importing import read_foreign
from corpus.page import write_page
from corpus.pair import Pair
from corpus.review import Copy, Merged, conflict_rows
from corpus.review import merge as merge_pairs
from corpus.sample import draw
from corpus.table import write_table

Line = Callable[[str], None]
Mark = Callable[[str, str], str]


class Refused(Exception):
    """What was asked for would harm something or makes no sense; the message says what to do instead."""


@dataclass(frozen=True)
class Merging:
    """What one merge was asked for."""

    master: Path
    copies: Sequence[Path]
    dry_run: bool
    reviewer: str | None


def merge(job: Merging, say: Line, show: Line) -> list[Pair]:
    """Merge reviewed copies into their master (a table, or a folder of tables), which is backed up first.

    Returns the rows that changed, as they are now. Raises Refused, TableError and OSError.
    """
    masters = [read_form(path) for path in tables([job.master])]
    rows = [pair for master in masters for pair in master.pairs]
    for id, count in Counter(pair.id for pair in rows).most_common(1):
        if count > 1:
            raise Refused(f"{job.master}: the id {id} is there {count} times; every row of a master has an id of its own")
    copies = []
    for path in job.copies:
        if any(path.resolve() == master.path.resolve() for master in masters):
            raise Refused(f"{path} is the master itself; name the reviewed copy")
        form = read_form(path)
        if form.others:
            say(f"{path}: columns that are not the table's are left where they are: {', '.join(form.others)}")
        copies.append(Copy(job.reviewer or _reviewer(path, masters), form.pairs))
    result = merge_pairs(rows, copies)
    for remark in result.remarks:
        say(remark)
    _report(result, show)
    if job.dry_run:
        show("dry run: nothing was written")
        return []
    changed = set(result.changed)
    merged = iter(result.pairs)
    for master in masters:
        now = [next(merged) for _ in master.pairs]
        if any(pair.id in changed for pair in now):
            saved = _free(master.path.with_name(master.path.name + ".bak"))
            shutil.copy2(master.path, saved)
            write_form(master.path, now)
            show(f"{master.path}: written; as it was: {saved.name}")
    if result.conflicts:
        _write_conflicts(job, rows, result, show)
    return [pair for pair in result.pairs if pair.id in changed]


def _reviewer(path: Path, masters: Sequence[Form]) -> str:
    """Who reviewed a copy, by its name: `almaty-anna.xlsx` of `almaty.tsv` is anna's."""
    name = path.name.partition(".")[0]
    for master in masters:
        own = master.path.name.partition(".")[0]
        rest = name.removeprefix(own).strip(" -_.()")
        if name.startswith(own) and rest:
            return rest
    return name


def _report(result: Merged, show: Line) -> None:
    edited, ok, rejected = (result.statuses[status] for status in ("edited", "ok", "rejected"))
    show(
        f"{_count(len(result.changed), 'row')} changed; now {edited:,} edited, {ok:,} ok, {rejected:,} rejected, "
        f"{result.statuses['']:,} not reviewed"
    )
    if result.agreed or result.disputed:
        total = result.agreed + result.disputed
        show(
            f"of {_count(total, 'row')} that several reviewed they agree on {result.agreed:,} "
            f"({100 * result.agreed / total:.0f} %)"
        )


def _write_conflicts(job: Merging, rows: list[Pair], result: Merged, show: Line) -> None:
    path = job.master / "all.conflicts.tsv" if job.master.is_dir() else job.master.with_name(f"{job.master.stem}.conflicts.tsv")
    disputed = list(conflict_rows(rows, result.conflicts))
    if path.exists() and read_form(path).pairs != disputed:
        path = _free(path.with_name(path.name.removesuffix(".conflicts.tsv")), ".conflicts.tsv")  # somebody may be at work in it
    write_table(path, disputed)
    show(
        f"{_count(len(result.conflicts), 'row')} left unchanged because verdicts differ: {path.name} has all sides; "
        f"keep one row for each id there and merge that table"
    )


def _free(path: Path, ending: str = "") -> Path:
    """`path` with `ending`, or with a number before it, such that no file stands there."""
    number, free = 1, path.with_name(path.name + ending)
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}{number}{ending}")
    return free


def status(paths: Sequence[Path], show: Line) -> None:
    """Print how far the review of tables has come and what it says of the machine. Raises TableError and OSError."""
    forms = [read_form(path) for path in tables(paths)]
    everything = [pair for form in forms for pair in form.pairs]
    header = ("table", "rows", "reviewed", "ok", "edited", "rejected")
    lines = [(form.path.name, *_tallied(statistics.tally(form.pairs))) for form in forms]
    if len(forms) > 1:
        lines.append(("all", *_tallied(statistics.tally(everything))))
    _print([header, *lines], show)
    found = statistics.effort(everything)
    if found:
        show(
            f"\n{_count(found.rows, 'edited row')}: {100 * found.distance:.0f} % of words changed, "
            f"chrF of the machine's text against the reviewers' {found.chrf:.1f}"
        )
    guess = statistics.estimate(everything)
    if guess:
        show(
            f"\nby {_count(guess.rows, 'reviewed row')} drawn at random, {100 * guess.share:.0f} % of the rows they were drawn "
            f"from are right as the machine wrote them (95 % interval {100 * guess.low:.0f} to {100 * guess.high:.0f} %)"
        )
    if any(pair.flags for pair in everything):
        show("")
        flags = statistics.by_flag(everything)
        table = [("flag", "rows", "reviewed", "faulty", "")]
        for flag, counts in flags.items():
            share = "" if counts.faulty is None else f"{100 * counts.faulty:.0f} %"
            table.append((flag or "(none)", str(counts.rows), str(counts.reviewed), share, MEANINGS.get(flag, "")))
        _print(table, show)


def _tallied(counts: statistics.Tally) -> tuple[str, ...]:
    share = f" ({100 * counts.reviewed / counts.rows:.0f} %)" if counts.rows else ""
    return (str(counts.rows), f"{counts.reviewed}{share}", str(counts.ok), str(counts.edited), str(counts.rejected))


def diff(path: Path, other: Path | None, mark: Mark, show: Line) -> None:
    """Print what reviewers changed in a merged table, or what differs in a reviewed copy, word by word.

    `mark` colours words that went ("-") or came ("+"). Raises TableError and OSError.
    """
    forms = [read_form(table) for table in tables([path])]
    master = [pair for form in forms for pair in form.pairs]
    if other is None:
        changes = [(pair, pair.draft, pair.target) for pair in master if pair.machine is not None]
    else:
        result = merge_pairs(master, [Copy(_reviewer(other, forms), read_form(other).pairs)])
        before = {pair.id: pair for pair in master}
        changes = [(pair, before[pair.id].target, pair.target) for pair in result.pairs if pair.target != before[pair.id].target]
    for pair, old, new in changes:
        by = f"  ({pair.reviewer})" if pair.reviewer else ""
        show(f"{pair.id}{by}\n  it  {pair.source}\n  en  {statistics.words_changed(old, new, mark)}\n")
    show(f"{_count(len(changes), 'row')} changed")


def sample(paths: Sequence[Path], out: Path, count: int, random_share: float, seed: int, show: Line) -> None:
    """Write the rows most worth a reviewer's time to `out`. Raises Refused, TableError and OSError."""
    _not_there(out)
    pairs = [pair for table in tables(paths) for pair in read_form(table).pairs]
    drawn = draw(pairs, count, random_share, seed)
    if not drawn:
        raise Refused("every row has been reviewed: there is nothing left to draw")
    write_form(out, drawn)
    by_lot = sum(pair.drawn == "random" for pair in drawn)
    show(
        f"{out}: {_count(len(drawn), 'row')} of {len(pairs):,}, {len(drawn) - by_lot:,} doubtful and {by_lot:,} at random; "
        f"when reviewed, merge it into the master, and 'review status' estimates the quality of the whole"
    )


def workbook(paths: Sequence[Path], out: Path, show: Line) -> None:
    """Write tables as one workbook for review. Raises Refused, TableError and OSError."""
    _not_there(out)
    pairs = [pair for table in tables(paths) for pair in read_form(table).pairs]
    cut = write_form(out, pairs)
    show(f"{out}: {_count(len(pairs), 'row')}")
    if cut:
        show(f"{out}: {_count(cut, 'text')} cut at the 32,767 characters that a cell holds; merging knows them again")


def export(paths: Sequence[Path], out: Path, form: str | None, wanted: exporting.Filter, force: bool, show: Line) -> None:
    """Write a corpus of the tables' pairs that pass `wanted`, and say what was left out and why.

    `form` is one of exporting.FORMATS, None for what the name's ending says. Raises Refused, TableError and OSError.
    """
    form = form or exporting.SUFFIXES.get(out.suffix.lower())
    if form is None:
        raise Refused(f"{out}: name a format with --format ({', '.join(exporting.FORMATS)}); the name's ending tells none")
    results = exporting.moses_paths(out) if form == "moses" else (out,)
    for result in () if force else results:
        _not_there(result)
    pairs = [pair for table in tables(paths) for pair in read_form(table).pairs]
    if any(path.resolve() == result.resolve() for path in tables(paths) for result in results):
        raise Refused(f"{out} is one of the tables to export; name another file")
    taken, left = exporting.select(pairs, wanted)
    for reason, number in left.most_common():
        show(f"left out: {number:,} ({reason})")
    if not taken:
        hint = "; review some rows first, or take them all with --status any" if left["not reviewed"] else ""
        raise Refused(f"none of {_count(len(pairs), 'pair')} passes, so nothing was written{hint}")
    try:
        exporting.FORMATS[form](out, taken)
    except ImportError as problem:
        raise Refused("Parquet needs pyarrow: pip install 'afronte[parquet]'") from problem
    show(f"{' and '.join(map(str, results))}: {_count(len(taken), 'pair')} of {len(pairs):,}")


def import_foreign(paths: Sequence[Path], out: Path, force: bool, show: Line) -> None:
    """Write the pairs of other tools' files as one review table. Raises Refused, TableError and OSError."""
    if not force:
        _not_there(out)
    ids: set[str] = set()
    pairs = []
    for path in paths:
        for pair in read_foreign(path):
            number, own = 1, pair.id
            while own in ids:
                number += 1
                own = f"{pair.id}-{number}"
            ids.add(own)
            pairs.append(replace(pair, id=own))
    write_form(out, pairs)
    show(f"{out}: {_count(len(pairs), 'pair')}")


def page(paths: Sequence[Path], out: Path, title: str | None, show: Line) -> None:
    """Write tables as one facing page; it holds nothing that is not in them, so it replaces what stands there.

    Raises Refused, TableError and OSError.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise Refused(f"-o {out}: a page is an .html file")
    forms = [read_form(path) for path in tables(paths)]
    pairs = [pair for form in forms for pair in form.pairs]
    names = list(dict.fromkeys(pair.text for pair in pairs))
    write_page(out, pairs, title or (names[0] if len(names) == 1 else paths[0].stem))
    show(f"{out}: {_count(len(pairs), 'pair')} of {_count(len(names), 'article')}")


def _not_there(path: Path) -> None:
    if path.exists():
        raise Refused(f"{path} is there already and is kept: name another file, or move it away")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _print(rows: Sequence[tuple[str, ...]], show: Line) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        # Numbers to the right, names and explanations to the left.
        cells = [
            cell.ljust(width) if i in (0, len(row) - 1) and not cell[:1].isdigit() else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        show("  ".join(cells).rstrip())
