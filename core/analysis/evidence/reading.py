"""From who was right in which arm to gains, exchange rates and a verdict."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from core.analysis.evidence.answer import (
    Arm,
    ComparedArm,
    EvidenceAnswer,
    Range,
    RealCurve,
    Setting,
)
from core.analysis.evidence.trial import Trial
from core.calculators.deficit import wilson_interval
from core.calculators.learning_curve import CurveFit, scores_at
from core.calculators.paired import mcnemar_p, paired_gain_draws
from core.evidence.arms import DUPLICATED, FILTERED, UNFILTERED, ArmKey, ArmName, arms, keys
from core.evidence.exchange import DRAWS, curve_keys, gain_draws, real_curve, worth
from core.evidence.injection import Outcomes
from core.evidence.shares import best_and_hurting, in_words
from core.evidence.verdict import against_controls, verdict_of
from core.uncertainty import quantile, quantiles

_GRID = 40
_NAMES: dict[ArmName, str] = {
    "filtered": "the accepted corpus",
    "unfiltered": "as many candidates, unfiltered",
    "duplicated": "as many copies of real rows",
    "more real": "more real rows",
}


def answer_of(trial: Trial, outcomes: Outcomes) -> EvidenceAnswer:
    """Everything that the outcomes say."""
    stock, here, seed = trial.stock, outcomes.of_slice, trial.seed
    n_synthetic, n_real = stock.count(stock.accepted), int(stock.anchors.size)
    gains, elsewhere = (gain_draws(outcomes, FILTERED, m, seed) for m in (here, ~here))
    gained = int((~outcomes.full_without & outcomes.full_with & here).sum())
    lost = int((outcomes.full_without & ~outcomes.full_with & here).sum())
    p_value = float(mcnemar_p(gained, lost))
    n_test, n_elsewhere = int(here.sum()), int((~here).sum())
    verdict, why = verdict_of(gains, elsewhere, p_value, gained, lost, n_test, n_elsewhere)
    curve = real_curve(outcomes, seed)
    rate = worth(outcomes, curve, gains, n_synthetic, seed)
    answer = EvidenceAnswer(
        evidence_id=trial.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=trial.data.fingerprint,
        data_name=trial.data.name,
        label=stock.rows.label,
        slice=stock.slice_name,
        corpus=trial.corpus,
        synthetic=int(stock.accepted.size),
        repeats=trial.repeats,
        seed=seed,
        baseline=_arm(outcomes.without[:, here], n_real),
        augmented=_arm(outcomes.right[FILTERED][:, here], n_real + n_synthetic),
        gain=quantiles(gains),
        gain_low=float(np.quantile(gains, 0.05)),
        gain_high=float(np.quantile(gains, 0.95)),
        p_value=p_value,
        gained=gained,
        lost=lost,
        elsewhere=quantiles(elsewhere),
        exchange_rate=quantiles(rate),
        exchange_range=_range(rate),
        verdict=verdict,
        why=why,
        notes=(*trial.notes, *trial.trainer.said),
        trainer=trial.trainer.name,
        cost_usd=trial.trainer.spent_usd,
    )
    return _with_controls(answer, trial, outcomes, curve)


def _with_controls(
    answer: EvidenceAnswer, trial: Trial, outcomes: Outcomes, curve: CurveFit | None
) -> EvidenceAnswer:
    """What the other arms say, and what the corpus is worth by strictness and share."""
    by_share = _settings(trial, outcomes, curve, "share")
    best, hurts = best_and_hurting(outcomes, trial.seed)
    return replace(
        answer,
        arms=_compared(trial, outcomes),
        not_trained=trial.not_trained,
        controls=against_controls(_differences(outcomes, outcomes.of_slice, trial.seed)),
        exchange_by_strictness=_settings(trial, outcomes, curve, "strictness"),
        exchange_by_share=by_share,
        best_share=best,
        hurts_beyond=hurts,
        shares=in_words(best, hurts, [s.at for s in by_share]),
        real_curve=_drawn(outcomes, curve),
    )


def _added(trial: Trial) -> dict[ArmKey, int]:
    """Rows of the slice that each arm adds to the baseline's."""
    stock, whole = trial.stock, trial.repeats == 1
    wanted = keys(stock, controls=trial.controls, whole=whole)
    sizes = {k: stock.count(rows) for k, rows in arms(stock, wanted, 0, trial.seed, whole=whole)}
    return {key: size - sizes[wanted[0]] for key, size in sizes.items()}


