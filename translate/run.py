"""One run of `afronte translate`: inputs found and read one by one, translated in one stream, written as they are done."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from corpus.table import TableError, read_table
from translate.adequacy import Judge
from translate.article import Article, Document
from translate.engine import Compute, load
from translate.evaluate import TestSetError, read_set, score
from translate.glossary import Glossary
from translate.large import read_file
from translate.memory import Memory, memory_path
from translate.models import ModelError, Say
from translate.output import Folder, Kept, Names, Sink, Stream, name_sources, open_file, safe_name
from translate.pipeline import translate_articles
from translate.progress import NORMAL, VERBOSE, Progress
from translate.reading import Fields, Format, Source, Unreadable, find
from translate.sentences import cut
from translate.translator import Translator
from translate.words import Linker


@dataclass(frozen=True)
class Job:
    """What to translate, how, and where to: the command's options, one field each."""

    inputs: list[str]
    output: str
    text: bool
    force: bool
    model: str
    engine: str
    device: str
    compute: str
    beam: int | None
    form: Format
    fields: Fields
    memory: bool = True
    repair: bool = True
    adequacy: bool = True
    glossary: Path | None = None
    cluster: str | None = None
    workers: int | None = None
    words: bool = False


def run(job: Job, level: int) -> int:
    """Do `job`, saying what happens on standard error; returns the exit code: 0, or 1 where some inputs failed."""
    found = list(dict.fromkeys(entry for entry in find(job.inputs)))
    sources = [entry for entry in found if isinstance(entry, Source)]
    with Progress(level, _size(sources)) as progress:
        for entry in found:
            if isinstance(entry, Unreadable):
                progress.fail(entry)
        try:
            if job.cluster:
                from translate.cluster import translate_on

                translate_on(job, sources, progress)
            else:
                with _sink(job) as sink:
                    _translate(job, sources, sink, progress)
        except (ModelError, Kept, Unreadable) as problem:
            progress.fail(problem)
        except OSError as problem:
            if isinstance(problem, BrokenPipeError):
                raise
            progress.fail(
                Kept(f"cannot write to {job.output}: {problem.strerror}; free some space or name another place with -o")
            )
    done = f"{_count(progress.articles, 'article')}, {_count(progress.sentences, 'sentence')}"
    if progress.articles:
        done += f", {progress.rate():.1f} sentences/s"
    if progress.kept:
        done += f"; {_count(progress.kept, 'article')} done before and kept (--force translates again)"
    if progress.failures:
        done += f"; {_count(progress.failures, 'input')} failed, see above"
    progress.say(done)
    return 1 if progress.failures else 0


def segment(inputs: list[str], form: Format, fields: Fields, table: bool, mended: bool, level: int) -> int:
    """Print the sentences of `inputs`, one a line with a blank line after each paragraph, or a table with their offsets.

    As they were read, or with `mended` without the damage that was found. The table has both, and what was found.
    Returns the exit code: 0, or 1 where some inputs failed.
    """
    found = list(find(inputs))
    with Progress(level, None) as progress:
        for entry in found:
            if isinstance(entry, Unreadable):
                progress.fail(entry)
        _prepare_standard_output()
        if table:
            print("id", "start", "end", "sentence", "mended", "flags", sep="\t")
        for article in _articles([entry for entry in found if isinstance(entry, Source)], form, fields, True, progress):
            for paragraph in article.paragraphs:
                for sentence in paragraph.sentences:
                    line, sound = (" ".join(text.split()) for text in (sentence.text, sentence.sound))
                    if table:
                        cells = (f"{article.name}#{sentence.id}", sentence.start, sentence.end, line)
                        print(*cells, sound if sentence.mended else "", " ".join(sentence.flags), sep="\t")
                    else:
                        print(sound if mended else line)
                if not table:
                    print()
    return 1 if progress.failures else 0


def evaluate(source: Path, reference: Path | None, models: list[str], table: Path | None, beam: int | None) -> int:
    """Print the scores of `models`, or of the targets in a review table, on a test set; returns the exit code, 0 or 1."""
    with Progress(NORMAL, None) as progress:
        try:
            italian, english = read_set(source, reference)
            systems: list[tuple[str, list[str]]] = []
            if table is not None:
                targets = [pair.target for pair in read_table(table)]
                if len(targets) != len(english):
                    raise TestSetError(
                        f"{table} has {len(targets)} rows and the test set {len(english)}; they must be the same sentences"
                    )
                systems.append((str(table), targets))
            else:
                systems = [
                    (name, [found.target for found in Translator(name, beam=beam, say=progress.say).stream(italian)])
                    for name in models
                ]
            scores = list(score(systems, english))
        except (TestSetError, TableError, ModelError) as problem:
            progress.fail(problem)
            return 1
        except OSError as problem:
            progress.fail(TestSetError(f"{problem.filename}: cannot be read ({problem.strerror})"))
            return 1
    for found in scores:
        p = "" if found.p is None else f"  p = {found.p:.3f} against {systems[0][0]}"
        print(f"{found.metric:5} {found.value:5.1f} ± {found.margin:.1f}  {found.system}{p}")
    for signature in dict.fromkeys(f"{found.metric} {found.signature}" for found in scores):
        print(signature)
    return 0


