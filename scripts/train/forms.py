"""Forms of Italian and English words, by rule; what no rule gives stands in the entry (`groups.txt`, see `swap.py`)."""

from __future__ import annotations

import re

VOWELS = "aeiouàèéìòù"
PLAIN_IRE = re.compile(  # verbs in -ire without -isc-
    r"(^(ri)?aprire|coprire|offrire|soffrire|seguire|sentire|dormire|^partire|^servire|fuggire|vestire|vertire|sorbire|^mentire"
    r"|bollire|pentire)$"
)
STRESSED_I = re.compile(r"^r?(in|iav|av|s|de|fuor)viare$|spiare$|^sciare$|^obliare$")  # "invii", where others have "cambi"
IRREGULAR = re.compile(  # no finite form of theirs is made
    r"(rre|tenere|venire|gliere|spegnere|manere|valere|vedere|cadere|vivere|sedere|sapere|bere|[uo]ocere|[pt]acere|giacere|salire"
    r"|parire|empire|morire|uscire|udire|cucire|^(bene|male|pre|ri|dis|contrad)?dire|^(ri|dis|soddis|contraf|sopraf)?fare"
    r"|^(ri)?(dare|stare)|andare)$"
)
TWICE = set(
    "admit commit permit submit transmit omit refer prefer confer defer transfer infer occur control patrol compel expel propel "
    "repel equip regret begin forget outwit quiz abet acquit rebel kidnap worship".split()
)


def with_s(word: str) -> str:
    """The plural of an English noun, or the third person of a verb."""
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def english_noun(text: str) -> dict[str, str]:
    """Singular `s` and plural `p` of `knife/knives`, `city`, `rice/-`."""
    one, _, many = text.partition("/")
    if not many:
        head, of, rest = one.partition(" of ")
        if one.endswith("'s"):
            many = one
        elif of:
            many = english_noun(head)["p"] + of + rest
        else:
            many = with_s(one)
    return {"s": one} | ({} if many == "-" else {"p": many})


def english_verb(text: str) -> dict[str, str]:
    """Base, third person, -ing, past and participle of `admit`, `take|took|taken`, `set up|set|set`."""
    base, *irregular = text.split("|")
    head, _, tail = base.partition(" ")
    tail = f" {tail}" if tail else ""
    irregular = [form.removesuffix(tail) for form in irregular]
    third = {"have": "has", "be": "is"}.get(head) or (with_s(head) if not head.endswith("o") else head + "es")
    single = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", head) or re.fullmatch(r"[^aeiou]*qu[aeiou][^aeiouwxy]", head)
    british = re.search(r"[^aeo][aeiou]l$", head) and head not in ("reveal", "fail")
    stem = head + head[-1] if single or head in TWICE or british else head
    if head.endswith("ie"):
        ing = head[:-2] + "ying"
    elif re.search(r"[^eoy]e$", head) and head != "age":
        ing = head[:-1] + "ing"
    else:
        ing = stem + "ing"
    if irregular:
        past, participle = irregular[0], irregular[-1]
    else:
        past = head + "d" if head.endswith("e") else head[:-1] + "ied" if re.search(r"[^aeiou]y$", head) else stem + "ed"
        participle = past
    forms = {"base": head, "third": third, "ing": ing, "past": past, "participle": participle}
    return {name: form + tail for name, form in forms.items()}


def italian_noun(text: str, feminine: bool) -> dict[str, str]:
    """Singular `s` and plural `p` of `uomo/uomini`, `arancia`."""
    one, _, many = text.partition("/")
    if not many:
        if one[-1] in VOWELS[5:] or one[-1] not in VOWELS:
            many = one
        elif one.endswith(("cia", "gia")) and one[-4] not in VOWELS and one != "energia":
            many = one[:-2] + "e"
        elif one.endswith(("ca", "ga")):
            many = one[:-1] + ("he" if feminine else "hi")
        elif one.endswith("a"):
            many = one[:-1] + ("e" if feminine else "i")
        elif one.endswith("io"):
            many = one[:-1]
        elif one.endswith("ico"):
            many = one[:-1] + "i"
        elif one.endswith(("co", "go")):
            many = one[:-1] + "hi"
        else:
            many = one[:-1] + "i"
    return {"s": one} | ({} if many == "-" else {"p": many})


