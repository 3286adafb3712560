"""A small checkpoint with the layout of an OPUS-MT model: what the hub holds, with random weights.

Unlike the bundled model it has separate SentencePiece models for the two sides, ids from `vocab.json` that differ from
theirs, six beams, and a bias on the logits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import torch
from conftest import SAMPLES
from sentencepiece import SentencePieceTrainer
from transformers import GenerationConfig, MarianConfig, MarianMTModel


def write_opus(folder: Path, weights: Literal["safetensors", "pickle"]) -> Path:
    """The checkpoint in `folder`, with its weights in the one file or the other."""
    folder.mkdir(parents=True)
    pieces: list[str] = []
    for side, start in (("source", 0), ("target", 1)):
        text = folder / f"{side}.txt"
        lines = [line for path in sorted(SAMPLES.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines() if line]
        text.write_text("\n".join(lines[start:]), encoding="utf-8")
        SentencePieceTrainer.train(
            input=str(text),
            model_prefix=str(folder / side),
            vocab_size=300 + 20 * start,
            minloglevel=2,
            bos_id=-1,
            unk_id=0,
            eos_id=1,
        )
        pieces += [line.split("\t")[0] for line in (folder / f"{side}.vocab").read_text(encoding="utf-8").splitlines()]
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
        (folder / f"{side}.vocab").unlink()
        text.unlink()
    ordered = ["</s>", "<unk>", *sorted(set(pieces) - {"<unk>", "</s>", "<s>"}), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate(ordered)}), encoding="utf-8")
    pad = len(ordered) - 1
    torch.manual_seed(3)
    config = MarianConfig(
        vocab_size=len(ordered), decoder_vocab_size=len(ordered), d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_ffn_dim=64, decoder_ffn_dim=64, encoder_attention_heads=4, decoder_attention_heads=4,
        activation_function="swish", scale_embedding=True,
        static_position_embeddings=True, pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0,
        max_position_embeddings=512, init_std=0.4,
    )  # fmt: skip
    model = MarianMTModel(config).eval()
    with torch.no_grad():
        model.model.shared.weight[pad] = 0
        model.final_logits_bias.normal_(std=0.3)
    model.generation_config = GenerationConfig(
        num_beams=6,
        max_length=512,
        bad_words_ids=[[pad]],
        decoder_start_token_id=pad,
        eos_token_id=0,
        pad_token_id=pad,
        forced_eos_token_id=0,
    )
    model.save_pretrained(folder)
    if weights == "pickle":
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    settings = {"source_lang": "it", "target_lang": "en", "tokenizer_class": "MarianTokenizer", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder
