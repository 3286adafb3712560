"""Reviewed copies come into the master by id, and nothing is chosen silently."""

from dataclasses import replace

from corpus.pair import Pair
from corpus.review import CONFLICT, Copy, Merged, conflict_rows, merge
from corpus.sample import draw
from corpus.statistics import by_flag, effort, estimate, tally, words_changed

MASTER = [
    Pair(f"a#p01s{i:02}", f"Frase {i}.", f"Sentence {i}.", score=50 + i, flags=("names",) if i == 3 else ()) for i in range(1, 6)
]


def copy(reviewer: str, **changes: Pair) -> Copy:
    """The master as `reviewer` sends it back; `s2=Pair(...)` replaces the second row."""
    return Copy(reviewer, [changes.get(f"s{i}", pair) for i, pair in enumerate(MASTER, 1)])


def row(i: int, **changes: object) -> Pair:
    return replace(MASTER[i - 1], **changes)  # type: ignore[arg-type]


def test_edits_verdicts_and_notes_arrive_and_the_machine_text_stays_known() -> None:
    anna = copy(
        "anna", s1=row(1, target="One sentence."), s2=row(2, status=" OK "), s3=row(3, status="rejected", note="non è una frase")
    )
    merged = merge(MASTER, [anna])
    assert merged.pairs == [
        row(1, target="One sentence.", status="edited", machine="Sentence 1.", reviewer="anna"),
        row(2, status="ok", reviewer="anna"),
        row(3, status="rejected", note="non è una frase", reviewer="anna"),
        MASTER[3],
        MASTER[4],
    ]
    assert (merged.changed, merged.conflicts, merged.remarks) == (["a#p01s01", "a#p01s02", "a#p01s03"], {}, [])


def test_merging_again_changes_nothing_whatever_the_order() -> None:
    anna = copy("anna", s1=row(1, target="One."), s2=row(2, status="ok", note="bella"))
    bruno = copy("bruno", s2=row(2, status="ok", note="vero"), s4=row(4, target="Four.", status="edited"))
    once = merge(MASTER, [anna, bruno])
    for copies in ([anna, bruno], [bruno, anna], [anna], [bruno]):
        again = merge(once.pairs, copies)
        assert (again.pairs, again.changed) == (once.pairs, [])
    assert once.pairs[1] == row(2, status="ok", note="bella / vero", reviewer="anna, bruno")
    assert (once.agreed, once.disputed) == (1, 0)


def test_reviewers_who_differ_leave_the_row_as_it_was() -> None:
    anna, bruno = copy("anna", s1=row(1, target="One.")), copy("bruno", s1=row(1, target="Uno."))
    merged = merge(MASTER, [anna, bruno])
    assert merged.pairs == MASTER
    sides = list(conflict_rows(MASTER, merged.conflicts))
    assert [(side.id, side.target, side.reviewer, side.drawn) for side in sides] == [
        ("a#p01s01", "One.", "anna", CONFLICT),
        ("a#p01s01", "Uno.", "bruno", CONFLICT),
    ]
    solved = merge(MASTER, [Copy("a.conflicts", sides[1:])])
    assert solved.pairs[0] == row(1, target="Uno.", status="edited", machine="Sentence 1.", reviewer="bruno")
    assert merge(MASTER, [Copy("a.conflicts", sides)]).pairs == MASTER


def test_a_later_reviewer_does_not_overwrite_an_earlier_one() -> None:
    after_anna = merge(MASTER, [copy("anna", s1=row(1, target="One."))]).pairs
    bruno = merge(after_anna, [copy("bruno", s1=row(1, target="Uno."))])
    assert bruno.pairs == after_anna
    assert [verdict.reviewer for verdict in bruno.conflicts["a#p01s01"]] == ["anna", "bruno"]
    # Bruno's untouched copy of the machine's text says nothing against Anna.
    assert merge(after_anna, [copy("bruno")]).conflicts == {}