def _compared(trial: Trial, outcomes: Outcomes) -> tuple[ComparedArm, ...]:
    here, found = outcomes.of_slice, []
    added = _added(trial)
    more = max((k for k in outcomes.right if k.name == "more real"), default=None)
    for key in (FILTERED, UNFILTERED, DUPLICATED, more):
        if key is None or key not in outcomes.right:
            continue
        gains = gain_draws(outcomes, key, here, trial.seed)
        found.append(
            ComparedArm(
                name=_NAMES[key.name],
                added=added[key],
                score=float(outcomes.right[key][:, here].mean()),
                gain=quantiles(gains),
                gain_low=float(np.quantile(gains, 0.05)),
                gain_high=float(np.quantile(gains, 0.95)),
                elsewhere=quantiles(gain_draws(outcomes, key, ~here, trial.seed)),
            )
        )
    return tuple(found)


def _differences(
    outcomes: Outcomes, here: NDArray[np.bool_], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Draws of how much better the corpus does than each control, on the slice."""
    corpus = outcomes.right[FILTERED][:, here]
    controls = {
        "as many copies of real rows": DUPLICATED,
        "as many unfiltered candidates": UNFILTERED,
    }
    return {
        name: paired_gain_draws(
            outcomes.right[key][:, here], corpus, draws=DRAWS, seed=seed, smoothed=True
        )
        for name, key in controls.items()
        if key in outcomes.right
    }


def _settings(
    trial: Trial, outcomes: Outcomes, curve: CurveFit | None, name: str
) -> tuple[Setting, ...]:
    here, found = outcomes.of_slice, []
    added = _added(trial)
    for key in sorted(k for k in outcomes.right if k.name == name):
        gains = gain_draws(outcomes, key, here, trial.seed)
        rate = worth(outcomes, curve, gains, added[key], trial.seed)
        found.append(
            Setting(
                at=key.at,
                samples=added[key],
                score=float(outcomes.right[key][:, here].mean()),
                gain=quantiles(gains),
                gain_low=float(np.quantile(gains, 0.05)),
                gain_high=float(np.quantile(gains, 0.95)),
                exchange_rate=quantiles(rate),
                exchange_range=_range(rate),
            )
        )
    return tuple(found)


def _drawn(outcomes: Outcomes, curve: CurveFit | None) -> RealCurve | None:
    if curve is None:
        return None
    points = curve_keys(outcomes)
    here = outcomes.of_slice
    grid = np.geomspace(points[0][0], 4 * points[-1][0], _GRID)
    low, middle, high = np.quantile(scores_at(curve, grid), (0.05, 0.5, 0.95), axis=0)
    return RealCurve(
        n=tuple(n for n, _ in points),
        score=tuple(float(outcomes.right[key][:, here].mean()) for _, key in points),
        grid=tuple(grid.tolist()),
        low=tuple(low.tolist()),
        middle=tuple(middle.tolist()),
        high=tuple(high.tolist()),
    )


def _arm(right: NDArray[np.bool_], n_train: int) -> Arm:
    score, n_test = float(right.mean()), int(right.shape[1])
    low, high = wilson_interval(score * n_test, n_test)
    return Arm(
        score=score, score_low=float(low), score_high=float(high), n_train=n_train, n_test=n_test
    )


def _range(rate: NDArray[np.float64]) -> Range:
    low, middle, high = (
        v if np.isfinite(v := float(quantile(rate, p))) else None for p in (0.05, 0.5, 0.95)
    )
    return low, middle, high
