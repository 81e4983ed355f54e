"""What a person says of candidates: judged as they come up, settled by hand, taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.labels.drawing import (
    Draw,
    Drawable,
    Pool,
    ToLabel,
    drawable,
    drawn_from,
    next_to_label,
)
from core.analysis.labels.labellers import checked_labeller
from core.analysis.labels.settled import Kappa, Settled, settled
from core.errors import InputError
from core.records import CAME_UP, SKIPPED, TAKEN_BACK, Label
from core.workspace import Workspace, verdicts
from core.workspace.human_labels import add_labels, labels_of
from core.workspace.run_folder import load_run, now_utc

__all__ = [
    "Draw",
    "Drawable",
    "Kappa",
    "Pool",
    "Settled",
    "Shown",
    "ToLabel",
    "drawable",
    "drawn_from",
    "judge",
    "next_to_label",
    "question_of",
    "settle_by_hand",
    "settled",
    "shown",
    "take_back",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a labeller is shown of a candidate: never its score."""

    candidate_id: str
    index: int
    content: Mapping[str, Any]
    extras: Mapping[str, Any]
    """What its kind adds: an item's answer and rubric."""


def judge(
    workspace: Workspace, run_id: str, item: ToLabel, good: bool | None, labeller: str
) -> None:
    """Record a judgement of a candidate that came up; None skips it.

    Raises
    ------
    InputError
        The labeller has no name, or is a model.
    """
    name = checked_labeller(workspace, run_id, labeller, settled(workspace, run_id))
    own = _act(run_id, item.candidate_id, good, name, item.drawn, item.of)
    acts = [_came_up(run_id, other, name, item.drawn, item.of) for other in item.came_up]
    add_labels(workspace, run_id, [*acts, own])


def settle_by_hand(
    workspace: Workspace, run_id: str, candidate_id: str, good: bool, labeller: str
) -> None:
    """Record what a labeller says of a candidate that this person chose.

    Raises
    ------
    InputError
        There is no such candidate, or the labeller has no name or is a model.
    """
    if candidate_id not in set(verdicts.scores_frame(workspace, run_id)["candidate_id"]):
        raise InputError(f"run {run_id} has no candidate {candidate_id!r}.")
    name = checked_labeller(workspace, run_id, labeller, settled(workspace, run_id))
    add_labels(workspace, run_id, [_act(run_id, candidate_id, good, name, None, None)])


def take_back(workspace: Workspace, run_id: str, labeller: str) -> str | None:
    """Undo the labeller's last act that still stands; the candidate, or None when there is none.

    What this person had said of the candidate before counts again.
    """
    name = checked_labeller(workspace, run_id, labeller, settled(workspace, run_id))
    standing: list[Label] = []
    for act in labels_of(workspace, run_id):
        if act.labeller != name or act.note == CAME_UP:
            continue
        if act.note != TAKEN_BACK:
            standing.append(act)
        elif standing:
            standing.pop()
    if not standing:
        return None
    last = standing.pop()
    earlier = [act for act in standing if act.candidate_id == last.candidate_id]
    back = Label(
        candidate_id=last.candidate_id,
        run_id=run_id,
        good=earlier[-1].good if earlier else None,
        labeller=name,
        at=now_utc(),
        drawn=None,
        note=TAKEN_BACK,
    )
    add_labels(workspace, run_id, [back])
    return last.candidate_id


def shown(workspace: Workspace, run_id: str, names: Sequence[str]) -> dict[str, Shown]:
    """What there is to see of the named candidates, by name."""
    found = verdicts.texts_of(workspace, run_id, list(names))
    columns = (found[name] for name in ("candidate_id", "index", "content", "extras"))
    return {
        name: Shown(
            candidate_id=name,
            index=int(index),
            content=json.loads(content),
            extras=json.loads(extras or "{}"),
        )
        for name, index, content, extras in zip(*columns, strict=True)
    }


def question_of(workspace: Workspace, run_id: str) -> str:
    """What a labeller is asked about each candidate of a run."""
    run = load_run(workspace, run_id)
    return _QUESTIONS[run.kind].format(slice=run.slice, label=run.label_column)


_QUESTIONS = {
    "training_case": "Would you train on this as an example of “{slice}” ({label})?",
    "adversarial_scenario": "Is this a true case of “{slice}” ({label}) and worth testing?",
    "eval_item": "Is this a fair test item for “{slice}” ({label}), with the right answer?",
    "knowledge_triple": "Is this fact true, and does it belong to “{slice}” ({label})?",
}


def _act(
    run_id: str,
    candidate_id: str,
    good: bool | None,
    labeller: str,
    drawn: float | None,
    of: int | None,
) -> Label:
    return Label(
        candidate_id=candidate_id,
        run_id=run_id,
        good=good,
        labeller=labeller,
        at=now_utc(),
        drawn=drawn,
        note=SKIPPED if good is None else "",
        of=of,
    )


def _came_up(
    run_id: str, candidate_id: str, labeller: str, drawn: float | None, of: int | None
) -> Label:
    return Label(
        candidate_id=candidate_id,
        run_id=run_id,
        good=None,
        labeller=labeller,
        at=now_utc(),
        drawn=drawn,
        note=CAME_UP,
        of=of,
    )
