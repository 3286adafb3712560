#!/usr/bin/env python3
"""Where the processor's time goes: each stage of a translation by itself, on one text, and what the engine cannot do without.

scripts/measure_stages.py TEXT     (a file with an Italian sentence a line)
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from corpus.pair import Pair  # noqa: E402
from corpus.table import Writer  # noqa: E402
from translate import checks  # noqa: E402
from translate.adequacy import Judge  # noqa: E402
from translate.article import Document  # noqa: E402
from translate.engine import load  # noqa: E402
from translate.memory import Memory, Remembered  # noqa: E402
from translate.plan import Planner  # noqa: E402
from translate.reading import paragraphs  # noqa: E402
from translate.search import Attempt, Search  # noqa: E402
from translate.sentences import cut  # noqa: E402
from translate.translation import Translation  # noqa: E402


def measure(model: str, sentences: list[str]) -> None:
    """Processor time of each stage by itself, on one text."""
    loaded = load(model, "ctranslate2", "cpu", "auto", print)
    planner, search, judge = Planner(loaded.tokenizer), Search(loaded.engine, 1024), Judge()
    judge.judged(["Ciao."], [Translation("Hello.", 1)])
    checks.flags("Mario Rossi va a Londra.", "Mario Rossi goes to London.")
    text = "\n\n".join(sentences)
    cut(Document("x", text[:1000], tuple(paragraphs(text[:1000]))), "x")
    stages: list[tuple[str, float]] = []

    def timed(name: str, began: float) -> None:
        stages.append((name, time.process_time() - began))

    began = time.process_time()
    article = cut(Document("x", text, tuple(paragraphs(text))), "x")
    timed("reading, repair, splitting", began)
    began = time.process_time()
    plans = [planner.plan(sentence.sound) for sentence in article.sentences]
    timed("tokenising", began)
    began = time.process_time()
    found = search.begin((part for plan in plans for part in plan.parts), Attempt(loaded.beam))(lambda count: None)
    timed("searching (the engine)", began)
    began = time.process_time()
    english = [" ".join(loaded.tokenizer.decode(found[p].pieces) for p in plan.parts) for plan in plans]  # type: ignore[union-attr]
    timed("joining pieces", began)
    began = time.process_time()
    for plan, target in zip(plans, english, strict=True):
        checks.flags(plan.text, target)
    timed("checks", began)
    began = time.process_time()
    judge.judged([plan.text for plan in plans], [Translation(target, 1) for target in english])
    timed("adequacy", began)
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(pathlib.Path(folder, "m.sqlite"), print)
        began = time.process_time()
        for start in range(0, len(plans), 512):
            part = {p.text: Remembered(t, 1, ()) for p, t in zip(plans[start : start + 512], english[start:], strict=False)}
            memory.find(part, "x")
            memory.store(part, "x")
        timed("memory", began)
        began = time.process_time()
        with open(pathlib.Path(folder, "t.tsv"), "w", encoding="utf-8") as file:
            writer = Writer(file)
            for i, (plan, target) in enumerate(zip(plans, english, strict=True)):
                writer.write(Pair(id=f"x#{i}", source=plan.text, target=target))
        timed("writing", began)
    total = sum(seconds for _, seconds in stages)
    print(f"{len(plans):,} sentences\n\n| stage | CPU ms a sentence | share |\n| --- | ---: | ---: |")
    for name, seconds in stages:
        print(f"| {name} | {1000 * seconds / len(plans):.2f} | {100 * seconds / total:.1f} % |")
    config = json.loads((ROOT / "translate" / "bundled" / "config.json").read_text())
    d, f, vocabulary = config["d_model"], config["decoder_ffn_dim"], config["vocab_size"]
    encoder = config["encoder_layers"] * (4 * d * d + 2 * d * config["encoder_ffn_dim"])
    decoder = config["decoder_layers"] * (6 * d * d + 2 * d * f) + d * vocabulary
    pieces_in = sum(len(part) + 1 for plan in plans for part in plan.parts)
    pieces_out = sum(len(h.pieces) + 1 for h in found.values() if h is not None)
    work = encoder * pieces_in + loaded.beam * decoder * pieces_out
    a = np.random.default_rng(0).random((1024, 1024), np.float32)
    began = time.process_time()
    for _ in range(20):
        a @ a
    rate = 20 * 1024**3 / (time.process_time() - began)
    searching = dict(stages)["searching (the engine)"]
    print(
        f"\nFloor: {work / len(plans) / 1e6:.0f} M multiply-adds a sentence; at {rate / 1e9:.0f} G a second "
        f"(one core in large float32 products) that is {1000 * work / rate / len(plans):.2f} ms; the engine takes "
        f"{1000 * searching / len(plans):.2f} ms of one core in int8."
    )


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--model", default="bundled")
    args = parser.parse_args()
    measure(args.model, args.text.read_text(encoding="utf-8").splitlines()[:2000])


if __name__ == "__main__":
    main()
