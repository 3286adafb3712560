#!/usr/bin/env python3
"""BLEU and chrF of a model on test sets, as a table in Markdown, with sacrebleu's signatures.

A test set is PREFIX of PREFIX.it and PREFIX.en, or a TSV with columns `it` and `en`. Sentences are translated by the
same code as users' articles. `names`: of the capitalised words that source and reference share, the percentage that is
in the output too.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

import sacrebleu

from translate.evaluate import read_named_set
from translate.translator import Translator

NAME = re.compile(r"\b[A-Z]\w{3,}\b")


def names_kept(it: list[str], en: list[str], output: list[str]) -> tuple[int, int]:
    """(kept, all): capitalised words of four letters and more that stand alike in source and reference, and in the output."""
    shared = [(name, got) for a, b, got in zip(it, en, output, strict=True) for name in {*NAME.findall(a)} & {*NAME.findall(b)}]
    return sum(re.search(rf"\b{name}\b", got) is not None for name, got in shared), len(shared)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--engine", default="ctranslate2")
    parser.add_argument("--beam", type=int, action="append", help="may be given more than once (default 1 and 4)")
    parser.add_argument("--compute", action="append", help="may be given more than once (default int8 and float32)")
    parser.add_argument("--output", type=pathlib.Path, help="folder for the translations, one a line")
    args = parser.parse_args()
    signatures: set[str] = set()
    print("| set | compute | beam | BLEU | chrF | names | sentences/s |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for compute in args.compute or ["int8", "float32"]:
        for beam in args.beam or [1, 4]:
            translator = Translator(args.model, engine=args.engine, compute=compute, beam=beam)
            for name in args.sets:
                title = pathlib.Path(name).stem
                it, en = read_named_set(name)
                began = time.perf_counter()
                output = [translation.target for translation in translator.stream(it)]
                speed = len(it) / (time.perf_counter() - began)
                bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
                scores = bleu.corpus_score(output, [en]).score, chrf.corpus_score(output, [en]).score
                signatures |= {f"BLEU {bleu.get_signature()}", f"chrF {chrf.get_signature()}"}
                kept, all_names = names_kept(it, en, output)
                names = f"{100 * kept / all_names:.1f} of {all_names}" if all_names else ""
                print(f"| {title} | {compute} | {beam} | {scores[0]:.1f} | {scores[1]:.1f} | {names} | {speed:.0f} |", flush=True)
                if args.output:
                    args.output.mkdir(parents=True, exist_ok=True)
                    file = args.output / f"{title}.{compute}.beam{beam}.en"
                    file.write_text("\n".join(output) + "\n", encoding="utf-8")
    print("\n" + "\n".join(f"`{signature}`" for signature in sorted(signatures)))


if __name__ == "__main__":
    main()
