"""`afronte memory`: what the translation memory holds, and what people corrected into and out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate.command import FILE, OUT, reporting, say

if TYPE_CHECKING:
    from corpus.pair import Pair
    from translate.memory import Memory


@contextmanager
def open_memory() -> Iterator[Memory]:
    from translate.memory import Memory, memory_path

    store = Memory(memory_path(), say)
    try:
        yield store
    finally:
        store.close()


def learn(pairs: Sequence[Pair]) -> int:
    """Reviewed pairs into the memory, rejected ones out of it."""
    from translate.memory import Correction

    with open_memory() as store:
        store.withdraw((pair.source, text) for pair in pairs if pair.status == "rejected" for text in (pair.target, pair.draft))
        good = [Correction(pair.source, pair.target, pair.id) for pair in pairs if pair.status in ("ok", "edited")]
        count = store.correct(good)
    if count:
        say(f"{count:,} reviewed sentence{'' if count == 1 else 's'} new in the translation memory")
    return count


@click.group(invoke_without_command=True)
@click.pass_context
def memory(context: click.Context) -> None:
    """See what the translation memory holds, or change it."""
    if context.invoked_subcommand is None:
        with open_memory() as store:
            size = store.size()
            click.echo(
                f"{store.path}: {size.translations:,} translations, {size.corrections:,} corrections, {size.bytes / 1e6:.1f} MB"
            )


@memory.command()
@click.option("--megabytes", type=click.FloatRange(0), default=0, show_default=True, help="What the file may keep.")
def prune(megabytes: float) -> None:
    """Drop translations, those used longest ago first. Corrections stay."""
    with open_memory() as store:
        gone = store.prune(int(megabytes * 1e6))
        click.echo(f"{gone:,} translations dropped; {store.size().bytes / 1e6:.1f} MB now")


@memory.command("export")
@click.option("-o", "--output", type=OUT, required=True, help="A .tmx, .tsv or .jsonl file.")
def export_memory(output: Path) -> None:
    """Write all corrections to a file for other tools, or for a colleague's memory."""
    from corpus.commands import Refused
    from corpus.export import FORMATS, SUFFIXES
    from corpus.pair import Pair

    with reporting(), open_memory() as store:
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
@click.argument("files", nargs=-1, required=True, type=FILE)
def import_memory(files: tuple[Path, ...]) -> None:
    """Take pairs as corrections: of review tables the accepted and edited rows, of TMX, XLIFF and the like all."""
    from corpus.importing import read_foreign

    pairs: list[Pair] = []
    with reporting():
        for path in files:
            found = list(read_foreign(path))
            reviewed = [pair for pair in found if pair.status in ("ok", "edited")]
            pairs += reviewed or [_as_ok(pair) for pair in found if not pair.status and not _is_draft(pair)]
    click.echo(f"{learn(pairs):,} of {len(pairs):,} pairs were new")


def _as_ok(pair: Pair) -> Pair:
    from dataclasses import replace

    return replace(pair, status="ok")


def _is_draft(pair: Pair) -> bool:
    """Whether a pair is a machine's translation that nobody has looked at."""
    return pair.score is not None
