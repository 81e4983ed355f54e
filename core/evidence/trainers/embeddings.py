"""A linear classifier over embeddings of any OpenAI-compatible endpoint.

Every text is asked about once: its vector is kept in the workspace.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openai
from numpy.typing import NDArray
from scipy import sparse

from core.audit.learners import TableLearner
from core.audit.rows import Examples
from core.errors import InputError, ProviderError
from core.evidence.trainers.foreign import complaint
from core.evidence.trainers.trainer import Bench, Rows
from core.evidence.trainers.vectors import Vectors, VectorStore, name_of
from core.tokens import token_count

_BATCH, _BATCH_BYTES = 128, 200_000  # a request may hold 300,000 tokens
_LONGEST = 20_000  # bytes: within 8,192 tokens of any script but a few
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
    told: list[str] = field(default_factory=list)

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
            return ("All embeddings were at hand; nothing was sent.", *self.told)
        return (f"{n:,} tokens were sent to {self.base_url} for embeddings.", *self.told)

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
        whole = [" ".join(text.split()) for text in rows.frame[rows.text].astype(str)]
        texts = [text.encode()[:_LONGEST].decode(errors="ignore") for text in whole]
        if n := sum(a != b for a, b in zip(texts, whole, strict=True)):
            self.told.append(f"{n:,} texts were cut to {_LONGEST:,} bytes for embeddings.")
        vectors = self._vectors(texts).astype(np.float64)
        vectors = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-9)
        return _Bench(sparse.csr_matrix(vectors), rows.labels)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        with VectorStore(self.folder / name_of(self.identity)) as store:
            missing = list(dict.fromkeys(t for t in texts if t not in store))
            if missing:
                with openai.OpenAI(
                    base_url=self.base_url,
                    api_key=self.api_key or "none",
                    timeout=_TIMEOUT_SECONDS,
                    max_retries=self.retries,
                ) as client:
                    for part in _batches(missing):
                        store.add(part, self._asked(client, part))
            return store.vectors(texts)

    def _asked(self, client: openai.OpenAI, texts: list[str]) -> Vectors:
        try:
            answer = client.embeddings.create(
                model=self.model, input=texts, encoding_format="float"
            )
            ordered = sorted(answer.data, key=lambda each: each.index)
            if [each.index for each in ordered] != list(range(len(ordered))):
                raise ValueError("two for the same text")
            with np.errstate(over="ignore"):
                vectors = np.array([each.embedding for each in ordered], dtype=np.float32)
        except openai.OpenAIError as error:
            raise ProviderError(
                f"embeddings of {self.model} at {self.base_url}: "
                f"{complaint(error, self.api_key)}. What was embedded stays."
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ProviderError(
                f"{self.base_url} answers something else than embeddings; expected one list of "
                "numbers per text."
            ) from error
        odd = vectors.ndim != 2 or not vectors.size or not np.isfinite(vectors).all()
        if odd or len(vectors) != len(texts):
            raise ProviderError(
                f"{self.base_url} answers {len(vectors)} embeddings for {len(texts)} texts, or "
                "some that are no numbers; expected one list of numbers per text."
            )
        said = getattr(answer.usage, "total_tokens", None)
        if not isinstance(said, int):
            said = sum(token_count(text, self.model).tokens for text in texts)
        self.tokens.append(said)
        return vectors


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts in requests that are not too large."""
    part: list[str] = []
    size = 0
    for text in texts:
        n = len(text.encode())
        if part and (len(part) == _BATCH or size + n > _BATCH_BYTES):
            yield part
            part, size = [], 0
        part.append(text)
        size += n
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class _Bench:
    matrix: sparse.csr_matrix
    labels: NDArray[np.str_]

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        return TableLearner().predicted(self.matrix, self.labels, train, test, seed)
