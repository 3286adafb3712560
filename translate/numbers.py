"""The numbers a text speaks of, by value: `1.200` in Italian is `1,200` in English, `2 miliardi` is `2 billion`.

A number is the set of values that it may stand for (`18.30` is a decimal or half past six). Both languages give sets over the
same values, so that a number is kept where two sets meet.
"""

from __future__ import annotations

import re

Number = frozenset[float]

_SCALES = {
    "mila": 1e3, "mille": 1e3, "milione": 1e6, "milioni": 1e6, "mln": 1e6, "miliardo": 1e9, "miliardi": 1e9, "mld": 1e9,
    "bilione": 1e12, "bilioni": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
_IT_UNITS = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove"
).split()
_IT_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()
_IT_ORDINALS = "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo undicesimo dodicesimo".split()
_EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_EN_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
).split()
_IT_MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
_EN_MONTHS = "january february march april may june july august september october november december".split()
_IT_OTHERS = {
    "un": 1.0, "una": 1.0, "entrambi": 2.0, "entrambe": 2.0, "dozzina": 12.0, "centinaio": 100.0,
    "migliaio": 1000.0, "migliaia": 1000.0, "mezzo": 0.5, "mezza": 30.0, "metà": 0.5,
}  # fmt: skip
_EN_OTHERS = {
    "once": 1.0, "twice": 2.0, "both": 2.0, "dozen": 12.0, "hundred": 100.0, "thousand": 1000.0, "million": 1e6, "billion": 1e9,
}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}

_IT_FIGURE = re.compile(
    r"(?<!\w)(?<!\d[.,])(\d{1,3}(?:[.’' \u00a0]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,:]\d+)*)"
    r"(?:\s?(mila|milion[ei]|miliard[oi]|bilion[ei]|mln|mld)\b)?",
    re.IGNORECASE,
)
_EN_FIGURE = re.compile(
    r"(?<!\w)(?<!\d[.,])[$€£]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,:]\d+)*)"
    r"(?:[\s-]?(thousand|million|billion|trillion|bn)\b)?",
    re.IGNORECASE,
)
_INSIDE_WORD = re.compile(r"(?<=[^\W\d_])\d+|(?<=[^\W\d_]-)\d+")
_ROMAN_NUMERAL = re.compile(r"\b[IVXLCDM]{2,}\b|\b[IVX]\b")
_LETTERS = re.compile(r"[^\W\d_]+")


def _figure(text: str, thousands: str, decimal: str) -> set[float]:
    """The values that digits may stand for where `thousands` and `decimal` are a language's marks."""
    values: set[float] = set()
    plain = re.sub(r"[’' \u00a0]", "", text)
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
        values.add(float(plain.replace(thousands, "").replace(decimal, ".")))
        return values
    parts = re.split(r"[.,:]", plain)
    if len(parts) == 1:
        values.add(float(plain))
    elif len(parts) == 2 and (decimal in plain or len(parts[1]) != 3):
        values.add(float(".".join(parts)))
    if len(parts) == 2 and len(parts[0]) <= 2 == len(parts[1]) and int(parts[0]) < 25 and int(parts[1]) < 60:
        # A time: `18.30` is 18:30 and 6:30; minutes stand stand a hair off so that no decimal meets them.
        hours = {int(parts[0]), int(parts[0]) % 12, int(parts[0]) % 12 + 12}
        values |= {_time(hour, int(parts[1])) for hour in hours}
        if parts[1] == "00":
            values |= {float(hour) for hour in hours}
    if len(parts) > 2:
        values.add(float("".join(parts)))
    return values


def _time(hour: int, minute: int) -> float:
    return hour + minute / 100 + 1e-7


def _scaled(values: set[float], scale: str | None) -> set[float]:
    factor = _SCALES[scale.lower()] if scale else 1.0
    return {round(value * factor, 6) for value in values}


def figures_of_italian(text: str) -> list[Number]:
    """The numbers written in figures in an Italian text."""
    return [Number(_scaled(_figure(m[1], ".", ","), m[2])) for m in _IT_FIGURE.finditer(text)]


def figures_of_english(text: str) -> list[Number]:
    """The numbers written in figures in an English text."""
    found = []
    for m in _EN_FIGURE.finditer(text):
        values = _scaled(_figure(m[1], ",", "."), m[2])
        if text[m.end() :].startswith(("s ", "s,", "s.")):
            values |= {value % 100 for value in values if 1000 <= value < 2100}  # the 1990s: gli anni '90
        found.append(Number(values))
    return found


def words_of_italian(text: str) -> Number:
    """Values that an Italian text may speak of in other ways: in words, as a month, in Roman numerals, inside a name."""
    lower = text.lower()
    values = _roman(text) | {float(m[0]) for m in _INSIDE_WORD.finditer(text)}
    for word in _LETTERS.findall(lower):
        values |= _italian_word(word)
    values |= {float(i + 1) for i, month in enumerate(_IT_MONTHS) if month in lower}
    if re.search(r"\b(?:mezzogiorno|mezzanotte)\b", lower):
        values |= {0.0, 12.0, 24.0}
    return frozenset(values)


