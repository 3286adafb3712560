#!/usr/bin/env python3
"""How many of the nouns in `groups.txt` models can translate, by how often the training pairs have them; and of its phrases.

Each noun stands in the same sentence ("Non ho mai visto il mestolo."), and so does each phrase that can begin or end a statement
("Per giunta, il treno è partito."); it counts as known where the English of `groups.txt` is in the translation (beam 4). The
pairs are counted as `swap.py` counts them: those of its sources, in the very form.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from swap import SOURCES, mend_italian, read_groups, read_pairs
from translate.engine import load

CLASSES = ((0, 0), (1, 3), (4, 11), (12, None))  # how often the pairs have a noun, from and to


def questions(groups: pathlib.Path) -> list[tuple[str, str, str]]:
    """(noun, sentence, English) of every noun in the groups."""
    found = []
    for kind, members in zip(*read_groups(groups), strict=True):
        for member in members if kind.startswith("n") else []:
            tokens = ["Non", " ", "ho", " ", "mai", " ", "visto", " ", "il" if kind[1] == "m" else "la", " ", member.it["s"], "."]
            mend_italian(tokens, 10, kind[1])
            found.append((member.it["s"], "".join(tokens), member.en["s"]))
    return found


def phrases(groups: pathlib.Path) -> list[tuple[str, str]]:
    """(sentence, English) of every phrase in the groups."""
    found = []
    for kind, members in zip(*read_groups(groups), strict=True):
        for member in members if kind in ("o", "e") else []:
            phrase = member.it[""]
            sentence = f"{phrase[0].upper()}{phrase[1:]} il treno è partito." if kind == "o" else f"Il treno è partito {phrase}."
            found.append((sentence, member.en[""].rstrip(",:")))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, nargs="+", help="pairs.tsv from prepare.py")
    parser.add_argument("--model", action="append", help="may be given more than once (default: bundled)")
    parser.add_argument("--groups", type=pathlib.Path, default=pathlib.Path(__file__).with_name("groups.txt"))
    args = parser.parse_args()
    seen = collections.Counter(word for it, _ in read_pairs(args.pairs, SOURCES) for word in set(it))
    asked, more = questions(args.groups), phrases(args.groups)
    sentences = [sentence for _, sentence, _ in asked] + [sentence for sentence, _ in more]
    wanted = [english.lower() for _, _, english in asked] + [english.lower() for _, english in more]
    names = [f"{low}{'' if low == high else '+' if high is None else f' to {high}'}" for low, high in CLASSES]
    print(f"| pairs with the noun | {' | '.join(names)} | phrases |\n| --- |{' ---: |' * (len(names) + 1)}")
    numbers = [
        [n for n, (noun, _, _) in enumerate(asked) if low <= seen[noun] <= (sys.maxsize if high is None else high)]
        for low, high in CLASSES
    ]
    numbers.append(list(range(len(asked), len(sentences))))
    print(f"| how many | {' | '.join(f'{len(of):,}' for of in numbers)} |")
    for name in args.model or ["bundled"]:
        loaded = load(name, "ctranslate2", "cpu", "int8", lambda line: print(line, file=sys.stderr))
        said = []
        for start in range(0, len(sentences), 512):
            pieces = [loaded.tokenizer.encode(sentence) for sentence in sentences[start : start + 512]]
            said += [loaded.tokenizer.decode(made.pieces) for made in loaded.engine.submit(pieces, beam=4, longest=40)()]
        known = [english in made.lower() for english, made in zip(wanted, said, strict=True)]
        shares = [f"{100 * sum(known[n] for n in of) / len(of):.1f} %" if of else "" for of in numbers]
        print(f"| {name} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main()
