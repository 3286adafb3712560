"""What looks wrong in a translation: one small pure function a flag, and what is documented of each in README.

A check takes the Italian and the English as users see them and says whether the flag is due.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from translate.names import missing_names
from translate.numbers import disagree
from translate.punctuation import normalise

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_ADDRESS = re.compile(
    r"https?://[^\s<>\"»”)]+|www\.[^\s<>\"»”)]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<!\w)[#@]\w{2,}"
)
_GROUPED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_BRACKETS = re.compile(r"[(\[][^)\]]*[^\W\d_]{3}[^)\]]*[)\]]")
_QUOTATION = re.compile(
    r'"([^"]+)"(,? (?:(?:ha|hanno|aveva) (?:detto|spiegato|aggiunto|raccontato|scritto|dichiarato|affermato|risposto|chiesto)|'
    r"dice|disse|spiega|racconta|afferma|scrive|aggiunge|assicura|chiede)\b)?"
)
# Function words of each language that the other lacks.
_ITALIAN = frozenset(
    "il lo gli di del della dei delle che è e un una per con non sono nel nella alla dal si più anche ha ho al".split()
)
_ENGLISH = frozenset("the of and to is was were are that for with on has have had it he she they be by from not".split())
# Characters of English a character of Italian; none of the 2,004 references of the development sets lies outside.
_BRIEFEST, _WORDIEST, _SHORT = 0.47, 1.75, 25


def is_empty(source: str, target: str) -> bool:
    """The Italian has words and the English has none."""
    return bool(_WORD.search(source)) and not _WORD.search(target)


def is_copy(source: str, target: str) -> bool:
    """The sentence, or most of it, was left in Italian."""
    it, en = _words(source), _words(target)
    if len(it) < 4 or not en:
        return False
    shared = sum((Counter(it) & Counter(en)).values()) / len(en)
    italian, english = sum(w in _ITALIAN for w in en), sum(w in _ENGLISH for w in en)
    return (shared > 0.8 and len(en) > 0.5 * len(it) and italian > english) or (italian >= 3 and italian > 2 * english)


def is_loop(source: str, target: str) -> bool:
    """The English repeats words or phrases that the Italian does not."""
    it, en = _words(source), _words(target)
    counts, there = Counter(w for w in en if len(w) > 3), Counter(it)
    most = max((n for word, n in there.items() if len(word) > 3), default=0)
    for size, times in ((1, 3), (2, 3), (3, 2), (4, 2), (5, 2), (6, 2)):
        run, phrase = _longest_run(en, size)
        if run >= times and run > _longest_run(it, size)[0]:
            # `padre del padre di suo padre` repeats in English what it repeats in Italian.
            content = max((counts[word] for word in phrase), default=0)
            if not content or content > most:
                return True
    # A loop with a variation inside: one content word over and over.
    return any(n >= 4 and n > 2 * max(there.values(), default=1) for n in counts.values())


def _longest_run(words: list[str], size: int) -> tuple[int, tuple[str, ...]]:
    """How many times in a row a phrase of `size` words stands at most, and the phrase."""
    best, found = 1, tuple(words[:size])
    for start in range(min(size, len(words))):
        phrases = [tuple(words[i : i + size]) for i in range(start, len(words) - size + 1, size)]
        run = 1
        for a, b in pairwise(phrases):
            run = run + 1 if a == b else 1
            if run > best:
                best, found = run, b
    return best, found


def has_other_numbers(source: str, target: str) -> bool:
    """A number in figures on one side has no counterpart of its value on the other."""
    source, target = normalise(source), normalise(target)
    # `12 500` is one number or two.
    return disagree(source, target) and disagree(source, _GROUPED.sub("", target))


def is_brief(source: str, target: str) -> bool:
    """The English is far shorter than translations are: a clause may be missing."""
    return len(source) >= _SHORT and bool(target) and len(target) < _BRIEFEST * len(source)


def is_wordy(source: str, target: str) -> bool:
    """The English is far longer than translations are."""
    return len(target) > _SHORT and len(target) > _WORDIEST * max(len(source), _SHORT / 2)


def has_other_addresses(source: str, target: str) -> bool:
    """A web or mail address, a hashtag or an account in the Italian is not in the English as it stands."""
    there = target.lower()
    return any(address.rstrip(".,;:!?").lower() not in there for address in _ADDRESS.findall(source))


def has_lost_names(source: str, target: str) -> bool:
    """A name or an acronym of the Italian is not in the English, in either language's spelling."""
    return bool(target) and not source.isupper() and bool(missing_names(source, target))


def has_lost_brackets(source: str, target: str) -> bool:
    """What stands in brackets in the Italian has none in the English, nor dashes or commas in their place."""
    return bool(target) and bool(_BRACKETS.search(source)) and not re.search(r"[()\[\]–—]|, .*,", target)


def has_lost_quotes(source: str, target: str) -> bool:
    """A quotation that begins and ends in the Italian has no quotation marks in the English, of whatever kind."""
    if not target or "'" in normalise(target) or '"' in normalise(target):
        return False
    # Titles of papers and books stand in quotation marks in Italian and often in none in English.
    return any(found[2] or len(found[1].split()) > 4 for found in _QUOTATION.finditer(normalise(source)))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


CHECKS: dict[str, Callable[[str, str], bool]] = {
    "brackets": has_lost_brackets,
    "brief": is_brief,
    "copy": is_copy,
    "empty": is_empty,
    "loop": is_loop,
    "names": has_lost_names,
    "numbers": has_other_numbers,
    "quotes": has_lost_quotes,
    "urls": has_other_addresses,
    "wordy": is_wordy,
}


def flags(source: str, target: str) -> tuple[str, ...]:
    """The codes of all checks that fail, sorted."""
    return tuple(sorted(code for code, check in CHECKS.items() if check(source, target)))
