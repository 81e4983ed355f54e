"""Development curves in which only a slice grows, or is watched while everything grows.

Made from real rows: CLINC150 (``clinc150_imbalanced.csv`` in the folder that the variable
``DATAWALL_BENCH_DATA`` names), lending_club of the sample data, and the data sets that
scikit-learn ships. Every curve has its own seed, so each can be made again alone.

``python -m benchmarks.slice_curves`` makes all of them and writes ``data/slice_curves.json``;
with ids of curves it makes those and says whether the file's figures are reproduced.
"""

import json
import os
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from benchmarks.curve_cases import folder
from benchmarks.learning_curves import SLICES

_LOANS = Path(__file__).parents[1] / "sample_data" / "lending_club.csv"
_CHOICES_SEED = 7
_TEST_SHARE, _MOST_SIZES, _FEWEST_SIZES = 0.25, 16, 8
_REPEATS, _REPEATS_OF_LOANS, _REPEATS_OF_ALL = 8, 5, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A curve to be drawn."""

    features: Any
    labels: np.ndarray
    is_text: bool
    dataset: str
    learner: str
    slice: str | int | None
    """A label; None for all rows."""
    metric: str
    growth: str
    repeats: int

    @property
    def seed(self) -> int:
        """The same for the same curve, whatever else is drawn."""
        key = (self.dataset, self.learner, self.metric, self.slice, self.growth)
        return zlib.crc32(repr(key).encode())

    @property
    def id(self) -> str:
        """Unique among the curves."""
        return f"{self.dataset}|{self.learner}|{self.metric}|{self.slice}|{self.growth}"


def _learners(is_text: bool, seed: int) -> dict[str, Any]:
    if is_text:
        return {
            "MultinomialNB": MultinomialNB(),
            "ComplementNB": ComplementNB(),
            "LinearSVC": LinearSVC(),
            "LinearSVC_balanced": LinearSVC(class_weight="balanced"),
            "LogisticRegression": LogisticRegression(C=10, max_iter=60),
            "Ridge": RidgeClassifier(solver="sparse_cg"),
            "KNN": KNeighborsClassifier(5, metric="cosine"),
        }
    return {
        "RandomForest": RandomForestClassifier(30, random_state=seed),
        "ExtraTrees": ExtraTreesClassifier(30, random_state=seed),
        "LogisticRegression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        "Logistic_balanced": make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=300, class_weight="balanced")
        ),
        "KNN": make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        "SVC": make_pipeline(StandardScaler(), SVC()),
        "DecisionTree": DecisionTreeClassifier(random_state=seed),
        "GaussianNB": GaussianNB(),
    }


def _score(truth: np.ndarray, predicted: np.ndarray, job: Job) -> float:
    if job.metric == "recall":
        return float(np.mean(predicted[truth == job.slice] == job.slice))
    if job.metric == "f1":
        return float(f1_score(truth == job.slice, predicted == job.slice, zero_division=0))
    return float(np.mean(predicted == truth))


def _is_test(labels: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A quarter of the rows of every label, the first of them in *order*."""
    test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        mine = order[labels[order] == label]
        test[mine[: max(round(_TEST_SHARE * len(mine)), 1)]] = True
    return test


def _sizes(largest: int, least: int) -> list[int]:
    """A factor of √2 apart, from the largest down."""
    exact = (largest * 2 ** (-k / 2) for k in range(_MOST_SIZES))
    return sorted({round(size) for size in exact if size >= least})


def drawn(job: Job) -> dict[str, Any]:
    """Train on ever more rows; score always the same test rows."""
    rng = np.random.default_rng(job.seed)
    labels, alone = job.labels, job.growth == "slice"
    test = _is_test(labels, rng.permutation(len(labels)))
    train, asked = np.flatnonzero(~test), np.flatnonzero(test)
    own = labels[train] == job.slice
    pool, rest = (train[own], train[~own]) if alone else (train, train[:0])
    points = []
    for size in _sizes(pool.size, 3 if alone else max(16, 2 * np.unique(labels).size)):
        scores = []
        for repeat in range(_REPEATS_OF_ALL if size == pool.size else job.repeats):
            rows = np.concatenate([rest, rng.choice(pool, size, replace=False)])
            if np.unique(labels[rows]).size < 2:
                continue
            if size == pool.size:  # always the same rows, so at least not in the same order
                rows = rng.permutation(rows)
            model = _learners(job.is_text, repeat)[job.learner]
            model.fit(job.features[rows], labels[rows])
            scores.append(_score(labels[asked], model.predict(job.features[asked]), job))
        if len(scores) >= 3:
            points.append((size, scores))
    of_slice = asked if job.metric == "accuracy" else asked[labels[asked] == job.slice]
    return {
        "id": job.id,
        "group": "own" if job.slice is None else "slice",
        "dataset": job.dataset,
        "learner": job.learner,
        "metric": job.metric,
        "slice": None if job.slice is None else str(job.slice),
        "growth": job.growth,
        "seed": job.seed,
        "n": [size for size, _ in points],
        "mean": [round(float(np.mean(s)), 6) for _, s in points],
        "std": [round(float(np.std(s, ddof=1)), 6) for _, s in points],
        "se": [round(float(np.std(s, ddof=1) / np.sqrt(len(s))), 6) for _, s in points],
        "repeats": [len(s) for _, s in points],
        "n_test": [int(of_slice.size)] * len(points),
    }


