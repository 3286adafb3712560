"""Each flag: translations that it must catch, and sound ones that it must leave alone."""

import time

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from corpus.flags import MEANINGS
from translate.checks import CHECKS, flags

WRONG = {
    "numbers": [
        ("Sono 1.200 persone.", "There are 1.200 people."),
        ("Sono 2.200.112 euro.", "That is 2,200,12 euros."),
        ("Costa 24,50 euro.", "It costs 2,450 euros."),
        ("Il 12% in più.", "21% more."),
        ("Parte alle 18.30.", "It leaves at 18:20."),
        ("Nel 1998 aveva 23 anni.", "In 1989 he was 23."),
        ("Ha 43 anni.", "She is a teacher."),
        ("Costa 400mila euro.", "It costs 400 euros."),
        ("Ha speso 2 miliardi.", "It spent 2 million."),
        ("Aveva tre figli.", "He had 4 children."),
        ("Il XX secolo è finito.", "The 19th century is over."),
        ("È nato il 25 settembre 2016.", "He was born on 26 September 2016."),
        ("Tra 5 e 10 feriti.", "Between 5 and 20 injured."),
        ("Un tasso del 3,5%.", "A rate of 35%."),
        ("Il volo 714 è in ritardo.", "Flight 741 is late."),
        ("Nessun ferito.", "There were 3 injured."),
    ],
    "copy": [
        ("Il governo ha deciso di rinviare la riforma.", "Il governo ha deciso di rinviare la riforma."),
        ("La nave è ferma da ieri sera nel porto.", "La nave è ferma da yesterday sera nel porto."),
        ("Non si può dire che la casa sia grande.", "Non si può dire che la casa è big."),
        ("Le piante della regione sono morte per il caldo.", "The piante della regione sono morte per il caldo."),
    ],
    "loop": [
        ("Mi dispiace.", "I'm sorry I'm sorry I'm sorry."),
        ("La casa è grande.", "The house house house is big."),
        ("Ha detto che sarebbe venuto.", "He said he would come, he said he would come."),
        ("La legge della regione.", "The law of the region of the region of the region."),
        ("La scuola è vicina al parco della città.", "The school is the school near the school by the school."),
    ],
    "empty": [("Buongiorno.", ""), ("Buongiorno.", "..."), ("Nel 1998.", " ")],
    "brief": [
        ("Il sindaco, che era in viaggio, ha saputo della frana soltanto ieri sera.", "The mayor was away."),
        ("Nessuno sa dire quando la strada sarà riaperta al traffico dei camion.", "Nobody knows."),
    ],
    "wordy": [
        (
            "La strada è chiusa al traffico.",
            "The road is closed to all traffic because of the works that the council has begun there.",
        ),
        ("Sì.", "Yes, and that is all I wanted to say to you about this."),
    ],
    "urls": [
        ("Scrivete a info@esempio.it oggi.", "Write to info@example.com today."),
        ("Il sito è www.esempio.it.", "The site is this one."),
        ("Lo dice #Roma2030.", "So says #Rome."),
    ],
}
SOUND = [
    ("Sono 1.200 persone.", "There are 1,200 people."),
    ("Sono 2.200.112 euro.", "That is 2,200,112 euros."),
    ("Costa 24,50 euro.", "It costs 24.50 euros."),
    ("Costa 24,50 euro.", "It costs €24.5."),
    ("Parte alle 18.30.", "It leaves at 6:30 p.m."),
    ("Parte alle 18:30.", "It leaves at 18.30."),
    ("Parte alle 20.", "It leaves at 20:00."),
    ("Ha 43 anni.", "She is forty-three."),
    ("Ha tre figli.", "He has 3 children."),
    ("Un sedicenne di Bari.", "A 16-year-old from Bari."),
    ("Un ingegnere 28enne.", "A 28-year-old engineer."),
    ("Costa 400mila euro.", "It costs 400,000 euros."),
    ("Ha speso 2 miliardi.", "It spent two billion."),
    ("Ha speso 1,5 milioni.", "It spent 1.5 million."),
    ("Ha speso 1,5 milioni.", "It spent 1,500,000."),
    ("Nel XX secolo.", "In the 20th century."),
    ("Nel Novecento.", "In the 20th century."),
    ("Gli anni ’90.", "The 1990s."),
    ("Gli anni Novanta.", "The 90s."),
    ("Il 25/9/2016.", "On 25 September 2016."),
    ("Il 25/9.", "On September 25."),
    ("Il 1º maggio.", "The first of May."),
    ("È arrivato 3°.", "He came third."),
    ("Ha vinto 2-1.", "They won 2-1."),
    ("È il 50% dei voti.", "It is half of the votes."),
    ("Il volo AZ610.", "Flight AZ610."),
    ("La versione 2.0.1.", "Version 2.0.1."),
    ("Circa duecentomila firme.", "About 200,000 signatures."),
    ("A mezzogiorno.", "At 12."),
    ("Chiamate lo 06 1234567.", "Call 06 1234567."),
    ("Papa Giovanni Paolo II.", "Pope John Paul II."),
    ("Luigi XIV.", "Louis XIV."),
    ("No, no e no.", "No, no and no."),
    ("Che sarà, sarà.", "What will be, will be."),
    ("Duran Duran e New York, New York.", "Duran Duran and New York, New York."),
    ("Piano, piano, piano.", "Slowly, slowly, slowly."),
    ("Il “Corriere della Sera” e “La Repubblica”.", "Corriere della Sera and La Repubblica."),
    ("Emma Rossi e Ugo Bianchi, Roma.", "Emma Rossi and Ugo Bianchi, Rome."),
    ("Il sito è www.esempio.it.", "The site is www.esempio.it."),
    ("Ne parla @ansa con #Roma.", "@ansa talks of it with #Roma."),
    ("***", "***"),
    ("Sì.", "Yes."),
    ("La nave è ferma da ieri sera nel porto di Formia.", "The ship has been stuck in the port of Formia since last night."),
]


