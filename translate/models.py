"""A model's name to a folder on disk: bundled, local or from the hub; its conversion, once, into the user's cache."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUNDLED = "bundled"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_NEEDED = ("config.json", "source.spm", "target.spm", "vocab.json")
_ALSO = ("generation_config.json", "tokenizer_config.json")
# Changes when conversion does: entries of another layout are made anew, beside the old ones.
_LAYOUT = "2"
_MANIFEST = "manifest.json"

Say = Callable[[str], None]


class ModelError(Exception):
    """A model that cannot be had or used; the message says why and what would mend it."""


@dataclass(frozen=True)
class Model:
    """A MarianMT folder on disk. `digest` is that of its weights and vocabulary, 16 hexadecimal digits."""

    name: str
    folder: Path
    digest: str

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        return _weights_of(self.folder, self.name).stat().st_size

    @property
    def beam(self) -> int:
        """The beam that the model's own generation settings name, 4 where they name none."""
        for file in ("generation_config.json", "config.json"):
            path = self.folder / file
            if path.exists():
                beam = json.loads(path.read_text(encoding="utf-8")).get("num_beams")
                if isinstance(beam, int) and beam > 0:
                    return beam
        return 4

    @property
    def pair(self) -> str:
        """Languages, as `it-en`; `?` where the folder does not tell."""
        path = self.folder / "tokenizer_config.json"
        settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return f"{settings.get('source_lang', '?')}-{settings.get('target_lang', '?')}"


@dataclass(frozen=True)
class Conversion:
    """One entry of the cache: a CTranslate2 folder, the model it came from, and its bytes on disk."""

    name: str
    pair: str
    digest: str
    folder: Path
    size: int


