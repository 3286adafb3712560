#!/usr/bin/env python3
"""What `train.py` sees at its checks, for any MarianMT folder: greedy BLEU and chrF, and nats a character, in float32.

The slice is every n-th pair of a set (PREFIX of PREFIX.it and PREFIX.en, or a table), so many that about
--validation-lines are taken. Nats a character of the given English can be held against each other whatever the
models' vocabularies.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

import torch

from model import loss_of


def validate(model: Any, spm: Any, lines: list[tuple[str, str]], pad: int) -> tuple[float, float]:
    """(BLEU, chrF) of greedy translations of `lines` (normalised Italian, English)."""
    import sacrebleu

    model.eval()
    order = sorted(range(len(lines)), key=lambda i: len(lines[i][0]))
    output = [""] * len(lines)
    device = next(model.parameters()).device
    for start in range(0, len(order), 32):
        group = order[start : start + 32]
        ids = [[*spm.encode(lines[i][0])[:400], 0] for i in group]
        width = max(map(len, ids))
        source = torch.tensor([x + [pad] * (width - len(x)) for x in ids], device=device)
        with torch.no_grad():
            made = model.generate(
                input_ids=source, attention_mask=(source != pad).long(), num_beams=1, do_sample=False,
                max_new_tokens=2 * width + 10, bad_words_ids=[[pad]],
            )  # fmt: skip
        for i, row in zip(group, made.tolist(), strict=True):
            output[i] = spm.decode([t for t in row[1:] if t not in (0, pad)])
    model.train()
    references = [[english for _, english in lines]]
    return sacrebleu.corpus_bleu(output, references).score, sacrebleu.corpus_chrf(output, references).score


def held_out_loss(model: Any, spm: Any, lines: list[tuple[str, str]], pad: int) -> float:
    """Nats that a character of the given English costs, so that vocabularies can be held against each other."""
    model.eval()
    device = next(model.parameters()).device
    total = 0.0
    for start in range(0, len(lines), 32):
        sides = [[[*spm.encode(text)[:400], 0] for text in side] for side in zip(*lines[start : start + 32], strict=True)]
        batch = {}
        for name, ids in zip(("source", "target"), sides, strict=True):
            width = max(map(len, ids))
            batch[name] = torch.tensor([row + [pad] * (width - len(row)) for row in ids], device=device)
        with torch.no_grad():
            total += float(loss_of(model, batch, 0.0, None)[0])
    model.train()
    return total / sum(len(english) + 1 for _, english in lines)


def read_validation(name: str, count: int) -> list[tuple[str, str]]:
    """Every n-th pair (normalised Italian, English) of a test set named as `translate.evaluate.read_named_set` takes it."""
    from translate.evaluate import read_named_set
    from translate.punctuation import normalise

    it, en = read_named_set(name)
    step = max(1, len(it) // count)
    return [(normalise(a), b) for a, b in list(zip(it, en, strict=True))[::step][:count]]


def main() -> None:
    import sentencepiece
    from transformers import MarianMTModel, logging

    logging.set_verbosity_error()  # it warns at every batch that max_new_tokens goes before max_length
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--validation", required=True, help="a test set as evaluate.py takes it")
    parser.add_argument("--validation-lines", type=int, default=250)
    args = parser.parse_args()
    lines = read_validation(args.validation, args.validation_lines)
    print(f"| {len(lines)} pairs | BLEU | chrF | nats a character |\n| --- | ---: | ---: | ---: |")
    for folder in args.models:
        model = MarianMTModel.from_pretrained(str(folder), dtype=torch.float32)
        spm = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        bleu, chrf = validate(model, spm, lines, len(spm))
        print(f"| {folder} | {bleu:.1f} | {chrf:.1f} | {held_out_loss(model, spm, lines, len(spm)):.3f} |", flush=True)


if __name__ == "__main__":
    main()
