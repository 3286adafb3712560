"""Adequacy tells a translation from something else."""

from pathlib import Path

import numpy as np
from conftest import ROOT

from corpus.encoder import open_encoder
from translate.adequacy import LOW, Judge, percent
from translate.translation import Translation


def test_another_meaning_is_low_and_the_same_is_high() -> None:
    made = (
        Translation("The sea was calm.", 80),
        Translation("The new library opens on Monday morning.", 70, ("brief",)),
        Translation("Il biglietto costa 24 euro.", 90, ("copy",)),
    )
    judged = Judge().judged(["Il mare era calmo.", "La rabbia, sul molo, era tanta.", "Il biglietto costa 24 euro."], made)
    assert judged[0].adequacy is not None and judged[0].adequacy > 80
    assert judged[1].adequacy is not None and judged[1].adequacy < LOW
    assert [t.flags for t in judged] == [(), ("brief", "low"), ("copy",)]
    assert judged[2].adequacy is None


def test_percents_are_fifty_at_even_odds() -> None:
    assert [percent(cosine) for cosine in (-1.0, 0.5, 0.69, 0.8, 1.0)] == [0, 9, 50, 79, 98]


def test_sound_pairs_are_not_low_and_the_same_sentences_with_anothers_english_are() -> None:
    lines = (ROOT / "tests" / "data" / "flags.tsv").read_text(encoding="utf-8").split("\n")[1:]
    rows = [line.split("\t") for line in lines if line]
    pairs = list(
        dict.fromkeys((it, en) for flag, due, it, en in rows if due == "0" and flag != "quotes" and len(it.split()) >= 6)
    )
    judge = Judge()

    def low(english: list[str]) -> int:
        made = judge.judged([italian for italian, _ in pairs], [Translation(target, 1) for target in english])
        return sum("low" in translation.flags for translation in made)

    assert len(pairs) >= 30
    assert low([english for _, english in pairs]) <= len(pairs) // 30
    assert low([english for _, english in (*pairs[1:], pairs[0])]) >= 0.9 * len(pairs)


def test_a_sentence_transformers_model_serves_as_encoder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    # LaBSE's layout (BERT, pooling) with random weights and a few words.
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "il", "mare", "era", "calmo", "the", "sea", "was", "calm", "."]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    config = BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(tmp_path / "bert")
    transformer = Transformer(str(tmp_path / "bert"))
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(tmp_path / "encoder"))

    one, two = open_encoder(str(tmp_path / "encoder")).spans(["il mare era calmo .", "il mare .", "the sea was calm ."], 2)
    assert (one.shape, two.shape) == ((3, 32), (2, 32))
    assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)
    assert not np.allclose(one[0], two[0])
    made = [Translation("the sea was calm .", 80)]
    [judged] = Judge(str(tmp_path / "encoder")).judged(["il mare era calmo ."], made)
    cosine = float(one[0] @ one[2])
    assert judged.adequacy == percent(cosine)
