"""The translation memory's file: one SQLite database in WAL mode, safe for several processes, which never stops a run.

A damaged file is set aside and a new one begun, and where the disk gives trouble the run goes on without; both are said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], None]
_LAYOUT = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS translations (
    key BLOB PRIMARY KEY, target TEXT NOT NULL, score INTEGER, flags TEXT NOT NULL, used INTEGER NOT NULL, adequacy INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS corrections (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, target TEXT NOT NULL, origin TEXT NOT NULL, made INTEGER NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(source, content='corrections', content_rowid='number');
CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON corrections BEGIN
    INSERT INTO words(rowid, source) VALUES (new.number, new.source);
END;
CREATE TRIGGER IF NOT EXISTS gone AFTER DELETE ON corrections BEGIN
    INSERT INTO words(words, rowid, source) VALUES ('delete', old.number, old.source);
END;
"""


class MemoryFile:
    """An open file. `say` is told once, in a line, when the run has to do without it."""

    def __init__(self, path: Path, say: Say) -> None:
        self.path = path
        self._say = say
        self._broken = False
        self._connection: sqlite3.Connection | None = None
        try:
            self._connection = self._open()
        except sqlite3.OperationalError as problem:
            self._give_up(problem)
        except sqlite3.DatabaseError as problem:
            self._set_aside(problem)
        except OSError as problem:
            self._give_up(problem)

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may cost the last transactions, never the file.
            connection.execute("PRAGMA synchronous = NORMAL")
            (layout,) = connection.execute("PRAGMA user_version").fetchone()
            if layout not in range(_LAYOUT + 1):
                raise sqlite3.DatabaseError(f"its layout {layout} is another version's")
            if layout == 1:
                more = "ALTER TABLE translations ADD COLUMN adequacy INTEGER"
                connection.executescript(f"BEGIN IMMEDIATE; {more}; PRAGMA user_version = {_LAYOUT}; COMMIT;")
            if layout == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;")
            connection.execute("SELECT count(*) FROM (SELECT 1 FROM translations LIMIT 1)")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _set_aside(self, problem: Exception) -> None:
        """Begin anew beside a file that is damaged."""
        number, aside = 1, self.path.with_name(f"{self.path.name}.damaged")
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{self.path.name}.damaged{number}")
        try:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self.path.replace(aside)
            for ending in ("-wal", "-shm"):
                Path(f"{self.path}{ending}").unlink(missing_ok=True)
            self._connection = self._open()
            self._say(f"the translation memory was damaged ({problem}); it is set aside as {aside} and a new one begun")
        except (OSError, sqlite3.Error) as second:
            self._give_up(second)

    def _give_up(self, problem: Exception) -> None:
        self._broken, self._connection = True, None
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
        self._say(
            f"going on without the translation memory {self.path} ({reason}); AFRONTE_MEMORY names another, --no-memory none"
        )

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Whatever the file does, the run goes on."""
        try:
            yield
        except sqlite3.OperationalError as problem:
            self._give_up(problem)
        except sqlite3.DatabaseError as problem:
            self._set_aside(problem)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection | None]:
        with self._guarded():
            connection = self._connection
            if connection is None:
                yield None
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _pages(self) -> int:
        assert self._connection is not None
        (pages,), (size,) = (self._connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages) * int(size)
