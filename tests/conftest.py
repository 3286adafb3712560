"""What the tests share: the samples, the real bundled model, the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from translate.translator import Translator

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache and a config of the tests' own, so that the user's are neither needed nor touched."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFRONTE_CACHE", str(folder))
        patch.setenv("AFRONTE_MEMORY", str(folder / "memory.sqlite"))
        patch.setenv("AFRONTE_CONFIG", str(folder / "none.toml"))
        patch.delenv("AFRONTE_MODEL", raising=False)
        yield folder


@pytest.fixture(scope="session")
def bundled() -> Translator:
    """The bundled model as users get it."""
    return Translator()


@pytest.fixture
def afronte() -> Run:
    """Runs the installed command in a process of its own."""

    def run(
        arguments: Sequence[str | Path], stdin: bytes | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [Path(sys.executable).with_name("afronte"), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(env or {})},
            timeout=300,
        )
        return subprocess.CompletedProcess(result.args, result.returncode, result.stdout.decode(), result.stderr.decode())

    return run