@pytest.mark.parametrize(("code", "source", "target"), [(code, *pair) for code, pairs in WRONG.items() for pair in pairs])
def test_what_is_wrong_is_flagged(code: str, source: str, target: str) -> None:
    assert code in flags(source, target)


@pytest.mark.parametrize(("source", "target"), SOUND)
def test_what_is_sound_is_not(source: str, target: str) -> None:
    assert flags(source, target) == ()


def test_every_check_has_cases() -> None:
    assert set(WRONG) | {"names", "brackets", "quotes"} == set(CHECKS)  # these have tables of their own below


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


@pytest.mark.parametrize(
    ("source", "target", "due"),
    [
        ("Lo dice Lucia Iannone, direttrice.", "Lucia Ine, the director, says so.", True),
        ("Lo dice Lucia Iannone, direttrice.", "Lucia Iannone, the director, says so.", False),
        ("È andato a Londra con la Nato.", "He went to London with NATO.", False),
        ("È andato a Londra con la Nato.", "He went to the city with NATO.", True),
        ("Vive a Monaco di Baviera.", "She lives in Munich.", False),
        ("L’accordo tra Ue e Onu non basta.", "The EU and U.N. deal is not enough.", False),
        ("L’accordo tra UE e ONU non basta.", "The deal is not enough.", True),
        ("Il presidente degli Stati Uniti parla.", "The U.S. president speaks.", False),
        ("Secondo il Comune la Regione paga.", "The council says the region will pay.", False),
        ("Nel XIX secolo la Chiesa vinse.", "In the 19th century the Church won.", False),
        ("Ha letto Tolstoj e Dostoevskij.", "He has read Tolstoy and Dostoevsky.", False),
        ("Il ministro Erdoğan ha risposto.", "The minister Erdogan replied.", False),
        ("Parla Kavanaugh, poi Ford.", "Kavanaugh speaks, then Ford.", False),
        ("Parla Kavanaugh, poi Ford.", "The cabin speaks, then Ford.", True),
        ("La sede di Bruxelles chiude.", "The Brussels office is closing.", False),
        ("Arriva da Gerusalemme.", "He comes from Damascus.", True),
    ],
)
def test_names_that_vanish_are_flagged_and_exonyms_are_not(source: str, target: str, due: bool) -> None:
    assert ("names" in flags(source, target)) is due


@pytest.mark.parametrize(
    ("source", "target", "flag", "due"),
    [
        ("Il ponte (chiuso da mesi) riapre.", "The bridge reopens.", "brackets", True),
        ("Il ponte (chiuso da mesi) riapre.", "The bridge (closed for months) reopens.", "brackets", False),
        ("Il ponte (chiuso da mesi) riapre.", "The bridge, closed for months, reopens.", "brackets", False),
        ("Pesa 3 kg (2).", "It weighs 3 kg.", "brackets", False),
        ("“Basta”, ha detto.", "Enough, she said.", "quotes", True),
        ("«Basta», ha detto.", '"Enough," she said.', "quotes", False),
        ("“Basta”, ha detto.", "‘Enough’, she said.", "quotes", False),
        ("Basta”, ha detto.", "Enough, she said.", "quotes", False),
    ],
)
def test_brackets_and_quotations_that_vanish_are_flagged(source: str, target: str, flag: str, due: bool) -> None:
    assert (flag in flags(source, target)) is due


def test_every_flag_has_a_meaning_for_reviewers() -> None:
    assert set(CHECKS) <= set(MEANINGS)
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "translate").glob("*.py"))
    assert all(f'"{flag}"' in text for flag in MEANINGS if flag != "term")
