"""The wheel, built from the source distribution, installs into an empty environment and translates."""

import doctest
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_the_wheel_installs_into_an_empty_environment_and_translates(tmp_path: Path) -> None:
    def run(*command: str | Path, stdin: bytes = b"") -> str:
        # Away from the checkout, so that only what the wheel holds can be imported.
        env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"AFRONTE_CACHE": str(tmp_path / "cache")}
        result = subprocess.run(
            [str(part) for part in command], input=stdin, capture_output=True, cwd=tmp_path, env=env, timeout=900
        )
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout.decode()

    run(sys.executable, "-m", "build", "--outdir", tmp_path / "dist", ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {"translate/bundled/model.safetensors", "translate/bundled/README.md", "translate/py.typed", "corpus/py.typed"} <= set(
        names
    )
    assert {name.split("/")[0] for name in names if not name.startswith("afronte-")} == {"translate", "corpus"}
    with tarfile.open(sdist) as tar:
        assert any(name.endswith("translate/bundled/model.safetensors") for name in tar.getnames())

    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "-c", ROOT / "scripts" / "constraints.txt", wheel)
    english = run(tmp_path / "venv" / "bin" / "afronte", "translate", "-", "--text", stdin=b"Il governo ha deciso.")
    assert "government" in english.lower()


def test_the_examples_for_python_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 20 and result.failed == 0
