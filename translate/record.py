"""What was written into a folder, so that a table that nobody has touched can be told from one that somebody has."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

# A file for each machine: lines added to one file by several machines on a shared disk could run into each other.
_FOLDER = Path(".afronte", "written")


class Record:
    """Digests of the files that were written below `folder`; the last one of a name counts.

    What is missing or damaged makes a file count as touched, which is the safe side.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / _FOLDER / f"{re.sub(r'[^A-Za-z0-9.-]', '_', platform.node()) or 'here'}.txt"

    def note(self, paths: Iterable[Path]) -> None:
        """Remember `paths` as they stand now. Raises OSError as the system does."""
        lines = "".join(f"{_digest(path)} {path.relative_to(self._folder).as_posix()}\n" for path in paths)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            # A line break first: the last line may be a killed process's half one.
            file.write(f"\n{lines}".encode("utf-8", "surrogateescape"))

    def untouched(self, paths: Iterable[Path]) -> bool:
        """Whether each of `paths` that is there is, byte for byte, as an earlier run wrote it."""
        return all(
            _digest(path) in self._noted.get(path.relative_to(self._folder).as_posix(), ()) for path in paths if path.exists()
        )

    @cached_property
    def _noted(self) -> dict[str, set[str]]:
        """For each name its last digest on each machine."""
        noted: dict[str, set[str]] = {}
        for file in sorted((self._folder / _FOLDER).glob("*.txt")):
            last: dict[str, str] = {}
            for line in file.read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
                digest, _, name = line.partition(" ")
                last[name] = digest
            for name, digest in last.items():
                noted.setdefault(name, set()).add(digest)
        return noted


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
