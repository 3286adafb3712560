"""Pairs with other words in them: forms, articles, and where a word may not stand."""

import collections
import itertools
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from forms import english_noun, english_verb, italian_adjective, italian_noun, italian_verb
from swap import KINDS, WORD, Member, Swapper, read_groups

GROUPS = """@nm people
ingegnere=engineer; avvocato=lawyer; studente=student; uomo/uomini=man/men
@a
stanco=tired; gentile=kind; antico/antichi=ancient
@v things
costruire=build|built; riparare=repair; sciogliere|sciolto=dissolve
@v persons
aiutare=help; ingannare=deceive; mettere|messo in fuga=put to flight|put to flight
@vs
dire|detto=say|said; giurare=swear|swore|sworn
@nmu
latte=milk; olio=oil
"""
PHRASES = """@o
per giunta,=what is more,; va da sé che=it goes without saying that
@e
di nascosto=in secret
"""


def swaps(tmp_path: Path, it: str, en: str, known: dict[str, int] | None = None, phrases: bool = False) -> set[tuple[str, str]]:
    """All that can be made of the pair, whatever is drawn: with other words in it, or with `phrases` before or after it."""
    path = tmp_path / "groups.txt"
    path.write_text(PHRASES if phrases else GROUPS, encoding="utf-8")
    made = set()
    for seed in range(30):
        swapper = Swapper(*read_groups(path), collections.Counter(known), enough=12)
        make = swapper.extend if phrases else swapper.swap
        swapped = make(WORD.findall(it), WORD.findall(en), random.Random(seed))
        made |= {swapped} if swapped else set()
    return made


def test_another_word_takes_the_place_and_articles_follow(tmp_path: Path) -> None:
    made = swaps(tmp_path, "Un avvocato ha chiamato.", "A lawyer called.")
    assert made == {
        ("Un ingegnere ha chiamato.", "An engineer called."),
        ("Uno studente ha chiamato.", "A student called."),
        ("Un uomo ha chiamato.", "A man called."),
    }
    assert ("Ha parlato con l'uomo.", "She spoke to the man.") in swaps(
        tmp_path, "Ha parlato con lo studente.", "She spoke to the student."
    )
    assert ("Gli uomini ridono.", "The men laugh.") in swaps(tmp_path, "Gli avvocati ridono.", "The lawyers laugh.")
    assert swaps(tmp_path, "È buono con l'olio.", "It is good with oil.") == {("È buono con il latte.", "It is good with milk.")}


def test_forms_agree(tmp_path: Path) -> None:
    assert swaps(tmp_path, "Erano donne stanche.", "They were tired women.") == {
        ("Erano donne gentili.", "They were kind women."),
        ("Erano donne antiche.", "They were ancient women."),
    }
    # An adjective of two forms does not tell the gender that one of four would need.
    assert swaps(tmp_path, "Una donna gentile.", "A kind woman.") == set()
    assert ("Gli operai ripararono un ponte.", "The workers repaired a bridge.") in swaps(
        tmp_path, "Gli operai costruirono un ponte.", "The workers built a bridge."
    )
    assert ("Il ponte fu sciolto in un anno.", "The bridge was dissolved in a year.") in swaps(
        tmp_path, "Il ponte fu costruito in un anno.", "The bridge was built in a year."
    )
    assert swaps(tmp_path, "Ha detto che verrà.", "He has said that he will come.") == {
        ("Ha giurato che verrà.", "He has sworn that he will come.")
    }
    assert swaps(tmp_path, "Disse che verrà. Ha detto che piove.", "He said that it rains.") == {
        ("Disse che verrà. Ha giurato che piove.", "He swore that it rains.")
    }


@pytest.mark.parametrize(
    ("it", "en"),
    [
        ("È un avvocato di famiglia.", "He is a family lawyer."),  # part of a name for something
        ("Avvocati e clienti aspettano.", "Lawyers and clients wait."),  # without an article, so perhaps of a set phrase
        ("L'avvocato ha chiamato l'avvocato.", "The lawyer called the lawyer."),  # which is which cannot be told
        ("Si costruisce una casa.", "A house is being built."),  # with a pronoun the verb may mean something else
        ("L'avvocato ha chiamato.", "The attorney called."),  # translated otherwise
    ],
)
def test_what_might_mean_something_else_stays(tmp_path: Path, it: str, en: str) -> None:
    assert swaps(tmp_path, it, en) == set()


