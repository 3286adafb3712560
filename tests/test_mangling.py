"""A spreadsheet's doing is told from a person's."""

import pytest

from corpus.mangling import LONGEST_CELL, mangling


@pytest.mark.parametrize(
    ("master", "seen", "how"),
    [
        ("uguale", "uguale", "blanks"), (" ai lati ", "ai lati", "blanks"), ("con\ttab", "con tab", "blanks"),
        ("con\ttab", "contab", "blanks"), ("a\r\nb", "a b", "blanks"), ("no\u00a0break", "no break", "blanks"),
        ("'Ndrangheta", "Ndrangheta", "apostrophe"), ("=1+1", "'=1+1", "apostrophe"), ('"chiuso"', "chiuso", "quotes"),
        ('"aperto', "aperto", "quotes"), ("Erdoğan “sì”", "Erdo?an “sì”", "characters"), ("città 😀", "città ??", "characters"),
        ("x" * (LONGEST_CELL + 5), "x" * LONGEST_CELL, "cut"), ("VERO", "TRUE", "truth"), ("=SUM(A1)", "#NAME?", "error"),
        ("1.000", "1", "number"), ("1.000", "1000", "number"), ("1,000", "1000", "number"), ("00123", "123", "number"),
        ("3,5%", "0.035", "number"), ("12345678901234567890", "1.23456789012346E+19", "number"), ("€ 5", "$5.00", "number"),
        ("(1)", "-1", "number"), ("18.30", "18,3", "number"), ("1-2", "2026-02-01", "date"), ("1/2", "01-feb", "date"),
        ("1:2", "01:02:00", "date"), ("nov 2026", "2026-11-01", "date"), ("12/11/2026 18:30", "11/12/26 06:30 PM", "date"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_does(master: str, seen: str, how: str) -> None:
    assert mangling(master, seen) == how


@pytest.mark.parametrize(
    ("master", "seen"),
    [
        ("The ferry left.", "The ferry left!"), ("The ferry left.", ""), ("two  blanks", "two blanks"), ("1.000", "1.001"),
        ("1,000", "2000"), ("It cost 1.000 euro.", "It cost 1 euro."), ('He said "no"', "He said no, twice"), ("1-2", "3-4"),
        ("18:30", "18:31"), ("18:30", "18:30 sharp"), ("1/2", "1/2 cup"),
        ("TRUE", "FALSE"), ("What", "What?"), ("Perché", "Perche?"), ("it's", "its"), ("Rome", "rome"),
    ],
)  # fmt: skip
def test_what_only_a_person_does(master: str, seen: str) -> None:
    assert mangling(master, seen) is None
