"""Capitals and list marks are taken off for the model and put back on the English."""

import pytest

from translate.shape import Shape, take_off
from translate.translator import Translator


@pytest.mark.parametrize(
    ("italian", "bare", "shape"),
    [
        ("IL GOVERNO VARA LA RIFORMA", "Il governo vara la riforma", Shape("", True)),
        ("LONDRA E L’ONU DICONO NO", "Londra e l’ONU dicono no", Shape("", True)),
        ("Il Governo Vara La Riforma", "Il governo vara la riforma", Shape("", False)),
        ("1) Il sindaco firma.", "Il sindaco firma.", Shape("1) ", False)),
        ("- IL SINDACO FIRMA", "Il sindaco firma", Shape("- ", True)),
        ("iv) Il sindaco firma.", "Il sindaco firma.", Shape("iv) ", False)),
        ("L’ONU ha detto no.", "L’ONU ha detto no.", Shape("", False)),
        ("ULTIM’ORA: crolla un ponte.", "ULTIM’ORA: crolla un ponte.", Shape("", False)),
        ("Mario Rossi, Anna Bianchi", "Mario Rossi, Anna Bianchi", Shape("", False)),
        ("NATO", "NATO", Shape("", False)),
        ("1. ", "1. ", Shape("", False)),
        ("", "", Shape("", False)),
    ],
)
def test_what_is_taken_off(italian: str, bare: str, shape: Shape) -> None:
    assert take_off(italian) == (bare, shape)


def test_the_english_has_the_shape_of_the_italian(bundled: Translator) -> None:
    plain = bundled.translate("Il sindaco ha firmato il decreto.")
    assert bundled.translate("1) Il sindaco ha firmato il decreto.") == f"1) {plain}"
    assert bundled.translate("- Il sindaco ha firmato il decreto.") == f"- {plain}"
    assert bundled.translate("IL SINDACO HA FIRMATO IL DECRETO.") == plain.upper()
