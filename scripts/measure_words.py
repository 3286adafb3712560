#!/usr/bin/env python3
"""How good the links of words are, against those of a statistical aligner.

    scripts/measure_words.py TEST_SET... [--more TSV...]

Links human translations by the bundled model's attention, at several thresholds, and by eflomal (IBM 1 and HMM, in both
directions; --more has further pairs for it to learn from, Italian and English in the first two columns). What eflomal links
both ways counts as sure, what it links either way as possible. Prints precision (against possible), recall (of sure) and
alignment error rate after Och & Ney 2003, all percent, and the links of some sentences to look at. Needs the `train` extra.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parent / "train")]

from similarity import read_rows  # noqa: E402
from translate import words  # noqa: E402
from translate.engine import load  # noqa: E402
from translate.evaluate import read_named_set  # noqa: E402

Links = set[tuple[int, int]]


def parse(line: str) -> Links:
    """Pharaoh links."""
    return {(int(a), int(b)) for a, b in (link.split("-") for link in line.split())}


def by_eflomal(italian: list[str], english: list[str]) -> tuple[list[Links], list[Links]]:
    """Sure and possible links of words, lower-cased."""
    from eflomal import Aligner

    sides = [[" ".join(text.lower().split()) or "-" for text in side] for side in (italian, english)]
    with tempfile.TemporaryDirectory() as folder:
        ahead, back = (pathlib.Path(folder, name) for name in ("ahead", "back"))
        Aligner(model=3, n_samplers=1).align(sides[0], sides[1], links_filename_fwd=str(ahead), links_filename_rev=str(back))
        both = [[parse(line) for line in path.read_text().splitlines()] for path in (ahead, back)]
    return [a & b for a, b in zip(*both, strict=True)], [a | b for a, b in zip(*both, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--more", nargs="+", type=pathlib.Path, default=[])
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--show", type=int, default=3, help="sentences to show (default %(default)s)")
    args = parser.parse_args()
    italian: list[str] = []
    english: list[str] = []
    for name in args.sets:
        it, en = read_named_set(name)
        italian += it
        english += en
    more = [row for path in args.more for row in read_rows(path)]
    sure, possible = by_eflomal(italian + [row[0] for row in more], english + [row[1] for row in more])
    sure, possible = sure[: len(italian)], possible[: len(italian)]
    linker = words.Linker(load(args.model, "ctranslate2", "cpu", "auto", print))
    print("| least | links a sentence | precision | recall | error rate |\n| ---: | ---: | ---: | ---: | ---: |")
    for least in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6):
        found = [parse(line) for line in linker.links(italian, english, least)]
        made, right = sum(map(len, found)), sum(len(f & p) for f, p in zip(found, possible, strict=True))
        had, hit = sum(map(len, sure)), sum(len(f & s) for f, s in zip(found, sure, strict=True))
        rates = right / made, hit / had, 1 - (right + hit) / (made + had)
        print(f"| {least} | {made / len(found):.1f} | " + " | ".join(f"{100 * rate:.1f}" for rate in rates) + " |", flush=True)
    italian, english = italian[: args.show], english[: args.show]
    for source, target, line in zip(italian, english, linker.links(italian, english), strict=True):
        print("\n" + ", ".join(f"{source.split()[a]} = {target.split()[b]}" for a, b in sorted(parse(line))))


if __name__ == "__main__":
    main()
