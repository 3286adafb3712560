"""What repair finds in damaged text, what it does to sound text, and what that does to the English.

    scripts/measure_repair.py SENTENCES... [--pairs TABLE]

SENTENCES hold one Italian sentence a line (blank lines part documents) or are tables with columns `doc`, `it`, `en`.
Paragraphs of five sentences are damaged as scraping damages them, over ten seeds: sentences run together (the blank
between them lost, or blank and full stop), a name and the word after it run together, quotation marks dropped, capitals at the
start of sentences lowered. Printed are recall and precision for each kind, and how many repairs sound text gets. With
--pairs the damaged Italian side of a table is translated with and without repair, and scored against the English side.
"""

from __future__ import annotations

import argparse
import csv
import pathlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from translate.article import Document
from translate.mending import Repair
from translate.pipeline import translate_articles
from translate.repair import find
from translate.sentences import cut
from translate.translator import Translator

SEEDS = range(10)
_LINKED = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-ÖØ-Þ][a-zà-ÿ]{3,} (?=[a-zà-ÿ]{4,})")
_QUOTE = re.compile(r"[“”«»]")


@dataclass(frozen=True)
class Damaged:
    """A damaged paragraph, and where in it each kind of damage was done: (kind, offset)."""

    text: str
    done: frozenset[tuple[str, int]]


def paragraphs(documents: list[list[str]]) -> Iterator[list[str]]:
    """Five sentences each, none across documents."""
    for document in documents:
        for start in range(0, len(document), 5):
            yield document[start : start + 5]


KINDS = ("sentences", "words", "quote", "capital")


def damage(sentences: list[str], lot: random.Random, kinds: tuple[str, ...] = KINDS, much: float = 1) -> Damaged:
    """Glue 5 % of the boundaries and of the names before small words, drop 10 % of the quotes, lower 5 % of the capitals.

    Only the damage of `kinds` is done, `much` times as often.
    """
    text, done = "", set()
    rate = {kind: 0.05 * much if kind in kinds else 0.0 for kind in KINDS}
    for number, sentence in enumerate(sentences):
        if number:
            draw = lot.random()
            glued = sentence[:1].isupper() and len(sentence.split()) > 2
            if draw < rate["sentences"] / 2 and glued and text.endswith(".") and text[-2:-1].islower():
                text = text[:-1]
                done.add(("sentences, full stop lost", len(text)))
            elif draw < rate["sentences"] and glued and text[-1] in ".?!" and text[-2:-1].islower():
                done.add(("sentences, blank lost", len(text)))
            else:
                text += " "
                if lot.random() < rate["capital"] and glued and sentence[1:2].islower():
                    done.add(("capital lowered", len(text)))
                    sentence = sentence[0].lower() + sentence[1:]
        for found in reversed(list(_LINKED.finditer(sentence))):
            if lot.random() < rate["words"]:
                sentence = sentence[: found.end() - 1] + sentence[found.end() :]
                done.add(("words", len(text) + found.end() - 1))
                break
        for found in _QUOTE.finditer(sentence):
            if lot.random() < 2 * rate["quote"]:
                sentence = sentence[: found.start()] + sentence[found.end() :]
                done.add(("quote", -1))
                break
        text += sentence
    return Damaged(text, frozenset(done))


_FLAG = {
    "sentences, full stop lost": "glued",
    "sentences, blank lost": "",
    "words": "glued",
    "capital lowered": "case",
    "quote": "quote",
}


def count(damaged: Damaged, totals: Counter[tuple[str, str]]) -> None:
    """Add to `totals` what was done, found, and proposed where nothing was."""
    proposed = [repair for repair in find(damaged.text) if repair.kind in ("glued", "case", "quote")]
    (paragraph,) = cut(Document("x", damaged.text, ((0, len(damaged.text)),)), "x").paragraphs
    starts = {sentence.start for sentence in paragraph.sentences}
    for kind, at in damaged.done:
        totals[kind, "done"] += 1
        if kind.startswith("sentences"):
            hit = at in starts
        elif kind == "quote":
            hit = any(repair.kind == "quote" for repair in proposed)
        else:
            hit = any(repair.kind == _FLAG[kind] and abs(repair.start - at) <= 1 for repair in proposed)
        totals[kind, "found"] += hit
    for repair in proposed:
        totals[repair.kind, "proposed"] += 1
        totals[repair.kind, "right"] += any(_answers(repair, kind, at) for kind, at in damaged.done)


