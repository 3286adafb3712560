"""Files that appear under their final name only when they are whole."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def whole(path: Path, byte_order_mark: bool = False) -> Iterator[TextIO]:
    """A UTF-8 text file to write; it takes the place of `path` when the block ends, and never if the block raises.

    Folders on the way are made, and what killed processes left of the same file is cleared away. Raises OSError as the
    system does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stem = f".{path.name[:40]}-"
    _clear_left_overs(path.parent, stem)
    handle, name = tempfile.mkstemp(prefix=f"{stem}{os.getpid()}-", suffix=".part", dir=path.parent)
    aside = Path(name)
    try:
        with open(handle, "w", encoding="utf-8-sig" if byte_order_mark else "utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _clear_left_overs(folder: Path, stem: str) -> None:
    for left in folder.glob(f"{glob.escape(stem)}*-*.part"):
        owner = left.name.removeprefix(stem).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            left.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
