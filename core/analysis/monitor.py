"""Is the user's own loop collapsing? Its generations held against the real rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.analysis.corpus import accepted_corpus
from core.analysis.labels.settled import settled
from core.analysis.strictness.judged import judged_of_run
from core.analysis.strictness.threshold import score_at
from core.audit.examples import Examples, labelled_examples
from core.audit.holdout import content_keys, training_rows
from core.collapse.classes import LostClass
from core.collapse.monitor import Generation, Watched, watched
from core.critique.critic import Anchors, anchors_of
from core.critique.shift import Shift
from core.datasets.content import contents
from core.errors import DataError, InputError
from core.records import Progress, no_progress
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples
from core.workspace.findings import finding_id, load_finding, readable_findings, save_finding
from core.workspace.runs import runs

__all__ = [
    "CriticOdds",
    "LostClass",
    "MonitorAnswer",
    "Rows",
    "Shift",
    "Watched",
    "monitor",
    "run_rows",
    "stored_monitors",
]

_METHOD = 1
_FEWEST_LABELS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticOdds:
    """What a critic does to the odds of good samples, by people's labels."""

    odds: float | None
    """Acceptance of good ones over acceptance of bad ones; None for too few labels."""
    good: int
    bad: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one generation, before they are checked."""

    name: str
    frame: pd.DataFrame
    critic: CriticOdds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorAnswer:
    """What the generations of a loop show."""

    monitor_id: str
    at: str
    fingerprint: str
    data_name: str
    label: str
    slice: str | None
    anchors: int
    seed: int
    generations: tuple[Watched, ...]
    critics: tuple[CriticOdds | None, ...]
    risk: str
    cause: str | None
    why: str
    action: str
    notes: tuple[str, ...]

    @property
    def words(self) -> str:
        """The risk in one sentence."""
        if self.risk == "none":
            return f"No sign of collapse after {_counted(len(self.generations))}: {self.why}"
        if self.risk == "unknown":
            return f"The risk of collapse is unknown. {self.why}"
        name = "Watch" if self.risk == "watch" else f"Signs of {self.risk}"
        return f"{name} after {_counted(len(self.generations))}. {self.why}"


def monitor(
    workspace: Workspace,
    data: Dataset,
    generations: Sequence[Rows],
    *,
    label: str,
    text: str | None = None,
    slice_name: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> MonitorAnswer:
    """Hold every generation against the real rows that may train, and say the risk.

    The answer is stored; the same rows are not read again.

    Parameters
    ----------
    slice_name
        Compare with the real rows of this label only.

    Raises
    ------
    DataError, InputError
        There is no generation, one has no row, or a column is missing.
    """
    rows = labelled_examples(data, examples(workspace, data), label, text)
    anchors, labels = _anchors(rows, data, slice_name)
    made = [_generation(rows, each, slice_name) for each in generations]
    if not made:
        raise InputError("there is no generation to look at; name files or runs.")
    name = _name(data, rows, generations, slice_name, seed)
    stored = load_finding(workspace, "monitors", name, MonitorAnswer)
    if stored is not None:
        return stored
    done = 0

    def step(which: str) -> None:
        nonlocal done
        done += 1
        progress(done, len(made), f"looked at {which}")

    found, fate = watched(anchors, labels, made, seed, step)
    answer = MonitorAnswer(
        monitor_id=name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=data.fingerprint,
        data_name=data.name,
        label=label,
        slice=slice_name,
        anchors=len(anchors.own),
        seed=seed,
        generations=tuple(found),
        critics=tuple(r.critic for r in generations),
        risk=fate.risk,
        cause=fate.cause,
        why=fate.why,
        action=fate.action,
        notes=(*rows.notes, *_unknown(found)),
    )
    save_finding(workspace, "monitors", name, answer)
    return answer


def _name(
    data: Dataset,
    rows: Examples,
    generations: Sequence[Rows],
    slice_name: str | None,
    seed: int,
) -> str:
    """Equal for equal rows, however they are ordered within a generation."""
    contents_of = [
        [each.name, *sorted(content_keys(each.frame[_columns(rows, each.frame)]))]
        for each in generations
    ]
    critics = [each.critic and [each.critic.good, each.critic.odds] for each in generations]
    return finding_id(
        data=data.fingerprint,
        label=rows.label,
        text=rows.text,
        slice=slice_name,
        seed=seed,
        rows=contents_of,
        critics=critics,
        method=_METHOD,
    )


def run_rows(workspace: Workspace, run_ids: Sequence[str], tau: float) -> list[Rows]:
    """What a strictness accepts of each run, in the order of their time."""
    return [
        Rows(
            name=f"{run_id}@{tau:g}",
            frame=accepted_corpus(workspace, run_id, tau),
            critic=_odds(workspace, run_id, tau),
        )
        for run_id in sorted(run_ids)
    ]


def runs_of_slice(workspace: Workspace, fingerprint: str, slice_name: str) -> list[str]:
    """Runs on a dataset's slice that have proposed something, the oldest first."""
    found = (r for r in runs(workspace) if r.run.dataset == fingerprint and r.proposed)
    return sorted(r.run_id for r in found if r.run.slice == slice_name)


