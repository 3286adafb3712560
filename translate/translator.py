"""Sentences to translations: one stream in, one stream out, in order, whatever the sentences hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from translate import tries
from translate.adequacy import Judge
from translate.article import Document
from translate.engine import Compute, CTranslate2Engine, Loaded, load
from translate.glossary import Glossary, Term
from translate.memory import Memory, Remembered, fingerprint
from translate.models import BUNDLED, Say
from translate.plan import Plan, Planner
from translate.reading import paragraphs
from translate.search import Attempt, Search
from translate.sentences import cut
from translate.translation import Translation

# The code that a translation depends on beside the engine: where it changes, the memory does not answer.
_MAKERS = tuple(
    Path(__file__).with_name(f"{name}.py")
    for name in (
        "translator", "plan", "search", "tries", "credits", "engine", "tokenizer", "punctuation", "checks", "names",
        "numbers", "shape", "adequacy", "glossary",
    )
)  # fmt: skip
# Windows whose first search the engine has been given, and windows in work: while it searches one, the next is made ready and
# the last one is checked, so that it never waits; what second tries hold up bounds the others.
_AHEAD, _OPEN = 2, 8
# Pieces in a batch and sentences in a window, where a GPU has much to do at once and elsewhere.
_SIZES = {"cuda": (16_384, 8_192)}
_SIZE = (1_024, 512)

Done = Callable[[int], None]


def _nobody(count: int) -> None:
    pass


def _nothing(line: str) -> None:
    pass


@dataclass
class _Window:
    """Some sentences in work. `known` fills with their translations; those in `elsewhere` another window is making.

    `first` is whether the engine still has to answer the first search.
    """

    texts: list[str]
    known: dict[str, Translation] = field(default_factory=dict)
    elsewhere: dict[str, _Window] = field(default_factory=dict)
    work: Iterator[None] = field(default_factory=lambda: iter(()))
    first: bool = True
    finished: bool = False

    def step(self) -> None:
        """Go on until the engine has to answer again."""
        if next(self.work, self) is self:
            self.finished = True


class Translator:
    """Translates with one model.

    `model` is "bundled", a folder with a MarianMT model, a hub name, or a model that is loaded already. `beam` is the beam's
    size, the model's own where it is None. With a `memory` what was translated before in the same way is not translated
    again, and what people corrected comes first; a `judge` says how close the meanings are; a `glossary` says which English
    terms are wanted. `window` is how many sentences are sorted by length together, `batch_pieces` bounds a batch; what is
    held does not grow with the stream. `say` is told in a line what takes time.

    Raises ModelError where the model cannot be had or loaded.
    """

    def __init__(
        self, model: str | Loaded = BUNDLED, *, beam: int | None = None, device: str = "auto", compute: Compute = "auto",
        engine: str = CTranslate2Engine.name, memory: Memory | None = None, judge: Judge | None = None,
        glossary: Glossary | None = None, window: int | None = None, batch_pieces: int | None = None, say: Say = _nothing,
    ) -> None:  # fmt: skip
        self.loaded = load(model, engine, device, compute, say) if isinstance(model, str) else model
        pieces, sentences = _SIZES.get(self.loaded.engine.device, _SIZE)
        self.beam = beam or self.loaded.beam
        self.memory, self.judge, self.glossary = memory, judge, glossary
        self.window = window or sentences
        self._planner = Planner(self.loaded.tokenizer)
        self._search = Search(self.loaded.engine, batch_pieces or pieces)
        identity = [self.loaded.identity, str(self.beam), judge.name if judge else "", glossary.digest if glossary else ""]
        self._fingerprint = fingerprint(identity, _MAKERS)

    def translate(self, text: str) -> str:
        """The English of a text of any length, its paragraphs kept.

        >>> Translator().translate("Ciao.")
        'Hello.'
        """
        spans = paragraphs(text)
        article = cut(Document("text", text, tuple(spans)), "text")
        made = self.stream(sentence.sound for sentence in article.sentences)
        english = [" ".join(found.target for found in islice(made, len(p.sentences))) for p in article.paragraphs]
        return "\n\n".join(english)

    def stream(self, sentences: Iterable[str], done: Done = _nobody) -> Iterator[Translation]:
        """A translation for each sentence, in order, while `sentences` are still coming.

        `done` is told of every batch how many of its parts are ready. Never raises for what a sentence holds: what cannot be
        translated comes out empty with a flag.
        """
        waiting = iter(sentences)
        opened: deque[_Window] = deque()
        turns: deque[_Window] = deque()
        making: dict[str, _Window] = {}
        more = True
        while more or opened:
            while more and len(opened) < _OPEN and sum(window.first for window in turns) < _AHEAD:
                texts = list(islice(waiting, self.window))
                more = len(texts) == self.window
                if texts:
                    window = _Window(texts)
                    window.work = self._work(window, making, done)
                    window.step()
                    opened.append(window)
                    turns.append(window)
            # The engine answers in the order in which it was asked.
            if turns:
                window = turns.popleft()
                window.step()
                if not window.finished:
                    turns.append(window)
            while opened and opened[0].finished:
                yield from self._leave(opened.popleft(), making)

    def _leave(self, window: _Window, making: dict[str, _Window]) -> Iterator[Translation]:
        for text in window.known:
            if making.get(text) is window:
                del making[text]
        for text in window.texts:
            yield (window.elsewhere.get(text) or window).known[text]

    def _work(self, window: _Window, making: dict[str, _Window], done: Done) -> Generator[None]:
        """Translate the window's sentences, stopping wherever the engine has to answer."""
        different = list(dict.fromkeys(window.texts))
        window.elsewhere = {text: making[text] for text in different if text in making}
        different = [text for text in different if text not in window.elsewhere]
        making.update((text, window) for text in different)
        known = window.known
        memory = self.memory
        corrections = memory is not None and memory.has_corrections()
        if memory is not None:
            for text, found in memory.find(different, self._fingerprint).items():
                known[text] = Translation(found.target, found.score, found.flags, adequacy=found.adequacy)
        used = list(known)
        if memory is not None and corrections:
            for text in different:
                corrected = memory.corrected(text)
                if corrected:
                    known[text] = Translation(corrected.target, None, (), f"memory: {corrected.origin}")
        done(sum(text in known or text in window.elsewhere for text in window.texts))
        fresh = [text for text in different if text not in known]
        made = yield from self._translate(fresh, window, done)
        known.update(zip(fresh, made, strict=True))
        if memory is not None:
            # What the engine broke on may well work the next time.
            kept = {
                text: Remembered(t.target, t.score, t.flags, t.adequacy)
                for text, t in zip(fresh, made, strict=True)
                if "failed" not in t.flags
            }
            memory.store(kept, self._fingerprint, used)
            if corrections:
                for text in different:
                    near = memory.near(text) if not known[text].note else None
                    if near:
                        known[text] = replace(known[text], note=f"memory {near[1]} %: {near[0].source} → {near[0].target}")

    def _translate(self, texts: list[str], window: _Window, done: Done) -> Generator[None, None, list[Translation]]:
        plans = [self._planner.plan(text) for text in texts]
        collect = self._search.begin((part for plan in plans for part in plan.parts), Attempt(self.beam))
        yield
        found = collect(done)
        window.first = False
        results = [self._planner.compose(plan, [found[part] for part in plan.parts]) for plan in plans]
        results = self._checked(plans, results)
        for round_of_tries in tries.ROUNDS:
            chosen: list[tuple[int, Plan, Attempt]] = []
            for one in round_of_tries:
                for i, result in enumerate(results):
                    plan = one.vary(self._planner, plans[i]) if one.flags.intersection(result.flags) else None
                    if plan is not None and plan.parts:
                        chosen.append((i, plan, one.attempt(self.beam)))
            if chosen:
                results = yield from self._try(plans, results, chosen)
        if self.glossary is not None:
            results = yield from self._with_terms(plans, results, self.glossary)
        return results

    def _try(
        self, plans: list[Plan], results: list[Translation], chosen: list[tuple[int, Plan, Attempt]],
        choose: Callable[[Translation, Translation], Translation] = tries.better,
    ) -> Generator[None, None, list[Translation]]:  # fmt: skip
        """`results`, with what comes out of the plans in `chosen` where `choose` prefers it."""
        attempts = list(dict.fromkeys(attempt for _, _, attempt in chosen))
        waiting = {
            attempt: self._search.begin((part for _, plan, a in chosen if a == attempt for part in plan.parts), attempt)
            for attempt in attempts
        }
        yield
        found = {attempt: collect(_nobody) for attempt, collect in waiting.items()}
        # Checks look at the sentence as it is, whatever the model was given.
        made = [self._planner.compose(plan, [found[attempt][part] for part in plan.parts]) for _, plan, attempt in chosen]
        made = self._checked([plans[i] for i, _, _ in chosen], made)
        results = list(results)
        for (i, _, _), again in zip(chosen, made, strict=True):
            results[i] = choose(results[i], again)
        return results

    def _with_terms(
        self, plans: list[Plan], results: list[Translation], glossary: Glossary
    ) -> Generator[None, None, list[Translation]]:
        """`results`, with the glossary's English where a way to it brings no other trouble."""
        lost = _lost(plans, results, glossary)
        alone = {
            text: self._planner.plan(text) for i, terms in lost.items() for term in terms for text in term.alone(plans[i].bare)
        }
        if not alone:
            return results
        collect = self._search.begin((part for plan in alone.values() for part in plan.parts), Attempt(self.beam))
        yield
        found = collect(_nobody)
        said = {t: self._planner.compose(plan, [found[part] for part in plan.parts]).target for t, plan in alone.items()}
        again = []
        for i, terms in lost.items():
            target = results[i].target
            for term in terms:
                ways = (term.into_english(target, said[text]) for text in term.alone(plans[i].bare))
                target = next((way for way in ways if way != target), target)
            again.append(replace(results[i], target=target, flags=self._planner.flags(plans[i], target, results[i].flags)))
        results = list(results)
        for i, other in zip(lost, self._checked([plans[i] for i in lost], again), strict=True):
            results[i] = tries.cleaner(results[i], other)
        chosen = []
        for i, terms in _lost(plans, results, glossary).items():
            bare = plans[i].bare
            for term in terms:
                bare = term.into_italian(bare)
            chosen.append((i, self._planner.with_text(plans[i], bare), Attempt(self.beam)))
        return (yield from self._try(plans, results, chosen, tries.cleaner)) if chosen else results

    def _checked(self, plans: list[Plan], made: list[Translation]) -> list[Translation]:
        """`made` with adequacies, and with the flags that need more than the two texts."""
        if self.judge is not None:
            made = self.judge.judged([plan.text for plan in plans], made)
        if self.glossary is None:
            return made
        return [
            replace(t, flags=tuple(sorted({*t.flags, "term"})))
            if plan.parts and self.glossary.missing(plan.text, t.target)
            else t
            for plan, t in zip(plans, made, strict=True)
        ]


def _lost(plans: list[Plan], results: list[Translation], glossary: Glossary) -> dict[int, list[Term]]:
    """The terms that are missing, by the number of the sentence."""
    return {
        i: glossary.missing(plan.text, result.target)
        for i, (plan, result) in enumerate(zip(plans, results, strict=True))
        if "term" in result.flags
    }
