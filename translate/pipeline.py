"""Articles in, translated articles out: in order, a window of sentences at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from translate.article import Article, Sentence
from translate.translation import Translation
from translate.translator import Translator


@dataclass(frozen=True)
class Translated:
    """An article and the English of its sentences, one each, in order; their words' links too, where they were asked for."""

    article: Article
    translations: tuple[Translation, ...]
    words: tuple[str, ...] = ()

    def text(self) -> str:
        """The English article, with the Italian one's paragraphs, parted by blank lines."""
        english = iter(self.translations)
        paragraphs = (
            " ".join(translation.target for translation in islice(english, len(paragraph.sentences)))
            for paragraph in self.article.paragraphs
        )
        return "\n\n".join(paragraphs) + "\n"


def translate_articles(
    articles: Iterable[Article], translator: Translator, done: Callable[[int], None] = lambda count: None
) -> Iterator[Translated]:
    """Each article translated, in order. Sentences of many articles share batches; only a window of them is held.

    `done` is told how many sentences or parts of sentences are ready, batch by batch.
    """
    waiting: deque[Article] = deque()

    def sentences() -> Iterator[Sentence]:
        for article in articles:
            waiting.append(article)
            yield from article.sentences

    stream = translator.stream((sentence.sound for sentence in sentences()), done)
    held: list[Translation] = []
    for translation in stream:
        held.append(translation)
        while waiting and len(held) >= len(waiting[0].sentences):
            article = waiting.popleft()
            count = len(article.sentences)
            yield Translated(article, tuple(map(_with_repairs, article.sentences, held[:count])))
            held = held[count:]


def _with_repairs(sentence: Sentence, translation: Translation) -> Translation:
    if not sentence.flags:
        return translation
    return replace(translation, flags=tuple(sorted({*translation.flags, *sentence.flags})))
