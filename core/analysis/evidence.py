"""Does injecting the accepted corpus really move the slice, on real data held out?"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples, labelled_examples
from core.audit.holdout import content_keys, training_rows
from core.calculators.deficit import wilson_interval
from core.calculators.paired import mcnemar_p, paired_gain_draws
from core.errors import DataError
from core.evidence.corpus import usable_corpus
from core.evidence.injection import Arms, equivalents, injection, trainings
from core.evidence.verdict import Verdict, verdict_of
from core.records import Progress, Quantiles, no_progress
from core.uncertainty import quantile, quantiles
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples
from core.workspace.findings import finding_id, finding_names, load_finding, save_finding

_DRAWS = 2_000
_METHOD = 1  # raise when the same inputs would give another answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The slice's score in one arm, on the held-out rows."""

    score: float
    """Mean over the repeats."""
    score_low: float
    score_high: float
    n_train: int
    """Training rows of the slice, synthetic ones included."""
    n_test: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnswer:
    """What the corpus did to the slice, and to the rest."""

    evidence_id: str
    at: str
    fingerprint: str
    data_name: str
    label: str
    slice: str
    corpus: str
    """The run and strictness, or the file, that the synthetic rows came from."""
    synthetic: int
    repeats: int
    seed: int
    baseline: Arm
    augmented: Arm
    gain: Quantiles
    gain_low: float
    gain_high: float
    """90 % interval of the gain, which decides the verdict together with the p-value."""
    p_value: float
    gained: int
    lost: int
    elsewhere: Quantiles
    """Gain on the held-out rows of all other slices."""
    exchange_rate: Quantiles
    exchange_range: tuple[float | None, float | None, float | None]
    """5th, 50th and 95th percentile of the exchange rate; None where beyond the curve."""
    verdict: Verdict
    why: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """What is compared, and how often."""

    data: Dataset
    rows: Examples
    trains: NDArray[np.bool_]
    slice_name: str
    synthetic: pd.DataFrame
    corpus_name: str
    repeats: int
    seed: int
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name that the evidence is stored under."""
        return finding_id(
            data=self.data.fingerprint,
            label=self.rows.label,
            text=self.rows.text,
            slice=self.slice_name,
            repeats=self.repeats,
            seed=self.seed,
            corpus=sorted(content_keys(self.synthetic)),
            method=_METHOD,
        )


def evidence(
    workspace: Workspace,
    data: Dataset,
    *,
    label: str,
    slice_name: str,
    corpus: pd.DataFrame,
    corpus_name: str,
    text: str | None = None,
    repeats: int = 10,
    seed: int = 0,
    progress: Progress = no_progress,
) -> EvidenceAnswer:
    """Train without and with the corpus and compare on real rows that neither saw.

    The answer is stored; the same data, corpus and settings are not run again.

    Raises
    ------
    DataError
        The slice has no rows on one side, or the corpus lacks a column.
    """
    rows = labelled_examples(data, examples(workspace, data), label, text)
    trains = training_rows(rows.frame[[*rows.columns, label]], label)
    _refuse_empty_sides(data, rows, trains, slice_name)
    synthetic, notes = usable_corpus(rows, trains, corpus, slice_name, corpus_name)
    trial = _Trial(
        data=data,
        rows=rows,
        trains=trains,
        slice_name=slice_name,
        synthetic=synthetic,
        corpus_name=corpus_name,
        repeats=repeats,
        seed=seed,
        notes=(*rows.notes, *notes),
    )
    stored = load_finding(workspace, "evidence", trial.name, EvidenceAnswer)
    if stored is not None:
        return stored
    answer = _answer(trial, _arms(trial, progress))
    save_finding(workspace, "evidence", answer.evidence_id, answer)
    return answer


def stored_evidence(workspace: Workspace) -> list[EvidenceAnswer]:
    """All evidence of the workspace, newest first."""
    names = finding_names(workspace, "evidence")
    found = [load_finding(workspace, "evidence", name, EvidenceAnswer) for name in names]
    return sorted((e for e in found if e is not None), key=lambda e: e.at, reverse=True)


def _refuse_empty_sides(
    data: Dataset, rows: Examples, trains: NDArray[np.bool_], slice_name: str
) -> None:
    of_slice = rows.labels == slice_name
    if not of_slice.any():
        some = ", ".join(repr(str(v)) for v in np.unique(rows.labels)[:12])
        raise DataError(f"{data.name} has no label {slice_name!r}; its labels are {some}.")
    n_train, n_test = int((of_slice & trains).sum()), int((of_slice & ~trains).sum())
    if n_train < 1 or n_test < 2:
        raise DataError(
            f"{data.name}: the slice {slice_name!r} has {n_train} training and {n_test} "
            "held-out examples; expected at least 1 and 2. Collect more real ones first."
        )


def _arms(trial: _Trial, progress: Progress) -> Arms:
    done, total = 0, trainings(trial.repeats)

    def step(what: str) -> None:
        nonlocal done
        done = min(done + 1, total)
        progress(done, total, what)

    return injection(
        trial.rows,
        trial.trains,
        trial.synthetic,
        trial.slice_name,
        repeats=trial.repeats,
        seed=trial.seed,
        step=step,
    )


def _answer(trial: _Trial, arms: Arms) -> EvidenceAnswer:
    here, of, seed = arms.of_slice, trial.slice_name, trial.seed
    n_real = int(((trial.rows.labels == of) & trial.trains).sum())
    n_synthetic = int((trial.synthetic[trial.rows.label] == of).sum())
    gains, elsewhere = (
        paired_gain_draws(arms.without[:, p], arms.with_corpus[:, p], draws=_DRAWS, seed=seed)
        for p in (here, ~here)
    )
    gained = int((~arms.full_without & arms.full_with & here).sum())
    lost = int((arms.full_without & ~arms.full_with & here).sum())
    p_value = float(mcnemar_p(gained, lost))
    worth = equivalents(arms, n_real, n_synthetic)
    n_test, n_elsewhere = int(here.sum()), int((~here).sum())
    verdict, why = verdict_of(gains, elsewhere, p_value, gained, lost, n_test, n_elsewhere)
    return EvidenceAnswer(
        evidence_id=trial.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=trial.data.fingerprint,
        data_name=trial.data.name,
        label=trial.rows.label,
        slice=of,
        corpus=trial.corpus_name,
        synthetic=len(trial.synthetic),
        repeats=trial.repeats,
        seed=seed,
        baseline=_arm(arms.without[:, here], n_real),
        augmented=_arm(arms.with_corpus[:, here], n_real + n_synthetic),
        gain=quantiles(gains),
        gain_low=float(np.quantile(gains, 0.05)),
        gain_high=float(np.quantile(gains, 0.95)),
        p_value=p_value,
        gained=gained,
        lost=lost,
        elsewhere=quantiles(elsewhere),
        exchange_rate=quantiles(worth),
        exchange_range=_range(worth),
        verdict=verdict,
        why=why,
        notes=trial.notes,
    )


def _arm(right: NDArray[np.bool_], n_train: int) -> Arm:
    score, n_test = float(right.mean()), int(right.shape[1])
    low, high = wilson_interval(score * n_test, n_test)
    return Arm(
        score=score, score_low=float(low), score_high=float(high), n_train=n_train, n_test=n_test
    )


def _range(worth: NDArray[np.float64]) -> tuple[float | None, float | None, float | None]:
    low, middle, high = (
        v if np.isfinite(v := float(quantile(worth, p))) else None for p in (0.05, 0.5, 0.95)
    )
    return low, middle, high
