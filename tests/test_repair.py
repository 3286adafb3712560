"""Damage of scraping is found, and what only looks like damage stays."""

from itertools import pairwise

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from translate.article import Document
from translate.credits import credit
from translate.mending import mend
from translate.repair import find
from translate.sentences import cut


def mended(text: str) -> str:
    """`text` as the model would see it."""
    return mend(text, find(text)).text


@pytest.mark.parametrize(
    ("damaged", "sound", "kinds"),
    [
        ("Erano in SloveniaHanno dormito in macchina.", "Erano in Slovenia. Hanno dormito in macchina.", "glued"),
        ("Lo ha deciso il governoIl decreto esce lunedì.", "Lo ha deciso il governo. Il decreto esce lunedì.", "glued"),
        ("Manca ancora l’autorizzazioneL’azienda aspetta.", "Manca ancora l’autorizzazione. L’azienda aspetta.", "glued"),
        ("Il corteo è durato venti minutiÈ finito in piazza.", "Il corteo è durato venti minuti. È finito in piazza.", "glued"),
        ("È il piano di Merkelsecondo i giornali.", "È il piano di Merkel secondo i giornali.", "glued"),
        ("Una lettera di MartinoR., in pensione da un anno.", "Una lettera di Martino R., in pensione da un anno.", "glued"),
        ("Lo dice il presidenteMattarella in visita.", "Lo dice il presidente Mattarella in visita.", "glued"),
        ("Era stanco,però contento.", "Era stanco, però contento.", "glued"),
        ("quando La piena è arrivata dormivano tutti.", "Quando la piena è arrivata dormivano tutti.", "case case"),
        ("Dopo tre settimane Il cantiere ha chiuso.", "Dopo tre settimane il cantiere ha chiuso.", "case"),
        ("La crisi dell’Ungheria È cominciata in marzo.", "La crisi dell’Ungheria è cominciata in marzo.", "case"),
        ("La strada è chiusa. anche il ponte è chiuso.", "La strada è chiusa. Anche il ponte è chiuso.", "case"),
        ("Non ci torno più”, ha detto un operaio.", "“Non ci torno più”, ha detto un operaio.", "quote"),
        ("“Partiti di notte “Perché avevamo paura”, dice.", "“Partiti di notte” “Perché avevamo paura”, dice.", "quote"),
        ("Il consiglio comu-\nnale si riunisce oggi.", "Il consiglio comunale si riunisce oggi.", "broken"),
        ("Il caff&egrave; &amp; il t&#232;.", "Il caffè & il tè.", "entity entity entity"),
        ("Non sa perchÃ© è successo.", "Non sa perché è successo.", "entity"),
        ("Leggi anche: Il ponte che non c’è", "Leggi anche: Il ponte che non c’è", "furniture"),
    ],
)  # fmt: skip
def test_damage_is_mended_for_the_model(damaged: str, sound: str, kinds: str) -> None:
    assert mended(damaged) == sound
    assert " ".join(repair.kind for repair in find(damaged)) == kinds
    assert mended(sound) == sound


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"Ieri {name} ha perso in Borsa."
            for name in """
            YouTube iPhone McDonald eBay PayPal WhatsApp TikTok LinkedIn FaceTime DeepMind OpenAI SpaceX AstraZeneca
            BioNTech UniCredit MotoGP LibreOffice OpenStreetMap PosteVita MediaWorld FinTech CheckIn DiCaprio LaPresse
            McCartney MacArthur iPad macOS GitHub JavaScript PostgreSQL NaCl CO2 H2SO4 EasyJet FedEx BlackRock
            JPMorgan PlayStation PowerPoint ilSole24Ore laRepubblica CasaPound BuzzFeed AgCom ConfCommercio RaiNews
            SkyTg24 DeLorean eToro
            dell’UniCredit un’iPhone BlaBlaCar ChatGPT TripAdvisor ForzaItalia ItaliaOggi BancoPosta eDreams openSUSE WikiLeaks
            #IoRestoACasa @MarioRossi www.IlPost.it/ItaliaNews #FacciamoRete""".split()
        ),
        "Ha 5” di vantaggio sul secondo.",
        "“Prima parte. Seconda parte”, ha detto.",
        "«Ha letto “I promessi sposi” due volte», dice la maestra.",
        '"Non c’è tempo”, ha detto la sindaca.',
        "Lo scrive il quotidiano Il manifesto di oggi.",
        "Alle 18:30,circa 2:1 per la Roma.",
        "Vive a Campobasso con Santangelo e Buonanotte.",
        "Il dott. Bianchi e l’on. Verdi, cfr. pag. 3.",
        "Si trova in Val d’Aosta, in via De’ Tornabuoni.",
        "AT&T e R&D; il codice &xyz; resta.",
        "Il porta-\nfogli nuovo, il vice-\nPresidente.",
    ],
)
def test_what_is_sound_stays(text: str) -> None:
    assert [repair.reason for repair in find(text) if repair.kind != "broken"] == []


