"""Does what trains also test? Copies between files, and of real rows of the other side.

Every export leaves a note of what its files hold, so that an evaluation item
that was written as a training case weeks ago is found as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from core.analysis.export.parts import Part, Purpose
from core.audit.examples import labelled_examples
from core.audit.holdout import content_keys, training_rows
from core.datasets import load_dataset
from core.errors import DataError, InputError
from core.generation.plan import plan_of
from core.workspace import Workspace
from core.workspace.datasets import examples
from core.workspace.findings import finding_id, readable_findings, save_finding
from core.workspace.run_folder import load_run

_KEY = 16
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an earlier export wrote."""

    file: str
    at: str
    purpose: Purpose
    keys: tuple[str, ...]
    """Of the contents, without the label."""


def refuse_overlap(
    workspace: Workspace, found: Sequence[Part], *, leave_out: bool
) -> tuple[list[Part], tuple[str, ...]]:
    """The parts without evaluation items that are training cases as well; and notes.

    Parameters
    ----------
    leave_out
        Leave such items out instead of refusing.

    Raises
    ------
    InputError
        An item is in both, in these files or in an earlier export, and *leave_out* is not set.
    """
    other: dict[Purpose, dict[str, str]] = {"training": {}, "evaluation": {}}
    for done in readable_findings(workspace, "exports", Written):
        other[done.purpose] |= dict.fromkeys(done.keys, done.file)
    for part in found:
        if part.purpose == "training":
            other["training"] |= dict.fromkeys(keys_of(part), "the training cases of this export")
    kept, notes = [], []
    for part in found:
        against = other["training" if part.purpose == "evaluation" else "evaluation"]
        clash = [key in against for key in keys_of(part)]
        n = sum(clash)
        if n and not leave_out:
            raise InputError(_refusal(part, clash, against))
        if n:
            notes.append(
                f"Left out: {n:,} {_named(part)}, in {_where(part, clash, against)} as well."
            )
        kept.append(replace(part, frame=part.frame[[not c for c in clash]].reset_index(drop=True)))
    return [part for part in kept if len(part.frame)], tuple(notes)


def without_copies_of_real(
    workspace: Workspace, run_ids: Sequence[str], found: Sequence[Part]
) -> tuple[list[Part], tuple[str, ...]]:
    """The parts without copies of real rows of the other side; and notes.

    A training case that copies a held-out row would be tested on what it
    taught; an evaluation item that copies a training row tests memory.
    """
    training, held_out, unknown = _sides(workspace, run_ids)
    kept, notes = [], list(unknown)
    for part in found:
        against = training if part.purpose == "evaluation" else held_out
        clash = [key in against for key in keys_of(part)]
        if n := sum(clash):
            side = "training" if part.purpose == "evaluation" else "held-out"
            notes.append(f"Left out: {n:,} {_named(part)} with the content of a real {side} row.")
        kept.append(replace(part, frame=part.frame[[not c for c in clash]].reset_index(drop=True)))
    return [part for part in kept if len(part.frame)], tuple(notes)


def note_written(workspace: Workspace, part: Part, file: str, at: str) -> None:
    """Keep what a file holds."""
    keys = keys_of(part)
    name = finding_id(file=file, purpose=part.purpose, keys=sorted(keys))
    written = Written(file=file, at=at, purpose=part.purpose, keys=tuple(keys))
    save_finding(workspace, "exports", name, written)


def keys_of(part: Part) -> list[str]:
    """Short keys of the contents, without the label."""
    return [key[:_KEY] for key in content_keys(_content(part))]


def _content(part: Part) -> pd.DataFrame:
    return part.frame[sorted(c for c in part.content if c != part.label)]


def _sides(
    workspace: Workspace, run_ids: Sequence[str]
) -> tuple[set[str], set[str], tuple[str, ...]]:
    """Keys of the real rows that may train, and of those held out; and what is not known."""
    training: set[str] = set()
    held_out: set[str] = set()
    unknown = []
    for run_id in dict.fromkeys(run_ids):
        run = load_run(workspace, run_id)
        plan = plan_of(run.plan)
        try:
            data = load_dataset(workspace, run.dataset)
        except DataError:
            unknown.append(
                f"The real data of run {run_id} is not in this workspace: copies of it were not "
                "looked for."
            )
            continue
        rows = labelled_examples(data, examples(workspace, data), plan.label, plan.text)
        trains = training_rows(rows.frame[[*rows.columns, plan.label]], plan.label)
        keys = [key[:_KEY] for key in content_keys(rows.frame[sorted(rows.columns)])]
        training |= {key for key, mine in zip(keys, trains, strict=True) if mine}
        held_out |= {key for key, mine in zip(keys, trains, strict=True) if not mine}
    return training, held_out - training, tuple(unknown)


def _named(part: Part) -> str:
    return "evaluation items" if part.purpose == "evaluation" else "training cases"


def _where(part: Part, clash: Sequence[bool], against: dict[str, str]) -> str:
    key = next(k for k, c in zip(keys_of(part), clash, strict=True) if c)
    return against[key]


def _refusal(part: Part, clash: Sequence[bool], against: dict[str, str]) -> str:
    first = _content(part)[clash].iloc[0]
    text = " ".join(str(value) for value in first)[:_SHOWN]
    return (
        f"{sum(clash):,} of {len(clash):,} {_named(part)} are in "
        f"{_where(part, clash, against)} as well, first {text!r}; what trains must not test. "
        "Leave them out with --overlap leave-out, or export other runs."
    )
