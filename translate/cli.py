"""The `afronte` command: parse, call one function, report."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from translate.align_cli import align
from translate.corpus_cli import export, import_, page
from translate.memory_cli import memory
from translate.review_cli import review

if TYPE_CHECKING:
    from types import FrameType

    from translate.reading import Format
    from translate.run import Job

FORMATS = ("auto", "text", "html", "jsonl")
COMPUTES = ("auto", "int8", "int8_float32", "float32", "float16", "bfloat16")


def _config() -> dict[str, Any]:
    """Defaults from the user's config file: `AFRONTE_CONFIG`, or config.toml in the user's config folder."""
    import platformdirs

    named = os.environ.get("AFRONTE_CONFIG")
    path = Path(named) if named else platformdirs.user_config_path("afronte", appauthor=False) / "config.toml"
    if not path.is_file():
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise click.UsageError(f"{path}: {problem}; mend the file or move it away") from problem
    return settings


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="afronte")
@click.pass_context
def cli(context: click.Context) -> None:
    """Italian articles into English, sentence by sentence, as tables for review in a spreadsheet."""
    if not any(flag in sys.argv for flag in ("-h", "--help")):
        context.default_map = {"translate": _config()}


def _reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how inputs are read."""
    options = (
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="auto", show_default=True, help="What the inputs are."
        ),
        click.option("--id-field", default="id", show_default=True, help="JSON lines: the field with an article's id."),
        click.option("--title-field", default="title", show_default=True, help="JSON lines: the field with its title."),
        click.option("--text-field", default="text", show_default=True, help="JSON lines: the field with its text."),
    )
    for option in reversed(options):
        command = option(command)
    return command


EXAMPLE = """
\b
Examples:
  afronte translate articles/ -o out/              a table for each article of a folder
  afronte translate page.html -o page.tsv --text   page.tsv, and page.en.txt beside it
  curl -s URL | afronte translate -                a page by pipe, the table on standard output
"""


@cli.command(epilog=EXAMPLE)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="PATH",
    help="A folder (a table an article), a .tsv file (one table), or - for standard output (default).",
)
@click.option("--text", is_flag=True, help="Also write the English as NAME.en.txt; on standard output, instead of the table.")
@click.option("--force", is_flag=True, help="Translate again and replace tables that are there, with any edits in them.")
@click.option(
    "--model",
    envvar="AFRONTE_MODEL",
    default="bundled",
    show_default=True,
    metavar="NAME",
    help="'bundled', a MarianMT folder, or a hub name such as Helsinki-NLP/opus-mt-it-en[@REVISION].",
)
@click.option(
    "--engine",
    type=click.Choice(["ctranslate2", "transformers"]),
    default="ctranslate2",
    show_default=True,
    help="transformers is the slow reference.",
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option(
    "--compute",
    type=click.Choice(COMPUTES),
    default="auto",
    show_default=True,
    help="Arithmetic; auto is int8 on a CPU, float16 on a GPU.",
)
@click.option(
    "--beam",
    type=click.IntRange(1, 32),
    help="Beam size; 1 is greedy and fastest.  [default: the model's own, 4 for the bundled one]",
)
@click.option(
    "--memory/--no-memory",
    default=True,
    help="Whether sentences translated or corrected before are taken from the memory.  [default: memory]",
)
@click.option(
    "--adequacy/--no-adequacy",
    default=True,
    help="Whether a sentence encoder says how close the meanings are; it takes a seventh of the time.  [default: adequacy]",
)
@click.option(
    "--glossary",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Two columns, Italian and English terms: checked (flag `term`), and put in where that harms nothing.",
)
@click.option("--words", is_flag=True, help="Add a column with the links of words (0-0 2-1), by the model's attention.")
@click.option(
    "--repair/--no-repair",
    default=True,
    help="Whether the model sees damage of scraping mended; the table keeps the text as read.  [default: repair]",
)
@click.option(
    "--cluster",
    metavar="auto|ADDRESS",
    help="Do the work on a Ray cluster: this machine's (or one of its own), or the one at ADDRESS; -o is a shared folder.",
)
@click.option("--workers", type=click.IntRange(1), help="With --cluster: how many.  [default: one for every 4 cores]")
@_reading_options
@click.option("-q", "--quiet", is_flag=True, help="Say errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Say more of each article.")
def translate(inputs: tuple[str, ...], output: str, quiet: bool, verbose: bool, **options: Any) -> None:
    """Translate Italian articles and write tables for review.

    INPUT is a text, HTML or JSON lines file, a folder (searched through), a pattern such as 'news/*.txt', or - for standard
    input. Tables that are there already are kept, so the same command goes on where it was stopped.
    """
    from translate.progress import NORMAL, QUIET, VERBOSE
    from translate.run import run

    level = QUIET if quiet else VERBOSE if verbose else NORMAL
    raise SystemExit(run(_job(list(inputs), output, options), level))


@cli.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--table",
    is_flag=True,
    help="Print id, start, end, sentence, what it should read, and why; offsets in characters of the text.",
)
@click.option("--mended", is_flag=True, help="Print the sentences without the damage of scraping that was found in them.")
@_reading_options
def segment(
    inputs: tuple[str, ...], table: bool, mended: bool, form: Format, id_field: str, title_field: str, text_field: str
) -> None:
    """Print the sentences of Italian articles, one a line, with a blank line after each paragraph."""
    from translate.progress import NORMAL
    from translate.reading import Fields
    from translate.run import segment as print_sentences

    raise SystemExit(print_sentences(list(inputs), form, Fields(id_field, title_field, text_field), table, mended, NORMAL))


