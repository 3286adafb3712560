#!/usr/bin/env python3
"""The systems that `benchmark.py` holds beside each other, one to a process.

    scripts/benchmark_systems.py SYSTEM MODEL BEAM TEXT     loads, translates a sentence, times the text; prints figures as JSON

afronte, the engine below it, transformers, and Argos Translate on the interpreter that has it: this file needs nothing but what
the chosen system needs.
"""

from __future__ import annotations

import json
import pathlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
# Pieces that the OPUS-shaped model gives for any sentence, and the name by which it is known here.
FIXED, OPUS_SHAPED = 30, "opus-shaped"
Work = Callable[[list[str]], list[str]]


def raw(model: str, beam: int) -> Work:
    """CTranslate2 alone: pieces in, pieces out. Tokenising is not timed."""
    from translate.engine import load
    from translate.tokenizer import END

    loaded = load(model, "ctranslate2", "cpu", "auto", print)
    engine = loaded.engine._translator  # type: ignore[attr-defined]
    known: dict[str, list[str]] = {}
    longest = FIXED if OPUS_SHAPED in model else 300

    def work(sentences: list[str]) -> list[str]:
        batch = [known.get(s) or [*loaded.tokenizer.encode(s), END] for s in sentences]
        made = engine.translate_batch(
            batch, beam_size=beam, max_batch_size=1024, batch_type="tokens", length_penalty=1.0, max_decoding_length=longest
        )
        return [loaded.tokenizer.decode(found.hypotheses[0]) for found in made]

    work.prepare = lambda sentences: known.update((s, [*loaded.tokenizer.encode(s), END]) for s in sentences)  # type: ignore[attr-defined]
    return work


def ours(model: str, beam: int, full: bool) -> Work:
    """The whole command in one process: a text file in, a review table out; `full` with checks, adequacy and memory."""
    import translate.run as command
    from translate import checks, tries
    from translate.engine import CTranslate2Engine
    from translate.reading import Fields

    folder = pathlib.Path(tempfile.mkdtemp())
    if not full:
        checks.CHECKS.clear()
        tries.ROUNDS = ()
    if OPUS_SHAPED in model:
        # What it says is noise, so every sentence would be tried again; and it never ends a sentence by itself.
        tries.ROUNDS = ()
        submit = CTranslate2Engine.submit
        CTranslate2Engine.submit = lambda self, batch, beam, longest, no_repeat=0: submit(self, batch, beam, FIXED, no_repeat)  # type: ignore[method-assign]

    def work(sentences: list[str]) -> list[str]:
        from corpus.table import read_table

        # Articles of 40 sentences.
        articles = ["\n\n".join(sentences[i : i + 40]) for i in range(0, len(sentences), 40)]
        source, target = folder / f"{len(sentences)}.jsonl", folder / f"{len(sentences)}.tsv"
        source.write_text("\n".join(json.dumps({"text": text}) for text in articles), encoding="utf-8")
        fields = Fields()
        job = command.Job(
            [str(source)], str(target), False, True, model, "ctranslate2", "cpu", "auto", beam, "auto", fields,
            memory=full, adequacy=full,
        )  # fmt: skip
        assert command.run(job, level=0) == 0
        work.timed = time.perf_counter()  # type: ignore[attr-defined]
        return [pair.target for pair in read_table(target)]

    return work


def transformers(model: str, beam: int, batch: int) -> Work:
    """`generate` of transformers in float32: a sentence at a time, or sorted batches."""
    import torch
    from transformers import MarianMTModel

    from translate.engine import TransformersEngine
    from translate.models import locate
    from translate.tokenizer import Tokenizer

    folder = locate(model, print).folder
    tokenizer = Tokenizer(folder)
    engine = TransformersEngine(folder, tokenizer, "cpu")
    assert isinstance(engine._model, MarianMTModel) and torch.get_num_threads() > 0

    def work(sentences: list[str]) -> list[str]:
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i])) if batch > 1 else range(len(sentences))
        results = [""] * len(sentences)
        chosen = list(order)
        for start in range(0, len(chosen), batch):
            rows = chosen[start : start + batch]
            pieces = [tokenizer.encode(sentences[i]) for i in rows]
            found = engine.submit(pieces, beam, FIXED if OPUS_SHAPED in model else 300)()
            for i, hypothesis in zip(rows, found, strict=True):
                results[i] = tokenizer.decode(hypothesis.pieces)
        return results

    return work


