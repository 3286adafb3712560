"""Adequacy tells a translation from something else."""

from conftest import ROOT

from translate.adequacy import LOW, Judge, percent
from translate.translation import Translation


def test_another_meaning_is_low_and_the_same_is_high() -> None:
    made = (
        Translation("The sea was calm.", 80),
        Translation("The new library opens on Monday morning.", 70, ("brief",)),
        Translation("Il biglietto costa 24 euro.", 90, ("copy",)),
    )
    judged = Judge().judged(["Il mare era calmo.", "La rabbia, sul molo, era tanta.", "Il biglietto costa 24 euro."], made)
    assert judged[0].adequacy is not None and judged[0].adequacy > 80
    assert judged[1].adequacy is not None and judged[1].adequacy < LOW
    assert [t.flags for t in judged] == [(), ("brief", "low"), ("copy",)]
    assert judged[2].adequacy is None


def test_percents_are_fifty_at_even_odds() -> None:
    assert [percent(cosine) for cosine in (-1.0, 0.5, 0.69, 0.8, 1.0)] == [0, 9, 50, 79, 98]


def test_sound_pairs_are_not_low_and_the_same_sentences_with_anothers_english_are() -> None:
    lines = (ROOT / "tests" / "data" / "flags.tsv").read_text(encoding="utf-8").split("\n")[1:]
    rows = [line.split("\t") for line in lines if line]
    pairs = list(
        dict.fromkeys((it, en) for flag, due, it, en in rows if due == "0" and flag != "quotes" and len(it.split()) >= 6)
    )
    judge = Judge()

    def low(english: list[str]) -> int:
        made = judge.judged([italian for italian, _ in pairs], [Translation(target, 1) for target in english])
        return sum("low" in translation.flags for translation in made)

    assert len(pairs) >= 30
    assert low([english for _, english in pairs]) <= len(pairs) // 30
    assert low([english for _, english in (*pairs[1:], pairs[0])]) >= 0.9 * len(pairs)
