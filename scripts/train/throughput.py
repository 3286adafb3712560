#!/usr/bin/env python3
"""How near training comes to the machine's matrix-product rate.

Measures what --workers single-threaded processes (on a GPU one) reach together in products of the model's shapes, in
bfloat16 with --bf16, counts the products that a target token costs in training, and holds the throughput that --log (a
`log.tsv` of train.py) states against the two: the median of its lines.
"""

from __future__ import annotations

import argparse
import pathlib
import statistics
import time
from multiprocessing import get_context

import numpy as np
import torch

from model import Shape


def operations(shape: Shape, vocabulary: int, source: float, target: float) -> float:
    """Multiplications and additions in matrix products for one target token, forward and backward.

    `source`, `target`: tokens of a pair's sides on average; what padding costs is not counted.
    """
    d, f = shape.width, shape.feed_forward
    encoder = shape.encoder_layers * (4 * d * d + 2 * d * f + 2 * source * d)
    # Self-attention, the queries and outputs of the other one, feed-forward; keys and values of the source's tokens.
    decoder = shape.decoder_layers * (6 * d * d + 2 * d * f + 2 * (source + target) * d)
    keys = shape.decoder_layers * 2 * d * d
    forward = 2 * (decoder + d * vocabulary + (encoder + keys) * source / target)
    return 3 * forward


def product_rate(job: tuple[Shape, bool, float]) -> float:
    """Operations a second in products of 1,024 tokens with the feed-forward matrices, for some seconds."""
    shape, bf16, seconds = job
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if bf16 else torch.float32
    tokens = torch.randn(1024, shape.width, device=device, dtype=dtype)
    wide, back = (torch.randn(a, b, device=device, dtype=dtype) for a, b in ((shape.width, shape.feed_forward),) * 2)
    back = back.T.contiguous()
    turns, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(20):
            _ = (tokens @ wide) @ back
        turns += 20
        if device == "cuda":
            torch.cuda.synchronize()
    return turns * 4 * 1024 * shape.width * shape.feed_forward / (time.perf_counter() - began)


def main() -> None:
    """Print the three rates and what they come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder from pack.py")
    parser.add_argument("--shape", default="256x4x2x1024x8")
    parser.add_argument("--log", type=pathlib.Path, required=True)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    shape = Shape.parse(args.shape)
    with get_context("spawn").Pool(args.workers) as pool:
        rate = sum(pool.map(product_rate, [(shape, args.bf16, args.seconds)] * args.workers))
    lengths = np.diff(np.load(args.data / "packed.npz")["bounds"]).reshape(-1, 2).mean(axis=0)
    vocabulary = (args.data / "vocab.json").read_text(encoding="utf-8").count("\n") - 1
    cost = operations(shape, vocabulary, *lengths)
    reached = statistics.median(float(line.split("\t")[4]) for line in args.log.read_text().splitlines())
    print(f"matrix products: {rate / 1e9:.0f} billion operations a second with {args.workers} workers")
    print(f"a target token costs {cost / 1e6:.0f} million of them: at most {rate / cost:.0f} a second")
    print(f"the log's median is {reached:.0f} target tokens a second: {100 * reached * cost / rate:.0f} %")


if __name__ == "__main__":
    main()
