#!/usr/bin/env python3
"""What a glossary brings, measured with terms that human translators used.

    scripts/measure_glossary.py TEST_SET...     (PREFIX of PREFIX.it and PREFIX.en, or a table with columns it and en)

The terms are Italian words of seven letters or more that stand in three to thirty sentences and that the references translate
by one English word nearly always (Dice coefficient of at least .8). Prints how many of their places have the wanted English
without and with the glossary, and BLEU and chrF of both.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
from collections import Counter, defaultdict

import sacrebleu

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from translate.adequacy import Judge  # noqa: E402
from translate.evaluate import read_named_set  # noqa: E402
from translate.glossary import Glossary, Term  # noqa: E402
from translate.translator import Translator  # noqa: E402


def terms(italian: list[str], english: list[str]) -> list[Term]:
    """Pairs of words that stand in the same sentences."""
    places: dict[str, set[int]] = defaultdict(set)
    others: dict[str, set[int]] = defaultdict(set)
    for side, kept in ((italian, places), (english, others)):
        for i, sentence in enumerate(side):
            for word in re.findall(r"(?<!\w)[a-zà-ÿ]{5,}(?!\w)", sentence):
                kept[word].add(i)
    found = []
    for word, there in places.items():
        if len(word) >= 7 and 3 <= len(there) <= 30:
            near = Counter(other for i in there for other in set(re.findall(r"(?<!\w)[a-z]{5,}(?!\w)", english[i])))
            best, score = max(((o, 2 * n / (len(there) + len(others[o]))) for o, n in near.items()), key=lambda x: x[1])
            if score >= 0.8:
                found.append(Term(word, (best,)))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="PREFIX of PREFIX.it and PREFIX.en, or a table with columns it and en")
    args = parser.parse_args()
    italian: list[str] = []
    english: list[str] = []
    for name in args.sets:
        pair = read_named_set(name)
        italian += pair[0]
        english += pair[1]
    glossary = Glossary(terms(italian, english))
    chosen = [i for i, sentence in enumerate(italian) if glossary.concerned(sentence)]
    sources, references = [italian[i] for i in chosen], [english[i] for i in chosen]
    places = sum(len(glossary.concerned(source)) for source in sources)
    print(f"{len(glossary.terms)} terms, {places} places in {len(chosen)} sentences\n")
    print("| | places with the term | BLEU | chrF |\n| --- | ---: | ---: | ---: |")
    outputs = {"references": references}
    for label, used in (("without the glossary", None), ("with it", glossary)):
        outputs[label] = [found.target for found in Translator(judge=Judge(), glossary=used).stream(sources)]
    for label, output in outputs.items():
        kept = places - sum(len(glossary.missing(s, t)) for s, t in zip(sources, output, strict=True))
        scores = sacrebleu.corpus_bleu(output, [references]).score, sacrebleu.corpus_chrf(output, [references]).score
        print(f"| {label} | {100 * kept / places:.1f} % | " + " | ".join(f"{score:.1f}" for score in scores) + " |")


if __name__ == "__main__":
    main()
