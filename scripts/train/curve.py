#!/usr/bin/env python3
"""What training brought: validation scores against target tokens seen, from the `log.tsv` of one or more runs of train.py.

    scripts/train/curve.py NAME=RUN/log.tsv [NAME=RUN/log.tsv...] [--png PICTURE]

Prints a table, a row a check, and draws chrF against tokens (matplotlib, of the `benchmark` extra). Tokens are reckoned from each
line's throughput and time, checks included in neither, so they are right to a few percent.
"""

from __future__ import annotations

import argparse
import pathlib
from typing import NamedTuple


class Point(NamedTuple):
    """One check: step, target tokens seen, training loss, and what the validation slice gave."""

    step: int
    tokens: float
    loss: float
    bleu: float
    chrf: float
    held_out: float | None


def read(path: pathlib.Path) -> list[Point]:
    """The checks of one log."""
    points, tokens, before = [], 0.0, 0.0
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        seconds = float(cells[1])
        tokens += float(cells[4]) * (seconds - before)
        before = seconds
        if len(cells) >= 8:
            held_out = float(cells[8]) if len(cells) > 8 else None
            points.append(Point(int(cells[0]), tokens, float(cells[2]), float(cells[6]), float(cells[7]), held_out))
    return points


def draw(curves: dict[str, list[Point]], path: pathlib.Path) -> None:
    """chrF against tokens, a line a run."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name, points in curves.items():
        axes.plot([p.tokens / 1e6 for p in points], [p.chrf for p in points], marker=".", label=name)
    axes.set(xlabel="target tokens seen, millions", ylabel="chrF, greedy, validation slice")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="+", metavar="NAME=LOG")
    parser.add_argument("--png", type=pathlib.Path)
    args = parser.parse_args()
    curves = {name: read(pathlib.Path(path)) for name, _, path in (log.partition("=") for log in args.logs)}
    print("| run | step | million tokens | training loss | BLEU | chrF | nats a character |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, points in curves.items():
        for p in points:
            held_out = "" if p.held_out is None else f"{p.held_out:.3f}"
            print(f"| {name} | {p.step:,} | {p.tokens / 1e6:.1f} | {p.loss:.2f} | {p.bleu:.1f} | {p.chrf:.1f} | {held_out} |")
    if args.png:
        draw(curves, args.png)


if __name__ == "__main__":
    main()
