"""Sentences to translations: one stream in, one stream out, in order, whatever the sentences hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from translate import checks
from translate.credits import credit
from translate.engine import Compute, CTranslate2Engine, Engine, Hypothesis, TransformersEngine
from translate.memory import Memory, Remembered, fingerprint
from translate.models import BUNDLED, ModelError, Say, converted, locate
from translate.punctuation import normalise
from translate.shape import Shape, take_off
from translate.tokenizer import Tokenizer

# Longest source in pieces: training saw hardly any longer, and quality falls before the model's 512 positions end.
LONGEST = 180
# Flags for which another search is worth its time; for `numbers` it hardly ever found a better one.
_MENDABLE = frozenset({"brief", "copy", "empty", "loop", "wordy"})
# The code that a translation depends on beside the engine: where it changes, the memory does not answer.
_MAKERS = tuple(
    Path(__file__).with_name(f"{name}.py")
    for name in ("translator", "credits", "engine", "tokenizer", "punctuation", "checks", "names", "numbers", "shape")
)
# Clause marks to cut an over-long sentence at, the strongest first; then any blank.
_CUTS = tuple(re.compile(pattern) for pattern in (r"(?<=;)\s+", r"(?<=:)\s+", r"(?<=,)\s+|\s+(?=[—–]\s)", r"\s+"))


@dataclass(frozen=True)
class Translation:
    """One sentence's English.

    `score` is the model's mean probability of a piece, whole percent, None where no model was asked. `flags` are
    `split` (cut at clause marks because it was too long), `unknown` (holds characters the model has no piece for),
    `failed` (the engine gave nothing) and those of `checks`. `note` says where the memory had a hand in it;
    `adequacy` is `translate.adequacy`'s, None where nobody asked.
    """

    target: str
    score: int | None
    flags: tuple[str, ...] = ()
    note: str = ""
    adequacy: int | None = None


_Part = tuple[str, ...]


@dataclass(frozen=True)
class _Attempt:
    """How to search: the beam's size, and from how many pieces on a phrase may not come twice (0: it may)."""

    beam: int
    no_repeat: int = 0


_PLAIN = Shape("", False)


@dataclass(frozen=True)
class _Plan:
    """What has to be translated for one sentence: its parts as pieces; no parts where `text` passes through, with `flags`.

    `shape` is what was taken off the text before it was cut into pieces.
    """

    text: str
    parts: tuple[_Part, ...]
    flags: tuple[str, ...] = ()
    shape: Shape = _PLAIN


def _doubts(translation: Translation) -> int:
    """How many of the flags of `translation` another try may mend."""
    return sum(flag in _MENDABLE for flag in translation.flags)