def stored_monitors(workspace: Workspace) -> list[MonitorAnswer]:
    """All answers of the workspace, newest first."""
    found = readable_findings(workspace, "monitors", MonitorAnswer)
    return sorted(found, key=lambda each: each.at, reverse=True)


def _anchors(rows: Examples, data: Dataset, slice_name: str | None) -> tuple[Anchors, list[str]]:
    """Real rows that may train, and their labels where classes are compared."""
    trains = training_rows(rows.frame[[*rows.columns, rows.label]], rows.label)
    own = trains if slice_name is None else trains & (rows.labels == slice_name)
    if not own.any():
        some = ", ".join(repr(str(v)) for v in np.unique(rows.labels)[:12])
        raise DataError(f"{data.name} has no label {slice_name!r}; its labels are {some}.")
    anchors = anchors_of(
        rows.frame.loc[own].reset_index(drop=True),
        rows.frame.loc[trains & ~own].reset_index(drop=True),
        label=rows.label, text=rows.text, slice_=slice_name or "all rows",
    )  # fmt: skip
    labels = [] if slice_name is not None else rows.labels[own].tolist()
    return anchors, labels


def _columns(rows: Examples, frame: pd.DataFrame) -> list[str]:
    missing = [c for c in rows.columns if c not in frame.columns]
    if missing:
        have = ", ".join(repr(str(c)) for c in frame.columns[:12])
        raise DataError(
            f"a generation has no column {missing[0]!r}, which the data has; its columns are "
            f"{have}."
        )
    return list(rows.columns)


def _generation(rows: Examples, of: Rows, slice_name: str | None) -> Generation:
    if of.frame.empty:
        raise DataError(f"{of.name} holds no row; leave it out, or lower the strictness.")
    columns = _columns(rows, of.frame)
    kinds = anchors_of(
        rows.frame, rows.frame.iloc[:0], label=rows.label, text=rows.text, slice_=""
    ).columns
    labels: list[str] = []
    if slice_name is None and rows.label in of.frame.columns:
        labels = of.frame[rows.label].astype("string").fillna("").tolist()
    return Generation(name=of.name, rows=contents(of.frame[columns], kinds), labels=labels)


def _odds(workspace: Workspace, run_id: str, tau: float) -> CriticOdds:
    """How the critics multiply the odds of good samples, by people's labels."""
    if not settled(workspace, run_id).labels:
        return CriticOdds(odds=None, good=0, bad=0)
    judged = judged_of_run(workspace, run_id)
    accepted = judged.score >= score_at(workspace, run_id, tau)
    good, bad = judged.label == 1, judged.label == 0
    n_good, n_bad = int(good.sum()), int(bad.sum())
    if min(n_good, n_bad) < _FEWEST_LABELS:
        return CriticOdds(odds=None, good=n_good, bad=n_bad)
    # Half an item on each side, so that a critic that accepts no bad one is not infinitely good.
    tpr = (float((good & accepted).sum()) + 0.5) / (n_good + 1)
    fpr = (float((bad & accepted).sum()) + 0.5) / (n_bad + 1)
    return CriticOdds(odds=tpr / fpr, good=n_good, bad=n_bad)


def _unknown(found: Sequence[Watched]) -> tuple[str, ...]:
    return tuple(
        f"{each.name}: {each.unknown_labels:.1%} of the rows have a label that the real data does "
        "not have."
        for each in found
        if each.unknown_labels
    )


def _counted(n: int) -> str:
    return "1 generation" if n == 1 else f"{n:,} generations"
