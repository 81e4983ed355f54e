"""Which candidates does a strictness accept, and why were those near the line judged so?"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.strictness.threshold import score_at
from core.critique.verdict import is_vote
from core.errors import InputError
from core.workspace import Workspace, ledger, verdicts
from core.workspace.run_folder import load_run

LINEAGE = (
    "synthetic",
    "run",
    "candidate",
    "score",
    "scores",
    "written_by",
    "parents",
    "kind",
    "extras",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticSaid:
    """One critic's score and reason; a score of None could not be judged."""

    critic: str
    score: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCandidate:
    """A candidate and everything said about it."""

    candidate_id: str
    index: int
    content: dict[str, Any]
    score: float | None
    accepted: bool
    parents: tuple[str, ...]
    said: tuple[CriticSaid, ...]
    """By critic, the lowest score first: it decides. A jury's single votes stand last."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What its kind adds."""


def checked_tau(tau: float) -> float:
    """A strictness that is a fraction.

    Raises
    ------
    InputError
        It lies outside 0 to 1.
    """
    if not 0 <= tau <= 1:
        hint = f" If you mean {tau:g} %, write {tau / 100:g}." if 1 < tau <= 100 else ""
        raise InputError(f"strictness is {tau:g}; expected a number from 0 to 1.{hint}")
    return tau


def contents_of(candidates: pd.DataFrame) -> list[dict[str, Any]]:
    """The contents of candidates read from the ledger."""
    return [json.loads(content) for content in candidates["content"]]


def accepted_corpus(workspace: Workspace, run_id: str, tau: float) -> pd.DataFrame:
    """The accepted samples with their columns, their label and where they come from.

    The columns of ``LINEAGE`` follow those of the content; one whose name the
    content already has is called ``lineage_`` and its name.
    """
    rows, accepted = judged_corpus(workspace, run_id, tau)
    return rows[accepted].reset_index(drop=True)


def judged_corpus(
    workspace: Workspace, run_id: str, tau: float
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Every judged candidate, in the columns of :func:`accepted_corpus`; and which are accepted."""
    run = load_run(workspace, run_id)
    proposed = ledger.candidates_frame(workspace, run_id)
    lowest = score_at(workspace, run_id, checked_tau(tau))
    is_judged = proposed["score"].notna()
    found = proposed[is_judged]
    # From all of them, so that a set that is empty has its columns all the same.
    content = pd.DataFrame(contents_of(proposed), index=proposed.index)[is_judged].copy()
    content[run.label_column] = found["label"]
    said = _scores_by_candidate(workspace, run_id)
    names = found["candidate_id"].tolist()
    lineage: dict[str, list[Any]] = {
        "synthetic": [True] * len(found),
        "run": [run_id] * len(found),
        "candidate": names,
        "score": found["score"].tolist(),
        "scores": [json.dumps(said.get(name, {})) for name in names],
        "written_by": found["written_by"].tolist(),
        "parents": [json.dumps(list(parents)) for parents in found["parents"]],
        "kind": found["kind"].tolist(),
        "extras": found["extras"].tolist(),
    }
    for name, values in lineage.items():
        content[f"lineage_{name}" if name in content.columns else name] = values
    accepted = (found["score"] >= lowest).to_numpy(dtype=bool)
    return content.reset_index(drop=True), accepted


def _scores_by_candidate(workspace: Workspace, run_id: str) -> dict[str, dict[str, float | None]]:
    said: dict[str, dict[str, float | None]] = {}
    for row in _rows(ledger.critiques_frame(workspace, run_id)):
        said.setdefault(row["candidate_id"], {})[row["critic"]] = _score(row)
    return said


def first_candidates(
    workspace: Workspace, run_id: str, lowest: float, n: int = 5
) -> list[JudgedCandidate]:
    """The first *n* candidates that score at least *lowest*, and the first *n* that do not."""
    found = verdicts.scores_frame(workspace, run_id)
    is_accepted = found["score"] >= lowest
    taken, left = found[is_accepted].head(n), found[~is_accepted].head(n)
    names = [*taken["candidate_id"], *left["candidate_id"]]
    return judged_candidates(workspace, run_id, names, lowest)


def judged_candidates(
    workspace: Workspace, run_id: str, names: Sequence[str], lowest: float
) -> list[JudgedCandidate]:
    """The named candidates with everything said about them; accepted from *lowest* on."""
    critiques = verdicts.said_of(workspace, run_id, names)
    said = {str(name): _said(part) for name, part in critiques.groupby("candidate_id")}
    critics = load_run(workspace, run_id).critics
    found = []
    for row in _rows(verdicts.texts_of(workspace, run_id, names)):
        by_critic = said.get(row["candidate_id"], ())
        score = _least(by_critic, critics)
        found.append(
            JudgedCandidate(
                candidate_id=row["candidate_id"],
                index=int(row["index"]),
                content=json.loads(row["content"]),
                score=score,
                accepted=score is not None and score >= lowest,
                parents=tuple(row["parents"]),
                said=by_critic,
                extras=json.loads(row["extras"]),
            )
        )
    return found


def _least(said: Sequence[CriticSaid], critics: Sequence[str]) -> float | None:
    """The least of the critics' scores; None when one of them has given none."""
    scores = {each.critic: each.score for each in said}
    given = [scores.get(name) for name in critics]
    known = [score for score in given if score is not None]
    return min(known) if known and len(known) == len(given) else None


def _said(critiques: pd.DataFrame) -> tuple[CriticSaid, ...]:
    ordered = critiques.sort_values("score", kind="stable", na_position="first")
    said = [
        CriticSaid(critic=row["critic"], score=_score(row), reason=row["reason"])
        for row in _rows(ordered)
    ]
    return tuple(sorted(said, key=lambda each: is_vote(each.critic)))


def _rows(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return frame.to_dict("records")


def _score(row: dict[Hashable, Any]) -> float | None:
    return None if pd.isna(row["score"]) else float(row["score"])
