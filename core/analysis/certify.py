"""May precision be promised of what a run, or someone else's critic, accepts?"""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from core.analysis.strictness.certificate import look, written
from core.analysis.strictness.judged import Judged, judged_of_run, judged_of_scores
from core.analysis.strictness.promise import Certificate, Promise
from core.analysis.versions import changed, in_force, made_with
from core.errors import InputError
from core.formats import percent
from core.workspace import Workspace
from core.workspace.findings import finding_id, load_finding, readable_findings, save_finding
from core.workspace.run_folder import is_being_written, load_run, now_utc, run_folder

_ROUNDING = 1e-12
HALF = 2
"""An unplanned look spends one half of the error that is left."""


def certify_scores(frame: pd.DataFrame, *, precision: float, confidence: float) -> Certificate:
    """Certify scored candidates of a file, in one look at all labels in it.

    Raises
    ------
    InputError
        Precision or confidence is no fraction between 0 and 1.
    """
    promise = Promise(precision=precision, confidence=confidence)
    judged = judged_of_scores(frame)
    found = look(judged, promise, promise.error)
    return written(
        judged,
        promise,
        found,
        at=_now(),
        spent=promise.error if found.can_certify else 0.0,
        number=1,
        versions={},
        labels_digest=labels_digest(judged),
    )


def certify_run(
    workspace: Workspace,
    run_id: str,
    *,
    precision: float,
    confidence: float,
    looks: int | None = None,
) -> Certificate:
    """Certify what a run accepts, and record the look.

    The same labels are never looked at twice for one promise: the recorded
    answer is given again.

    Parameters
    ----------
    looks
        How many more looks are planned, this one included: each may spend an
        equal part of the error that is left. One half of it when None.

    Raises
    ------
    InputError
        Precision, confidence or looks cannot be meant; or the run is going on.
    """
    promise = Promise(precision=precision, confidence=confidence)
    if looks is not None and looks < 1:
        raise InputError(f"looks is {looks}; expected how many are planned, 1 or more.")
    if is_being_written(run_folder(workspace, run_id)):
        raise InputError(
            f"run {run_id} is going on, so what it accepts is not settled; certify it when it has "
            "ended."
        )
    judged = judged_of_run(workspace, run_id)
    name = finding_id(
        run=run_id, precision=precision, confidence=confidence, labels=labels_digest(judged)
    )
    recorded = load_finding(workspace, "certificates", name, Certificate)
    if recorded is not None:
        return standing(workspace, recorded, judged)
    earlier = _earlier(workspace, run_id, promise)
    left = promise.error - sum(c.error_spent for c in earlier)
    error = left / (looks or HALF) if left > _ROUNDING else 0.0
    found = look(judged, promise, error)
    answer = written(
        judged,
        promise,
        found,
        at=_now(),
        spent=error if found.can_certify else 0.0,
        number=len(earlier) + 1,
        versions=made_with(load_run(workspace, run_id)),
        labels_digest=labels_digest(judged),
    )
    if found.can_certify:
        save_finding(workspace, "certificates", name, answer)
    return standing(workspace, answer, judged)


def certificates_of(workspace: Workspace, run_id: str) -> list[Certificate]:
    """Every look at a run's labels, newest first, each with whether it still holds."""
    mine = [c for c in readable_findings(workspace, "certificates", Certificate) if c.run == run_id]
    if not mine:
        return []
    judged = judged_of_run(workspace, run_id)
    return [standing(workspace, c, judged) for c in sorted(mine, key=lambda c: -c.look)]


def standing(workspace: Workspace, found: Certificate, judged: Judged) -> Certificate:
    """A certificate with whether it still holds for what its plan would make now."""
    if not found.certified or found.run is None:
        return replace(found, status="not certified")
    differs = changed(found.versions, in_force(load_run(workspace, found.run)))
    if differs:
        return replace(
            found,
            status=(
                f"expired: {'; '.join(differs)}. It holds for the candidates of its run; what is "
                "generated now needs labels of its own"
            ),
        )
    return replace(found, status="valid")


def promised(found: Certificate) -> str:
    """The certificate in one sentence."""
    wanted, sure = percent(found.precision_wanted, 0), percent(found.confidence, 0)
    if not found.certified:
        return f"Not certified that at least {wanted} of the accepted are good."
    return f"At least {wanted} of the accepted are good, with {sure} confidence."


def labels_digest(judged: Judged) -> str:
    """A hash of which candidates were labelled how; equal labels, equal digest."""
    use = np.flatnonzero(judged.is_labelled | judged.doubt)
    named = [judged.names[i] for i in use] if judged.names else [str(i) for i in use]
    said = sorted(
        f"{name} {judged.label[i]:g} {judged.drawn[i]:g}"
        for name, i in zip(named, use, strict=True)
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _earlier(workspace: Workspace, run_id: str, promise: Promise) -> list[Certificate]:
    """Looks that were made at other labels of this run for the same promise."""
    return [
        c
        for c in readable_findings(workspace, "certificates", Certificate)
        if c.run == run_id
        and (c.precision_wanted, c.confidence) == (promise.precision, promise.confidence)
    ]


def _now() -> str:
    return now_utc().isoformat(timespec="seconds")


__all__ = [
    "Certificate",
    "certificates_of",
    "certify_run",
    "certify_scores",
    "promised",
]