def _prepare_standard_output() -> None:
    """Pipes get UTF-8 without a byte-order mark, and line ends as they are."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(sources: list[Source]) -> int | None:
    total = 0
    for source in sources:
        if source.path is None:
            return None
        with contextlib.suppress(OSError):
            total += source.path.stat().st_size
    return total


@contextlib.contextmanager
def _sink(job: Job) -> Iterator[Sink]:
    if job.output == "-":
        _prepare_standard_output()
        yield Stream(sys.stdout, job.text, job.words)
    elif Path(job.output).suffix.lower() == ".tsv" and not Path(job.output).is_dir():
        with open_file(Path(job.output), job.text, job.force, job.words) as sink:
            yield sink
    else:
        yield Folder(Path(job.output), job.text, job.force)


def _translate(job: Job, sources: list[Source], sink: Sink, progress: Progress) -> None:
    """Translate what `sink` wants of `sources`."""
    glossary = Glossary.read(job.glossary) if job.glossary else None
    # Of English alone nobody would see an adequacy. The encoder loads while the first article is read.
    judge = Judge() if job.adequacy and not (job.text and job.output == "-") else None
    articles = wanted(_articles(sources, job.form, job.fields, job.repair, progress, sink.in_order), sink, progress)
    first = next(articles, None)
    if first is None:
        return
    translator = open_translator(job, judge, glossary, progress.say)
    work(chain([first], articles), translator, sink, progress, job.words)
    if translator.memory is not None:
        translator.memory.close()


def wanted(articles: Iterable[Article], sink: Sink, progress: Progress) -> Iterator[Article]:
    """Those of `articles` that `sink` has not got; what it has is counted, what stands in the way is said."""
    for article in articles:
        try:
            standing = sink.standing(article)
            if standing == "done":
                progress.kept += 1
                progress.say(f"{article.name}: done before and kept", VERBOSE)
                continue
            if standing == "outdated":
                progress.say(f"{article.name}: the text has changed; its table, which nobody has edited, is made anew")
            yield article
        except Kept as problem:
            progress.fail(problem)


def open_translator(job: Job, judge: Judge | None, glossary: Glossary | None, say: Say, workers: int | None = None) -> Translator:
    """The translator that `job` asks for, on so many single-threaded `workers`, one a core where it is None."""
    compute = cast(Compute, job.compute)
    loaded = load(job.model, job.engine, job.device, compute, say, workers)
    memory = Memory(memory_path(), say) if job.memory else None
    return Translator(loaded, beam=job.beam, memory=memory, judge=judge, glossary=glossary)


def work(articles: Iterable[Article], translator: Translator, sink: Sink, progress: Progress, words: bool = False) -> None:
    """Translate `articles` and hand them to `sink`, each as soon as it is done; with `words` linked word by word."""
    linker = Linker(translator.loaded) if words else None
    for translated in translate_articles(articles, translator, progress.translated):
        if linker:
            sources = [sentence.text for sentence in translated.article.sentences]
            links = linker.links(sources, [made.target for made in translated.translations])
            translated = replace(translated, words=tuple(links))
        sink.write(translated)
        article = translated.article
        progress.written(len(article.text), len(translated.translations), article.continues)
        scores = [t.score for t in translated.translations if t.score is not None]
        mean = f", mean score {sum(scores) / len(scores):.0f}" if scores else ""
        part = f", from paragraph {article.paragraphs[0].number:,}" if article.continues else ""
        progress.say(f"{article.name}{part}: {_count(len(translated.translations), 'sentence')}{mean}")


def _articles(
    sources: list[Source], form: Format, fields: Fields, repairing: bool, progress: Progress, in_parts: bool = False
) -> Iterator[Article]:
    """The articles of `sources`, read as they are asked for; with `in_parts` a large plain text as several of one name."""
    names = Names()
    for source, name in zip(sources, name_sources(sources), strict=True):
        suffix = source.suffix
        taken = ""
        try:
            with _opened(source) as file:
                for entry, size in read_file(source.label, name, file, suffix, form, fields, in_parts):
                    progress.read(size, 0 if isinstance(entry, Unreadable) else len(entry.text))
                    if isinstance(entry, Unreadable):
                        progress.fail(entry)
                        continue
                    if entry.first == 1:
                        taken = names.take(safe_name(entry.name))
                    yield _cut(entry, taken, source.label, repairing, progress)
        except OSError as problem:
            progress.fail(Unreadable(f"{source.label}: cannot be read ({problem.strerror}); check the name and the permissions"))


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if source.path is None:
        yield sys.stdin.buffer
    else:
        with source.path.open("rb") as file:
            yield file


def _cut(document: Document, name: str, label: str, repairing: bool, progress: Progress) -> Article:
    for repair in document.repairs:
        progress.say(f"{label}: {repair}")
    return cut(document, name, repairing)