def _text_jobs(rng: np.random.Generator) -> Iterator[Job]:
    """Ten times a few intents of CLINC150."""
    rows = pd.read_csv(folder() / "clinc150_imbalanced.csv")
    rows = rows[rows["intent"] != "oos"]
    counts = rows["intent"].value_counts()
    names = list(_learners(True, 0))
    for i in range(10):
        chosen = list(rng.choice(list(counts.index), int(rng.choice([4, 6, 9, 14])), replace=False))
        own = rows[rows["intent"].isin(chosen)]
        words = TfidfVectorizer(sublinear_tf=True) if i % 3 else CountVectorizer()
        data: dict[str, Any] = {
            "features": words.fit_transform(own["text"]),
            "labels": own["intent"].to_numpy(object),
            "is_text": True,
            "dataset": f"clinc150/{i}",
            "repeats": _REPEATS,
        }
        largest = [intent for intent in counts.index if intent in chosen][:6]
        for learner in rng.choice(names, 3, replace=False):
            for growth in ("slice", "slice", "slice", "joint"):
                part, metric = str(rng.choice(largest)), str(rng.choice(["recall", "f1"]))
                yield Job(**data, learner=str(learner), slice=part, metric=metric, growth=growth)
        learner = str(rng.choice(names))
        yield Job(**data, learner=learner, slice=None, metric="accuracy", growth="joint")


def _tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Features and labels of every table."""
    digits, cancer, wine, iris = load_digits(), load_breast_cancer(), load_wine(), load_iris()
    tables = {"digits": (digits.data, digits.target)}
    for digit in (1, 3, 8, 9):
        is_digit = (digits.target == digit).astype(int)
        tables[f"digits one-vs-rest {digit}"] = (digits.data, is_digit)
    tables["breast_cancer"] = (cancer.data, 1 - cancer.target)
    tables["breast_cancer 5"] = (cancer.data[:, :5], 1 - cancer.target)
    tables["wine"] = (wine.data, wine.target)
    tables["iris"] = (iris.data, iris.target)
    loans = pd.read_csv(_LOANS)
    is_bad = (loans["Class"] == "bad").to_numpy(int)
    is_long = loans["term"].astype(str).str.contains("60").to_numpy(int)
    features = pd.get_dummies(loans.drop(columns=["Class"])).to_numpy(float)
    without_term = pd.get_dummies(loans.drop(columns=["Class", "term"])).to_numpy(float)
    tables["lending_club"] = (features[:2500], is_bad[:2500])
    tables["lending_club term"] = (without_term[4000:6500], is_long[4000:6500])
    return tables


def _table_jobs(rng: np.random.Generator) -> Iterator[Job]:
    names = list(_learners(False, 0))
    for name, (features, labels) in _tables().items():
        known = np.unique(labels)
        data: dict[str, Any] = {
            "features": features,
            "labels": labels,
            "is_text": False,
            "dataset": name,
            "repeats": _REPEATS_OF_LOANS if name.startswith("lending") else _REPEATS,
        }
        for learner in rng.choice(names, 4, replace=False):
            for growth in ("slice", "slice", "joint"):
                part = 1 if known.size == 2 else int(rng.choice(known))
                metric = str(rng.choice(["recall", "f1"]))
                yield Job(**data, learner=str(learner), slice=part, metric=metric, growth=growth)
        for learner in rng.choice(names, 2, replace=False):
            yield Job(**data, learner=str(learner), slice=None, metric="accuracy", growth="joint")


def jobs() -> list[Job]:
    """Every curve once."""
    rng = np.random.default_rng(_CHOICES_SEED)
    return list({job.id: job for job in (*_text_jobs(rng), *_table_jobs(rng))}.values())


def main() -> int:
    """Make all curves, or some of them again."""
    wanted = set(sys.argv[1:])
    chosen = [job for job in jobs() if not wanted or job.id in wanted]
    curves = Parallel(n_jobs=os.cpu_count())(delayed(drawn)(job) for job in chosen)
    if wanted:
        known = {curve["id"]: curve for curve in json.loads(SLICES.read_text("utf-8"))}
        for curve in curves:
            same = curve == known.get(curve["id"])
            print(f"{curve['id']}: {'the same' if same else 'NOT the same'}")
        return 0
    kept = sorted((c for c in curves if len(c["n"]) >= _FEWEST_SIZES), key=lambda c: str(c["id"]))
    lines = ",\n".join(json.dumps(curve, separators=(",", ":")) for curve in kept)
    SLICES.write_text(f"[\n{lines}\n]\n", "utf-8")
    print(f"{len(kept)} curves of {len(chosen)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
