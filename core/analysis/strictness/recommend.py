"""Where to put the knob: four objectives, and which of them is being served."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.analysis.strictness.judged import Judged
from core.calculators.optimum import best_floor, best_information, best_value
from core.errors import InputError
from core.formats import money, percent

Aim = Literal["information", "floor", "value", "downstream"]

MIDDLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the strictness is to be best at."""

    aim: Aim = "information"
    """Most information per dollar; the most lenient with a precision; most value less harm; or
    most information per dollar when each accepted sample costs something besides."""
    floor: float = 0.9
    """Precision wanted, where that is the aim. [fraction]"""
    value_usd: float = 1.0
    """Worth of a good sample, where value is the aim. [USD/sample]"""
    harm_usd: float = 1.0
    """Damage of a bad one, where value is the aim. [USD/sample]"""
    downstream_usd: float = 0.0
    """What each accepted sample costs besides: review, storage, training. [USD/sample]"""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 < self.floor < 1:
            raise InputError(
                f"the precision wanted is {self.floor:g}; expected a number between 0 and 1, "
                "such as 0.9."
            )
        for name, usd in (
            ("value of a good sample", self.value_usd),
            ("harm of a bad one", self.harm_usd),
            ("downstream cost", self.downstream_usd),
        ):
            if not (np.isfinite(usd) and usd >= 0):
                raise InputError(f"the {name} is {usd:g}; expected dollars, at least 0.")
        if self.aim == "downstream" and not self.downstream_usd:
            raise InputError(
                "the downstream cost is 0; expected what each accepted sample costs besides, in "
                "dollars, such as 0.05 for its review."
            )
        if self.aim == "value" and self.value_usd + self.harm_usd == 0:
            raise InputError(
                "neither a good sample has a value nor a bad one does harm; expected at least "
                "one of them above 0 dollars."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """The strictness to start from."""

    tau: float | None
    why: str


def recommended(judged: Judged, objective: Objective) -> Recommended:
    """The best strictness for an objective, by the calibrated probability of every candidate."""
    known = judged.score[np.isfinite(judged.score)]
    if not len(known):
        return Recommended(tau=None, why="no candidate has been judged by every critic yet")
    if judged.calibration is None:
        return _unmeasured(float(known.max()), judged.uncalibrated)
    if objective.aim == "floor":
        return _by_floor(judged, objective)
    if objective.aim == "value":
        return _by_value(judged, objective)
    return _by_information(judged, objective)


def _by_information(judged: Judged, objective: Objective) -> Recommended:
    proposed = len(judged.score)
    each = (judged.cost_usd or 0.0) / proposed
    besides = objective.downstream_usd if objective.aim == "downstream" else 0.0
    # Without costs the candidate is the unit of account: the best setting does not depend on it.
    best = best_information(judged.probability, each or (0.0 if besides else 1.0), besides)
    if not best.value > 0:
        return Recommended(
            tau=None,
            why=(
                "at no strictness are more than half of those accepted good, so no setting adds "
                "information; improve the generator or the critics"
            ),
        )
    counted = f", {money(besides)} downstream of each accepted one counted" if besides else ""
    return Recommended(
        tau=_between(judged, best.tau),
        why=(
            f"most information per dollar{counted}: accepts {percent(best.rate, 0)} of the "
            f"candidates at a precision of {percent(best.precision, 0)} by "
            f"{judged.calibration.labels if judged.calibration else 0} labels; stricter loses "
            "more than it mends"
        ),
    )


def _by_floor(judged: Judged, objective: Objective) -> Recommended:
    best = best_floor(judged.probability, objective.floor)
    if not np.isfinite(best.tau):
        top = float(np.nanmax(judged.probability))
        return Recommended(
            tau=None,
            why=(
                f"no setting is expected to reach a precision of {percent(objective.floor, 0)}; "
                f"the best candidate is good with a probability of {percent(top, 0)}"
            ),
        )
    return Recommended(
        tau=_between(judged, best.tau),
        why=(
            f"the most lenient with an expected precision of at least "
            f"{percent(objective.floor, 0)}: accepts {percent(best.rate, 0)} of the candidates; "
            "expected is not certified, ask for a certificate before promising it"
        ),
    )


def _by_value(judged: Judged, objective: Objective) -> Recommended:
    best = best_value(
        judged.probability, objective.value_usd, objective.harm_usd, objective.downstream_usd
    )
    stakes = (
        f"{money(objective.value_usd)} a good sample, {money(objective.harm_usd)} lost on a bad one"
    )
    if not best.value > 0:
        return Recommended(tau=None, why=f"accepting pays at no strictness: {stakes}")
    return Recommended(
        tau=_between(judged, best.tau),
        why=(
            f"most value less harm ({stakes}): accepts {percent(best.rate, 0)} of the candidates "
            f"at an expected precision of {percent(best.precision, 0)}"
        ),
    )


def _between(judged: Judged, tau: float) -> float:
    """Half way to the next candidate that is rejected: the same are accepted, by no hair."""
    below = judged.probability[judged.probability < tau]
    return (tau + float(below.max())) / 2 if len(below) else tau


def _unmeasured(best: float, why: str) -> Recommended:
    """A starting point without a measurement behind it."""
    top = f"; nothing reaches it, the best score is {best:.2f}" if best < MIDDLE else ""
    return Recommended(
        tau=MIDDLE,
        why=(
            f"{why}, so precision is unknown: {MIDDLE:g} is the middle of the score and no "
            f"measured optimum{top}"
        ),
    )