def test_the_same_reviewer_may_think_again_and_so_may_who_saw_the_verdict() -> None:
    after_anna = merge(MASTER, [copy("anna", s1=row(1, target="One."))]).pairs
    again = merge(after_anna, [copy("anna", s1=row(1, target="One sentence."))]).pairs[0]
    assert (again.target, again.machine, again.reviewer) == ("One sentence.", "Sentence 1.", "anna")
    seen = [replace(after_anna[0], target="Sentence one."), *after_anna[1:]]
    bruno = merge(after_anna, [Copy("bruno", seen)])
    assert (bruno.pairs[0].target, bruno.pairs[0].reviewer, bruno.conflicts) == ("Sentence one.", "bruno", {})
    back = merge(after_anna, [copy("anna", s1=row(1, status="ok"))]).pairs[0]
    assert (back.target, back.status, back.machine) == ("Sentence 1.", "ok", None)


def test_what_is_odd_is_said_with_its_rows() -> None:
    rows = [
        row(1, target="", status=""), row(2, source="Un'altra frase."), row(3, status="forse"), row(3, target="Three."),
        row(4, status="edited"), Pair("b#p01s01", "Altro.", "Other."),
    ]  # fmt: skip
    merged = merge(MASTER, [Copy("anna", rows)])
    assert merged.remarks == [
        "anna: a#p01s01: target is empty: taken for no edit; to drop a pair set its status to rejected",
        "anna: a#p01s02: source differs from the master's, which stays",
        "anna: a#p01s03: status 'forse' is none of ok, edited, rejected and passed over",
        "anna: a#p01s03: there twice with differences: both count",
        "anna: a#p01s04: status is edited but the target is as the machine wrote it; taken as ok",
        "anna: b#p01s01: not in the master and passed over",
        "anna: a#p01s05: not in the copy; the master's rows stay",
    ]
    assert [pair.source for pair in merged.pairs] == [pair.source for pair in MASTER]
    assert [(pair.target, pair.status) for pair in merged.pairs] == [
        ("Sentence 1.", ""), ("Sentence 2.", ""), ("Three.", "edited"), ("Sentence 4.", "ok"), ("Sentence 5.", ""),
    ]  # fmt: skip


def test_a_machine_that_wrote_nothing_is_remembered_as_such() -> None:
    master = [Pair("a#p01s01", "Sì.", "", flags=("empty",))]
    (pair,) = merge(master, [Copy("anna", [replace(master[0], target="Yes.")])]).pairs
    assert (pair.target, pair.machine, pair.draft) == ("Yes.", "", "")


def reviewed() -> Merged:
    return merge(MASTER, [copy("anna", s1=row(1, target="Sentence one."), s2=row(2, status="ok"), s3=row(3, status="rejected"))])


def test_the_numbers_of_a_review() -> None:
    pairs = reviewed().pairs
    counts = tally(pairs)
    assert (counts.rows, counts.reviewed, counts.ok, counts.edited, counts.rejected) == (5, 3, 1, 1, 1)
    assert {flag: (t.rows, t.faulty) for flag, t in by_flag(pairs).items()} == {"names": (1, 1.0), "": (4, 0.5)}
    found = effort(pairs)
    assert found is not None
    assert (found.rows, found.distance, round(found.chrf, 1)) == (1, 0.5, 60.4)
    assert effort(MASTER) is None
    assert words_changed("the old cat", "the cat sat", lambda sign, words: f"[{sign}{words}]") == "the [-old] cat [+sat]"


def test_a_sample_has_the_doubtful_and_some_by_lot_and_judges_the_whole() -> None:
    pairs = [
        Pair(f"a#p01s{i:03}", f"Frase {i}.", f"Sentence {i}.", score=i % 90, status="ok" if i < 100 else "") for i in range(300)
    ]
    drawn = draw(pairs, 50, 0.4, seed=7)
    assert drawn == draw(pairs, 50, 0.4, seed=7)
    assert drawn != draw(pairs, 50, 0.4, seed=8)
    assert [pair.drawn for pair in drawn].count("random") == 20
    assert all(pair.score is not None and pair.score < 20 for pair in drawn if pair.drawn == "doubtful")
    assert not any(pair.status for pair in drawn)
    marked = [replace(pair, status="ok" if i % 4 else "edited") for i, pair in enumerate(p for p in drawn if p.drawn == "random")]
    guess = estimate([*drawn, *marked])
    assert guess is not None
    assert (guess.rows, guess.share) == (20, 0.75)
    # Wilson's interval for 15 of 20.
    assert (round(guess.low, 3), round(guess.high, 3)) == (0.531, 0.888)
    assert len(draw(pairs, 1000, 0.5, 1)) == 200
    assert draw(pairs[:100], 10, 0.5, 1) == []
