"""The translation memory: nothing twice, people before the model, and never a reason to stop."""

import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from translate.engine import Attention, Engine, Hypothesis
from translate.memory import Correction, Memory, Remembered
from translate.translator import Translator

MADE = {f"Frase {i}.": Remembered(f"Sentence {i}.", i % 100, ("loop",) if i % 2 else ()) for i in range(50)}


def open_memory(path: Path, lines: list[str] | None = None) -> Memory:
    """A memory that says into `lines`."""
    return Memory(path, (lines if lines is not None else []).append)


def test_what_was_made_is_found_by_the_same_maker_only(tmp_path: Path) -> None:
    memory = open_memory(tmp_path / "m.sqlite")
    memory.store(MADE, "maker")
    assert memory.find([*MADE, "Altro."], "maker") == MADE
    assert memory.find(MADE, "another") == {}
    memory.close()
    assert open_memory(tmp_path / "m.sqlite").find(MADE, "maker") == MADE


def test_corrections_are_found_exactly_and_nearly(tmp_path: Path) -> None:
    memory = open_memory(tmp_path / "m.sqlite")
    assert not memory.has_corrections()
    sky = Correction("Il cielo sopra “Napoli” era grigio.", "The sky over Naples was grey.", "a#p01s01")
    assert memory.correct([sky, Correction("Il mare era calmo.", "The sea was calm.", "a#p01s02")]) == 2
    assert memory.correct([sky]) == 0
    # Quotation marks and blanks as they may come.
    found = memory.corrected(' Il cielo sopra "Napoli"  era grigio.')
    assert found == Correction('Il cielo sopra "Napoli" era grigio.', "The sky over Naples was grey.", "a#p01s01")
    assert memory.corrected("il cielo") is None
    near = memory.near('Il cielo sopra "Torino" era grigio.')
    assert near is not None
    assert (near[0].target, near[1]) == ("The sky over Naples was grey.", 88)
    for nothing in ("Tutt'altra cosa, davvero.", "", "?!", '" OR *', "NEAR(a b)"):
        assert memory.near(nothing) is None
    assert memory.correct([Correction(sky.source, "Naples lay under a grey sky.", "b#p01s01")]) == 1
    assert memory.withdraw([(sky.source, "never said"), (sky.source, "Naples lay under a grey sky.")]) == 1
    assert memory.corrected(sky.source) is None
    assert [c.target for c in memory.corrections()] == ["The sea was calm."]


class Counting(Engine):
    """The bundled engine, and what it was asked for."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.device = engine.name, engine.device
        self.engine = engine
        self.asked: list[str] = []

    def submit(
        self, batch: Sequence[Sequence[str]], beam: int, longest: int, no_repeat: int = 0
    ) -> Callable[[], list[Hypothesis]]:
        self.asked += ["".join(pieces) for pieces in batch]
        return self.engine.submit(batch, beam, longest, no_repeat)

    def attend(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Callable[[], list[Attention]]:
        return self.engine.attend(sources, targets)

    def close(self) -> None:
        self.engine.close()


def test_a_sentence_is_translated_once_and_people_win(tmp_path: Path, bundled: Translator) -> None:
    engine = Counting(bundled.loaded.engine)
    memory = open_memory(tmp_path / "m.sqlite")

    def translate(*sentences: str, beam: int = 4) -> list[tuple[str, str]]:
        translator = Translator(replace(bundled.loaded, engine=engine), beam=beam, memory=memory)
        return [(t.target, t.note) for t in translator.stream(sentences)]

    plain = [t.target for t in bundled.stream(["Il governo ha deciso.", "Il mare è calmo."])]
    assert [target for target, _ in translate("Il governo ha deciso.", "Il mare è calmo.", "Il governo ha deciso.")] == [
        *plain,
        plain[0],
    ]
    asked = len(engine.asked)
    assert translate("Il mare è calmo.") == [(plain[1], "")]
    assert len(engine.asked) == asked
    translate("Il mare è calmo.", beam=1)
    assert len(engine.asked) == asked + 1
    memory.correct([Correction("Il mare è calmo.", "The sea lies still.", "a#p01s02")])
    assert translate("Il mare è calmo.", "Il mare era calmo.") == [
        ("The sea lies still.", "memory: a#p01s02"),
        (bundled.translate("Il mare era calmo."), "memory 88 %: Il mare è calmo. → The sea lies still."),
    ]


def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    path.write_bytes(b"SQLite format 3\0" + b"rubbish" * 4000)
    lines: list[str] = []
    memory = open_memory(path, lines)
    memory.store(MADE, "maker")
    assert memory.find(MADE, "maker") == MADE
    (line,) = lines
    assert line.startswith("the translation memory was damaged (")
    assert line.endswith(f"it is set aside as {path}.damaged and a new one begun")
    assert (tmp_path / "m.sqlite.damaged").read_bytes().endswith(b"rubbish")


def test_damage_in_the_middle_of_work_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    memory = open_memory(path)
    memory.store({f"{i} " * 200: Remembered("x" * 500, 1, ()) for i in range(500)}, "maker")
    memory.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 8192))
    lines: list[str] = []
    memory = open_memory(path, lines)
    memory.find([f"{i} " * 200 for i in range(500)], "maker")
    memory.store(MADE, "maker")
    assert memory.find(MADE, "maker") == MADE
    assert len(lines) == 1


@pytest.mark.parametrize("kind", ["folder", "newer"])
def test_a_file_that_cannot_be_used_leaves_the_run_without_a_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    lines: list[str] = []
    if kind == "folder":
        path.mkdir()
        memory = open_memory(path, lines)
        assert lines[0].startswith(f"going on without the translation memory {path} (")
        memory.store(MADE, "maker")
        assert memory.find(MADE, "maker") == {}
        assert memory.near("Frase 1.") is None
    else:
        sqlite3.connect(path).execute("PRAGMA user_version = 99").connection.close()
        open_memory(path, lines).store(MADE, "maker")
        assert "its layout 99 is another version's" in lines[0]
        assert (tmp_path / "m.sqlite.damaged").exists()
    assert len(lines) == 1


def _store_many(path: Path, name: str) -> None:
    memory = open_memory(path)
    for start in range(0, 200, 10):
        memory.store({f"{name} {i}": Remembered(f"{name} {i}", 1, ()) for i in range(start, start + 10)}, "maker")
    memory.close()


def test_processes_share_it(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_store_many, args=(path, name)) for name in ("a", "b", "c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert open_memory(path).size().translations == 600


def test_pruning_drops_the_oldest_translations_and_no_corrections(tmp_path: Path) -> None:
    memory = open_memory(tmp_path / "m.sqlite")
    memory.correct([Correction("Sì.", "Yes.", "a#p01s01")])
    for start in (0, 1000, 2000):
        memory.store({f"Frase {i}": Remembered("x" * 300, 1, ()) for i in range(start, start + 1000)}, "maker")
        assert memory._connection is not None
        memory._connection.execute("UPDATE translations SET used = used - 1000")
    assert memory.prune(1 << 30) == 0
    size = memory.size().bytes
    gone = memory.prune(size // 2)
    assert 1000 < gone < 2000
    assert memory.size().bytes <= size // 2
    assert memory.find(["Frase 5"], "maker") == {}
    assert len(memory.find(["Frase 2500"], "maker")) == 1
    assert memory.prune(0) == 3000 - gone
    assert memory.size().corrections == 1
