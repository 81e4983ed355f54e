"""Topics of a text column: clusters of like texts, named by their most telling words."""

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from core.audit.conditions import Condition

_NUMBERS_OF_TOPICS = (8, 16, 32, 64, 128)
_ROWS_PER_TOPIC = 25
_FEWEST_ROWS = 5
_DIMENSIONS = 64
_WORDS = 3


def topics(texts: Sequence[str], seed: int) -> list[Condition]:
    """Topics from coarse to fine; errors play no part, so none is bad by selection.

    Texts are clustered into 8, 16, … 128 topics, as long as a topic has 25 texts
    on average. Which of these fits the errors is for the search to say. Texts of
    common words only are in no topic: more of them could not be asked for.
    """
    counted = _word_counts(texts)
    if counted is None:
        return []
    counts, words = counted
    said = np.flatnonzero(counts.getnnz(axis=1))
    found: list[Condition] = []
    for cluster in _clusterings(counts[said], seed):
        for one in range(int(cluster.max()) + 1):
            rows = np.zeros(len(texts), dtype=bool)
            rows[said[cluster == one]] = True
            if _FEWEST_ROWS <= rows.sum() < len(texts):
                name = _name(counts, words, rows, {c.name for c in found})
                found.append(Condition(column="topic", name=name, rows=rows))
    return found


def _clusterings(counts: sparse.csr_matrix, seed: int) -> Iterator[NDArray[np.int32]]:
    places = _places(counts, seed)
    distinct = len(np.unique(np.round(places, 6), axis=0))
    for k in _NUMBERS_OF_TOPICS:
        if k * _ROWS_PER_TOPIC > len(places) or k > distinct:
            return
        model = MiniBatchKMeans(k, random_state=seed, n_init=3, batch_size=1024)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            yield model.fit_predict(places)


def _word_counts(texts: Sequence[str]) -> tuple[sparse.csr_matrix, NDArray[np.str_]] | None:
    """Which text holds which word; None when hardly any two texts share one."""
    vectorizer = CountVectorizer(
        token_pattern=r"(?u)\b[^\W\d_]{2,}\b",
        stop_words="english",
        min_df=2,
        max_df=0.2,  # in any language, words as frequent as this carry grammar
        binary=True,
        max_features=20_000,
    )
    try:
        counts = sparse.csr_matrix(vectorizer.fit_transform(texts), dtype=np.float64)
    except ValueError:  # no word occurs twice
        return None
    if counts.shape[1] < 3 or counts.getnnz(axis=1).astype(bool).sum() < 3:
        return None
    return counts, vectorizer.get_feature_names_out()


def _places(counts: sparse.csr_matrix, seed: int) -> NDArray[np.float64]:
    """Each text as a point: like texts lie close together."""
    weighted = TfidfTransformer().fit_transform(counts)
    dimensions = min(_DIMENSIONS, counts.shape[1] - 1, counts.shape[0] - 1)
    reduced = TruncatedSVD(dimensions, random_state=seed).fit_transform(weighted)
    return np.asarray(normalize(reduced), dtype=np.float64)


def _name(
    counts: sparse.csr_matrix, words: NDArray[np.str_], rows: NDArray[np.bool_], taken: set[str]
) -> str:
    """``topic: card · replacement · lost``, by as many more words as no other topic has."""
    inside = np.asarray(counts[rows].mean(axis=0)).ravel()
    everywhere = np.asarray(counts.mean(axis=0)).ravel()
    telling = words[np.argsort(-inside * np.log(np.maximum(inside / everywhere, 1)), kind="stable")]
    for length in range(_WORDS, _WORDS + 4):
        name = "topic: " + " · ".join(telling[:length])
        if name not in taken:
            break
    return name
