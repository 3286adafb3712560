"""What a run says on standard error: a bar on a terminal, a line an article elsewhere, problems always."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tqdm import tqdm

QUIET, NORMAL, VERBOSE = 0, 1, 2


class Progress:
    """Says lines and counts sentences. `total` is the size of all inputs in bytes, None where nobody knows."""

    def __init__(self, level: int, total: int | None) -> None:
        self.level = level
        self.sentences = 0
        self._ready = 0
        self.articles = 0
        self.kept = 0
        self.failures = 0
        self._began = time.monotonic()
        self._bar: tqdm[Any] | None = None
        self._total = total

    def __enter__(self) -> Progress:
        if self.level > QUIET and sys.stderr.isatty():
            from tqdm import tqdm

            # Bytes tell how far; sentences a second tell how fast. Both are known before all inputs have been read.
            self._bar = tqdm(
                total=self._total, unit="B", unit_scale=True, file=sys.stderr, leave=False, dynamic_ncols=True,
                bar_format="{desc}{percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}",
            )  # fmt: skip
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()

    def say(self, line: str, level: int = NORMAL) -> None:
        """One line for people, above the bar; not under a quieter level."""
        if level > self.level:
            return
        if self._bar is not None:
            self._bar.clear()
        click.echo(line, err=True)
        if self._bar is not None:
            self._bar.refresh()

    def fail(self, problem: Exception) -> None:
        """One line for an input that failed; always said."""
        self.failures += 1
        self.say(f"error: {problem}", QUIET)

    def read(self, size: int, text: int) -> None:
        """An input of `size` bytes held `text` characters of articles; the bar counts by what is still to translate."""
        if self._bar is not None:
            self._bar.update(size - text)

    def translated(self, count: int) -> None:
        """`count` more sentences are ready, though not written yet."""
        self._ready += count
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self._ready / self._elapsed():.0f} sentences/s", refresh=True)

    def written(self, size: int, sentences: int, continues: bool = False) -> None:
        """An article of `size` characters and so many sentences is written, or one more part of it."""
        self.articles += not continues
        self.sentences += sentences
        if self._bar is not None:
            self._bar.update(size)

    def rate(self) -> float:
        """Sentences a second since the beginning."""
        return self.sentences / self._elapsed()

    def _elapsed(self) -> float:
        return max(1e-9, time.monotonic() - self._began)
