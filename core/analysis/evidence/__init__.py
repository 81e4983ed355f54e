"""Does injecting the accepted corpus really move the slice, on real data held out?

Question to file: where do the synthetic rows come from? ``corpora``; is the test
unseen? ``unseen``; which real rows train? ``real``; what is trained on what?
``trial``; what do the outcomes say? ``reading``, in the words of ``answer``.
"""

import pandas as pd

from core.analysis.evidence.answer import Arm, EvidenceAnswer
from core.analysis.evidence.corpora import Corpus, file_corpus, run_corpus
from core.analysis.evidence.reading import answer_of
from core.analysis.evidence.real import real_rows
from core.analysis.evidence.trial import Trial, trial_of
from core.evidence.injection import Outcomes, injection, trainings
from core.evidence.trainers import default_trainer
from core.evidence.trainers.trainer import Trainer
from core.records import Progress, no_progress
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.findings import finding_names, load_finding, save_finding

__all__ = [
    "Arm",
    "Corpus",
    "EvidenceAnswer",
    "evidence",
    "file_corpus",
    "run_corpus",
    "stored_evidence",
]

REPEATS = 10


def evidence(
    workspace: Workspace,
    data: Dataset,
    *,
    label: str,
    slice_name: str,
    corpus: Corpus,
    text: str | None = None,
    repeats: int | None = None,
    seed: int = 0,
    trainer: Trainer | None = None,
    anchors: int | None = None,
    more_real: pd.DataFrame | None = None,
    more_real_name: str = "more real data",
    controls: bool | None = None,
    progress: Progress = no_progress,
) -> EvidenceAnswer:
    """Train without and with the corpus and compare on real rows that neither saw.

    The answer is stored; the same data, corpus and settings are not run again.

    Parameters
    ----------
    repeats
        Ten when None; one for a trainer that costs minutes or money.
    trainer
        Who trains; a learner inside when None.
    anchors
        Real examples of the slice that train; all that may when None. The
        others are held back for the arm of more real data.
    more_real
        Further real examples of the slice, for that arm.
    controls
        Whether to train the arms that a sceptic asks for; when None, unless the
        trainer is costly.

    Raises
    ------
    DataError, InputError
        The slice has no rows on one side, the corpus does not fit the data, or
        its generator was shown rows that are held out.
    """
    real = real_rows(
        workspace,
        data,
        label,
        text,
        slice_name,
        anchors=anchors,
        more=more_real,
        more_name=more_real_name,
        seed=seed,
    )
    trainer = trainer or default_trainer(real.rows)
    trial = trial_of(
        workspace,
        data,
        real,
        corpus,
        trainer,
        slice_name,
        repeats=repeats or (1 if trainer.is_costly else REPEATS),
        seed=seed,
        controls=not trainer.is_costly if controls is None else controls,
    )
    stored = load_finding(workspace, "evidence", trial.name, EvidenceAnswer)
    if stored is not None:
        return stored
    answer = answer_of(trial, _outcomes(trial, progress))
    save_finding(workspace, "evidence", answer.evidence_id, answer)
    return answer


def stored_evidence(workspace: Workspace) -> list[EvidenceAnswer]:
    """All evidence of the workspace, newest first."""
    names = finding_names(workspace, "evidence")
    found = [load_finding(workspace, "evidence", name, EvidenceAnswer) for name in names]
    return sorted((e for e in found if e is not None), key=lambda e: e.at, reverse=True)


def _outcomes(trial: Trial, progress: Progress) -> Outcomes:
    done, total = 0, trainings(trial.stock, trial.repeats, controls=trial.controls)

    def step(what: str) -> None:
        nonlocal done
        done = min(done + 1, total)
        progress(done, total, what)

    return injection(
        trial.stock,
        trial.trainer,
        repeats=trial.repeats,
        seed=trial.seed,
        controls=trial.controls,
        step=step,
    )
