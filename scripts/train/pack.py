#!/usr/bin/env python3
"""Filtered pairs to one packed array that `train.py` reads: vocabulary, augmentation, tokens, word links.

Writes into --out:
  joint.spm   SentencePiece unigram model for both languages, with byte fallback; trained on the pairs as weighted by
              the mixture's `main` table, unless --spm names one to keep
  vocab.json  piece to id: `</s>` 0, `<unk>` 1, the pieces, `<pad>` last (CTranslate2 takes the pad row to be zero)
  packed.npz  tokens: uint16 (n,), Italian then English of each pair, each closed by `</s>`
              bounds: int64 (2 * pairs + 1,), where each side begins in `tokens`
              source: int16 (pairs,), index into `sources`;  sources: names
              links:  int16 (n,), for each English token the Italian token (0-based, within its sentence) that
              eflomal links it to, -1 where there is none; all -1 with --no-links
For a seed all is the same but the links: eflomal takes none.
Augmentation adds disturbed copies (see `disturb` and `rename`) so that capitals, lost marks, glued sentences and names never
seen before are no surprise. The Italian of a copy is segmented by sampling (Kudo 2018, "Subword regularization").
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import json
import math
import pathlib
import random
import re
import tomllib

import numpy as np
import sentencepiece

Pair = tuple[str, str, str]
NAME = re.compile(r"\b[A-Z][^\W\d_]{2,}\b")


def title(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def misspell(text: str, rng: random.Random) -> str:
    """One or two slips of the finger: letters swapped, doubled or dropped."""
    for _ in range(rng.randint(1, 2)):
        places = [m.start() for m in re.finditer(r"(?<=\w)\w(?=\w)", text)]
        if not places:
            return text
        i = rng.choice(places)
        text = rng.choice(
            (text[:i] + text[i + 1] + text[i] + text[i + 2 :], text[:i] + text[i] + text[i:], text[:i] + text[i + 1 :])
        )
    return text


def disturb(pair: Pair, following: Pair | None, rng: random.Random) -> tuple[str, str] | None:
    """A copy of `pair` as rough input has it, or None; `following` is the next pair of the same source.

    6 % upper case and 4 % title case on both sides, 5 % without the final mark on both sides, 5 % misspelt Italian,
    3 % without one quotation mark in Italian, 2 % Italian that lost its capital, 12 % joined with the following pair,
    a quarter of these without the blank in between on the Italian side.
    """
    it, en, _ = pair
    chance = rng.random()
    if chance < 0.06:
        return (it.upper(), en.upper()) if len(it) < 120 else None
    if chance < 0.10:
        return (title(it), title(en)) if len(it) < 120 else None
    if chance < 0.15:
        return (it.rstrip(".!"), en.rstrip(".!")) if it[-1] in ".!" and en[-1] in ".!" else None
    if chance < 0.20:
        return misspell(it, rng), en
    if chance < 0.23:
        quotes = [i for i, c in enumerate(it) if c == '"']
        if not quotes:
            return None
        i = rng.choice(quotes)
        return it[:i] + it[i + 1 :], en
    if chance < 0.25:
        return it[:1].lower() + it[1:], en
    if chance < 0.37 and following is not None and it[-1] in '.!?"' and len(it) + len(following[0]) < 500:
        blank = "" if rng.random() < 0.25 else " "
        return f"{it}{blank}{following[0]}", f"{en} {following[1]}"
    return None


def shared_names(it: str, en: str) -> list[str]:
    """Capitalised words that stand alike on both sides and do not begin the Italian sentence."""
    words = set(NAME.findall(en))
    return [name for name in dict.fromkeys(NAME.findall(it, 1)) if name in words]


def name_pools(pairs: list[Pair]) -> dict[bool, list[str]]:
    """Names that pairs share, but for words that English also writes small: acronyms (True) and others (False)."""
    common = {word for _, en, _ in pairs for word in re.findall(r"[a-z]+", en)}
    names = sorted({name for it, en, _ in pairs for name in shared_names(it, en) if name.lower() not in common})
    return {upper: [name for name in names if name.isupper() == upper] for upper in (False, True)}


def rename(pair: Pair, pools: dict[bool, list[str]], rng: random.Random) -> tuple[str, str] | None:
    """A copy of `pair` with other names, half of them made of the halves of two, or None where there are none to change."""
    it, en, _ = pair
    names = [name for name in shared_names(it, en) if pools[name.isupper()]]
    for name in names:
        new, other = rng.choices(pools[name.isupper()], k=2)
        if rng.random() < 0.5:
            new = new[: len(new) // 2] + other[len(other) // 2 :]
        it, en = (re.sub(rf"\b{name}\b", new, side) for side in (it, en))
    return (it, en) if names else None


def train_vocabulary(pairs: list[Pair], weights: dict[str, float], size: int, out: pathlib.Path, rng: random.Random) -> None:
    """A joint SentencePiece model on at most a million lines drawn by weight (by us: its own shuffling takes no seed)."""
    drawn = []
    for it, en, source in pairs:
        weight = weights.get(source, weights["other"])
        drawn += [it, en] * (int(weight) + (rng.random() < weight % 1))
    rng.shuffle(drawn)
    with open(out / "joint.spm", "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(drawn[:1_000_000]), model_writer=file, vocab_size=size, model_type="unigram",
            byte_fallback=True, character_coverage=0.9998, normalization_rule_name="identity", split_digits=True,
            max_sentence_length=4000, shuffle_input_sentence=False, num_threads=2, minloglevel=1,
            bos_id=-1, eos_id=0, unk_id=1, pad_id=-1,
        )  # fmt: skip


class Sampler:
    """Segmentations drawn by their probability to the power of `alpha` (Kudo 2018), among the 64 best of each word.

    No piece spans a blank, so drawing word by word is drawing the sentence. SentencePiece has a sampler of its own, but
    in 0.2.3 its `set_random_generator_seed` changes nothing.
    """

    def __init__(self, spm: sentencepiece.SentencePieceProcessor, alpha: float, rng: random.Random) -> None:
        self.spm, self.alpha, self.rng = spm, alpha, rng
        self.known: dict[str, tuple[list[list[int]], list[float]]] = {}

    def encode(self, text: str) -> list[int]:
        pieces: list[int] = []
        for word in text.split(" "):
            if word not in self.known:
                best = self.spm.nbest_encode(word, nbest_size=64, out_type=int) if word else [[]]
                scores = [sum(map(self.spm.get_score, segmentation)) for segmentation in best]
                top = max(scores)
                self.known[word] = best, [math.exp(self.alpha * (score - top)) for score in scores]
            pieces += self.rng.choices(*self.known[word])[0]
        return pieces


def link(it: list[list[str]], en: list[list[str]], folder: pathlib.Path) -> list[str]:
    """Pharaoh links (`0-0 1-2`) that give each English piece at most one Italian piece (eflomal, IBM 1 and HMM)."""
    from eflomal import Aligner

    path = folder / "links.rev"
    Aligner(model=2, n_samplers=1, rel_iterations=0.4).align(
        [" ".join(s) for s in it], [" ".join(s) for s in en], links_filename_rev=str(path)
    )
    lines = path.read_text().splitlines()
    path.unlink()
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, nargs="+", help="pairs.tsv from prepare.py")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--mixture", type=pathlib.Path, default=pathlib.Path(__file__).with_name("mixture.toml"))
    parser.add_argument("--vocabulary", type=int, default=8000, help="pieces (default %(default)s)")
    parser.add_argument("--spm", type=pathlib.Path, help="keep this vocabulary instead of training one")
    parser.add_argument("--at-most", type=int, help="pairs of any one source, drawn at random")
    parser.add_argument(
        "--often", type=float, default=2.0,
        help="weight in the mixture from which a source gets more copies: renamed, and segmented otherwise (default %(default)s)",
    )  # fmt: skip
    parser.add_argument("--no-links", action="store_true", help="without word links (eflomal)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not args.no_links and importlib.util.find_spec("eflomal") is None:
        parser.error("eflomal is not installed: `pip install -e '.[train]' -c scripts/constraints.txt`, or --no-links")
    args.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(args.seed)

    mixture = tomllib.loads(args.mixture.read_text())["main"]
    by_source: dict[str, list[Pair]] = collections.defaultdict(list)
    for path in args.pairs:
        with open(path, encoding="utf-8", newline="\n") as lines:
            for line in lines:
                it, en, source = line.rstrip("\n").split("\t")
                by_source[source].append((it, en, source))
    for source, members in by_source.items():
        if args.at_most and len(members) > args.at_most:
            by_source[source] = [members[i] for i in sorted(rng.sample(range(len(members)), args.at_most))]
    pools = name_pools([pair for members in by_source.values() for pair in members])
    pairs: list[Pair] = []
    copied: list[bool] = []
    for source, members in by_source.items():
        often = mixture.get(source, mixture["other"]) >= args.often
        for i, pair in enumerate(members):
            pairs.append(pair)
            following = members[i + 1] if i + 1 < len(members) else None
            copies = [disturb(pair, following, rng) for _ in range(2 if often else 1)]
            copies += [rename(pair, pools, rng)] if often or rng.random() < 0.1 else []
            copies += [pair[:2]] if often else []
            copied += [False, *(True for copy in copies if copy)]
            pairs += [(*copy, source) for copy in copies if copy]
    print(f"{len(pairs):,} pairs with disturbed copies")

    if args.spm:
        (args.out / "joint.spm").write_bytes(args.spm.read_bytes())
    else:
        train_vocabulary(pairs, mixture, args.vocabulary, args.out, rng)
    spm = sentencepiece.SentencePieceProcessor(model_file=str(args.out / "joint.spm"))
    vocabulary = {spm.id_to_piece(i): i for i in range(len(spm))} | {"<pad>": len(spm)}
    (args.out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")

    sides = [spm.encode([pair[side] for pair in pairs], num_threads=2) for side in (0, 1)]
    sampler = Sampler(spm, 0.5, rng)
    for i in (i for i, copy in enumerate(copied) if copy):
        sides[0][i] = sampler.encode(pairs[i][0])
    lengths = np.array([[len(a) + 1, len(b) + 1] for a, b in zip(*sides, strict=True)])
    bounds = np.concatenate([[0], np.cumsum(lengths.reshape(-1))])
    tokens = np.zeros(bounds[-1], dtype=np.uint16)
    for i, (a, b) in enumerate(zip(*sides, strict=True)):
        tokens[bounds[2 * i] : bounds[2 * i + 1] - 1] = a
        tokens[bounds[2 * i + 1] : bounds[2 * i + 2] - 1] = b
    links = np.full(bounds[-1], -1, dtype=np.int16)
    if not args.no_links:
        names = [[[str(t) for t in side] for side in sides[k]] for k in (0, 1)]
        for i, line in enumerate(link(names[0], names[1], args.out)):
            if pairs[i][0].isupper():
                continue
            for a, b in (entry.split("-") for entry in line.split()):
                links[bounds[2 * i + 1] + int(b)] = int(a)
            links[bounds[2 * i + 2] - 1] = lengths[i, 0] - 1  # the end looks at the end
    sources = sorted({pair[2] for pair in pairs})
    index = {name: i for i, name in enumerate(sources)}
    np.savez(
        args.out / "packed.npz", tokens=tokens, bounds=bounds, links=links, sources=np.array(sources),
        source=np.array([index[pair[2]] for pair in pairs], dtype=np.int16),
    )  # fmt: skip
    print(f"{lengths[:, 0].sum():,} Italian and {lengths[:, 1].sum():,} English tokens; links on {(links >= 0).sum():,}")


if __name__ == "__main__":
    main()
