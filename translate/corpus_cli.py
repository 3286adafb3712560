"""`afronte export`, `import` and `page`: tables to other tools and to readers, and from other tools."""

from __future__ import annotations

from pathlib import Path

import click

from translate.command import FILE, OUT, TABLES, reporting

EXPORTS = ("tmx", "xliff", "moses", "jsonl", "parquet", "tsv")
STATUSES = ("ok", "edited", "rejected", "none")

EXPORT_EXAMPLE = """
\b
Examples:
  afronte export out/ -o corpus.tmx                             all that was accepted or corrected, as a translation memory
  afronte export out/ -o corpus --format moses --status any --min-adequacy 60 --no-flags --dedupe
"""


@click.command(epilog=EXPORT_EXAMPLE)
@click.argument("tables", nargs=-1, required=True, type=TABLES)
@click.option("-o", "--output", type=OUT, required=True, help="The file; its ending says the format.")
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
    with reporting():
        export_tables(tables, output, form, Filter(chosen, min_adequacy, min_score, no_flags, dedupe), force, click.echo)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("-o", "--output", type=OUT, required=True, help="A .tsv or .xlsx file.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def import_(files: tuple[Path, ...], output: Path, force: bool) -> None:
    """Make a review table from other tools' FILES: TMX, XLIFF, XLSX, ODS, CSV with columns it and en (or their like)."""
    from corpus.commands import import_foreign

    with reporting():
        import_foreign(files, output, force, click.echo)


@click.command()
@click.argument("tables", nargs=-1, required=True, type=TABLES)
@click.option("-o", "--output", type=OUT, required=True, help="An .html file.")
@click.option("--title", help="Of the page; by default the article's name.")
def page(tables: tuple[Path, ...], output: Path, title: str | None) -> None:
    """Write TABLES as one facing page: Italian left, English right, doubts marked, in a file that needs nothing else."""
    from corpus.commands import page as make_page

    with reporting():
        make_page(tables, output, title, click.echo)
