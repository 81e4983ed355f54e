"""Injection experiments: train with and without the corpus, test on real rows held out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence.arms import FILTERED, ArmKey, Stock, anchors_used, arms, keys
from core.evidence.trainers.trainer import Rows, Trainer

Right = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Whether each held-out row was predicted right in each arm, repeat by repeat."""

    baseline: ArmKey
    right: dict[ArmKey, Right]
    """``(repeats, test rows)`` per arm; the arms of a repeat start from the same real rows."""
    full_without: Right
    """``(test rows,)`` after one training on all training rows."""
    full_with: Right
    """The same with the corpus."""
    of_slice: Right
    """Which test rows belong to the slice."""

    @property
    def without(self) -> Right:
        """The baseline."""
        return self.right[self.baseline]


def injection(
    stock: Stock,
    trainer: Trainer,
    *,
    repeats: int,
    seed: int,
    controls: bool,
    step: Callable[[str], None],
) -> Outcomes:
    """Train every arm on the same splits and seeds and test all on the same rows.

    Parameters
    ----------
    repeats
        Each trains on nine in ten of the training rows; a single one trains on all.
    controls
        Whether to train the arms of the sceptic as well, not only without and with.
    step
        Called after each training; may raise to stop the work.
    """
    whole = repeats == 1
    wanted = keys(stock, controls=controls, whole=whole)
    baseline = ArmKey("real", anchors_used(stock, whole=whole))
    bench = trainer.bench(stock.rows)
    truth = stock.rows.labels[stock.test]

    def right(train: Rows, of: int) -> Right:
        return np.asarray(bench.predicted(train, stock.test, of) == truth, dtype=bool)

    found: dict[ArmKey, list[Right]] = {key: [] for key in wanted}
    for repeat in range(repeats):
        for key, train in arms(stock, wanted, repeat, seed, whole=whole):
            found[key].append(right(train, seed + repeat))
            step(f"training: {_said(key)}")
    measured = {key: np.array(rows) for key, rows in found.items()}
    if whole:
        full = measured[baseline][0], measured[FILTERED][0]
    else:
        full = (
            right(stock.train, seed),
            right(np.concatenate([stock.train, stock.accepted]), seed),
        )
    return Outcomes(
        baseline=baseline,
        right=measured,
        full_without=full[0],
        full_with=full[1],
        of_slice=stock.of_slice,
    )


def trainings(stock: Stock, repeats: int, *, controls: bool) -> int:
    """How many trainings an experiment reports."""
    return repeats * len(keys(stock, controls=controls, whole=repeats == 1))


def _said(key: ArmKey) -> str:
    match key.name:
        case "real":
            return f"{key.at:,.0f} real rows"
        case "more real":
            return f"{key.at:,.0f} more real rows"
        case "strictness":
            return f"strictness {key.at:g}"
        case "share":
            return f"synthetic share {key.at:.2f}"
        case "filtered":
            return "with the corpus"
        case _:
            return f"{key.name} rows"
