#!/usr/bin/env python3
"""Pairs with other words in them: in a pair that has both sides of a word, words of the same group stand in for it.

`groups.txt` has words that can stand for each other ("l'infermiere ha chiamato" for "l'ingegnere ha chiamato"). A word that
the pairs seldom have so gets sentences to stand in, in each of its forms (after Fadaee et al. 2017, "Data Augmentation for
Low-Resource Neural Machine Translation", who choose the places by a language model instead). Articles are mended on both
sides; and phrases stand before or after whole statements. Reads pairs.tsv of prepare.py, writes Italian, English and the
source name `written_swapped`, or `written_phrases`. Alike for a seed.

`groups.txt`: a line `@KIND remark` begins a group, its entries stand between semicolons, `Italian=English`:
  nm nf    nouns, masculine or feminine: `uomo/uomini=man/men`, plural only where no rule gives it, `-` for none
  nmu nfu  nouns of which only the singular is used: `latte=milk`
  a        adjectives: `stanco=tired`, `gentile=kind`, `greco/greci=Greek`
  v        verbs with an object: `respingere|respinto=reject`, `scegliere|scelto=choose|chose|chosen`; `~` before one lets only
           infinitive and participle be used; words may follow: `mettere|messo in fuga=put to flight|put to flight`
  vs vi    verbs before "che", and verbs without an object
  x        words without forms: `purtroppo=unfortunately`
  o        what can begin any statement: `per giunta,=what is more,`, `va da sé che=it goes without saying that`
  e        what can end one: `una volta per tutte=once and for all`
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import random
import re
from dataclasses import dataclass, field

from forms import VOWELS, english_noun, english_verb, italian_adjective, italian_noun, italian_verb

WORD = re.compile(r"[^\W\d_]+(?:['’](?=[^\W\d_]))?|[^\w\s]|\d+|\s+|_")
MADE = ("written_swapped", "written_phrases")  # by this script
SOURCES = "written|tatoeba|stsb|mtgeneval|cocoa|lit_bil|web_moz|covid|gov_|lit_serao"
ARTICLES = [  # before a consonant, before s and consonant or z, before a vowel
    ("m", ("il", "lo", "l'")), ("m", ("un", "uno", "un")), ("m", ("del", "dello", "dell'")),
    ("m", ("al", "allo", "all'")), ("m", ("dal", "dallo", "dall'")), ("m", ("nel", "nello", "nell'")),
    ("m", ("sul", "sullo", "sull'")), ("m", ("quel", "quello", "quell'")), ("m", ("nessun", "nessuno", "nessun")),
    ("m", ("i", "gli", "gli")), ("m", ("dei", "degli", "degli")), ("m", ("ai", "agli", "agli")),
    ("m", ("dai", "dagli", "dagli")), ("m", ("nei", "negli", "negli")), ("m", ("sui", "sugli", "sugli")),
    ("m", ("quei", "quegli", "quegli")),
    ("f", ("la", "la", "l'")), ("f", ("una", "una", "un'")), ("f", ("della", "della", "dell'")),
    ("f", ("alla", "alla", "all'")), ("f", ("dalla", "dalla", "dall'")), ("f", ("nella", "nella", "nell'")),
    ("f", ("sulla", "sulla", "sull'")), ("f", ("quella", "quella", "quell'")),
    ("f", ("nessuna", "nessuna", "nessun'")),
]  # fmt: skip


DETERMINERS = {
    *"questo questa questi queste quei ogni alcuni alcune due tre quattro cinque dieci cento tutti tutte i gli le".split(),
    *("suo", "sua", "suoi", "sue", *(shape.rstrip("'") for _, shapes in ARTICLES for shape in shapes)),
}
OF_MASS = set("di con per senza in a da e o".split())
CLITICS = set("si mi ti ci vi ne lo li gli me te se ce ve la le l'".split())
OBJECTS = set("lo la l li mi ti ci".split())
HAVE = set("ho ha abbiamo hanno avevo aveva avevano avrebbe avrebbero avrà avranno aver".split())
ENGLISH_OBJECTS = set("him her it them me you us".split())
ENGLISH_DETERMINERS = set(
    "the a an this that these those his her its their my our your every some all two three four five ten many several any".split()
)
PASSIVE = set("was were be been being is are".split())
SUBJUNCTIVE = set("che se qualora purché affinché sebbene benché nonostante chiunque ovunque perché finché quantunque".split())
HELPERS = PASSIVE | {"has", "have", "had", "having"}
KINDS = ("nm", "nf", "nmu", "nfu", "a", "v", "vs", "vi", "x", "o", "e")
ENOUGH = {"n": 1.0, "a": 0.5, "v": 0.34, "x": 1.0, "o": 1.5, "e": 1.5}  # of --enough, for each form
STARTS = set(  # words that are no names, so they can lose their capital
    "il lo la l i gli le un uno una questo questa questi queste quel quella quei quelle nel nella nei nelle in a al alla ai alle "
    "da dal dalla di del della per con molti molte alcuni alcune tutti tutte ogni ha hanno è sono era erano c non si mio "
    "mia".split()
)
ENGLISH_STARTS = set(
    "the a an this that these those in at on for from with many some all every he she it we they there his her their our my no "
    "nobody".split()
)


def word_at(tokens: list[str], at: int, steps: int) -> str:
    """The word or mark that stands so many from the one at `at`, backwards below 0; small, or an empty string."""
    step = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        at += step
        while 0 <= at < len(tokens) and tokens[at].isspace():
            at += step
    return tokens[at].lower().rstrip("'’") if 0 <= at < len(tokens) else ""


def fits(kind: str, feature: str, a: list[str], i: int, b: list[str], j: int) -> bool:
    """Whether the word stands as its kind does, so that others of its group can stand there."""
    before, after, english = word_at(a, i, -1), word_at(a, i, 1), word_at(b, j, 1)
    if kind.startswith("n"):
        if after in ("da", "di", "d", "a") or english == "of" or english == "-" or word_at(b, j, -1) == "-":
            return False
        return before in DETERMINERS or (feature == "s" and before in OF_MASS)
    if not kind.startswith("v"):
        return True
    subjunctive = "subj" in feature
    if subjunctive and (before in DETERMINERS | OF_MASS or SUBJUNCTIVE.isdisjoint(map(str.lower, a[max(0, i - 16) : i]))):
        return False  # where "voti" is no verb, but "votes"
    person = {"pres1s": "i", "pres1p": "we"}.get(feature)
    if person and person not in map(str.lower, b[max(0, j - 6) : j]):
        return False
    if kind == "v" and english in ENGLISH_OBJECTS:
        if after in DETERMINERS or after in ("a", "di", "che"):
            return False
        if feature.startswith("part"):
            return before in HAVE and word_at(a, i, -2) in OBJECTS
        return feature.startswith("inf-") or before in OBJECTS
    if feature.startswith("inf-"):
        return False
    pronoun = before in CLITICS and not (subjunctive and before == "se")
    if pronoun or word_at(b, j, -1) == "-" or english in ("up", "on", "off", "out", "down"):
        return False
    if kind == "vs":
        return after == "che"
    if kind == "vi":
        return after not in DETERMINERS and english not in ENGLISH_DETERMINERS
    if feature.startswith("part") and PASSIVE.intersection(b[max(0, j - 6) : j]):
        return english != "to"
    return after in DETERMINERS and english in ENGLISH_DETERMINERS


@dataclass
class Member:
    group: int
    it: dict[str, str]  # feature to form
    en: dict[str, str]
    need: dict[str, int] = field(default_factory=dict)  # by Italian feature


def read_groups(path: pathlib.Path) -> tuple[list[str], list[list[Member]]]:
    """Kinds and members of the groups; SystemExit names the line that is none of the kinds or not `Italian=English`."""
    kinds: list[str] = []
    groups: list[list[Member]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("@"):
            kinds.append(line[1:].split(" ")[0])
            groups.append([])
            if kinds[-1] not in KINDS:
                raise SystemExit(f"{path}:{number}: `{line}` begins no group: the kinds are {', '.join(KINDS)}")
            continue
        for entry in filter(None, (part.strip() for part in line.split(";"))):
            if not kinds:
                raise SystemExit(f"{path}:{number}: `{entry}` stands before the first group (`@nm people`)")
            if entry.count("=") != 1:
                raise SystemExit(f"{path}:{number}: `{entry}` is not Italian=English")
            it, en = (side.strip() for side in entry.split("="))
            kind = kinds[-1]
            if kind.startswith("n"):
                forms = italian_noun(it, kind[1] == "f"), english_noun(en)
                if kind.endswith("u"):
                    forms = {"s": forms[0]["s"]}, {"s": forms[1]["s"]}
            elif kind == "a":
                forms = italian_adjective(it), {"": en}
            elif kind.startswith("v"):
                forms = italian_verb(it), english_verb(en)
            else:
                forms = {"": it}, {"": en}
            groups[-1].append(Member(len(groups) - 1, *forms))
    return kinds, groups


def read_pairs(paths: list[pathlib.Path], sources: str) -> list[tuple[list[str], list[str]]]:
    """Words and what stands between them, of both sides of the pairs from `sources` (a regular expression) that are not long."""
    pairs = []
    for path in paths:
        with open(path, encoding="utf-8", newline="\n") as lines:
            for line in lines:
                it, en, source = line.rstrip("\n").split("\t")
                if re.match(sources, source) and len(it) < 400 and source not in MADE:
                    pairs.append((WORD.findall(it), WORD.findall(en)))
    return pairs


def onset(word: str) -> int:
    word = word.lower()
    if word[0] in VOWELS:
        return 2
    return 1 if re.match(r"s[^aeiouàèéìòù]|z|gn|ps|pn|x|y", word) else 0


def mend_italian(tokens: list[str], at: int, gender: str) -> None:
    """Give the article before the word at `at` the shape that the word asks for."""
    apostrophe = tokens[at - 1][-1:] in ("'", "’") if at else False
    before = at - 1 if apostrophe else at - 2
    if before < 0 or (not apostrophe and not tokens[at - 1].isspace()):
        return
    article = tokens[before].lower().replace("’", "'")
    for of, shapes in ARTICLES:
        if article in shapes and (not gender or gender == of):
            new = shapes[onset(tokens[at])]
            new = new.capitalize() if tokens[before][0].isupper() else new
            tokens[before:at] = [new] if new.endswith("'") else [new, " "]
            return


def mend_english(tokens: list[str], at: int) -> None:
    if at > 1 and tokens[at - 2].lower() in ("a", "an"):
        vowel = re.match(r"[aeiou]|ho(?:ur|nest|nour)|heir", tokens[at].lower()) and not re.match(
            r"uni(?!n|m)|use|usu|eu|one|ut[ei]|ur[aio]", tokens[at].lower())  # fmt: skip
        tokens[at - 2] = ("A" if tokens[at - 2][0] == "A" else "a") + ("n" if vowel else "")


def english_feature(feature: str, name: str, b: list[str], j: int) -> str | None:
    """Which form of the English verb stands at `j`, given the Italian one; past and participle often look alike."""
    if feature.startswith(("past", "imp")):
        return "past" if name == "participle" else name
    if feature.startswith("part") and name == "past":
        near = [word for word in b[max(0, j - 6) : j] if word.isalpha()]
        return "participle" if HELPERS.intersection(near) else "past"
    if name == "base" and feature[:3] not in ("inf", "fut", "con", "pre", "sub", "ims"):
        return None
    return name


def compatible(kind: str, feature: str, member: Member) -> str | None:
    """The feature under which `member` can stand where `feature` stood."""
    if feature in member.it:
        return feature
    if kind == "a" and feature[1:] in member.it:  # a form of four for one of two
        return feature[1:]
    return None


def gender_of(kind: str, feature: str) -> str:
    if kind.startswith("n"):
        return kind[1]
    return feature[-2] if len(feature) >= 2 and feature[-2] in "mf" and kind[0] in "av" else ""


@dataclass
class Place:
    """Where a word can be another: its places in Italian and English, and what would stand there."""

    i: int
    j: int
    gender: str
    member: Member
    feature: str
    english: str


class Swapper:
    """The groups, what they still need, and the forms by which their words are found."""

    def __init__(self, kinds: list[str], groups: list[list[Member]], known: collections.Counter[str], enough: int) -> None:
        self.kinds, self.groups = kinds, groups
        self.italian: dict[str, list[tuple[Member, str]]] = collections.defaultdict(list)
        for kind, group in zip(kinds, groups, strict=True):
            wanted = round(enough * ENOUGH[kind[0]])
            for member in group:
                member.need = {feature: max(0, wanted - known[form]) for feature, form in member.it.items()}
                for feature, form in member.it.items():
                    self.italian[form].append((member, feature))

    def place(self, a: list[str], i: int, b: list[str], counts: collections.Counter[str], rng: random.Random) -> Place | None:
        """What most needs to stand for the word at `i`, or None."""
        for member, feature in self.italian[a[i]]:
            kind = self.kinds[member.group]
            for name, form in member.en.items():
                if counts[form] != 1 or (kind.startswith("n") and name != feature):
                    continue
                j = b.index(form)
                if not fits(kind, feature, a, i, b, j):
                    continue
                as_name = english_feature(feature, name, b, j) if kind.startswith("v") else name
                if as_name is None:
                    continue
                choices = []
                whole = kind == "v" and word_at(b, j, 1) in ENGLISH_OBJECTS  # "throw it away": where a pronoun follows, one word
                for other in self.groups[member.group]:
                    as_feature = compatible(kind, feature, other)
                    if other is member or as_feature is None or as_name not in other.en or (whole and " " in other.en[as_name]):
                        continue
                    if other.need[as_feature] > 0:
                        choices.append((other.need[as_feature], rng.random(), other, as_feature))
                if choices:
                    _, _, other, as_feature = max(choices, key=lambda choice: choice[:2])
                    return Place(i, j, gender_of(kind, feature), other, as_feature, other.en[as_name])
                break
        return None

    def swap(self, a: list[str], b: list[str], rng: random.Random) -> tuple[str, str] | None:
        """The pair with one or two other words in it, or None where there is none to put there."""
        counts_a, counts_b = collections.Counter(a), collections.Counter(b)
        found = [self.place(a, i, b, counts_b, rng) for i, word in enumerate(a) if word in self.italian and counts_a[word] == 1]
        places = [place for place in found if place is not None]
        if not places:
            return None
        chosen = rng.sample(places, min(len(places), 2))
        if len({place.j for place in chosen}) < len(chosen):
            chosen = chosen[:1]
        a, b = list(a), list(b)
        for place in chosen:
            a[place.i] = place.member.it[place.feature]
            b[place.j] = place.english
            place.member.need[place.feature] -= 1
        for place in sorted(chosen, key=lambda place: -place.i):
            mend_italian(a, place.i, place.gender)
        for place in chosen:
            mend_english(b, place.j)
        return "".join(a), "".join(b)

    def extend(self, a: list[str], b: list[str], rng: random.Random) -> tuple[str, str] | None:
        """The pair with what can begin or end any statement, or None where it is none; for the words that are still needed."""
        if len(a) > 50 or a[-1] != "." or b[-1] != "." or {".", "?", "!", "«", '"', ":", ";"}.intersection([*a[:-1], *b[:-1]]):
            return None
        starts = word_at(["", *a], 0, 1) in STARTS and word_at(["", *b], 0, 1) in ENGLISH_STARTS
        choices = [
            (member.need[""], rng.random(), kind, member)
            for kind, group in zip(self.kinds, self.groups, strict=True)
            if kind == "e" or (kind == "o" and starts)
            for member in group
            if member.need[""] > 0
        ]
        if not choices:
            return None
        _, _, kind, member = max(choices, key=lambda choice: choice[:2])
        member.need[""] -= 1
        italian = member.it[""]
        if kind == "o" and rng.random() < 0.5:
            italian = italian.removesuffix(",")  # many write none
        sides = []
        for tokens, phrase in ((a, italian), (b, member.en[""])):
            text = "".join(tokens)
            sides.append(
                f"{phrase[0].upper()}{phrase[1:]} {text[0].lower()}{text[1:]}" if kind == "o" else f"{text[:-1]} {phrase}."
            )
        return sides[0], sides[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, nargs="+", help="pairs.tsv from prepare.py")
    parser.add_argument("--groups", type=pathlib.Path, default=pathlib.Path(__file__).with_name("groups.txt"))
    parser.add_argument("--out", type=pathlib.Path, required=True, help="table to write")
    parser.add_argument(
        "--sources", default=SOURCES,
        help="regular expression that begins the names of the sources to take sentences from (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--enough", type=int, default=12,
        help="pairs that each form should have with those that it has; adjectives half, verbs a third (default %(default)s)",
    )  # fmt: skip
    parser.add_argument("--most", type=int, default=8, help="copies of any one pair (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    pairs = read_pairs(args.pairs, args.sources)
    known = collections.Counter(word for it, _ in pairs for word in set(it))
    rng.shuffle(pairs)
    swapper = Swapper(*read_groups(args.groups), known, args.enough)
    made: dict[tuple[str, str], str] = {}
    per_pair: collections.Counter[int] = collections.Counter()
    for number, (a, b) in enumerate(pairs):
        extended = swapper.extend(a, b, rng)
        if extended is not None:
            made.setdefault(extended, "written_phrases")
            per_pair[number] += 1
    before = -1
    while len(made) > before:
        before = len(made)
        for number, (a, b) in enumerate(pairs):
            swapped = swapper.swap(a, b, rng) if per_pair[number] < args.most else None
            if swapped is not None:
                made.setdefault(swapped, "written_swapped")
                per_pair[number] += 1
    with open(args.out, "w", encoding="utf-8", newline="\n") as out:
        for (it, en), source in made.items():
            out.write(f"{it}\t{en}\t{source}\n")
    needs = [need for group in swapper.groups for member in group for need in member.need.values()]
    words = sum(map(len, swapper.groups))
    short = sum(need > 0 for need in needs)
    print(f"{len(made):,} pairs; of {len(needs):,} forms of {words:,} words {short:,} have less than wanted")


if __name__ == "__main__":
    main()
