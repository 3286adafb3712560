"""Each flag: translations that it must catch, and sound ones that it must leave alone."""

import time

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from corpus.flags import MEANINGS
from translate.checks import CHECKS, flags

ROWS = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests" / "data" / "flags.tsv").read_text(encoding="utf-8").split("\n")[1:]
    if line
]


@pytest.mark.parametrize(("flag", "due", "source", "target"), ROWS)
def test_a_flag_is_due_or_not(flag: str, due: str, source: str, target: str) -> None:
    found = flags(source, target)
    assert found == () if flag == "any" else (flag in found) is (due == "1")


def test_every_check_has_thirty_cases_and_half_of_them_sound() -> None:
    sound = sum(row[0] == "any" for row in ROWS)
    for flag in CHECKS:
        cases = [row[1] for row in ROWS if row[0] == flag]
        assert cases.count("1") >= 15 and cases.count("0") + sound >= 15 and len(cases) >= 20, flag


@given(st.text(), st.text())
def test_any_text_can_be_checked(source: str, target: str) -> None:
    assert set(flags(source, target)) <= set(CHECKS)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "1." * 50_000, "1" * 100_000, "1,0 " * 25_000, "parola " * 15_000, "@" * 100_000, "IV" * 50_000]
)
def test_long_text_takes_linear_time(text: str) -> None:
    began = time.perf_counter()
    flags(text, text)
    assert time.perf_counter() - began < 3


def test_every_flag_has_a_meaning_for_reviewers() -> None:
    assert set(CHECKS) <= set(MEANINGS)
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "translate").glob("*.py"))
    assert all(f'"{flag}"' in text for flag in MEANINGS if flag != "term")
