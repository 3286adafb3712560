#!/usr/bin/env python3
"""What the checks find and what they raise false alarms on, measured on human translations.

For each test set (PREFIX of PREFIX.it and PREFIX.en, or a TSV with columns `it` and `en`) prints, as a table in Markdown,
how many references each check flags, and how many of the errors planted into them it finds:
  digit    one digit of the English changed             word     a word repeated three times more
  clause   the English cut at its middle comma          phrase   its last three to five words repeated twice more
  italian  the Italian in place of the English          nothing  an empty English
Deterministic for --seed.
"""

from __future__ import annotations

import argparse
import pathlib
import random
import re
import sys
from collections import Counter

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from translate.checks import CHECKS, flags  # noqa: E402
from translate.evaluate import read_named_set  # noqa: E402


def plant(kind: str, it: str, en: str, rng: random.Random) -> str | None:
    """The English with an error of `kind`, None where it gives no place for one."""
    words = en.split()
    if kind == "digit":
        places = [m.start() for m in re.finditer(r"\d", en)]
        if not places:
            return None
        at = rng.choice(places)
        return en[:at] + rng.choice([d for d in "123456789" if d != en[at]]) + en[at + 1 :]
    if kind == "clause":
        commas = [m.start() for m in re.finditer(", ", en)]
        if not commas:
            return None
        middle = min(commas, key=lambda at: abs(at - len(en) / 2))
        return en[:middle] + "." if 0.3 * len(en) < middle < 0.6 * len(en) else None
    if kind == "word":
        at = rng.randrange(len(words))
        return " ".join([*words[:at], *[words[at]] * 4, *words[at + 1 :]])
    if kind == "phrase":
        size = rng.randint(3, 5)
        return " ".join([*words, *words[-size:] * 2]) if len(words) >= size else None
    return it if kind == "italian" else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for name in args.sets:
        pairs = list(zip(*read_named_set(name), strict=True))
        rng = random.Random(args.seed)
        print(
            f"\n{pathlib.Path(name).stem}, {len(pairs):,} sentences\n\n| | any flag | "
            + " | ".join(CHECKS)
            + " |\n|"
            + " --- |" * (len(CHECKS) + 2)
        )
        for kind in ("references", "digit", "clause", "word", "phrase", "italian", "nothing"):
            planted = [(it, en if kind == "references" else plant(kind, it, en, rng)) for it, en in pairs]
            found = [flags(it, en) for it, en in planted if en is not None]
            counts = Counter(code for codes in found for code in codes)
            shares = [sum(map(bool, found)), *(counts[code] for code in CHECKS)]
            print(f"| {kind} ({len(found):,}) | " + " | ".join(f"{100 * n / len(found):.1f}" for n in shares) + " |")


if __name__ == "__main__":
    main()
