"""The critics' scores as probabilities of being good, learnt from the labels of people.

Few labels bear a sigmoid. From two hundred on, a sigmoid with plateaus and
Venn-Abers, which assumes no form, are tried as well, and taken where they say
the labels left out better than chance would have it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from core.calculators.calibration import (
    plateau_fit,
    plateau_probability,
    platt_fit,
    sigmoid_band,
)
from core.calculators.reliability import log_loss
from core.calculators.venn_abers import VennAbers, merged, venn_abers_fit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLATT, PLATEAUS, VENN_ABERS = "smoothed Platt", "sigmoid with plateaus", "Venn-Abers"

FEWEST_LABELS = 10
MANY_LABELS = 200
"""Labels from which on other methods than Platt's are tried."""

_FOLDS = 5
_TILT = 1e-6
"""Share of the score itself in a probability, so that no two scores are worth the same."""
_GROUPS_PER_UNIT = 50
"""Venn-Abers tells scores apart by this part of a unit of their log odds."""
_EDGE = 1e-3
_BEYOND_CHANCE = 1.3
"""Standard errors by which a freer method must be better: one chance in ten."""


class Model(Protocol):
    """A fitted calibration."""

    def at(self, score: Floats) -> Floats:
        """Probability of being good."""
        ...

    def band(self, score: Floats) -> tuple[Floats, Floats]:
        """How sure that is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a score is worth."""

    method: str
    labels: int
    good: int
    """Good ones among the labels."""
    log_loss: float
    """Of the labels left out, by the method taken."""
    considered: Mapping[str, float]
    """The same of every method that was tried."""
    left_out: Floats
    """Probability of each labelled one by a fit that had not seen its label, in the order given."""
    _model: Model = field(repr=False)
    _folds: tuple[Model, ...] = field(repr=False)

    def probability(self, score: ArrayLike) -> Floats:
        """Of being good, rising with the score; NaN for a NaN."""
        return _known(score, lambda s: (1 - _TILT) * self._model.at(s) + _TILT * s)

    def interval(self, score: ArrayLike) -> tuple[Floats, Floats]:
        """Venn-Abers' two probabilities, or the 90 % band of a sigmoid; NaN for a NaN."""
        low = _known(score, lambda s: self._model.band(s)[0])
        return low, _known(score, lambda s: self._model.band(s)[1])

    def crossfit_all(self, score: ArrayLike) -> Floats:
        """Mean probability by the fits that ``left_out`` was made with; NaN for a NaN."""
        return _known(score, lambda s: np.mean([fold.at(s) for fold in self._folds], axis=0))


def uncalibratable(score: ArrayLike, label: ArrayLike) -> str:
    """Why nothing can be learnt from these labels, in a sentence; empty when it can."""
    s, y = np.asarray(score, dtype=np.float64), np.asarray(label, dtype=np.float64)
    good, bad = int((y > 0.5).sum()), int((y <= 0.5).sum())
    if not len(y):
        return "nobody has labelled a candidate"
    if len(y) < FEWEST_LABELS:
        return (
            f"{len(y)} {'label is' if len(y) == 1 else 'labels are'} too few to learn from; at "
            f"least {FEWEST_LABELS} are needed, good and bad"
        )
    if not good or not bad:
        return (
            f"all {len(y)} labels say {'good' if good else 'bad'}; both kinds are needed to learn "
            "what a score is worth"
        )
    outside = ~((s >= 0) & (s <= 1))
    if outside.any():
        return (
            f"{int(outside.sum())} of {len(s)} scores are outside 0 to 1, first "
            f"{s[outside][0]:g}; scores are fractions"
        )
    if np.ptp(s) == 0:
        return (
            f"all {len(y)} labelled candidates have the same score, {s[0]:g}, so it tells nothing "
            "apart"
        )
    return ""


