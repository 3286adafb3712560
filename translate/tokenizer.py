"""Text to the pieces of a Marian model and back: SentencePiece itself, with the ids of `vocab.json`.

`MarianTokenizer` gives the same ids, ten times slower, and takes a literal `</s>` or `>>en<<` in an article for a
control token; a plain `SentencePieceProcessor` does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

END = "</s>"
UNKNOWN = "<unk>"
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")


class Tokenizer:
    """The two SentencePiece models and the vocabulary of a MarianMT folder."""

    def __init__(self, folder: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self._source: Any = SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self._target: Any = SentencePieceProcessor(model_file=str(folder / "target.spm"))
        self.ids: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))

    def encode(self, text: str) -> list[str]:
        """The pieces of `text`, without `</s>`; pieces outside the vocabulary become `<unk>`."""
        return self._known(self._source.encode(text, out_type=str))

    def encode_target(self, text: str) -> list[str]:
        """As `encode`, for English."""
        return self._known(self._target.encode(text, out_type=str))

    def _known(self, pieces: list[str]) -> list[str]:
        return [piece if piece in self.ids else UNKNOWN for piece in pieces]

    def knows(self, pieces: Sequence[str]) -> bool:
        """Whether the model has all of `pieces` as such: none stands for an unknown one or for a single byte."""
        return not any(piece == UNKNOWN or _BYTE.fullmatch(piece) for piece in pieces)

    def decode(self, pieces: Sequence[str]) -> str:
        """The text that `pieces` spell; control pieces, and bytes that make no character, are left out."""
        spelt = [piece for piece in pieces if piece not in (END, UNKNOWN, "<pad>")]
        return str(self._target.decode(spelt)).replace("\ufffd", "").strip()