def _job(inputs: list[str], output: str, options: dict[str, Any]) -> Job:
    from translate.reading import Fields
    from translate.run import Job

    suffix = Path(output).suffix.lower()
    if suffix in (".xlsx", ".csv", ".ods", ".txt", ".json", ".jsonl") and not Path(output).is_dir():
        raise click.UsageError(f"-o {output}: afronte writes .tsv tables; name a .tsv file or a folder (ending in /)")
    fields = Fields(options.pop("id_field"), options.pop("title_field"), options.pop("text_field"))
    return Job(inputs=inputs, output=output, fields=fields, **options)


@cli.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List the models on this machine, or fetch one ahead of time."""
    if context.invoked_subcommand is None:
        from translate.models import BUNDLED, ModelError, cache_folder, conversions, locate

        rows = []
        with contextlib.suppress(ModelError):
            bundled = locate(BUNDLED, lambda line: None)
            rows.append((BUNDLED, bundled.pair, f"{bundled.size / 1e6:.1f} MB", bundled.digest, str(bundled.folder)))
        rows += [(f"{c.name} (converted)", c.pair, f"{c.size / 1e6:.1f} MB", c.digest, str(c.folder)) for c in conversions()]
        for row in _columns([("model", "pair", "size", "digest", "folder"), *rows]):
            click.echo(row)
        click.echo(f"conversions are cached in {cache_folder()}; delete that folder to free the space", err=True)


@models.command()
@click.argument("name")
def pull(name: str) -> None:
    """Fetch a hub model, such as Helsinki-NLP/opus-mt-it-en, and convert it, so that translating needs no network."""
    from translate.models import ModelError, converted
    from translate.models import pull as fetch

    def say(line: str) -> None:
        click.echo(line, err=True)

    try:
        model = fetch(name, say)
        converted(model, say)
    except ModelError as problem:
        click.echo(f"error: {problem}", err=True)
        raise SystemExit(1) from problem
    click.echo(f"{name} is ready ({model.size / 1e6:.0f} MB): afronte translate --model {name} ...", err=True)


@cli.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("reference", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--model", "model_names", multiple=True, default=("bundled",), show_default=True, metavar="NAME",
    help="A model to score; given again, each further one is held against the first by paired bootstrap.",
)  # fmt: skip
@click.option(
    "--table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Score the targets of this review table instead.",
)
@click.option("--beam", type=click.IntRange(1, 32), help="Beam size.  [default: the model's own]")
def evaluate(source: Path, reference: Path | None, model_names: tuple[str, ...], table: Path | None, beam: int | None) -> None:
    """BLEU and chrF of a model on a test set, with sacrebleu's signature and 95 % confidence.

    SOURCE and REFERENCE are plain files with one sentence a line; or SOURCE alone is a table with columns it and en.
    """
    from translate.run import evaluate as run_evaluation

    raise SystemExit(run_evaluation(source, reference, list(model_names), table, beam))


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


for _command in (align, review, export, import_, page, memory):
    cli.add_command(_command)


def _leave() -> NoReturn:
    # Translating threads may still be at work; what is finished is on disk already.
    click.echo("\ninterrupted: finished articles are kept, and the same command goes on from there", err=True)
    sys.stderr.flush()
    os._exit(130)


def _on_interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Raise as Python does, and leave soon after in any case: the exception is lost where C code or a dying object gets it."""
    late = threading.Timer(1.5, _leave)
    late.daemon = True
    late.start()
    raise KeyboardInterrupt


def main() -> None:
    """Run the command; the exit code is 0, 1 (some inputs failed), 2 (wrong usage) or 130 (interrupted)."""
    signal.signal(signal.SIGINT, _on_interrupt)
    try:
        cli.main(prog_name="afronte", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        raise SystemExit(2) from problem
    except (click.Abort, KeyboardInterrupt):
        _leave()
    except BrokenPipeError:
        # The reader of our standard output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
