"""Is the evidence unseen? Enforced by contents: what was shown, copied or nearly copied."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.material import train_side
from core.audit.examples import Examples
from core.audit.holdout import content_keys
from core.critique.likeness import TextIndex
from core.errors import DataError
from core.generation.plan import plan_of
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.run_folder import load_run

NEAR = 0.85
"""Shared 4-grams of letters from which on a text is nearly a copy."""


def refuse_what_the_run_saw(
    workspace: Workspace, run_id: str, data: Dataset, rows: Examples, tests: NDArray[np.bool_]
) -> None:
    """Refuse a run whose generator or critics were shown a row that is held out here.

    For the same data, label and text both sides follow from the contents alone,
    so that nothing held out can have been shown. Otherwise the rows that the run
    could see are found again and compared.

    Raises
    ------
    DataError
        A held-out row was shown, or it cannot be told.
    """
    run = load_run(workspace, run_id)
    plan = plan_of(run.plan)
    if (run.dataset, plan.label, plan.text) == (data.fingerprint, rows.label, rows.text):
        return
    found, _, anchors, others = train_side(workspace, plan)
    if (run.dataset, found.label, found.text) == (data.fingerprint, rows.label, rows.text):
        return
    columns = list(rows.columns)
    shown = pd.concat([anchors, others], ignore_index=True)
    if missing := [c for c in columns if c not in shown.columns]:
        raise DataError(
            f"run {run_id} was made from data without the column {missing[0]!r}: whether its "
            "generator saw rows that are held out here cannot be told. Make a run for this data."
        )
    seen = set(content_keys(shown[columns]))
    n = sum(key in seen for key in content_keys(rows.frame.loc[tests, columns]))
    if n:
        raise DataError(
            f"run {run_id} was made from other data or for the label {found.label!r}: its "
            f"generator was shown {n:,} of the rows that are held out here. Make a run for "
            f"{data.name} and {rows.label!r}."
        )


def near_held_out(
    rows: Examples, trains: NDArray[np.bool_], tests: NDArray[np.bool_], frame: pd.DataFrame
) -> NDArray[np.bool_]:
    """Which texts are nearly a held-out row, and less like any row that may train.

    Rows without a text column are compared as a whole elsewhere; here none is near.
    """
    if rows.text is None:
        return np.zeros(len(frame), dtype=bool)
    texts = frame[rows.text].astype("string").fillna("").tolist()
    real = rows.frame[rows.text].astype(str)
    held_out, training = (_nearest(texts, real[side].tolist()) for side in (tests, trains))
    return np.asarray((held_out >= NEAR) & (held_out > training))


def _nearest(texts: list[str], among: list[str]) -> NDArray[np.float64]:
    """Greatest similarity of each text to any of the others."""
    index = TextIndex()
    for text in among:
        index.add({"text": text})
    alike = (index.similarities({"text": text}) for text in texts)
    return np.array([found.max(initial=0.0) for found in alike], dtype=np.float64)
