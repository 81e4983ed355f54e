"""Does a loop that is trained on its own output collapse? Simulated, with theory beside it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import numpy as np

from core.calculators.collapse import fresh_fixed_point
from core.calculators.collapse_shares import good_share_limit
from core.collapse.lab import LabResult, Series, run
from core.collapse.presets import Preset, preset, presets
from core.collapse.settings import (
    ANCHOR_KINDS,
    ESTIMATORS,
    MODELS,
    MODES,
    LabSettings,
)
from core.collapse.verdicts import fate_of
from core.formats import percent

__all__ = [
    "ANCHOR_KINDS",
    "ESTIMATORS",
    "FIGURES",
    "MODELS",
    "MODES",
    "CollapseAnswer",
    "LabSettings",
    "Preset",
    "Series",
    "collapse",
    "preset",
    "presets",
]

FIGURES: Mapping[str, str] = {
    "var": "variance (the truth's is 1)",
    "std": "standard deviation (the truth's is 1)",
    "mean": "mean (the truth's is 0)",
    "mean_sq": "squared mean (the truth's is 0)",
    "w2_sq": "squared Wasserstein-2 distance from the truth",
    "log_var": "logarithm of the variance",
    "tail_mass": "probability beyond two true standard deviations (the truth's is 0.0455)",
    "support": "categories that are left",
    "gini_simpson": "variety (Gini-Simpson index)",
    "rare_support": "rare categories that are left (share)",
    "test_error": "test error beyond the noise",
    "good_share": "good samples (share)",
}
"""Every figure in words, with what it is for the truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollapseAnswer:
    """What became of a loop."""

    settings: LabSettings
    effective_anchors: int
    """Real points of each generation, after rounding. [samples]"""
    series: Mapping[str, Series]
    verdict: str
    why: str
    at: int | None
    """The generation at which it happened; None for a stable loop."""

    @property
    def generations(self) -> list[dict[str, Any]]:
        """Generation by generation: mean, standard error and exact value of every figure."""
        return [{"g": g, **_contract(self.series, g)} for g in range(self.settings.generations + 1)]

    @property
    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "model": self.settings.model,
            "generations": self.generations,
            "effective_anchors": self.effective_anchors,
            "verdict": self.verdict,
            "why": self.why,
            "at": self.at,
            "settings": asdict(self.settings),
        }


def collapse(settings: LabSettings) -> CollapseAnswer:
    """Simulate a loop, lay the exact recursion over it, and say what became of it."""
    result = run(settings)
    fate = fate_of(result)
    return CollapseAnswer(
        settings=settings,
        effective_anchors=settings.effective_anchors,
        series=result.series,
        verdict=fate.verdict,
        why=f"{fate.why[0].upper()}{fate.why[1:]}{_limit(settings)}{_rounding(result)}",
        at=fate.at,
    )


def _limit(s: LabSettings) -> str:
    """Where such a loop settles, in the cases where that is known."""
    if s.mode != "replace":
        return ""
    if s.model == "critic" and not s.effective_anchors and 0 < s.good_share < 1:
        share = good_share_limit(tpr=s.tpr, fpr=s.fpr, loss=s.imitation_loss)
        if isnan(share):
            return " The critic tells nothing apart: what share is left is chance."
        return f" With ever more samples it settles at {percent(share)} good ones."
    plain = s.bias == 1 and s.keep_within is None and s.critic_centre is None and not s.known_sd
    if s.model == "gaussian" and plain and s.estimator == "unbiased" and not s.effective_anchors:
        return (
            " The expected variance stays at the truth's: ever fewer chains carry all of it, and "
            "in the long run every single one goes to 0."
        )
    fresh = s.anchor_kind == "fresh" or not s.effective_anchors
    if s.model == "gaussian" and s.estimator == "mle" and plain and fresh:
        held = fresh_fixed_point(s.n, s.effective_anchors / s.n)
        return f" In expectation it settles at {percent(held)} of the true variance."
    return ""


def _rounding(result: LabResult) -> str:
    s = result.settings
    wanted = s.anchor * s.n
    if not s.anchor or abs(wanted - s.effective_anchors) < 1e-9:
        return ""
    if not s.effective_anchors:
        return (
            f" A real share of {s.anchor:g} of {s.n:,} samples is less than half a sample: no "
            "generation sees a real one."
        )
    return (
        f" A real share of {s.anchor:g} of {s.n:,} samples is rounded to "
        f"{s.effective_anchors:,}, a share of {s.effective_anchors / s.n:.3g}."
    )


def _contract(series: Mapping[str, Series], g: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in series.items():
        if name == "log_var":
            found["log_var_median"] = {"mean": _plain(one.median[g]), "se": None, "exact": None}
            continue
        found[name] = {
            "mean": _plain(one.mean[g]),
            "se": _plain(one.se[g]),
            "exact": None if one.exact is None else _plain(one.exact[g]),
        }
    return found


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
