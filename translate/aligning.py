"""What `afronte align` does: two texts that exist already, or two folders of them, read, cut, lined up, written as tables."""

from __future__ import annotations

import re
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
from translate.article import Sentence
from translate.output import safe_name
from translate.reading import Fields, Unreadable, decode, find, read
from translate.sentences import cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from translate.words import Linker

Say = Callable[[str], None]
# Under this chance, in whole percent, a bead is flagged `unsure`.
UNSURE = 60
_LANGUAGE = re.compile(r"[-_. ]?(?:ita?|en|eng|italian[oa]?|english|inglese)$", re.IGNORECASE)


class CannotAlign(Exception):
    """Two texts that cannot be lined up; the message says why and what would mend it."""


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


@dataclass(frozen=True)
class Side:
    """One text of a pair, cut into sentences; at `breaks`, numbers of sentences, begin sections that lie side by side."""

    name: str
    sentences: tuple[Sentence, ...]
    breaks: tuple[int, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The sentences on one line each, without the damage that was found in them."""
        return [" ".join(sentence.sound.split()) for sentence in self.sentences]


def run(job: Job, say: Say) -> int:
    """Do `job`; returns the exit code: 0, or 1 where a pair could not be done, each said in a line."""
    failures = done = 0
    encoder = open_encoder(job.encoder, workers=2)
    words = _translator(say) if job.translated else None
    linker = _linker(say) if job.words else None
    try:
        pairs = list(_pairs(job, encoder, say))
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
        left, right = italian.texts[i:stop], english.texts[j:last]
        for bead in align(left, right, encoder, left_words=words(left) if words else None):
            found.append(Bead(tuple(i + n for n in bead.left), tuple(j + n for n in bead.right), bead.chance))
        i, j = stop, last
    return found


def _pairs(job: Job, encoder: Encoder, say: Say) -> Iterator[tuple[str, Path, Path]]:
    """The texts to line up with each other: (name, Italian, English)."""
    if job.italian.is_dir() != job.english.is_dir():
        raise CannotAlign(f"{job.italian} and {job.english}: name two files or two folders")
    if not job.italian.is_dir():
        yield _name(job.italian), job.italian, job.english
        return
    sides = []
    for folder in (job.italian, job.english):
        found = [source.path for source in find([str(folder)]) if not isinstance(source, Unreadable) and source.path]
        if not found:
            raise CannotAlign(f"{folder}: no texts in this folder")
        sides.append(found)
    matched = _by_content(sides[0], sides[1], encoder, job) if job.match == "content" else _by_name(sides[0], sides[1])
    for italian, english in matched:
        yield _name(italian), italian, english
    for path in [p for p in sides[0] if p not in {i for i, _ in matched}] + [
        p for p in sides[1] if p not in {e for _, e in matched}
    ]:
        hint = "" if job.match == "content" else "; --match content looks at the texts instead of the names"
        say(f"{path}: no counterpart{hint}")
    if not matched:
        raise CannotAlign(f"{job.italian} and {job.english}: no two texts belong together")


def _name(path: Path) -> str:
    stem = path.name.partition(".")[0]
    return safe_name(_LANGUAGE.sub("", stem) or stem)


def _by_name(italian: Sequence[Path], english: Sequence[Path]) -> list[tuple[Path, Path]]:
    named = {_name(path).casefold(): path for path in english}
    return [(path, named[_name(path).casefold()]) for path in italian if _name(path).casefold() in named]


def _by_content(italian: Sequence[Path], english: Sequence[Path], encoder: Encoder, job: Job) -> list[tuple[Path, Path]]:
    """Texts that are each other's nearest, by the mean meaning of their sentences."""
    import numpy as np

    def centre(path: Path) -> NDArray[np.float32]:
        try:
            texts = _side(path, job.lines).texts[:60]
        except (CannotAlign, Unreadable, OSError):
            texts = []
        vectors = encoder.spans(texts, 1)[0]
        return vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)

    left, right = np.array([centre(p) for p in italian]), np.array([centre(p) for p in english])
    left, right = left - left.mean(axis=0) * (len(left) > 1), right - right.mean(axis=0) * (len(right) > 1)
    near = left @ right.T
    return [
        (italian[i], english[j])
        for i, j in enumerate(near.argmax(axis=1).tolist())
        if near[:, j].argmax() == i and near[i, j] > 0
    ]


def _sides(job: Job, italian: Path, english: Path) -> tuple[Side, Side]:
    if job.columns is not None:
        return _of_columns(italian, job.columns)
    return _parted(_side(italian, job.lines), job.mark), _parted(_side(english, job.lines), job.mark)


def _parted(side: Side, mark: str | None) -> Side:
    """`side` without the sentences that are nothing but `mark`, and with a break in place of each."""
    if mark is None:
        return side
    kept: list[Sentence] = []
    breaks = []
    for sentence in side.sentences:
        if sentence.text.strip() == mark.strip():
            breaks.append(len(kept))
        else:
            kept.append(sentence)
    return Side(side.name, tuple(kept), tuple(breaks))


def _side(path: Path, lines: bool) -> Side:
    """The sentences of one file; `-` is standard input. Both languages are cut by the same rules."""
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    name = "stdin" if str(path) == "-" else _name(path)
    if lines:
        text = decode(data)[0]
        return Side(name, tuple(_lines(text)))
    for found in read(str(path), name, data, path.suffix, "auto", Fields("id", "title", "text")):
        if isinstance(found, Unreadable):
            raise found
        return Side(name, cut(found, name).sentences)
    raise CannotAlign(f"{path}: holds no text")


def _lines(text: str) -> Iterator[Sentence]:
    at = 0
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        yield Sentence(1, number, at, at + len(line), line)
        at += len(line) + 1


def _of_columns(path: Path, columns: tuple[str, str]) -> tuple[Side, Side]:
    """Two columns of one table, a sentence a cell."""
    from corpus import table, workbook
    from corpus.forms import is_workbook

    header, rows = workbook.read_cells(path)[:2] if is_workbook(path) else table.read_cells(path)
    names = table.known(header)
    missing = [column for column in columns if column.lower() not in names]
    if missing:
        raise CannotAlign(f"{path}: no column {', '.join(missing)}; it has {', '.join(names)}")
    cells = list(rows)
    sides = []
    for column in columns:
        at = names.index(column.lower())
        texts = [row[at] for row in cells if at < len(row) and row[at].strip()]
        sides.append(Side(_name(path), tuple(Sentence(1, n, 0, len(text), text) for n, text in enumerate(texts, 1))))
    return sides[0], sides[1]


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
            flags += [flag for place in places for flag in side.sentences[place].flags if flag not in flags]
        yield Pair(
            id=f"{name}#b{number:04}", source=_joined(italian, bead.left), target=_joined(english, bead.right), score=percent,
            shape=f"{len(bead.left)}x{len(bead.right)}", flags=tuple(sorted(flags)), note=note,
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
