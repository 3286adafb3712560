"""`afronte align`: two texts that exist already, lined up."""

from __future__ import annotations

from pathlib import Path

import click

from translate.command import say

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
        raise SystemExit(run_alignment(job, say))
    except ImportError as problem:
        raise click.UsageError(f"--encoder {encoder} needs sentence-transformers: pip install sentence-transformers") from problem
