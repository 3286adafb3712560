#!/usr/bin/env python3
"""How big and how fast shapes are, before anything is trained: a table in Markdown, speed as a share of the first shape's.

Each shape gets random weights in a MarianMT folder, is converted as users' models are (CTranslate2, int8), and translates
the Italian text with two single-threaded translators, beam 4. All are made to write as many tokens as the English of the
text has on average, so that only the shape and the vocabulary count. The best of --runs is taken.
"""

from __future__ import annotations

import argparse
import pathlib
import tempfile
import time

import ctranslate2
import sentencepiece
import torch

from model import Shape, build, save_marian

Sides = tuple[list[str], list[str]]


def measure(shape: str, spm_path: pathlib.Path, sides: Sides, runs: int) -> tuple[float, float]:
    """(megabytes in float16, sentences a second)."""
    spm = sentencepiece.SentencePieceProcessor(model_file=str(spm_path))
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as temporary:
        folder, converted = pathlib.Path(temporary, "marian"), pathlib.Path(temporary, "ctranslate2")
        save_marian(build(Shape.parse(shape), len(spm) + 1, 0.0), spm_path, spm_path.with_name("vocab.json"), folder)
        ctranslate2.converters.TransformersConverter(str(folder)).convert(str(converted), quantization="int8")
        translator = ctranslate2.Translator(str(converted), inter_threads=2, intra_threads=1)
        source = [[*spm.encode(text, out_type=str), "</s>"] for text in sides[0]]
        length = round(sum(map(len, spm.encode(sides[1]))) / len(sides[1]))
        best = float("inf")
        for _ in range(runs):
            began = time.perf_counter()
            translator.translate_batch(
                source, beam_size=4, min_decoding_length=length, max_decoding_length=length, max_batch_size=1024,
                batch_type="tokens",
            )  # fmt: skip
            best = min(best, time.perf_counter() - began)
        return (folder / "model.safetensors").stat().st_size / 1e6, len(source) / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="+", metavar="SHAPE", help="as train.py takes it; with :FOLDER, of another vocabulary")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder from pack.py, for its vocabulary")
    parser.add_argument("--text", type=pathlib.Path, required=True, help="PREFIX of PREFIX.it and PREFIX.en")
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    sides = tuple(
        args.text.with_suffix(suffix).read_text(encoding="utf-8").splitlines()[: args.sentences] for suffix in (".it", ".en")
    )
    print("| shape | pieces | MB | speed |\n| --- | ---: | ---: | ---: |")
    first = 0.0
    for entry in args.shapes:
        shape, _, folder = entry.partition(":")
        spm_path = pathlib.Path(folder or args.data) / "joint.spm"
        size, speed = measure(shape, spm_path, (sides[0], sides[1]), args.runs)
        first = first or speed
        pieces = len(sentencepiece.SentencePieceProcessor(model_file=str(spm_path)))
        print(f"| {shape} | {pieces:,} | {size:.1f} | {speed / first:.2f} |", flush=True)


if __name__ == "__main__":
    main()
