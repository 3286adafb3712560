"""What the commands share: kinds of arguments, and how failures are said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

TABLES = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


def say(line: str) -> None:
    """One line on standard error."""
    click.echo(line, err=True)


@contextmanager
def reporting() -> Iterator[None]:
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
