"""A glossary's terms are checked, and put in where that harms nothing."""

from pathlib import Path

import pytest

from translate.glossary import Glossary, Term
from translate.reading import Unreadable
from translate.translator import Translator

COUNCIL = Term("giunta", ("city executive", "council executive"))
GLOSSARY = Glossary([COUNCIL, Term("variante", ("variant",)), Term("variante urbanistica", ("zoning amendment",))])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("giunta\tcity executive\nbilancio\tbudget\n", [("giunta", ("city executive",)), ("bilancio", ("budget",))]),
        ("it\ten\ngiunta\tcity executive|council executive\n", [("giunta", ("city executive", "council executive"))]),
        ("# di Anna\nItalian;English\ngiunta;city executive\n", [("giunta", ("city executive",))]),
        ('giunta,"city executive"\nl’on.,the Hon.\n', [("giunta", ("city executive",)), ("l'on.", ("the Hon.",))]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_glossaries_are_read_as_spreadsheets_save_them(
    text: str, terms: list[tuple[str, tuple[str, ...]]], encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "g.tsv").write_bytes(text.encode(encoding))
    assert [(term.italian, term.english) for term in Glossary.read(tmp_path / "g.tsv").terms] == terms


@pytest.mark.parametrize("text", ["giunta\n", "giunta\t\n", "\tcity executive\n", "it\ten\n", "", "giunta\tx\nbilancio\n"])
def test_what_is_no_glossary_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "g.tsv").write_text(text)
    with pytest.raises(Unreadable, match=r"g\.tsv: "):
        Glossary.read(tmp_path / "g.tsv")


@pytest.mark.parametrize(
    ("italian", "english", "missing"),
    [
        ("La giunta ha deciso.", "The junta decided.", ["giunta"]),
        ("La Giunta ha deciso.", "The City  Executive decided.", []),
        ("Due giunte.", "Two juntas.", []),  # another form: its own line in the glossary
        ("La giunta ha deciso.", "The council executives decided.", []),
        ("La variante urbanistica è pronta.", "The zoning amendment is ready.", []),
        ("La variante urbanistica è pronta.", "The urban variant is ready.", ["variante urbanistica"]),
        ("La variante è pronta.", "It is ready.", ["variante"]),
        ("L’aggiunta è pronta.", "The addition is ready.", []),
    ],
)
def test_terms_are_found_as_whole_words_and_the_longest_counts(italian: str, english: str, missing: list[str]) -> None:
    assert [term.italian for term in GLOSSARY.missing(italian, english)] == missing


@pytest.mark.parametrize(
    ("english", "rendering", "expected"),
    [
        ("The junta decided.", "The junta.", "The city executive decided."),
        ("Junta members left.", "Junta", "City executive members left."),
        ("It is an assembly of ten.", "Assembly.", "It is a city executive of ten."),
        ("The junta of the junta.", "The junta.", "The junta of the junta."),
        ("The board decided.", "The junta.", "The board decided."),
        ("The old-juntas decided.", "old-junta", "The city executive decided."),
    ],
)
def test_what_the_model_says_for_the_term_is_replaced(english: str, rendering: str, expected: str) -> None:
    assert COUNCIL.into_english(english, rendering) == expected


def test_terms_come_out_and_what_stays_missing_is_flagged(bundled: Translator) -> None:
    sentences = ["Il bilancio è pronto.", "Il mare è calmo."]
    plain = list(bundled.stream(sentences))
    plan = Glossary([Term("bilancio", ("financial plan",))])
    made = list(Translator(bundled.loaded, glossary=plan).stream(sentences))
    assert "financial plan" not in plain[0].target and "financial plan" in made[0].target.lower()
    assert "term" not in made[0].flags and made[1] == plain[1]
    impossible = Glossary([Term("calmo", ("#####",))])
    (flagged,) = Translator(bundled.loaded, glossary=impossible).stream(sentences[1:])
    assert "term" in flagged.flags or "#####" in flagged.target
