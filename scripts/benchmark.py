#!/usr/bin/env python3
"""afronte beside others on the same weights and the same text, in one run: time, processor time and memory.

    scripts/benchmark.py [TEXT...]           the table (minutes to an hour, by --sizes)
    scripts/benchmark.py --options           what engine options do to speed, BLEU and chrF (TEXT: PREFIX of .it and .en)
    scripts/benchmark.py --opus-shaped       the same on a model of OPUS-MT's size (86 million random weights, 30 pieces out for
                                             any sentence), without second tries
    scripts/benchmark.py --argos PYTHON      with Argos Translate beside, installed for the interpreter PYTHON
    scripts/benchmark.py --check             today's ratios against those in benchmark.json (some minutes; CI does this)

TEXT is a file with an Italian sentence a line; without one the articles in corpus/samples. Longer runs have the same sentences
with other endings (`..., scrive l’agenzia.`), so that none comes twice. Each system runs in a process of its own, loads,
translates one sentence, and is timed from then on; systems take turns, --repeats times. Ratios are to the raw engine:
CTranslate2 given all sentences at once, tokenised beforehand, which sorts them itself.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from benchmark_systems import OPUS_SHAPED, SYSTEMS, argos_package, write_opus_shaped

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FIGURES = pathlib.Path(__file__).with_suffix(".json")
SYSTEMS_FILE = pathlib.Path(__file__).with_name("benchmark_systems.py")
# What a ratio may have grown by before --check fails: machines differ, and so do their neighbours.
BOUND = 1.35
# Sentences beyond which a system is not run: it takes too long.
MOST = {"transformers, batches of 32": 300, "transformers, one by one": 100}
# Of an OPUS-shaped model, which is ten times slower.
MOST_OPUS = {"transformers, batches of 32": 64, "transformers, one by one": 24}
# The interpreter that a system runs on, where it is another one, and what it is given as its model.
ELSEWHERE: dict[str, tuple[str, str]] = {}


_ENDINGS = (
    "scrive l’agenzia", "si legge nel rapporto", "hanno detto i testimoni", "secondo la stampa locale", "ha spiegato il sindaco",
    "come si è saputo ieri", "a quanto pare", "riferisce il ministero", "conferma la prefettura", "ricorda la radio",
)  # fmt: skip


def make(sentences: list[str], number: int) -> list[str]:
    """`number` sentences: those given, and then the same with who said so at their ends; none comes twice. Deterministic."""
    made = dict.fromkeys(sentences[:number])
    endings = [*_ENDINGS, *(f"{a}, {b}" for a, b in itertools.permutations(_ENDINGS, 2))]
    for ending, sentence in itertools.product(endings, sentences):
        if len(made) == number:
            break
        made[f"{sentence.rstrip(' .')}, {ending}."] = None
    return list(made)


def measure(system: str, model: str, beam: int, sentences: list[str]) -> dict[str, float]:
    """Time one system in a process of its own, with an empty memory."""
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder, "text")
        text.write_text("\n".join(sentences), encoding="utf-8")
        python, model = ELSEWHERE.get(system, (sys.executable, model))
        result = subprocess.run(
            [python, str(SYSTEMS_FILE), system, model, str(beam), str(text)],
            capture_output=True, text=True, check=False, env={**os.environ, "AFRONTE_MEMORY": f"{folder}/memory.sqlite"},
        )  # fmt: skip
    if result.returncode:
        raise SystemExit(f"{system}: {result.stderr.strip()[-2000:]}")
    found: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return found


def compare(model: str, beam: int, sentences: list[str], systems: list[str], repeats: int) -> dict[str, list[dict[str, float]]]:
    """Runs of each system, taking turns."""
    runs: dict[str, list[dict[str, float]]] = {system: [] for system in systems}
    for _ in range(repeats):
        for system in systems:
            chosen = sentences[: (MOST_OPUS if OPUS_SHAPED in model else MOST).get(system, len(sentences))]
            runs[system].append({**measure(system, model, beam, chosen), "sentences": len(chosen)})
    return runs


def ratios(runs: dict[str, list[dict[str, float]]], system: str) -> list[float]:
    """Time a sentence against the raw engine's in the same turn."""
    both = zip(runs[system], runs["raw engine"], strict=True)
    return [(a["seconds"] / a["sentences"]) / (b["seconds"] / b["sentences"]) for a, b in both]


