"""The translation memory: what was translated before is not translated again, and what people corrected wins over the model."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from translate.memory_file import MemoryFile
from translate.punctuation import normalise

# Where a run ends with a larger file, the translations that were used longest ago go.
LARGEST = 1 << 30
# Under this similarity of the Italian (0 to 100) a corrected sentence says little about another.
NEAR = 75
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Remembered:
    """A translation as it was made: target, flags, and score and adequacy in whole percent or None."""

    target: str
    score: int | None
    flags: tuple[str, ...]
    adequacy: int | None = None


@dataclass(frozen=True)
class Correction:
    """What people made of a sentence: normalised Italian, English, and where that is from (the id of a row)."""

    source: str
    target: str
    origin: str


@dataclass(frozen=True)
class Size:
    """What a memory holds."""

    translations: int
    corrections: int
    bytes: int


def memory_path() -> Path:
    """Where the memory lies: `AFRONTE_MEMORY`, or the user's data folder as the system has it."""
    import platformdirs

    named = os.environ.get("AFRONTE_MEMORY")
    return Path(named) if named else platformdirs.user_data_path("afronte", appauthor=False) / "memory.sqlite"


class Memory(MemoryFile):
    """An open memory. `say` is told once, in a line, when it has to do without the file."""

    def find(self, sources: Iterable[str], fingerprint: str) -> dict[str, Remembered]:
        """What is known of `sources` (as they are) by a translator with this fingerprint."""
        found: dict[str, Remembered] = {}
        with self._guarded():
            if self._connection is None:
                return found
            for source in sources:
                row = self._connection.execute(
                    "SELECT target, score, flags, adequacy FROM translations WHERE key = ?", (_key(fingerprint, source),)
                ).fetchone()
                if row:
                    found[source] = Remembered(row[0], row[1], tuple(row[2].split()), row[3])
        return found

    def store(self, made: Mapping[str, Remembered], fingerprint: str, used: Iterable[str] = ()) -> None:
        """Keep new translations, and note that the ones of the sources `used` served again."""
        now = int(time.time())
        with self._transaction() as connection:
            if connection is not None:
                connection.executemany(
                    "INSERT OR REPLACE INTO translations VALUES (?, ?, ?, ?, ?, ?)",
                    [(_key(fingerprint, s), r.target, r.score, " ".join(r.flags), now, r.adequacy) for s, r in made.items()],
                )
                connection.executemany(
                    # Once a day is enough to know what is in use.
                    "UPDATE translations SET used = ? WHERE key = ? AND used < ?",
                    [(now, _key(fingerprint, source), now - 86_400) for source in used],
                )

    def correct(self, corrections: Iterable[Correction]) -> int:
        """Keep what people corrected, the later over the earlier; returns how many are new or changed."""
        count, now = 0, int(time.time())
        with self._transaction() as connection:
            if connection is not None:
                for entry in corrections:
                    source = normalise(entry.source)
                    if not source or not entry.target.strip():
                        continue
                    old = connection.execute("SELECT target FROM corrections WHERE source = ?", (source,)).fetchone()
                    if old and old[0] == entry.target:
                        continue
                    connection.execute("DELETE FROM corrections WHERE source = ?", (source,))
                    connection.execute(
                        "INSERT INTO corrections(source, target, origin, made) VALUES (?, ?, ?, ?)",
                        (source, entry.target, entry.origin, now),
                    )
                    count += 1
        return count

    def withdraw(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Forget corrections that a reviewer has rejected since: (Italian, English) pairs; returns how many there were."""
        count = 0
        with self._transaction() as connection:
            if connection is not None:
                for source, target in pairs:
                    count += connection.execute(
                        "DELETE FROM corrections WHERE source = ? AND target = ?", (normalise(source), target)
                    ).rowcount
        return count

    def corrected(self, source: str) -> Correction | None:
        """The correction of exactly this sentence, punctuation and blanks normalised."""
        with self._guarded():
            if self._connection is not None:
                row = self._connection.execute(
                    "SELECT source, target, origin FROM corrections WHERE source = ?", (normalise(source),)
                ).fetchone()
                return Correction(*row) if row else None
        return None

    def near(self, source: str) -> tuple[Correction, int] | None:
        """The correction of the most similar sentence and its similarity (of characters, NEAR to 100), if there is one."""
        from rapidfuzz import fuzz, process

        text = normalise(source)
        every = _WORD.findall(text)
        # The longest words are the rarest, near enough; a sentence as similar as NEAR shares most of them.
        words = sorted(dict.fromkeys(every), key=len, reverse=True)[:4]
        with self._guarded():
            if self._connection is None or not words:
                return None
            wanted = " OR ".join(f'"{word}"' for word in words)
            rows = self._connection.execute(
                "SELECT c.source, c.target, c.origin FROM words JOIN corrections c ON c.number = words.rowid "
                "WHERE words MATCH ? ORDER BY rank LIMIT 20", (wanted,),
            ).fetchall()  # fmt: skip
            best = process.extractOne(text, [row[0] for row in rows], scorer=fuzz.ratio, score_cutoff=NEAR)
            return (Correction(*rows[best[2]]), int(best[1])) if best else None
        return None

    def has_corrections(self) -> bool:
        """Whether anybody ever corrected anything."""
        with self._guarded():
            return self._connection is not None and bool(
                self._connection.execute("SELECT EXISTS (SELECT 1 FROM corrections)").fetchone()[0]
            )
        return False

    def corrections(self) -> Iterator[Correction]:
        """All corrections, the oldest first."""
        with self._guarded():
            if self._connection is not None:
                rows = self._connection.execute("SELECT source, target, origin FROM corrections ORDER BY number").fetchall()
                yield from (Correction(*row) for row in rows)

    def size(self) -> Size:
        """What it holds, and its bytes on disk."""
        counts = [0, 0]
        with self._guarded():
            if self._connection is not None:
                for i, table in enumerate(("translations", "corrections")):
                    (counts[i],) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        files = [self.path, *(Path(f"{self.path}{ending}") for ending in ("-wal", "-shm"))]
        return Size(counts[0], counts[1], sum(path.stat().st_size for path in files if path.exists()))

    def prune(self, most: int) -> int:
        """Drop translations, those used longest ago first, until the file fits in `most` bytes; returns how many went.

        Corrections are people's work and stay.
        """
        gone = 0
        with self._guarded():
            if self._connection is None:
                return 0
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            bytes_now = self._pages()
            (count,) = self._connection.execute("SELECT count(*) FROM translations").fetchone()
            if bytes_now > most and count:
                drop = count if most <= 0 else min(count, int(count * (1 - 0.9 * most / bytes_now)) + 1)
                with self._transaction() as connection:
                    if connection is not None:
                        gone = connection.execute(
                            "DELETE FROM translations WHERE key IN (SELECT key FROM translations ORDER BY used, key LIMIT ?)",
                            (drop,),
                        ).rowcount
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        """Let go of the file, after dropping what makes it larger than LARGEST."""
        if self._connection is not None:
            with self._guarded():
                if self._pages() > LARGEST:
                    self.prune(LARGEST * 4 // 5)
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def fingerprint(parts: Sequence[str], files: Sequence[Path]) -> str:
    """What a translation depends on beside its sentence, as a digest: options and versions, and the code that made it."""
    total = hashlib.sha256("\0".join(parts).encode())
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()


def _key(fingerprint: str, source: str) -> bytes:
    return hashlib.blake2b(f"{fingerprint}\0{source}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
