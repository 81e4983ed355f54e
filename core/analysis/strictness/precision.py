"""How many of those accepted are good, from few labels and all scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.strictness.judged import Judged
from core.calculators.calibration import precision_quantile
from core.calculators.deficit import wilson_interval
from core.calculators.prediction_powered import enough, stratified_ppi
from core.records import Quantiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.8
"""Of every interval here: from the 10th to the 90th percentile."""

PREDICTION_POWERED = "prediction-powered: labels and all scores"
LABELS_ONLY = "labels only"

_FEWEST_IN_BAND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """The share of good ones among those accepted, and how it is known."""

    quantiles: Quantiles | None
    """None where it is unknown."""
    method: str
    labels: int
    """Labels drawn by chance that it rests on."""
    labels_only: Quantiles | None
    """From the labelled ones alone, under Jeffreys' prior."""
    wilson: tuple[float, float] | None
    """Wilson's 80 % interval from the labelled ones alone."""
    why: str
    """Why it is unknown; empty when it is known."""


class PrecisionOf:
    """Reads precision off for any number of the best candidates; nothing is fitted here."""

    def __init__(self, judged: Judged, order: Ints) -> None:
        """*order* lists the judged candidates, best first."""
        self._score = judged.score[order]
        self._labels = int(judged.is_labelled.sum())
        proof = judged.proof[order]
        self._place = np.flatnonzero(np.isfinite(proof))
        self._label = proof[self._place]
        self._limit = judged.drawn[order][self._place]
        self._limits = np.unique(self._limit)
        self._is_calibrated = judged.calibration is not None
        if judged.calibration is not None:
            everyone = judged.calibration.crossfit_all(self._score)
            said = np.full(len(judged.score), np.nan)
            said[order] = everyone
            said[judged.is_labelled] = judged.calibration.left_out
            self._said = said[order][self._place]
            self._sum = np.concatenate([[0.0], np.cumsum(everyone)])
            self._squares = np.concatenate([[0.0], np.cumsum(everyone**2)])

    def at(self, accepted: int) -> Precision:
        """The precision when the best so many are accepted."""
        if not accepted:
            return _unknown("nothing is accepted")
        if not len(self._place):
            said = "nobody has labelled a candidate"
            if self._labels:
                said = (
                    f"all {self._labels} labels were picked by hand, which tell nothing of others"
                )
            return _unknown(f"{said}; label candidates drawn by chance")
        lowest = float(self._score[accepted - 1])
        inside = self._place < accepted
        plain = inside & (self._limit <= lowest)
        if not plain.any():
            return _unknown(
                f"the labels were drawn from scores of {self._limits.min():.2f} and above, and "
                "none of them from as far down as this; label from all candidates"
            )
        label = self._label[plain]
        good, of = float(label.sum()), len(label)
        low, middle, high = precision_quantile(good, of - good, np.array([0.1, 0.5, 0.9])).tolist()
        alone = Quantiles(p10=low, p50=middle, p90=high)
        powered = self._powered(accepted, lowest, inside, plain)
        least, most = wilson_interval(good, of, LEVEL)
        return Precision(
            quantiles=powered or alone,
            method=PREDICTION_POWERED if powered else LABELS_ONLY,
            labels=int(inside.sum()) if powered else of,
            labels_only=alone,
            wilson=(float(least), float(most)),
            why="",
        )

    def _powered(
        self, accepted: int, lowest: float, inside: NDArray[np.bool_], plain: NDArray[np.bool_]
    ) -> Quantiles | None:
        """By labels and all scores; None where the labels are too few of one kind."""
        if not self._is_calibrated:
            return None
        edges = self._limits[self._limits > lowest]
        starts = np.searchsorted(-self._score[:accepted], -edges, side="right")
        ends = np.concatenate([[accepted], starts])
        starts = np.concatenate([starts, [0]])
        use = inside
        band = np.searchsorted(edges, self._score[self._place], side="right")
        counts = np.bincount(band[use], minlength=len(starts))
        if ((counts < _FEWEST_IN_BAND) & (ends > starts)).any():
            # Too few somewhere: those drawn from everything accepted are one draw.
            starts, ends = np.array([0]), np.array([accepted])
            use, band = plain, np.zeros(len(band), dtype=np.int64)
        if not enough(self._label[use]):
            return None
        kept = ends > starts
        size = (ends - starts)[kept]
        mean = (self._sum[ends] - self._sum[starts])[kept] / size
        square = (self._squares[ends] - self._squares[starts])[kept] / size
        renumbered = np.cumsum(kept) - 1
        low, point, high = stratified_ppi(
            self._label[use],
            self._said[use],
            renumbered[band[use]],
            size,
            mean,
            np.maximum(square - mean**2, 0.0),
            LEVEL,
        )
        return Quantiles(p10=float(low), p50=float(point), p90=float(high))


def _unknown(why: str) -> Precision:
    return Precision(
        quantiles=None, method="unknown", labels=0, labels_only=None, wilson=None, why=why
    )