def words_of_english(text: str) -> Number:
    """Values that an English text may speak of in other ways: in words, as a month, in Roman numerals, inside a name."""
    lower = text.lower()
    values = _roman(text) | {float(m[0]) for m in _INSIDE_WORD.finditer(text)}
    words = _LETTERS.findall(lower)
    for i, word in enumerate(words):
        value = _english_word(word)
        if value is None:
            continue
        values.add(value)
        following = words[i + 1] if i + 1 < len(words) else ""
        unit = _english_word(following)
        if 20 <= value < 100 and unit is not None and 0 < unit < 10:
            values.add(value + unit)
        if following in ("hundred", "hundreds"):
            values.add(value * 100)
        if following in _SCALES:
            values.add(value * _SCALES[following])
    values |= {float(i + 1) for i, month in enumerate(_EN_MONTHS) if month in lower}
    if re.search(r"\b(?:noon|midday|midnight)\b", lower):
        values |= {0.0, 12.0, 24.0}
    if re.search(r"\b(?:half|halves)\b", lower):
        values |= {0.5, 50.0}
    return frozenset(values)


def _english_word(word: str) -> float | None:
    for table in (_EN_UNITS, _EN_ORDINALS):
        if word in table:
            return float(table.index(word) + (table is _EN_ORDINALS))
    if word in _EN_TENS:
        return float(20 + 10 * _EN_TENS.index(word))
    return _EN_OTHERS.get(word)


def _italian_word(word: str) -> set[float]:
    """The value of a cardinal or ordinal in one word (`ventotto`, `trecentomila`), and nothing for other words."""
    if word in _IT_OTHERS:
        return {_IT_OTHERS[word]}
        return {
            {
                "mezzo": 0.5,
                "mezza": 30.0,
                "entrambi": 2.0,
                "entrambe": 2.0,
                "dozzina": 12.0,
                "centinaio": 100.0,
                "migliaio": 1e3,
                "metà": 0.5,
            }.get(word, 1.0)
        }
    for i, ordinal in enumerate(_IT_ORDINALS):
        if word[:-1] == ordinal[:-1] and word[-1:] in "oaie":
            return {float(i + 1)}
    if word.endswith(("enne", "enni")):  # sedicenne: of sixteen years
        stem = word[:-4]
        return next(({v} for end in ("i", "e", "a", "o", "") if (v := _italian_cardinal(stem + end)) is not None), set())
    if word.endswith(("esimo", "esima", "esimi", "esime")):
        stem = word[:-5]
        return next(({v} for end in ("", "i", "e", "o", "a") if (v := _italian_cardinal(stem + end)) is not None), set())
    value = _italian_cardinal(word)
    if value is None:
        return set()
    if 200 <= value < 1000 and value % 100 == 0:
        return {value, value / 100 + 11}  # il Novecento: the 20th century
    return {value}


def _italian_cardinal(word: str) -> float | None:
    if not word:
        return None
    for mark, factor in (("mila", 1000), ("mille", 1000), ("cento", 100)):
        if mark in word:
            before, after = word.split(mark, 1)
            head = 1.0 if not before else _italian_cardinal(before)
            tail = 0.0 if not after else _italian_cardinal(after)
            return None if head is None or tail is None else head * factor + tail
    if word in _IT_UNITS:
        return float(_IT_UNITS.index(word))
    for i, tens in enumerate(_IT_TENS):
        if word.startswith(tens[:-1]):
            rest = word[len(tens) :] if word.startswith(tens) else word[len(tens) - 1 :]
            rest = {"un": "uno", "tré": "tre"}.get(rest, rest)
            if not rest:
                return float(20 + 10 * i) if word == tens else None
            if rest in _IT_UNITS[1:10]:
                return float(20 + 10 * i + _IT_UNITS.index(rest))
    return None


def _roman(text: str) -> set[float]:
    values = set()
    for numeral in _ROMAN_NUMERAL.findall(text):
        digits = [_ROMAN[letter] for letter in numeral]
        values.add(float(sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))))
    return values


def disagree(italian: str, english: str) -> bool:
    """Whether a number in figures on one side has no counterpart of its value, in figures or words, on the other."""
    it, en = figures_of_italian(italian), figures_of_english(english)
    if not it and not en:
        return False
    it_words, en_words = words_of_italian(italian), words_of_english(english)
    return _unmet(it, en, en_words) or _unmet(en, it, it_words)


def _unmet(numbers: list[Number], figures: list[Number], words: Number) -> bool:
    free = list(figures)
    for number in sorted(numbers, key=len):
        match = next((other for other in free if number & other), None)
        if match is not None:
            free.remove(match)
        elif not number & words and not any(number & other for other in figures):
            return True
    return False