def show(runs: dict[str, list[dict[str, float]]]) -> None:
    """The table in Markdown."""
    print("| | sentences | sentences/s | words/s | CPU ms a sentence | peak MiB | time against raw |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for system, found in runs.items():
        n = found[0]["sentences"]
        speed, words = (statistics.median(run[key] / run["seconds"] for run in found) for key in ("sentences", "words"))
        cpu = statistics.median(1000 * run["cpu"] / n for run in found)
        against = ratios(runs, system)
        spread = f"{statistics.median(against):.2f} ({min(against):.2f} to {max(against):.2f})"
        memory = max(run["memory"] for run in found)
        print(f"| {system} | {n:,.0f} | {speed:.1f} | {words:,.0f} | {cpu:.1f} | {memory:.0f} | {spread} |")


def plot(points: dict[str, list[tuple[float, float, float]]], path: pathlib.Path) -> None:
    """Time and memory against the number of sentences."""
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    for system, found in points.items():
        sizes, seconds, memory = zip(*sorted(found), strict=True)
        left.loglog(sizes, seconds, marker="o", label=system)
        right.semilogx(sizes, memory, marker="o", label=system)
    left.set(xlabel="sentences", ylabel="seconds, loading not counted")
    right.set(xlabel="sentences", ylabel="peak memory, MiB", ylim=(0, None))
    left.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def options(prefix: pathlib.Path, model: str) -> None:
    """Arithmetic and beam: sentences a second, BLEU and chrF."""
    import sacrebleu

    from translate.evaluate import read_named_set
    from translate.translator import Translator

    italian, english = read_named_set(str(prefix))
    print("| arithmetic | beam | sentences/s | BLEU | chrF |\n| --- | ---: | ---: | ---: | ---: |")
    for compute in ("int8", "float32"):
        for beam in (1, 2, 4, 6, 8):
            translator = Translator(model, compute=compute, beam=beam, device="cpu")
            translator.translate("Ciao.")
            began = time.perf_counter()
            made = [found.target for found in translator.stream(italian)]
            speed = len(italian) / (time.perf_counter() - began)
            bleu, chrf = sacrebleu.corpus_bleu(made, [english]).score, sacrebleu.corpus_chrf(made, [english]).score
            print(f"| {compute} | {beam} | {speed:.0f} | {bleu:.1f} | {chrf:.1f} |", flush=True)


def check(model: str, sentences: list[str], keep: bool) -> int:
    """Hold today's ratios against the kept ones, those of this very measurement; 1 where one has grown past BOUND."""
    kept: dict[str, float] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    systems = [system for system in SYSTEMS if system not in ("transformers, one by one", "Argos Translate")]
    best: dict[str, float] = {}
    # A busy neighbour slows a turn down and nothing speeds one up: what is too slow gets two more.
    for _ in range(3):
        runs = compare(model, 4, make(sentences, 1200), systems, repeats=1)
        show(runs)
        for system in systems:
            now, choose = ratios(runs, system)[0], max if system.startswith("transformers") else min
            best[system] = choose(best.get(system, now), now)
        slower = []
        for system, now in best.items():
            if system.startswith("afronte") and now > BOUND * kept.get(system, now):
                slower.append(f"{system} takes {now:.2f} times as long as the raw engine; it took {kept[system]:.2f}")
            if system.startswith("transformers") and now * BOUND < kept.get(system, now):
                slower.append(f"the raw engine is {now:.1f} times as fast as {system}; it was {kept[system]:.1f}")
        if not slower:
            break
    if keep:
        FIGURES.write_text(json.dumps({system: round(now, 2) for system, now in best.items()}, indent=2) + "\n")
    print("\n".join(slower) or f"no slower than the figures in {FIGURES.name}")
    return 1 if slower else 0


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="*", type=pathlib.Path)
    parser.add_argument("--sizes", default="1,100,10000", help="numbers of sentences, parted by commas")
    parser.add_argument("--beams", default="4,1")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--systems", help="parted by commas, with a ; for a comma of theirs (default: all that can be run)")
    parser.add_argument("--opus-shaped", action="store_true")
    parser.add_argument("--argos", metavar="PYTHON", help="an interpreter that has argostranslate")
    parser.add_argument("--plot", type=pathlib.Path, metavar="PNG", help="time and memory against sentences; needs matplotlib")
    parser.add_argument("--options", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", action="store_true", help="with --check: write today's ratios to benchmark.json")
    args = parser.parse_args()
    if args.options:
        options(args.text[0], args.model)
        return 0
    sentences = [line for path in args.text for line in path.read_text(encoding="utf-8").splitlines()]
    if not sentences:
        from translate.reading import paragraphs
        from translate.sentences import split

        for path in sorted((ROOT / "corpus" / "samples").glob("*.txt")):
            text = path.read_text(encoding="utf-8")
            sentences += [text[a + c : a + d] for a, b in paragraphs(text) for c, d in split(text[a:b])]
    if args.check:
        return check(args.model, sentences, args.keep)
    systems = [name for name in SYSTEMS if name != "Argos Translate" or args.argos]
    if args.systems:
        systems = [name.replace("; ", ", ") for name in args.systems.split(",")]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if args.opus_shaped:
            os.environ["AFRONTE_CACHE"] = str(folder / "cache")
            args.model = str(folder / OPUS_SHAPED)
            write_opus_shaped(folder / OPUS_SHAPED)
        if args.argos:
            ELSEWHERE["Argos Translate"] = args.argos, str(argos_package(args.model, folder / "argos"))
        run(args, sentences, systems)
    return 0


def run(args: argparse.Namespace, sentences: list[str], systems: list[str]) -> None:
    """Print the tables, and draw the plot, for each beam and number of sentences."""
    points: dict[str, list[tuple[float, float, float]]] = {system: [] for system in systems}
    for beam in map(int, args.beams.split(",")):
        for size in map(int, args.sizes.split(",")):
            print(f"\nbeam {beam}, {size:,} sentences\n")
            runs = compare(args.model, beam, make(sentences, size), systems, args.repeats)
            show(runs)
            for system, found in runs.items():
                run = min(found, key=lambda run: run["seconds"])
                if beam == int(args.beams.split(",")[0]):
                    points[system].append((run["sentences"], run["seconds"], run["memory"]))
    if args.plot:
        plot(points, args.plot)


if __name__ == "__main__":
    raise SystemExit(main())
