"""Engines: batches of pieces in, best hypotheses out. CTranslate2 for work, transformers' MarianMTModel as the reference."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from translate.models import ModelError, Say, converted, locate, quieten_transformers
from translate.tokenizer import END, Tokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Attention: TypeAlias = "NDArray[np.float32]"
Compute = Literal["auto", "int8", "int8_float32", "float32", "float16", "bfloat16"]
# Longest source, in pieces with `</s>`, by the models' 512 positions; a longer one takes the whole batch down.
POSITIONS = 512


@dataclass(frozen=True)
class Hypothesis:
    """One translation: its pieces without control pieces, and the mean log-probability of its pieces."""

    pieces: tuple[str, ...]
    score: float


class Engine(Protocol):
    """What translates batches of pieces, on `device` ("cpu" or "cuda")."""

    name: str
    device: str

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        """Begin on `batch` (sentences of pieces, without `</s>`, each under POSITIONS); the callable waits for the result.

        `beam` is the beam's size, 1 for greedy search; no hypothesis grows past `longest` pieces, and with `no_repeat`
        none holds a phrase of so many pieces twice.
        """
        ...

    def attend(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Callable[[], list[Attention]]:
        """Where the last decoder layer's first head looks while given targets are written: (target pieces, source pieces + 1).

        Pieces without `</s>`, each sentence under POSITIONS - 1; the last column is the source's `</s>`.
        """
        ...

    def close(self) -> None:
        """Let go of threads and memory."""
        ...


class CTranslate2Engine:
    """CTranslate2 on a converted folder: single-threaded workers, one a core, so that a busy neighbour costs its share only."""

    name = "ctranslate2"

    def __init__(self, folder: Path, device: str = "auto", compute: Compute = "auto", workers: int | None = None) -> None:
        import ctranslate2

        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        if compute == "auto":
            # The fastest at equal quality; CTranslate2 converts while it loads.
            compute = "float16" if device == "cuda" else "int8"
        self.device, self.compute = device, compute
        self._translator: Any = ctranslate2.Translator(
            str(folder), device=device, compute_type=compute,
            inter_threads=1 if device == "cuda" else workers or _cores(), intra_threads=1,
            max_queued_batches=-1,  # a window is bounded already, and submitting must not wait
        )  # fmt: skip

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        waiting = self._translator.translate_batch(
            [[*pieces, END] for pieces in batch], beam_size=beam, max_decoding_length=longest, return_scores=True,
            length_penalty=1.0, max_input_length=0, no_repeat_ngram_size=no_repeat, asynchronous=True,
        )  # fmt: skip

        def result() -> list[Hypothesis]:
            results = (entry.result() for entry in waiting)
            return [Hypothesis(tuple(found.hypotheses[0]), float(found.scores[0])) for found in results]

        return result

    def attend(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Callable[[], list[Attention]]:
        waiting = self._translator.translate_batch(
            [[*pieces, END] for pieces in sources], target_prefix=[list(pieces) for pieces in targets], beam_size=1,
            max_decoding_length=max(map(len, targets)) + 1, max_input_length=0, return_attention=True, asynchronous=True,
        )  # fmt: skip

        def result() -> list[Attention]:
            import numpy as np

            found = [entry.result().attention[0] for entry in waiting]
            return [np.array(rows[: len(pieces)], np.float32) for rows, pieces in zip(found, targets, strict=True)]

        return result

    def close(self) -> None:
        self._translator.unload_model()


class TransformersEngine:
    """transformers' MarianMTModel in float32: slow, and what every other engine is held against."""

    name = "transformers"

    def __init__(self, folder: Path, tokenizer: Tokenizer, device: str = "auto") -> None:
        import torch
        from transformers import MarianMTModel

        quieten_transformers()
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.device = device
        # weights_only keeps a pickled checkpoint from running code; safetensors are taken where both are there.
        self._model = MarianMTModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True, weights_only=True)
        self._model.to(device).eval()
        self._model.generation_config.max_length = None
        self._ids = tokenizer.ids
        self._pieces = {i: piece for piece, i in tokenizer.ids.items()}

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        import torch

        end, pad = self._ids[END], self._ids["<pad>"]
        rows = [[*(self._ids[piece] for piece in pieces), end] for pieces in batch]
        width = max(map(len, rows))
        source = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=self.device)
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=source, attention_mask=(source != pad).long(), num_beams=beam, do_sample=False,
                max_new_tokens=min(longest, POSITIONS - 1), length_penalty=1.0, early_stopping=True, bad_words_ids=[[pad]],
                # Stops when the beam is full of finished hypotheses, as CTranslate2 does.
                num_return_sequences=1, return_dict_in_generate=True, output_scores=True, forced_eos_token_id=None,
                renormalize_logits=True, no_repeat_ngram_size=no_repeat or None,
            )  # fmt: skip
            steps = self._model.compute_transition_scores(
                made.sequences, made.scores, getattr(made, "beam_indices", None), normalize_logits=False
            )
        hypotheses = []
        for row, scores in zip(made.sequences[:, 1:].tolist(), steps.tolist(), strict=True):
            length = row.index(end) if end in row else len(row)
            spent = scores[: length + (end in row)]
            kept = tuple(self._pieces[i] for i in row[:length])
            hypotheses.append(Hypothesis(kept, sum(spent) / max(1, len(spent)) if all(map(math.isfinite, spent)) else -math.inf))
        return lambda: hypotheses

    def attend(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Callable[[], list[Attention]]:
        import torch

        self._model.set_attn_implementation("eager")  # the faster ones do not say where they look
        found = []
        for source, target in zip(sources, targets, strict=True):
            rows = [[self._ids[piece] for piece in side] for side in ([*source, END], ["<pad>", *target])]
            with torch.inference_mode():
                made = self._model(
                    input_ids=torch.tensor(rows[:1], device=self.device),
                    decoder_input_ids=torch.tensor(rows[1:], device=self.device),
                    output_attentions=True,
                )
            # The start and each piece but the last write the next piece.
            found.append(made.cross_attentions[-1][0, 0, : len(target)].float().cpu().numpy())
        return lambda: found

    def close(self) -> None:
        del self._model


@dataclass(frozen=True)
class Loaded:
    """A model ready for work: its engine, its tokenizer, its own beam size, and what its translations depend on."""

    engine: Engine
    tokenizer: Tokenizer
    beam: int
    identity: str


def load(model: str, engine: str, device: str, compute: Compute, say: Say, workers: int | None = None) -> Loaded:
    """The model called `model` ("bundled", a folder, a hub name), converted first where need be, in the engine of that name.

    On a CPU CTranslate2 works with `workers` threads, one a core where it is None. `say` is told in a line what takes time.
    Raises ModelError where the model cannot be had or loaded.
    """
    found = locate(model, say)
    tokenizer = Tokenizer(found.folder)
    if engine == TransformersEngine.name:
        reference = TransformersEngine(found.folder, tokenizer, device)
        return Loaded(reference, tokenizer, found.beam, f"{found.digest} {engine} {reference.device} {version('transformers')}")
    folder = converted(found, say)
    try:
        fast = CTranslate2Engine(folder, device, compute, workers)
    except (RuntimeError, ValueError) as problem:
        raise ModelError(f"{model}: {problem}; try --device cpu or --compute float32") from problem
    return Loaded(fast, tokenizer, found.beam, f"{found.digest} {engine} {fast.device} {fast.compute} {version('ctranslate2')}")


def _cores() -> int:
    """Processor cores this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
