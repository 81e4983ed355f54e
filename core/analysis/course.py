"""How did spending and acceptance develop in the course of a run?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.calculators.deficit import wilson_interval
from core.workspace import Workspace, ledger

WINDOW = 50
"""Candidates that a rolling acceptance rate is taken from."""

_FEWEST = 10
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A run from its first call to its last, thinned out evenly where it is long."""

    calls: tuple[int, ...]
    """Calls made so far, at each point; empty when no model was asked."""
    cost_usd: tuple[float, ...]
    """Paid by then."""
    accepted: tuple[int, ...]
    """Accepted candidates whose last call was made by then."""
    minutes: tuple[float, ...]
    """Since the first call."""
    proposed: tuple[int, ...]
    """Candidates proposed so far, in their order; empty while they are fewer than ten."""
    rate: tuple[float, ...]
    """Share accepted of the last ``WINDOW`` candidates by then. [fraction]"""
    low: tuple[float, ...]
    high: tuple[float, ...]
    """Its 95 % interval. [fraction]"""


def course_of(workspace: Workspace, run_id: str, tau: float) -> Course:
    """What a run had paid and accepted, call by call, and the acceptance rate as it went.

    Parameters
    ----------
    tau
        Strictness at which a candidate counts as accepted.
    """
    found = ledger.candidates_frame(workspace, run_id)
    is_accepted = (found["score"] >= tau).to_numpy()
    calls = ledger.calls_frame(workspace, run_id)
    at = _points(len(calls))
    last = {index: place for place, index in enumerate(calls["candidate_index"].tolist())}
    done = np.zeros(len(calls), dtype=np.int64)
    for index in found.loc[is_accepted, "index"].tolist():
        if index in last:
            done[last[index]] += 1
    seconds = (calls["at"] - calls["at"].min()).dt.total_seconds().to_numpy()
    rate, low, high = rolling_rate(is_accepted.tolist())
    shown = _points(len(rate))
    return Course(
        calls=tuple(int(i) + 1 for i in at),
        cost_usd=tuple(float(v) for v in np.cumsum(calls["cost_usd"].to_numpy(dtype=float))[at]),
        accepted=tuple(int(v) for v in np.cumsum(done)[at]),
        minutes=tuple(float(v) / 60 for v in seconds[at]),
        proposed=tuple(int(i) + _FEWEST for i in shown),
        rate=tuple(rate[i] for i in shown),
        low=tuple(low[i] for i in shown),
        high=tuple(high[i] for i in shown),
    )


def rolling_rate(
    is_accepted: Sequence[bool], window: int = WINDOW
) -> tuple[list[float], list[float], list[float]]:
    """Share of the last *window* that are accepted, with its 95 % interval, from the tenth on."""
    so_far = np.concatenate([[0], np.cumsum(np.asarray(is_accepted, dtype=np.int64))])
    ends = np.arange(_FEWEST, len(so_far))
    starts = np.maximum(0, ends - window)
    accepted, of = so_far[ends] - so_far[starts], ends - starts
    low, high = wilson_interval(accepted, of)
    return (accepted / of).tolist(), low.tolist(), high.tolist()


def _points(total: int) -> list[int]:
    """Positions to show: all of them, or so many, spread evenly to the last."""
    most = min(total, _MOST_POINTS)
    return [round(i) for i in np.linspace(0, total - 1, most)]
