"""Words are linked with the words that they stand for, whoever wrote the English."""

from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES, Run
from opus import write_opus

from corpus.table import read_table
from translate.engine import load
from translate.translator import Translator
from translate.words import Linker, linked

PAIRS = [
    ("Il sindaco ha firmato il decreto ieri sera.", "The mayor signed the decree last night."),
    ("La nuova biblioteca costa 3.200 euro l’anno.", "The new library costs 3,200 euros a year."),
    ("Piove.", "It is raining."),
]


def words(links: str, source: str, target: str) -> dict[str, set[str]]:
    """The Italian words of each English one."""
    found: dict[str, set[str]] = {}
    for link in links.split():
        a, b = map(int, link.split("-"))
        found.setdefault(target.split()[b], set()).add(source.split()[a])
    return found


def test_words_are_linked_with_what_they_stand_for(bundled: Translator) -> None:
    links = Linker(bundled.loaded).links([s for s, _ in PAIRS], [t for _, t in PAIRS])
    first, second = (words(made, *pair) for made, pair in zip(links[:2], PAIRS, strict=False))
    assert (first["mayor"], first["signed"]) == ({"sindaco"}, {"firmato"})
    assert (second["library"], second["new"], second["3,200"]) == ({"biblioteca"}, {"nuova"}, {"3.200"})


def test_links_do_not_depend_on_what_is_linked_beside(bundled: Translator) -> None:
    linker = Linker(bundled.loaded)
    together = linker.links([s for s, _ in PAIRS], [t for _, t in PAIRS])
    assert [linker.links([source], [target])[0] for source, target in PAIRS] == together


def test_a_side_that_is_empty_or_too_long_has_no_links(bundled: Translator) -> None:
    long = "parola " * 600
    assert Linker(bundled.loaded).links(["", "Piove.", long, "Piove."], ["Rain.", "", "Word.", long]) == [""] * 4


def test_a_word_has_the_mean_of_its_pieces_and_the_sum_over_anothers() -> None:
    attention = np.array([[0.2, 0.3, 0.5, 0.0], [0.0, 0.1, 0.9, 0.0], [0.1, 0.1, 0.1, 0.7]], np.float32)
    # Two source words (pieces 0 and 1, piece 2), `</s>`; two target words (pieces 0 and 1, piece 2).
    assert linked(attention, [0, 0, 1], [0, 0, 1], least=0.3) == [(0, 0), (1, 0)]
    assert linked(attention, [0, 0, 1], [0, 0, 1], least=0.5) == [(1, 0)]


@pytest.mark.slow
def test_both_engines_look_at_the_same_places(tmp_path: Path) -> None:
    model = str(write_opus(tmp_path / "opus", "safetensors"))
    for name in ("bundled", model):
        engines = [load(name, engine, "cpu", "float32", print) for engine in ("ctranslate2", "transformers")]
        sources = [engines[0].tokenizer.encode(source) for source, _ in PAIRS]
        targets = [engines[0].tokenizer.encode_target(target) for _, target in PAIRS]
        fast, slow = (loaded.engine.attend(sources, targets)() for loaded in engines)
        assert [made.shape for made in fast] == [(len(t), len(s) + 1) for s, t in zip(sources, targets, strict=True)]
        assert max(np.abs(a - b).max() for a, b in zip(fast, slow, strict=True)) < 1e-4


def test_the_commands_add_a_column(afronte: Run, tmp_path: Path) -> None:
    result = afronte(["translate", SAMPLES / "biblioteca.txt", "-o", tmp_path, "--words", "-q"])
    assert result.returncode == 0
    pairs = list(read_table(tmp_path / "biblioteca.tsv"))
    assert sum(bool(pair.words) for pair in pairs) > 0.9 * len(pairs)
    for pair in pairs:
        for link in pair.words.split():
            a, b = map(int, link.split("-"))
            assert a < len(pair.source.split()) and b < len(pair.target.split())
    for side, name in enumerate(("a.it", "a.en")):
        (tmp_path / name).write_text("\n".join(pair[side] for pair in PAIRS) + "\n", encoding="utf-8")
    aligned = afronte(["align", tmp_path / "a.it", tmp_path / "a.en", "--lines", "--words", "-o", tmp_path / "a.tsv"])
    assert aligned.returncode == 0
    first = next(read_table(tmp_path / "a.tsv"))
    assert words(first.words, first.source, first.target)["mayor"] == {"sindaco"}