def cache_folder() -> Path:
    """Where conversions lie: `AFRONTE_CACHE`, or the user's cache folder as the system has it."""
    import platformdirs

    named = os.environ.get("AFRONTE_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("afronte", appauthor=False)


def locate(name: str, say: Say) -> Model:
    """The model called `name`: "bundled", a folder, or a hub name with an optional `@revision`.

    The network is used only for a hub name that is not in the hub's own cache yet; `say` is told so.

    Raises ModelError where there is no such model or something is missing from it.
    """
    if name == BUNDLED:
        return _model(name, bundled_folder())
    if _is_folder_name(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(
                f"{name}: no such folder; give a MarianMT folder, a hub name such as Helsinki-NLP/opus-mt-it-en, or 'bundled'"
            )
        return _model(name, folder)
    return _model(name, _from_hub(name, say, refresh=False))


def pull(name: str, say: Say) -> Model:
    """Fetch a hub model (its newest files, or those of its `@revision`) ahead of time."""
    if name == BUNDLED or _is_folder_name(name):
        raise ModelError(f"{name}: is on this machine already; only hub names such as Helsinki-NLP/opus-mt-it-en are fetched")
    return _model(name, _from_hub(name, say, refresh=True))


def bundled_folder() -> Path:
    """The folder of the weights that ship with the package."""
    return Path(__file__).parent / "bundled"


def _is_folder_name(name: str) -> bool:
    return name.startswith((".", "/", "~", "\\")) or Path(name).is_dir() or name.count("/") != 1 or "\\" in name


def _weights_of(folder: Path, name: str) -> Path:
    for file in WEIGHTS:
        if (folder / file).is_file():
            return folder / file
    raise ModelError(f"{name}: no weights in {folder} ({' or '.join(WEIGHTS)}); fetch the model again")


def _model(name: str, folder: Path) -> Model:
    weights = _weights_of(folder, name)
    missing = [file for file in _NEEDED if not (folder / file).is_file()]
    if missing:
        raise ModelError(f"{name}: {', '.join(missing)} missing from {folder}; a MarianMT folder has {', '.join(_NEEDED)}")
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if kind != "marian":
        raise ModelError(f"{name}: is a {kind or 'nameless'} model, and afronte runs Marian models only")
    total = hashlib.sha256()
    for file in (weights, *(folder / file for file in _NEEDED)):
        total.update(_sha256(file).encode())
    return Model(name, folder, total.hexdigest()[:16])


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _from_hub(name: str, say: Say, refresh: bool) -> Path:
    repository, _, revision = name.partition("@")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    def fetch(weights: str, offline: bool) -> Path:
        wanted = [*_NEEDED, *_ALSO, weights]
        folder = Path(snapshot_download(repository, revision=revision or None, allow_patterns=wanted, local_files_only=offline))
        if not (folder / weights).is_file():
            raise FileNotFoundError(weights)
        return folder

    # Safetensors before pickled weights, and what is on disk before the network.
    for offline in (False,) if refresh else (True, False):
        if not offline:
            say(f"fetching {name} from the hub")
        for weights in WEIGHTS:
            try:
                return fetch(weights, offline)
            except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as problem:
                raise ModelError(f"{name}: the hub has no such model or revision; check the spelling") from problem
            except (FileNotFoundError, LocalEntryNotFoundError) as problem:
                if not offline and isinstance(problem, LocalEntryNotFoundError):
                    raise ModelError(_unreachable(name)) from problem
            except (OSError, HfHubHTTPError) as problem:
                if not offline:
                    raise ModelError(_unreachable(name)) from problem
            except Exception as problem:
                # The hub's client lets its transport's errors through, whichever transport its version has.
                if offline or not type(problem).__module__.startswith(("httpx", "httpcore", "requests", "urllib3", "h11")):
                    raise
                raise ModelError(_unreachable(name)) from problem
    raise ModelError(f"{name}: has neither {' nor '.join(WEIGHTS)}; it may not be a MarianMT model")


def _unreachable(name: str) -> str:
    return (
        f"{name}: not on this machine, and the hub cannot be reached; connect and run 'afronte models pull {name}', "
        "or copy the model's files into a folder and name that with --model"
    )


def converted(model: Model, say: Say) -> Path:
    """The model's CTranslate2 folder in the cache, made on first use and made anew when damaged.

    Safe for processes that ask at once: each converts aside, and the first to finish puts its result in place.
    """
    home = cache_folder() / "ctranslate2"
    final = home / f"{model.digest}-{_LAYOUT}"
    if _is_whole(final):
        return final
    if final.exists():
        say(f"the cached conversion of {model.name} is damaged; converting again")
    else:
        say(f"converting {model.name} for CTranslate2 (once)")
    try:
        home.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".converting-", dir=home))
    except OSError as problem:
        raise ModelError(
            f"cannot write to the cache {home} ({problem.strerror}); name another folder with AFRONTE_CACHE"
        ) from problem
    try:
        _convert(model, aside / "model")
        manifest = {"name": model.name, "pair": model.pair, "files": _checksums(aside / "model")}
        (aside / "model" / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        if final.exists() and not _is_whole(final):
            final.rename(aside / "damaged")
        try:
            (aside / "model").rename(final)
        except OSError:
            if not _is_whole(final):
                raise
    except OSError as problem:
        raise ModelError(
            f"cannot write to the cache {home} ({problem.strerror}); name another folder with AFRONTE_CACHE"
        ) from problem
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return final


def _convert(model: Model, folder: Path) -> None:
    import warnings

    import torch
    from ctranslate2.converters import TransformersConverter

    class InFloat32(TransformersConverter):  # type: ignore[misc]
        """Loads in float32 what is kept in float16: position encodings made in half precision are off by 2e-4, and the
        engines then part on near ties of a beam."""

        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:
            return super().load_model(model_class, name, **{**options, "dtype": torch.float32})

    quieten_transformers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            InFloat32(str(model.folder)).convert(str(folder))
        except OSError:
            raise
        except Exception as problem:
            # Whatever a foreign checkpoint makes the converter raise, the user needs the model's name and the reason.
            raise ModelError(f"{model.name}: cannot be converted ({problem}); is it a whole MarianMT model?") from problem


def quieten_transformers() -> None:
    """Keep transformers' own messages and bars off standard error, which is for what afronte says."""
    from transformers.utils import logging

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _checksums(folder: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != _MANIFEST}


def _is_whole(folder: Path) -> bool:
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest["files"]) and _checksums(folder) == manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def conversions() -> Iterator[Conversion]:
    """What the cache holds, whole entries only."""
    home = cache_folder() / "ctranslate2"
    for folder in sorted(home.glob(f"*-{_LAYOUT}")) if home.is_dir() else ():
        if _is_whole(folder):
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            size = sum(path.stat().st_size for path in folder.iterdir())
            yield Conversion(manifest["name"], manifest["pair"], folder.name.removesuffix(f"-{_LAYOUT}"), folder, size)
