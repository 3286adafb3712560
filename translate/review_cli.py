"""`afronte review`: reviewed tables brought back, and what the review says."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from translate.command import FILE, OUT, TABLES, reporting, say
from translate.memory_cli import learn


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
@click.argument("master", type=TABLES)
@click.argument("reviewed", nargs=-1, required=True, type=FILE)
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

    with reporting():
        changed = merge_tables(Merging(master, reviewed, dry_run, reviewer), say, click.echo)
    if memory and not dry_run:
        learn(changed)


@review.command()
@click.argument("tables", nargs=-1, required=True, type=TABLES)
def status(tables: tuple[Path, ...]) -> None:
    """How far the review of TABLES has come, how much was changed, and which flags earn their keep."""
    from corpus.commands import status as print_status

    with reporting():
        print_status(tables, click.echo)


@review.command()
@click.argument("table", type=TABLES)
@click.argument("reviewed", type=FILE, required=False)
def diff(table: Path, reviewed: Path | None) -> None:
    """What reviewers changed in TABLE, word by word; with REVIEWED, what that copy would change."""
    from corpus.commands import diff as print_diff

    def mark(sign: str, words: str) -> str:
        if sys.stdout.isatty():
            return click.style(words, fg="red", strikethrough=True) if sign == "-" else click.style(words, fg="green", bold=True)
        return f"[-{words}-]" if sign == "-" else f"{{+{words}+}}"

    with reporting():
        print_diff(table, reviewed, mark, click.echo)


@review.command()
@click.argument("tables", nargs=-1, required=True, type=TABLES)
@click.option("-o", "--output", type=OUT, required=True, help="A .tsv or .xlsx file.")
@click.option("-n", "--rows", type=click.IntRange(1), default=100, show_default=True, help="How many rows.")
@click.option(
    "--random", "share", type=click.IntRange(0, 100), default=30, show_default=True, metavar="PERCENT",
    help="How many of them by lot, so that the whole can be judged.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of the lot; the same seed draws the same rows.")
def sample(tables: tuple[Path, ...], output: Path, rows: int, share: int, seed: int) -> None:
    """Draw the rows of TABLES most worth a reviewer's time: the most doubtful, and some at random."""
    from corpus.commands import sample as draw_sample

    with reporting():
        draw_sample(tables, output, rows, share / 100, seed, click.echo)


@review.command()
@click.argument("tables", nargs=-1, required=True, type=TABLES)
@click.option("-o", "--output", type=OUT, required=True, help="An .xlsx file.")
def workbook(tables: tuple[Path, ...], output: Path) -> None:
    """Write TABLES as one workbook: colours, locked columns, a drop-down for the status, and how to review."""
    from corpus.commands import workbook as make_workbook

    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"-o {output}: a workbook is an .xlsx file")
    with reporting():
        make_workbook(tables, output, click.echo)
