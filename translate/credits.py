"""Who took a picture: a line to carry over, not to translate (`(Foto: Marta Leoni/Ansa)`)."""

from __future__ import annotations

import re

_WHAT = {
    "foto": "Photo", "fotografia": "Photo", "photo": "Photo", "ph": "Photo", "credit": "Credit", "credits": "Credits",
    "crediti": "Credits", "immagine": "Image", "video": "Video", "illustrazione": "Illustration", "grafica": "Graphics",
}  # fmt: skip
_AGENCIES = frozenset(
    """ansa ap afp reuters getty lapresse cnn epa agi adnkronos imagoeconomica fotogramma bloomberg shutterstock xinhua tass
    magnum pixabay unsplash wikimedia wikipedia afp/getty ipa sintesi contrasto keystone dpa efe""".split()
)
_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w.'’-]*|de|di|del|della|van|von|da|la|le)"
_CREDIT = re.compile(
    rf"""(?P<open>[(\[]?)\s*
    (?:(?P<what>{"|".join(_WHAT)})\b\.?\s*(?P<by>:|di\b|by\b|©|/|-)?\s*)?
    (?P<who>©?\s*{_NAME}(?:(?:\s*[/,&|–-]\s*|\s+(?:via|per|e|for)\s+|\s+){_NAME}){{0,7}})\s*
    (?P<close>[)\]]?)\.?""",
    re.VERBOSE | re.IGNORECASE,
)
_SMALL = frozenset("de di del della van von da la le via per e for".split())
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")


def credit(text: str) -> str | None:
    """The English of a credit, its names as they are; None where `text` is none."""
    if len(text) > 120:
        return None
    found = _CREDIT.fullmatch(text.strip())
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    who, what = found["who"].strip(), found["what"]
    names = re.split(r"[\s/,&|–-]+", who.removeprefix("©").strip())
    if not all(_CAPITAL.match(name) for name in names if name not in _SMALL):
        return None
    agency = "/" in who or any(name.lower() in _AGENCIES for name in names)
    if what is None:
        # Without a word that says so, only a bracket with an agency is a credit.
        return text.strip() if found["open"] and agency else None
    if not found["by"] and not agency and what.lower() != "ph":
        return None  # `Foto Roma`: a heading, perhaps
    joint = {"di": " by ", "by": " by ", ":": ": ", None: " "}.get(found["by"] and found["by"].lower(), f" {found['by']} ")
    return f"{found['open']}{_WHAT[what.lower()]}{joint}{who}{found['close']}" + ("." if text.strip().endswith(".") else "")
