"""Where results go: one table an article in a folder, one table for all in a file, or standard output."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol, TextIO

from corpus.files import clear_left_overs, whole
from corpus.pair import Pair
from corpus.table import TableError, Writer, read_table, write_table
from translate.article import Article
from translate.pipeline import Translated
from translate.reading import Source
from translate.record import Record

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\#]+')


# What there is of an article: nothing, its table, or one of another text that may be replaced.
Standing = Literal["missing", "done", "outdated"]


class Kept(Exception):
    """A result that was not written because something stands in its place; the message says what to do."""


class Sink(Protocol):
    """What takes translated articles. With `in_order` one article's parts may come one by one."""

    in_order: bool

    def standing(self, article: Article) -> Standing:
        """What there is of `article`. Raises Kept where a table that is not to be replaced is in the way."""
        ...

    def write(self, translated: Translated) -> None:
        """Take one article. Raises OSError as the system does."""
        ...


def pairs(translated: Translated) -> Iterator[Pair]:
    """The rows of an article's review table."""
    words = translated.words or ("",) * len(translated.translations)
    for sentence, translation, links in zip(translated.article.sentences, translated.translations, words, strict=True):
        yield Pair(
            id=f"{translated.article.name}#{sentence.id}", source=sentence.text, target=translation.target,
            score=translation.score, adequacy=translation.adequacy, flags=translation.flags, note=translation.note,
            words=links,
        )  # fmt: skip


class Folder:
    """NAME.tsv in a folder for each article, and NAME.en.txt with `text`. What stands there is kept unless `force`.

    A table of another text (the article has changed) is outdated while nobody has touched it, and else kept.
    """

    in_order = False

    def __init__(self, folder: Path, text: bool, force: bool, clear: bool = True) -> None:
        self.folder, self.text, self.force = folder, text, force
        self._record = Record(folder)
        if clear:
            clear_left_overs(folder)

    def _paths(self, name: str) -> tuple[Path, Path]:
        return self.folder / f"{name}.tsv", self.folder / f"{name}.en.txt"

    def standing(self, article: Article) -> Standing:
        table, text = self._paths(article.name)
        if self.force or not table.exists():
            return "missing"
        expected = {f"{article.name}#{sentence.id}": sentence.text for sentence in article.sentences}
        try:
            found = {pair.id: pair.source for pair in read_table(table)}
        except TableError as problem:
            raise Kept(f"{problem}; it is kept: name another folder with -o, or replace it with --force") from problem
        if found != expected:
            if self._record.untouched([table, text] if self.text else [table]):
                return "outdated"
            raise Kept(
                f"{table} holds another text under this name, or an edited one, and is kept: "
                "name another folder with -o, or replace it with --force"
            )
        if self.text and not text.exists():
            raise Kept(f"{table} is there and {text.name} is not: --force translates again and replaces both")
        return "done"

    def write(self, translated: Translated) -> None:
        table, text = self._paths(translated.article.name)
        if self.text:
            with whole(text) as file:
                file.write(translated.text())
        # The table comes last: its presence means that the article is done.
        write_table(table, pairs(translated))
        self._record.note([table, text] if self.text else [table])


class Stream:
    """All articles in one open file: as one table, or as English text."""

    in_order = True

    def __init__(self, file: TextIO, text: bool, words: bool = False) -> None:
        self._file = file
        self._writer = None if text else Writer(file, later=words)
        self._count = 0

    def standing(self, article: Article) -> Standing:
        return "missing"

    def write(self, translated: Translated) -> None:
        if self._writer is None:
            self._file.write(("\n" if self._count else "") + translated.text())
        else:
            for pair in pairs(translated):
                self._writer.write(pair)
        self._file.flush()
        self._count += 1


class _File:
    """A table and, beside it, the English text."""

    in_order = True

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = sinks
        self.written = False

    def standing(self, article: Article) -> Standing:
        return "missing"

    def write(self, translated: Translated) -> None:
        for sink in self._sinks:
            sink.write(translated)
        self.written = True


class _Nothing(Exception):
    """No article came."""


@contextlib.contextmanager
def open_file(path: Path, text: bool, force: bool, words: bool = False) -> Iterator[Sink]:
    """All articles in one table at `path`, and with `text` in one English text beside it; whole or not at all.

    Raises Kept where `path` stands already and `force` is not set.
    """
    if path.exists() and not force:
        raise Kept(f"{path} is there already and is kept: name another file with -o, or replace it with --force")
    with contextlib.suppress(_Nothing), contextlib.ExitStack() as stack:
        english = [Stream(stack.enter_context(whole(path.with_suffix(".en.txt"))), True)] if text else []
        sink = _File([Stream(stack.enter_context(whole(path, byte_order_mark=True)), False, words), *english])
        yield sink
        if not sink.written:
            raise _Nothing  # a table of no rows would stand in the next run's way


def name_sources(sources: Sequence[Source]) -> list[str]:
    """A name for each source, none twice: the file's name without its ending, below a searched folder with its subfolders.

    Files of one name get their ending too, or their folder's name, or both; at the worst a part of their path's digest.
    """

    def plain(source: Source) -> str:
        if source.path is None:
            return "stdin"
        path = source.path.relative_to(source.root) if source.root else Path(source.path.name)
        return safe_name(str(path.with_suffix("").as_posix()))

    def with_ending(source: Source) -> str:
        suffix = source.path.suffix.lstrip(".") if source.path else ""
        return f"{plain(source)}-{safe_name(suffix)}" if suffix else plain(source)

    def with_folder(source: Source) -> str:
        parent = (source.root or source.path.parent).absolute().name if source.path else ""
        return f"{safe_name(parent)}-{plain(source)}" if parent else plain(source)

    def with_digest(source: Source) -> str:
        return f"{plain(source)}-{hashlib.sha256(str(source.path).encode()).hexdigest()[:8]}"

    def with_both(source: Source) -> str:
        suffix = source.path.suffix.lstrip(".") if source.path else ""
        return f"{with_folder(source)}-{safe_name(suffix)}" if suffix else with_folder(source)

    groups: dict[str, list[int]] = {}
    names = [plain(source) for source in sources]
    for i, name in enumerate(names):
        groups.setdefault(name.casefold(), []).append(i)
    for members in groups.values():
        for scheme in (plain, with_ending, with_folder, with_both, with_digest):
            renamed = [scheme(sources[i]) for i in members]
            if len({name.casefold() for name in renamed}) == len(renamed):
                break
        for i, name in zip(members, renamed, strict=True):
            names[i] = name
    return names


class Names:
    """Hands out names, none twice: a second `almaty` becomes `almaty-2`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """`name`, or its first numbered form that is free. Case does not part names: on some disks it does not part files."""
        free, count = name, 1
        while free.casefold() in self._taken:
            count += 1
            free = f"{name}-{count}"
        self._taken.add(free.casefold())
        return free


def safe_name(name: str) -> str:
    """`name` as a file may be called anywhere, subfolders kept; very long ones end in a part of their digest."""
    parts = [_UNSAFE.sub("_", part).strip(" .") for part in name.split("/")]
    safe = "/".join(part for part in parts if part) or "article"
    if len(safe.encode()) > 150:
        safe = f"{safe.encode()[:130].decode(errors='ignore')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return safe