def _answers(repair: Repair, kind: str, at: int) -> bool:
    """Whether a repair is of the damage of this kind done at `at`."""
    if kind == "quote":
        return repair.kind == "quote"
    return (_FLAG[kind] == repair.kind or (kind.startswith("sentences") and repair.kind == "glued")) and abs(
        at - repair.start
    ) <= 1


def read(path: pathlib.Path) -> list[list[str]]:
    """The Italian sentences of a file by document."""
    if path.suffix == ".tsv":
        documents: dict[str, list[str]] = {}
        for row in rows(path):
            documents.setdefault(row["doc"], []).append(row["it"])
        return list(documents.values())
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [[line for line in block.splitlines() if line.strip()] for block in blocks]


def rows(path: pathlib.Path) -> list[dict[str, str]]:
    """The rows of a table with columns `doc`, `it` and `en`."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def score(path: pathlib.Path, beam: int) -> None:
    """Print chrF and BLEU of whole paragraphs, sound and with one kind of damage (ten times as much), with and without repair."""
    from sacrebleu import BLEU, CHRF

    documents: dict[str, list[dict[str, str]]] = {}
    for row in rows(path):
        documents.setdefault(row["doc"], []).append(row)
    chunks = [group[i : i + 5] for group in documents.values() for i in range(0, len(group), 5)]
    translator = Translator(beam=beam)
    print("\n| damage | paragraphs | chrF | with repair | BLEU | with repair |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind in ("none", *KINDS):
        lot = random.Random(1)
        damaged = [(damage([row["it"] for row in chunk], lot, (kind,), 10), chunk) for chunk in chunks]
        hurt = [(entry.text, " ".join(row["en"] for row in chunk)) for entry, chunk in damaged if entry.done or kind == "none"]
        results = []
        for repairing in (False, True):
            articles = [cut(Document("x", text, ((0, len(text)),)), "x", repairing) for text, _ in hurt]
            english = [" ".join(t.target for t in made.translations) for made in translate_articles(articles, translator)]
            wanted = [[reference for _, reference in hurt]]
            results.append((CHRF().corpus_score(english, wanted).score, BLEU().corpus_score(english, wanted).score))
        (chrf, bleu), (chrf_mended, bleu_mended) = results
        print(f"| {kind} | {len(hurt)} | {chrf:.2f} | {chrf_mended:.2f} | {bleu:.2f} | {bleu_mended:.2f} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", nargs="+", type=pathlib.Path)
    parser.add_argument("--pairs", type=pathlib.Path, help="a table with columns doc, it and en")
    parser.add_argument("--beam", type=int, default=4)
    args = parser.parse_args()
    totals: Counter[tuple[str, str]] = Counter()
    for path in args.sentences:
        documents = read(path)
        clean = Counter(repair.kind for document in documents for sentence in document for repair in find(sentence))
        size = sum(map(len, documents))
        print(f"{path.name}, as it is: {size} sentences; repairs proposed: {dict(clean) or 'none'}")
        for seed in SEEDS:
            lot = random.Random(seed)
            for sentences in paragraphs(documents):
                count(damage(sentences, lot), totals)
    print("\n| damage | done | found |\n| --- | ---: | ---: |")
    for kind in _FLAG:
        done = totals[kind, "done"]
        print(f"| {kind} | {done} | {100 * totals[kind, 'found'] / max(1, done):.0f} % |")
    print("\n| repair | proposed | right |\n| --- | ---: | ---: |")
    for kind in ("glued", "case", "quote"):
        proposed = totals[kind, "proposed"]
        print(f"| `{kind}` | {proposed} | {100 * totals[kind, 'right'] / max(1, proposed):.0f} % |")
    if args.pairs:
        score(args.pairs, args.beam)


if __name__ == "__main__":
    main()
