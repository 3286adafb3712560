"""What `afronte align` does: two texts that exist already, or two folders of them, read, cut, lined up, written as tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.align import Bead, align, order_broken
from corpus.encoder import Encoder, open_encoder
from corpus.files import whole
from corpus.pair import Pair
from corpus.table import TableError, Writer, write_table
from translate.matching import pairs_of
from translate.reading import Unreadable
from translate.sides import CannotAlign, Side, of_columns, parted, read_side

if TYPE_CHECKING:
    from translate.words import Linker

Say = Callable[[str], None]
# Under this chance, in whole percent, a bead is flagged `unsure`.
UNSURE = 60


@dataclass(frozen=True)
class Job:
    """What to line up, and how: the command's options."""

    italian: Path
    english: Path
    output: str
    lines: bool
    columns: tuple[str, str] | None
    match: str
    form: str
    encoder: str
    translated: bool
    force: bool
    words: bool = False
    mark: str | None = None


def run(job: Job, say: Say) -> int:
    """Do `job`; returns the exit code: 0, or 1 where a pair could not be done, each said in a line."""
    failures = done = 0
    encoder = open_encoder(job.encoder, workers=2)
    words = _translator(say) if job.translated else None
    linker = _linker(say) if job.words else None
    try:
        pairs = list(pairs_of(job.italian, job.english, job.match, job.lines, encoder, say))
    except (CannotAlign, OSError) as problem:
        say(f"error: {_line(problem)}")
        return 1
    several = job.italian.is_dir()
    for name, italian_path, english_path in pairs:
        try:
            italian, english = _sides(job, italian_path, english_path)
            beads = _beads(italian, english, encoder, words)
            crossed = order_broken(beads, italian.texts, english.texts, encoder)
            found = list(rows(name, italian, english, beads, crossed))
            if linker:
                links = linker.links([pair.source for pair in found], [pair.target for pair in found])
                found = [replace(pair, words=made) for pair, made in zip(found, links, strict=True)]
            _write(job, name, several, found, beads)
            paired = sum(bool(bead.left and bead.right) for bead in beads)
            say(f"{name}: {len(italian.sentences):,} and {len(english.sentences):,} sentences, {paired:,} pairs")
            if paired < 0.2 * min(len(italian.sentences), len(english.sentences)):
                say(f"{name}: hardly anything answers anything: are these an Italian and an English version of one text?")
            done += 1
        except (CannotAlign, Unreadable, TableError, OSError) as problem:
            failures += 1
            say(f"error: {_line(problem)}")
    if several:
        say(f"{done:,} pairs of texts lined up" + (f"; {failures:,} failed, see above" if failures else ""))
    return 1 if failures else 0


def _sides(job: Job, italian: Path, english: Path) -> tuple[Side, Side]:
    if job.columns is not None:
        return of_columns(italian, job.columns)
    return parted(read_side(italian, job.lines), job.mark), parted(read_side(english, job.lines), job.mark)


def _line(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename}: {problem.strerror}; check the name, the permissions and the space"
    return str(problem)


def _translator(say: Say) -> Callable[[list[str]], list[str]]:
    from translate.memory import Memory, memory_path
    from translate.translator import Translator

    translator = Translator(beam=1, say=say, memory=Memory(memory_path(), say))
    return lambda sentences: [made.target for made in translator.stream(sentences)]


def _linker(say: Say) -> Linker:
    from translate.engine import load
    from translate.models import BUNDLED
    from translate.words import Linker

    return Linker(load(BUNDLED, "ctranslate2", "auto", "auto", say))


def _beads(italian: Side, english: Side, encoder: Encoder, words: Callable[[list[str]], list[str]] | None) -> list[Bead]:
    """The beads of two texts; sentences in different sections, counted from the start, never share one."""
    if len(italian.breaks) != len(english.breaks):
        counts = f"{len(italian.breaks) + 1} and {len(english.breaks) + 1}"
        raise CannotAlign(f"{italian.name}: {counts} sections between the marks; give both texts as many")
    found: list[Bead] = []
    ends = zip([*italian.breaks, len(italian.sentences)], [*english.breaks, len(english.sentences)], strict=True)
    i = j = 0
    for stop, last in ends:
        for bead in align(italian.section(i, stop, words), english.section(j, last), encoder):
            found.append(Bead(tuple(i + n for n in bead.left), tuple(j + n for n in bead.right), bead.chance))
        i, j = stop, last
    return found


def rows(name: str, italian: Side, english: Side, beads: Sequence[Bead], crossed: dict[int, str]) -> Iterator[Pair]:
    """The review table's rows. `crossed` has for beads (by number) the text with which they would go were it not for order."""
    for number, bead in enumerate(beads, 1):
        percent = round(100 * bead.chance)
        flags = []
        if not bead.left or not bead.right:
            flags.append("missing")
        elif (len(bead.left), len(bead.right)) != (1, 1):
            flags.append("merged")
        if percent < UNSURE:
            flags.append("unsure")
        note = ""
        if number - 1 in crossed:
            flags.append("cross")
            note = f"elsewhere: {crossed[number - 1]}"
        for side, places in ((italian, bead.left), (english, bead.right)):
            flags += [flag for place in places for flag in side.sentences[place].flags]
        yield Pair(
            id=f"{name}#b{number:04}", source=_joined(italian, bead.left), target=_joined(english, bead.right), score=percent,
            shape=f"{len(bead.left)}x{len(bead.right)}", flags=tuple(sorted(set(flags))), note=note,
            places=f"{_places(italian, bead.left)} | {_places(english, bead.right)}",
        )  # fmt: skip


def _joined(side: Side, places: Sequence[int]) -> str:
    return " ".join(side.sentences[place].text for place in places)


def _places(side: Side, places: Sequence[int]) -> str:
    """Ids and offsets of sentences: `p01s02 120-185`."""
    return ", ".join(f"{s.id} {s.start}-{s.end}" for s in (side.sentences[place] for place in places))


def _write(job: Job, name: str, several: bool, found: Sequence[Pair], beads: Sequence[Bead]) -> None:
    suffix = ".beads" if job.form == "beads" else ".tsv"
    if job.output == "-":
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        if job.form == "beads":
            sys.stdout.writelines(_bead_lines(beads))
        else:
            writer = Writer(sys.stdout, later=True)
            for pair in found:
                writer.write(pair)
        return
    path = Path(job.output)
    if several or (path.is_dir() or not path.suffix):
        path = path / f"{name}{suffix}"
    if path.exists() and not job.force:
        raise CannotAlign(f"{path} is there already and is kept: name another place with -o, or replace it with --force")
    if job.form == "beads":
        with whole(path) as file:
            file.writelines(_bead_lines(beads))
    else:
        write_table(path, found)


def _bead_lines(beads: Sequence[Bead]) -> Iterator[str]:
    """Beads as scorers read them: `[0]:[0,1]:0.93`."""
    for bead in beads:
        left, right = (",".join(map(str, places)) for places in (bead.left, bead.right))
        yield f"[{left}]:[{right}]:{bead.chance:.2f}\n"
