"""Punctuation and blanks as the bundled model was trained on them.

One function serves training and translating: a mark that training never saw costs the model a guess.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟″〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
        **dict.fromkeys("―⸺", "—"),
        **dict.fromkeys("‐‑−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e", None),
        "…": "...",
    }
)
_OPENING_GUILLEMET = re.compile(r"[«»](?=\w)|«\s*")
_CLOSING_GUILLEMET = re.compile(r"\s*»|«")
_DOUBLED_APOSTROPHE = re.compile(r"''(?!')")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def normalise(text: str) -> str:
    """`text` in NFC, on one line, with straight quotes and plain blanks.

    Guillemets become `"` and lose the blanks inside them, `…` becomes three dots, dashes keep their kind, and
    invisible characters (zero-width blanks, soft hyphens, direction marks) go. Idempotent.
    """
    text = unicodedata.normalize("NFC", text).translate(_MARKS)
    if "«" in text or "»" in text:
        text = _OPENING_GUILLEMET.sub('"', text)
        text = _CLOSING_GUILLEMET.sub('"', text)
    if "''" in text:
        text = _DOUBLED_APOSTROPHE.sub('"', text)
    return _BLANKS.sub(" ", text).strip()