def test_verbs_with_pronouns_and_words_that_follow(tmp_path: Path) -> None:
    assert swaps(tmp_path, "Voleva aiutarla.", "He wanted to help her.") == {
        ("Voleva ingannarla.", "He wanted to deceive her."),
    }  # and not "metterla in fuga", whose pronoun stands elsewhere
    assert swaps(tmp_path, "Lo hanno aiutato.", "They helped him.") == {
        ("Lo hanno ingannato.", "They deceived him."),
    }
    assert ("Aiuta e mette in fuga i ladri.", "He helps and puts to flight the thieves.") in swaps(
        tmp_path, "Aiuta e inganna i ladri.", "He helps and deceives the thieves."
    )
    assert swaps(tmp_path, "Aiutava i vicini.", "He was helping the neighbours.") == set()  # the first word
    assert ("Io inganno i ladri.", "I deceive the thieves.") in swaps(tmp_path, "Io aiuto i ladri.", "I help the thieves.")
    # "aiuto" of nobody in the first person is the noun.
    assert swaps(tmp_path, "Serve aiuto i primi giorni.", "They help the first days.") == set()
    assert ("Crede che inganni i ladri.", "He believes that she deceives the thieves.") in swaps(
        tmp_path, "Crede che aiuti i ladri.", "He believes that she helps the thieves."
    )
    assert ("Se ingannasse i ladri, pagherebbe.", "If he deceived the thieves, he would pay.") in swaps(
        tmp_path, "Se aiutasse i ladri, pagherebbe.", "If he helped the thieves, he would pay."
    )
    # "aiuti" after an article is the noun.
    assert swaps(tmp_path, "Dice che gli aiuti i ladri.", "He says that the helps the thieves.") == set()
    assert swaps(tmp_path, "Ci aiutano a capire.", "They help us understand.") == set()


def test_phrases_that_begin_or_end_a_statement(tmp_path: Path) -> None:
    assert swaps(tmp_path, "Il treno è partito.", "The train has left.", phrases=True) == {
        ("Per giunta, il treno è partito.", "What is more, the train has left."),
        ("Per giunta il treno è partito.", "What is more, the train has left."),
        ("Va da sé che il treno è partito.", "It goes without saying that the train has left."),
        ("Il treno è partito di nascosto.", "The train has left in secret."),
    }
    # A first word that may be a name keeps its capital, so nothing stands before it.
    assert swaps(tmp_path, "Rosa è partita.", "Rosa has left.", phrases=True) == {
        ("Rosa è partita di nascosto.", "Rosa has left in secret."),
    }
    for it, en in [
        ("Il treno è partito?", "Has the train left?"),
        ("Il treno è partito. Piove.", "The train has left. It is raining."),
        ('Ha detto: "Va bene".', 'He said: "All right".'),
    ]:
        assert swaps(tmp_path, it, en, phrases=True) == set()


def test_words_that_have_enough_do_not_stand_in(tmp_path: Path) -> None:
    known = {"ingegnere": 12, "uomo": 30, "studente": 11}
    assert swaps(tmp_path, "L'avvocato ha chiamato.", "The lawyer called.", known) == {
        ("Lo studente ha chiamato.", "The student called.")
    }


def test_forms_of_words() -> None:
    assert english_noun("member of parliament")["p"] == "members of parliament"
    assert english_noun("baker's")["p"] == "baker's"
    assert english_noun("knife/knives")["p"] == "knives"
    assert english_noun("city")["p"] == "cities"
    assert "p" not in english_noun("rice/-")
    assert list(english_verb("take off|took off|taken off").values()) == [
        "take off", "takes off", "taking off", "took off", "taken off",
    ]  # fmt: skip
    assert english_verb("stop")["ing"] == "stopping"
    assert english_verb("travel")["past"] == "travelled"
    assert english_verb("die")["ing"] == "dying"
    assert english_verb("have lunch|had|had")["third"] == "has lunch"
    assert italian_noun("arancia", feminine=True)["p"] == "arance"
    assert italian_noun("medico", feminine=False)["p"] == "medici"
    assert italian_noun("albergo", feminine=False)["p"] == "alberghi"
    assert italian_adjective("antico/antichi")["fp"] == "antiche"
    assert italian_adjective("austriaco")["mp"] == "austriaci"
    assert italian_adjective("stanco")["mp"] == "stanchi"
    assert italian_adjective("vecchio")["mp"] == "vecchi"
    assert italian_adjective("egoista") == {"s": "egoista", "mp": "egoisti", "fp": "egoiste"}
    verb = italian_verb("mangiare")
    assert (verb["fut3s"], verb["past3s"], verb["part-fp"]) == ("mangerà", "mangiò", "mangiate")
    assert italian_verb("cercare")["fut3p"] == "cercheranno"
    assert italian_verb("capire")["pres3s"] == "capisce"
    assert (verb["subj3s"], verb["imsubj3p"]) == ("mangi", "mangiassero")
    assert italian_verb("sciare")["subj3s"] == "scii"
    assert (italian_verb("sciare")["fut3s"], italian_verb("sciare")["pres1p"]) == ("scierà", "sciamo")
    assert (italian_verb("rinviare")["subj3s"], italian_verb("rinviare")["subj3p"]) == ("rinvii", "rinviino")
    change = italian_verb("cambiare")
    assert (change["subj3s"], change["subj3p"], change["fut3s"], change["pres1p"]) == ("cambi", "cambino", "cambierà", "cambiamo")
    assert italian_verb("lasciare")["subj3p"] == "lascino"
    assert italian_verb("capire")["subj3p"] == "capiscano"
    assert italian_verb("aprire|aperto")["pres3p"] == "aprono"
    assert italian_verb("investire")["pres3s"] == "investe"
    assert italian_verb("ripartire")["pres3s"] == "ripartisce"
    assert (verb["pres1s"], verb["pres1p"], verb["inf-lo"]) == ("mangio", "mangiamo", "mangiarlo")
    assert italian_verb("cercare")["pres1p"] == "cerchiamo"
    assert italian_verb("~tradurre|tradotto")["inf-la"] == "tradurla"
    participles = {"inf", "part-ms", "part-fs", "part-mp", "part-fp"}
    assert {form for form in italian_verb("~prendere|preso") if not form.startswith("inf-")} == participles
    assert set(italian_verb("dare|dato alle fiamme")) == participles
    for irregular in (
        "produrre|prodotto",
        "sostenere",
        "raccogliere|raccolto",
        "riempire",
        "soddisfare|soddisfatto",
        "benedire|benedetto",
    ):
        assert "pres3s" not in italian_verb(irregular)
    assert italian_verb("truffare")["pres3s"] == "truffa"
    assert italian_verb("tradire")["pres3p"] == "tradiscono"
    assert italian_verb("mettere|messo in fuga")["pres3p"] == "mettono in fuga"
    assert english_verb("be born|was born|been born")["third"] == "is born"


