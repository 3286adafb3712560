"""Punctuation comes out as the model was trained on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.punctuation import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Non vogliamo questa guerra”, dice.", '"Non vogliamo questa guerra", dice.'),
        ("« Ciao », disse «Marco»…", '"Ciao", disse "Marco"...'),
        ("l’ingegnere dell´Ansa", "l'ingegnere dell'Ansa"),
        ("''Basta'', ha detto", '"Basta", ha detto'),
        ("caf\u0301e\u0301 e perche\u0301", "caf\u0301é e perché"),
        ("un\u00a0po’\u2009di\tblanks \n e\u200b basta", "un po' di blanks e basta"),
        ("gover\u00adno \u202bitaliano\u202c", "governo italiano"),
        ("1939‑1945, Roma – Milano — andata", "1939-1945, Roma – Milano — andata"),
        ("", ""),
    ],
)
def test_marks_and_blanks(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
