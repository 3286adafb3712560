"""Models: found, converted once, never half; OPUS-MT's layout works as ours does."""

import json
import multiprocessing
import pickle
import shutil
from pathlib import Path

import pytest
from conftest import SAMPLES, Run
from opus import write_opus

from translate.models import BUNDLED, ModelError, bundled_folder, cache_folder, conversions, converted, locate, pull
from translate.translator import Translator

SENTENCES = [line for line in (SAMPLES / "biblioteca.txt").read_text(encoding="utf-8").splitlines() if line][:6]


def quiet(line: str) -> None:
    """Says nothing."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFRONTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_bundled_model_has_all_its_files_and_fits_its_promise() -> None:
    model = locate(BUNDLED, quiet)
    assert (model.folder, model.pair, model.beam) == (bundled_folder(), "it-en", 4)
    assert sum(path.stat().st_size for path in model.folder.iterdir()) < 40e6
    assert (model.folder / "README.md").is_file()


@pytest.mark.parametrize("weights", ["safetensors", "pickle"])
@pytest.mark.parametrize("beam", [1, 6])
def test_an_opus_checkpoint_gives_the_same_tokens_in_both_engines(weights: str, beam: int, tmp_path: Path, cache: Path) -> None:
    folder = write_opus(tmp_path / "opus", "pickle" if weights == "pickle" else "safetensors")
    fast = Translator(str(folder), compute="float32", beam=beam)
    slow = Translator(str(folder), engine="transformers", beam=beam)
    assert Translator(str(folder)).beam == 6
    # Weights by lot never end a sentence: past some dozens of pieces every beam is a near tie of another.
    batch = [fast.loaded.tokenizer.encode(sentence) for sentence in SENTENCES]
    expected = slow.loaded.engine.submit(batch, beam, 40)()
    found = fast.loaded.engine.submit(batch, beam, 40)()
    assert [hypothesis.pieces for hypothesis in found] == [hypothesis.pieces for hypothesis in expected]
    assert all(hypothesis.pieces for hypothesis in found)
    assert max(abs(a.score - b.score) for a, b in zip(found, expected, strict=True)) < 1e-4
    assert all(translation.target for translation in fast.stream(SENTENCES))


def test_a_pickle_that_runs_code_does_not(tmp_path: Path, cache: Path) -> None:
    folder = write_opus(tmp_path / "opus", "pickle")

    class Attack:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (Path(tmp_path / "owned"),))  # type: ignore[return-value]

    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"w": Attack()}))
    with pytest.raises(ModelError, match="cannot be converted"):
        converted(locate(str(folder), quiet), quiet)
    assert not (tmp_path / "owned").exists()


def test_conversion_happens_once(cache: Path) -> None:
    said: list[str] = []
    model = locate(BUNDLED, said.append)
    first = converted(model, said.append)
    before = (first / "model.bin").stat().st_mtime_ns
    assert converted(model, said.append) == first
    assert (first / "model.bin").stat().st_mtime_ns == before
    assert said == ["converting bundled for CTranslate2 (once)"]
    assert [(c.name, c.pair, c.digest) for c in conversions()] == [("bundled", "it-en", model.digest)]


@pytest.mark.parametrize("damage", ["cut", "missing", "no manifest"])
def test_a_damaged_cache_is_noticed_and_made_anew(damage: str, cache: Path) -> None:
    model = locate(BUNDLED, quiet)
    folder = converted(model, quiet)
    if damage == "cut":
        data = (folder / "model.bin").read_bytes()
        (folder / "model.bin").write_bytes(data[: len(data) // 2])
    elif damage == "missing":
        (folder / "config.json").unlink()
    else:
        (folder / "manifest.json").write_text("{")
    said: list[str] = []
    assert converted(model, said.append) == folder
    assert said == ["the cached conversion of bundled is damaged; converting again"]
    assert Translator().translate("Ciao.")
    assert sorted(path.name for path in (cache / "ctranslate2").iterdir()) == [folder.name]


def _convert() -> str:
    return str(converted(locate(BUNDLED, quiet), quiet))


@pytest.mark.slow
def test_processes_that_convert_at_once_do_no_harm(cache: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        folders = [pool.apply_async(_convert) for _ in range(3)]
        assert {result.get(240) for result in folders} == {str(next(iter(conversions())).folder)}
    assert len(list((cache / "ctranslate2").iterdir())) == 1


def test_what_cannot_be_had_says_what_to_do(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no such folder; give a MarianMT folder, a hub name"):
        locate("./nowhere", quiet)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no weights in"):
        locate(str(tmp_path / "empty"), quiet)
    folder = write_opus(tmp_path / "opus", "safetensors")
    (folder / "vocab.json").rename(folder / "vocab.old")
    with pytest.raises(ModelError, match=r"vocab\.json missing from"):
        locate(str(folder), quiet)
    (folder / "vocab.old").rename(folder / "vocab.json")
    (folder / "config.json").write_text(json.dumps({"model_type": "t5"}))
    with pytest.raises(ModelError, match="is a t5 model"):
        locate(str(folder), quiet)
    with pytest.raises(ModelError, match="only hub names"):
        pull(str(folder), quiet)


def test_a_hub_that_cannot_be_reached_says_what_to_do(afronte: Run, tmp_path: Path) -> None:
    env = {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    for command in (["translate", SAMPLES / "biblioteca.txt", "--model", "Nobody/none@v1"], ["models", "pull", "Nobody/none@v1"]):
        result = afronte(command, env=env)
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert "error: Nobody/none@v1: not on this machine, and the hub cannot be reached" in result.stderr
        assert "run 'afronte models pull Nobody/none@v1'" in result.stderr


def test_a_hub_model_on_disk_needs_no_network(afronte: Run, tmp_path: Path) -> None:
    """The hub client's own cache layout, as a download leaves it."""
    home = tmp_path / "hub" / "models--Someone--opus-tiny-it-en"
    write_opus(home / "snapshots" / "0123abc", "pickle")
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("0123abc")
    env = {
        "HF_HUB_OFFLINE": "0",
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(tmp_path),
        "AFRONTE_CACHE": str(tmp_path / "c"),
    }
    result = afronte(["translate", "-", "--model", "Someone/opus-tiny-it-en"], stdin=b"Ciao.", env=env)
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 2), result.stderr
    shutil.rmtree(home)


def test_models_lists_what_is_here(afronte: Run, cache: Path) -> None:
    digest = locate(BUNDLED, quiet).digest
    assert digest in afronte(["models"]).stdout.splitlines()[1]
    converted(locate(BUNDLED, quiet), quiet)
    lines = afronte(["models"]).stdout.splitlines()
    assert lines[0].split() == ["model", "pair", "size", "digest", "folder"]
    assert lines[1].split()[:2] == ["bundled", "it-en"]
    assert lines[2].startswith("bundled (converted)") and str(cache_folder()) in lines[2]
