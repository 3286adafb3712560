"""Italian articles into English, sentence by sentence, with a MarianMT model.

>>> from translate import Translator
>>> Translator().translate("Ciao.")
'Hello.'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from translate.adequacy import Judge
    from translate.glossary import Glossary
    from translate.memory import Memory
    from translate.translation import Translation
    from translate.translator import Translator

__all__ = ["Glossary", "Judge", "Memory", "Translation", "Translator"]
_HOMES = {
    "Glossary": "glossary",
    "Judge": "adequacy",
    "Memory": "memory",
    "Translation": "translation",
    "Translator": "translator",
}


def __getattr__(name: str) -> Any:
    """Names are looked up when they are asked for, so that `afronte --help` does not pay for them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"translate.{_HOMES[name]}"), name)
