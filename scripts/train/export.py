#!/usr/bin/env python3
"""A checkpoint of `train.py` as a MarianMT folder: the averaged weights in float16, with all that users need to load it.

`train.py` keeps such a folder for its best validation score (`best/`); this writes one for the state at the end, or with
--average the mean of it and of others, weight by weight.
"""

from __future__ import annotations

import argparse
import pathlib

import torch
from safetensors.torch import load_file

from model import Shape, build, save_marian


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path, help="last.pt of train.py, or a MarianMT folder")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of pack.py that it was trained on")
    parser.add_argument("--shape", required=True, help="as train.py was given it")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--current", action="store_true", help="the last weights instead of the averaged ones")
    parser.add_argument(
        "--average", type=pathlib.Path, nargs="+", default=[], metavar="FOLDER",
        help="MarianMT folders of the same run, to take the mean with",
    )  # fmt: skip
    parser.add_argument("--share", type=float, help="what each of these counts in the mean (default: as much as the checkpoint)")
    args = parser.parse_args()
    if args.checkpoint.is_dir():
        weights, origin = load_file(args.checkpoint / "model.safetensors"), str(args.checkpoint)
    else:
        saved = torch.load(args.checkpoint, map_location="cpu", weights_only=False)
        weights, origin = saved["model" if args.current else "mean"], f"step {saved['step']:,}"
    others = [load_file(folder / "model.safetensors") for folder in args.average]
    share = 1 / (1 + len(others)) if args.share is None else args.share
    if not 0 <= share * len(others) <= 1:
        parser.error("--share: the shares of all that --average names must come to 1 at most")
    # Folders hold each tied weight once, and not what is fixed: a checkpoint's other copies would undo the mean.
    weights = {
        name: value.float() * (1 - share * len(others)) + sum(other[name].float() for other in others) * share
        for name, value in weights.items()
        if all(name in other for other in others)
    }
    model = build(Shape.parse(args.shape), len(weights["model.shared.weight"]), dropout=0.1)
    model.load_state_dict(weights, strict=False)  # folders leave out what is tied or fixed
    save_marian(model, args.data / "joint.spm", args.data / "vocab.json", args.out)
    print(f"{args.out}: {origin}, {sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