def test_spans_are_those_of_the_text_as_read() -> None:
    text = "quando La piena è arrivata in SloveniaHanno dormito in macchina. Non ci torno”, ha detto lei."
    sentences = cut(Document("a", text, ((0, len(text)),)), "a").sentences
    assert [(s.text, s.mended, s.flags) for s in sentences] == [
        ("quando La piena è arrivata in Slovenia", "Quando la piena è arrivata in Slovenia.", ("case", "glued")),
        ("Hanno dormito in macchina.", "", ("glued",)),
        ("Non ci torno”, ha detto lei.", "", ("quote",)),  # proposed, and no help to the model
    ]
    assert [text[s.start : s.end] for s in sentences] == [s.text for s in sentences]
    assert [s.text for s in cut(Document("a", text, ((0, len(text)),)), "a", repairing=False).sentences] == [text[:64], text[65:]]


DAMAGE = st.lists(
    st.sampled_from(
        ["SloveniaHanno", "governoIl", " ", " ", ". ", "”", "“", "«", "»", "Il ", "quando ", "&amp;", "&nbsp;",
        "comu-\nnale", "perchÃ©",
         "\n", "a", "È", "’", 
         "PutinR.", ",", "Merkelsecondo", "3", "\u00ad", "😀", "Leggi anche"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), DAMAGE))
def test_nothing_is_lost_whatever_is_mended(text: str) -> None:
    article = cut(Document("a", text, ((0, len(text)),)), "a")
    assert "".join(piece if isinstance(piece, str) else piece.text for piece in article.pieces()) == text
    ends = [(s.start, s.end) for s in article.sentences]
    assert all(a < b for a, b in ends) and ends == sorted(ends)
    assert all(first[1] <= second[0] for first, second in pairwise(ends))


@pytest.mark.parametrize(
    ("italian", "english"),
    [
        ("(Foto: Marta Leoni/Ansa)", "(Photo: Marta Leoni/Ansa)"), ("Foto di Mario Rossi", "Photo by Mario Rossi"),
        ("(Anna De Luca/Reuters)", "(Anna De Luca/Reuters)"), ("(Ansa)", "(Ansa)"), ("Foto Ansa", "Photo Ansa"),
        ("Credits: NASA/JPL", "Credits: NASA/JPL"), ("Ph. Giulia Bianchi", "Photo Giulia Bianchi"),
        ("(Getty Images)", "(Getty Images)"),
        *((text, None) for text in ("(Roma)", "Video Roma", "Marta Leoni", "(Foto di archivio)", 
          "Foto: il porto di Genova all’alba",
          "(Il Sole 24 Ore)", "(Mario Rossi e Anna Verdi)", "Fonte: Istat", "", "Il Papa")),
    ],
)  # fmt: skip
def test_credits_are_carried_over(italian: str, english: str | None) -> None:
    assert credit(italian) == english


@pytest.mark.parametrize(
    ("flag", "due", "text"),
    [
        tuple(line.replace("\\n", "\n").split("\t"))
        for line in (ROOT / "tests" / "data" / "damage.tsv").read_text(encoding="utf-8").split("\n")[1:]
        if line
    ],
)
def test_damage_is_flagged_and_sound_text_is_not(flag: str, due: str, text: str) -> None:
    found = {kind for sentence in cut(Document("a", text, ((0, len(text)),)), "a").sentences for kind in sentence.flags}
    if credit(text) is not None:
        found.add("credit")
    assert (flag in found) is (due == "1")