def calibrate(score: ArrayLike, label: ArrayLike, seed: int = 0) -> Calibration:
    """Learn what scores are worth; ``uncalibratable`` must have nothing to say."""
    s, y = np.asarray(score, dtype=np.float64), np.asarray(label, dtype=np.float64)
    fold = _fold_of(y, seed)
    methods = _METHODS if len(y) >= MANY_LABELS else {PLATT: _METHODS[PLATT]}
    models: dict[str, tuple[Model, ...]] = {}
    left_out: dict[str, Floats] = {}
    for name, fit in methods.items():
        models[name] = tuple(_fitted(fit, s[fold != k], y[fold != k]) for k in range(_FOLDS))
        left_out[name] = np.empty(len(y))
        for k, model in enumerate(models[name]):
            left_out[name][fold == k] = model.at(s[fold == k])
    taken = _best(left_out, y)
    considered = {name: log_loss(said, y) for name, said in left_out.items()}
    return Calibration(
        method=taken,
        labels=len(y),
        good=int(y.sum()),
        log_loss=considered[taken],
        considered=considered,
        left_out=left_out[taken],
        _model=_fitted(methods[taken], s, y),
        _folds=models[taken],
    )


def _best(left_out: Mapping[str, Floats], label: Floats) -> str:
    """The simplest method, unless a freer one says labels left out better beyond chance.

    A form that fits is learnt from far fewer labels than a freer one, so chance
    must not decide against it.
    """
    surprise = {
        name: -np.log(np.where(label > 0.5, said, 1 - said)) for name, said in left_out.items()
    }
    taken, *freer = surprise
    for name in freer:
        gain = surprise[taken] - surprise[name]
        error = float(gain.std(ddof=1)) / np.sqrt(len(gain))
        if float(gain.mean()) > _BEYOND_CHANCE * error:
            taken = name
    return taken


def _fold_of(label: Floats, seed: int) -> Ints:
    """Which part each is left out with: good and bad ones spread evenly, by chance."""
    rng = np.random.default_rng(seed)
    fold = np.empty(len(label), dtype=np.int64)
    order = np.concatenate([rng.permutation(np.flatnonzero(label == kind)) for kind in (1, 0)])
    fold[order] = np.arange(len(label)) % _FOLDS
    return fold


@dataclass(frozen=True, slots=True)
class _Sigmoid:
    curve: tuple[float, float, float, float]
    labelled: Floats

    def at(self, score: Floats) -> Floats:
        return plateau_probability(score, *self.curve)

    def band(self, score: Floats) -> tuple[Floats, Floats]:
        return sigmoid_band(self.labelled, score, self.curve)


@dataclass(frozen=True, slots=True)
class _Steps:
    fit: VennAbers

    def at(self, score: Floats) -> Floats:
        return merged(*self.band(score))

    def band(self, score: Floats) -> tuple[Floats, Floats]:
        return self.fit.at(_grouped(score))


def _platt(score: Floats, label: Floats) -> Model:
    return _Sigmoid((*platt_fit(score, label), 0.0, 1.0), score)


def _plateaus(score: Floats, label: Floats) -> Model:
    return _Sigmoid(plateau_fit(score, label), score)


def _venn_abers(score: Floats, label: Floats) -> Model:
    return _Steps(venn_abers_fit(_grouped(score), label))


_METHODS: Mapping[str, Callable[[Floats, Floats], Model]] = {
    PLATT: _platt,
    PLATEAUS: _plateaus,
    VENN_ABERS: _venn_abers,
}


def _fitted(fit: Callable[[Floats, Floats], Model], score: Floats, label: Floats) -> Model:
    good = float(label.sum())
    if 0 < good < len(label):
        return fit(score, label)
    # The only one of its kind was left out: all that is left says one thing.
    return _Sigmoid((0.0, float(special.logit((good + 0.5) / (len(label) + 1))), 0.0, 1.0), score)


def _grouped(score: Floats) -> Floats:
    """Log odds in steps, so that very many labels make no more groups than tell apart."""
    odds = special.logit(np.clip(score, _EDGE, 1 - _EDGE))
    return np.round(odds * _GROUPS_PER_UNIT)


def _known(score: ArrayLike, read: Callable[[Floats], Floats]) -> Floats:
    s = np.asarray(score, dtype=np.float64)
    found = np.full(s.shape, np.nan)
    known = np.isfinite(s)
    found[known] = read(s[known])
    return found
