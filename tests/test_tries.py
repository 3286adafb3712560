"""Second tries: other ways to translate a sentence, and the choice among what they give."""

import pytest

from translate.plan import Planner, stitch
from translate.translation import Translation
from translate.translator import Translator
from translate.tries import better, cleaner, trouble


@pytest.mark.parametrize(
    ("italian", "clauses"),
    [
        (
            "Il sindaco ha parlato a lungo, ma nessuno gli ha dato retta; la seduta è stata sospesa.",
            [
                "Il sindaco ha parlato a lungo,",
                "ma nessuno gli ha dato retta;",
                "la seduta è stata sospesa.",
            ],
        ),
        ("Il sindaco, stanco, ha parlato.", None),
        ("Nessuna virgola in questa frase qui.", None),
    ],
)
def test_a_sentence_is_cut_at_clause_marks(italian: str, clauses: list[str] | None, bundled: Translator) -> None:
    planner = Planner(bundled.loaded.tokenizer)
    plan = planner.by_clauses(planner.plan(italian))
    assert (list(plan.clauses) if plan else None) == clauses


@pytest.mark.parametrize(
    ("italian", "english", "whole"),
    [
        (["Il sindaco parla,", "ma invano."], ["The mayor speaks.", "But in vain."], "The mayor speaks, but in vain."),
        (["Ieri,", "Marta è partita."], ["Yesterday.", "Marta left."], "Yesterday, Marta left."),
        (["Ieri", "sono partito io."], ["Yesterday", "I left."], "Yesterday I left."),
        (["È tardi;", "a Londra piove."], ["It is late.", "London is rainy."], "It is late; London is rainy."),
        (["Prima frase.", "Seconda frase."], ["First sentence.", "Second sentence."], "First sentence. Second sentence."),
        (["Una parte,", "vuota,", "e un’altra."], ["A part.", "", "And another."], "A part, and another."),
        (["Una frase intera."], ["A whole sentence."], "A whole sentence."),
    ],
)  # fmt: skip
def test_parts_are_stitched_into_one_sentence(italian: list[str], english: list[str], whole: str) -> None:
    assert stitch(italian, english) == whole


def test_quotation_marks_around_a_sentence_come_back(bundled: Translator) -> None:
    planner = Planner(bundled.loaded.tokenizer)
    plan = planner.without_quotes(planner.plan("«Il mare è calmo.»"))
    assert plan is not None and plan.clauses == ("Il mare è calmo.",)
    assert plan.shape.restore("The sea is calm.") == '"The sea is calm."'
    inner = planner.without_quotes(planner.plan("Ha detto «basta» e basta."))
    assert inner is not None and inner.clauses == ("Ha detto basta e basta.",) and inner.shape.restore("x") == "x"
    assert planner.without_quotes(planner.plan("Il mare è calmo.")) is None


def test_words_in_capitals_become_words(bundled: Translator) -> None:
    planner = Planner(bundled.loaded.tokenizer)
    plan = planner.in_small_letters(planner.plan("Il sindaco ha detto BASTA alle auto."))
    assert plan is not None and plan.clauses == ("Il sindaco ha detto Basta alle auto.",)
    assert planner.in_small_letters(planner.plan("La NATO e la UE.")) is None


def test_the_result_with_less_trouble_is_kept() -> None:
    sound, close = Translation("a", 50, (), adequacy=60), Translation("b", 40, (), adequacy=80)
    light, heavy = Translation("c", 90, ("names",), adequacy=99), Translation("d", 90, ("loop",), adequacy=99)
    assert [trouble(t) for t in (sound, light, heavy)] == [0, 1, 2]
    assert better(sound, light) is sound and better(heavy, light) is light
    assert better(sound, close) is close and cleaner(sound, close) is sound
    assert better(Translation("x", 1), Translation("y", 2)).target == "x"  # nothing tells: the first