def italian_adjective(text: str) -> dict[str, str]:
    """The forms `ms fs mp fp` of `stanco`, `greco/greci`; `s p` of `gentile`; `s mp fp` of `egoista`."""
    text, _, many = text.partition("/")
    stem = text[:-1]
    if text.endswith("e"):
        return {"s": text, "p": stem + "i"}
    if text.endswith("ista"):
        return {"s": text, "mp": stem + "i", "fp": stem + "e"}
    hard = text.endswith(("co", "go"))
    if not many:
        if text.endswith("io"):
            many = stem
        elif hard and not text.endswith(("ico", "iaco")):
            many = stem + "hi"
        else:
            many = stem + "i"
    return {"ms": text, "fs": stem + "a", "mp": many, "fp": stem + ("he" if hard else "e")}


def italian_verb(text: str) -> dict[str, str]:
    """Forms of `respingere|respinto`; of `~prendere|preso` and of irregular verbs infinitive and participles alone.

    Words may follow: `mettere|messo in pericolo`, `~dare|dato alle fiamme`.
    """
    text, _, tail = text.partition(" ")
    tail = f" {tail}" if tail else ""
    text, _, participle = text.partition("|")
    infinitive = text.lstrip("~")
    defective = text.startswith("~") or IRREGULAR.search(infinitive)
    stem, ending = infinitive[:-3], infinitive[-3:]
    if not participle:
        participle = stem + {"are": "ato", "ere": "uto", "ire": "ito"}[ending]
    short = infinitive[:-2] if infinitive.endswith("rre") else infinitive[:-1]
    forms = {"inf": infinitive} | {f"part-{name}": form for name, form in italian_adjective(participle).items()}
    if not tail:
        forms |= {f"inf-{pronoun}": short + pronoun for pronoun in ("lo", "la", "li", "mi", "ti", "ci")}
    if not defective:
        forms |= finite(infinitive)
    return {name: form + tail for name, form in forms.items()}


def finite(infinitive: str) -> dict[str, str]:
    """Third persons of a regular verb, indicative and subjunctive, and the first of its present."""
    stem, ending = infinitive[:-3], infinitive[-3:]
    hard = first = stem
    past = {}
    if ending == "are":
        soft = stem[-1] == "i"
        if stem[-1] in "cg":
            hard = stem + "h"
        elif soft:
            hard = stem if STRESSED_I.search(infinitive) else stem[:-1]
        future = (hard if not soft or stem[-2] in "cg" else stem) + "er"
        third, plural, imperfect, gerund = stem + "a", stem + "ano", stem + "a", stem + "ando"
        past = {"past3s": stem + "ò", "past3p": stem + "arono"}
        we = stem + "amo" if soft else hard + "iamo"
        subjunctive = hard + "i", hard + "ino"
    else:
        isc = ending == "ire" and not PLAIN_IRE.search(infinitive)
        third = stem + ("isce" if isc else "e")
        first = stem + ("isc" if isc else "")
        plural = first + "ono"
        imperfect = stem + ending[0]
        subjunctive = first + "a", first + "ano"
        future, gerund, we = stem + ending[0] + "r", stem + "endo", stem + "iamo"
        if ending == "ire":
            past = {"past3s": stem + "ì", "past3p": stem + "irono"}
    return past | {
        "pres3s": third, "pres3p": plural, "imp3s": imperfect + "va", "imp3p": imperfect + "vano", "fut3s": future + "à",
        "fut3p": future + "anno", "cond3s": future + "ebbe", "cond3p": future + "ebbero", "gerund": gerund,
        "pres1s": first + "o", "pres1p": we, "subj3s": subjunctive[0], "subj3p": subjunctive[1],
        "imsubj3s": imperfect + "sse", "imsubj3p": imperfect + "ssero",
    }  # fmt: skip
