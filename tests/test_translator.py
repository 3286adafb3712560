"""Sentences in, translations out: in order, whatever they hold; the two engines agree."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, repeat

import pytest
from conftest import SAMPLES

from translate.engine import Attention, Hypothesis, Loaded
from translate.plan import LONGEST, Planner
from translate.reading import paragraphs
from translate.sentences import split
from translate.translator import Translator

TEXT = "\n\n".join((SAMPLES / name).read_text(encoding="utf-8") for name in ("traghetto.txt", "biblioteca.txt"))
SENTENCES = [TEXT[a + c : a + d] for a, b in paragraphs(TEXT) for c, d in split(TEXT[a:b])]


@pytest.mark.slow
@pytest.mark.parametrize("beam", [1, 4])
def test_both_engines_give_the_same_tokens_in_float32(beam: int) -> None:
    fast = Translator(compute="float32", beam=beam)
    slow = Translator(engine="transformers", beam=beam)
    expected = list(slow.stream(SENTENCES))
    found = list(fast.stream(SENTENCES))
    assert len(SENTENCES) > 50
    pairs = list(zip(found, expected, strict=True))
    same = [(a, b) for a, b in pairs if a.target == b.target]
    assert max(abs((a.score or 0) - (b.score or 0)) for a, b in same) <= 1
    # At beam 4 transformers once ends its beam before a hypothesis that CTranslate2 finds and that both score higher.
    assert len(pairs) - len(same) <= (beam > 1)
    assert all((a.score or 0) >= (b.score or 0) for a, b in pairs if a.target != b.target)


def test_results_come_in_order_and_do_not_depend_on_the_batch(bundled: Translator) -> None:
    together = [t.target for t in bundled.stream(SENTENCES[:20])]
    backwards = [t.target for t in bundled.stream(reversed(SENTENCES[:20]))]
    assert backwards == together[::-1]
    small = Translator(bundled.loaded, batch_pieces=64, window=3)
    assert [t.target for t in small.stream(SENTENCES[:20])] == together


def test_the_stream_is_read_a_window_at_a_time(bundled: Translator) -> None:
    translator = Translator(bundled.loaded, window=8)
    endless = translator.stream(repeat("Buongiorno."))
    assert len({t.target for t in islice(endless, 20)}) == 1


@pytest.mark.parametrize("text", ["", " \n ", "***", "—", "…", "!?", "😀", "\u200b"])
def test_what_has_no_words_passes_through(text: str, bundled: Translator) -> None:
    (translation,) = bundled.stream([text])
    assert translation.target == text.strip().replace("…", "...").replace("\u200b", "")
    assert (translation.score, translation.flags) == (None, ())


def test_a_long_sentence_is_cut_at_clause_marks_and_loses_nothing(bundled: Translator) -> None:
    clauses = [f"nel {year} il Comune ha aperto la biblioteca numero {year - 1900}" for year in range(1950, 2000)]
    (translation,) = bundled.stream(["; ".join(clauses) + "."])
    assert "split" in translation.flags
    assert len(translation.target) > 0.6 * len("; ".join(clauses))


def test_one_endless_word_is_cut_too(bundled: Translator) -> None:
    (translation,) = bundled.stream(["precipitevolissimevolmente" * 200])
    assert "split" in translation.flags and translation.target


def test_every_part_of_a_long_sentence_fits(bundled: Translator) -> None:
    plan = Planner(bundled.loaded.tokenizer).plan(" ".join(SENTENCES))
    assert all(len(part) <= LONGEST for part in plan.parts)
    assert " ".join(plan.clauses) == plan.text
    assert bundled.loaded.tokenizer.decode([piece for part in plan.parts for piece in part]) == plan.text


def test_control_pieces_in_the_text_are_text(bundled: Translator) -> None:
    pieces = bundled.loaded.tokenizer.encode(">>en<< Il tag </s> chiude <pad> e <unk>.")
    assert "</s>" not in pieces and "<pad>" not in pieces
    (translation,) = bundled.stream(["Il tag </s> chiude la riga."])
    assert translation.target


FOREIGN = (
    "这是一个测试。", "これはペンです。", "이것은 시험이다.", "Это предложение.", "هذه جملة.", "זה משפט.", "यह एक वाक्य है।",
    "ეს წინადადებაა.", "Αυτό είναι.", "Սա նախադասություն է։", "นี่คือประโยค", "Il signor 王 abita qui.", "Piove 😀 molto.",
    "Il simbolo ☃ è qui.", "Il prezzo è ₿ 3.",
)  # fmt: skip
PLAIN = (
    "Il signor Rossi abita qui.", "Perché è già così?", "L’età dell’oro.", "«Sì», disse.", "Costa 3,50 € al kg.",
    "Il 5% (circa).", "Ha detto: “No”…", "Scrivi a info@esempio.it.", "Prezzi: +3 / -4 = -1", "Erdogan e Zizek.",
    "La señora Muñoz.", "L'été à Paris.", "Uno & due; tre!", "Il n. 7 [bis].", "A_B #mare",
)  # fmt: skip


def test_characters_without_a_piece_are_flagged(bundled: Translator) -> None:
    flagged = [(text, "unknown" in found.flags) for text, found in zip(FOREIGN, bundled.stream(FOREIGN), strict=True)]
    assert [text for text, found in flagged if not found] == []
    flagged = [(text, "unknown" in found.flags) for text, found in zip(PLAIN, bundled.stream(PLAIN), strict=True)]
    assert [text for text, found in flagged if found] == []
    assert all("\ufffd" not in found.target for found in bundled.stream(FOREIGN))


class Brittle:
    """The real engine, but any batch that holds the word `guasto` breaks it, as too long an input would."""

    name, device = "brittle", "cpu"

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        if any("guasto" in self.loaded.tokenizer.decode(pieces) for pieces in batch):
            raise RuntimeError("no position encodings are defined")
        return self.loaded.engine.submit(batch, beam, longest, no_repeat)

    def attend(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Callable[[], list[Attention]]:
        return self.loaded.engine.attend(sources, targets)

    def close(self) -> None:
        """Nothing to let go."""


def test_a_sentence_that_breaks_the_engine_takes_nobody_along(bundled: Translator) -> None:
    brittle = Translator(replace(bundled.loaded, engine=Brittle(bundled.loaded)))
    good, bad, other = brittle.stream(["Il treno parte.", "Il motore è guasto.", "La porta è aperta."])
    assert (bad.target, bad.score, bad.flags) == ("", None, ("empty", "failed"))
    assert [good.target, other.target] == [bundled.translate("Il treno parte."), bundled.translate("La porta è aperta.")]


class Looping(Brittle):
    """The real engine, but what it says comes three times over unless repeating is forbidden."""

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        result = self.loaded.engine.submit(batch, beam, longest, no_repeat)
        return result if no_repeat else lambda: [Hypothesis(found.pieces * 3, found.score) for found in result()]


def test_a_loop_is_tried_again_without_repeating(bundled: Translator) -> None:
    (mended,) = Translator(replace(bundled.loaded, engine=Looping(bundled.loaded))).stream(
        ["Il presidente ha parlato ai giornalisti."]
    )
    assert "loop" not in mended.flags
    assert mended.target == bundled.translate("Il presidente ha parlato ai giornalisti.")


class Small(Brittle):
    """The real engine, on a device whose memory holds three sentences."""

    asked = 0

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        self.asked += 1
        if len(batch) > 3:
            raise RuntimeError("CUDA failed with error out of memory")
        return self.loaded.engine.submit(batch, beam, longest, no_repeat)


def test_out_of_memory_halves_the_batches_and_goes_on(bundled: Translator) -> None:
    sentences = [f"Il treno numero {n} parte." for n in range(20, 60)]
    engine = Small(bundled.loaded)
    small = Translator(replace(bundled.loaded, engine=engine), window=20)
    assert [t.target for t in small.stream(sentences)] == [t.target for t in bundled.stream(sentences)]
    before = engine.asked
    list(small.stream(sentences))
    assert engine.asked - before < before  # it has learnt


def test_windows_in_work_share_what_they_have_in_common(bundled: Translator) -> None:
    asked: list[int] = []

    class Counting(Brittle):
        def submit(
            self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
        ) -> Callable[[], list[Hypothesis]]:
            asked.append(len(batch))
            return self.loaded.engine.submit(batch, beam, longest, no_repeat)

    sentences = ["Il mare è calmo.", "Il treno parte.", "Il mare è calmo.", "La porta è chiusa.", "Il treno parte."] * 3
    made = list(Translator(replace(bundled.loaded, engine=Counting(bundled.loaded)), window=2).stream(sentences))
    assert [t.target for t in made] == [t.target for t in bundled.stream(sentences)]
    assert sum(asked) < len(sentences) - 4


def test_results_come_while_sentences_are_still_coming(bundled: Translator) -> None:
    taken = 0

    def sentences() -> Iterator[str]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield f"Pagina {number}."

    stream = Translator(bundled.loaded, window=4).stream(sentences())
    next(stream)
    assert taken <= 4 * 8
