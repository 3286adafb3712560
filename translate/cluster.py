"""One run on many machines: articles in shards, a translator in each of Ray's workers, a manifest for each shard done.

Inputs and the output folder must have the same names on all machines, as on a shared disk. A worker writes each table whole
under its final name, as a run on one machine does, and the same bytes; a shard's manifest is written when all of its tables
are. A worker that dies is started again by Ray, and its shard done again, less the tables that stand.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from corpus.files import clear_left_overs, whole
from translate.adequacy import Judge
from translate.article import Article, Document
from translate.glossary import Glossary
from translate.models import ModelError
from translate.output import Folder, Kept, Names, name_sources, safe_name
from translate.progress import NORMAL, Progress
from translate.reading import Source, Unreadable, clean, decoded_anew, read, read_json_line
from translate.run import Job, open_translator, wanted, work
from translate.sentences import cut

# Bytes of input in a shard: some ten seconds of one core, so that little is lost with a worker and the last ones end together.
_SHARD = 200_000
_MANIFESTS = ".afronte"
# Cores a worker has where nobody says otherwise: an engine's threads share its weights, and an encoder.
_CORES = 4


@dataclass(frozen=True)
class Unit:
    """What a worker reads at once: a whole file, or lines `line` and following of JSON lines, bytes `start` to `end`.

    `names` are its articles' names, one for each line that holds an article.
    """

    source: Source
    names: tuple[str, ...]
    start: int = 0
    end: int | None = None
    line: int = 1


@dataclass(frozen=True)
class Report:
    """What came of a shard. `lines` are messages, `failures` those about inputs that failed."""

    articles: int = 0
    sentences: int = 0
    kept: int = 0
    lines: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


class _Collected(Progress):
    """Keeps what it is told, for the machine on which people read it."""

    def __init__(self) -> None:
        super().__init__(NORMAL, None)
        self.lines: list[str] = []
        self.problems: list[str] = []

    def say(self, line: str, level: int = NORMAL) -> None:
        if level == NORMAL:
            self.lines.append(line)

    def fail(self, problem: Exception) -> None:
        self.problems.append(str(problem))

    def report(self) -> Report:
        return Report(self.articles, self.sentences, self.kept, tuple(self.lines), tuple(self.problems))


class Worker:
    """Does shards, one after the other, with one translator on `cores` threads."""

    def __init__(self, job: Job, cores: int) -> None:
        self.job = job
        self.said = _Collected()
        judge = Judge() if job.adequacy else None
        glossary = Glossary.read(job.glossary) if job.glossary else None
        self.translator = open_translator(job, judge, glossary, self.say, cores)

    def say(self, line: str) -> None:
        """What the model and the memory have to say goes with the report of the shard at hand."""
        self.said.say(line)

    def do(self, units: tuple[Unit, ...], manifest: Path) -> Report:
        """Translate what is missing of a shard, and write its manifest."""
        progress = _Collected()
        progress.lines, self.said = self.said.lines, progress
        # What other machines are writing is theirs to clear.
        sink = Folder(Path(self.job.output), self.job.text, self.job.force, clear=False)
        try:
            work(wanted(self._articles(units, progress), sink, progress), self.translator, sink, progress, self.job.words)
        except OSError as problem:
            progress.fail(Kept(f"cannot write to {self.job.output}: {problem.strerror}; free some space"))
        report = progress.report()
        if not report.failures:
            with whole(manifest) as file:
                json.dump({"articles": [name for unit in units for name in unit.names], "sentences": report.sentences}, file)
        return report

    def _articles(self, units: tuple[Unit, ...], progress: Progress) -> Iterator[Article]:
        for unit in units:
            names = iter(unit.names)
            try:
                for entry in _read(unit, self.job):
                    if isinstance(entry, Unreadable):
                        progress.fail(entry)
                        continue
                    for repair in entry.repairs:
                        progress.say(f"{unit.source.label}: {repair}")
                    name = next(names, None)
                    if name is None:
                        what = "has changed since it was first read, or is JSON lines: then say --format jsonl"
                        progress.fail(Unreadable(f"{unit.source.label}: {what}"))
                        break
                    yield cut(entry, name, self.job.repair)
            except OSError as problem:
                progress.fail(Unreadable(f"{unit.source.label}: cannot be read ({problem.strerror}); is it on every machine?"))


def translate_on(job: Job, sources: list[Source], progress: Progress) -> None:
    """Do `job` on the Ray cluster that it names: "auto" is the one this machine belongs to, or one of its own.

    Raises Kept where the job cannot be done on a cluster, ModelError where Ray or the model is not to be had.
    """
    if job.output == "-" or Path(job.output).suffix.lower() == ".tsv":
        raise Kept("--cluster writes a table for each article: name a folder on a disk that all machines share with -o")
    if any(source.path is None for source in sources):
        raise Kept("--cluster reads files that all machines see, not standard input; save it to a file first")
    ray = _connect(str(job.cluster))
    from translate.engine import load

    # Converted before the workers start, so that they do not all begin with it; a glossary that is none is said once.
    glossary = Glossary.read(job.glossary) if job.glossary else None
    identity = load(job.model, job.engine, job.device, "auto", progress.say, 1).identity
    absolute = replace(
        job, output=str(Path(job.output).absolute()), glossary=job.glossary.absolute() if job.glossary else None,
        model=str(Path(job.model).absolute()) if Path(job.model).is_dir() else job.model,
    )  # fmt: skip
    folder = Path(absolute.output)
    clear_left_overs(folder)
    options = [
        identity,
        job.beam,
        job.repair,
        job.adequacy,
        job.text,
        job.compute,
        job.words,
        glossary.digest if glossary else "",
    ]
    shards = list(_shards(_units(job, sources, progress), json.dumps(options)))
    open_shards = {}
    for units, digest in shards:
        manifest = folder / _MANIFESTS / f"{digest}.json"
        if not job.force and _is_done(manifest, folder):
            progress.kept += sum(len(unit.names) for unit in units)
        else:
            open_shards[manifest] = units
    if not open_shards:
        return
    cores = int(ray.cluster_resources().get("CPU", 1))
    number = min(job.workers or max(1, cores // _CORES), len(open_shards))
    each = max(1, cores // number)
    progress.say(f"{len(open_shards):,} of {len(shards):,} shards to do, by {number} workers with {each} cores each")
    actor: Any = ray.remote(num_cpus=each, max_restarts=-1, max_task_retries=-1)(Worker)
    pool = [actor.remote(absolute, each) for _ in range(number)]
    waiting = list(open_shards.items())[::-1]
    running: dict[Any, Any] = {}
    for worker in pool:
        manifest, units = waiting.pop()
        running[worker.do.remote(units, manifest)] = worker
    while running:
        (ready, *_), _ = ray.wait(list(running), num_returns=1)
        worker = running.pop(ready)
        if waiting:
            manifest, units = waiting.pop()
            running[worker.do.remote(units, manifest)] = worker
        try:
            _add(ray.get(ready), progress)
        except ray.exceptions.RayError as problem:
            raise ModelError(
                f"a worker failed: {str(problem).strip().splitlines()[-1]}; is afronte on every machine?"
            ) from problem
    for worker in pool:
        ray.kill(worker)
    clear_left_overs(folder)


def _connect(address: str) -> Any:
    # Tasks move to where afronte is installed; nothing is packed and sent along.
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    try:
        import ray
    except ImportError as problem:
        raise ModelError("--cluster needs Ray: pip install 'afronte[cluster]'") from problem
    options = {"log_to_driver": False, "logging_level": "error", "include_dashboard": False}
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, logging_level="error")
        except ConnectionError as problem:
            if address != "auto":
                raise ModelError(f"no Ray cluster at {address}: {problem}; start one with ray start --head") from problem
            ray.init(**options)
    return ray


def _add(report: Report, progress: Progress) -> None:
    for line in report.failures:
        progress.fail(Unreadable(line))
    for line in report.lines:
        progress.say(line)
    progress.articles += report.articles
    progress.sentences += report.sentences
    progress.kept += report.kept


def _units(job: Job, sources: list[Source], progress: Progress) -> Iterator[Unit]:
    """All inputs, in order, with the names that a run on one machine gives their articles."""
    names = Names()
    for source, name in zip(sources, name_sources(sources), strict=True):
        assert source.path is not None
        source = replace(source, path=source.path.absolute())
        try:
            if job.form == "jsonl" or (job.form == "auto" and source.suffix.lower() in (".jsonl", ".ndjson")):
                with open(str(source.path), "rb") as file:
                    yield from _line_units(job, source, name, file, names)
            else:
                yield Unit(source, (names.take(safe_name(name)),))
        except OSError as problem:
            progress.fail(Unreadable(f"{source.label}: cannot be read ({problem.strerror}); check the name and the permissions"))


def _line_units(job: Job, source: Source, name: str, file: BinaryIO, names: Names) -> Iterator[Unit]:
    taken: list[str] = []
    start = end = 0
    first = number = 1
    for number, line in enumerate(file, 1):
        if line.strip():
            entry = _line(source, name, number, line, job)
            if isinstance(entry, Document):
                taken.append(names.take(safe_name(entry.name)))
        end += len(line)
        if end - start > _SHARD:
            yield Unit(source, tuple(taken), start, end, first)
            start, first, taken = end, number + 1, []
    if end > start:
        yield Unit(source, tuple(taken), start, end, first)


def _line(source: Source, name: str, number: int, line: bytes, job: Job) -> Document | Unreadable:
    text = clean(decoded_anew(line.decode("utf-8-sig", "replace")))
    return read_json_line(f"{source.label}, line {number}", f"{name}-{number}", text, (), job.fields)


def _read(unit: Unit, job: Job) -> Iterator[Document | Unreadable]:
    path = unit.source.path
    assert path is not None
    with path.open("rb") as file:
        if unit.end is None:
            yield from read(unit.source.label, "article", file.read(), path.suffix, job.form, job.fields)
            return
        file.seek(unit.start)
        for number, line in enumerate(file.read(unit.end - unit.start).split(b"\n"), unit.line):
            if line.strip():
                yield _line(unit.source, "article", number, line, job)


def _shards(units: Iterator[Unit], options: str) -> Iterator[tuple[tuple[Unit, ...], str]]:
    """Neighbouring units together, with the digest of what their tables depend on: their bytes' place and age, the options."""
    held: list[Unit] = []
    size, digest = 0, hashlib.sha256(options.encode())

    def marks(unit: Unit) -> tuple[int, str]:
        assert unit.source.path is not None
        about = unit.source.path.stat()
        span = (unit.end or about.st_size) - unit.start
        return span, f"{unit.source.path}\0{unit.start}\0{unit.end}\0{about.st_size}\0{about.st_mtime_ns}\0{unit.names}\n"

    for unit in units:
        try:
            more, mark = marks(unit)
        except OSError:
            more, mark = 0, repr(unit)  # the worker will say what is wrong with it
        if held and size + more > _SHARD:
            yield tuple(held), digest.hexdigest()[:24]
            held, size, digest = [], 0, hashlib.sha256(options.encode())
        held.append(unit)
        size += more
        digest.update(mark.encode("utf-8", "surrogateescape"))
    if held:
        yield tuple(held), digest.hexdigest()[:24]


def _is_done(manifest: Path, folder: Path) -> bool:
    """Whether a shard was done before and all of its tables are still there, reviewed or not."""
    try:
        articles = json.loads(manifest.read_text(encoding="utf-8"))["articles"]
    except (OSError, ValueError, KeyError):
        return False
    return all((folder / f"{name}.tsv").exists() for name in articles)
