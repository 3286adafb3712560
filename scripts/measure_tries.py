#!/usr/bin/env python3
"""What second tries bring and cost: the same sentences translated with and without them.

    scripts/measure_tries.py SET...    (PREFIX of PREFIX.it and PREFIX.en, a table with columns it and en, or Italian lines alone)

A sentence is better where its flags weigh less than before, or as much at a higher adequacy. With English references BLEU
and chrF of all sentences, and of those that changed.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time

import sacrebleu

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from translate import tries  # noqa: E402
from translate.adequacy import Judge  # noqa: E402
from translate.evaluate import read_named_set  # noqa: E402
from translate.translation import Translation  # noqa: E402
from translate.translator import Translator  # noqa: E402


def read(name: str) -> tuple[list[str], list[str]]:
    """Italian and English sentences; no English where there is none."""
    if name.endswith(".txt"):
        return pathlib.Path(name).read_text(encoding="utf-8").splitlines(), []
    return read_named_set(name)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    args = parser.parse_args()
    translator = Translator(judge=Judge())
    translator.translate("Ciao.")
    rounds = tries.ROUNDS
    print("| set | sentences | with trouble | of them better | free of trouble | more time | BLEU | chrF | BLEU of the changed |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in args.sets:
        italian, english = read(name)
        made: list[list[Translation]] = []
        seconds = []
        for used in ((), rounds, (), rounds):
            tries.ROUNDS = used
            began = time.perf_counter()
            made.append(list(translator.stream(italian)))
            seconds.append(time.perf_counter() - began)
        both = list(zip(made[0], made[1], strict=True))
        troubled = [(a, b) for a, b in both if tries.trouble(a)]
        better = sum(a.target != b.target and tries.better(a, b) is b for a, b in troubled)
        free = sum(tries.trouble(b) == 0 for _, b in troubled)
        more = min(seconds[1], seconds[3]) / min(seconds[0], seconds[2]) - 1
        scores = ["", "", ""]
        if english:
            changed = [i for i, (a, b) in enumerate(both) if a.target != b.target]
            scores = [
                " → ".join(f"{metric([t[i].target for i in rows], [[english[i] for i in rows]]).score:.1f}" for t in made[:2])
                for metric, rows in (
                    (sacrebleu.corpus_bleu, range(len(italian))), (sacrebleu.corpus_chrf, range(len(italian))),
                    (sacrebleu.corpus_bleu, changed),
                )
            ]  # fmt: skip
        cells = (pathlib.Path(name).stem, len(italian), len(troubled), better, free, f"{100 * more:.0f} %", *scores)
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
