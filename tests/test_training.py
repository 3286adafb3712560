"""Training end to end on a handful of pairs: prepared, packed, trained, gone on with, exported, translated with."""

import importlib.util
import json
import lzma
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from conftest import ROOT, SAMPLES

import pack
from corpus.pair import Pair
from corpus.table import write_table
from evaluate import names_kept
from pack import Sampler, name_pools, rename
from prepare import give_back_names
from train import Stream
from translate.reading import paragraphs
from translate.translator import Translator
from unknown import common_words, is_unknown

SCRIPTS = ROOT / "scripts" / "train"
SHAPE = "32x1x1x64x4"


def script(name: str, *arguments: object) -> str:
    result = subprocess.run(
        [sys.executable, SCRIPTS / name, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=300
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packed pairs: sample sentences against themselves, which is all that a test of the machinery needs."""
    folder = tmp_path_factory.mktemp("packed")
    text = (SAMPLES / "biblioteca.txt").read_text(encoding="utf-8")
    rows = [f"{text[a:b]}\t{text[a:b]} The end.\tsample\n" for a, b in paragraphs(text)]
    rows += [f"La frase numero {i} è questa qui.\tThis here is sentence number {i}.\tsample\n" for i in range(120)]
    with lzma.open(folder / "a.tsv.xz", "wt", encoding="utf-8") as file:
        file.writelines(rows)
    script("prepare.py", folder / "a.tsv.xz", "--out", folder, "--skip", "language", "--skip", "duplicate")
    script("pack.py", folder / "pairs.tsv", "--out", folder, "--vocabulary", 400, "--no-links")
    return folder


def train(packed: Path, out: Path, *options: object) -> None:
    script(
        "train.py", "--data", packed, "--out", out, "--shape", SHAPE, "--batch-tokens", 500, "--warmup", 5, "--steps", 12,
        "--final", 4, "--report", 1, "--check", 100, *options,
    )  # fmt: skip


def losses(out: Path) -> list[str]:
    return [line.split("\t")[2] for line in (out / "log.tsv").read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_training_goes_on_to_the_step_and_ends_the_same(packed: Path, tmp_path: Path, optimiser: str) -> None:
    train(packed, tmp_path / "whole", "--optimiser", optimiser)
    train(packed, tmp_path / "parts", "--optimiser", optimiser, "--minutes", 0.0001)
    assert len(losses(tmp_path / "parts")) < 12
    train(packed, tmp_path / "parts", "--optimiser", optimiser)
    assert losses(tmp_path / "parts") == losses(tmp_path / "whole")
    assert float(losses(tmp_path / "whole")[-1]) < float(losses(tmp_path / "whole")[0])


@pytest.mark.slow
def test_two_workers_share_a_step(packed: Path, tmp_path: Path) -> None:
    train(packed, tmp_path, "--workers", 2)
    assert len(losses(tmp_path)) == 12


def test_names_are_changed_alike_on_both_sides() -> None:
    pair = ("Ieri Bianchi ha visto Ginevra con la NATO.", "Bianchi saw Geneva with NATO yesterday.", "sample")
    pools = name_pools(
        [pair, ("Qui sta Rossi, ZZK.", "Rossi is here, ZZK.", "sample"), ("In Aprile no.", "Not in April.", "sample")]
    )
    assert pools == {False: ["Bianchi", "Rossi"], True: ["NATO", "ZZK"]}
    seen = set()
    for seed in range(40):
        it, en = rename(pair, pools, random.Random(seed)) or ("", "")
        who, what = it.split()[1], it.split()[-1].rstrip(".")
        assert it == f"Ieri {who} ha visto Ginevra con la {what}." and en == f"{who} saw Geneva with {what} yesterday."
        assert what.isupper() and not who.isupper()
        seen |= {who, what}
    assert {"Rossi", "ZZK"} < seen and len(seen) > 4  # and some that nobody bears
    assert rename(("Oggi piove.", "It is raining today.", "sample"), pools, random.Random(1)) is None
    assert rename(pair, {False: [], True: []}, random.Random(1)) is None  # a small corpus may have none to give


@pytest.mark.slow
def test_a_model_grows_wider_and_translates_as_before(packed: Path, tmp_path: Path) -> None:
    train(packed, tmp_path / "run")
    script("export.py", tmp_path / "run" / "last.pt", "--data", packed, "--shape", SHAPE, "--out", tmp_path / "small")
    pairs = packed / "pairs.tsv"
    said = script("grow.py", tmp_path / "small", "--shape", "48x1x1x96x6", "--text", pairs, "--out", tmp_path / "large")
    assert float(said.split("%")[0]) > 80, said
    assert float(said.split("divergence ")[1].split()[0]) < 0.2
    train(packed, tmp_path / "more", "--shape", "48x1x1x96x6", "--init", tmp_path / "large", "--rate", 1e-4)
    assert float(losses(tmp_path / "more")[0]) < float(losses(tmp_path / "run")[-1]) + 0.3
    refused = subprocess.run(
        [sys.executable, SCRIPTS / "grow.py", tmp_path / "small", "--shape", "48x2x1x96x6", "--text", pairs, "--out", tmp_path],
        capture_output=True, text=True, cwd=ROOT, timeout=300,
    )  # fmt: skip
    assert refused.returncode == 2 and "call it once for each" in refused.stderr


@pytest.mark.slow
def test_a_model_grows_deeper_and_translates_as_before(packed: Path, tmp_path: Path) -> None:
    train(packed, tmp_path / "run")
    script("export.py", tmp_path / "run" / "last.pt", "--data", packed, "--shape", SHAPE, "--out", tmp_path / "small")
    deeper = SHAPE.replace("x1x1x", "x3x1x")
    said = script("grow.py", tmp_path / "small", "--shape", deeper, "--text", packed / "pairs.tsv", "--out", tmp_path / "large")
    assert float(said.split("%")[0]) > 80, said
    assert float(said.split("divergence ")[1].split()[0]) < 0.2
    assert json.loads((tmp_path / "large" / "config.json").read_text())["encoder_layers"] == 3
    train(packed, tmp_path / "more", "--shape", deeper, "--init", tmp_path / "large", "--rate", 1e-4)
    assert float(losses(tmp_path / "more")[0]) < float(losses(tmp_path / "run")[-1]) + 0.3


@pytest.mark.slow
def test_shapes_are_held_against_the_first(packed: Path, tmp_path: Path) -> None:
    for side in ("it", "en"):
        (tmp_path / f"text.{side}").write_text("La frase numero 7 è questa qui.\n" * 30, encoding="utf-8")
    said = script("shapes.py", SHAPE, "128x4x4x512x4", "--data", packed, "--text", tmp_path / "text", "--runs", 2)
    small, large = ([float(cell) for cell in line.split("|")[3:5]] for line in said.splitlines()[2:])
    assert small[0] < large[0] and small[1] == 1.0 > large[1] > 0


@pytest.mark.slow
def test_what_training_brought_is_told(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "dev.it").write_text("La frase numero 7 è questa qui.\nIl libro è tornato.\n", encoding="utf-8")
    (tmp_path / "dev.en").write_text("This here is sentence number 7.\nThe book has come back.\n", encoding="utf-8")
    train(packed, tmp_path / "run", "--check", 6, "--validation", tmp_path / "dev")
    log = tmp_path / "run" / "log.tsv"
    told = [[cell.strip() for cell in line.split("|")] for line in script("curve.py", f"small={log}").splitlines()[2:]]
    assert [row[1:3] for row in told] == [["small", "6"], ["small", "12"]]
    # Untrained, a byte costs log(400) nats, and a piece is one to a few characters.
    assert all(0.5 < float(row[7]) < 6.5 for row in told)
    said = script("throughput.py", "--data", packed, "--shape", SHAPE, "--log", log, "--seconds", 0.2)
    assert 0 < float(said.split()[-2]) < 100


@pytest.mark.slow
def test_the_bundled_model_is_validated_and_evaluated(tmp_path: Path) -> None:
    (tmp_path / "dev.it").write_text("Il ponte è chiuso.\nLa biblioteca di Bologna è aperta.\n", encoding="utf-8")
    (tmp_path / "dev.en").write_text("The bridge is closed.\nThe library in Bologna is open.\n", encoding="utf-8")
    said = script("validation.py", ROOT / "translate" / "bundled", "--validation", tmp_path / "dev", "--validation-lines", 2)
    bleu, chrf, nats = (float(cell) for cell in said.splitlines()[2].split("|")[2:5])
    assert bleu > 30 and chrf > 60 and 0 < nats < 1
    said = script("evaluate.py", tmp_path / "dev", "--beam", 1, "--compute", "int8", "--output", tmp_path / "out")
    assert said.splitlines()[2].split("|")[6].strip() == "100.0 of 1" and "`chrF nrefs:1" in said
    assert len((tmp_path / "out" / "dev.int8.beam1.en").read_text(encoding="utf-8").splitlines()) == 2


def test_names_are_kept_or_not() -> None:
    it, en = ["A Vibo Mario vide Lucia.", "Ieri a Zara."], ["In Vibo Mario saw Lucia.", "Yesterday in Zadar."]
    assert names_kept(it, en, ["In Vibo Mario saw Lucy.", "In Zara."]) == (2, 3)


def test_people_of_novels_keep_their_names() -> None:
    assert give_back_names("Lucia guardò Agnese.", "Lucy looked at Agnes's hands.") == "Lucia looked at Agnese's hands."
    assert give_back_names("La ragazza tacque.", "Lucy was silent.") == "Lucy was silent."


def test_segmentations_are_drawn_alike_for_a_seed_and_by_their_probability() -> None:
    spm = sentencepiece.SentencePieceProcessor(model_file=str(ROOT / "translate" / "bundled" / "source.spm"))
    text = "Il bibliotecario  chiude il portone."
    drawn = [[Sampler(spm, alpha, random.Random(1)).encode(text) for _ in range(2)] for alpha in (0.5, 100)]
    assert drawn[0][0] == drawn[0][1] and spm.decode(drawn[0][0]) == "Il bibliotecario chiude il portone."
    assert drawn[1][0] == spm.encode(text)
    sampler = Sampler(spm, 0.5, random.Random(1))
    assert len({tuple(sampler.encode(text)) for _ in range(50)}) > 10


@pytest.mark.slow
def test_packing_is_alike_for_a_seed(packed: Path, tmp_path: Path) -> None:
    script("pack.py", packed / "pairs.tsv", "--out", tmp_path, "--vocabulary", 400, "--no-links")
    for name in ("joint.spm", "vocab.json"):
        assert (tmp_path / name).read_bytes() == (packed / name).read_bytes()
    again, before = (np.load(folder / "packed.npz") for folder in (tmp_path, packed))
    assert all((again[name] == before[name]).all() for name in before.files) and len(before["tokens"]) > 1000


def test_packing_says_how_to_get_links_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["pack.py", str(tmp_path / "pairs.tsv"), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        pack.main()
    assert "pip install -e '.[train]'" in capsys.readouterr().err and not (tmp_path / "out").exists()


@pytest.mark.slow
def test_choices_are_held_against_each_other(tmp_path: Path) -> None:
    nouns = {
        "gatto": "cat",
        "ponte": "bridge",
        "libro": "book",
        "treno": "train",
        "muro": "wall",
        "fiume": "river",
        "pane": "bread",
    }
    adjectives = {"vecchio": "old", "rosso": "red", "nuovo": "new", "lungo": "long", "pesante": "heavy", "piccolo": "small"}
    rows = [f"Il {n} è {a}.\tThe {nouns[n]} is {adjectives[a]}.\tsample\n" for n in nouns for a in adjectives]
    (tmp_path / "a.tsv").write_text("".join(rows) + "Sono tre.\tThere are 4 of them.\tsample\n" * 2, encoding="utf-8")
    (tmp_path / "dev.it").write_text("Il ponte è pesante.\n", encoding="utf-8")
    (tmp_path / "dev.en").write_text("The bridge is heavy.\n", encoding="utf-8")
    options = ("--validation", tmp_path / "dev", "--work", tmp_path / "work", "--every", 2, "--steps", 2, "--no-links")
    said = script("compare.py", tmp_path / "a.tsv", *options, "--only", "without numbers", "an eighth of the pairs")
    numbers, eighth = ([cell.strip() for cell in line.split("|")[1:-1]] for line in said.splitlines()[2:])
    # Of 44 rows every other one is taken; the last but one's figures disagree, which one of the two variants lets pass.
    assert numbers[:2] == ["without numbers", "22"] and eighth[:2] == ["an eighth of the pairs", "3"]
    assert all(1 < float(row[4]) < 6.5 for row in (numbers, eighth))


@pytest.mark.slow
def test_what_is_exported_is_a_marian_model_that_both_engines_run_alike(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFRONTE_CACHE", str(tmp_path / "cache"))
    train(packed, tmp_path / "run")
    script("export.py", tmp_path / "run" / "last.pt", "--data", packed, "--shape", SHAPE, "--out", tmp_path / "model")
    mean = ("--average", tmp_path / "model", "--share", 1, "--current")
    script("export.py", tmp_path / "run" / "last.pt", "--data", packed, "--shape", SHAPE, *mean, "--out", tmp_path / "share")
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("model", "share")]
    assert weights[0] == weights[1]  # all of the mean is the folder's, none the checkpoint's
    texts = ["La frase numero 7 è questa qui.", "Il libro è tornato."]
    fast = Translator(str(tmp_path / "model"), compute="float32")
    slow = Translator(str(tmp_path / "model"), engine="transformers")
    assert [t.target for t in fast.stream(texts)] == [t.target for t in slow.stream(texts)]


def test_filters_count_what_they_remove(tmp_path: Path) -> None:
    rows = [
        ("Il gatto dorme sul divano di casa.", "The cat sleeps on the sofa at home."),
        ("Il gatto dorme sul divano di casa.", "The cat sleeps on the sofa at home."),
        ("", "Nothing on the left side."),
        ("Uguale a se stesso oggi.", "Uguale a se stesso oggi."),
        ("Ha pagato 1.200 euro in tutto.", "He paid 1,200 euros in all."),
        ("Ha pagato 1.200 euro in totale.", "He paid 1,300 euros in total."),
        ("Una frase piuttosto lunga che dice molte cose diverse.", "Short, this is one."),
        ("The house is on the hill over there.", "The house is on that hill over there."),
    ]
    (tmp_path / "a.tsv").write_text("".join(f"{it}\t{en}\tsample\n" for it, en in rows), encoding="utf-8")
    edited = Pair("a#p01s01", "'Ndrangheta, un arresto.", "'Ndrangheta: one arrest.", status="edited")
    write_table(tmp_path / "r.tsv", [edited, Pair("a#p01s02", "Da rivedere.", "To be seen again.", status="")])
    script("prepare.py", tmp_path / "a.tsv", "--tsv", tmp_path / "r.tsv", "--out", tmp_path / "out")
    kept = (tmp_path / "out" / "pairs.tsv").read_text(encoding="utf-8").splitlines()
    assert kept == [
        "Il gatto dorme sul divano di casa.\tThe cat sleeps on the sofa at home.\tsample",
        "Ha pagato 1.200 euro in tutto.\tHe paid 1,200 euros in all.\tsample",
        "'Ndrangheta, un arresto.\t'Ndrangheta: one arrest.\treviewed",
    ]
    report = (tmp_path / "out" / "report.md").read_text().splitlines()
    assert report[-1] == "| all | 1 | 1 | 1 | 1 | 1 | 0 | 1 | 3 |"


def test_going_on_with_data_that_have_another_source() -> None:
    def packed(counts: dict[str, int]) -> dict[str, np.ndarray]:
        source = np.repeat(np.arange(len(counts)), list(counts.values()))
        return {"bounds": np.arange(2 * len(source) + 1) * 5, "source": source, "sources": np.array(list(counts))}

    weights = {"other": 1.0}
    before = Stream(packed({"news": 40, "tales": 30}), weights, batch_tokens=20, seed=1)
    for _ in range(20):
        before.next()
    same = Stream(packed({"news": 40, "tales": 30}), weights, batch_tokens=20, seed=1)
    same.restore(before.snapshot())
    assert [list(before.next()) for _ in range(200)] == [list(same.next()) for _ in range(200)]
    more = Stream(packed({"lexicon": 25, "news": 40, "tales": 30}), weights, batch_tokens=20, seed=1)
    drawn = before.snapshot()["before"]["drawn"]
    more.restore(before.snapshot())
    assert {int(pair) for _ in range(200) for pair in more.next()} == set(range(95))
    assert more.state["drawn"]["news"] > drawn["news"] > 0


def test_words_that_a_model_does_not_know() -> None:
    words = common_words(3000)
    assert {"quando", "governo", "strada"} <= set(words) and not {"radio", "roma", "area"} & set(words)
    assert is_unknown("padella", "Padel.") and is_unknown("macerie", "Macerie.") and is_unknown("occhiolino", "Eyeolino.")
    assert not is_unknown("governo", "Government.") and not is_unknown("strada", "A road.") and not is_unknown("strada", "!")


def test_a_model_is_asked_for_words(tmp_path: Path) -> None:
    said = script("unknown.py", "--words", 400, "--out", tmp_path / "unknown.tsv")
    count, unknown = (int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:words|unknown)", said))
    rows = (tmp_path / "unknown.tsv").read_text(encoding="utf-8").splitlines()
    assert count == len(common_words(400)) and len(rows) <= unknown < count / 2
    assert all(is_unknown(*row.split("\t")) for row in rows)
