"""Files that appear under their final name only when they are whole."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

_UNFINISHED = re.compile(r"\..+-(\d+)-\w+\.part", re.DOTALL)


@contextlib.contextmanager
def whole(path: Path, byte_order_mark: bool = False) -> Iterator[TextIO]:
    """A UTF-8 text file to write; it takes the place of `path` when the block ends, and never if the block raises.

    Folders on the way are made. Raises OSError as the system does.
    """
    with whole_bytes(path) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig" if byte_order_mark else "utf-8", newline="")
        yield file
        file.flush()
        file.detach()


@contextlib.contextmanager
def whole_bytes(path: Path) -> Iterator[BinaryIO]:
    """As `whole`, for bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-{os.getpid()}-", suffix=".part", dir=path.parent)
    aside = Path(name)
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def clear_left_overs(folder: Path) -> None:
    """Remove the unfinished files that killed processes left in `folder` and below."""
    for left in folder.rglob(".*.part"):
        owner = _UNFINISHED.fullmatch(left.name)
        if owner and not _is_alive(int(owner[1])):
            left.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere signal 0 is no question
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


_asking = threading.Lock()


def _umask() -> int:
    # It can only be read by setting it: one thread at a time.
    with _asking:
        mask = os.umask(0)
        os.umask(mask)
    return mask
