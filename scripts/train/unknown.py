#!/usr/bin/env python3
"""Which common Italian words a model cannot translate by themselves: what to write pairs for.

Each of the --words commonest words of wordfreq's Italian list (five letters and more, and clearly commoner than the
same spelling is in English: so no names that both share) is given alone, as a sentence. It counts as unknown where
the greedy English leaves it as it is, or has a word that English hardly knows (under Zipf 1.6), for then the model
has only bent its ending. A word alone is harder than in a sentence, so common ones among them may be known there; and
a known English word may be the wrong one. Words that both languages spell alike ("area") are not asked for. Prints
how many are unknown, and writes them, commonest first, with what became of them; one word of those that share all but
their last three letters.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from translate.engine import Loaded, load
from translate.frequencies import zipf

LETTERS = re.compile(r"[a-zàèéìíòóùú]{5,}")
HARDLY_ENGLISH = 1.6
AT_ONCE = 512  # sentences handed to the engine together


def common_words(number: int) -> list[str]:
    """The commonest `number` words of Italian that `LETTERS` match and English does not have as often, commonest first."""
    from wordfreq import top_n_list

    return [word for word in top_n_list("it", number) if LETTERS.fullmatch(word) and zipf(word, "en") < zipf(word) - 0.3]


def translated(loaded: Loaded, words: list[str]) -> list[str]:
    """The greedy English of each word, capitalised and with a full stop."""
    said = []
    for start in range(0, len(words), AT_ONCE):
        pieces = [loaded.tokenizer.encode(f"{word.capitalize()}.") for word in words[start : start + AT_ONCE]]
        found = loaded.engine.submit(pieces, beam=1, longest=20)()
        said += [loaded.tokenizer.decode(hypothesis.pieces) for hypothesis in found]
    return said


def is_unknown(word: str, english: str) -> bool:
    """Whether the English of the word alone shows that the model does not know it."""
    made = re.findall(r"[a-z']+", english.lower())
    return bool(made) and (word in made or min(zipf(part, "en") for part in made) < HARDLY_ENGLISH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="bundled", help="bundled, a folder, or a hub name (default %(default)s)")
    parser.add_argument("--words", type=int, default=42000, help="how many to look through (default %(default)s)")
    parser.add_argument("--out", type=pathlib.Path, help="a TSV of the unknown words and what became of them")
    args = parser.parse_args()
    loaded = load(args.model, "ctranslate2", "cpu", "int8", lambda line: print(line, file=sys.stderr))
    words = common_words(args.words)
    unknown = [(word, said) for word, said in zip(words, translated(loaded, words), strict=True) if is_unknown(word, said)]
    of_each_stem = list({word[: max(5, len(word) - 3)]: (word, said) for word, said in reversed(unknown)}.values())[::-1]
    print(f"{len(words):,} words, {len(unknown):,} unknown ({len(unknown) / len(words):.1%}), {len(of_each_stem):,} stems")
    if args.out:
        args.out.write_text("".join(f"{word}\t{said}\n" for word, said in of_each_stem), encoding="utf-8")


if __name__ == "__main__":
    main()
