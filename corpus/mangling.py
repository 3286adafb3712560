"""What spreadsheets do to cells that nobody touched, told apart from what people do.

LibreOffice 7.4 was measured; Excel and Google Sheets are as documented: numbers are read and written in the user's own
form, dates and times are guessed, a cell in quotation marks loses them, blanks, tabs and line ends are squeezed, characters
that the saved encoding lacks become `?`, formulas are replaced by results, and cells are cut at 32,767 characters.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

# The most characters that Excel keeps in a cell (Excel specifications and limits).
LONGEST_CELL = 32_767
_TRUTHS = ({"true", "vero"}, {"false", "falso"})
_ERROR = re.compile(
    r"(#(REF|NAME|NOME|VALUE|VALORE|DIV/0|N/A|N/D|NUM|NULL|NULLO|SPILL|ESPANSIONE|CAMPO)[!?]?|Err(ore)?:\d+)", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\t\r\n\v\f]")
_NUMBER = re.compile(r"[-+]?[€$£]?\s*[\d.,\s'’]*\d[\d.,\s'’]*(?:[eE][-+]?\d+)?\s*[%€$£]?")
_DATE = re.compile(r"\w{1,9}([-/. :]\w{1,9}){1,6}", re.ASCII)
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "."})


def mangling(master: str, seen: str) -> str | None:
    """How a spreadsheet alone may have made the cell `seen` of the text `master`; None where a person must have.

    The names, the mildest first: `blanks`, `apostrophe`, `quotes`, `characters`, `cut`, `truth`, `number`, `date`, `error`.
    Equal texts give `blanks`, the empty change.
    """
    if _squeezed(master) == _squeezed(seen) or _squeezed(_CONTROLS.sub("", master)) == _squeezed(seen):
        return "blanks"
    if _squeezed(master.lstrip("'")) == _squeezed(seen.lstrip("'")):
        return "apostrophe"
    if _bare(master) == _bare(seen) and '"' in master:
        return "quotes"
    if "?" in seen and any(_is_spoilt(text.strip(), seen.strip()) for text in (master, _squeezed(master))):
        return "characters"
    if len(master) > LONGEST_CELL and len(seen) >= 255 and _squeezed(master).startswith(_squeezed(seen)):
        return "cut"
    if any(master.strip().lower() in truth and seen.strip().lower() in truth | {"1", "0"} for truth in _TRUTHS):
        return "truth"
    if _ERROR.fullmatch(seen.strip()) and master.startswith(("=", "+", "-", "@", "#", "'=", "'+", "'-", "'@")):
        return "error"
    if _values(master) & _values(seen):
        return "number"
    if _looks_dated(master) and _looks_dated(seen) and _may_be_same_moment(master, seen):
        return "date"
    return None


def _squeezed(text: str) -> str:
    """Without blanks at the ends, tabs, line ends and no-break blanks as plain ones; doubled blanks within stay."""
    plain = unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\ufeff", "")
    return re.sub(r"[ \t\r\n\v\f]*[\t\r\n\v\f][ \t\r\n\v\f]*|[\u00a0\u202f]", " ", plain).strip()


def _bare(text: str) -> str:
    """Without the quotation marks that a reader of delimited text takes for its own."""
    return _squeezed(text.replace('"', ""))


def _is_spoilt(master: str, seen: str) -> bool:
    """`seen` is `master` with `?`, or its closest plain mark, for each character that Windows' Western encoding lacks."""
    spoilt = "".join(c if _is_western(c) else "?" for c in master)
    if spoilt == seen:
        return True
    doubled = "".join(c if _is_western(c) else "?" * (1 + (ord(c) > 0xFFFF)) for c in master)  # one for each UTF-16 unit
    plain = master.translate(_MARKS)
    return seen in (
        doubled,
        "".join(c if c.isascii() else "?" for c in master),
        "".join(c if _is_western(c) else "?" for c in plain),
    )


def _is_western(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _values(text: str) -> set[Decimal]:
    """What number `text` is, read as English and as Italian people write numbers; empty where it is none."""
    text = text.strip().lstrip("'").strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"  # as accountants write it
    if not _NUMBER.fullmatch(text) or sum(c.isdigit() for c in text) > 40:
        return set()
    scale = Decimal("0.01") if text.endswith("%") else Decimal(1)
    digits = re.sub(r"[\s'’%€$£]", "", text)
    values = set()
    for grouping, point in ((",", "."), (".", ",")):
        plain = digits.replace(grouping, "").replace(point, ".")
        try:
            value = Decimal(plain) * scale
        except InvalidOperation:
            continue
        values.add(_fifteen(value))
        if scale != 1:
            values.add(_fifteen(value / scale))
    return values


def _fifteen(value: Decimal) -> Decimal:
    """To the fifteen digits that a spreadsheet's number holds; six where it is large enough to be shown as 1.2E+19."""
    places = 3 if abs(value) >= Decimal(10) ** 15 else 15
    return Decimal(f"{value:.{places - 1}e}").normalize() if value else Decimal(0)


def _looks_dated(text: str) -> bool:
    text = text.strip().lstrip("'").strip()
    return len(text) < 32 and bool(_DATE.fullmatch(text)) and any(c.isdigit() for c in text)


def _may_be_same_moment(master: str, seen: str) -> bool:
    """Whether the numbers of a short text such as `1-2` or `18:30` may be those of the date or time `seen`."""
    moments = (_moments(master), _moments(seen))
    return bool(moments[0] & moments[1])


_MONTHS = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "gen feb mar apr mag giu lug ago set ott nov dic")
    for number, name in enumerate(names.split(), 1)
}


def _moments(text: str) -> set[tuple[int, ...]]:
    """(month, day), (month, 0, year) or (-1, hour, minute) that a text may stand for, in any order people write them."""
    words = text.strip().lstrip("'").strip().lower().replace("t", " ", 1 if ":" in text and "-" in text else 0).split()
    afternoon = "pm" in words
    found: set[tuple[int, ...]] = set()
    parts: list[str] = []
    for word in words:
        units = word.split(":")
        if len(units) > 1 and all(unit.isdigit() for unit in units[:2]):
            hour = int(units[0])
            found.add((-1, hour + 12 if afternoon and hour < 12 else hour, int(units[1])))
        elif word not in ("am", "pm"):
            parts += [part for part in re.split(r"[-/.]", word) if part]
    if any(not (part.isdigit() or part[:3] in _MONTHS) for part in parts):
        return set()
    named = [not part.isdigit() for part in parts]
    numbers = [_MONTHS[part[:3]] if word else int(part) for part, word in zip(parts, named, strict=True)]
    if 2 <= len(numbers) <= 3:
        for i, month in enumerate(numbers):
            rest = numbers[:i] + numbers[i + 1 :]
            if 1 <= month <= 12 and (named[i] or not any(named)):
                found |= {(month, day) for day in rest if 1 <= day <= 31}
                found |= {(month, 0, year % 100) for year in rest}
    return found
