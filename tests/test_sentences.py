"""Sentences are spans of the text; nothing gets lost between them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from translate.article import Document, Sentence
from translate.reading import paragraphs
from translate.sentences import cut, split


@pytest.mark.parametrize(
    "sentences",
    [
        ["Il treno parte alle 18.30 dal binario 4.", "Arriva a Roma in serata."],
        ["Il dott. Rossi ha visitato 1.200 pazienti.", "Nessuno è grave."],
        ["“Non lo so”, dice.", "“Chiedete a lui”."],
        ["Davvero?!", "Sì…", "Forse."],
        ["La S.p.A. ha chiuso il bilancio.", "I soci sono contenti."],
        ["Ha studiato G. B. Vico e l’on. Bianchi.", "Poi ha smesso."],
        ["Contiene la vitamina C.", "Il medico la consiglia."],
        ["Si veda l’art. 111 a pag. 3 del vol. II.", "È chiaro."],
        ["La fila arriva alla strada.", "C’è chi è venuto in autobus."],
    ],
)
def test_boundaries(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split(text)] == sentences


@given(st.text(alphabet=st.sampled_from("aB è.?!…»«”“'\n\t\u00a0 0123,;:()-—@/<>&€\U0001f600")))
@example("")
@example(" \n\n . \n")
def test_the_pieces_joined_are_the_text(text: str) -> None:
    article = cut(Document("a", text, tuple(paragraphs(text))), "a")
    pieces = list(article.pieces())
    assert "".join(piece.text if isinstance(piece, Sentence) else piece for piece in pieces) == text
    for piece in pieces:
        if isinstance(piece, Sentence):
            assert piece.text == text[piece.start : piece.end] == piece.text.strip() != ""
        else:
            assert piece.isspace()


def test_a_lost_blank_after_a_full_stop_parts_sentences_too() -> None:
    text = "La fila arriva alla strada.C’è chi è venuto in autobus."
    assert [text[a:b] for a, b in split(text)] == ["La fila arriva alla strada.", "C’è chi è venuto in autobus."]


def test_ids_count_paragraphs_and_sentences() -> None:
    text = "Titolo\n\nUno. Due.\n\nTre."
    article = cut(Document("a", text, tuple(paragraphs(text))), "a")
    assert [(s.id, s.text) for s in article.sentences] == [
        ("p01s01", "Titolo"),
        ("p02s01", "Uno."),
        ("p02s02", "Due."),
        ("p03s01", "Tre."),
    ]