class Translator:
    """Translates streams of sentences with one engine.

    `beam` is the beam's size; `batch_pieces` bounds a batch by its padded pieces; `window` is how many sentences are
    held at once, to be sorted by length: memory does not grow with the stream. With a `memory`, what a translator of the
    same `identity` made before is not made again, and what people corrected comes first.
    """

    def __init__(
        self, engine: Engine, tokenizer: Tokenizer, beam: int = 4, batch_pieces: int = 1024, window: int = 1024,
        memory: Memory | None = None, identity: str = "",
    ) -> None:  # fmt: skip
        self.memory = memory
        self._fingerprint = fingerprint([identity, str(beam)], _MAKERS)
        self.engine = engine
        self.tokenizer = tokenizer
        self.beam = beam
        self.batch_pieces = batch_pieces
        self.window = window

    @classmethod
    def open(
        cls, model: str = BUNDLED, engine: str = CTranslate2Engine.name, device: str = "auto", compute: Compute = "auto",
        beam: int | None = None, say: Say = lambda line: None, memory: Memory | None = None,
    ) -> Translator:  # fmt: skip
        """A translator on the model called `model` ("bundled", a folder, a hub name), converted first where need be.

        `say` is told in a line what takes time. Raises ModelError where the model cannot be had or loaded.
        """
        found = locate(model, say)
        tokenizer = Tokenizer(found.folder)
        if engine == TransformersEngine.name:
            reference = TransformersEngine(found.folder, tokenizer, device)
            identity = f"{found.digest} {engine} {reference.device} {version('transformers')}"
            return cls(reference, tokenizer, beam or found.beam, memory=memory, identity=identity)
        folder = converted(found, say)
        try:
            fast = CTranslate2Engine(folder, device, compute)
            identity = f"{found.digest} {engine} {fast.device} {fast.compute} {version('ctranslate2')}"
            return cls(fast, tokenizer, beam or found.beam, memory=memory, identity=identity)
        except (RuntimeError, ValueError) as problem:
            raise ModelError(f"{model}: {problem}; try --device cpu or --compute float32") from problem

    def translate(self, sentence: str) -> str:
        """The English of one sentence."""
        return next(self.stream([sentence])).target

    def stream(self, sentences: Iterable[str], done: Callable[[int], None] = lambda count: None) -> Iterator[Translation]:
        """A translation for each sentence, in order. `done` is told of every batch how many of its parts are ready.

        Never raises for what a sentence holds: what cannot be translated comes out empty with a flag.
        """
        waiting = iter(sentences)
        while texts := list(islice(waiting, self.window)):
            yield from self._window(texts, done)

    def _window(self, texts: list[str], done: Callable[[int], None]) -> Iterator[Translation]:
        memory = self.memory
        if memory is None:
            yield from self._translate(texts, done)
            return
        different = list(dict.fromkeys(texts))
        known = {text: Translation(r.target, r.score, r.flags) for text, r in memory.find(different, self._fingerprint).items()}
        used = list(known)
        corrections = memory.has_corrections()
        if corrections:
            for text in different:
                found = memory.corrected(text)
                if found:
                    known[text] = Translation(found.target, None, (), f"memory: {found.origin}")
        done(sum(text in known for text in texts))
        fresh = [text for text in different if text not in known]
        made = dict(zip(fresh, self._translate(fresh, done), strict=True))
        # What the engine broke on may well work the next time.
        kept = {text: Remembered(t.target, t.score, t.flags) for text, t in made.items() if "failed" not in t.flags}
        memory.store(kept, self._fingerprint, used)
        known |= made
        if corrections:
            for text in different:
                near = memory.near(text) if not known[text].note else None
                if near:
                    known[text] = replace(known[text], note=f"memory {near[1]} %: {near[0].source} → {near[0].target}")
        for text in texts:
            yield known[text]

    def _translate(self, texts: list[str], done: Callable[[int], None]) -> Iterator[Translation]:
        plans = [self._plan(text) for text in texts]
        found = self._search(plans, _Attempt(self.beam), done)
        results = [self._compose(plan, [found[part] for part in plan.parts]) for plan in plans]
        for attempt in (_Attempt(2 * self.beam), _Attempt(self.beam, no_repeat=3)):
            doubtful = [i for i, result in enumerate(results) if _doubts(result)]
            found = self._search([plans[i] for i in doubtful], attempt, lambda count: None)
            for i in doubtful:
                again = self._compose(plans[i], [found[part] for part in plans[i].parts])
                results[i] = min(results[i], again, key=_doubts)
        yield from results

    def _search(self, plans: list[_Plan], attempt: _Attempt, done: Callable[[int], None]) -> dict[_Part, Hypothesis | None]:
        """The best hypothesis for each part of `plans`, None where the engine breaks on it."""
        # Each different part once: headlines, credits and refrains recur.
        parts = sorted({part for plan in plans for part in plan.parts}, key=lambda part: (-len(part), part))
        found: dict[_Part, Hypothesis | None] = {}
        running = [(batch, self._submit(batch, attempt)) for batch in self._batches(parts)]
        for batch, result in running:
            found.update(zip(batch, result() or self._one_by_one(batch, attempt), strict=True))
            done(len(batch))
        return found

    def _batches(self, parts: list[_Part]) -> Iterator[list[_Part]]:
        """`parts`, longest first, in batches of one length and at most `batch_pieces` pieces.

        Padding changes sums in their last bits, and in int8 now and then a translation: without it a sentence comes out
        the same whatever it is translated with, which resuming relies on. It costs no time in windows of this size.
        """
        batch: list[_Part] = []
        for part in parts:
            if batch and (len(batch[0]) != len(part) or (len(part) + 1) * (len(batch) + 1) > self.batch_pieces):
                yield batch
                batch = []
            batch.append(part)
        if batch:
            yield batch

    def _submit(self, batch: Sequence[_Part], attempt: _Attempt) -> Callable[[], list[Hypothesis] | None]:
        """Begin on `batch`; the callable gives its hypotheses, or None where the engine broke on it."""
        # Three pieces out for one in, and some to spare: past that only loops go on.
        longest = min(500, 3 * len(batch[0]) + 24)
        try:
            result = self.engine.submit(batch, attempt.beam, longest, attempt.no_repeat)
        except (RuntimeError, ValueError, IndexError):
            return lambda: None

        def guarded() -> list[Hypothesis] | None:
            try:
                return result()
            except (RuntimeError, ValueError, IndexError):
                return None

        return guarded

    def _one_by_one(self, batch: list[_Part], attempt: _Attempt) -> list[Hypothesis | None]:
        """So that one sentence that breaks the engine does not take its batch along."""
        hypotheses = []
        for part in batch:
            alone = self._submit([part], attempt)()
            hypotheses.append(alone[0] if alone else None)
        return hypotheses

    def _plan(self, text: str) -> _Plan:
        text = normalise(text)
        if not any(character.isalnum() for character in text):
            return _Plan(text, ())
        carried = credit(text)
        if carried is not None:
            return _Plan(carried, (), ("credit",))
        bare, shape = take_off(text)
        return _Plan(text, tuple(tuple(pieces) for pieces in self._fitting(bare, 0)), shape=shape)

    def _fitting(self, text: str, level: int) -> Iterator[list[str]]:
        """The pieces of `text` in parts of at most LONGEST, cut at the strongest clause marks that do."""
        pieces = self.tokenizer.encode(text)
        if len(pieces) <= LONGEST:
            if pieces:
                yield pieces
            return
        if level == len(_CUTS):
            for start in range(0, len(pieces), LONGEST):
                yield pieces[start : start + LONGEST]
            return
        part, size = "", 0
        for clause in _CUTS[level].split(text):
            more = len(self.tokenizer.encode(clause))  # pieces do not reach over blanks: counts add up
            if part and size + more > LONGEST:
                yield from self._fitting(part, level + 1)
                part, size = clause, more
            else:
                part, size = f"{part} {clause}" if part else clause, size + more
        yield from self._fitting(part, level + 1)

    def _compose(self, plan: _Plan, hypotheses: list[Hypothesis | None]) -> Translation:
        if not plan.parts:
            return Translation(plan.text, None, plan.flags)
        flags = []
        if len(plan.parts) > 1:
            flags.append("split")
        if not all(self.tokenizer.knows(part) for part in plan.parts):
            flags.append("unknown")
        if None in hypotheses:
            flags.append("failed")
        made = [hypothesis for hypothesis in hypotheses if hypothesis is not None]
        target = " ".join(filter(None, (self.tokenizer.decode(hypothesis.pieces) for hypothesis in made)))
        if target:
            target = plan.shape.restore(target)
        flags.extend(checks.flags(plan.text, target))
        pieces = sum(len(hypothesis.pieces) + 1 for hypothesis in made)
        mean = sum(hypothesis.score * (len(hypothesis.pieces) + 1) for hypothesis in made) / pieces if made else -math.inf
        return Translation(target, round(100 * math.exp(min(0.0, mean))) if made else None, tuple(sorted(flags)))