def argos(package: str, beam: int) -> Work:
    """Argos Translate's own pipeline on the converted model, as it sets its engine up. It is told where sentences end: its
    splitters download models. It gets articles of 40 sentences."""
    import argostranslate.settings as settings
    import ctranslate2
    from argostranslate.tokenizer import SentencePieceTokenizer
    from argostranslate.translate import apply_packaged_translation

    class Package:
        tokenizer = SentencePieceTokenizer(pathlib.Path(package, "sentencepiece.model"))
        target_prefix = ""

    class Sentencizer:
        def split_sentences(self, text: str) -> list[str]:
            return text.split("\n")

    settings.beam_size = beam
    translator = ctranslate2.Translator(
        str(pathlib.Path(package, "model")), device="cpu", inter_threads=settings.inter_threads,
        intra_threads=settings.intra_threads, compute_type="int8",
    )  # fmt: skip

    def work(sentences: list[str]) -> list[str]:
        articles = ["\n".join(sentences[i : i + 40]) for i in range(0, len(sentences), 40)]
        return [apply_packaged_translation(Package(), text, translator, Sentencizer(), 1)[0].value for text in articles]

    return work


def argos_package(model: str, folder: pathlib.Path) -> pathlib.Path:
    """The model as Argos Translate has its packages: converted, and told to end sources with `</s>` itself."""
    import shutil

    from translate.models import converted, locate

    found = locate(model, print)
    shutil.copytree(converted(found, print), folder / "model")
    config = folder / "model" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "add_source_eos": True}))
    shutil.copy(found.folder / "source.spm", folder / "sentencepiece.model")
    return folder


def write_opus_shaped(folder: pathlib.Path) -> None:
    """A MarianMT folder of OPUS-MT's size: 6 and 6 layers, 512 wide, 80,035 pieces; random weights, and no sentence ends."""
    import shutil

    import torch
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    from translate.models import locate

    bundled = locate("bundled", print).folder
    folder.mkdir(parents=True)
    for name in ("source.spm", "target.spm", "tokenizer_config.json"):
        shutil.copy(bundled / name, folder / name)
    pieces = [piece for piece in json.loads((bundled / "vocab.json").read_text(encoding="utf-8")) if piece != "<pad>"]
    pieces += [f"▁filler{i}" for i in range(80_034 - len(pieces))]
    pad = len(pieces)
    (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate([*pieces, "<pad>"])}), encoding="utf-8")
    torch.manual_seed(1)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=pad + 1, decoder_vocab_size=pad + 1, d_model=512, encoder_layers=6, decoder_layers=6, encoder_ffn_dim=2048,
            decoder_ffn_dim=2048, encoder_attention_heads=8, decoder_attention_heads=8, activation_function="swish",
            scale_embedding=True, static_position_embeddings=True, pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad,
            forced_eos_token_id=None, max_position_embeddings=512,
        )
    )  # fmt: skip
    with torch.no_grad():
        model.model.shared.weight[pad] = 0
        model.final_logits_bias[0, 0] = -1e4
    model.generation_config = GenerationConfig(
        num_beams=4, max_length=512, bad_words_ids=[[pad]], decoder_start_token_id=pad, eos_token_id=0, pad_token_id=pad
    )
    model.save_pretrained(folder)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.0f} million weights", file=sys.stderr)


SYSTEMS: dict[str, Callable[[str, int], Work]] = {
    "raw engine": raw,
    "afronte, checks off": lambda model, beam: ours(model, beam, False),
    "afronte": lambda model, beam: ours(model, beam, True),
    "Argos Translate": argos,
    "transformers, batches of 32": lambda model, beam: transformers(model, beam, 32),
    "transformers, one by one": lambda model, beam: transformers(model, beam, 1),
}


def timed(system: str, model: str, beam: int, sentences: list[str]) -> dict[str, float]:
    """Time one system in this process."""
    work = SYSTEMS[system](model, beam)
    work(["Il treno parte alle sette."])
    if hasattr(work, "prepare"):
        work.prepare(sentences)
    began, cpu = time.perf_counter(), time.process_time()
    results = work(sentences)
    seconds = getattr(work, "timed", time.perf_counter()) - began
    return {
        "seconds": seconds,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "words": sum(len(result.split()) for result in results),
    }


def main() -> None:
    """Time one system on a text, a sentence a line."""
    system, model, beam, text = sys.argv[1:]
    sentences = pathlib.Path(text).read_text(encoding="utf-8").splitlines()
    print(json.dumps(timed(system, model, int(beam), sentences)))


if __name__ == "__main__":
    main()
