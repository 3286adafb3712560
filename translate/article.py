"""Articles as they were read: paragraphs and sentences are spans of one text, so nothing of it can get lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Sentence:
    """One sentence: characters `start` to `end` of its article's text.

    `paragraph` and `number` count from 1, `number` within the paragraph. Where the text is damaged `mended` is what a
    model should see in its place, and `flags` says what was mended; elsewhere both are empty.
    """

    paragraph: int
    number: int
    start: int
    end: int
    text: str
    mended: str = ""
    flags: tuple[str, ...] = ()

    @property
    def sound(self) -> str:
        """The sentence without the damage that was found."""
        return self.mended or self.text

    @property
    def id(self) -> str:
        """`p03s02`: the second sentence of the third paragraph."""
        return f"p{self.paragraph:02}s{self.number:02}"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: characters `start` to `end` of its article's text, and the sentences within."""

    number: int
    start: int
    end: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Document:
    """What a reader found: a name, the text, and what had to be repaired to read it (`repairs`, for people).

    A text too large to hold comes in parts, one after the other; `first` is the number of the part's first paragraph.
    """

    name: str
    text: str
    paragraphs: tuple[tuple[int, int], ...]
    repairs: tuple[str, ...] = ()
    first: int = 1


@dataclass(frozen=True)
class Article:
    """A document cut into sentences. `name` is unique in its run and begins every row id; parts of one text share it."""

    name: str
    text: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def continues(self) -> bool:
        """Whether this is a later part of a text that came in parts."""
        return self.paragraphs[0].number > 1

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in the order of the text."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    def pieces(self) -> Iterator[Sentence | str]:
        """Sentences and the text between them, in order; joined, they are `text` exactly."""
        at = 0
        for sentence in self.sentences:
            if sentence.start > at:
                yield self.text[at : sentence.start]
            yield sentence
            at = sentence.end
        if at < len(self.text):
            yield self.text[at:]
