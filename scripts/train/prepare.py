#!/usr/bin/env python3
"""Sentence pairs, cleaned and filtered for training: PAIRS.tsv and a report of what each filter removed.

Input tables hold Italian, English and a source name, parted by tabs, no header (`.xz` or plain). `--tsv` adds review
tables written by afronte: rows whose status is `ok` or `edited`, under the source name `reviewed`.
Filters, in this order; a pair is counted under the first that it fails:
  shape       an empty side, a side over 110 words or 700 characters, or fewer than half letters
  copy        both sides equal
  ratio       lengths in characters differ by more than 2.5 times (sides of 20 characters and more)
  numbers     the digits of one side are not those of the other
  language    the Italian side reads as English or the English side as Italian (py3langid between the two)
  similarity  cosine under the source's floor (see --floor; from similarity.py)
  duplicate   the same pair, or the same pair but for digits, case and punctuation, came before
Before them, people in novels (`lit_` sources) get the Italian names back that their translators made English.
"""

from __future__ import annotations

import argparse
import collections
import math
import pathlib
import re
import sys
from collections.abc import Iterator

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from corpus.table import read_table
from similarity import read_rows
from translate.punctuation import normalise

FILTERS = ("shape", "copy", "ratio", "numbers", "language", "similarity", "duplicate")
DIGITS = re.compile(r"\d+")
NOT_WORD = re.compile(r"[\W\d_]+")
# Free translation is wanted from these: what they lose in closeness they give in general vocabulary.
LOOSE = {"wesnoth": 0.35, "written": 0.2}
# The translations of the novels give their people English names, which today's translators do not.
HEROES = {
    "Agnese": "Agnes", "Cristoforo": "Christopher", "Federigo": "Frederick", "Ferdinando": "Ferdinand", "Giuliana": "Juliana",
    "Lucia": "Lucy", "Raimondo": "Raymond", "Rodrigo": "Roderick", "Tonio": "Tony",
}  # fmt: skip
# Written out or converted figures ("alle 18.30", "at 6.30 p.m.") are right where people wrote both sides with care.
FREE_NUMBERS = ("written",)


def floor_of(source: str, default: float) -> float:
    """The least cosine for a source: its own in LOOSE, by the part of its name before `_` too."""
    return LOOSE.get(source, LOOSE.get(source.partition("_")[0], default))


def give_back_names(it: str, en: str) -> str:
    """The English of a novel's sentence with the names of HEROES as the Italian has them."""
    for italian, english in HEROES.items():
        if italian in it:
            en = re.sub(rf"\b{english}\b", italian, en)
    return en


def has_shape(text: str) -> bool:
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return bool(text) and len(text) <= 700 and text.count(" ") < 110 and letters >= len(text) / 2


def ratio_is_sound(it: str, en: str) -> bool:
    a, b = len(it), len(en)
    return max(a, b) < 20 or max(a, b) <= 2.5 * min(a, b)


def digits(text: str) -> list[str]:
    """Digit runs joined over thousands marks, in sorted order: `1.200` and `1,200` are one."""
    return sorted(DIGITS.findall(re.sub(r"(?<=\d)[.,](?=\d)", "", text)))


class Languages:
    """Italian or English, by py3langid restricted to the two."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self.identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self.identifier.set_languages(["it", "en"])

    def agree(self, it: str, en: str) -> bool:
        """False where a side of four words or more is surely (p > .95) the other side's language."""
        for text, other in ((it, "en"), (en, "it")):
            if text.count(" ") >= 3:
                language, p = self.identifier.classify(text)
                if language == other and p > 0.95:
                    return False
        return True


def first_failed(it: str, en: str, source: str, cosine: float, floor: float, languages: Languages) -> str | None:
    if not (has_shape(it) and has_shape(en)):
        return "shape"
    if it == en:
        return "copy"
    if not ratio_is_sound(it, en):
        return "ratio"
    if not source.startswith(FREE_NUMBERS) and digits(it) != digits(en):
        return "numbers"
    if not languages.agree(it, en):
        return "language"
    if cosine < floor:
        return "similarity"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", type=pathlib.Path)
    parser.add_argument("--tsv", action="append", default=[], type=pathlib.Path, help="a reviewed table of afronte")
    parser.add_argument("--similarity", type=pathlib.Path, help="folder written by similarity.py; without it, no such filter")
    parser.add_argument("--floor", type=float, default=0.45, help="least cosine (default %(default)s)")
    parser.add_argument("--skip", action="append", default=[], choices=FILTERS, help="leave this filter out, to measure it")
    parser.add_argument(
        "--exclude", action="append", default=[], type=pathlib.Path, help="text whose lines must not be trained on"
    )
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for pairs.tsv and report.md")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    languages = Languages()
    removed: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    seen: set[int] = set()
    excluded = {normalise(part) for path in args.exclude for row in read_rows(path) for part in row}

    def rows() -> Iterator[tuple[str, str, str, float]]:
        for table in args.tables:
            name = table.name.removesuffix(".xz").removesuffix(".tsv")
            file = args.similarity and args.similarity / f"{name}.similarity.npy"
            cosines = np.load(file) if file else None
            for number, row in enumerate(read_rows(table)):
                yield row[0], row[1], row[2], float(cosines[number]) if cosines is not None else math.inf
        for table in args.tsv:
            for pair in read_table(table):
                if pair.status in ("ok", "edited"):
                    yield pair.source, pair.target, "reviewed", math.inf

    with open(args.out / "pairs.tsv", "w", encoding="utf-8", newline="\n") as out:
        for it, en, source, cosine in rows():
            it, en = normalise(it), normalise(en)
            if source.startswith("lit_"):
                en = give_back_names(it, en)
            reason = first_failed(it, en, source, cosine, floor_of(source, args.floor), languages)
            if reason in args.skip:
                reason = None
            if reason is None and "duplicate" not in args.skip:
                keys = {hash((it, en)), hash((NOT_WORD.sub(" ", it.lower()), NOT_WORD.sub(" ", en.lower())))}
                if keys & seen:
                    reason = "duplicate"
                seen |= keys
            if it in excluded or en in excluded:
                reason = "shape"
            removed[source][reason or "kept"] += 1
            if reason is None:
                out.write(f"{it}\t{en}\t{source}\n")

    columns = (*FILTERS, "kept")
    lines = ["| source | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    total: collections.Counter[str] = collections.Counter()
    for source, counts in sorted(removed.items(), key=lambda item: -item[1].total()):
        total += counts
        lines.append(f"| {source} | " + " | ".join(f"{counts[c]:,}" for c in columns) + " |")
    lines.append("| all | " + " | ".join(f"{total[c]:,}" for c in columns) + " |")
    (args.out / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(lines[-1])


if __name__ == "__main__":
    main()
