"""Where will a learning curve that was measured elsewhere go?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.sizing import Reachable, verdict_of
from core.analysis.target import checked_target
from core.calculators.door import checked
from core.calculators.learning_curve import CurveFit, Growth, learning_curve, samples_for, scores_at
from core.errors import DataError
from core.records import Quantiles
from core.uncertainty import quantiles

_DRAWS = 400
_LARGEST = 1e15
_NUMBERS = {
    "n": (1.0, _LARGEST),
    "score": (0.0, 1.0),
    "correct": (0.0, _LARGEST),
    "total": (1.0, _LARGEST),
    "std": (0.0, 1.0),
    "repeats": (1.0, _LARGEST),
}
"""Columns of numbers and the range that each must lie in."""
_MAY_BE_BLANK = ("std", "repeats")


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The score at a size that was not measured."""

    n: float
    score: Quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveAnswer:
    """What a curve says about a target."""

    curve: str
    target: float
    reachable: Reachable
    p_reachable: float
    n_needed: Quantiles
    families: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to a curve: the size for a target, or the score at a size."""

    curve: str
    target: float | None
    at: float | None


def curves_of_points(points: pd.DataFrame, name: str, *, seed: int = 0) -> dict[str, CurveFit]:
    """Fit every curve of a table of points.

    Parameters
    ----------
    points
        Columns ``n`` and ``score``, or ``n``, ``correct`` and ``total``;
        optionally ``std``, ``repeats``, ``n_test``, ``growth`` and ``curve``.
    name
        The file's name, for messages.

    Raises
    ------
    DataError
        A column is missing or a curve has fewer than three sizes.
    """
    points = _checked_points(points.copy(), name)
    if points.empty:
        raise DataError(f"{name} has column names but no points; expected one point per line.")
    fits = {}
    for curve, own in points.groupby("curve", sort=False):
        if own["n"].nunique() < 3:
            raise DataError(
                f"{name}: curve {curve!r} has {own['n'].nunique()} different sizes; "
                "expected scores at 3 or more."
            )
        fits[str(curve)] = learning_curve(
            own["n"].to_numpy(float),
            own["score"].to_numpy(float),
            own["noise"].to_numpy(float),
            growth=_growth(own, name),
            draws=_DRAWS,
            seed=seed,
        )
    return fits


def _checked_points(points: pd.DataFrame, name: str) -> pd.DataFrame:
    for column in _NUMBERS:
        if column in points:
            points[column] = _numbers(points[column], column, name)
    if "score" not in points and {"correct", "total"} <= set(points.columns):
        points["score"] = _share(points, name)
        noise = np.maximum(points["score"] * (1 - points["score"]), 0.01) / points["total"]
        points["noise"] = np.sqrt(noise)
    for column in ("n", "score"):
        if column not in points:
            have = ", ".join(repr(c) for c in points.columns)
            raise DataError(
                f"{name} has no column {column!r}; expected n and score, or n, correct "
                f"and total; its columns are {have}."
            )
    if "noise" not in points:
        points["noise"] = _noise_of_means(points)
    if "curve" not in points:
        points["curve"] = "curve"
    return points


def _numbers(values: pd.Series, column: str, name: str) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    low, high = _NUMBERS[column]
    wrong = ~((numbers >= low) & (numbers <= high))
    if column in _MAY_BE_BLANK:
        wrong &= values.notna()
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{name}, point {row + 1}: {column} is {values.iloc[row]!s}; expected a number from "
            f"{low:g} to {high:g}."
        )
    return numbers.astype(float)


def _share(points: pd.DataFrame, name: str) -> pd.Series:
    wrong = points["correct"] > points["total"]
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{name}, point {row + 1}: {points['correct'].iloc[row]:g} correct of "
            f"{points['total'].iloc[row]:g}; expected at most the total."
        )
    return points["correct"] / points["total"]


def _noise_of_means(points: pd.DataFrame) -> pd.Series:
    if "std" not in points:
        return pd.Series(np.nan, index=points.index)
    repeats = points["repeats"].fillna(1.0) if "repeats" in points else 1.0
    return points["std"] / np.sqrt(repeats)


def _growth(own: pd.DataFrame, name: str) -> Growth | None:
    if "growth" not in own or pd.isna(own["growth"].iloc[0]):
        return None
    value = str(own["growth"].iloc[0])
    if value == "slice":
        return "slice"
    if value == "joint":
        return "joint"
    raise DataError(f"{name}: growth is {value!r}; expected 'slice' or 'joint'.")


def answer_of(curve: str, fit: CurveFit, target: float) -> CurveAnswer:
    """Samples that a target needs, and whether it can be reached."""
    needed = samples_for(fit, checked_target(target))
    p = float(np.mean(np.isfinite(needed)))
    return CurveAnswer(
        curve=curve,
        target=target,
        reachable=verdict_of(p),
        p_reachable=p,
        n_needed=quantiles(needed),
        families=fit.weights,
    )


def scores_of(fit: CurveFit, at: Sequence[float]) -> list[At]:
    """The score at sizes that were not measured.

    Raises
    ------
    AssumptionError
        A size is not at least 1.
    """
    drawn = scores_at(fit, checked("the size to look at", at, "samples", low=1.0, high=_LARGEST))
    return [At(n=float(n), score=quantiles(drawn[:, i])) for i, n in enumerate(at)]


def asks_of(table: pd.DataFrame, name: str, known: Sequence[str]) -> list[Ask]:
    """The questions of a table ``curve,target,at`` with one of the two given per row."""
    for column in ("curve", "target", "at"):
        if column not in table:
            raise DataError(f"{name} has no column {column!r}; expected curve, target and at.")
    asks = []
    for i, row in enumerate(table.to_dict("records"), start=1):
        curve = str(row["curve"])
        if curve not in known:
            raise DataError(f"{name}, ask {i}: no curve is named {curve!r} in the points.")
        try:
            target, at = (float(row[key]) for key in ("target", "at"))
        except ValueError:
            raise DataError(f"{name}, ask {i}: target or at is not a number; correct it.") from None
        if math.isnan(target) == math.isnan(at):
            raise DataError(f"{name}, ask {i}: give either target or at, not both or neither.")
        asks.append(
            Ask(
                curve=curve,
                target=None if math.isnan(target) else target,
                at=None if math.isnan(at) else at,
            )
        )
    return asks
