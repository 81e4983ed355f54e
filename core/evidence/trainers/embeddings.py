"""A linear classifier over embeddings of any OpenAI-compatible endpoint.

Every text is asked about once: its vector is kept in the workspace.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openai
from numpy.typing import NDArray
from scipy import sparse

from core.audit.learners import TableLearner
from core.audit.rows import Examples
from core.errors import DataError, InputError, ProviderError
from core.evidence.trainers.trainer import Bench, Rows

Vectors = NDArray[np.float32]

_BATCH = 128
_LONGEST = 20_000
_TIMEOUT_SECONDS = 60.0
_RETRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingsTrainer:
    """Logistic regression on standardised embeddings, with balanced classes."""

    model: str
    base_url: str
    api_key: str
    folder: Path
    """Where vectors are kept."""
    usd_per_mtok: float | None = None
    """Price of a million tokens that are read; None where it is not known."""
    is_costly: bool = False
    retries: int = _RETRIES
    tokens: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The model and the learner on top."""
        return f"embeddings of {self.model} + logistic regression, balanced"

    @property
    def identity(self) -> str:
        """The model at its address."""
        return f"embeddings {self.model} at {self.base_url}"

    @property
    def said(self) -> tuple[str, ...]:
        """What was sent."""
        n = sum(self.tokens)
        if not n:
            return ("All embeddings were at hand; nothing was sent.",)
        return (f"{n:,} tokens were sent to {self.base_url} for embeddings.",)

    @property
    def spent_usd(self) -> float | None:
        """Tokens at their price; None where there is none."""
        return None if self.usd_per_mtok is None else sum(self.tokens) * self.usd_per_mtok / 1e6

    def bench(self, rows: Examples) -> Bench:
        """Embed all rows.

        Raises
        ------
        InputError, ProviderError
            The rows have no text, or the endpoint fails.
        """
        if rows.text is None:
            raise InputError("embeddings need a text column; name one with --text.")
        texts = [" ".join(text.split())[:_LONGEST] for text in rows.frame[rows.text].astype(str)]
        vectors = self._vectors(texts).astype(np.float64)
        vectors = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-9)
        return _Bench(sparse.csr_matrix(vectors), rows.labels)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        kept = _Kept(self.folder / _named(self.identity))
        missing = list(dict.fromkeys(t for t in texts if kept.place(t) is None))
        if missing:
            with openai.OpenAI(
                base_url=self.base_url,
                api_key=self.api_key or "none",
                timeout=_TIMEOUT_SECONDS,
                max_retries=self.retries,
            ) as client:
                for start in range(0, len(missing), _BATCH):
                    part = missing[start : start + _BATCH]
                    kept.add(part, self._asked(client, part))
        return kept.vectors([kept.place(t) or 0 for t in texts])

    def _asked(self, client: openai.OpenAI, texts: list[str]) -> Vectors:
        try:
            answer = client.embeddings.create(
                model=self.model, input=texts, encoding_format="float"
            )
            ordered = sorted(answer.data, key=lambda each: each.index)
            vectors = np.array([each.embedding for each in ordered], dtype=np.float32)
        except openai.OpenAIError as error:
            raise ProviderError(
                f"embeddings of {self.model} at {self.base_url}: {error}. What was embedded stays."
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ProviderError(
                f"{self.base_url} answers something else than embeddings; expected one list of "
                "numbers per text."
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ProviderError(
                f"{self.base_url} answers {len(vectors)} embeddings for {len(texts)} texts, or "
                "some that are no numbers; expected one list of numbers per text."
            )
        self.tokens.append(answer.usage.total_tokens if answer.usage else 0)
        return vectors


@dataclass(frozen=True, slots=True)
class _Bench:
    matrix: sparse.csr_matrix
    labels: NDArray[np.str_]

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        return TableLearner().predicted(self.matrix, self.labels, train, test, seed)


class _Kept:
    """Vectors on disk, one after another, and the hash of the text of each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._keys, self._floats = folder / "texts.txt", folder / "vectors.f32"
        names = self._keys.read_text("ascii").split() if self._keys.exists() else []
        self._data = np.zeros((0, 0), dtype=np.float32)
        if names and self._floats.exists():
            width = int(names[0])
            numbers = np.fromfile(self._floats, dtype=np.float32)
            whole = min(len(names) - 1, numbers.size // width)
            self._data = numbers[: whole * width].reshape(whole, width)
            names = names[: whole + 1]
        self._place = {name: i for i, name in enumerate(names[1:])}

    def place(self, text: str) -> int | None:
        """Where the vector of a text stands; None when it is not there."""
        return self._place.get(_named(text))

    def vectors(self, places: Sequence[int]) -> Vectors:
        """The vectors that stand there."""
        return np.asarray(self._data[np.asarray(places, dtype=np.int64)])

    def add(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep more; the files are written anew, each at once, the texts last."""
        if self._data.size and self._data.shape[1] != vectors.shape[1]:
            raise DataError(
                f"the endpoint answers embeddings of {vectors.shape[1]} numbers and answered such "
                f"of {self._data.shape[1]} before; is it still the same model?"
            )
        self._data = np.concatenate([self._data, vectors]) if self._data.size else vectors
        for text in texts:
            self._place[_named(text)] = len(self._place)
        _replace(self._floats, self._data.tobytes())
        _replace(self._keys, "\n".join([str(vectors.shape[1]), *self._place]).encode("ascii"))


def _replace(path: Path, payload: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(payload)
    fresh.replace(path)


def _named(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
