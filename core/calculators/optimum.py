"""The best strictness, from the calibrated probability of every candidate.

A candidate is accepted when its probability of being good reaches the
threshold. Those who were not judged (NaN) are never accepted, but were
proposed and paid for. Of equally good thresholds the most lenient is given.

References
----------
.. [1] W. Dinkelbach, "On Nonlinear Fractional Programming", Management Science 13, 1967.
.. [2] J. Neyman and E. S. Pearson, "On the Problem of the most Efficient Tests of
   Statistical Hypotheses", Philosophical Transactions A 231, 1933.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction
from core.calculators.strictness import information_per_candidate, odds_multiplier

_ROUNDING = 1e-12


class Optimum(NamedTuple):
    """The best threshold and what it yields."""

    tau: float
    """Probability from which on candidates are accepted; ``inf`` where accepting nothing is
    best. [fraction]"""
    rate: float
    """Accepted of those proposed. [fraction]"""
    precision: float
    """Good of those accepted, by their probabilities; NaN where nothing is accepted. [fraction]"""
    value: float
    """What was maximised; 0 where nothing is accepted."""


NOTHING = Optimum(float("inf"), 0.0, float("nan"), 0.0)


class _Sweep(NamedTuple):
    """Every threshold that tells candidates apart, the strictest first."""

    tau: Floats
    accepted: Floats
    good: Floats
    proposed: int

    def at(self, worth: Floats, wanted: float) -> Optimum:
        """The most lenient of the best thresholds, if it is worth more than *wanted*."""
        if not len(worth) or not worth.max() > wanted:
            return NOTHING
        near = worth >= worth.max() - _ROUNDING * abs(worth.max())
        best = int(np.flatnonzero(near)[-1])
        return Optimum(
            float(self.tau[best]),
            float(self.accepted[best] / self.proposed),
            float(self.good[best] / self.accepted[best]),
            float(worth[best]),
        )


def _sweep(probability: ArrayLike) -> _Sweep:
    given = np.asarray(probability, dtype=np.float64).ravel()
    known = np.sort(fraction("probability", given[np.isfinite(given)]))[::-1]
    last = np.flatnonzero(np.diff(known, append=-1.0))
    return _Sweep(known[last], last.astype(np.float64) + 1, np.cumsum(known)[last], len(given))


def best_information(
    probability: ArrayLike, candidate_cost: float, downstream_cost: float = 0.0
) -> Optimum:
    """The strictness with the most effective information per dollar.

    Parameters
    ----------
    probability
        Of being good, calibrated, one per candidate; NaN for those not judged. [fraction]
    candidate_cost
        Generating and judging one candidate. [USD/candidate]
    downstream_cost
        What each accepted sample costs besides. Where nothing costs anything, the value is per
        candidate. [USD/sample]

    Returns
    -------
    Optimum; its value is in clean samples per dollar. [1/USD]

    References
    ----------
    A (2P − 1)² over cost. Its optimum is that of a ratio [1]_, and satisfies
    ``information_threshold``.
    """
    cost = float(checked("candidate_cost", candidate_cost, "USD/candidate"))
    besides = float(checked("downstream_cost", downstream_cost, "USD/sample"))
    swept = _sweep(probability)
    rate = swept.accepted / max(swept.proposed, 1)
    precision = np.minimum(swept.good / swept.accepted, 1.0)
    spent = cost + besides * rate if cost or besides else np.ones(len(rate))
    return swept.at(information_per_candidate(rate, precision) / spent, 0.0)


def best_floor(probability: ArrayLike, floor: float) -> Optimum:
    """The most lenient strictness with an expected precision of at least a floor.

    Parameters
    ----------
    probability
        Of being good, calibrated, one per candidate; NaN for those not judged. [fraction]
    floor
        Precision wanted. [fraction]

    Returns
    -------
    Optimum; its value is the acceptance rate. [fraction]

    References
    ----------
    A threshold is the most lenient rule where probabilities are right, Neyman and Pearson
    1933 [2]_.
    """
    wanted = float(fraction("floor", floor))
    swept = _sweep(probability)
    holds = swept.good >= (wanted - _ROUNDING) * swept.accepted
    return swept.at(np.where(holds, swept.accepted / max(swept.proposed, 1), 0.0), 0.0)


def best_value(
    probability: ArrayLike, value: float, harm: float, downstream_cost: float = 0.0
) -> Optimum:
    """The strictness with the most value less harm and what accepted samples cost.

    Parameters
    ----------
    probability
        Of being good, calibrated, one per candidate; NaN for those not judged. [fraction]
    value
        Worth of a good sample. [USD/sample]
    harm
        Damage of a bad one. [USD/sample]
    downstream_cost
        What each accepted sample costs besides. [USD/sample]

    Returns
    -------
    Optimum; its value is in dollars per candidate proposed. [USD/candidate]

    References
    ----------
    Expected value; its threshold is ``value_threshold``.
    """
    gain = float(checked("value", value, "USD/sample"))
    loss = float(checked("harm", harm, "USD/sample"))
    besides = float(checked("downstream_cost", downstream_cost, "USD/sample"))
    swept = _sweep(probability)
    worth = swept.good * (gain + loss) - swept.accepted * (loss + besides)
    return swept.at(worth / max(swept.proposed, 1), 0.0)


def likelihood_ratio(probability: ArrayLike, accepted: ArrayLike) -> float:
    """By how much accepting multiplies the odds, by calibrated probabilities instead of labels.

    Parameters
    ----------
    probability
        Of being good, one axis; NaN for those not judged, who count for nothing. [fraction]
    accepted
        Whether each is accepted. [1]

    Returns
    -------
    Likelihood ratio; as ``odds_multiplier`` where nothing or nothing bad is accepted. [1]

    References
    ----------
    Good ones counted by their probability, bad ones by the rest to 1.
    """
    given = np.asarray(probability, dtype=np.float64)
    known = np.isfinite(given)
    p, taken = fraction("probability", given[known]), np.asarray(accepted, dtype=bool)[known]
    good, bad = float(p.sum()), float((1 - p).sum())
    if not good or not bad:
        return float("nan")
    kept, passed = float(p[taken].sum()) / good, float((1 - p[taken]).sum()) / bad
    return float(odds_multiplier(min(kept, 1.0), min(passed, 1.0)))