def test_the_groups_that_are_there_are_sound() -> None:
    kinds, groups = read_groups(ROOT / "scripts" / "train" / "groups.txt")
    assert set(kinds) == set(KINDS)
    for group in groups:
        assert len(group) > 1
        for member in group:
            assert isinstance(member, Member)
            for form in (*member.it.values(), *member.en.values()):
                assert form == form.strip() and form and "=" not in form and "|" not in form and "/" not in form
                words = form.split()
                assert all(first != second for first, second in itertools.pairwise(words)), form


def test_a_table_is_written_alike_for_a_seed(tmp_path: Path) -> None:
    (tmp_path / "groups.txt").write_text(GROUPS, encoding="utf-8")
    rows = [f"L'avvocato ha chiamato {i} volte.\tThe lawyer called {i} times.\twritten_a" for i in range(9)]
    rows.append("L'uomo ride.\tThe man laughs.\tddtp")  # not of the sources that lend their sentences
    (tmp_path / "pairs.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = []
    for name in ("one.tsv", "two.tsv"):
        options = ["--groups", str(tmp_path / "groups.txt"), "--out", str(tmp_path / name)]
        command = [sys.executable, str(ROOT / "scripts/train/swap.py"), str(tmp_path / "pairs.tsv"), *options]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        made.append((tmp_path / name).read_text(encoding="utf-8"))
    assert made[0] == made[1]
    lines = [line.split("\t") for line in made[0].splitlines()]
    assert len({line[0] for line in lines}) == len(lines) >= 20
    assert {line[2] for line in lines} == {"written_swapped"}
    assert all("chiamato" in it and "called" in en for it, en, _ in lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@nm\nuomo man\n", "groups.txt:2: `uomo man` is not Italian=English"),
        ("uomo=man\n", "groups.txt:1: `uomo=man` stands before the first group"),
        ("@n people\nuomo=man\n", "groups.txt:1: `@n people` begins no group: the kinds are nm, nf,"),
    ],
)
def test_what_is_no_group_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "groups.txt").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=message):
        read_groups(tmp_path / "groups.txt")


def test_nouns_that_the_bundled_model_knows(tmp_path: Path) -> None:
    (tmp_path / "groups.txt").write_text(
        "@nm\nlibro=book; studente=student; zurbo=xyzzy\n@a\nverde=green\n@o\nnel frattempo,=in the meantime,\n@e\nzurbo=xyzzy\n",
        encoding="utf-8",
    )
    rows = ["Il libro è qui.\tThe book is here.\twritten_a", *["Uno studente legge.\tA student reads.\twritten_a"] * 4]
    (tmp_path / "pairs.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        str(ROOT / "scripts/train/known.py"),
        str(tmp_path / "pairs.tsv"),
        "--groups",
        str(tmp_path / "groups.txt"),
    ]
    result = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert result.stdout.splitlines() == [
        "| pairs with the noun | 0 | 1 to 3 | 4 to 11 | 12+ | phrases |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| how many | 1 | 1 | 1 | 0 | 2 |",
        "| bundled | 0.0 % | 100.0 % | 100.0 % |  | 50.0 % |",
    ]
