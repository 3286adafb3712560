"""Which text of one folder belongs with which of another: by their names, or by what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.encoder import Encoder
from translate.reading import Unreadable, find
from translate.sides import CannotAlign, read_side, text_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Say = Callable[[str], None]


def pairs_of(italian: Path, english: Path, by: str, lines: bool, encoder: Encoder, say: Say) -> Iterator[tuple[str, Path, Path]]:
    """The texts to line up with each other: (name, Italian, English).

    Two files go together, those of two folders `by` "name" or "content"; texts without a counterpart are said. Raises
    CannotAlign where nothing goes together.
    """
    if italian.is_dir() != english.is_dir():
        raise CannotAlign(f"{italian} and {english}: name two files or two folders")
    if not italian.is_dir():
        yield text_name(italian), italian, english
        return
    sides = []
    for folder in (italian, english):
        found = [source.path for source in find([str(folder)]) if not isinstance(source, Unreadable) and source.path]
        if not found:
            raise CannotAlign(f"{folder}: no texts in this folder")
        sides.append(found)
    matched = _by_content(sides[0], sides[1], encoder, lines) if by == "content" else _by_name(sides[0], sides[1])
    for left, right in matched:
        yield text_name(left), left, right
    hint = "" if by == "content" else "; --match content looks at the texts instead of the names"
    for found, taken in zip(sides, zip(*matched, strict=True) if matched else ((), ()), strict=True):
        for path in found:
            if path not in taken:
                say(f"{path}: no counterpart{hint}")
    if not matched:
        raise CannotAlign(f"{italian} and {english}: no two texts belong together")


def _by_name(italian: Sequence[Path], english: Sequence[Path]) -> list[tuple[Path, Path]]:
    named = {text_name(path).casefold(): path for path in english}
    return [(path, named[text_name(path).casefold()]) for path in italian if text_name(path).casefold() in named]


def _by_content(italian: Sequence[Path], english: Sequence[Path], encoder: Encoder, lines: bool) -> list[tuple[Path, Path]]:
    """Texts that are each other's nearest, by the mean meaning of their sentences."""
    import numpy as np

    def centre(path: Path) -> NDArray[np.float32]:
        try:
            texts = read_side(path, lines).texts[:60]
        except (CannotAlign, Unreadable, OSError):
            texts = []
        vectors = encoder.spans(texts, 1)[0]
        return vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)

    left, right = np.array([centre(p) for p in italian]), np.array([centre(p) for p in english])
    left, right = left - left.mean(axis=0) * (len(left) > 1), right - right.mean(axis=0) * (len(right) > 1)
    near = left @ right.T
    return [
        (italian[i], english[j])
        for i, j in enumerate(near.argmax(axis=1).tolist())
        if near[:, j].argmax() == i and near[i, j] > 0
    ]
