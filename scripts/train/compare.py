#!/usr/bin/env python3
"""Choices of data and shape held against each other: one short training run each, from scratch, at an equal budget.

    scripts/train/compare.py TABLE... --validation DEV/flores-dev --exclude FILE... --work WORK [--only NAME...]

Takes every `--every`th row of the tables, works out similarities, and for each variant of VARIANTS prepares, packs and
trains, as many at a time as `--lanes`, one core each. Whatever a variant differs in is in its row of VARIANTS; the
rest is alike. Prints a Markdown table: pairs after the filters, training loss, chrF (greedy) and nats a character of
the validation slice. What is done already lies in WORK and is not done again. `other seed` says how much is chance.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
from typing import NamedTuple

import curve
from similarity import read_rows

HERE = pathlib.Path(__file__).resolve().parent
OPTIONS = """--batch-tokens 2400 --dropout 0 --bf16 --optimiser muon --final 1 --rate 1e-3 --ema 0.98
    --validation-lines 250 --start-from-encoder --pass-attention-through""".split()
LINKS = "--link-weight 0.5 --link-heads 4".split()


class Variant(NamedTuple):
    """What a run differs in: filters left out, one in `part` of the pairs, pairs added, how sources are drawn, shape, seed."""

    skip: tuple[str, ...] = ()
    part: int = 1
    words: bool = False
    flat: bool = False
    shape: str = "256x4x2x1024x8"
    seed: int = 3

    def prepared(self) -> str:
        return "-".join(("pairs", *self.skip))

    def packed(self) -> str:
        return f"packed-{self.prepared()}-{self.part}{'-words' if self.words else ''}"


VARIANTS = {
    "all filters": Variant(),
    "other seed": Variant(seed=4),
    "without duplicate": Variant(skip=("duplicate",)),
    "without similarity": Variant(skip=("similarity",)),
    "without numbers": Variant(skip=("numbers",)),
    "without shape, copy, ratio, language": Variant(skip=("shape", "copy", "ratio", "language")),
    "sources as they come": Variant(flat=True),
    "with words.tsv": Variant(words=True),
    "an eighth of the pairs": Variant(part=8),
    "a sixty-fourth of the pairs": Variant(part=64),
    "6 and 2 layers": Variant(shape="256x6x2x1024x8"),
    "6 and 3 layers": Variant(shape="256x6x3x1024x8"),
}


class Bench(NamedTuple):
    """Where things are and how long a run is."""

    work: pathlib.Path
    exclude: list[pathlib.Path]
    validation: pathlib.Path
    spm: pathlib.Path
    steps: int
    links: bool

    def call(self, log: str, script: str, *options: object) -> None:
        """Run a script beside this one on one core. Raises RuntimeError with its log's last line where it fails."""
        path = self.work / f"{log}.log"
        with open(path, "w", encoding="utf-8") as out:
            command = [sys.executable, str(HERE / script), *map(str, options)]
            done = subprocess.run(command, stdout=out, stderr=out, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False)
        if done.returncode:
            last = path.read_text(encoding="utf-8").strip().rpartition("\n")[2]
            raise RuntimeError(f"{script} failed: {last} (all of it: {path})")

    def run(self, name: str) -> pathlib.Path:
        return self.work / f"run-{name.replace(',', '').replace(' ', '-')}"

    def sample(self, tables: list[pathlib.Path], every: int) -> list[pathlib.Path]:
        """Every `every`th row of each table."""
        samples = []
        for table in tables:
            sample = self.work / "sample" / f"{table.name.removesuffix('.xz').removesuffix('.tsv')}.tsv"
            sample.parent.mkdir(exist_ok=True)
            if not sample.exists():
                rows = ["\t".join(row) + "\n" for number, row in enumerate(read_rows(table)) if number % every == 0]
                sample.write_text("".join(rows), encoding="utf-8")
            samples.append(sample)
        return samples

    def prepare(self, variant: Variant, tables: list[pathlib.Path]) -> None:
        out = self.work / variant.prepared()
        if not (out / "report.md").exists():
            skips = [option for name in variant.skip for option in ("--skip", name)]
            excludes = [option for path in self.exclude for option in ("--exclude", path)]
            options = (*skips, *excludes, "--similarity", self.work / "similarity", "--out", out)
            self.call(variant.prepared(), "prepare.py", *tables, *options)

    def pack(self, variant: Variant) -> None:
        out = self.work / variant.packed()
        if (out / "packed.npz").exists():
            return
        pairs = [self.work / variant.prepared() / "pairs.tsv"]
        if variant.part > 1:
            lines = pairs[0].read_text(encoding="utf-8").splitlines(keepends=True)
            pairs = [self.work / f"part-{variant.part}.tsv"]
            pairs[0].write_text("".join(lines[:: variant.part]), encoding="utf-8")
        if variant.words:
            pairs.append(HERE / "words.tsv")
        self.call(variant.packed(), "pack.py", *pairs, "--out", out, "--spm", self.spm, *([] if self.links else ["--no-links"]))

    def train(self, name: str, variant: Variant) -> None:
        out = self.run(name)
        mixture = HERE / "mixture.toml"
        if variant.flat:
            mixture = self.work / "flat.toml"
            mixture.write_text("[main]\nother = 1.0\n", encoding="utf-8")
        if not points(out):
            files = ("--data", self.work / variant.packed(), "--out", out, "--mixture", mixture, "--validation", self.validation)
            budget = (
                "--steps",
                self.steps,
                "--check",
                self.steps,
                "--warmup",
                max(1, 2 * self.steps // 5),
                "--report",
                min(25, self.steps),
            )
            options = OPTIONS + (LINKS if self.links else [])
            self.call(out.name, "train.py", *files, *budget, "--shape", variant.shape, "--seed", variant.seed, *options)

    def row(self, name: str, variant: Variant) -> str:
        pairs = len(list(read_rows(self.work / variant.prepared() / "pairs.tsv"))[:: variant.part])
        if variant.words:
            pairs += len(list(read_rows(HERE / "words.tsv")))
        point = points(self.run(name))[-1]
        nats = f"{point.held_out:.3f}" if point.held_out is not None else ""
        return f"| {name} | {pairs:,} | {point.loss:.2f} | {point.chrf:.1f} | {nats} |"


def points(run: pathlib.Path) -> list[curve.Point]:
    log = run / "log.tsv"
    return curve.read(log) if log.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    parser.add_argument("--validation", type=pathlib.Path, required=True, help="as train.py takes it")
    parser.add_argument("--exclude", nargs="*", default=[], type=pathlib.Path, help="as prepare.py takes it")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for everything in between")
    parser.add_argument("--spm", type=pathlib.Path, default=HERE.parents[1] / "translate" / "bundled" / "source.spm")
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--no-links", action="store_true", help="without word links (eflomal)")
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME", help=", ".join(VARIANTS))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(args.work, args.exclude, args.validation, args.spm, args.steps, not args.no_links)
    tables = bench.sample(args.tables, args.every)
    bench.call("similarity", "similarity.py", *tables, "--out", args.work / "similarity", "--workers", args.lanes)
    chosen = {name: VARIANTS[name] for name in args.only}
    with concurrent.futures.ThreadPoolExecutor(args.lanes) as lanes:
        once = {variant.prepared(): variant for variant in chosen.values()}
        list(lanes.map(lambda variant: bench.prepare(variant, tables), once.values()))
        once = {variant.packed(): variant for variant in chosen.values()}
        list(lanes.map(bench.pack, once.values()))
        list(lanes.map(bench.train, chosen, chosen.values()))
    print("| | pairs | training loss | chrF | nats a character |\n| --- | ---: | ---: | ---: | ---: |")
    for name, variant in chosen.items():
        print(bench.row(name, variant), flush=True)


if __name__ == "__main__":
    main()
